"""The commands that use the network, and the proof that no other one does.

Every command runs under a guard that refuses and records name look-ups, connections and sockets.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.project.cli.parser import COMMANDS
from tests.support.command import ROOT, Outcome, python, speclock
from tests.support.no_network import no_network
from tests.support.project import commit

PAGE = ROOT / "docs" / "stability.md"
HOST = "upstream.invalid"
URL = f"https://{HOST}/pets.yaml"
PETS = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example}]
paths:
  /pets:
    get: {operationId: pets/list, responses: {"204": {description: Fine.}}}
    post: {operationId: pets/add, responses: {"204": {description: Fine.}}}
  /shops:
    get: {operationId: shops/list, responses: {"204": {description: Fine.}}}
"""
SETTINGS = """\
[tool.speclock.clients.pets]
spec = "spec/pets.yaml"
operations = ["pets/*"]
vendored = ["copy/pets"]
upstream = "{upstream}"
"""
TRAFFIC = """\
{"speclock_recording": 1,
 "request": {"method": "GET", "url": "https://pets.example/pets", "headers": [], "body": null},
 "response": {"status": 204, "headers": [], "body": null}}
""".replace("\n ", " ")


@dataclass(frozen=True)
class Run:
    words: str
    upstream: str = URL
    """The client's `upstream`: the file is what upstream has."""

    code: int = 3
    """The exit code without the network, of a command that needs it."""

    @property
    def command(self) -> str:
        return self.words.split()[0]


