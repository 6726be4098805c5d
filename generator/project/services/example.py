"""The description of the tutorial, which is a file beside this module."""

from __future__ import annotations

from pathlib import Path

from ...base.errors import UsageError
from ...base.portable import read_text
from ...base.printable import display_path
from ..output.write import write_text


def write_example(name: str, folder: Path) -> Path:
    """Write the description of an example, ``NAME.yaml``, into a folder; return its path.

    A file of that name with the same text stays. Raise :class:`UsageError` for another one.
    """
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    path = folder / f"{name}.yaml"
    shown = display_path(path)
    if path.exists():
        if read_text(path, shown) != text:
            raise UsageError(
                f"{shown} exists, and is another description. Start from it: speclock init {shown}"
            )
        return path
    write_text(path, text)
    return path
