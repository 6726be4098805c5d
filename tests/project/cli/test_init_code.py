"""``speclock init --code``: the client of the operations that a program calls by hand."""

from __future__ import annotations

import re
from pathlib import Path

from tests.project.cli.test_ls_code import API, HARBOUR, REPORT, UNSURE
from tests.support.command import speclock

BOTH = ("init", "harbour.yaml", "--code", "src", "--operation", "boats/list")


def harbour(folder: Path, **files: str) -> Path:
    """Write a program and the description of the API that it calls; return the folder."""
    (folder / "src").mkdir()
    (folder / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
    for name, text in files.items():
        (folder / f"src/{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_the_client_has_the_operations_in_use(tmp_path: Path) -> None:
    project = harbour(tmp_path, api=API, report=REPORT, unsure=UNSURE)
    outcome = speclock(project, "init", "harbour.yaml", "--code", "src")
    assert outcome.code == 0, outcome.err
    assert 'operations = ["boats/list", "boats/get"]' in (project / "pyproject.toml").read_text(
        encoding="utf-8"
    )
    assert (
        """\
Your program stays as it is. What would replace its calls:
  src/api.py:11    harbour.boats.list()
  src/report.py:4  harbour.boats.list()
  src/api.py:14    harbour.boats.get(id)
"""
        in outcome.out
    )
    assert "  src/unsure.py:7: GET /v1/ports/{…}: ports/near or ports/far\n" in outcome.out
    assert "  src/unsure.py:11: a POST whose path isn't known\n" in outcome.out
    for name, text in {"api": API, "report": REPORT, "unsure": UNSURE}.items():
        assert (project / f"src/{name}.py").read_text(encoding="utf-8") == text


def test_the_calls_are_those_of_the_client(tmp_path: Path) -> None:
    project = harbour(tmp_path, api=API, report=REPORT)
    assert speclock(project, "init", "harbour.yaml", "--code", "src").code == 0
    boats = (project / "generated/harbour/resources/boats.py").read_text(encoding="utf-8")
    methods = re.findall(r"    def (\w+)\(\s*self, (id: str|\*)", boats)
    assert methods == [("list", "*"), ("get", "id: str")]


def test_a_program_without_calls_starts_no_client(tmp_path: Path) -> None:
    project = harbour(tmp_path, unsure=UNSURE)
    outcome = speclock(project, "init", "harbour.yaml", "--code", "src")
    assert outcome.code == 2
    assert "the program calls no operation of harbour.yaml" in outcome.err
    assert "speclock ls harbour.yaml --code src" in outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["harbour.yaml", "src"]


def test_selectors_beside_a_program_are_refused(tmp_path: Path) -> None:
    project = harbour(tmp_path, api=API)
    outcome = speclock(
        project, "init", "harbour.yaml", "--code", "src", "--operation", "boats/list"
    )
    assert outcome.code == 2
    assert "--code selects the operations that the program calls" in outcome.err
    outcome = speclock(project, "init", "harbour.yaml", "--base-url", "https://x.example")
    assert outcome.code == 2
    assert "add --code PATH" in outcome.err


def test_an_api_without_a_client_works_from_its_settings(tmp_path: Path) -> None:
    """``drift``, the allow-list, ``update`` and ``check`` need no option."""
    project = harbour(tmp_path, api=API, report=REPORT)
    outcome = speclock(project, "init", "harbour.yaml", "--code", "src", "--code-only")
    assert outcome.code == 0, outcome.err
    assert "2 operations in 3 calls\n" in outcome.out
    assert (project / "pyproject.toml").read_text(encoding="utf-8") == (
        "[tool.speclock.clients.harbour]\n"
        'spec = "spec/harbour.yaml"\n'
        'upstream = "harbour.yaml"\n'
        'code = ["src"]\n'
    )
    assert (project / ".github/workflows/speclock.yml").is_file()
    assert not (project / "generated").exists()
    assert speclock(project, "check").code == 0
    upstream = project / "harbour.yaml"
    upstream.write_text(HARBOUR.replace("/boats/{id}", "/vessels/{id}"), encoding="utf-8")
    drift = speclock(project, "drift")
    assert drift.code == 1
    assert "used at      src/api.py:14" in drift.out
    fingerprint = re.search(r"fingerprint  (\w+)", drift.out)
    assert fingerprint
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write('allowed = "allowed.toml"\n')
    (project / "allowed.toml").write_text(
        f'[[allowed]]\nfingerprint = "{fingerprint[1]}"\nchange = "a path"\n'
        'reason = "not called in summer"\nowner = "the harbour"\n'
        "expires = 2999-12-31\n",
        encoding="utf-8",
    )
    assert speclock(project, "drift").code == 0
    assert speclock(project, "update", "--yes").code == 0
    text = (project / "spec/harbour.yaml").read_text(encoding="utf-8")
    assert "/vessels/{id}" in text
    assert not (project / "generated").exists()


def test_bindings_of_the_command_line_are_told(tmp_path: Path) -> None:
    project = harbour(tmp_path, api=API)
    binding = "api.OTHER=https://harbour.example/v1"
    outcome = speclock(
        project, "init", "harbour.yaml", "--code", "src", "--code-only", "--base-url", binding
    )
    assert outcome.code == 0, outcome.err
    assert '  [tool.speclock.bindings]\n  "api.OTHER" = "https://harbour.example/v1"' in outcome.out


def test_without_a_program_no_client_is_left_out(tmp_path: Path) -> None:
    outcome = speclock(harbour(tmp_path), "init", "harbour.yaml", "--code-only")
    assert outcome.code == 2
    assert "add --code PATH" in outcome.err
    assert not (tmp_path / "spec").exists()