FILE = "upstream.yaml"
OFFLINE = [
    *map(Run, (
        "init upstream.yaml --package other", "ls", "ls upstream.yaml --format json",
        "show pets/list upstream.yaml", "generate --fresh", "check --full",
        "remove pets/add --yes", "drift --traffic traffic.ndjson", "explain",
        "drift --base spec/pets.yaml --revision upstream.yaml", "vendor vendored/pets",
        "slice upstream.yaml --operation pets/list --output cut.yaml", "verify copy/pets",
        "check copy/pets",
        "verify copy/pets --against generated/pets/speclock.json",
        "upgrade --all --yes", "completion bash",
    )),
    Run("update --yes", FILE), Run("add shops/list --yes", FILE),
    Run("drift --fail-on never", FILE), Run("remove pets/add --yes", FILE),
]  # fmt: skip
NETWORKED = [
    *map(Run, (
        "update --yes", "add shops/list --yes", "drift",
        f"drift --base spec/pets.yaml --revision {URL}",
        f"init {URL} --package other", f"ls {URL}", f"show pets/list {URL}",
        f"slice {URL} --operation pets/list",
        f"verify copy/pets --against https://{HOST}/speclock.json",
        f"check copy/pets --against https://{HOST}/speclock.json",
        f"probe probe.toml --base-url https://{HOST}",
    )),
    Run("propose update proposal", code=1),
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "spec").mkdir()
    whole = PETS.partition("  /shops")[0]
    (folder / "spec" / "pets.yaml").write_text(whole, encoding="utf-8")
    (folder / FILE).write_text(PETS.replace('"1"', '"2"'), encoding="utf-8")
    (folder / "traffic.ndjson").write_text(TRAFFIC, encoding="utf-8")
    (folder / "probe.toml").write_text('[[call]]\noperation = "pets/list"', encoding="utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS.format(upstream=FILE), encoding="utf-8")
    for words in (["generate"], ["vendor", "copy/pets"]):
        found = speclock(folder, *words, layout=False)
        assert found.code == 0, found.err
    return folder


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def run(row: Run, made: Path, folder: Path) -> tuple[Outcome, list[str]]:
    """Run a command in a copy of the project; return its outcome and what was refused."""
    project = folder / "project"
    shutil.copytree(made, project)
    settings = SETTINGS.format(upstream=row.upstream)
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    if row.command == "propose":
        commit(project)  # its diff is of a checkout
    with no_network() as refused:
        return speclock(project, *row.words.split(), layout=False), refused


@pytest.mark.slow
@pytest.mark.parametrize("row", OFFLINE, ids=lambda row: f"{row.words} | {row.upstream}")
def test_without_the_network(row: Run, made: Path, tmp_path: Path) -> None:
    found, refused = run(row, made, tmp_path)
    assert refused == []
    assert found.code == 0, found.err


@pytest.mark.slow
@pytest.mark.parametrize("row", NETWORKED, ids=lambda row: row.words)
def test_with_the_network(row: Run, made: Path, tmp_path: Path) -> None:
    """Only the host that the user named is asked for; this also shows that the guard works."""
    found, refused = run(row, made, tmp_path)
    assert {*refused} == {f"socket.getaddrinfo {HOST}"}
    assert found.code == row.code, found.err


def test_every_command_has_a_row() -> None:
    assert {row.command for row in OFFLINE + NETWORKED} == COMMANDS.keys()


def test_the_page_lists_the_commands_with_the_network() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("\n## Network\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
    commands = {name for cell in listed for name in re.findall(r"`(\w+)`", cell)}
    assert commands == {row.command for row in NETWORKED}


# ── importing ────────────────────────────────────────────────────────────────────────────────────

IMPORTS = {
    "speclock": "import generator\nfor name in generator.__all__: getattr(generator, name)",
    "a client": "from pinterest_audiences import AsyncPinterest, Pinterest, models, testing\n"
    "Pinterest('token').close()\nAsyncPinterest('token')",
}


@pytest.mark.slow
@pytest.mark.parametrize("program", IMPORTS.values(), ids=IMPORTS.keys())
def test_an_import_opens_no_connection(program: str) -> None:
    lines = "".join(f"    {line}\n" for line in program.splitlines())
    guarded = (
        "from tests.support.no_network import no_network\n"
        f"with no_network() as refused:\n{lines}assert refused == [], refused"
    )
    assert python(ROOT, "-c", guarded, path=[ROOT, ROOT / "generated"]).err == ""


# ── environment variables ────────────────────────────────────────────────────────────────────────

PASSED_ON = {
    "project/services/comparison/probe.py",
    "project/services/project/descriptions.py",
    "project/services/project/git.py",
    "project/services/comparison/type_checker.py",
}
"""The modules that read what `upstream_headers` or a client names, or give all to a program."""
READ_BY_OTHERS = {
    "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CACHE_HOME",
}  # fmt: skip


def variables(path: Path) -> Iterator[str]:
    """Yield the environment variables that a module reads, and ``*`` for each use of all."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)) if "env" in source else ():
        match node:
            case (
                ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get" | "pop"),
                    args=[ast.Constant(value=str(name)), *_],
                )
                | ast.Subscript(
                    value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))
                )
                | ast.Compare(
                    left=ast.Constant(value=str(name)),
                    comparators=[ast.Attribute(attr="environ")],
                )
            ):
                yield name
            case ast.Attribute(attr="environ" | "environb" | "getenv"):
                yield "*"
            case _:
                pass


def test_the_variables_that_speclock_reads_are_listed() -> None:
    """Of the whole environment, and of libraries, only what is known here."""
    source = ROOT / "generator"
    found: dict[str, list[str]] = {}
    for path in source.rglob("*.py"):
        if names := [*variables(path)]:
            found[path.relative_to(source).as_posix()] = names
    named = {name for names in found.values() for name in names} - {"*"}
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = page.partition("| environment variable |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == (
        named | READ_BY_OTHERS
    )
    others = {path for path, names in found.items() if names.count("*") * 2 > len(names)}
    assert others == PASSED_ON


def test_a_client_reads_variables_only_in_from_env() -> None:
    package = ROOT / "generated" / "pinterest_audiences"
    users = {path.relative_to(package) for path in package.rglob("*.py") if [*variables(path)]}
    assert users == {Path("_runtime/auth.py")}
    tree = ast.parse((package / "_runtime/auth.py").read_text(encoding="utf-8"))
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and "env" in function.name
        for node in ast.walk(function)
    }
    uses = {n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "environ"}
    assert uses and uses <= inside
