"""``speclock drift --traffic --write-overlay`` as a command: what it asks, and what it writes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from generator.watch.traffic.overlay.write import HEADER
from tests.support.command import Outcome, Terminal, speclock
from tests.support.project import Project
from tests.watch.drift.orchard import allow_entry, write_allow_list
from tests.watch.traffic.recorded import OVERLAY, RECORDING, answer, compared, description, obj

SEEN = description(obj(a={"type": "string", "enum": ["x"]}, b={"type": "integer"}))
WRITE = ("--write-overlay", OVERLAY)


def drift(folder: Path, *arguments: str) -> Outcome:
    return speclock(folder, "drift", "--traffic", RECORDING, "--output", "r", *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    compared(tmp_path, SEEN, [answer({"a": "new", "b": "x"})])
    return tmp_path


def test_values_are_written_after_a_yes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    outcome = drift(project, *WRITE)
    assert outcome.code == 2
    assert "there is no terminal to ask on. Use --yes" in outcome.err
    assert not (project / OVERLAY).exists()
    for typed in ("\n", "n\n", "what\n"):
        monkeypatch.setattr("sys.stdin", Terminal(typed))
        outcome = drift(project, *WRITE)
        assert f"{OVERLAY}: not written." in outcome.err
        assert '/properties/a/enum: "new"' in outcome.err
        assert not (project / OVERLAY).exists()
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert f"{OVERLAY}: 2 deviations described." in drift(project, *WRITE).err
    text = (project / OVERLAY).read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert "- new\n" in text
    monkeypatch.setattr("sys.stdin", io.StringIO())
    outcome = drift(project, *WRITE, "--yes")  # over the old one
    assert f'Next: put overlays = ["{OVERLAY}"] into [tool.speclock.clients.things]' in outcome.err
    assert (project / OVERLAY).read_text(encoding="utf-8") == text
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'overlays = ["{OVERLAY}"]\n')
    assert drift(project).code == 0
    report = (project / "r").read_text(encoding="utf-8")
    assert "no deviation of list in 1 exchange" in report
    outcome = drift(project, *WRITE)
    assert outcome.code == 2
    assert "is in use" in outcome.err


def test_no_question_without_values(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    compared(project, SEEN, [answer({"b": "x"})])
    assert "1 deviation described" in drift(project, *WRITE).err
    (project / OVERLAY).unlink()
    compared(project, SEEN, [answer({"b": 1})])
    assert "nothing to describe" in drift(project, *WRITE).err
    assert not (project / OVERLAY).exists()


def test_what_is_not_overwritten(project: Path) -> None:
    (project / "mine.yaml").write_text("overlay: 1.1.0\n", encoding="utf-8")
    (project / "link.yaml").symlink_to("mine.yaml")
    (project / "folder.yaml").mkdir()
    for name, words in (
        ("mine.yaml", "isn't an overlay of recorded traffic"),
        ("link.yaml", "is a symbolic link"),
        ("folder.yaml", "isn't a regular file"),
    ):
        outcome = drift(project, "--write-overlay", name, "--yes")
        assert (outcome.code, words in outcome.err) == (2, True), outcome.err
    assert (project / "mine.yaml").read_text(encoding="utf-8") == "overlay: 1.1.0\n"


def test_what_is_allowed_is_not_written(project: Path) -> None:
    assert "2 deviations" in drift(project, "--format", "json", *WRITE, "--yes").err
    report = json.loads((project / "r").read_text(encoding="utf-8"))
    (kept,) = (one for one in report["changes"] if "enum" in one["id"])
    write_allow_list(
        Project(project),
        allow_entry(kept["fingerprint"]) + "traffic = true\n",
        name="spec.allowed.toml",
    )
    assert "1 deviation described" in drift(project, *WRITE).err


@pytest.mark.parametrize(
    ("new", "renamed"),
    [("ID", []), ("other", []), ("id", ["Thing.id to id_capitalized"])],
)
def test_a_member_that_takes_the_name_of_another_is_told(
    tmp_path: Path, new: str, renamed: list[str]
) -> None:
    """A name stays that of the first member, unless another one is spelled like it."""
    thing = {"Thing": obj(["Id"], Id={"type": "string"})}
    spec = description({"$ref": "#/components/schemas/Thing"}, schemas=thing)
    compared(tmp_path, spec, [answer({"Id": "a", new: "b"})])
    outcome = drift(tmp_path, *WRITE)
    assert [line for line in outcome.err.splitlines() if "renames" in line] == [
        f"{OVERLAY}: the overlay renames {names}: code that uses it must change."
        for names in renamed
    ]
