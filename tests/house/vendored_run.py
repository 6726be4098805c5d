"""A repository with a copy of a client, the repository of its original, and GitHub."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from tests.house.daily_run import Project, Run, git, push
from tests.house.github_runner import ROOT
from tests.support.project import Project as Maker
from tests.support.project import make_orchard

WORKFLOW = ROOT / ".github" / "workflows" / "vendored.yml"
INPUTS = {
    "copies": "src/fruit\n", "tests": "tests/fruit\n", "requirement": "speclock==1.0",
    "source": "orchards/maker", "ref": "", "project": ".", "manifest": "",
}  # fmt: skip


def new_repositories(folder: Path) -> Path:
    """Return a folder with the maker's project, and a bare repository that contains a copy."""
    maker, origin, clone = make_orchard(folder / "maker"), folder / "origin.git", folder / "clone"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    git(folder, "clone", "--quiet", str(origin), str(clone))
    (clone / "other.txt").write_text("old\n", encoding="utf-8")
    maker.does("vendor", clone / "src" / "fruit", "--tests", clone / "tests" / "fruit")
    maker.does("vendor", clone / "src" / "pear")
    push(clone, "HEAD:main")
    return folder


class Consumer(Project):
    """The repository with the copy, on GitHub."""

    name = "upgrade"

    def prepare(self) -> Path:
        self.inputs = dict(INPUTS)
        self.is_scheduled = True
        return WORKFLOW

    def give(self, maker: Path) -> Maker:
        """Copy the maker's project, and return it; it is what the first job checks out."""
        self.maker = Maker(Path(shutil.copytree(maker, self.runner.folder / "source")))
        return self.maker

    def clone(self, name: str, *arguments: str) -> Path:
        """Return a fresh clone; the one that jobs work in is beside ``source``."""
        return super().clone("here" if name == "work" else name, *arguments)

    def variables(self, step: dict[str, Any]) -> dict[str, str]:
        return {name: self._value(text) for name, text in step.get("env", {}).items()}

    def verify(self) -> Run:
        """Run the job that verifies."""
        return self.run_job("verify")

    def _value(self, text: str) -> str:
        found = re.fullmatch(r"\$\{\{ (.*?)(?:inputs\.(\w+))(.*) \}\}", text)
        if not found:
            return text
        condition, name, _ = found.groups()
        assert condition == "" or "github.event_name == 'schedule'" in condition
        return self.inputs[name] if self.is_scheduled or not condition else ""
