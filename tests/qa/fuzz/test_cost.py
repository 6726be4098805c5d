"""No small description or recording costs much: ``generate``, ``drift`` and ``drift --traffic``.

``make fuzz EXAMPLES=2000`` tries 200 commands of each kind: each is a process. The files of what
costs too much are kept below ``build/cost``; such a file becomes a case of the room that it is
about.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.qa.corpus.process import ROOT
from tests.qa.fuzz.cost import Cost, cost_of
from tests.qa.fuzz.hunting import EXAMPLES, SEED, hunting
from tests.qa.fuzz.knots import descriptions, messages, pairs, recordings

pytestmark = pytest.mark.slow

KEPT = ROOT / "build" / "cost"
SPECLOCK = "PYTHONPATH=../../.. ../../../.venv/bin/python -m generator"
FEW = 6
READ = '''"""Let the client in `out` read the response; it has 5 s, and 2 s more to notice."""

import json
import sys
import time
from pathlib import Path

import httpx

sys.path.insert(0, "out")
import knots

body = Path("answer").read_bytes()
headers = json.loads(Path("headers.json").read_text(encoding="utf-8"))


def answer(request):
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))


client = knots.Knots(transport=httpx.MockTransport(answer), deadline=5.0)
began = time.monotonic()
try:
    client.call("a") if hasattr(client, "call") else client.calls.call("a")
except knots.errors.KnotsError:
    pass
if time.process_time() > 5 or time.monotonic() - began > 60:
    sys.exit("the deadline did not hold")
'''


class CostHunt:
    """Runs commands over small files, and keeps the files of those that cost too much."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.costs: list[Cost] = []
        self.faults: list[str] = []

    def try_(self, files: dict[str, bytes], *arguments: str) -> None:
        """Run a command over some files."""
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
        cost = cost_of(self.folder, *arguments)
        self.judge(cost, cost.fault, f"{SPECLOCK} {' '.join(arguments)}")

    def read(self, description: bytes, content: bytes, headers: dict[str, str]) -> None:
        """Let a client of a description read a response, if one can be generated."""
        (self.folder / "a.json").write_bytes(description)
        (self.folder / "answer").write_bytes(content)
        (self.folder / "headers.json").write_text(json.dumps(headers), encoding="utf-8")
        (self.folder / "read.py").write_text(READ, encoding="utf-8")
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        cost = cost_of(self.folder, *generated_from("a.json"))
        fault = cost.fault
        if not cost.code:
            cost = cost_of(self.folder, program=["read.py"])
            fault = fault or cost.fault or (cost.said if cost.code else "")
        self.judge(cost, fault, "python -m generator generate --spec a.json, then python read.py")

    def judge(self, cost: Cost, fault: str, command: str) -> None:
        """Record a cost; keep the files of a fault, with the command that shows it."""
        self.costs.append(cost)
        if fault:
            kept = KEPT / f"{self.kind}-{len(self.faults)}"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(self.folder, kept)
            place = kept.relative_to(ROOT)
            self.faults.append(f"{fault}\nTo see it: cd {place} && {command}")

    def report(self) -> None:
        """Print the largest costs; fail if one was too large."""
        print(
            f"{self.kind}: {len(self.costs)} tried (seed {SEED if EXAMPLES else 'fixed'}), "
            f"{sum(not cost.code for cost in self.costs)} with exit code 0, at most "
            f"{max(cost.seconds for cost in self.costs):.1f} s and "
            f"{max(cost.mebibytes for cost in self.costs):.0f} MB"
        )
        if self.faults:
            pytest.fail("\n".join(self.faults), pytrace=False)


def generated_from(spec: str) -> tuple[str, ...]:
    """Return the arguments of the command that generates a client."""
    return ("generate", "--spec", spec, "--package", "knots", "--output", "out", "--quiet")


Files = dict[str, bytes]
generated = descriptions.map(lambda data: ({"a.json": data}, generated_from("a.json")))
compared = pairs().map(
    lambda both: (
        {"a.json": both[0], "b.json": both[1]},
        ("drift", "--base", "a.json", "--revision", "b.json"),
    )
)
judged = st.tuples(descriptions, recordings).map(
    lambda both: (
        {"a.json": both[0], f"recording-{both[1][0]}": both[1][1]},
        ("drift", "--base", "a.json", "--traffic", f"recording-{both[1][0]}"),
    )
)


@pytest.mark.parametrize(
    ("kind", "made"), [("generate", generated), ("drift", compared), ("traffic", judged)]
)
def test_cost(
    kind: str, made: st.SearchStrategy[tuple[Files, tuple[str, ...]]], tmp_path: Path
) -> None:
    hunt = CostHunt(kind, tmp_path)

    @hunting(FEW, one_in=10)
    @given(made)
    def tried(given: tuple[Files, tuple[str, ...]]) -> None:
        hunt.try_(given[0], *given[1])

    tried()
    hunt.report()


def test_cost_of_answers(tmp_path: Path) -> None:
    """A small answer costs a client little: 5 s of processor time, 500 MB."""
    hunt = CostHunt("answer", tmp_path)

    @hunting(FEW, one_in=10)
    @given(descriptions, messages())
    def tried(description: bytes, message: tuple[bytes, dict[str, str]]) -> None:
        hunt.read(description, *message)

    tried()
    hunt.report()
