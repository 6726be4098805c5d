"""Faults in the generator itself: which does no test notice?

The tree is copied. One run of all tests over a copy with probes tells which cases run the place of
each fault; then each fault is put into a copy, and those cases run, the cheapest first, until one
fails. The tree may be another one than this program's, such as an older commit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import Queue
from typing import Any

from tests.qa.mutate import worker
from tests.qa.mutate.code_kinds import CODE_KINDS
from tests.qa.mutate.kinds import compiles
from tests.qa.mutate.probes import probed
from tests.qa.mutate.source import Fault, Module

ROOMS = ("generator/codegen", "generator/openapi", "generator/drift")
TESTS = ("tests", "generated/tests")
LEFT_OUT = ("tests/qa", "tests/works_with", "tests/house", "expected")
"""Tests of other things, which take long: programs, other libraries, pages and workflows."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one fault."""

    fault: Fault
    by: str
    """The case that failed; empty if the fault survived."""
    ran: int
    known: int
    """The cases that ran, of those that are known to run its place."""


class Copy:
    """A copy of the tree and the process that runs tests in it."""

    def __init__(self, tree: Path, folder: Path, marks: str) -> None:
        self._marks = marks
        self.folder, self.hits = folder / "tree", folder / "hits"
        self.hits.mkdir(parents=True)
        listed = subprocess.run(
            ["git", "ls-files", "-zco", "--exclude-standard"],
            cwd=tree, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            if (tree / name).is_file() and not (tree / name).is_symlink():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(tree / name, self.folder / name)
        (self.folder / ".venv").symlink_to(sys.prefix)
        self._ticks = time.time()
        temporary = folder / "tmp"
        temporary.mkdir()
        self._process = subprocess.Popen(
            [sys.executable, worker.__file__], cwd=self.folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
            | {"TMPDIR": str(temporary)},
        )  # fmt: skip

    def write(self, file: str, text: bytes) -> None:
        """Replace a file; bytecode of the one before is never taken for it."""
        path = self.folder / file
        path.write_bytes(text)
        self._ticks += 2
        os.utime(path, (self._ticks, self._ticks))

    def run(self, files: Mapping[str, Sequence[str]], **job: Any) -> dict[str, Any]:
        """Run tests in a fork, and return its report."""
        assert self._process.stdin is not None and self._process.stdout is not None
        folder = self.folder.parent
        job |= {"files": files, "hits": str(self.hits), "result": str(folder / "result.json")}
        job |= {"log": str(folder / "log.txt"), "marks": self._marks}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        shutil.rmtree(folder / "tmp", ignore_errors=True)
        (folder / "tmp").mkdir()
        return found

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def main(options: argparse.Namespace) -> float:
    """Try a sample of the faults, print the survivors, and return the share noticed, in percent."""
    tree = options.tree.resolve()
    sample = choose(tree, options.kind, options.sample, options.seed)
    if options.list:
        print(*sample, f"{len(sample)} faults", sep="\n")
        return 100.0
    with tempfile.TemporaryDirectory(prefix="speclock-mutate-") as scratch:
        marks = "not nightly and not slow" if options.quick else "not nightly"
        copies = [Copy(tree, Path(scratch, str(n)), marks) for n in range(options.jobs)]
        try:
            known = _map(tree, sample, copies, options)
            results = list(_tried(tree, sample, known, copies, options))
        finally:
            for copy in copies:
                copy.end()
    return report(results)


def choose(tree: Path, kinds: Sequence[str] | None, size: int | None, seed: int) -> list[Fault]:
    """Return a sample that hardly changes with the code: by a hash of each fault."""
    ranked = dict[bytes, tuple[Module, Fault]]()
    for path in sorted(path for room in ROOMS for path in (tree / room).rglob("*.py")):
        module = Module(path.relative_to(tree).as_posix(), path.read_bytes())
        seen: Counter[str] = Counter()
        for kind in kinds or CODE_KINDS:
            for fault in CODE_KINDS[kind](module):
                text = f"{fault.file} {fault.scope} {kind} {fault.before} {fault.after}"
                seen[text] += 1
                ranked[hashlib.sha256(f"{seed} {seen[text]} {text}".encode()).digest()] = (
                    module, fault,
                )  # fmt: skip
    chosen = (ranked[rank] for rank in sorted(ranked))
    return list(islice((fault for module, fault in chosen if compiles(module, fault)), size))


Known = dict[str, dict[str, Any]]
"""Test file to what ran in it: ``cases`` with seconds and numbers of faults, and ``failed``."""


def _map(
    tree: Path, sample: Sequence[Fault], copies: Sequence[Copy], options: argparse.Namespace
) -> Known:
    """Run every test file on its own with probes; a map that was kept is read."""
    texts = [*options.names, f"quick: {options.quick}", *map(str, sample)]
    if options.map and options.map.is_file():
        kept = json.loads(options.map.read_bytes())
        if kept["of"] == texts:
            found: Known = kept["files"]
            return found
    sources = {
        path.relative_to(tree).as_posix(): path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in (tree / room).rglob("*.py")
    }
    for copy in copies:
        for file, text in probed(sources, sample, copy.hits).items():
            copy.write(file, text.encode())
    files = list(test_files(tree, options.names))
    known: Known = {}
    cost = 0.0
    for number, (file, reply) in enumerate(_spread(copies, files, _probe_run), 1):
        known[file] = reply
        cost += sum(seconds for seconds, _ in reply["cases"].values())
        _progress(f"{number} of {len(files)} test files mapped, {cost:.0f} s")
    for copy in copies:
        for file, text in sources.items():
            copy.write(file, text.encode())
    bad = [name for reply in known.values() for name in reply["failed"]]
    print(f"map: {len(files)} test files, {cost:.0f} s of processor time; "
          f"{len(bad)} cases fail without a fault and are left out", file=sys.stderr)  # fmt: skip
    for name in bad:
        print(f"  {name}", file=sys.stderr)
    if options.map:
        options.map.write_text(json.dumps({"of": texts, "files": known}), encoding="utf-8")
    return known


def test_files(tree: Path, names: Sequence[str]) -> Iterator[str]:
    """Yield the test files that may notice a fault in these rooms."""
    for folder in names or TESTS:
        place = tree / folder
        for path in [place] if place.is_file() else sorted(place.rglob("test_*.py")):
            name = path.relative_to(tree).as_posix()
            if names or not any(part in name for part in LEFT_OUT):
                yield name


def _probe_run(copy: Copy, file: str) -> dict[str, Any]:
    return copy.run({file: []}, first=False, budget=1e9, limit=0)


def _tried(
    tree: Path,
    sample: Sequence[Fault],
    known: Known,
    copies: Sequence[Copy],
    options: argparse.Namespace,
) -> Iterator[Result]:
    def one(copy: Copy, number: int) -> Result:
        fault = sample[number]
        files = order(known, number)
        source = (tree / fault.file).read_bytes()
        copy.write(fault.file, fault.applied(source))
        limit = int(options.budget * 2 + 60)
        reply = copy.run(files, first=True, budget=options.budget, limit=limit)
        copy.write(fault.file, source)
        by = next(iter(reply["failed"]), "")
        return Result(fault, by, len(reply["cases"]), sum(map(len, files.values())))

    survived = 0
    for number, (_, result) in enumerate(_spread(copies, range(len(sample)), one), 1):
        survived += not result.by
        _progress(f"{number} of {len(sample)} faults tried, {survived} survived")
        if options.verbose:
            print(
                f"{result.by or 'SURVIVED'}  {result.fault}  [{result.ran} of {result.known}]",
                flush=True,
            )
        yield result


def order(known: Known, number: int) -> dict[str, list[str]]:
    """Return the cases that run a fault's place, by file; the cheapest files first."""
    found = list[tuple[float, str, list[str]]]()
    for file, reply in known.items():
        cases = {
            name: (seconds, number in hits)
            for name, (seconds, hits) in reply["cases"].items()
            if name not in reply["failed"]
        }
        hit = [name for name, (_, is_hit) in cases.items() if is_hit]
        if hit:
            cost = sum(cases[name][0] for name in hit)
            found.append((cost, file, hit))
    return {file: cases for _, file, cases in sorted(found)}


def _spread(copies: Sequence[Copy], work: Sequence[Any], run: Any) -> Iterator[tuple[Any, Any]]:
    """Do the work, one piece at a time in each copy; results come as they end."""
    free: Queue[Copy] = Queue()
    for copy in copies:
        free.put(copy)

    def one(piece: Any) -> tuple[Any, Any]:
        copy = free.get()
        try:
            return piece, run(copy, piece)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        for future in as_completed([pool.submit(one, piece) for piece in work]):
            yield future.result()


def report(results: Sequence[Result]) -> float:
    """Print the survivors and the share of each room; return the share of all, in percent."""
    survivors = sorted((r for r in results if not r.by), key=lambda r: (r.fault.file, r.fault.line))
    _progress("")
    for result in survivors:
        print(f"{result.fault}  [{result.ran} of {result.known} cases ran]")
    rooms: defaultdict[str, list[bool]] = defaultdict(list)
    for result in results:
        rooms["/".join(result.fault.file.split("/")[:2])].append(bool(result.by))
        rooms[f"kind {result.fault.kind}"].append(bool(result.by))
    for room, noticed in sorted(rooms.items()):
        print(f"{room:<20} {sum(noticed):>4} of {len(noticed)}")
    share = 100.0 * (1 - len(survivors) / len(results)) if results else 100.0
    print(f"{len(results) - len(survivors)} of {len(results)} noticed ({share:.1f} %)")
    return share


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
