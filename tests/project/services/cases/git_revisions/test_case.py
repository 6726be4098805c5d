"""Sides of ``drift`` that are commits of git: ``git:REV`` and ``git:REV:PATH``."""

from __future__ import annotations

import json
import os
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.code_scanning import check_code_scanning
from tests.support.project import Project, commit, git, replace

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git isn't here")
FILES = {
    "pyproject.toml": """\
[tool.speclock.clients.farm]
spec = "api/farm.yaml"
overlays = ["api/overlay.yaml"]
root = "."
""",
    "api/farm.yaml": """\
openapi: 3.1.0
info: {title: Farm, version: "1"}
paths:
  /trees:
    get:
      operationId: trees/list
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        "200":
          description: The trees.
          content:
            application/json:
              schema: {$ref: "../common/models.yaml#/Tree"}
""",
    "common/models.yaml": """\
Tree:
  type: object
  required: [kind]
  properties:
    kind: {$ref: "more models/kind.yaml#/Kind"}
""",
    "common/more models/kind.yaml": "Kind: {type: string, enum: [APPLE, PEAR]}\n",
    "api/overlay.yaml": """\
overlay: 1.0.0
info: {title: Corrections, version: "1"}
extends: farm.yaml
actions:
  - target: $.paths['/trees'].get.parameters[0]
    update: {required: false}
""",
}
CHANGES = {
    "api/farm.yaml": ("maximum: 100", "maximum: 50"),
    "common/models.yaml": ("required: [kind]", "required: []"),
    "common/more models/kind.yaml": ("APPLE, PEAR", "APPLE, PEAR, PLUM"),
    "api/overlay.yaml": ("required: false", "required: true"),
}


@pytest.fixture(name="farm")
def _farm(tmp_path: Path) -> Project:
    """A repository whose commit v1 has the files, and whose working tree has them changed."""
    farm = Project(tmp_path / "farm", "farm")
    for name, text in FILES.items():
        farm.write(name, text)
    commit(farm.root)
    git(farm.root, "tag", "v1")
    for name, change in CHANGES.items():
        replace(farm.root / name, change)
    return farm


def changes(farm: Project, *words: str | Path) -> list[Any]:
    """Return what a report has of each change, but the names of the files."""
    outcome = farm.run("drift", *words, "--format", "json")
    assert outcome.code in (0, 1), outcome
    keys = ("id", "wire", "python", "message", "fingerprint")
    return [[one[key] for key in keys] for one in json.loads(outcome.out)["changes"]]


def test_a_working_tree_is_compared_with_a_commit(farm: Project) -> None:
    """Each of the four files of the commit counts; by two commits the changes are the same."""
    found = changes(farm, "--base", "git:v1")
    assert len(found) == len(CHANGES), found
    assert changes(farm, "--base", "git:HEAD:./api/farm.yaml") == found
    assert changes(farm, "--base", "git:v1", "--revision", "api/farm.yaml") == found
    commit(farm.root)
    git(farm.root, "branch", "feature/limit")
    assert changes(farm, "--base", "git:HEAD~1", "--revision", "git:feature/limit") == found
    assert changes(farm, "--base", "git:v1") == found
    assert not changes(farm, "--base", "git:HEAD")
    back = changes(farm, "--revision", "git:v1")
    assert len(back) == len(CHANGES)
    assert back != found


def test_the_verdict_is_that_of_the_files(farm: Project) -> None:
    """A copy of the commit's files has the same changes; the overlay is out, which isn't copied."""
    for name, text in FILES.items():
        farm.write(f"old/{name}", text)
    farm.replace('overlays = ["api/overlay.yaml"]\n', "", "pyproject.toml")
    config = ("--config", "pyproject.toml", "--revision", "api/farm.yaml")
    by_file = changes(farm, *config, "--base", "old/api/farm.yaml")
    assert len(by_file) == len(CHANGES) - 1
    assert changes(farm, *config, "--base", "git:v1") == by_file
    assert changes(farm, *config, "--base", "git:v1:api/farm.yaml") == by_file


