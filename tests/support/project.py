"""Projects of users: a description, settings and generated clients, and a copy of a client."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.command import Outcome, speclock

ORCHARD = """\
openapi: 3.0.3
info: {title: Orchard, version: "1.0"}
servers: [{url: https://orchard.example}]
security: [{key: []}]
paths:
  /trees:
    post:
      operationId: trees/plant
      tags: [trees]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Tree"}
      responses:
        "200":
          description: The tree, as it was planted.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Planted"}
  /baskets:
    get:
      operationId: baskets/list
      tags: [baskets]
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        "200":
          description: The baskets.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Basket"}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Kind: {type: string, enum: [APPLE, PEAR, PLUM]}
    Tree:
      type: object
      required: [kind]
      properties:
        kind: {$ref: "#/components/schemas/Kind"}
        age: {type: integer, maximum: 500}
        note: {type: string, nullable: true}
    Planted:
      type: object
      properties:
        id: {type: string}
        tree: {$ref: "#/components/schemas/Tree"}
    Basket:
      type: object
      properties:
        weight: {type: number}
"""
FIG = ("PLUM]", "PLUM, FIG]")
"""A change of the description: Kind has a new member."""
SHRUBS = (
    "operationId: baskets/list\n      tags: [baskets]",
    "operationId: shrubs/list\n      tags: [shrubs]",
)
"""Another one: ``resources/baskets.py`` is replaced by ``resources/shrubs.py``."""
CALL = """\
from {name} import Orchard
from {name}.models import Kind, Tree
from {name}.testing import Fake

fake = Fake()
with Orchard("token", transport=fake) as orchard:
    planted = orchard.trees.plant(Tree(kind=Kind.APPLE, age=3))
print(type(planted).__module__, fake.trees_plant.calls[0].body.age)
"""
"""A program that calls the orchard's client, which is imported as ``name``."""


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, but caches and git's."""
    skipped = {"__pycache__", ".pytest_cache", ".git"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and skipped.isdisjoint(path.relative_to(folder).parts)
    }


def replace(path: Path, *changes: tuple[str, str]) -> int:
    """Replace texts that a file contains once; return the line of the last one."""
    text, line = path.read_bytes().decode(), 0
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        line = text[: text.index(old)].count("\n") + 1
        text = text.replace(old, new)
    path.write_bytes(text.encode())
    return line


def manifest(package: Path) -> dict[str, Any]:
    """Return a package's ``speclock.json``."""
    data: dict[str, Any] = json.loads((package / "speclock.json").read_text(encoding="utf-8"))
    return data


def edit_manifest(package: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a package's ``speclock.json``."""
    data = manifest(package)
    change(data)
    (package / "speclock.json").write_text(json.dumps(data), encoding="utf-8")


def settings(clients: Mapping[str, Mapping[str, object]], **section: object) -> str:
    """Return the text of a pyproject.toml with these clients and keys of ``[tool.speclock]``."""
    lines = ["[tool.speclock]", *_lines(section)]
    for name, keys in clients.items():
        lines += [f"[tool.speclock.clients.{name}]", *_lines(keys)]
    return "\n".join([*lines, ""])


def _lines(keys: Mapping[str, object]) -> list[str]:
    return [f"{key} = {toml(value)}" for key, value in keys.items()]


def toml(value: object) -> str:
    """Return a value in TOML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(k)} = {toml(v)}' for k, v in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


class Project:
    """A folder with settings, a description, and what is generated from it, without layout."""

    def __init__(self, root: Path, name: str = "orchard") -> None:
        self.root = root
        self.spec = root / "spec" / f"{name}.yaml"
        self.output = root / "generated"
        self.package = self.output / name
        self.tests = self.output / "tests" / name

    def run(self, *words: str | Path, code: int | None = None, layout: bool = False) -> Outcome:
        """Run a command from the project's folder; its exit code must be ``code``."""
        outcome = speclock(self.root, *words, layout=layout)
        assert code is None or outcome.code == code, (words, outcome)
        return outcome

    def does(self, *words: str | Path) -> Outcome:
        """Run a command, which must succeed."""
        return self.run(*words, code=0)

    def refuses(self, *words: str | Path) -> str:
        """Run a command, which must end with exit code 2 and change nothing; return the error."""
        before = self.files()
        error = self.run(*words, code=2).err
        assert self.files() == before, words
        return error

    def generate(self, *words: str) -> Outcome:
        """Generate, which must succeed."""
        return self.run("generate", *words, code=0)

    def write(self, name: str, text: str) -> Path:
        """Write a file below the project's folder; return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    def read(self, name: str) -> str:
        """Return the text of a file, as it is."""
        return (self.root / name).read_bytes().decode()

    def replace(self, old: str, new: str, name: str = "") -> int:
        """Replace a text that a file (the description) contains once; return its line."""
        return replace(self.root / name if name else self.spec, (old, new))

    def describe(self, *changes: tuple[str, str]) -> None:
        """Change the description, and generate."""
        replace(self.spec, *changes)
        self.generate()

    def configure(self, more: str) -> None:
        """Add lines to the settings, whose last table is the client's."""
        self.write("pyproject.toml", self.read("pyproject.toml") + more)

    def files(self, inside: str = "") -> dict[str, bytes]:
        """Return every file of a folder of the project, but caches and git's."""
        return tree(self.root / inside)

    def calls(self) -> dict[str, str]:
        """Return the call of each operation, by the operation's id."""
        return {op["operation_id"]: op["call"] for op in manifest(self.package)["operations"]}


def make_project(root: Path, spec: str = ORCHARD, name: str = "orchard", **keys: object) -> Project:
    """Write a project with one client; ``keys`` are further settings of it."""
    project = Project(root, name)
    project.write(f"spec/{name}.yaml", spec)
    project.write("pyproject.toml", settings({name: {"spec": f"spec/{name}.yaml", **keys}}))
    return project


def names(found: Outcome, path: str, kind: str, fix: str = "To fix: ") -> bool:
    """Return whether ``check`` found a file of that kind, and how to fix it."""
    shown = re.escape(f"{kind}: {Path('generated', path)}")
    line = rf"^{shown}( \(.* lines? added, .* removed\))?$"
    is_named = re.search(line, found.err, re.MULTILINE) is not None
    return found.code == 1 and is_named and fix in found.err


def made_once(shared: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that is made once in a run of the tests; ``shared`` is the fixture."""
    folder = shared / name
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=shared) as new:
            make(Path(new) / name)
            with suppress(OSError):  # another worker was faster
                (Path(new) / name).rename(folder)
    return folder


def make_orchard(root: Path) -> Project:
    """Generate the orchard's client in a new project, with a license."""
    project = make_project(root, client="Orchard", tests="all")
    project.write("LICENSE", "Use it well.\n")
    project.generate()
    return project


def new_orchard(shared: Path, root: Path) -> Project:
    """Return a fresh copy of the orchard's project with its generated client."""
    made = made_once(shared, "orchard", make_orchard)
    return Project(Path(shutil.copytree(made, root)))


class Farm(Project):
    """A project with a copy of the orchard's client and its tests, beside the orchard's project."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.home = root.parent
        self.maker = Project(self.home / "maker")
        self.copy = root / "fruit"
        self.copied_tests = root / "tests" / "fruit"


def new_farm(shared: Path, home: Path) -> Farm:
    """Return a fresh copy of the farm and of the orchard's project, below ``home``."""

    def make(home: Path) -> None:
        maker, farm = new_orchard(shared, home / "maker"), Farm(home / "farm")
        maker.does("vendor", farm.copy, "--tests", farm.copied_tests)

    made = made_once(shared, "farm", make)
    return Farm(Path(shutil.copytree(made, home)) / "farm")


_GIT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    """Run git, with no settings of this machine; return what it prints."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder, env={**os.environ, **_GIT}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def commit(folder: Path) -> None:
    """Commit everything in a folder, which becomes a repository."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change", "--allow-empty")
