"""The templates of a client: speclock's own, and the user's that replace some of them.

A template's name is its path below ``templates/``: ``client/client.py.jinja``. A plain ``.py``
file is copied; others are rendered, or passed to datamodel-code-generator.
"""

from __future__ import annotations

import ast
import difflib
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ...budget import Budget, BudgetExceeded
from ...errors import InternalError, SpeclockError, UsageError
from ...hashing import sha256_of
from ...portable import read_bytes
from ...printable import display_path

PARTS = ("models", "client", "tests")
"""The folders of templates for a client."""
_MAX_ENTRIES = 1_000
"""The largest number of files and folders in a folder of templates; speclock has about 70."""


def templates_folder() -> Path:
    """Return ``templates/``, beside the package in a clone and inside it in a wheel."""
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "client").is_dir():
            return folder
    raise SpeclockError(
        "the installation is incomplete: templates/ is missing. Reinstall speclock."
    )


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's templates, sorted, without hidden files and caches.

    Raises :class:`UsageError` for a folder with far more files than templates.
    """
    templates: list[str] = []
    entries = Budget(_MAX_ENTRIES, "files and folders")
    for base, folders, names in os.walk(folder):
        try:
            entries.spend(len(folders) + len(names))
        except BudgetExceeded as error:
            raise UsageError(
                f"the folder of templates {display_path(folder)} has {error}. Name a folder that "
                "has only templates."
            ) from None
        folders[:] = [name for name in folders if name[0] != "." and name != "__pycache__"]
        inside = Path(base).relative_to(folder)
        templates += [(inside / name).as_posix() for name in names if name[0] != "."]
    return sorted(templates)


def own_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of a user's templates by name."""
    return {name: sha256_of(read_bytes(folder / name)) for name in names_in(folder)}


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates by name, and their folders."""

    ours: Path
    own: Path | None = None
    shown: str = ""
    """The name of ``own`` in messages."""
    replaced: tuple[str, ...] = ()
    """The names of the templates in ``own``."""
    sources: Mapping[str, Path] = field(default_factory=dict[str, Path])

    @classmethod
    def of(cls, own: Path | None = None, shown: str = "") -> Templates:
        """Return speclock's templates, with those in ``own`` in place of the same names.

        ``shown`` is the folder's name in messages. Raises :class:`UsageError` for a missing
        folder, a file with another name than speclock's templates, and invalid Python.
        """
        ours = templates_folder()
        sources = {f"{part}/{n}": ours / part / n for part in PARTS for n in names_in(ours / part)}
        if own is None:
            return cls(ours, sources=sources)
        if not own.is_dir():
            raise UsageError(
                f"the folder of templates {shown} doesn't exist. Create it, or correct the path."
            )
        replaced = names_in(own)
        for name in replaced:
            if name not in sources:
                near = difflib.get_close_matches(name, sources, n=3, cutoff=0.5)
                hint = f"Did you mean {' or '.join(near)}?" if near else "See docs/templates.md."
                raise UsageError(f"{shown}/{name} replaces no template of speclock. {hint}")
            if not (own / name).is_file():
                raise UsageError(f"{shown}/{name} isn't a regular file. Remove it.")
            if name.endswith(".py"):
                _check_python(own / name, f"{shown}/{name}")
        sources |= {name: own / name for name in replaced}
        return cls(ours, own, shown, tuple(replaced), sources)

    def text(self, name: str) -> str:
        """Return a template's text with LF line ends."""
        try:
            return self.sources[name].read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise UsageError(f"{self.shown}/{name} isn't UTF-8. Save it as UTF-8.") from None

    def folders(self, part: str) -> tuple[Path, ...]:
        """Return the folders of ``client`` or ``tests`` in order of precedence."""
        return tuple(folder / part for folder in (self.own, self.ours) if folder)

    def names(self, part: str) -> list[str]:
        """Return the names of the templates of ``client`` or ``tests``, without the folder."""
        return sorted(n.partition("/")[2] for n in self.sources if n.startswith(f"{part}/"))

    def plain(self, part: str, *, own: bool = False) -> set[str]:
        """Return the plain ``.py`` files of a part, which are copied; all, or only the user's."""
        names = {name for name in self.names(part) if name.endswith(".py")}
        return {name for name in names if not own or f"{part}/{name}" in self.replaced}

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of the user's templates by name."""
        return own_digests(self.own) if self.own else {}

    @contextmanager
    def models(self) -> Generator[Path]:
        """Provide a folder with all templates of the models, for datamodel-code-generator."""
        if not any(name.startswith("models/") for name in self.replaced):
            yield self.ours / "models"
            return
        with tempfile.TemporaryDirectory(prefix="speclock-") as scratch:
            for name, source in self.sources.items():
                if name.startswith("models/"):
                    target = Path(scratch) / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, target)
            yield Path(scratch) / "models"

    def blamed(self, error: SpeclockError, made: Mapping[str, str]) -> SpeclockError:
        """Return the error for invalid rendered code: the user's templates, if any, caused it.

        ``made`` is the code by file.
        """
        rendered = [f"{self.shown}/{n}" for n in self.replaced if not n.endswith(".py")]
        if not rendered or not isinstance(error, InternalError):
            return error
        fact = error.fact
        for name, text in made.items():
            try:
                if name.endswith(".py"):
                    ast.parse(text)
            except SyntaxError as fault:
                line = (text.splitlines() or [""])[(fault.lineno or 1) - 1].strip()
                fact = f"{name} isn't Python: {fault.msg} at {line!r}"
                break
        return UsageError(
            f"{fact}; nothing was written. A template of yours made it: {', '.join(rendered)}. "
            "Put code that needs more of Python into a plain .py file (docs/templates.md)."
        )


def _check_python(path: Path, shown: str) -> None:
    try:
        ast.parse(path.read_bytes(), shown)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise UsageError(
            f"{shown}:{line}: the template isn't Python: {getattr(error, 'msg', error)}. "
            "Correct it, or remove the file."
        ) from None