@pytest.mark.slow
def test_releases_of_an_api(tmp_path: Path) -> None:
    """Each release is a commit, of the same file; the verdicts are those of two files."""
    sample = Path(__file__).parents[2] / "update" / "releases"
    files = sorted(Path(os.environ.get("SPECLOCK_RELEASES") or sample).glob("*.yaml"))
    api = Project(tmp_path, "api")
    for path in files:
        api.spec.parent.mkdir(exist_ok=True)
        api.spec.write_bytes(path.read_bytes())
        commit(tmp_path)
        git(tmp_path, "tag", path.stem)
    assert len(files) > 5
    for old, new in [*pairwise(files), (files[0], files[-1])]:
        found = changes(api, "--base", old, "--revision", new)
        sides = [f"git:{path.stem}:spec/api.yaml" for path in (old, new)]
        assert found
        assert changes(api, "--base", sides[0], "--revision", sides[1]) == found, (old, new)


def test_places_name_the_commit_and_the_file(farm: Project) -> None:
    """As git writes them, also those in a further file and for a branch with a slash."""
    git(farm.root, "branch", "feature/x", "v1")
    out = farm.run("drift", "--base", "git:feature/x", code=1).out
    assert "git:feature/x:api/farm.yaml" in out
    assert "git:feature/x:common/more models/kind.yaml:1:" in out


def test_annotations_are_at_files_of_the_working_tree(farm: Project) -> None:
    """A file of a commit has no lines in a pull request."""
    words = ("drift", "--base", "git:v1", "--format")
    out = farm.run(*words, "github", code=1).out
    assert "file=api/farm.yaml," in out
    assert "file=git" not in out
    out = farm.run(*words, "sarif", code=1).out
    check_code_scanning(farm.root, out)
    assert '"uri": "common/more%20models/kind.yaml"' in out
    assert "Old place: git:v1:common/more models/kind.yaml:1:" in out
    commit(farm.root)
    out = farm.run(*words[:3], "--revision", "git:HEAD", "--format", "sarif", code=1).out
    check_code_scanning(farm.root, out)


def test_the_allow_list_counts(farm: Project) -> None:
    """That of the working tree; entries for changes that upstream alone has are no faults."""
    report = json.loads(farm.run("drift", "--base", "git:v1", "--format", "json", code=1).out)
    entries = "".join(
        f'[[allowed]]\nfingerprint = "{one}"\nchange = "a"\nreason = "b"\nowner = "c"\n'
        "expires = 2099-01-01\n"
        for one in ["0123456789ab", *(change["fingerprint"] for change in report["changes"])]
    )
    farm.write("api/farm.allowed.toml", entries)
    farm.does("drift", "--base", "git:v1")


def test_an_overlay_that_is_new_is_not_applied_to_the_commit(farm: Project) -> None:
    """The commit's description is what it was without it."""
    farm.write(
        "api/new.yaml", FILES["api/overlay.yaml"].replace("required: false", "deprecated: true")
    )
    farm.replace('"api/overlay.yaml"', '"api/overlay.yaml", "api/new.yaml"', "pyproject.toml")
    ids = {one[0] for one in changes(farm, "--base", "git:v1")}
    assert any("deprecat" in one for one in ids), ids


