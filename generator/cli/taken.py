"""A description on its way into a project: taken, given a place, and generated from in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..config import ClientSettings
from ..errors import Problem, SpecError, UsageError
from .console import Console, from_here
from .upstream import from_anywhere, is_url

if TYPE_CHECKING:
    from ..lockfile import LockEntry
    from ..services.generate import Generated


@dataclass(frozen=True, slots=True)
class Taken:
    """A description to check in, and where it came from; a file has no ``entry`` in the lock."""

    data: bytes
    entry: LockEntry | None


def take(source: str, operations: Sequence[str], screen: Console, *, insecure: bool) -> Taken:
    """The slice of a file or URL with the ``operations``; of a file the whole if none is named.

    Raises :class:`UsageError` for what can't be read or must not be recorded, ``Unreachable`` for a
    URL that gives nothing, :class:`SpecError` for what can't be sliced.
    """
    if is_url(source) and "@" in urlsplit(source).netloc:
        raise UsageError(
            "the URL holds a password, which would get into pyproject.toml. Download the file and "
            "name that."
        )
    found = from_anywhere(source, Path.cwd(), screen, insecure=insecure)
    if not operations and not is_url(source):
        return Taken(found.data, None)
    from ..document.load import parse
    from ..document.slice.slice_document import slice_document
    from ..document.slice.slice_text import slice_text
    from ..document.tree import MappingNode
    from ..fetch import without_secrets
    from ..lockfile import LockEntry, content_hash

    screen.progress(f"slicing {found.name}")
    document = parse(found.data, path=found.path, name=found.name)
    part = slice_document(document, operations)
    screen.problems("warning", part.warnings)
    data = slice_text(part).encode()
    screen.progress("")
    if not is_url(source):
        return Taken(data, None)
    info = document.root.get("info")
    entry = LockEntry(
        upstream=without_secrets(source),
        etag=found.etag,
        sha256=document.sha256,
        slice_sha256=content_hash(parse(data, path=found.path, name=found.name).root),
        version=str(info.get("version", "")) if isinstance(info, MappingNode) else "",
    )
    return Taken(data, entry)


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
    client: ClientSettings, root: Path, taken: Taken | None, name: str, screen: Console
) -> Generated:
    """The client, in memory; messages call what isn't on disk yet by ``name``."""
    from .generate import generate_all

    if taken is None:
        return generate_all([client], root, screen)[0]
    with tempfile.TemporaryDirectory(prefix="speclock-") as folder:
        path = Path(folder).resolve() / client.spec
        path.parent.mkdir(parents=True)
        path.write_bytes(taken.data)
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


class _Renamed(Console):
    """A screen that calls a temporary file by the name that the user knows."""

    def __init__(self, screen: Console, known: Collection[str], name: str) -> None:
        super().__init__(quiet=screen.quiet, verbose=screen.verbose)
        self.known = known
        self.name = name

    def problems(self, kind: str, problems: Sequence[Problem]) -> None:
        super().problems(kind, _renamed(problems, self.known, self.name))
