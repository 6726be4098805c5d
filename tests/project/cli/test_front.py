"""What every command has in common: flags, paths from where one stands, faults, a fast start."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from generator import __version__
from generator.codegen.build.models import Models
from generator.codegen.build.operations import OperationBuilder
from generator.codegen.testdata.cases import Cases
from generator.project.cli import parser
from generator.project.cli.parser import COMMANDS
from generator.project.services.generation import preview
from tests.support.command import ROOT, Outcome, python, speclock, start
from tests.support.project import Project, make_project

pytestmark = pytest.mark.slow

LAMP = """\
openapi: 3.0.3
info: {title: Lamp, version: "1"}
paths:
  /lamp:
    put:
      operationId: lamp/light
      responses: {"204": {description: Lit.}}
"""
COMMAND = ("-W", "error", "-m", "generator")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    return make_project(tmp_path, LAMP, "lamp")


def test_version(tmp_path: Path) -> None:
    assert speclock(tmp_path, "--version").out == f"speclock {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, tmp_path: Path) -> None:
    found = speclock(tmp_path, name, "--help")
    assert found.code == 0
    for word in ("--quiet", "--verbose", "exit codes", f"usage: speclock {name}"):
        assert word in found.out
    assert f"\n    {name} " in speclock(tmp_path, "--help").out


def test_the_help_begins_with_the_commands_that_everybody_needs(tmp_path: Path) -> None:
    _, _, commands = speclock(tmp_path, "--help").out.partition("\ncommands:\n")
    commands, options, _ = commands.partition("\noptions:\n")
    assert options, "the commands are above the options"
    groups = [re.findall(r"^    (\w+)", part, re.MULTILINE) for part in commands.split("\n\n")]
    first, copies, also = filter(None, groups)
    assert first == ["init", "ls", "show", "generate", "check", "update", "add", "remove", "drift"]
    assert copies == ["vendor", "verify", "upgrade"]
    assert also == ["probe", "explain", "slice", "propose", "completion"]
    assert re.findall(r"^  ([A-Z].*)$", commands, re.MULTILINE)[-1] == "Also:"
    assert {*first, *copies, *also} == {*COMMANDS}


@pytest.mark.parametrize("place", ["before", "after"])
def test_quiet_says_only_what_is_wrong(project: Project, place: str) -> None:
    words = ["-q", "generate"] if place == "before" else ["generate", "-q"]
    assert project.run(*words) == Outcome(0, "", "")
    (project.package / "models.py").unlink()
    found = project.run("check", "--quiet")
    assert (found.code, found.out) == (1, "")
    assert "models.py" in found.err


@pytest.mark.parametrize("place", ["before", "after"])
def test_verbose_times_the_stages(project: Project, place: str) -> None:
    words = ["--verbose", "generate"] if place == "before" else ["generate", "--verbose"]
    found = project.does(*words)
    stages = re.findall(r"^ *\d+\.\d{3} s  (.+)$", found.err, re.MULTILINE)
    assert stages[0] == "reading lamp.yaml"
    assert stages[-1] == "formatting"


@pytest.mark.parametrize("words", ["-h generate", "--hel generate", "-qh generate"])
def test_help_before_a_command_is_of_all_commands(words: str, tmp_path: Path) -> None:
    assert speclock(tmp_path, *words.split()) == speclock(tmp_path, "--help")


@pytest.mark.parametrize("columns", ["50", "120", "", "0", "-1", "x"])
def test_the_width_of_the_help_is_that_of_argparse(
    columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    found = speclock(tmp_path, "generate", "--help")
    monkeypatch.setattr(parser, "_Help", argparse.RawDescriptionHelpFormatter)
    assert found == speclock(tmp_path, "generate", "--help")


def test_quiet_and_verbose_exclude_each_other(project: Project) -> None:
    assert "not allowed with" in project.refuses("generate", "-q", "-v")


def test_verbose_shows_whole_differences(project: Project) -> None:
    project.generate()
    project.write("generated/lamp/client.py", "".join(f"# line {n}\n" for n in range(300)))
    short, long = project.run("check"), project.run("check", "--verbose")
    assert "more lines; --verbose shows them" in short.err
    assert "-# line 299" not in short.err
    assert "-# line 299" in long.err


def test_paths_are_told_from_where_one_stands(project: Project) -> None:
    below = project.root / "sub" / "deep"
    assert speclock(below, "generate", layout=False).code == 0
    (project.package / "models.py").unlink()
    (project.package / "mine.py").touch()
    found = speclock(below, "check", layout=False)
    assert found.code == 1
    assert "missing: ../../generated/lamp/models.py" in found.err
    assert "not written by speclock: ../../generated/lamp/mine.py" in found.err
    project.write("generated/lamp/models.py", "mine")
    (project.package / "speclock.json").unlink()
    found = speclock(below, "generate")
    assert found.code == 2
    assert "error: ../../generated/lamp/models.py exists and was not written by" in found.err
    project.replace("204", "2oo")
    found = speclock(below, "generate", "--strict")
    assert found.code == 2
    assert "../../spec/lamp.yaml:7:" in found.err


FROM_BELOW = [
    ["generate"], ["check", "--full"], ["ls"], ["show", "lamp/light"], ["drift"], ["explain"],
    ["update", "--dry-run"], ["verify", "../../generated/lamp"],
    ["vendor", "other/lamp"], ["slice", "../../spec/lamp.yaml", "--operation", "lamp/light"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", FROM_BELOW, ids=lambda words: words[0])
def test_every_command_works_from_a_folder_below(project: Project, arguments: list[str]) -> None:
    project.write("upstream.yaml", LAMP)
    project.configure('upstream = "upstream.yaml"\n')
    project.generate()
    done = speclock(project.root / "sub" / "deep", *arguments, layout=False)
    assert done.code == (arguments[0] == "update"), done.err
    assert str(project.root) not in done.out + done.err


def test_a_fault_of_our_own_asks_for_a_report(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("one\ntwo")

    monkeypatch.setattr(preview, "_operations", fails)
    found = project.run("ls")
    assert found.code == 70
    (line,) = found.err.splitlines()
    assert line.startswith("error: an internal error, which is a bug in speclock: KeyError: ")
    assert f"with these versions: speclock {__version__}, datamodel-code-generator " in line
    assert "Traceback" not in line
    found = project.run("ls", "--verbose")
    assert found.code == 70
    assert "Traceback (most recent call last):" in found.err
    assert 'raise KeyError("one' in found.err


@pytest.mark.parametrize(
    ("part", "node"),
    [
        (OperationBuilder, "the operation 'lamp/light'"),
        (Cases, "the operation 'lamp/light'"),
        (Models, "the schema 'Glow'"),
    ],
)
def test_a_bug_is_located_and_can_be_left_out(
    project: Project, monkeypatch: pytest.MonkeyPatch, part: type, node: str
) -> None:
    method = {OperationBuilder: "build", Cases: "_of", Models: "_component"}[part]
    unbroken = getattr(part, method)

    def fails(self: object, *arguments: object) -> object:
        if "lamp/light" in repr(arguments) or "Glow" in repr(arguments):
            raise RuntimeError("broken")
        return unbroken(self, *arguments)

    monkeypatch.setattr(part, method, fails)
    body = (
        'requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Glow"}}}}'
    )
    spec = LAMP.replace("responses:", f"{body}\n      responses:")
    spec += "  /other: {get: {operationId: other, responses: {'204': {description: None.}}}}\n"
    spec += "components: {schemas: {Glow: {type: object, properties: {a: {type: string}}}}}\n"
    project.write("spec/lamp.yaml", spec)
    found = project.run("generate")
    assert found.code == 70
    assert f"RuntimeError: broken. It happened at {node}. To leave that out, add " in found.err
    assert 'add "!lamp/light" to `operations` in pyproject.toml. Please report' in found.err
    project.configure('operations = ["!lamp/light"]\n')
    project.generate()


def test_without_a_command_it_explains_itself(tmp_path: Path) -> None:
    found = speclock(tmp_path)
    assert found == Outcome(2, "", speclock(tmp_path, "--help").out)
    assert "exit codes:" in found.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("genrate", "no command 'genrate'. Did you mean 'generate'?"),
        ("-q chek --full", "no command 'chek'. Did you mean 'check'?"),
        ("zzz", "no command 'zzz'. Known: init, ls, "),
        ("--versoin", "speclock has no option '--versoin'. Did you mean '--version'?"),
        ("--quite check", "speclock has no option '--quite'. Did you mean '--quiet'?"),
        ("ls --opreation x", "ls has no option '--opreation'. Did you mean '--operation'?"),
        ("slice x --opration=y", "slice has no option '--opration'. Did you mean '--operation'?"),
        ("slice x --oputput y", "slice has no option '--oputput'. Did you mean '--output'?"),
        ("check --zzz", "check has no option '--zzz'. Known: --config, --full, "),
        ("check --verbosely", "check has no option '--verbosely'. Did you mean '--verbose'?"),
        ("check -z", "unrecognized arguments: -z"),
        ("check --\x1b[31m", "check has no option '--\\x1b[31m'. Known: "),
    ],
)
def test_a_misspelt_word(words: str, message: str, tmp_path: Path) -> None:
    found = speclock(tmp_path, *words.split())
    assert (found.code, found.out) == (2, "")
    assert found.err.splitlines()[-1].startswith(f"speclock: error: {message}")


@pytest.mark.parametrize(
    "words", ["check --ver", "check --fu", "ls --form=json", "show --conf x y"]
)
def test_an_option_may_be_abbreviated(words: str, project: Project) -> None:
    assert "has no option" not in project.run(*words.split()).err


def test_the_fix_of_check_runs_where_it_is_printed(project: Project) -> None:
    found = python(project.root / "sub", *COMMAND, "check", code=1, path=[ROOT])
    (fix,) = (x for x in found.err.splitlines() if x.startswith("To fix: "))
    _, *words = shlex.split(fix.removeprefix("To fix: "))
    python(project.root / "sub", *words, path=[ROOT], PATH="")
    assert speclock(project.root, "check", "--full").code == 0


UNORDERED = """\
openapi: 3.0.3
info: {title: Lamp, version: "1"}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: x, in: query, schema: {type: texts}}
      responses:
        "200":
          description: Late.
          content: {application/json: {schema: {$ref: "#/components/schemas/Late"}}}
    put:
      operationId: b
      parameters:
        - {name: x, in: query, schema: {type: integers}}
        - {name: z, in: query, schema: {type: booleans}}
      responses: {"204": {description: None.}}
