"""The smallest valid description that holds some operations of another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ....base.config import Client
from ....base.errors import Problem, SpecError, SpeclockError, UsageError
from ....base.immutable import immutable
from ....base.portable import is_url, resolved
from ....codegen.description.pins import lines_of, pins_that_keep
from ....reading.document.load import parse
from ....reading.document.slice.slice_document import Slice, slice_document
from ....reading.document.tree import SourceFile
from ..project.descriptions import (
    DescriptionBytes,
    Progress,
    SourceOptions,
    no_progress,
    read_description,
)
from ..project.resolve import budget_here, find_settings
from ..project.written_paths import write_typed


@immutable
class SlicedDescription:
    """A slice of a description."""

    whole: DescriptionBytes
    """The description that it was cut from."""
    document: SourceFile
    """That description, parsed."""
    part: Slice
    """The slice as a tree, with its operations and warnings."""
    text: str
    """The slice as YAML or JSON, with LF line ends."""
    pins: tuple[str, ...] = ()
    """The lines of settings that give a client of the slice the names of the whole."""

    @property
    def own_warnings(self) -> tuple[Problem, ...]:
        """The warnings but those of references, which generating from the slice has too."""
        return tuple(one for one in self.part.warnings if not one.code.startswith("ref"))


def slice_description(
    source: str,
    operations: Sequence[str],
    *,
    output: str | Path | None = None,
    force: bool = False,
    insecure: bool = False,
    remote: Sequence[str] = (),
    root: str = "",
    headers: Sequence[str] = (),
    progress: Progress = no_progress,
) -> SlicedDescription:
    """Return the slice of ``source``, a file or URL, with the selected operations.

    The slice has every component, tag and security scheme that the operations use. With
    ``output`` it is written there, as JSON if the name ends in ``.json``, else as YAML; without,
    it has the format of the source; a description that a client is generated from is only
    overwritten if ``force``. ``insecure`` allows http; ``remote`` are further hosts whose documents
    are taken in, ``root`` is the folder that references to files may not leave; ``headers`` are as
    in :func:`init`.

    Raise :class:`SpecError` for a description that cannot be sliced, :class:`UsageError` for a file
    that cannot be read or written, :class:`Unreachable` for a URL that cannot be fetched.
    """
    here = Path.cwd()
    target = here / output if output else None
    if target and not is_url(source) and resolved(target) == resolved(here / source):
        raise UsageError(f"{output} is the description itself. Name another file for -o.")
    if target and not force:
        _check_unused(target, str(output))
    as_json = target.suffix.lower() == ".json" if target else None
    options = SourceOptions(insecure, remote, root, headers)
    whole = read_description(source, here, progress, reach=options.reach(), budget=budget_here())
    progress(f"reading {whole.name}")
    cut = slice_bytes(whole, [operations], as_json=as_json)
    new = parse(cut.text.encode(), path=target or cut.document.path, name=whole.name)
    with suppress(SpeclockError):  # generating from the slice reports it
        pins = pins_that_keep([cut.document], new, Client(spec="", package=""))
        cut = replace(cut, pins=lines_of(pins))
    progress("")
    if target:
        write_typed(target, cut.text)
    return cut


def _check_unused(target: Path, name: str) -> None:
    """Raise :class:`UsageError` if a client of the settings is generated from a file."""
    settings = find_settings(start=target.parent) if target.is_file() else None
    if settings is None:
        return
    for client in settings.clients:
        if resolved(settings.root / client.spec) == resolved(target):
            raise UsageError(
                f"{name} is the description of the client {client.package}, which may use other "
                f"operations of it. To overwrite the file: --force. To add operations: "
                f"speclock add OPERATION{client.option}"
            )


def slice_bytes(
    whole: DescriptionBytes,
    selections: Iterable[Sequence[str]],
    *,
    as_json: bool | None = None,
    models: bool = False,
) -> SlicedDescription:
    """Slice a description that is read already; raise :class:`SpecError` if that isn't possible.

    With ``models`` the slice has all schemas too.
    """
    document = whole.document()
    if document.faults:
        raise SpecError(document.faults)
    part = slice_document(document, *selections, models=models)
    return SlicedDescription(whole, document, part, part.text(as_json=as_json))
