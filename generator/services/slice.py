"""The smallest valid description that holds some operations of another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Problem, UsageError
from .descriptions import Progress, is_url, no_progress, read_description


@dataclass(frozen=True, slots=True)
class SlicedDescription:
    """A slice of a description."""

    text: str
    """The slice as YAML or JSON, with LF line ends."""
    operations: int
    """The number of operations."""
    source_bytes: int
    """The size of the whole description, in bytes."""
    warnings: tuple[Problem, ...]


def slice_description(
    source: str,
    operations: Sequence[str],
    *,
    output: str | Path | None = None,
    insecure: bool = False,
    progress: Progress = no_progress,
) -> SlicedDescription:
    """Return the slice of ``source``, a file or URL, with the selected operations.

    The slice has every component, tag and security scheme that the operations use. With
    ``output`` it is written there, as JSON if the name ends in ``.json``, else as YAML; without,
    it has the format of the source. ``insecure`` allows http.

    Raise :class:`SpecError` for a description that cannot be sliced, :class:`UsageError` for a file
    that cannot be read or written, :class:`Unreachable` for a URL that cannot be fetched.
    """
    from ..codegen.output.write import write_text
    from ..document.load import parse
    from ..document.slice.slice_document import slice_document
    from ..document.slice.slice_text import slice_text

    here = Path.cwd()
    target = here / output if output else None
    if target and not is_url(source) and target.resolve() == (here / source).resolve():
        raise UsageError(f"{output} is the description itself. Name another file for -o.")
    whole = read_description(source, here, progress, insecure=insecure)
    progress(f"reading {whole.name}")
    part = slice_document(parse(whole.data, path=whole.path, name=whole.name), operations)
    progress("")
    text = slice_text(part, as_json=target.suffix.lower() == ".json" if target else None)
    if target:
        write_text(target, text)
    return SlicedDescription(text, len(part.operations), len(whole.data), part.warnings)
