"""A type checker of the project, run over a copy of the program with the old and the new client.

Nothing is written outside of a temporary folder, and nothing is downloaded. mypy runs the plugins
that the project's own settings name.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ....base.immutable import immutable
from ....watch.usage.errors import TypeCheckerError
from ..project.descriptions import Progress

CHECKERS = ("mypy", "pyright", "basedpyright")
_SETTINGS = ("pyproject.toml", "mypy.ini", ".mypy.ini", "setup.cfg")
_SOURCES = (".py", ".pyi", ".typed")
_PLANTED = "speclock_planted_break"
"""The name of a module, and of a variable that the old client has and the new one lacks."""
_MAX_SECONDS = 1800
_MYPY_LINE = re.compile(
    r"^(?P<file>[^\n]+?):(?P<place>\d+:\d+:\d+:\d+): error: (?P<message>.*?)"
    r"(?:  \[(?P<code>[\w-]+)\])?$",
    re.MULTILINE,
)


class CheckerFailed(Exception):
    """A type checker that cannot be asked, with the reason as a sentence."""


@immutable
class CheckedProgram:
    """A program that a type checker can run over."""

    checker: str
    root: Path
    """The folder of the settings."""
    code: Sequence[Path]
    package: Path
    """The folder of the client as the program imports it."""

    def new_errors(
        self, files: Mapping[str, bytes], progress: Progress
    ) -> tuple[TypeCheckerError, ...]:
        """Return the errors that the program has only with another client.

        ``files`` are that client's, by their paths in its folder. Raises :class:`CheckerFailed` if
        the checker isn't installed, or doesn't see a break that is planted.
        """
        program = _program(self.checker, self.root)
        with tempfile.TemporaryDirectory(prefix="speclock-") as name:
            folder = Path(name).resolve()
            side = folder / "project"
            self._copy(side)
            progress(f"{self.checker}: your program with the old client")
            old = self._run(program, folder)
            self._replace(side, files)
            progress(f"{self.checker}: your program with the new client")
            new = self._run(program, folder)
        planted = {error for error in new.errors if error.path.stem == _PLANTED}
        if not planted or any(error.path.stem == _PLANTED for error in old.errors):
            raise CheckerFailed(
                f"{self.checker} doesn't see a break that was planted, so it isn't asked: "
                f"{(new.output or 'it read another copy of the client').splitlines()[0]}"
            )
        known = {(error.path, error.line, error.column, error.code) for error in old.errors}
        return tuple(
            replace(one, path=self.root / one.path.relative_to(side))
            for one in new.errors
            if one not in planted and (one.path, one.line, one.column, one.code) not in known
        )

    @property
    def _top(self) -> Path:
        """The outermost package that the client is in."""
        top = self.package
        while (top.parent / "__init__.py").is_file():
            top = top.parent
        return top

    def _copy(self, side: Path) -> None:
        for path in (*self.code, self._top):
            if not path.resolve().is_relative_to(self.root.resolve()):
                raise CheckerFailed(f"{path} is outside of the project: {self.checker} isn't run.")
        for path in (*self.code, self._top, *(self.root / name for name in _SETTINGS)):
            for source in _sources(path):
                target = side / source.resolve().relative_to(self.root.resolve())
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
        client = self._inside(side, self.package) / "__init__.py"
        client.write_bytes(client.read_bytes() + f"\n{_PLANTED}: int = 0\n".encode())
        name = ".".join(self.package.relative_to(self._top.parent).parts)
        first = self._inside(side, self.code[0])
        target = (first if first.is_dir() else first.parent) / f"{_PLANTED}.py"
        target.write_bytes(f"import {name}\n\nprint({name}.{_PLANTED})\n".encode())

    def _replace(self, side: Path, files: Mapping[str, bytes]) -> None:
        folder = self._inside(side, self.package)
        shutil.rmtree(folder)
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def _inside(self, side: Path, path: Path) -> Path:
        return side / path.resolve().relative_to(self.root.resolve())

    def _run(self, program: Sequence[str], folder: Path) -> _Output:
        side = folder / "project"
        code = [str(self._inside(side, path).relative_to(side)) for path in self.code]
        code += [
            str(path.relative_to(side))
            for path in [self._inside(side, self.code[0]).parent / f"{_PLANTED}.py"]
            if path.is_file()
        ]
        roots = [self._inside(side, self._top.parent)]
        if self.checker == "mypy":
            arguments = [
                "--check-untyped-defs",
                "--show-error-end",
                "--show-error-codes",
                "--no-pretty",
                "--no-color-output",
                "--cache-dir",
                str(folder / "cache"),
                *code,
            ]
        else:
            settings = {**_pyright_settings(self.root), "include": code, "exclude": []}
            extra = settings.get("extraPaths", [])
            settings["extraPaths"] = [*extra, *(str(root.relative_to(side)) for root in roots)]
            path = side / "pyrightconfig.json"
            path.write_bytes(json.dumps(settings).encode())
            arguments = ["--outputjson", "--project", str(path)]
            arguments += ["--pythonpath", _python(self.root)]
        nowhere = "http://127.0.0.1:9"
        environment = {
            **os.environ,
            "MYPYPATH": os.pathsep.join([*map(str, roots), os.environ.get("MYPYPATH", "")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), nowhere),
        }
        try:
            done = subprocess.run(
                [*program, *arguments],
                cwd=side,
                env=environment,
                capture_output=True,
                check=False,
                timeout=_MAX_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CheckerFailed(f"{self.checker} cannot be run: {error}") from None
        text = done.stdout.decode(errors="replace")
        read = _of_mypy if self.checker == "mypy" else _of_pyright
        try:
            errors = tuple(read(text, side))
        except (ValueError, KeyError, TypeError):
            errors = ()
        return _Output(errors, done.stderr.decode(errors="replace").strip() or text[:300])


@immutable
class _Output:
    errors: tuple[TypeCheckerError, ...]
    output: str
    """The first of what else the checker printed."""


def _program(checker: str, root: Path) -> list[str]:
    """Return the command of the project's checker: of its environment, else of this one."""
    for folder in _environments(root):
        for path in (folder / "bin" / checker, folder / "Scripts" / f"{checker}.exe"):
            if path.is_file():
                return [str(path)]
    if found := shutil.which(checker):
        return [found]
    raise CheckerFailed(f"{checker} isn't installed in this project: uses are listed by source.")


