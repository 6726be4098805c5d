"""Names that commands pin are kept in ``speclock.lock``; those that a person typed win."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.project.services.project.resolve import load_settings
from tests.project.services.test_pins import NEW
from tests.support.project import Project, commit, manifest

pytestmark = pytest.mark.slow

PINS = {"calls": {"GET /kites": "get_kites"}, "names": {"kite": "KiteLower"}}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    project = Project(tmp_path, "kites")
    project.write("up.yaml", NEW)
    project.does("init", "up.yaml", "--operation", "GET /kites", "--package", "kites", "--no-ci")
    return project


def _lock(project: Project) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(project.read("spec/speclock.lock"))
    return data


def _write_lock(project: Project, data: object) -> None:
    project.write("spec/speclock.lock", json.dumps(data, indent=2))


def _as_before(project: Project) -> None:
    """Make the project one of an older speclock: pins in the settings, a lock of format 1."""
    _write_lock(project, _lock(project)["descriptions"])
    project.configure('calls."GET /kites" = "get_kites"\nnames.kite = "KiteLower"\n')


def _calls(project: Project, package: str = "kites") -> dict[str, str]:
    operations = manifest(project.output / package)["operations"]
    return {f"{op['method']} {op['path']}": op["call"] for op in operations}


def test_the_lock_has_one_entry_a_line(project: Project) -> None:
    assert (_lock(project)["format"], _lock(project)["clients"]) == (2, {"kites": PINS})
    assert list(_lock(project)["descriptions"]) == ["kites.yaml"]
    assert '        "GET /kites": "get_kites"\n' in project.read("spec/speclock.lock")
    assert "get_kites" not in project.read("pyproject.toml")
    assert "def get_kites" in project.read("generated/kites/client.py")
    project.does("check", "--full")


def test_show_reads_it(project: Project) -> None:
    assert "get_kites" in project.does("show", "GET /kites").out


@pytest.mark.parametrize("key", ["GET /kites", "list"])
def test_a_typed_pin_wins(key: str, project: Project) -> None:
    text = f'calls."{key}" = "flying"\nnames.kite = "Dragon"\n'
    project.configure(text)
    project.does("generate")
    assert _calls(project) == {"GET /kites": "flying"}
    assert "class Dragon" in project.read("generated/kites/models.py")


def test_a_typed_pin_stays_where_an_operation_is_added(project: Project) -> None:
    text = 'calls."GET /kites" = "flying"\nnames.kite = "Dragon"\n'
    project.configure(text)
    project.does("add", "GET /storms", "--yes")
    assert text in project.read("pyproject.toml")
    assert _calls(project)["GET /kites"] == "flying"


def test_a_typed_name_is_taken_from_the_pin_that_has_it(project: Project) -> None:
    project.does("add", "GET /storms", "--yes")
    project.configure('calls."GET /storms" = "get_kites"\n')
    project.does("generate")
    assert _calls(project)["GET /storms"] == "get_kites"
    assert _calls(project)["GET /kites"] != "get_kites"


@pytest.mark.parametrize("command", ["generate", "update", "add", "remove"])
def test_pins_of_the_settings_are_moved_once(command: str, project: Project) -> None:
    if command == "remove":
        project.does("add", "GET /storms", "--yes")
    _as_before(project)
    line = 'names.Other = "Something"\n'
    project.configure(line)
    before, settings = project.files("generated"), project.read("pyproject.toml")
    if command != "remove":
        assert project.run("check").code == 1
    assert project.read("pyproject.toml") == settings, "check writes nothing"
    words = {"add": ["add", "GET /winds"], "remove": ["remove", "GET /storms"]}
    yes = [] if command == "generate" else ["--yes"]
    said = project.does(*words.get(command, [command]), *yes).out
    moved = "2 names of kites that commands wrote to pyproject.toml are here now"
    assert said.count(f"spec/speclock.lock: {moved}") == 1
    after = project.read("pyproject.toml")
    assert line in after and "get_kites" not in after and "KiteLower" not in after
    pins = _lock(project)["clients"]["kites"]
    assert (pins["calls"]["GET /kites"], pins["names"]["kite"]) == ("get_kites", "KiteLower")
    assert _lock(project)["format"] == 2
    if command in ("generate", "update"):
        names = [name for name in before if name.endswith(".py")]
        assert {n: before[n] for n in names} == {n: project.files("generated")[n] for n in names}
    project.configure('names.Kite = "KiteCapitalized"\n')
    assert "are here now" not in project.does("generate").out
    assert 'names.Kite = "KiteCapitalized"' in project.read("pyproject.toml")


def test_a_lock_of_format_1_is_read_and_written_as_the_next(project: Project) -> None:
    entries = _lock(project)["descriptions"]
    _write_lock(project, entries)
    assert "nothing changed" in project.does("drift").out
    assert _lock(project) == entries
    project.does("generate")
    assert (_lock(project)["format"], _lock(project)["descriptions"]) == (2, entries)


def test_a_lock_of_a_newer_format_is_refused(project: Project) -> None:
    _write_lock(project, {"format": 3})
    error = project.refuses("generate")
    assert "spec/speclock.lock has format 3, and this speclock knows 2. Install the ver" in error


def test_the_marks_of_a_merge_conflict_have_their_line(project: Project) -> None:
    lines = project.read("spec/speclock.lock").splitlines()
    number = next(n for n, line in enumerate(lines) if "get_kites" in line)
    lines[number : number + 1] = ["<<<<<<< ours", lines[number], "=======", ">>>>>>> theirs"]
    project.write("spec/speclock.lock", "\n".join(lines))
    for command in ("generate", "check", "update", "drift"):
        error = project.refuses(command)
        assert f"spec/speclock.lock:{number + 1} has the mark of a merge conflict. Keep" in error


def test_without_the_lock_the_names_are_by_the_rule_and_check_tells(project: Project) -> None:
    (project.root / "spec" / "speclock.lock").unlink()
    said = project.run("check", code=1).err
    assert "spec/speclock.lock has no names of kites. If it had, restore it from version" in said
    assert not (project.root / "spec" / "speclock.lock").exists()
    project.does("generate")
    assert _calls(project) == {"GET /kites": "list"}
    assert _lock(project)["clients"] == {"kites": {}}
    project.does("check")


def test_drift_reads_the_lock_of_each_revision(project: Project) -> None:
    (project.root / ".git").rmdir()
    commit(project.root)
    assert "nothing changed" in project.does("drift", "--base", "git:HEAD").out
    lock = _lock(project)
    lock["clients"]["kites"]["calls"]["GET /kites"] = "soar"
    _write_lock(project, lock)
    said = project.does("drift", "--base", "git:HEAD").out
    assert "get_kites" in said and "soar" in said
    commit(project.root)
    assert "soar" not in project.does("drift", "--base", "git:HEAD").out
    both = ("--base", "git:HEAD~1", "--revision", "git:HEAD")
    assert "get_kites() became soar()" in project.does("drift", *both).out


def test_two_clients_of_one_description_have_their_own_tables(project: Project) -> None:
    table = '[tool.speclock.clients.storms]\nspec = "spec/kites.yaml"\nupstream = "up.yaml"\n'
    project.configure(f'\n{table}operations = ["GET /storms"]\n')
    project.does("update", "--yes")
    project.does("add", "GET /winds", "--client", "storms", "--yes")
    clients = _lock(project)["clients"]
    assert clients["kites"] == PINS
    assert "GET /kites" not in clients["storms"].get("calls", {})
    assert _calls(project) == {"GET /kites": "get_kites"}
    pinned = {
        one.package: one.calls for one in load_settings(project.root / "pyproject.toml").clients
    }
    assert pinned["kites"] == PINS["calls"]
    lock = _lock(project)
    lock["clients"]["storms"]["calls"] = {"GET /storms": "thunder"}
    _write_lock(project, lock)
    project.does("generate")
    assert _calls(project, "storms")["GET /storms"] == "thunder"
    assert _calls(project) == {"GET /kites": "get_kites"}


def test_without_settings_no_lock_is_read_or_written(project: Project) -> None:
    before = project.files("spec")
    words = ("--spec", "spec/kites.yaml", "--package", "kites", "--output", "other")
    project.does("generate", *words)
    assert project.files("spec") == before
    operations = manifest(project.root / "other" / "kites")["operations"]
    assert [op["call"] for op in operations] == ["list"]


@pytest.mark.parametrize("folder", ["../shared", "shared", "vendor/shared"])
def test_a_description_outside_of_the_repository_has_no_lock(folder: str, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", "kites")
    (project.root / ".git").mkdir(parents=True)
    shared = project.root / folder
    (shared / ".git").mkdir(parents=True)
    shared.joinpath("kites.yaml").write_text(NEW)
    table = f'[tool.speclock.clients.kites]\nspec = "{folder}/kites.yaml"\n'
    settings = f'{table}operations = ["GET /kites"]\ncalls."GET /kites" = "get_kites"\n'
    project.write("pyproject.toml", settings)
    assert "are here now" not in project.does("generate").out
    assert _calls(project) == {"GET /kites": "get_kites"}
    assert project.read("pyproject.toml") == settings
    assert sorted(path.name for path in shared.iterdir()) == [".git", "kites.yaml"]
    checked = project.does("check")
    assert "speclock.lock" not in checked.out + checked.err