@pytest.mark.parametrize(
    ("side", "message", "remedy"),
    [
        ("git:v2", "git has no commit of this name", "git fetch --all --tags"),
        ("git:upstream/x", "git has no commit of this name", "git fetch upstream"),
        ("git:", "git has no commit of this name", "git tag"),
        ("git:--all", "git has no commit of this name", "git tag"),
        ("git:v1..HEAD", "git has no commit of this name", "git tag"),
        ("git:v1:api/barn.yaml", "it isn't in the commit", "Check the path."),
        ("git:v1:api", "Is a directory", "Check the path."),
        ("git:v1:../farm.yaml", "isn't in the git repository", "Name a file in it."),
        ("git:v1:link.yaml", "link.yaml is a symbolic link", "Check the path."),
        ("git:v1:linked/farm.yaml", "linked is a symbolic link", "Check the path."),
        ("git:v1:module/farm.yaml", "module is a submodule", "Check the path."),
        ("git:v1:large.yaml", "in Git LFS", "Check the path."),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_what_cannot_be_read(farm: Project, side: str, message: str, remedy: str) -> None:
    (farm.root / "link.yaml").symlink_to("api/farm.yaml")
    (farm.root / "linked").symlink_to("api")
    farm.write("large.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    head = git(farm.root, "rev-parse", "v1").strip()
    git(farm.root, "add", "-A")
    git(farm.root, "update-index", "--add", "--cacheinfo", f"160000,{head},module")
    git(farm.root, "commit", "-qm", "entries that aren't files")
    git(farm.root, "tag", "-f", "v1")
    error = farm.refuses("drift", "--base", side, "--revision", "api/farm.yaml")
    assert message in error, error
    assert remedy in error, error


def test_a_link_among_further_files_is_refused(farm: Project) -> None:
    path = farm.root / "common/models.yaml"
    path.rename(farm.root / "elsewhere.yaml")
    path.symlink_to("../elsewhere.yaml")
    commit(farm.root)
    error = farm.run("drift", "--base", "git:HEAD")
    assert "common/models.yaml is a symbolic link" in error.out + error.err, error


def test_a_description_that_was_renamed(farm: Project) -> None:
    (farm.root / "api/farm.yaml").rename(farm.root / "api/barn.yaml")
    farm.replace("farm.yaml", "barn.yaml", "pyproject.toml")
    error = farm.refuses("drift", "--base", "git:v1")
    assert "git:v1:api/barn.yaml cannot be read" in error
    assert "git:v1:PATH" in error
    assert changes(farm, "--base", "git:v1:api/farm.yaml")


def test_a_folder_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    project = Project(tmp_path)
    project.write("new.yaml", FILES["api/farm.yaml"])
    error = project.refuses("drift", "--base", "git:v1:a.yaml", "--revision", "new.yaml")
    assert "git finds no repository" in error


def test_a_hook_of_another_repository(
    farm: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The repository is the one that the project is in, whatever git sets for a hook."""
    expected = changes(farm, "--base", "git:v1")
    commit(farm.root / "api")
    shutil.move(farm.root / "api" / ".git", tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    assert changes(farm, "--base", "git:v1") == expected


def test_a_shallow_clone(farm: Project, tmp_path: Path) -> None:
    """The remedy is right: after it the same command works."""
    commit(farm.root)
    git(tmp_path, "clone", "-q", "--depth=1", farm.root.as_uri(), "clone")
    clone = Project(tmp_path / "clone")
    error = clone.refuses("drift", "--base", "git:HEAD~1")
    assert "The clone is shallow" in error
    assert "`git fetch --unshallow`" in error
    git(clone.root, "fetch", "-q", "--unshallow")
    assert len(changes(clone, "--base", "git:HEAD~1")) == len(CHANGES)


def test_a_branch_that_a_shallow_clone_lacks(farm: Project, tmp_path: Path) -> None:
    git(farm.root, "branch", "release/1", "v1")
    commit(farm.root)
    git(tmp_path, "clone", "-q", "--depth=1", farm.root.as_uri(), "clone")
    clone = Project(tmp_path / "clone")
    error = clone.refuses("drift", "--base", "git:origin/release/1")
    command = "git fetch origin release/1:refs/remotes/origin/release/1"
    assert f"`{command}`" in error
    git(clone.root, *command.split()[1:])
    assert len(changes(clone, "--base", "git:origin/release/1")) == len(CHANGES)


def test_a_file_is_limited_in_size(farm: Project) -> None:
    farm.write("api/farm.yaml", "#" * (64 * 1024 * 1024 + 1))
    commit(farm.root)
    error = farm.refuses("drift", "--base", "git:HEAD", "--revision", "common/models.yaml")
    assert "more than 67,108,864 bytes" in error


def test_the_budget_counts_files_of_a_commit(farm: Project) -> None:
    """By what the run may read at most."""
    farm.write(
        "common/more models/kind.yaml", FILES["common/more models/kind.yaml"] + "#" * 2000 + "\n"
    )
    commit(farm.root)
    farm.configure("\n[tool.speclock.limits]\nbytes = 1000\n")
    outcome = farm.run("drift", "--base", "git:HEAD", code=2)
    assert "more than 1,000 bytes" in outcome.err, outcome


@pytest.mark.skipif(sys.platform == "win32", reason="programs of the repository are shell scripts")
class TestHostileRepository:
    """What a repository's configuration names is not run, and nothing outside it is read."""

    def test_no_program_is_run(self, farm: Project, tmp_path: Path) -> None:
        expected = changes(farm, "--base", "git:v1")
        ran = tmp_path / "ran"
        script = farm.write("evil", f"#!/bin/sh\ntouch {ran}\ncat\n")
        script.chmod(0o755)
        hooks = farm.root / ".git/hooks"
        hooks.mkdir(exist_ok=True)
        for name in (
            "post-checkout",
            "post-index-change",
            "reference-transaction",
            "fsmonitor-watchman",
        ):
            shutil.copy(script, hooks / name)
        farm.write(".gitattributes", "*.yaml filter=evil diff=evil text eol=crlf ident\n")
        git(farm.root, "add", ".gitattributes")
        git(farm.root, "commit", "-qm", "attributes")
        for key in (
            "core.fsmonitor", "core.pager", "core.sshCommand", "core.alternateRefsCommand",
            "core.gitProxy", "core.askPass", "filter.evil.clean", "filter.evil.smudge",
            "filter.evil.process", "diff.evil.textconv", "diff.evil.command", "diff.external",
            "alias.cat-file", "alias.ls-tree", "alias.rev-parse", "credential.helper",
            "uploadpack.packObjectsHook", "gpg.program",
        ):  # fmt: skip
            value = f"!{script}" if key.startswith(("alias", "credential")) else str(script)
            git(farm.root, "config", key, value)
        git(farm.root, "config", "core.hooksPath", str(hooks))
        ran.unlink(missing_ok=True)
        assert changes(farm, "--base", "git:v1") == expected
        assert not ran.exists()

    def test_replaced_objects_and_grafts_do_nothing(self, farm: Project) -> None:
        expected = changes(farm, "--base", "git:v1")
        commit(farm.root)
        old, new = git(farm.root, "rev-parse", "v1", "HEAD").split()
        git(farm.root, "replace", "-f", old, new)
        blobs = git(farm.root, "rev-parse", "v1:common/models.yaml", "HEAD:common/models.yaml")
        git(farm.root, "replace", "-f", *blobs.split())
        assert changes(farm, "--base", "git:v1") == expected
        git(farm.root, "replace", "-d", old, blobs.split()[0])
        (farm.root / ".git/info").mkdir(exist_ok=True)
        (farm.root / ".git/info/grafts").write_text(f"{new}\n", encoding="utf-8")
        assert changes(farm, "--base", "git:HEAD~1") == expected

    def test_objects_of_another_repository_are_not_read(
        self, farm: Project, tmp_path: Path
    ) -> None:
        """The remedy copies them."""
        git(tmp_path, "clone", "-q", "--shared", str(farm.root), "clone")
        clone = Project(tmp_path / "clone")
        error = clone.refuses("drift", "--base", "git:v1")
        assert "takes objects from another one" in error
        assert "git repack -a -d" in error
        git(clone.root, "repack", "-q", "-a", "-d")
        (clone.root / ".git/objects/info/alternates").unlink()
        assert not changes(clone, "--base", "git:v1")

    def test_a_partial_clone_fetches_nothing(self, farm: Project, tmp_path: Path) -> None:
        commit(farm.root)
        git(farm.root, "config", "uploadpack.allowFilter", "true")
        git(tmp_path, "clone", "-q", "--filter=blob:none", farm.root.as_uri(), "clone")
        clone = Project(tmp_path / "clone")
        ran = tmp_path / "ran"
        git(clone.root, "config", "remote.origin.url", f"ssh://localhost/{farm.root}")
        git(clone.root, "config", "core.sshCommand", f"touch {ran} #")
        error = clone.refuses("drift", "--base", "git:v1")
        assert "partial" in error
        assert not ran.exists()
