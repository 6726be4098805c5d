"""The tools of ``tools.toml``, and the programs that install and run them."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SETTINGS = Path(__file__).with_name("tools.toml")


@dataclass(frozen=True)
class Tool:
    """A tool: its packages, commands and calls. ``tools.toml`` says what each field is."""

    name: str
    client: list[str]
    calls: dict[str, str]
    install: list[str] = field(default_factory=list[str])
    npm: list[str] = field(default_factory=list[str])
    commands: list[str] = field(default_factory=list[str])
    files: dict[str, str] = field(default_factory=dict[str, str])
    package: str = ""
    path: str = ""
    python: str = ""
    note: str = ""

    @property
    def title(self) -> str:
        """The name with the version."""
        package = (self.install or self.npm)[0]
        version = package.rpartition("@" if not self.install else "==")[2]
        return f"{self.name} {version}" if version != package else self.name


@dataclass(frozen=True)
class Registries:
    """The version of pip, and the time after which nothing is installed that was uploaded."""

    pip: str
    until: str


def read_tools() -> tuple[Registries, list[Tool]]:
    """Return what ``tools.toml`` says."""
    content: dict[str, Any] = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    tools = [Tool(**table) for table in content.pop("tool")]
    return Registries(**content), tools


def run(
    *words: str | Path, seconds: int = 300, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program without this environment's ``PYTHONPATH``."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    environment["REDOCLY_TELEMETRY"] = "off"
    return subprocess.run(
        [*map(str, words)],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


def install(folder: Path, tool: Tool, packages: list[str], registries: Registries) -> Path:
    """Return the programs of a virtual environment, which is made if it isn't there."""
    programs = folder / "bin"
    if (folder / "ready").exists():
        return programs
    python = f"python{tool.python}" if tool.python else sys.executable
    run_installer(python, "-m", "venv", "--clear", folder)
    pip = (programs / "python", "-m", "pip", "install", "--quiet")
    run_installer(*pip, f"pip=={registries.pip}")
    packages = [package.replace("{root}", str(ROOT)) for package in packages]
    if packages:
        run_installer(*pip, "--uploaded-prior-to", registries.until, *packages)
    (folder / "ready").touch()
    return programs


def install_npm(folder: Path, packages: list[str], registries: Registries) -> Path:
    """Return the programs of npm's packages, which are installed if they aren't there."""
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder)
        run_installer(*npm, f"--before={registries.until}", *packages)
        (folder / "ready").touch()
    return folder / "node_modules" / ".bin"


def run_installer(*words: str | Path) -> None:
    """Run a program; raise :class:`RuntimeError` with the end of what it says if it fails."""
    done = run(*words, seconds=900)
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr)[-500:])