components:
  schemas:
    Late: {type: object, properties: {a: {type: numbers}, b: {type: arrays}}}
"""


@pytest.mark.parametrize("words", [["generate"], ["generate", "--strict"]], ids=len)
def test_problems_are_in_the_order_of_their_places(project: Project, words: list[str]) -> None:
    project.write("spec/lamp.yaml", UNORDERED)
    found = project.run(*words, "--verbose")
    places = re.findall(r"^spec/lamp\.yaml:(\d+):(\d+): ", found.err, re.MULTILINE)
    assert len(places) >= 5
    assert places == sorted(places, key=lambda place: (int(place[0]), int(place[1])))


def test_a_warning_of_two_clients_is_printed_once(project: Project) -> None:
    project.configure('[tool.speclock.clients.other]\nspec = "spec/lamp.yaml"\n')
    project.write("spec/lamp.yaml", UNORDERED)
    assert "and 4 more" in project.run("generate").err
    for command in (["generate", "--verbose"], ["check", "--full", "--verbose"], ["ls"]):
        found = project.run(*command)
        warnings = re.findall(r"^spec.*warning: .*$", found.err, re.MULTILINE)
        assert command == ["ls"] or len(warnings) == 5
        assert len(warnings) == len(set(warnings))
    for words in (["generate"], ["check", "--full"]):
        again = project.run(*words)
        assert (again.err, again.out.count(" 5 warnings as before; to list them: ")) == ("", 2)


def test_a_reader_that_leaves_early(project: Project) -> None:
    more = "".join(f"  /lamp/{n}: {{get: {{responses: {{}}}}}}\n" for n in range(6000))
    project.write("long.yaml", LAMP + more)
    with start(project.root, *COMMAND, "ls", "long.yaml", path=[ROOT]) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("ID")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 141


HEAVY = {"datamodel_code_generator", "jinja2", "pydantic", "jsonschema_rs", "black", "httpx"}
SLOW = HEAVY | {
    "dataclasses", "inspect", "pathlib", "tomllib", "yaml", "argcomplete", "shutil", "subprocess",
    "importlib.metadata", "urllib.parse", "json", "logging", "asyncio", "difflib",
}  # fmt: skip
"""What takes long to import, or brings much with it."""
FRONT = {"base", "base.version", "project", "project.cli"}
"""The modules that the command line needs."""
STARTS = [
    (["--version"], SLOW | {"argparse", "typing", "re"}, FRONT),
    (["--help"], SLOW | {"typing"}, {*FRONT, "project.cli.run", "project.cli.parser"}),
    (["ls", "--help"], SLOW, None),
    (["generate", "--help"], SLOW, None),
    (["drift", "--help"], SLOW, None),
    (["ls"], HEAVY - {"jsonschema_rs"}, None),  # it reads the settings
    (["ls", "--format=json"], HEAVY - {"jsonschema_rs"}, None),
]


@pytest.mark.parametrize(
    ("arguments", "heavy", "own"), STARTS, ids=[" ".join(words) for words, *_ in STARTS]
)
def test_it_starts_fast(
    project: Project, arguments: list[str], heavy: set[str], own: set[str] | None
) -> None:
    """Only the modules that a command needs are imported."""
    program = (
        "import sys; before = set(sys.modules); from generator.project.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "sys.exit(' '.join(set(sys.modules) - before))"
    )
    done = python(project.root, "-S", "-c", program, code=1, path=[ROOT, *sys.path])
    imported = set(done.err.split())
    assert done.out
    assert not imported & heavy
    ours = {name.removeprefix("generator.") for name in imported if name.startswith("generator.")}
    assert own is None or ours == own


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    reader, writer = pty.openpty()
    text = b""
    with start(folder, *COMMAND, *arguments, path=[ROOT], terminal=writer, **environment):
        os.close(writer)
        with contextlib.suppress(OSError):  # the terminal is gone
            while chunk := os.read(reader, 1 << 16):
                text += chunk
        os.close(reader)
    return text.decode()


def test_colour_on_a_terminal_unless_no_color(project: Project) -> None:
    coloured = on_a_terminal(project.root, "check", "nobody", NO_COLOR="")
    assert "\x1b[31merror\x1b[0m" in coloured
    plain = on_a_terminal(project.root, "check", "nobody", NO_COLOR="1")
    assert "error: no client 'nobody'" in plain
    assert "\x1b[3" not in plain
    piped = python(project.root, *COMMAND, "check", "nobody", code=2, path=[ROOT], NO_COLOR="")
    assert "\x1b" not in piped.err
