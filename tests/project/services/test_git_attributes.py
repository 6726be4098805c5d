"""The line of ``.gitattributes`` that ``init`` writes: Git takes it for the runtime alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.project import Project

pytestmark = pytest.mark.slow

KITES = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
paths:
  /kites:
    get: {operationId: kites/list, responses: {"204": {description: None yet.}}}
"""
LINE = "generated/**/_runtime/** linguist-generated\n"
ATTRIBUTES = ".gitattributes"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    git(tmp_path, "init", "--quiet")
    project = Project(tmp_path, "kites")
    project.write("kites.yaml", KITES)
    return project


def folded(project: Project) -> set[str]:
    """Return the files of the project that have the attribute, as Git sees them."""
    names = [name for name in project.files() if name != ATTRIBUTES]
    words = ("check-attr", "-z", "linguist-generated", "--", *names)
    states = git(project.root, *words).split("\0")
    return {states[at] for at in range(0, len(states) - 1, 3) if states[at + 2] == "set"}


def in_runtime(project: Project) -> set[str]:
    names = {name for name in project.files() if "/_runtime/" in name}
    assert len(names) > 2
    return names


def test_the_runtime_alone_is_marked(project: Project) -> None:
    said = project.does("init", "kites.yaml")
    assert project.read(ATTRIBUTES) == LINE
    assert f"{ATTRIBUTES}: pull requests fold the runtime: {LINE}" in said.out
    assert folded(project) == in_runtime(project)
    project.does("check", "--full")


def test_it_can_be_left_out(project: Project) -> None:
    said = project.does("init", "kites.yaml", "--no-attributes")
    assert not (project.root / ATTRIBUTES).exists()
    assert ATTRIBUTES not in said.out


def test_outside_of_a_repository_there_is_none(project: Project) -> None:
    shutil.rmtree(project.root / ".git")
    said = project.does("init", "kites.yaml")
    assert not (project.root / ATTRIBUTES).exists()
    assert ATTRIBUTES not in said.out


def test_the_runtime_of_models_alone_is_marked(project: Project) -> None:
    head = KITES.partition("servers:")[0]
    schemas = "paths: {}\ncomponents: {schemas: {Kite: {type: object}}}\n"
    project.write("kites.yaml", head + schemas)
    project.does("init", "kites.yaml")
    assert folded(project) == in_runtime(project)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"* text=auto", b"* text=auto\n" + LINE.encode()),
        (b"# mine \n\n*.bin -diff\n", b"# mine \n\n*.bin -diff\n" + LINE.encode()),
        (b"* text\r\n", b"* text\r\n" + LINE.replace("\n", "\r\n").encode()),
        (b"caf\xe9 -text\n", b"caf\xe9 -text\n" + LINE.encode()),
        (b"", LINE.encode()),
    ],
)
def test_other_lines_stay(project: Project, old: bytes, new: bytes) -> None:
    path = project.root / ATTRIBUTES
    path.write_bytes(old)
    path.chmod(0o640)
    project.does("init", "kites.yaml")
    assert path.read_bytes() == new
    assert path.stat().st_mode & 0o777 == 0o640
    assert folded(project) == in_runtime(project)


@pytest.mark.parametrize(
    "line",
    [
        "generated/** linguist-generated=true\n",
        "generated/**/_runtime/** linguist-generated=false\n",
        "* -linguist-generated\n",
        "generated/**/_runtime/** linguist-generated",
        "[attr]ours linguist-generated -diff\n/generated/** ours\n",
    ],
)
def test_a_line_that_decides_it_is_enough(project: Project, line: str) -> None:
    project.write(ATTRIBUTES, line)
    said = project.does("init", "kites.yaml")
    assert project.read(ATTRIBUTES) == line
    assert ATTRIBUTES not in said.out


