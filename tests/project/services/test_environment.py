"""The commands that install packages, by the environments of a project and of speclock."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from generator.project.services.project import installation
from generator.project.services.project.installation import (
    ProjectEnvironment,
    own_command,
    project_environment,
)

RUFF = ("ruff==0.15.1",)
PIP = ProjectEnvironment((), "pip install", "pip install", "")
UV = ProjectEnvironment((), "uv pip install", "uv pip install", "")
ACTIVATE = "source .venv/bin/activate"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(installation, "_IS_WINDOWS", False)


def program(folder: Path, name: str) -> None:
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    path = folder / "bin" / name
    path.touch()
    path.chmod(0o755)


def made(folder: Path, by: str = "") -> Path:
    folder.mkdir(parents=True)
    text = f"home = /usr/bin\n{by}include-system-site-packages = false\n"
    (folder / "pyvenv.cfg").write_text(text, encoding="utf-8")
    return folder


# ── of a project ─────────────────────────────────────────────────────────────────────────────────


def test_a_project_without_an_environment_gets_one(tmp_path: Path) -> None:
    steps = ("python3 -m venv .venv", ACTIVATE)
    assert project_environment(tmp_path) == ProjectEnvironment(
        steps, "pip install", "pip install", ""
    )
    program(tmp_path, "uv")
    assert project_environment(tmp_path) == ProjectEnvironment(
        ("uv venv", ACTIVATE), "uv pip install", "uv pip install", ""
    )


def test_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_IS_WINDOWS", True)
    steps = ("python -m venv .venv", r".venv\Scripts\activate")
    assert project_environment(tmp_path).steps == steps


def test_the_environment_of_the_project_is_activated(tmp_path: Path) -> None:
    made(tmp_path / ".venv")
    program(tmp_path, "uv")
    assert project_environment(tmp_path) == ProjectEnvironment(
        (ACTIVATE,), "pip install", "pip install", ""
    )


@pytest.mark.parametrize(("by", "expected"), [("", PIP), ("uv = 0.13.9\n", UV)])
def test_an_active_environment_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, expected: ProjectEnvironment
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(made(tmp_path / "other", by)))
    assert project_environment(tmp_path) == expected


def test_an_environment_of_conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))
    assert project_environment(tmp_path) == PIP


def test_a_project_of_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a member of a workspace; a lock outside of the repository is another project's."""
    member = tmp_path / "repository" / "packages" / "one"
    member.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (tmp_path / "uv.lock").touch()
    monkeypatch.setenv("VIRTUAL_ENV", str(made(tmp_path / "other")))
    assert project_environment(member) == PIP
    (tmp_path / "repository" / "uv.lock").touch()
    assert project_environment(member) == ProjectEnvironment(
        (), "uv add", "uv add --dev", "uv run "
    )


# ── of speclock ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the environment that this Python is said to run in; it has pip."""
    folder = made(tmp_path / "of speclock")
    monkeypatch.setattr(sys, "prefix", str(folder))
    monkeypatch.setattr(sys, "executable", str(folder / "bin" / "python"))
    monkeypatch.setattr(installation, "source", lambda: "file:///a/speclock.whl")
    monkeypatch.setattr(installation, "find_spec", lambda _: object())
    return folder


def test_pip(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name if it is that of the environment."""
    assert own_command(RUFF) == f"'{prefix}/bin/python' -m pip install ruff==0.15.1"
    program(prefix, "pip")
    assert shutil.which("pip") is None
    monkeypatch.setenv("PATH", f"{prefix}/bin")
    assert own_command(RUFF) == "pip install ruff==0.15.1"


def test_an_environment_without_pip(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda _: None)
    expected = f"uv pip install --python '{prefix}' ruff==0.15.1"
    assert own_command(RUFF) == expected
    monkeypatch.setenv("UV", "/bin/uv")
    (prefix / "uv-receipt.toml").touch()
    assert own_command(RUFF) == expected


def test_pipx(prefix: Path) -> None:
    (prefix / "pipx_metadata.json").touch()
    assert own_command(RUFF) == "pipx inject --force speclock ruff==0.15.1"


def test_uvx_and_uv_run(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take the packages for one command."""
    monkeypatch.setenv("UV", "/bin/uv")
    requirements = (*RUFF, "jinja2==3.1.5")
    options = "--with ruff==0.15.1 --with jinja2==3.1.5"
    expected = f"uvx --from file:///a/speclock.whl {options} speclock generate"
    assert own_command(requirements) == expected
    monkeypatch.setattr(installation, "source", lambda: "speclock")
    assert own_command(requirements) == f"uvx {options} speclock generate"
    monkeypatch.setenv("VIRTUAL_ENV", str(prefix))
    assert own_command(requirements) == f"uv run {options} speclock generate"
