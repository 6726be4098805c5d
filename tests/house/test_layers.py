"""Every module of the generator stays in its room: who may import whom, print, exit or dial out.

Values flow one way through the houses of the generator, and each outside thing (a socket, the
terminal, Jinja, datamodel-code-generator) is known to one room. The tables in the README.md of the
houses and those below decide; the sources are read, not imported, so that an import inside a
function counts, and so does one under ``TYPE_CHECKING``.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "generator"

ANY = "*"
HOUSES = ("base", "reading", "codegen", "watch", "project")
"""Each may import those before it."""
PAGES = {house: (SOURCE / house / "README.md").read_text("utf-8") for house in HOUSES}
CELLS = {
    "__init__": "`base.config`, `project.services`",
    "__main__": "`project.cli`",
    **dict.fromkeys(HOUSES, "–"),
    **dict(re.findall(r"(?m)^\| `([\w.]+)` \| .+ \| (.+) \|$", "\n".join(PAGES.values()))),
}
"""Room → the last cell of its line on the page of its house: the rooms, or single modules of one,
that it may import. Everyone may import itself and ``base``. A module belongs to the longest room
that its name begins with.
"""
DOORS = {
    house: re.findall(r"^\| `([\w.]+)` \|[^|]+\|$", page.partition("## Doors")[2], re.MULTILINE)
    for house, page in PAGES.items()
}
"""The modules of a house that other houses import, by their names in it."""
MOST_DOORS = {"reading": 37, "codegen": 22, "watch": 23}
"""The aims are 20, 14 and 14. Lower the numbers when you close a door; never raise them."""
NAMED = {room: {*re.findall(r"`([\w.]+)`", cell)} for room, cell in CELLS.items()}
FORBIDDEN = {room: NAMED[room] for room, cell in CELLS.items() if cell.startswith("all rooms")}
"""What a room that may import any other may not."""
MAY_IMPORT = {room: {ANY} if room in FORBIDDEN else names for room, names in NAMED.items()}

TERMINAL = {"project.cli", "__main__"}
TERMINAL_CALLS = {"print", "input", "exit", "quit", "breakpoint"}
TERMINAL_ATTRIBUTES = {
    "sys.exit", "sys.stdin", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__",
    "os._exit", "os.abort",
}  # fmt: skip

HIDDEN_IMPORTS = {"__import__", "importlib.import_module"}
LAZY = {"__init__", "project.cli.parser"}
"""The modules that may import by name: a service or a command when it is used."""

# Outside package → the one room or module that may know it.
KNOWN_ONLY_TO = {
    "datamodel_code_generator": "codegen.render.models",
    "jinja2": "codegen.render.render",
    "jsonpath": "reading.document.overlay.jsonpath",
    "platformdirs": "base.portable",
    **dict.fromkeys(
        (
            "aiohttp", "ftplib", "http.client", "http.server", "httpcore", "httpcore2", "httpx",
            "httpx2", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver", "ssl",
            "urllib.request", "urllib3", "xmlrpc",
        ),
        "project.fetch",
    ),
}  # fmt: skip


def is_within(name: str, owner: str) -> bool:
    """Is the dotted `name` the thing `owner`, or inside it?"""
    return name == owner or name.startswith(f"{owner}.")


def module_name(path: Path) -> str:
    """The dotted name below `generator`: `emit/models.py` → `emit.models`, `emit` for a package."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def room_of(name: str) -> str | None:
    """Return the room that a module belongs to, or None where no line of the table has it."""
    rooms = [room for room in MAY_IMPORT if is_within(name, room)]
    return max(rooms, key=len, default=None)


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for a chain of attributes on a name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = dotted(value)
            return f"{base}.{attr}" if base else None
        case _:
            return None


def relative_targets(node: ast.ImportFrom, path: Path) -> Iterator[str]:
    """The modules that a relative import names; one without a file is an attribute."""
    package = path.parent
    for _ in range(node.level - 1):
        package = package.parent
    assert package.is_relative_to(SOURCE), f"{path}:{node.lineno}: import from above the generator"
    base = list(package.relative_to(SOURCE).parts)
    base += (node.module or "").split(".") if node.module else []
    for alias in node.names:
        target = SOURCE.joinpath(*base, alias.name)
        is_module = target.is_dir() or target.with_suffix(".py").is_file()
        yield ".".join([*base, alias.name] if is_module else base) or "__init__"


