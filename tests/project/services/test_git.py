"""Git as it is called: which program, and with which settings."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from generator.project.services.copies.git_merge import merge
from generator.project.services.project.git import run_git, versions
from tests.support.project import commit, git

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")

ECHO = """\
#!/bin/sh
echo "$0"
for argument; do echo "$argument"; done
env
"""


def stand_in(folder: Path, text: str = ECHO) -> Path:
    """A program called git."""
    folder.mkdir(parents=True, exist_ok=True)
    git = folder / "git"
    git.write_text(text, encoding="utf-8")
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    return git


def test_what_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To run no program and to fetch nothing, also in versions that lack one of the settings."""
    git = stand_in(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    printed = run_git(tmp_path, "rev-list", "HEAD", ceiling=tmp_path)
    assert printed is not None
    lines = printed.decode().splitlines()
    assert lines[0] == str(git)
    for line in (
        "core.fsmonitor=false",
        f"core.hooksPath={os.devnull}",
        f"core.attributesFile={os.devnull}",
        "GIT_ALLOW_PROTOCOL=none",
        "GIT_NO_LAZY_FETCH=1",
        "GIT_TERMINAL_PROMPT=0",
        f"GIT_CEILING_DIRECTORIES={tmp_path}",
    ):
        assert line in lines


@pytest.mark.parametrize("path", ["", ".", "bin", "./bin", os.pathsep])
def test_a_program_of_the_checkout_is_not_run(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from the current folder nor by a relative entry of PATH."""
    ran = tmp_path / "ran"
    for folder in (tmp_path, tmp_path / "bin"):
        stand_in(folder, f"#!/bin/sh\ntouch {ran}\n")
    file = tmp_path / "file.yaml"
    file.touch()
    monkeypatch.chdir(tmp_path)
    real = shutil.which("git")
    for rest in ("", str(Path(real).parent) if real else ""):
        monkeypatch.setenv("PATH", f"{path}{os.pathsep}{rest}" if rest else path)
        assert list(versions(file)) == []
        assert (merge(b"a\n", b"a\n", b"b\n") is None) == (not rest)
    assert not ran.exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git isn't here")
@pytest.mark.parametrize("lacks_setting", [False, True], ids=["new git", "old git"])
def test_a_partial_clone_fetches_nothing(
    lacks_setting: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its remote would be asked by a program that the checkout's configuration names."""
    ran = tmp_path / "ran"
    (tmp_path / "api.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    commit(tmp_path)
    for path in (tmp_path / ".git/objects").glob("??/*"):
        if git(tmp_path, "cat-file", "-t", path.parent.name + path.name) == "blob\n":
            path.unlink()
    for key, value in (
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ssh://localhost/{tmp_path}"),
        ("core.sshCommand", f"touch {ran} #"),
    ):
        git(tmp_path, "config", key, value)
    if lacks_setting:
        monkeypatch.setitem(run_git.__globals__["_ENVIRONMENT"], "GIT_NO_LAZY_FETCH", "0")
    assert not any(versions(tmp_path / "api.yaml"))
    assert not ran.exists()
