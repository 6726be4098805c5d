"""The first lines of the pages, as printed: from the wheel, for a user who has Python, or uv too.

They need the package index.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.test_code_blocks import blocks, saved_files
from tests.support.command import ROOT, build_wheel, speclock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.nightly,
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here"),
]

README, DOCS = ROOT / "README.md", ROOT / "docs"
START, CI = DOCS / "getting-started.md", DOCS / "drift-in-ci.md"
PATH = "path/to/speclock"
NETWORK = re.compile(r"(PIP|UV|SSL|REQUESTS)_.*|\w+_proxy", re.IGNORECASE)
"""The variables that tell installers how the index is reached."""


@dataclass(frozen=True)
class User:
    """A user with an empty home, whose pip refuses to install outside of an environment."""

    home: Path
    programs: tuple[Path, ...]
    wheel: Path

    def run(self, text: str) -> str:
        """Run lines of a page in the user's folder, and return what they print."""
        text = text.replace(PATH, shlex.quote(str(self.wheel)))
        folders = [*self.programs, self.home / ".local" / "bin", sys.base_prefix + "/bin"]
        environment = {name: value for name, value in os.environ.items() if NETWORK.fullmatch(name)}
        environment |= {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([*map(str, folders), "/usr/bin", "/bin"]),
            "PIP_CACHE_DIR": str(self.wheel.parent / "pip-cache"),
            "PIP_NO_COMPILE": "1",
            "PIP_REQUIRE_VIRTUALENV": "1",
            "UV_CACHE_DIR": str(self.wheel.parent / "uv-cache"),
            "UV_SYSTEM_CERTS": "1",  # as pip does, where a company's proxy signs the index
        }
        for who in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{who}_NAME": "Ann", f"GIT_{who}_EMAIL": "ann@example.com"}
        done = subprocess.run(
            ["bash", "-euc", text],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def folder(self) -> Path:
        """The folder that the user works in."""
        return self.home / "project"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with uv and pipx."""
    folder = tmp_path_factory.mktemp("installers")
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    programs = folder / "environment" / "bin"
    pip = [str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "uv", "pipx"], check=True)
    (folder / "bin").mkdir()
    for name in ("uv", "uvx", "pipx"):
        (folder / "bin" / name).symlink_to(programs / name)
    return folder / "bin"


@pytest.fixture(params=["pip", "uv"])
def installer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def user(tmp_path: Path, wheel: Path, installers: Path, installer: str) -> User:
    programs = () if installer == "pip" else (installers,)
    user = User(tmp_path / "home", programs, wheel)
    user.folder.mkdir(parents=True)
    for name, text in saved_files(START).items():
        (user.folder / name).write_text(text, encoding="utf-8")
    return user


def scripts(page: Path) -> list[str]:
    """Return the shell blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [block.text for block in blocks(text) if block.language == "sh"]


def is_of_uv(script: str) -> bool:
    return script.startswith(("uv ", "uvx "))


def the_installation(page: Path, installer: str) -> str:
    """Return the block of a page that installs speclock with an installer."""
    (script,) = [
        script
        for script in scripts(page)
        if PATH in script and is_of_uv(script) == (installer == "uv")
    ]
    return script


def test_the_readme(user: User, installer: str) -> None:
    page = [*blocks(README.read_text(encoding="utf-8"))]
    (call,) = [block.text for block in page if block.language == "python"]
    (user.folder / "call.py").write_text(call, encoding="utf-8")
    _, output = [block.text for block in page if block.language == "text"]
    start, _, end = output.partition("…\n")
    printed = user.run(the_installation(README, installer))
    assert start in printed
    assert printed.endswith(f"\n{end}")


def test_getting_started(user: User, installer: str) -> None:
    """From its first line to the second operation; the rest is in test_docs.py."""
    lines = the_installation(START, installer)
    for script in scripts(START):
        if PATH not in script and "gh pr create" not in script and "eval" not in script:
            lines += script
    printed = user.run(f"{lines}git ls-files\n")
    assert "A-17\n2\n" in printed
    assert re.search(r"^\d+ passed", printed, re.MULTILINE)
    assert "added to bookshop: books/list" in printed
    assert "generated/bookshop/client.py" in printed and ".venv" not in printed


def test_another_ci_system(user: User, installer: str) -> None:
    speclock(user.folder, "init", "--example", "bookshop", "--operation", "orders/place")
    assert "bookshop: up to date" in user.run(the_installation(CI, installer))


@pytest.mark.parametrize("installer", ["uv"], indirect=True)
@pytest.mark.parametrize("command", ["uv tool install", "pipx install"])
def test_the_command_alone(user: User, command: str) -> None:
    for page in (README, DOCS / "index.md", START):
        assert f"{command} {PATH}" in page.read_text(encoding="utf-8")
    printed = user.run(f"{command} {PATH}\nspeclock init --example bookshop --no-ci\n")
    assert "generated/bookshop/: the client, 2 operations" in printed


@pytest.mark.parametrize("installer", ["uv"], indirect=True)
@pytest.mark.parametrize("command", ["uv tool install", "pipx install"])
def test_pre_commit(user: User, command: str) -> None:
    (lines,) = [script for script in scripts(CI) if "pre-commit install" in script]
    assert command in lines
    lines = lines.replace("uv tool install", command)
    user.run(f"git init --quiet\ntouch .pre-commit-config.yaml\n{lines}")
    for hook in ("pre-commit", "pre-push"):
        assert (user.folder / ".git" / "hooks" / hook).is_file()


PROJECT = """\
[project]
name = "shop"
version = "1"
requires-python = ">=3.11"
"""


@pytest.mark.parametrize(
    ("installer", "before"),
    [
        (
            "pip",
            f"python3 -m venv ~/own\n~/own/bin/pip install {PATH}\nexport PATH=~/own/bin:$PATH\n",
        ),
        ("uv", f"uv tool install {PATH}\n"),
        ("uv", f"uv tool install {PATH}\necho '{PROJECT}' > pyproject.toml\nuv lock\n"),
    ],
    indirect=["installer"],
    ids=["pip", "uv", "a project of uv"],
)
def test_what_init_prints(user: User, before: str) -> None:
    """The commands after "Next:" run; ``add`` with an operation."""
    init = "speclock init --example bookshop --operation orders/place\n"
    printed = user.run(before + init).partition("\nNext:\n")[2]
    lines = [line for line in printed.splitlines() if line.startswith("  ")]
    script = "\n".join(lines).replace("add OPERATION", "add books/list --yes")
    assert "pytest generated/tests/bookshop" in script and "books/list" in script
    export = "export PATH=~/own/bin:$PATH\n"
    printed = user.run(f"{export}{script}\n")
    assert re.search(r"\b\d+ passed", printed)
    assert "added to bookshop: books/list" in printed
