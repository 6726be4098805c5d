"""Small answers cost a client little, also where a union has many branches.

``make fuzz EXAMPLES=1000`` generates 100 clients, and each reads 20 answers. The files of what
costs too much are kept below ``build/cost``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.qa.corpus.process import ROOT
from tests.qa.fuzz.branches import descriptions, packed
from tests.qa.fuzz.cost import cost_of
from tests.qa.fuzz.hunting import EXAMPLES, SEED, hunting
from tests.qa.fuzz.mutations import Json
from tests.qa.fuzz.test_cost import KEPT, generated_from

pytestmark = pytest.mark.slow

SECONDS = 5.0
MEGABYTES = 300.0
FEW = 1
ANSWERS = 20
"""The answers that one client reads."""
READ = '''"""Read each answer in a process of its own; print what each costs."""

import json
import os
import resource
import sys
from pathlib import Path

import httpx

sys.path.insert(0, "out")
import knots

HEADERS = {"content-type": "application/json", "content-encoding": "gzip"}


def read(place, body):
    stream = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=HEADERS, stream=httpx.ByteStream(body))
    )
    client = knots.Knots(transport=stream, deadline=30.0, retry=knots.Retry(attempts=1))
    try:
        getattr(client.things, place)()
    except knots.errors.KnotsError as error:
        return type(error).__name__
    return "read"


for place in ("list", "map", "page"):  # builds the classes
    read(place, b"1")
for name, place in json.loads(Path("answers.json").read_text()):
    body = Path(name).read_bytes()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
        read(place, body)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    cost = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)
    print(json.dumps([name, *cost]))
'''


class Hunt:
    """Lets clients read answers, and keeps the files of those that cost too much."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.costs: list[tuple[float, float]] = []
        self.faults: list[str] = []

    def try_(self, description: Json, answers: list[tuple[str, bytes]]) -> None:
        """Generate a client, and let it read answers."""
        (self.folder / "a.json").write_text(json.dumps(description), encoding="utf-8")
        (self.folder / "read.py").write_text(READ, encoding="utf-8")
        names = [(f"answer-{number}", place) for number, (place, _) in enumerate(answers)]
        (self.folder / "answers.json").write_text(json.dumps(names), encoding="utf-8")
        for (name, _), (_, body) in zip(names, answers, strict=True):
            (self.folder / name).write_bytes(body)
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        cost = cost_of(self.folder, *generated_from("a.json"))
        if cost.code:
            self._keep(f"generate ended with {cost.code}: {cost.said}")
            return
        ended = subprocess.run(
            [sys.executable, "read.py"],
            cwd=self.folder, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
        assert not ended.returncode, ended.stderr
        for line in ended.stdout.splitlines():
            name, seconds, mebibytes, code = json.loads(line)
            self.costs.append((seconds, mebibytes))
            if seconds > SECONDS or mebibytes > MEGABYTES or code:
                self._keep(f"{name}: {seconds:.1f} s, {mebibytes:.0f} MB, exit code {code}")

    def _keep(self, fault: str) -> None:
        kept = KEPT / f"union-{len(self.faults)}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.folder, kept)
        self.faults.append(f"{fault}\nTo see it: cd {kept.relative_to(ROOT)} && python read.py")

    def report(self) -> None:
        """Print the largest costs; fail if one was too large."""
        print(
            f"unions: {len(self.costs)} answers read (seed {SEED if EXAMPLES else 'fixed'}), "
            f"at most {max(seconds for seconds, _ in self.costs):.1f} s and "
            f"{max(mebibytes for _, mebibytes in self.costs):.0f} MB"
        )
        if self.faults:
            pytest.fail("\n".join(self.faults), pytrace=False)


def test_cost_of_unions(tmp_path: Path) -> None:
    """An answer of 2 kB costs at most 5 s of processor time and 300 MB."""
    hunt = Hunt(tmp_path)

    @hunting(FEW, one_in=10)
    @given(descriptions(), st.lists(packed, min_size=ANSWERS, max_size=ANSWERS))
    def tried(description: Json, answers: list[tuple[str, bytes]]) -> None:
        hunt.try_(description, answers)

    tried()
    hunt.report()
