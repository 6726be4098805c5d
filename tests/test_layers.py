"""Every module of the generator stays in its room: who may import whom, print, exit or dial out.

Values flow one way through the generator, and each outside thing (a socket, the terminal, Jinja,
datamodel-code-generator) is known to one room. The tables below say so; the sources are read, not
imported, so that a hidden import inside a function counts as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "generator"

ANY = "*"
# Room → the rooms, or single modules of one, that it may import. Everyone may import itself.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "ir": set(),
    "config": {"errors"},
    "names": {"errors"},
    "spec": {"errors", "config"},
    "folders": set(),
    "hashing": set(),
    "fetch": {"errors", "folders"},
    "build": {"spec", "ir", "names", "config", "errors"},
    "emit": {"ir", "errors"},
    "drift": {"spec", "build", "ir", "names", "emit", "config", "errors"},
    "vendor": {"emit.fileset", "emit.manifest", "emit.write", "drift", "config", "errors"},
    "lock": {"errors"},
    "pipeline": {"spec", "build", "ir", "emit", "config", "errors"},
    "cli": {ANY},
    "__main__": {ANY},
}

TERMINAL = {"cli", "__main__"}
TERMINAL_CALLS = {"print", "input", "exit", "quit", "breakpoint"}
TERMINAL_ATTRIBUTES = {
    "sys.exit", "sys.stdin", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__",
    "os._exit", "os.abort",
}  # fmt: skip

HIDDEN_IMPORTS = {"__import__", "importlib.import_module"}

# Outside package → the one room or module that may know it.
KNOWN_ONLY_TO = {
    "datamodel_code_generator": "emit.models",
    "jinja2": "emit.render",
    "jsonpath_rfc9535": "spec.overlay.query",
    **dict.fromkeys(
        (
            "aiohttp", "ftplib", "http.client", "http.server", "httpcore", "httpcore2", "httpx",
            "httpx2", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver", "ssl",
            "urllib.request", "urllib3", "xmlrpc",
        ),
        "fetch",
    ),
}  # fmt: skip


def is_within(name: str, owner: str) -> bool:
    """Is the dotted `name` the thing `owner`, or inside it?"""
    return name == owner or name.startswith(f"{owner}.")


def module_name(path: Path, root: Path = SOURCE) -> str:
    """The dotted name below `generator`: `emit/models.py` → `emit.models`, `emit` for a package."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


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


def relative_targets(node: ast.ImportFrom, path: Path, root: Path = SOURCE) -> Iterator[str]:
    """The modules below `root` that a relative import names; one without a file is an attribute."""
    package = path.parent
    for _ in range(node.level - 1):
        package = package.parent
    assert package.is_relative_to(root), f"{path}:{node.lineno}: import from above the generator"
    base = list(package.relative_to(root).parts)
    base += (node.module or "").split(".") if node.module else []
    for alias in node.names:
        target = root.joinpath(*base, alias.name)
        is_module = target.is_dir() or target.with_suffix(".py").is_file()
        yield ".".join([*base, alias.name] if is_module else base) or "__init__"


