"""The search for calls by hand in synthetic programs: a large one, and hostile ones."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.qa.bench.peers import timed
from tests.qa.bench.shapes import operations
from tests.qa.runner.command import progress

Files: TypeAlias = Mapping[str, str]
"""The texts of a program's files by their names."""
MEMORY_AIM = 200e6
LIBRARY = 'import requests\n\nBASE = "https://books.example"\n'


@dataclass(frozen=True, slots=True)
class Program:
    """A program, and the CPU seconds that `ls --code` may take for it."""

    make: Callable[[], Files]
    aim: float = 1.0
    described: int = 40
    """The operations of the description."""


def large() -> Files:
    """Return a program of 30,000 lines: a client of its own, and 106 modules that call it."""
    files = {
        "shop/client.py": _CLIENT,
        "shop/__init__.py": "from .client import Client\n",
    }
    for module in range(106):
        functions = [_FUNCTIONS.format(number=module * 10 + each) for each in range(10)]
        files[f"shop/shelves_{module}.py"] = _HEAD + "".join(functions)
    return files


def deep_names() -> Files:
    """Return a chain of 4,000 names, each of which extends the one before it."""
    names = [f"path{n + 1} = path{n} + 'x'\n" for n in range(4_000)]
    return _one('path0 = "/shelves-1/"\n' + "".join(names) + "requests.post(BASE + path4000)\n")


def deep_expression() -> Files:
    """Return a sum of 4,000 texts."""
    return _one("requests.post(BASE" + ' + "/shelves-1"' * 4_000 + ")\n")


def deep_functions() -> Files:
    """Return a chain of 2,000 functions, each of which calls the next."""
    functions = [f"def f{n}(path):\n    return f{n + 1}(path)\n" for n in range(2_000)]
    last = "def f2000(path):\n    return requests.post(BASE + path)\n"
    return _one("".join(functions) + last + 'f0("/shelves-1/a")\n')


def wide_list() -> Files:
    """Return a loop over 20,000 paths."""
    paths = [f"/shelves-{n}/a" for n in range(20_000)]
    return _one(f"for path in {paths!r}:\n    requests.post(BASE + path)\n")


def wide_calls() -> Files:
    """Return 5,000 calls of one function."""
    calls = [f'send("/shelves-{n % 40}/a")\n' for n in range(5_000)]
    return _one("def send(path):\n    return requests.post(BASE + path)\n" + "".join(calls))


def wide_classes() -> Files:
    """Return a chain of 800 derived classes, each with a path of its own."""
    classes = [f"class C{n + 1}(C{n}):\n    path = '/shelves-{n}/a'\n" for n in range(800)]
    return _one("class C0:\n    def go(self): requests.post(BASE + self.path)\n" + "".join(classes))


def cyclic_functions() -> Files:
    """Return 50 functions that all call all."""
    return _one(_all_call_all("path"))


def cyclic_paths() -> Files:
    """Return 50 functions that all call all, each with a longer path."""
    return _one(_all_call_all("path + '/x{number}'"))


def cyclic_attributes() -> Files:
    """Return a class whose attributes and methods are made of each other."""
    return _one(
        "class A:\n    def __init__(self, x):\n"
        "        self.a = self.b or x\n        self.b = self.a + self.b + x.a\n"
        "    def u(self): return self.v() + self.a\n    def v(self): return self.u() + self.b\n"
        "    def go(self): requests.post(self.u())\nA(A(A(1)))\n"
    )


PROGRAMS: Mapping[str, Program] = {
    "30,000 lines": Program(large, 6.0, 1_060),
    "deep: names": Program(deep_names),
    "deep: an expression": Program(deep_expression),
    "deep: functions": Program(deep_functions),
    "wide: a list": Program(wide_list),
    "wide: calls": Program(wide_calls),
    "wide: derived classes": Program(wide_classes),
    "cyclic: functions": Program(cyclic_functions),
    "cyclic: longer paths": Program(cyclic_paths),
    "cyclic: attributes": Program(cyclic_attributes),
}


def bench(rounds: int) -> bool:
    """Measure `ls --code` of each program, and print; are the aims met?"""
    print("\nCalls by hand: CPU and memory of `ls --code`, the least of some runs")
    met = True
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        for name, program in PROGRAMS.items():
            progress(f"{name} …")
            met &= _measured(Path(scratch), name, program, max(1, rounds // 5))
    return met


def _measured(scratch: Path, name: str, program: Program, rounds: int) -> bool:
    spec, folder = scratch / "books.json", Path(tempfile.mkdtemp(dir=scratch))
    spec.write_text(json.dumps(operations(program.described)), encoding="utf-8")
    files = program.make()
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    line = [sys.executable, "-m", "generator", "ls", str(spec), "--code", str(folder)]
    runs = [timed(line, passing=(0, 1, 3)) for _ in range(rounds)]
    processor = min(run.processor for run in runs)
    memory = min(run.mebibytes for run in runs) * 2**20
    passed = processor <= program.aim and memory <= MEMORY_AIM
    lines = sum(text.count("\n") for text in files.values())
    progress()
    print(
        f"  {name:<24} {lines:>7,} lines {processor:6.2f} s ≤ {program.aim:g} "
        f"{memory / 1e6:5.0f} MB ≤ {MEMORY_AIM / 1e6:.0f}  {'PASS' if passed else 'MISS'}",
        flush=True,
    )
    return passed


def _one(text: str) -> Files:
    return {"api.py": LIBRARY + text}


def _all_call_all(argument: str) -> str:
    """Return 50 functions that pass each other an expression, and send a request."""
    functions: list[str] = []
    for number in range(50):
        passed = argument.format(number=number)
        calls = [f"    f{other}({passed})\n" for other in range(50)]
        body = "".join(calls)
        functions.append(f"def f{number}(path):\n{body}    requests.post(BASE + path)\n")
    return "".join(functions)


_CLIENT = '''\
"""A client that the program has of its own."""

import requests


class Client:
    def __init__(self, base="https://books.example", timeout=5):
        self.base = base.rstrip("/")
        self.timeout = timeout
        self.session = requests.Session()

    def request(self, verb, path, **options):
        response = self.session.request(verb, self.base + path, timeout=self.timeout, **options)
        response.raise_for_status()
        return response.json()

    def post(self, path, body=None, **params):
        return self.request("POST", path, json=body, params=params)
'''
_HEAD = '''\
"""Orders of some shelves."""

from dataclasses import dataclass

from shop import Client
'''
_FUNCTIONS = '''

@dataclass
class Order{number}:
    id: str
    copies: int = 1
    notes: tuple[str, ...] = ()


class Shelf{number}:
    """Orders of one shelf."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        self.orders: list[Order{number}] = []

    def place(self, copies: int, notes: list[str]) -> Order{number}:
        body = {{"id": self.name, "copies": copies}}
        if notes:
            body["notes"] = [note.strip() for note in notes]
        answer = self.client.post(f"/shelves-{number}/{{self.name}}", body)
        order = Order{number}(answer["id"], answer.get("copies", 1))
        self.orders.append(order)
        return order

    def total(self) -> int:
        return sum(order.copies for order in self.orders)
'''
