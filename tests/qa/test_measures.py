"""The programs that measure tests: which faults they try, and which lines they count."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path

import pytest

from tests.qa.coverage.run import recorder_of, report
from tests.qa.mutate.subjects import is_runtime, mutants

MODULE = """
from typing import TYPE_CHECKING, Protocol
if TYPE_CHECKING:
    from x import Y
class Reader(Protocol):
    def read(self): ...
def check(status):
    if status == 404:
        raise ValueError("no")
    return status
"""


def test_a_fault_is_put_into_every_copy(tmp_path: Path) -> None:
    for copy, more in (("one", ""), ("two", "# longer\n"), ("three", "x = 1\n")):
        (tmp_path / copy).mkdir()
        source = more + (MODULE if copy != "three" else "")
        (tmp_path / copy / "module.py").write_text(source, encoding="utf-8")

    found = list(mutants(tmp_path, ["one", "two", "three"], ["raise", "status"]))

    assert {mutant.module for mutant in found} == {"module.py"}
    assert [str(mutant.fault).partition("  ")[2] for mutant in found] == [
        "status  check: status == 404  →  status != 404",
        "status  check: 404  →  405",
        'raise  check: raise ValueError("no")  →  pass',
        'raise  check: raise ValueError("no")  →  return None',
    ]
    for mutant in found:
        assert [edit.file for edit in mutant.edits] == ["one/module.py", "two/module.py"]
        for edit in mutant.edits:
            sound = (tmp_path / edit.file).read_bytes()
            assert edit.applied(sound) != sound


def test_the_runtime_is_what_a_template_has_as_it_is() -> None:
    assert is_runtime("_runtime/retry.py", "if attempt >= self.attempts:")
    assert not is_runtime("_runtime/retry.py", "if attempt >= self.tries:")
    assert not is_runtime("models/pets.py", "from __future__ import annotations")


def test_a_line_of_the_runtime_counts_if_it_ran_in_any_package(tmp_path: Path) -> None:
    """Not those that only a type checker reads."""
    paths = [tmp_path / name / "_runtime" / "module.py" for name in ("one", "two")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text(MODULE, encoding="utf-8")
    recorder = recorder_of(tmp_path / "coverage.ini", tmp_path)
    with recorder.collect():
        run_path(str(paths[0]))["check"](200)
        with pytest.raises(ValueError, match="no"):
            run_path(str(paths[1]))["check"](404)
    assert report(recorder, [tmp_path / "one"]) < 100
    assert report(recorder, [tmp_path / "one", tmp_path / "two"]) == 100
