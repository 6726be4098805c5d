"""Which generated client a copy is made from: one of pyproject.toml, or a folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .. import config
from ..config import ClientSettings, Settings
from ..errors import UsageError
from .console import Console

if TYPE_CHECKING:
    from ..vendor.copy import Source


def arguments(parser: argparse.ArgumentParser, *, of_copy: bool) -> None:
    """CLIENT, ``--from`` and ``--config``."""
    default = "the one that DEST is a copy of" if of_copy else "the only one"
    parser.add_argument(
        "client",
        nargs="?",
        default="",
        metavar="CLIENT",
        help=f"a package of [tool.speclock.clients]; by default {default}",
    )
    folder_arguments(parser)


def folder_arguments(parser: argparse.ArgumentParser) -> None:
    """``--from`` and ``--config``."""
    parser.add_argument(
        "--from",
        "--source",
        dest="source",
        metavar="DIR",
        help="the generated package's folder, in place of a client of pyproject.toml",
    )
    parser.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def chosen(options: argparse.Namespace, screen: Console) -> Source:
    """The client that the arguments name; raises :class:`UsageError` where they name none."""
    from ..vendor.copy import source
    from ..vendor.destination import absolute

    if options.source:
        if options.client:
            raise UsageError("Name a CLIENT or --from DIR, not both.")
        return source(absolute(options.source))
    settings = _settings(options, Path.cwd())
    if settings is None or not settings.clients:
        raise UsageError(
            "no pyproject.toml with a client in [tool.speclock.clients] was found from here "
            "upwards. Name the generated package's folder: --from DIR"
        )
    known = {client.package: client for client in settings.clients}
    names = ", ".join(known)
    if options.client and options.client not in known:
        raise UsageError(f"no client {options.client!r} in pyproject.toml. Known: {names}.")
    if not options.client and len(known) > 1:
        raise UsageError(f"there are several clients. Name one: {names}.")
    return _of(known[options.client or next(iter(known))], settings, screen)


def original_of(
    options: argparse.Namespace, copy: Path, name: str, screen: Console
) -> Source | None:
    """What ``copy`` was made from, as the arguments name it or by the name that it records.

    None where nothing is named and none is at hand.
    """
    if options.source or options.client:
        return chosen(options, screen)
    for start in (Path.cwd(), copy.parent):
        settings = _settings(options, start)
        for client in settings.clients if settings else ():
            folder = settings.root / client.output / client.package if settings else copy
            if client.package == name and folder.is_dir() and folder.resolve() != copy.resolve():
                assert settings is not None
                return _of(client, settings, screen)
    return None


def _of(client: ClientSettings, settings: Settings, screen: Console) -> Source:
    from ..services.generate import is_current
    from ..vendor.copy import source
    from ..vendor.destination import absolute

    found = source(absolute(settings.root / client.output / client.package))
    if not is_current(client, settings.root):
        screen.note(
            f"note: {client.package} isn't what {client.spec} would give now. "
            "To have the newest, run speclock generate first."
        )
    return found


def _settings(options: argparse.Namespace, start: Path) -> Settings | None:
    path = Path(options.config).absolute() if options.config else config.find(start)
    if options.config and path is not None and not path.is_file():
        raise UsageError(f"{options.config} doesn't exist. Name a pyproject.toml.")
    return config.load(path) if path else None