def violations(path: Path, source: str) -> Iterator[str]:
    """What a module of this source does that its room may not, as `line N: what`."""
    name = module_name(path)
    room = room_of(name)
    if room is None:
        yield f"line 1: {name} is in no room: give it a line in the README.md of its house"
        return
    allowed = MAY_IMPORT[room] | {room, "base"}
    forbidden = FORBIDDEN.get(room, set())
    tree = ast.parse(source, str(path))
    if room == "__init__":
        yield from eager_imports(tree, path)
    for node in ast.walk(tree):
        faults: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level:
            if not node.module:
                faults.append("import what is in the module, not the module")
            faults += [
                f"{room} may not import {target}"
                for target in relative_targets(node, path)
                if any(is_within(target, one) for one in forbidden)
                or (ANY not in allowed and not any(is_within(target, one) for one in allowed))
            ]
        for imported in absolute_imports(node):
            faults += outside_faults(name, imported)
        if isinstance(node, ast.Call) and dotted(node.func) in HIDDEN_IMPORTS and name not in LAZY:
            faults.append(f"{dotted(node.func)} hides an import")
        if room not in TERMINAL and (used := terminal_use(node)):
            faults.append(f"{room} may not use {used}")
        yield from (f"line {getattr(node, 'lineno', 1)}: {fault}" for fault in faults)


def eager_imports(tree: ast.Module, path: Path) -> Iterator[str]:
    """What the package imports with it, other than its version: a command would wait for it."""
    for node in tree.body:
        names = absolute_imports(node)
        if isinstance(node, ast.ImportFrom) and node.level:
            names += relative_targets(node, path)
        for name in names:
            if name != "base.version":
                yield f"line {node.lineno}: the package's __init__ may not import {name} eagerly"


def absolute_imports(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=aliases):
            return [alias.name for alias in aliases]
        case ast.ImportFrom(level=0, module=str(module), names=aliases):
            return [f"{module}.{alias.name}" for alias in aliases]
        case _:
            return []


def terminal_use(node: ast.AST) -> str | None:
    """The call, stream or exception by which a node would speak to the user or end the process."""
    match node:
        case ast.Call(func=ast.Name(id=called)) if called in TERMINAL_CALLS:
            return called
        case ast.Attribute() if (used := dotted(node)) in TERMINAL_ATTRIBUTES:
            return used
        case ast.Name(id="SystemExit"):
            return "SystemExit"
        case _:
            return None


def outside_faults(name: str, imported: str) -> Iterator[str]:
    room = room_of(name)
    if imported.split(".")[0] in {"generator", "speclock"}:
        yield f"import {imported} must be relative: the wheel has another name than the clone"
    if imported in HIDDEN_IMPORTS and name not in LAZY:
        yield f"{imported} hides an import"
    if room not in TERMINAL and imported in TERMINAL_ATTRIBUTES:
        yield f"{room} may not import {imported}"
    for package, owner in KNOWN_ONLY_TO.items():
        if is_within(imported, package) and not is_within(name, owner):
            yield f"{name} may not import {imported}: only {owner} knows {package}"


MODULES = sorted(SOURCE.rglob("*.py"))


def test_each_module_keeps_to_its_room() -> None:
    for path in MODULES:
        assert [*violations(path, path.read_text(encoding="utf-8"))] == [], path


def test_the_rooms_are_there() -> None:
    rooms = {room_of(module_name(path)) for path in MODULES}
    assert {"reading.document", "codegen.build", "project.services", "project.cli"} <= rooms


