"""The measurements of one tool."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.qa.comparison.calls import CALLS, CREATE, SEARCH, Caller, judge_answers, judge_request
from tests.qa.comparison.package import (
    Package,
    can_be_imported,
    count_faults,
    count_runtime,
    generate_package,
)
from tests.qa.comparison.tool import Registries, Tool, install, install_npm

NOTHING = "–"


@dataclass
class Row:
    """The measurements of a tool; a cell that nothing was measured for is ``–``."""

    tool: Tool
    cells: dict[str, str] = field(default_factory=dict[str, str])

    def cell(self, name: str) -> str:
        return self.cells.get(name, NOTHING)

    def can_be_used(self) -> bool:
        """Return whether there is code for both calls, and Python imports it."""
        return not {self.cell(call.name) for call in CALLS} & {"no code", "no import"}


def measure(tool: Tool, folder: Path, registries: Registries) -> Row:
    """Install a tool, generate both clients, and make the calls."""
    row = Row(tool)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        programs = [install(folder / "tool", tool, tool.install, registries)]
        if tool.npm:
            programs.append(install_npm(folder / "npm", tool.npm, registries))
        python = install(folder / "client", tool, tool.client, registries) / "python"
    except RuntimeError as error:
        print(f"{tool.name}: {error}", file=sys.stderr)
        row.cells = {call.name: "not installed" for call in CALLS}
        return row
    packages = dict[str, Package]()
    if tool.commands:
        packages = generate(tool, row, folder / "out", programs)
        check(row, packages, python)
    for call in CALLS:
        if call.name in row.cells or call.name not in tool.calls:
            continue
        path = packages[call.name].path if call.name in packages else folder
        caller = Caller(call, tool.calls[call.name], folder, python, path)
        row.cells[call.name] = judge_request(caller)
        if call is SEARCH:
            row.cells |= judge_answers(caller)
    return row


def generate(tool: Tool, row: Row, out: Path, programs: list[Path]) -> dict[str, Package]:
    """Return the packages by the names of the calls, and tell for which there is none.

    The one whose time is measured is the last: Python compiles a tool when it first runs.
    """
    packages = dict[str, Package]()
    for call in (SEARCH, CREATE):
        try:
            package = generate_package(tool, call.name, call.spec, out / call.name, programs)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(f"{tool.name}: {error}", file=sys.stderr)
            row.cells[call.name] = "no code"
            continue
        packages[call.name] = package
    return packages


def check(row: Row, packages: dict[str, Package], python: Path) -> None:
    """Import the packages, and measure them if there is one for each call."""
    for name, package in packages.items():
        if not can_be_imported(package, python):
            row.cells[name] = "no import"
    if not row.can_be_used():
        return
    faults = [count_faults(package, python) for package in packages.values()]
    row.cells["faults"] = "stops" if None in faults else str(sum(filter(None, faults)))
    created = packages[CREATE.name]
    lines = sum(map(len, created.lines().values()))
    row.cells["lines"] = f"{lines:,}"
    row.cells["own"] = f"{lines - count_runtime(created, packages[SEARCH.name]):,}"
    row.cells["seconds"] = f"{created.seconds:.1f}"
