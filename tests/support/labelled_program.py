"""A program whose comments name the changes that reach each line, and what reports list.

``# at: a b!`` expects the changes ``a`` and ``b``, of which type checkers see ``b``; of ``c!m``
only mypy does, since pyright doesn't look into what an earlier error is in.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.support.project import Project

_MARKS = {"": ("", "!", "!m"), "mypy": ("!", "!m"), "basedpyright": ("!",)}
"""The marks of the lines that are expected, by the type checker; without one all are."""


@dataclass(frozen=True)
class LabelledChange:
    """A change of one of the descriptions, and how reports name it."""

    client: str
    old: str
    new: str
    rule: str
    message: str
    """The start of the report's message."""


@dataclass(frozen=True)
class LabelledProgram:
    """A folder with ``changes.toml``, and with ``program/``: a project, its code in text files."""

    folder: Path
    code: Sequence[str]
    """The folders of the code in the project."""

    @cached_property
    def changes(self) -> Mapping[str, LabelledChange]:
        """The changes by their names in comments."""
        text = (self.folder / "changes.toml").read_text(encoding="utf-8")
        return {name: LabelledChange(**change) for name, change in tomllib.loads(text).items()}

    @cached_property
    def clients(self) -> Sequence[str]:
        """The clients that change."""
        return [*dict.fromkeys(change.client for change in self.changes.values())]

    def make(self, root: Path) -> None:
        """Write the program, its clients, and the new descriptions."""
        source = self.folder / "program"
        for path in source.rglob("*"):
            target = root / path.relative_to(source).as_posix().removesuffix(".txt")
            if path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        Project(root).generate()
        for client in self.clients:
            text = (root / f"{client}.yaml").read_text(encoding="utf-8")
            for change in self.changes.values():
                if change.client == client:
                    assert change.old in text, change
                    text = text.replace(change.old, change.new)
            (root / f"new-{client}.yaml").write_text(text, encoding="utf-8")

    def expected(self, root: Path, checker: str = "") -> Iterator[tuple[str, str, int]]:
        """Yield the change, the file and the line of each expected use; of a checker its errors."""
        marks = _MARKS[checker]
        for folder in self.code:
            for path in sorted((root / folder).rglob("*.py")):
                name = path.relative_to(root).as_posix()
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    comment = re.search(r"# at: (.*)$", line)
                    for word in comment[1].split() if comment else ():
                        change, mark, by = word.partition("!")
                        if mark + by in marks:
                            yield change, name, number

    def listed(self, project: Project, checker: str = "") -> Iterator[tuple[str, str, int]]:
        """Yield the change, the file and the line of each use in reports; of a checker's errors."""
        for client in self.clients:
            data = self.report(project, client, *(["--checker", checker] if checker else []))
            assert (data["usage"]["checker"], data["usage"]["note"]) == (checker or None, None)
            for use in data["usage"]["others"]:
                yield "", use["place"]["file"], use["place"]["line"]
            for change in data["changes"]:
                name = self._name_of(client, change)
                for use in change["uses"]:
                    if use["error"] or not checker:
                        yield name, use["place"]["file"], use["place"]["line"]

    def report(self, project: Project, client: str, *words: str) -> Any:
        """Return the report on the new description of a client."""
        code = [word for folder in self.code for word in ("--code", folder)]
        outcome = project.run(
            "drift", client, "--revision", f"new-{client}.yaml", "--format", "json", "--fail-on",
            "never", *code, *words,
        )  # fmt: skip
        assert outcome.code == 0, outcome
        return json.loads(outcome.out)

    def _name_of(self, client: str, change: Any) -> str:
        """Return the name of a reported change."""
        for name, labelled in self.changes.items():
            is_same = (labelled.client, labelled.rule) == (client, change["id"])
            if is_same and change["message"].startswith(labelled.message):
                return name
        return f"{client}: {change['id']} {change['message']}"