PATHS = {module_name(path): path for path in MODULES}
MOST_FILES, LONGEST_CHAIN = 20, 9


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Each module to those that it imports, also under ``TYPE_CHECKING``."""
    return {
        name: {
            target
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.level
            for target in relative_targets(node, path)
            if target in PATHS and target != name
        }
        for name, path in PATHS.items()
    }


@pytest.mark.slow
def test_no_module_and_no_folder_imports_itself_by_way_of_others(
    imports: dict[str, set[str]],
) -> None:
    assert "base.errors" in imports["reading.document.references"]
    TopologicalSorter(imports).prepare()
    folders: dict[str, set[str]] = {}
    for name, targets in imports.items():
        others = {folder_of(target) for target in targets} - {folder_of(name), ""}
        folders.setdefault(folder_of(name), set()).update(others)
    TopologicalSorter(folders).prepare()


def house_of(module: str) -> str:
    return module.partition(".")[0]


def test_a_house_is_entered_by_its_doors(imports: dict[str, set[str]]) -> None:
    entered: dict[str, set[str]] = {house: set() for house in HOUSES}
    for name, targets in imports.items():
        for target in targets:
            if house_of(name) in HOUSES and house_of(target) != house_of(name):
                assert HOUSES.index(house_of(target)) < HOUSES.index(house_of(name)), (name, target)
                entered[house_of(target)].add(target.partition(".")[2])
    del entered["base"]
    assert {house: sorted(doors) for house, doors in entered.items() if doors} == {
        house: doors for house, doors in DOORS.items() if doors
    }


@pytest.mark.parametrize("house", MOST_DOORS)
def test_doors_are_few(house: str) -> None:
    assert len(DOORS[house]) <= MOST_DOORS[house]


@pytest.mark.slow
def test_a_folder_is_small_and_its_chains_of_imports_are_short(
    imports: dict[str, set[str]],
) -> None:
    longest: dict[str, int] = {}
    for name in TopologicalSorter(imports).static_order():
        inside = (one for one in imports[name] if folder_of(one) == folder_of(name))
        longest[name] = 1 + max((longest[one] for one in inside), default=0)
    files = Counter(folder_of(name) for name in PATHS)
    assert max(longest.values()) <= LONGEST_CHAIN
    assert {name for name, count in files.items() if count > MOST_FILES} == {"project.cli"}


def folder_of(module: str) -> str:
    """Return the folder of a module, in dots; empty for the modules of ``generator`` itself."""
    return module if PATHS[module].name == "__init__.py" else module.rpartition(".")[0]


@pytest.mark.slow
def test_nodes_are_read_in_two_rooms() -> None:
    users = {module_name(path) for path in MODULES if node_imports(path.read_text("utf-8"))}
    rooms = ("reading.document", "reading.openapi.normalize")
    outside = {name for name in users if not any(is_within(name, room) for room in rooms)}
    assert {"reading.openapi.normalize.schemas.schemas", "reading.document.references"} <= users
    assert outside == set()


def node_imports(source: str) -> set[str]:
    """Return the types of nodes that a module imports."""
    return {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (node.module or "").endswith("tree")
        and alias.name in {"MappingNode", "SequenceNode", "Value"}
    }


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("__init__", "import json", "the package's __init__ may not import json eagerly"),
        ("__init__", "from .project.services import init", "import project.services.init eagerly"),
        ("base/errors", "def f():\n    from ..watch import x", "base.errors may not import watch"),
        ("codegen/render/models", "from ..build import api", "may not import codegen.build"),
        ("codegen/ir", "from .build import api", "codegen.ir may not import codegen.build.api"),
        ("project/vendor", "from ..codegen.render.models import x", "vendor may not import"),
        ("project/services/check", "from ..cli import console", "may not import project.cli"),
        ("base/config", "from speclock import errors", "must be relative"),
        ("project/cli/console", "import generator.codegen.names", "must be relative"),
        ("base/config", "import urllib.request", "only project.fetch knows urllib.request"),
        ("project/cli/console", "from httpx import Client", "only project.fetch knows httpx"),
        ("codegen/build/api", "import jinja2.nodes", "only codegen.render.render knows jinja2"),
        ("base/config", "import importlib\nimportlib.import_module('jinja2')", "hides an import"),
        ("project/cli/console", "from importlib import import_module", "hides an import"),
        ("reading/document/load", "print('x')", "reading.document may not use print"),
        ("base/config", "import sys\nsys.exit(1)", "base.config may not use sys.exit"),
        ("base/config", "from sys import stderr", "base.config may not import sys.stderr"),
        ("base/config", "raise SystemExit(1)", "base.config may not use SystemExit"),
        ("helpers", "", "helpers is in no room"),
        ("project/cli/console", "from . import run", "import what is in the module"),
    ],
)
def test_a_fault_is_seen(module: str, source: str, fault: str) -> None:
    (found,) = violations(SOURCE / f"{module}.py", source)
    assert fault in found
