"""The programs that measure tests: which faults they try, and which lines they count."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.qa.coverage.lines import LineRecorder, Source
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


def load(path: Path) -> ModuleType:
    """Return the module at a path."""
    spec = importlib.util.spec_from_file_location("sample_module", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lines_that_ran(tmp_path: Path) -> None:
    """Not those that only a type checker reads."""
    path = tmp_path / "sample" / "module.py"
    path.parent.mkdir()
    path.write_text(MODULE, encoding="utf-8")
    recorder = LineRecorder(tmp_path)
    with recorder.recording():
        load(path).check(200)

    source = Source(path, path.parent)
    ran = {source.line(*place) for place in recorder.ran(path)}
    left = [line.text for line in source.executable if line not in ran]
    assert left == ['raise ValueError("no")']


def test_lines_are_recorded_after_a_test_that_fills_the_stack(tmp_path: Path) -> None:
    path = tmp_path / "deep.py"
    path.write_text("def deep(): deep()\ndef last(): return 1\n", encoding="utf-8")
    module = load(path)
    recorder = LineRecorder(tmp_path)
    with recorder.recording():
        with pytest.raises(RecursionError):
            module.deep()
        recorder.pytest_runtest_logstart()
        module.last()
    assert ("last", 2) in recorder.ran(path)