def _python(root: Path) -> str:
    names = ("bin/python", "Scripts/python.exe")
    places = (folder / name for folder in _environments(root) for name in names)
    return next((str(path) for path in places if path.is_file()), sys.executable)


def _environments(root: Path) -> list[Path]:
    """Return the folders of Python environments: the project's, the active one, and this one."""
    active = os.environ.get("VIRTUAL_ENV", "")
    return [root / ".venv", *([Path(active)] if active else []), Path(sys.prefix)]


def _sources(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, inner, names in os.walk(path):
        inner[:] = [n for n in inner if not n.startswith(".") and n != "__pycache__"]
        files = (Path(folder, name) for name in names if name.endswith(_SOURCES))
        yield from (file for file in files if file.is_file() and not file.is_symlink())


def _pyright_settings(root: Path) -> dict[str, Any]:
    path = root / "pyrightconfig.json"
    try:
        if path.is_file():
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return found
        tools = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}
    return {**(tools.get("basedpyright") or tools.get("pyright") or {})}


def _of_mypy(text: str, side: Path) -> Iterator[TypeCheckerError]:
    """Yield the errors of mypy's lines; its JSON lacks the ends."""
    for found in _MYPY_LINE.finditer(text):
        file, message, code = found["file"], found["message"], found["code"] or ""
        line, column, end_line, end_column = map(int, found["place"].split(":"))
        yield TypeCheckerError(
            side / file, line, column, end_line, end_column + 1, code, message.strip()
        )


def _of_pyright(text: str, side: Path) -> Iterator[TypeCheckerError]:
    for one in json.loads(text)["generalDiagnostics"]:
        if one["severity"] == "error":
            start, end = (
                (place["line"] + 1, place["character"] + 1)
                for place in (one["range"]["start"], one["range"]["end"])
            )
            message, code = one["message"].splitlines()[0], one.get("rule", "")
            yield TypeCheckerError(side / one["file"], *start, *end, code, message)