def violations(path: Path, root: Path = SOURCE) -> Iterator[str]:
    """What a module does that its room may not, as `line N: what`."""
    name = module_name(path, root)
    room = name.split(".")[0]
    if room not in MAY_IMPORT:
        yield f"line 1: {name} is in no room: give {room} a line in MAY_IMPORT and in the docs"
        return
    # The package's own `__init__` imports nothing, so its version is anyone's to read; and there is
    # one way to hash a file.
    allowed = MAY_IMPORT[room] | {room, "__init__", "hashing"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        faults: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level:
            faults += [
                f"{room} may not import {target}"
                for target in relative_targets(node, path, root)
                if ANY not in allowed and not any(is_within(target, one) for one in allowed)
            ]
        for imported in absolute_imports(node):
            faults += outside_faults(name, imported)
        if isinstance(node, ast.Call) and dotted(node.func) in HIDDEN_IMPORTS:
            faults.append(f"{dotted(node.func)} hides an import")
        if room not in TERMINAL and (used := terminal_use(node)):
            faults.append(f"{room} may not use {used}")
        yield from (f"line {getattr(node, 'lineno', 1)}: {fault}" for fault in faults)


def absolute_imports(node: ast.AST) -> list[str]:
    """The dotted names that a statement imports from outside the generator."""
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
    """What is wrong with the absolute import of `imported` in the module `name`."""
    room = name.split(".")[0]
    if imported.split(".")[0] in {"generator", "speclock"}:
        yield f"import {imported} must be relative: the wheel has another name than the clone"
    if imported in HIDDEN_IMPORTS:
        yield f"{imported} hides an import"
    if room == "__init__" and not imported.startswith("__future__"):
        yield f"the package's __init__ may not import {imported}"
    if room not in TERMINAL and imported in TERMINAL_ATTRIBUTES:
        yield f"{room} may not import {imported}"
    for package, owner in KNOWN_ONLY_TO.items():
        if is_within(imported, package) and not is_within(name, owner):
            yield f"{name} may not import {imported}: only {owner} knows {package}"


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_module_keeps_to_its_room(path: Path) -> None:
    assert list(violations(path)) == []


def test_the_rooms_are_there() -> None:
    rooms = {module_name(path).split(".")[0] for path in MODULES}
    assert {"__init__", "__main__", "cli", "config", "errors", "ir", "names"} <= rooms
    assert {"spec", "build", "emit"} <= rooms


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("__init__", "import json", "may not import json"),
        ("ir", "from .names import Name", "ir may not import names"),
        ("ir", "def f():\n    from . import config", "line 2: ir may not import config"),
        ("names", "from .spec.load import load", "names may not import spec.load"),
        ("spec/load", "from ..emit import models", "spec may not import emit.models"),
        ("emit/models", "from .. import build", "emit may not import build"),
        ("vendor", "from .emit.render import render", "vendor may not import emit.render"),
        ("vendor", "from .emit import models", "vendor may not import emit.models"),
        ("names", "from speclock import errors", "must be relative"),
        ("cli", "import generator.names", "must be relative"),
        ("config", "import urllib.request", "only fetch knows urllib.request"),
        ("config", "from urllib import request", "only fetch knows urllib.request"),
        ("cli", "from httpx import Client", "only fetch knows httpx"),
        ("build", "import jinja2.nodes", "only emit.render knows jinja2"),
        ("emit/models", "import jinja2", "only emit.render knows jinja2"),
        ("cli", "import datamodel_code_generator", "only emit.models knows"),
        ("names", "import importlib\nimportlib.import_module('jinja2')", "hides an import"),
        ("cli", "from importlib import import_module", "hides an import"),
        ("spec/load", "print('x')", "spec may not use print"),
        ("names", "import sys\nsys.exit(1)", "names may not use sys.exit"),
        ("names", "from sys import stderr", "names may not import sys.stderr"),
        ("names", "raise SystemExit(1)", "names may not use SystemExit"),
        ("helpers", "", "helpers is in no room"),
    ],
)
def test_a_fault_is_seen(module: str, source: str, fault: str, tmp_path: Path) -> None:
    path = module_tree(tmp_path, module, source)
    found = list(violations(path, tmp_path))
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("cli", "import sys\nfrom . import build, vendor\nprint(sys.stdout)\nraise SystemExit(2)"),
        ("spec/load", "from .. import __version__\nfrom ..errors import SpecError\nimport json"),
        ("build", "from .spec import load\nfrom . import ir, names, config, errors"),
        ("emit/render", "import jinja2\nfrom . import models\nfrom .. import ir"),
        ("emit/models", "from datamodel_code_generator import generate"),
        ("drift", "from .emit.fileset import FileSet\nfrom . import build, names"),
        ("vendor", "from .emit.fileset import FileSet\nfrom .emit import fileset"),
        ("fetch", "import socket, urllib.request"),
        ("config", "from urllib.parse import urlsplit\nfrom importlib import metadata"),
    ],
)
def test_what_a_room_may_do_is_let_through(module: str, source: str, tmp_path: Path) -> None:
    assert list(violations(module_tree(tmp_path, module, source), tmp_path)) == []


def module_tree(root: Path, module: str, source: str) -> Path:
    """A generator of empty modules, one of which holds `source`; its path."""
    names = ["__init__", "build", "config", "drift", "errors", "ir", "names", "vendor"]
    packages = {"emit": ["__init__", "fileset", "models", "render"], "spec": ["__init__", "load"]}
    names += [f"{package}/{name}" for package, inside in packages.items() for name in inside]
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / f"{name}.py").touch()
    path = root / f"{module}.py"
    path.write_text(source, encoding="utf-8")
    return path
