"""Which file each template is: speclock's own, or one of the user's that stands in for it.

A template is known by its path below ``templates/``: ``runtime/_client.py.jinja``. A file without
holes (``.py``) is copied as it is; others are rendered, or handed to datamodel-code-generator.
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

from ...errors import SpeclockError, UsageError
from ...hashing import sha256_of

PARTS = ("models", "runtime", "tests")
"""The folders of templates that a client is made from."""


def templates_folder() -> Path:
    """``templates/`` beside the package in a clone, inside it where the wheel is installed."""
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "runtime").is_dir():
            return folder
    raise SpeclockError("the installation is incomplete: templates/ is missing. Install it again.")


def names_in(folder: Path) -> list[str]:
    """Return the templates of a folder, as sorted paths with slashes, without hidden files and caches."""
    found: list[str] = []
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] != "." and name != "__pycache__"]
        inside = Path(base).relative_to(folder)
        found += [(inside / name).as_posix() for name in names if name[0] != "."]
    return sorted(found)


def own_digests(folder: Path) -> dict[str, str]:
    """Name to SHA-256 of a user's templates."""
    return {name: sha256_of((folder / name).read_bytes()) for name in names_in(folder)}


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates by name, and the folders that they are looked for in."""

    ours: Path
    own: Path | None = None
    shown: str = ""
    """How messages call ``own``."""
    replaced: tuple[str, ...] = ()
    """The templates that stand in ``own``."""
    sources: Mapping[str, Path] = field(default_factory=dict[str, Path])

    @classmethod
    def of(cls, own: Path | None = None, shown: str = "") -> Templates:
        """speclock's templates, those in ``own`` in the place of the ones that they are named as.

        ``shown`` is how messages call the folder.

        Raises :class:`UsageError` for a folder that isn't there, a file that is named as none of
        speclock's templates, and one without holes that isn't Python.
        """
        ours = templates_folder()
        sources = {f"{part}/{n}": ours / part / n for part in PARTS for n in names_in(ours / part)}
        if own is None:
            return cls(ours, sources=sources)
        if not own.is_dir():
            raise UsageError(f"the templates' folder {shown} isn't there. Make it, or correct it.")
        replaced = names_in(own)
        for name in replaced:
            if name not in sources:
                near = difflib.get_close_matches(name, sources, n=3, cutoff=0.5)
                hint = f"Did you mean {' or '.join(near)}?" if near else "See docs/templates.md."
                fact = "is named as none of speclock's templates"
                raise UsageError(f"{shown}/{name} {fact}. {hint}")
            if name.endswith(".py"):
                _check_python(own / name, f"{shown}/{name}")
        sources |= {name: own / name for name in replaced}
        return cls(ours, own, shown, tuple(replaced), sources)

    def text(self, name: str) -> str:
        """Return a template's text, line ends as LF."""
        try:
            return self.sources[name].read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise UsageError(f"{self.shown}/{name} isn't UTF-8. Save it as UTF-8.") from None

    def folders(self, part: str) -> tuple[Path, ...]:
        """Where the templates of ``runtime`` or ``tests`` stand, the first to be asked first."""
        return tuple(folder / part for folder in (self.own, self.ours) if folder)

    def names(self, part: str) -> list[str]:
        """Return the names of the templates of ``runtime`` or ``tests``, without the folder."""
        return sorted(n.partition("/")[2] for n in self.sources if n.startswith(f"{part}/"))

    def plain(self, part: str, *, own: bool = False) -> set[str]:
        """Return the files of a part that have no holes and are copied as they are; all, or the user's."""
        named = {name for name in self.names(part) if name.endswith(".py")}
        return {name for name in named if not own or f"{part}/{name}" in self.replaced}

    def digests(self) -> dict[str, str]:
        """Name to SHA-256 of the templates that aren't speclock's."""
        return own_digests(self.own) if self.own else {}

    @contextmanager
    def models(self) -> Generator[Path]:
        """Return a folder with all templates for the models, for datamodel-code-generator."""
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
        """What to raise for rendered code that can't be written: the user's templates come first.

        ``made`` is the code by file. Without templates of the user's it is ``error`` itself.
        """
        holes = [f"{self.shown}/{n}" for n in self.replaced if not n.endswith(".py")]
        if not holes:
            return error
        fact = str(error).partition("; nothing was")[0].removeprefix("speclock made ")
        for name, text in made.items():
            try:
                if name.endswith(".py"):
                    ast.parse(text)
            except SyntaxError as fault:
                line = (text.splitlines() or [""])[(fault.lineno or 1) - 1].strip()
                fact = f"{name} isn't Python: {fault.msg} at {line!r}"
                break
        return UsageError(
            f"{fact}; nothing was written. A template of yours made it: {', '.join(holes)}. "
            "Code that needs more of Python belongs into a file without holes (docs/templates.md)."
        )


def _check_python(path: Path, shown: str) -> None:
    try:
        ast.parse(path.read_bytes(), shown)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise UsageError(
            f"{shown}:{line}: the template isn't Python: {getattr(error, 'msg', error)}. "
            "Correct it, or take the file out."
        ) from None
