"""A description on its way into a project: taken, given a place, and generated from in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import Client
from ..errors import Problem, SpecError, UsageError
from .screen import Screen, from_here
from .upstream import from_anywhere, is_url

if TYPE_CHECKING:
    from ..pipeline import Generated


def take(source: str, operations: Sequence[str], screen: Screen, *, insecure: bool) -> bytes:
    """The description to check in: the slice with the ``operations``; the whole if none is named.

    Raises :class:`UsageError` for a file that can't be read, ``Unreachable`` for a URL that gives
    none, :class:`SpecError` for what can't be sliced.
    """
    found = from_anywhere(source, Path.cwd(), screen, insecure=insecure)
    if not operations:
        return found.data
    from ..spec.document import parse
    from ..spec.slice import sliced
    from ..spec.slice_text import slice_text

    screen.progress(f"slicing {found.name}")
    part = sliced(parse(found.data, path=found.path, name=found.name), operations)
    screen.problems("warning", part.warnings)
    return slice_text(part).encode()


def stays(source: str, root: Path) -> bool:
    """Whether a source is in the project's spec/ already: such a file is used where it is."""
    return not is_url(source) and Path(source).absolute().is_relative_to(root / "spec")


def place(root: Path, package: str, description: bytes) -> str:
    """Where a description goes, relative to the project.

    Raises :class:`UsageError` where another one is there.
    """
    is_json = description.lstrip()[:1] == b"{"
    spec = f"spec/{package.replace('_', '-')}.{'json' if is_json else 'yaml'}"
    target = root / spec
    if target.exists() and target.read_bytes() != description:
        raise UsageError(
            f"{from_here(target)} exists and is another description. Name another --package, or "
            f"init from that file: speclock init {from_here(target)}"
        )
    return spec


def generated(
    client: Client, root: Path, description: bytes | None, name: str, screen: Screen
) -> Generated:
    """The client, in memory; messages call a ``description`` that isn't on disk by ``name``."""
    from .generate import generate_all

    if description is None:
        return generate_all([client], root, screen)[0]
    with tempfile.TemporaryDirectory(prefix="speclock-") as folder:
        path = Path(folder).resolve() / client.spec
        path.parent.mkdir(parents=True)
        path.write_bytes(description)
        named = replace(client, spec=str(path))
        known = {from_here(path), str(path)}
        try:
            return generate_all([named], root, _Renamed(screen, known, name))[0]
        except SpecError as error:
            if any(problem.code == "ref" for problem in error.problems):
                screen.note(f"Only {name} itself was taken. {_SEVERAL}")
            raise SpecError(_renamed(error.problems, known, name)) from None
        except UsageError as error:
            text = str(error)
            for passing in known:
                text = text.replace(passing, name)
            raise UsageError(text) from None


_SEVERAL = "A description in several files goes into spec/ first: speclock init spec/FILE"


def _renamed(problems: Sequence[Problem], known: Collection[str], name: str) -> list[Problem]:
    """Problems of a file that has passing names, under the name that the user knows."""
    return [
        replace(p, place=replace(p.place, file=name)) if p.place.file in known else p
        for p in problems
    ]


class _Renamed(Screen):
    """A screen that calls a temporary file by the name that the user knows."""

    def __init__(self, screen: Screen, known: Collection[str], name: str) -> None:
        super().__init__(quiet=screen.quiet, verbose=screen.verbose)
        self.known = known
        self.name = name

    def problems(self, kind: str, problems: Sequence[Problem]) -> None:
        super().problems(kind, _renamed(problems, self.known, self.name))
