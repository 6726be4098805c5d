"""The line of ``.gitattributes`` that folds a client's runtime in a pull request.

GitHub folds files with the attribute ``linguist-generated`` (its documentation, "Customizing how
changed files appear"). Patterns are those of gitattributes(5).
"""

from __future__ import annotations

import re
from pathlib import Path

from ....base.config import Client
from ....base.immutable import immutable
from ....base.portable import MAX_BYTES, read_bytes, relative_to, resolved
from ....base.printable import display_path
from ...output.boundary import check_inside, repository_of
from ...output.write import UnsafePath, check_file, write_file
from .git import run_git

FILE = ".gitattributes"
_ATTRIBUTE = "linguist-generated"
_SPECIAL = re.compile(r"[\\*?\[!#]")
"""What has a meaning in a pattern, some of it only at its start."""
_QUOTED = re.compile(r'[\s"\\\x00-\x1f\x7f]')
"""What a pattern has only in quotes."""


@immutable
class AttributesChange:
    """A line that is added to a ``.gitattributes``, or that the user has to add."""

    path: Path
    line: str
    text: bytes = b""
    """The whole new text of the file."""
    fault: str = ""
    """Why the file stays as it is; empty if it is written."""

    def write(self) -> None:
        """Write the file, unless it has to stay as it is."""
        if not self.fault:
            write_file(self.path, self.text)


def attributes_change(root: Path, client: Client) -> AttributesChange | None:
    """Return the change of ``.gitattributes`` for a new client of the project at ``root``.

    It is beside pyproject.toml, or at the repository's top if the client is outside of ``root``.
    None without a repository, and where Git has the attribute for the runtime already, be it set or
    unset.
    """
    repository = repository_of(root)
    output = resolved(root / client.output)
    if repository is None or not output.is_relative_to(resolved(repository)):
        return None
    folder = root if output.is_relative_to(resolved(root)) else repository
    below = relative_to(output, resolved(folder))
    if _is_decided(folder, repository, f"{below}/{client.package}/_runtime/__init__.py"):
        return None
    line = f"{_pattern(below, client.package)} {_ATTRIBUTE}"
    path = folder / FILE
    try:
        check_inside(folder, FILE, "")
        check_file(path)
        old = read_bytes(path) if path.exists() else b""
    except UnsafePath as error:
        return AttributesChange(path, line, fault=error.fact)
    except OSError as error:
        return AttributesChange(path, line, fault=f"{display_path(path)}: {error.strerror}")
    if len(old) > MAX_BYTES:
        return AttributesChange(path, line, fault=f"{display_path(path)} is too large")
    if line.encode() in old.splitlines():
        return None
    end = b"\r\n" if b"\r\n" in old else b"\n"
    gap = b"" if not old or old.endswith(b"\n") else end
    return AttributesChange(path, line, old + gap + line.encode() + end)


def _is_decided(folder: Path, repository: Path, name: str) -> bool:
    """Return whether Git has the attribute for a file in a folder; False if Git cannot be run."""
    words = ("check-attr", "-z", _ATTRIBUTE, "--", name)
    output = run_git(folder, *words, ceiling=resolved(repository).parent)
    state = (output or b"").split(b"\0")[2:3]
    return state not in ([], [b"unspecified"])


def _pattern(output: str, package: str) -> str:
    """Return the pattern of the runtimes in an output folder, which is relative to the file.

    In the file's own folder it is that of one package: other folders are not speclock's.
    """
    folder = package if output == "." else f"{_escaped(output)}/**"
    pattern = f"{folder}/_runtime/**"
    return _in_quotes(pattern) if _QUOTED.search(pattern) else pattern


def _escaped(path: str) -> str:
    """Return a path as a pattern that matches it alone."""
    return _SPECIAL.sub(r"\\\g<0>", path)


def _in_quotes(pattern: str) -> str:
    """Return a pattern as a quoted string of C."""
    escaped = re.sub(r'["\\]', r"\\\g<0>", pattern)
    printable = re.sub(r"[\x00-\x1f\x7f]", lambda char: f"\\{ord(char[0]):03o}", escaped)
    return f'"{printable}"'
