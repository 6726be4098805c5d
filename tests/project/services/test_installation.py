"""Where speclock was installed from, as the workflow of ``init`` has to know it."""

from __future__ import annotations

import json
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest

from generator.base.version import REPOSITORY
from generator.project.services.project import installation
from generator.project.services.project.installation import action, action_of, source

URL, COMMIT = "https://github.com/maker/speclock", "0123456789" * 4
ACTION = f"maker/speclock@{COMMIT}"


def installed(folder: Path, direct_url: str | None, version: str = "1.2.0") -> PathDistribution:
    (folder / "METADATA").write_text(f"Name: speclock\nVersion: {version}\n", encoding="utf-8")
    if direct_url is not None:
        (folder / "direct_url.json").write_text(direct_url, encoding="utf-8")
    return PathDistribution(folder)


def git(url: str = URL, commit: Any = COMMIT, vcs: str = "git", **more: Any) -> dict[str, Any]:
    return {"url": url, "vcs_info": {"vcs": vcs, "commit_id": commit}, **more}


@pytest.mark.parametrize(
    ("direct_url", "expected"),
    [
        (git(), ACTION),
        (git(f"{URL}.git"), ACTION),
        (git("https://github.com/a.b/c-d_e.f"), ""),
        (git("https://github.com/a-b/c-d_e.f"), f"a-b/c-d_e.f@{COMMIT}"),
        (git(commit="ab" * 32), f"maker/speclock@{'ab' * 32}"),
        # No action of GitHub, or with a secret in it.
        (git("https://host.example/maker/speclock"), ""),
        (git("https://github.com/maker"), ""),
        (git("https://github.com/maker/speclock/more"), ""),
        (git("file:///srv/speclock"), ""),
        (git("ssh://git@github.com/maker/speclock"), ""),
        (git("http://github.com/maker/speclock"), ""),
        (git("https://me:secret@github.com/maker/speclock"), ""),
        (git("https://github.com/maker/speclock?token=secret"), ""),
        (git(vcs="hg"), ""),
        (git(subdirectory="python"), ""),
        ({"url": "file:///srv/speclock", "dir_info": {"editable": True}}, ""),
        ({"url": "file:///srv/speclock", "dir_info": {}}, ""),
        ({"url": "https://host.example/speclock-1.2.0-py3-none-any.whl", "archive_info": {}}, ""),
        # Attacks on the YAML and the shell.
        (git("https://github.com/maker/speclock'\nevil: true"), ""),
        (git("https://github.com/maker/speclock\n"), ""),
        (git('https://github.com/maker/speclock"; touch pwned; "'), ""),
        (git("https://github.com/maker/speclock$(touch pwned)"), ""),
        (git("https://github.com/maker/speclock${{ github.token }}"), ""),
        (git(commit=f"{COMMIT}\nevil: true"), ""),
        (git(commit="main"), ""),
        (git(commit=7), ""),
        ([], ""),
        ("git", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_direct_urls(tmp_path: Path, direct_url: object, expected: str) -> None:
    assert action_of(installed(tmp_path, json.dumps(direct_url))) == expected


@pytest.mark.parametrize("text", ["", "{", "\ufeff{}", "\0"])
def test_a_file_that_is_not_json(tmp_path: Path, text: str) -> None:
    assert action_of(installed(tmp_path, text)) == ""


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.2.0", f"{REPOSITORY}@v1.2.0"),
        ("2.0rc1", f"{REPOSITORY}@v2.0rc1"),
        ("1!2.0.post1+local.7", ""),
        ("1.0'", ""),
        ("1.0 ; evil", ""),
    ],
)
def test_from_an_index(tmp_path: Path, version: str, expected: str) -> None:
    found = installed(tmp_path, None, version)
    assert action_of(found, released=True) == expected
    assert action_of(found, released=False) == ""


def test_run_from_a_clone() -> None:
    assert action() == ""


@pytest.mark.parametrize(
    ("direct_url", "expected"),
    [
        (git(), f"git+{URL}@{COMMIT}"),
        ({"url": "file:///a%20b/x.whl", "archive_info": {}}, "file:///a%20b/x.whl"),
        ({"url": "https://host.example/x.whl"}, "https://host.example/x.whl"),
        ([], "speclock"),
        (None, "speclock"),
    ],
)
def test_what_an_installer_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct_url: object, expected: str
) -> None:
    text = None if direct_url is None else json.dumps(direct_url)
    found = installed(tmp_path, text)
    monkeypatch.setattr(installation, "distribution", lambda _: found)
    assert source() == expected