def test_a_second_client_adds_none(project: Project) -> None:
    project.does("init", "kites.yaml")
    said = project.does("init", "kites.yaml", "--package", "others")
    assert project.read(ATTRIBUTES) == LINE
    assert ATTRIBUTES not in said.out
    project.does("init", "kites.yaml", "--package", "third", "--output", "lib")
    assert project.read(ATTRIBUTES) == f"{LINE}lib/**/_runtime/** linguist-generated\n"
    assert folded(project) == in_runtime(project)


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("src/acme", "src/acme/**/_runtime/**"),
        (".", "kites/_runtime/**"),
        ("my code", '"my code/**/_runtime/**"'),
        ("[a]*?!", r'"\\[a]\\*\\?\\!/**/_runtime/**"'),
        ('a"b', r'"a\"b/**/_runtime/**"'),
        ("#a", r'"\\#a/**/_runtime/**"'),
        ("!a", r'"\\!a/**/_runtime/**"'),
        ("tab\there", r'"tab\011here/**/_runtime/**"'),
        ("größe", "größe/**/_runtime/**"),
    ],
)
def test_the_pattern_is_of_the_output_folder(project: Project, output: str, line: str) -> None:
    project.write("other/_runtime/mine.py", "")
    project.write("_runtime/mine.py", "")
    project.does("init", "kites.yaml", "--output", output)
    assert project.read(ATTRIBUTES) == f"{line} linguist-generated\n"
    mine = {"other/_runtime/mine.py", "_runtime/mine.py"}
    assert folded(project) == in_runtime(project) - mine


def test_in_a_folder_of_the_repository_it_is_beside_the_settings(project: Project) -> None:
    part = Project(project.root / "parts" / "one", "kites")
    part.write("pyproject.toml", "")
    said = part.does("init", "../../kites.yaml")
    assert part.read(ATTRIBUTES) == LINE
    assert not (project.root / ATTRIBUTES).exists()
    assert f"\n{ATTRIBUTES}: pull requests fold" in said.out
    assert folded(project) == in_runtime(project)


def test_a_line_above_the_project_is_enough(project: Project) -> None:
    part = Project(project.root / "parts" / "one", "kites")
    part.write("pyproject.toml", "")
    project.write(ATTRIBUTES, "**/_runtime/** linguist-generated\n")
    part.does("init", "../../kites.yaml")
    assert not (part.root / ATTRIBUTES).exists()


def test_an_output_beside_the_project_is_marked_at_the_top(project: Project) -> None:
    part = Project(project.root / "parts" / "one", "kites")
    part.write("pyproject.toml", "")
    part.does("init", "../../kites.yaml", "--output", "../two")
    assert project.read(ATTRIBUTES) == "parts/two/**/_runtime/** linguist-generated\n"
    assert not (part.root / ATTRIBUTES).exists()
    assert folded(project) == in_runtime(project)


@pytest.mark.parametrize("target", ["../outside", "inside", "nowhere", ATTRIBUTES])
def test_a_link_stays_and_is_not_followed(tmp_path: Path, target: str) -> None:
    project = Project(tmp_path / "project", "kites")
    project.write("kites.yaml", KITES)
    git(project.root, "init", "--quiet")
    for name in ("../outside", "inside"):
        project.write(name, "mine\n")
    path = project.root / ATTRIBUTES
    path.symlink_to(target)
    said = project.does("init", "kites.yaml")
    assert str(path.readlink()) == target
    assert f"to fold the runtime in pull requests, add: {LINE}" in said.out
    assert project.read("../outside") == project.read("inside") == "mine\n"
    assert not (project.root / "nowhere").exists()


def test_a_folder_in_its_place_stays(project: Project) -> None:
    project.write(f"{ATTRIBUTES}/mine", "mine")
    said = project.does("init", "kites.yaml")
    assert project.read(f"{ATTRIBUTES}/mine") == "mine"
    assert f"add: {LINE}" in said.out


def test_without_git_the_line_is_written_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project.root))
    project.does("init", "kites.yaml", "--no-ci")
    project.does("init", "kites.yaml", "--no-ci", "--package", "others")
    assert project.read(ATTRIBUTES) == LINE


def test_nothing_is_written_for_a_description_that_is_refused(project: Project) -> None:
    project.write("kites.yaml", "openapi: 3.0.3\npaths: {}\n")
    project.refuses("init", "kites.yaml")
