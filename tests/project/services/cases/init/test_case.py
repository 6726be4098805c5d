"""``speclock init``: interrupted runs, and a project's second client."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.project.cli.interrupt import INTERRUPTED
from tests.support.command import ROOT, python
from tests.support.project import Project, git
from tests.support.sockets import Peer, Server, answer

KITES = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
paths:
  /kites:
    get:
      operationId: kites/list
      responses: {"204": {description: None yet.}}
"""


def new_project(root: Path) -> Project:
    project = Project(root, "kites")
    project.write(".git/HEAD", "")
    project.write("kites.yaml", KITES)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "project")


@pytest.mark.parametrize("number", [0, 1, 9, -4, -3, -2, -1])
def test_an_interrupted_run_is_finished_by_the_next(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """``number`` is that of the file which the first run doesn't write to its end."""
    whole = new_project(tmp_path / "whole")
    written: list[Path] = []
    replace, end = Path.replace, -1

    def interrupted(temporary: Path, path: Path) -> Path:
        if len(written) == end:
            temporary.with_name(f".speclock-{'0' * 16}.tmp").write_bytes(b"half of i")
            raise KeyboardInterrupt
        written.append(path)
        return replace(temporary, path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        whole.does("init", "kites.yaml")
        end = range(len(written))[number]
        written.clear()
        project.run("init", "kites.yaml", code=INTERRUPTED)
    assert any(name.endswith(".tmp") for name in project.files())
    project.does("init", "kites.yaml")
    assert project.files() == whole.files()
    project.does("check", "--full")


def test_a_file_of_somebody_else_is_in_the_way(project: Project) -> None:
    project.write("generated/kites/__init__.py", "mine")
    assert "generated/kites exists" in project.refuses("init", "kites.yaml")


HEADER = "Authorization: Bearer $KITES_TOKEN"


def behind_a_login(server: Server, *paths: str) -> None:
    def respond(peer: Peer) -> None:
        is_known = peer.request.headers.get("authorization") == "Bearer s3cret"
        peer.send(answer(texts[peer.request.target]) if is_known else answer(status="401 No"))

    texts = {path: KITES.encode() for path in paths}
    server.answers.update(dict.fromkeys(paths, respond))


def test_a_url_behind_a_login(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_a_login(server, "/kites.yaml")
    words = ("init", server.url("/kites.yaml"), "--insecure")
    assert "--header 'Authorization: Bearer $SPECLOCK_TOKEN'" in project.run(*words, code=3).err
    error = project.refuses(*words, "--header", HEADER)
    assert "the environment variable KITES_TOKEN, for 'Bearer $KITES_TOKEN', is not set" in error
    monkeypatch.setenv("KITES_TOKEN", "s3cret")
    said = project.does(*words, "--header", HEADER)
    assert "env: {SPECLOCK_KITES_TOKEN: ${{ secrets.SPECLOCK_KITES_TOKEN }}}" in said.err
    assert "send the value of SPECLOCK_KITES_TOKEN" in said.err
    assert not [name for name, data in project.files().items() if b"s3cret" in data]
    assert (
        'upstream_headers = { "Authorization" = "Bearer $SPECLOCK_KITES_TOKEN" }'
        in project.read("pyproject.toml")
    )
    monkeypatch.setenv("SPECLOCK_KITES_TOKEN", "s3cret")
    for command in ("drift", "update"):
        project.does(command)
    project.does("check")
    monkeypatch.setenv("SPECLOCK_KITES_TOKEN", "old")
    error = project.run("update", code=3).err
    assert "`upstream_headers` in a client's settings" in error
    monkeypatch.setenv("SPECLOCK_KITES_TOKEN", "a\nb")
    assert "cannot be sent in a header" in project.refuses("update")
    project.replace("$SPECLOCK_KITES_TOKEN", "$KITES_TOKEN", "pyproject.toml")
    assert "upstream_headers must be a table of headers" in project.refuses("update")


@pytest.mark.parametrize(
    "words",
    [
        ("ls",),
        ("ls", "--pagination"),
        ("show", "kites/list"),
        ("slice", "--operation", "kites/list"),
    ],
    ids=" ".join,
)
def test_commands_that_read_a_url_behind_a_login(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    behind_a_login(server, "/kites.yaml")
    words = (*words, server.url("/kites.yaml"), "--insecure")
    if words[0] == "slice":
        words = ("slice", words[3], *words[1:3], "--insecure")
    assert "of init, ls, show and slice" in project.run(*words, code=3).err
    for header in (HEADER, "Authorization: Bearer s3cret"):
        error = project.refuses(*words, "--header", header)
        assert "KITES_TOKEN" in error or "a variable of the environment" in error
    monkeypatch.setenv("KITES_TOKEN", "s3cret")
    printed = project.does(*words, "--header", HEADER).out
    assert ("with pages" if "--pagination" in words else "kites") in printed


def test_a_header_is_sent_to_no_other_host(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITES_TOKEN", "s3cret")
    with Server() as other:
        text = KITES.replace(
            "None yet.}",
            f"None yet., headers: {{X-Age: {{$ref: '{other.url('/more.yaml')}#/Age'}}}}}}",
        )
        server.answers["/kites.yaml"] = answer(text.encode())
        other.answers["/more.yaml"] = answer(b"Age: {schema: {type: integer}}\n")
        host = f"127.0.0.1:{other.port}"
        words = ("init", server.url("/kites.yaml"), "--insecure", "--header", HEADER)
        project.does(*words, "--remote", host)
        project.run("drift", "--insecure", "--revision", other.url("/more.yaml"))
        assert other.requests
        assert not [one for one in other.requests if "authorization" in one.headers]
        assert server.requests[0].headers["authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(
    "text", ["Authorization: Bearer s3cret", "Authorization", ": $A", "A b: $B"]
)
def test_a_header_has_a_name_and_a_variable(project: Project, text: str) -> None:
    error = project.refuses("init", "https://kites.example/api.yaml", "--header", text)
    assert "--header 'Authorization: Bearer $SPECLOCK_TOKEN'" in error and "s3cret" not in error


def test_a_page_that_is_no_description_is_not_kept(project: Project, server: Server) -> None:
    """A login that answered once is asked again."""
    pages = iter([b"<html>Log in</html>", b'{"error": "log in"}', KITES.encode()])

    def respond(peer: Peer) -> None:
        if peer.request.headers.get("if-none-match"):
            peer.send(answer(status="304 Not Modified", etag='"1"', content_length=""))
        else:
            peer.send(answer(next(pages), etag='"1"'))

    server.answers["/kites.yaml"] = respond
    words = ("init", server.url("/kites.yaml"), "--insecure")
    for _ in range(2):
        project.refuses(*words)
    project.does(*words)
    project.does("update")
    assert "if-none-match" in server.requests[-1].headers


def test_an_older_document_is_taken(project: Project, server: Server) -> None:
    dates = {"1": "Mon, 02 Nov 2026 10:00:00 GMT", "2": "Tue, 03 Nov 2026 10:00:00 GMT"}
    version = "2"

    def respond(peer: Peer) -> None:
        if peer.request.headers.get("if-modified-since", "") >= dates[version]:
            peer.send(answer(status="304 Not Modified", content_length=""))
        else:
            text = KITES.replace('"1"', f'"{version}"')
            peer.send(answer(text.encode(), last_modified=dates[version]))

    server.answers["/kites.yaml"] = respond
    project.does("init", server.url("/kites.yaml"), "--insecure")
    version = "1"
    assert "version 2 → 1" in project.does("update", "--yes").out


SECOND = ("init", "storms.yaml", "--no-ci")
LINES = """\
  [tool.pytest.ini_options]
  pythonpath = ["generated"]
  addopts = ["--import-mode=importlib"]
  [tool.mypy]
  mypy_path = "generated"
  exclude = "^generated/tests/"
"""


def test_a_second_client_prints_the_settings_of_pytest_and_mypy(project: Project) -> None:
    project.write("storms.yaml", KITES)
    first = project.does("init", "kites.yaml", "--no-ci").out
    assert "importlib" not in first and "speclock add OPERATION  " in first
    second = project.does(*SECOND, "--output", "generated").out
    assert LINES in second and "speclock add OPERATION --client storms #" in second
    assert "output" not in project.read("pyproject.toml")
    settings = project.read("pyproject.toml") + LINES.replace("  ", "")
    project.write("pyproject.toml", settings)
    project.write("use.py", "import kites\nimport storms\n\nprint(kites.Kites, storms.Storms)\n")
    for tool, words in (("mypy", ["."]), ("pytest", ["-q", "-pno:cacheprovider"])):
        python(project.root, "-m", tool, *words, code=0)


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("pytest.ini", "[pytest]\naddopts = --import-mode=importlib\n", "[tool.mypy]"),
        ("mypy.ini", "[mypy]\nmypy_path = generated\nexclude = ^generated/\n", "[tool.pytest"),
        ("pyproject.toml", LINES, ""),
        ("pyproject.toml", "[tool.mypy]\nexclude = [\n  '^generated/',\n]\n", "[tool.pytest"),
    ],
)
def test_settings_that_are_there_are_not_printed(
    project: Project, name: str, text: str, left: str
) -> None:
    project.write("storms.yaml", KITES)
    project.write(name, text)
    project.does("init", "kites.yaml", "--no-ci")
    found = [line.strip() for line in project.does(*SECOND).out.splitlines() if "[tool." in line]
    headings = [line for line in found if not line.startswith("pyproject.toml: ")]
    assert len(headings) == bool(left) and all(line.startswith(left) for line in headings)


def test_a_copy_beside_other_files(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.does("init", "kites.yaml", "--no-ci")
    project.write("src/acme/orders.py", "")
    project.write("src/acme/models.py", "mine")
    assert "models.py exists" in project.run("vendor", "src/acme", code=2).err
    (project.root / "src/acme/models.py").unlink()
    note = "note: src/acme has other files, which stay: orders.py. DEST is the folder"
    with monkeypatch.context() as patch:
        patch.delattr("generator.project.services.copies.vendor.write")
        assert note in project.run("vendor", "src/acme", code=70).err
    assert note in project.does("vendor", "src/acme").err
    assert "other files" not in project.does("vendor", "src/acme").err
    assert "other files" not in project.does("vendor", "src/hub").err


@pytest.mark.parametrize("is_committed", [True, False])
def test_files_in_a_former_output_are_named(project: Project, is_committed: bool) -> None:
    shutil.rmtree(project.root / ".git")
    git(project.root, "init", "--quiet")
    project.does("init", "kites.yaml", "--no-ci")
    project.does("vendor", "other/kites")
    if is_committed:
        git(project.root, "add", "--all")
    project.configure('output = "lib"\n')
    said = project.generate()
    remove = "rm -r generated/kites generated/tests/kites"
    assert f"before, and these files stay. To remove them: {remove}\n" in said.err
    subprocess.run(remove.split(), cwd=project.root, check=True)
    assert "before" not in project.generate().err


def test_tests_in_a_former_folder_are_named(project: Project) -> None:
    project.does("init", "kites.yaml", "--no-ci")
    line = 'upstream = "kites.yaml"\n'
    project.replace(line, f'{line}tests_output = "tests/first"\n', "pyproject.toml")
    assert "before" not in project.generate().err
    project.replace("tests/first", "tests/second", "pyproject.toml")
    assert "rm -r tests/first\n" in project.generate().err


BACKENDS = {
    "setuptools": "setuptools.build_meta",
    "hatchling": "hatchling.build",
    "uv_build": "uv_build",
    "poetry-core": "poetry.core.masonry.api",
}
CALL = """\
from {name} import Bookshop
from {name}.testing import Fake

Bookshop(base_url="https://kites.example", transport=Fake()).kites.list()
"""


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("is_inside", [True, False], ids=["inside", "beside"])
@pytest.mark.parametrize("name", BACKENDS)
def test_build_backends(project: Project, name: str, is_inside: bool) -> None:
    """With the lines of the page; pip installs the back-end, which needs the package index."""
    page = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
    inside, lines = re.findall(r"```toml\n(\[tool\.s[^`]*)```", page)
    assert f"| {name} | yes" in page
    build = f'[build-system]\nrequires = ["{name}"]\nbuild-backend = "{BACKENDS[name]}"\n'
    text = f'[project]\nname = "acme"\nversion = "1"\n{build}{inside}'
    if not is_inside:
        text = text.replace("src/acme", "src")
    text += lines.partition("\n\n")[0] if is_inside else lines
    project.write("pyproject.toml", text)
    project.write("spec/bookshop.yaml", KITES)
    project.write("src/acme/__init__.py", "")
    project.generate()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build_wheel = [*pip, "wheel", "--no-deps", "--wheel-dir", "dist", "."]
    subprocess.run(build_wheel, cwd=project.root, check=True)
    (wheel,) = project.root.glob("dist/*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert not [one for one in archive.namelist() if "test_" in one or "conftest" in one]
        archive.extractall(project.root / "installed")
    package = "acme.bookshop" if is_inside else "bookshop"
    python(project.root, "-c", CALL.format(name=package), path=[project.root / "installed"])
    if name != "setuptools" and not is_inside:  # the lines are needed
        project.write("pyproject.toml", text.removesuffix(lines))
        subprocess.run(build_wheel, cwd=project.root, check=True)
        with zipfile.ZipFile(wheel) as archive:
            assert not [one for one in archive.namelist() if one.startswith("bookshop")]


REQUIREMENTS = [
    ("some_sdk", "its-transport"),
    ("its_transport", "httpx2>=1"),
    ("other_sdk", 'httpx2; extra == "two"'),
]
"""Installed packages, each with what it requires."""


DECLARED = pytest.mark.parametrize(
    ("declared", "library"),
    [
        ("", "httpx"),
        ('[project]\nname = "a"\ndependencies = ["httpx2>=0.1"]', "httpx2"),
        ('[project]\nname = "a"\ndependencies = ["HTTPX2[http2] ; os_name"]', "httpx2"),
        ('[project]\nname = "a"\ndependencies = ["httpx2", "httpx~=0.28"]', "httpx"),
        ('[project]\nname = "a"\ndependencies = ["httpx2-extras"]', "httpx"),
        ('[project.optional-dependencies]\nweb = ["httpx2"]', "httpx2"),
        ('[dependency-groups]\ntest = [{include-group = "web"}]\nweb = ["httpx2"]', "httpx2"),
        ('[dependency-groups]\ntest = ["httpx"]\nweb = ["httpx2"]', "httpx"),
        ('[project]\nname = "a"\ndependencies = ["Some_Sdk>=3"]', "httpx2"),
        ('[project]\nname = "a"\ndependencies = ["some-sdk[fast]", "httpx"]', "httpx"),
        ('[project]\nname = "a"\ndependencies = ["other-sdk"]', "httpx"),
        ('[tool.poetry.dependencies]\nhttpx2 = "^1"', "httpx2"),
        ('[tool.poetry.group.dev.dependencies]\nhttpx2 = {version = "^1"}', "httpx2"),
        ('project = 3\ndependency-groups = ["httpx2"]', "httpx"),
    ],
)


def test_the_http_library_is_that_of_an_environment(project: Project) -> None:
    """Of the project's own one, which has it for whatever reason."""
    project.write(
        ".venv/lib/python3.12/site-packages/httpx2-2.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: httpx2\nVersion: 2\n",
    )
    said = project.does("init", "kites.yaml", "--no-ci").out
    assert 'pyproject.toml: http = "httpx2", which .venv has; without that line, httpx\n' in said
    assert 'http = "httpx2"' in project.read("pyproject.toml")


@DECLARED
def test_the_http_library_is_the_declared_one(
    declared: str, library: str, project: Project
) -> None:
    """Or that of a declared package which is installed; `generate` reads the setting alone."""
    for name, requirement in REQUIREMENTS:
        metadata = (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 3\nRequires-Dist: {requirement}\n"
        )
        project.write(f".venv/lib/python3.12/site-packages/{name}-3.dist-info/METADATA", metadata)
    project.write("pyproject.toml", f"{declared}\n")
    said = project.does("init", "kites.yaml", "--no-ci").out
    settings = project.read("pyproject.toml")
    assert ('http = "httpx2"' in settings) == (library == "httpx2")
    assert 'http = "httpx"' not in settings
    assert f"pip install {library} pydantic" in said
    assert ('http = "httpx2"' in said) == (library == "httpx2")
    assert f"import {library}" in project.read("generated/kites/_runtime/http.py")
    project.does("check")
