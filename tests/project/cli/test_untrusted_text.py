"""Text of a description, a manifest, a diff or a path commands no terminal and no CI runner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.base.printable import counted, display_path, on_one_line, printable, printable_json
from tests.codegen.test_printing import description
from tests.support.command import Outcome, speclock

EVIL = (
    "a\x1b[2Jb\x07c\x9b1md\u202ee\n::error::f\r::set-output name=g::h\n##[error]i\u2028::warning::j"
)
NAME = "x\x1b[31m\n::error::y\u202e##[group]z"
"""A file's name."""
UPSTREAM = f"{NAME}.json"


def described(version: str, *values: str) -> str:
    """Return a description that is full of hostile text, and can be generated all the same."""
    whole = description(EVIL, version, values)
    body = whole["paths"]["/things"]["post"]["requestBody"]
    add = {"operationId": "add", "requestBody": body, "responses": {"204": {"description": EVIL}}}
    whole["paths"] |= {"/b": {EVIL: {}, "post": add}, f"no path {EVIL}": {}}
    return json.dumps(whole)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evil")
    (folder / "spec").mkdir()
    (folder / "spec" / UPSTREAM).write_text(described(EVIL, EVIL, "no"), encoding="utf-8")
    (folder / UPSTREAM).write_text(described(f"{EVIL}2", "no", f"{EVIL}2"), encoding="utf-8")
    spec, upstream = json.dumps(f"spec/{UPSTREAM}"), json.dumps(UPSTREAM)
    (folder / "pyproject.toml").write_text(
        f"[tool.speclock.clients.evil]\nspec = {spec}\nupstream = {upstream}\n"
        f'[tool.speclock.clients.edited]\nspec = {spec}\noutput = "edited"\n',
        encoding="utf-8",
    )
    found = speclock(folder, "generate")
    assert found.code == 0, found.err
    assert harmless(found)
    assert "warning: " in found.err
    assert speclock(folder, "vendor", "copies/evil", "evil").code == 0
    for package in ("edited/edited", "copies/evil"):
        path = folder / package / "models.py"
        path.write_text(f"{EVIL}\n{path.read_text(encoding='utf-8')}{EVIL}", encoding="utf-8")
        (folder / package / f"{NAME}.py").write_text("", encoding="utf-8")
    path = folder / "copies" / "evil" / "speclock.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["spec"]["info.version"] = EVIL
    manifest["tool"] |= {"speclock": EVIL, EVIL: EVIL}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    unsafe = folder / "copies" / "unsafe"
    unsafe.mkdir()
    manifest["files"][f"{NAME}/{NAME}"] = "0"
    (unsafe / "speclock.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def harmless(found: Outcome) -> bool:
    """True if a terminal and a runner only show the output."""
    return all(
        line.isprintable() and not line.lstrip().startswith("::") and "##[" not in line
        for line in (found.out + found.err).split("\n")
    )


COMMANDS = [
    ["ls"], ["ls", "--format", "json"], ["ls", f"spec/{UPSTREAM}"], ["ls", NAME],
    ["ls", "--operation", EVIL],
    ["show", "add"], ["show", "POST /things", "evil"], ["show", EVIL], ["show", "add", UPSTREAM],
    ["check", "--full"], ["check", "--verbose"], ["check", EVIL],
    ["drift"], ["drift", "--verbose"], ["drift", "--format", "json"],
    ["drift", "--format", "markdown"], ["drift", "--format", "sarif"],
    ["drift", "--format", "html"],
    ["drift", "--revision", NAME], ["drift", "--format", "html", "--output", f"{NAME}.html"],
    ["explain", EVIL], ["slice", UPSTREAM, "--operation", "add", "-o", f"{NAME}.yaml"],
    ["slice", UPSTREAM, "--operation", EVIL], ["slice", NAME, "--operation", "add"],
    ["pull", "--dry-run", "--force"], ["pull"],
    ["vendor", f"copies/{NAME}", "evil"], ["vendor", "copies/evil", "evil"],
    ["verify", "copies/evil", "edited/edited", NAME], ["verify", "copies/unsafe"],
    ["upgrade", "copies/unsafe"], ["verify", "copies/evil", "--json"],
    ["upgrade", "copies/evil"], ["upgrade", "copies/evil", "--dry-run"],
    ["upgrade", "copies/evil", "--dry-run", "--format", "json"],
    ["upgrade", "copies/evil", "--dry-run", "--format", "markdown"],
    ["init", UPSTREAM], ["init", UPSTREAM, "--package", EVIL], [EVIL], ["check", f"--{EVIL}"],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(map(ascii, words))[:40])
def test_output_is_harmless(project: Path, words: list[str]) -> None:
    found = speclock(project, *words)
    assert found.code in (0, 1, 2), found.err
    assert found.out or found.err
    assert harmless(found), [found.out, found.err]


def test_json_is_what_was_read(project: Path) -> None:
    found = speclock(project, "verify", "copies/evil", "--json")
    assert harmless(found)
    assert json.loads(found.out)[0]["info.version"] == EVIL


@pytest.mark.slow
def test_the_github_report_commands_only_what_it_means(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = speclock(project, "drift", "evil", "--format", "github")
    kinds = {line.partition(" ")[0] for line in found.out.splitlines()}
    assert kinds <= {"::error", "::warning", "::notice"}
    assert found.out.replace("\n", "").isprintable()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    both = speclock(project, "drift", "evil").out
    assert both == speclock(project, "drift", "evil", "--format", "text").out
    assert both.endswith(found.out)
    assert harmless(Outcome(0, both.removesuffix(found.out), ""))


def test_an_update_shows_no_harmful_text(tmp_path: Path) -> None:
    old, new = described("1", "no", EVIL), described("2", "no", "yes")
    (tmp_path / UPSTREAM).write_text(new, encoding="utf-8")
    for command in (["update", "--yes"], ["update", "--yes", "--replace", "--verbose"]):
        (tmp_path / "spec.json").write_text(old, encoding="utf-8")
        table = f'spec = "spec.json"\nupstream = {json.dumps(UPSTREAM)}\n'
        path = tmp_path / "pyproject.toml"
        path.write_text(f"[tool.speclock.clients.evil]\n{table}", encoding="utf-8")
        found = speclock(tmp_path, *command)
        assert found.code in (0, 1)
        assert harmless(found), [found.out, found.err]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ✓ ::x", "plain ✓ ::x"),
        ("a\n ::error::b\r\nc", "a\n \\x3a:error::b\nc"),
        ("##[error]", "#\\x23[error]"),
        ("\tif x:\x1b[0m", "    if x:\\x1b[0m"),
        ("a\u2028::b\u202e", "a ::b\\u202e"),
        ("\udc80", "\\udc80"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1234, "1,234 files")]
)
def test_counted(number: int, shown: str) -> None:
    assert counted(number, "file") == shown


def test_display_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "one" / "two"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert display_path("x.yaml") == display_path(deep / "x.yaml") == "x.yaml"
    assert display_path(tmp_path / "x.yaml") == str(Path("..", "..", "x.yaml"))
    root = Path(tmp_path.anchor)
    assert display_path(root / "x.yaml") == str(root / "x.yaml")


def test_on_one_line() -> None:
    assert on_one_line("a\nb\tc") == "a b\\tc"


@pytest.mark.parametrize("value", [EVIL, "##[", "\U000e0001", "é✓😀", "\x7f\x85"])
def test_printable_json_has_the_same_value(value: str) -> None:
    text = printable_json(json.dumps([value], ensure_ascii=False))
    assert json.loads(text) == [value]
    assert text.isprintable()
    assert "##[" not in text
