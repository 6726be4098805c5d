"""The two jobs of a workflow, run with a real repository and a stand-in for GitHub."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.command import Outcome, speclock
from tests.support.github_api import GitHubAPI
from tests.support.project import git

UPSTREAM = """\
openapi: 3.0.3
info: {title: Orchard, version: "1"}
paths:
  /trees:
    get:
      operationId: trees/list
      parameters:
        - {name: kind, in: query, schema: {type: string}}
      responses:
        "200":
          description: The trees.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
  /bees:
    get:
      operationId: bees/list
      responses: {"204": {description: None yet.}}
"""
SAFE = UPSTREAM.replace(
    "      parameters:\n",
    "      parameters:\n        - {name: height, in: query, schema: {type: integer}}\n",
)
"""With a new optional parameter."""
MAJOR = UPSTREAM.replace("name: kind, in", "name: kind, required: true, in")
GONE = UPSTREAM.replace("  /trees:", "  /forest:").replace("trees/list", "forest/list")
"""Without the operation in use."""


def push(folder: Path, branch: str = "main") -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Work")
    git(folder, "push", "--quiet", "origin", f"HEAD:{branch}")


def new_origin(folder: Path) -> Path:
    clone = folder / "clone"
    folder.mkdir()
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    git(folder, "clone", "--quiet", "origin.git", str(clone))
    (clone / "other.txt").write_text("old\n", encoding="utf-8")
    return clone


def files(diff: bytes, verdict: str = "done") -> dict[str, bytes]:
    """Return the files of a proposal."""
    return {"changes.diff": diff, "verdict.txt": verdict.encode(), "report.md": b"fine\n"}


def new_file(path: str, mode: str = "100644", text: str = "hostile") -> bytes:
    return (
        f"diff --git a/{path} b/{path}\nnew file mode {mode}\nindex 0000000..1111111\n"
        f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{text}\n"
    ).encode()


SECRET = "a-secret-of-eighteen"
LEFT = ("credentials.json", "spec/notes.txt", "{package}/notes.txt", "old name/é ü.txt")
"""Files that aren't under version control, also beside what a command writes."""


def leave_files(checkout: Path, package: str) -> None:
    """Leave files with a secret in a checkout, change one, remove one and stage one."""
    for name in LEFT:
        path = checkout / name.format(package=package)
        path.parent.mkdir(exist_ok=True)
        path.write_text(SECRET, encoding="utf-8")
    (checkout / "other.txt").write_text(SECRET, encoding="utf-8")
    (checkout / package / "py.typed").unlink()
    (checkout / "staged.txt").write_text(SECRET, encoding="utf-8")
    git(checkout, "add", "staged.txt", "spec")


@dataclass
class Jobs:
    folder: Path
    github: GitHubAPI
    kind: str
    paths: tuple[str, ...]
    """The files and folders that may change."""
    arguments: tuple[str, ...] = ()
    """The arguments of the first job: the options."""
    copies: list[str] = field(default_factory=list[str])
    other_step: Callable[[Path], object] = lambda _: None
    """Another step of the first job, which changes its checkout before."""
    log: str = ""
    """The output of the last run."""

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    @property
    def proposal(self) -> Path:
        return self.folder / "temp" / self.kind

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text(encoding="utf-8")

    @property
    def report(self) -> str:
        (comment,) = self.github.comments
        body: str = comment["body"]
        marker = f"<!-- speclock {self.kind} -->\n\n"
        assert body.startswith(marker)
        return body.removeprefix(marker)

    def clone(self, name: str = "work", *arguments: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        git(self.folder, "clone", "--quiet", *arguments, f"file://{self.origin}", str(folder))
        return folder

    def branch(self) -> str:
        return git(self.origin, "for-each-ref", "--format=%(objectname)", "refs/heads/speclock")

    def show(self, path: str) -> str:
        return git(self.origin, "show", f"speclock/{self.kind}:{path}")

    def make(self) -> bool:
        output = self.folder / "output"
        output.unlink(missing_ok=True)
        shutil.rmtree(self.proposal, ignore_errors=True)
        words = [*self.arguments, self.kind, str(self.proposal), "--", *self.copies]
        checkout = self.clone()
        self.other_step(checkout)
        self.code = self._run(checkout, *words).code
        written = output.read_text(encoding="utf-8") if output.exists() else ""
        assert written in ("", "found=yes\n")
        return bool(written)

    def publish(self, proposal: dict[str, bytes] | None = None) -> bool:
        if proposal is not None:
            self.proposal.mkdir(parents=True, exist_ok=True)
            for name, data in proposal.items():
                (self.proposal / name).write_bytes(data)
        words = ["--publish", self.kind, str(self.proposal), "--", *self.paths]
        self.code = self._run(self.clone("work", "--depth=1"), *words).code
        return self.code == 0

    def run(self) -> bool:
        return self.publish() if self.make() else self.code == 0

    def _run(self, folder: Path, *words: str) -> Outcome:
        done = speclock(folder, "propose", *words, layout=False)
        self.log = done.out + done.err
        assert done.code in (0, 1), self.log
        assert not re.search("^::(?!error::)|##", self.log, re.MULTILINE)
        return done
