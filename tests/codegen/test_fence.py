"""The fence lets every emitted module pass and stops injected code of every kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.base.errors import SpeclockError
from generator.codegen.render.source.validate_source import validate_source
from tests.support.project import Project, made_once, make_orchard

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "templates" / "client"
PLAIN = {path.relative_to(CLIENT).as_posix() for path in CLIENT.rglob("*.py")}
MORE = "    def more(self) -> None:\n"
NAMES = ("models.py", "resources/trees.py", "client.py")


@pytest.fixture(scope="module")
def sources(shared_folder: Path) -> dict[str, str]:
    package = Project(made_once(shared_folder, "orchard", make_orchard)).package
    found = {name: (package / name).read_text(encoding="utf-8") for name in NAMES}
    validate_source(found)
    validate_source({"client.py": f"{found['client.py']}\n{MORE}        x = 1\n"})
    return found


def stops(name: str, source: str) -> str:
    """What the fence says of a module."""
    with pytest.raises(SpeclockError) as raised:
        validate_source({name: source})
    assert "internal error: " in str(raised.value)
    return str(raised.value)


def test_every_generated_module_passes() -> None:
    """This project's own client, and every case's."""
    folders = [ROOT / "generated" / "pinterest_audiences", *ROOT.glob("tests/cases/*/expected")]
    for folder in folders:
        files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.py")}
        package = {n: p for n, p in files.items() if not n.startswith("tests/")}
        validate_source({n: p.read_text("utf-8") for n, p in package.items() if n not in PLAIN})


BANNED = [
    "import os", "import builtins as b", "import subprocess as httpx", "from os import system",
    "from importlib import reload", "from typing import sys", "from ._model import *",
    "from ._model import __builtins__", "from ... import other", "exec('1')", "x = eval",
    "x = eval('1')", "x = __import__('os')", "x = open('/etc/passwd')", "x = globals()",
    "x = ().__class__", "x = Tree.__subclasses__()", "x = Tree.__init__.__globals__",
    "x = (1 for y in ()).gi_frame", "x = getattr(Tree, 'y')", "x = lambda: exec('1')",
    "x = lambda page: print()", "x = lambda page=print(): page", "x = lambda page: page.__class__",
    "x: exec('1') = 1", "if TYPE_CHECKING: import os", "if not TYPE_CHECKING: print()",
    "import httpx\nx = httpx.get('http://evil.example')", "import httpx\nx = httpx._client",
    "def __del__(): pass", "def f(__builtins__): pass", "def f(eval): pass\neval('1')",
    "__builtins__ = 1", "class Other(exec('1')): pass", "class Other(metaclass=print): pass",
    "@print\nclass Other: pass", "class Other:\n    x = 1\n    x = 2",
    "class Other:\n    x: Literal[print()]", "class Other:\n    __class_getitem__ = 1",
    "class Other:\n    def f(self, x=print()): ...", "class Other:\n    def __del__(self): ...",
    "class Other:\n    import os", "x = Field(default_factory=print)", "x =",
]  # fmt: skip
NOT_OF_MODELS = [
    "x = [y for y in ()]", "x = f'{Tree}'", "x = lambda: 1", "x = (y := 1)",
    "x = Tree.kind.call()", "x = str()", "x.y = 1", "x = y = 1", "x += 1", "del Tree",
    "assert Tree", "global x", "for x in (): pass", "while x: pass", "if x: pass",
    "if TYPE_CHECKING: from ._other import Tree", "if TYPE_CHECKING: pass\nelse: str()",
    "with x: pass", "try: pass\nfinally: pass", "raise Tree", "def f(): pass", "Tree = 1",
    "Field = 1", "class Tree: pass", "class Other(metaclass=type): pass",
    "@str\nclass Other: pass", "class Other:\n    x: list['__import__(1)']",
    "class Other:\n    x: '__import__(1)'", "class Other:\n    x: 'exec'",
    "class Other:\n    str()", "class Other:\n    def f(self): ...",
    "class Other:\n    import typing", "x = Annotated[str, str()]", "x = -str()", "x = {**str()}",
    "x = (yield)", "return 1",
]  # fmt: skip


@pytest.mark.parametrize("line", BANNED)
@pytest.mark.parametrize("name", NAMES)
def test_a_banned_name_is_stopped(name: str, line: str, sources: dict[str, str]) -> None:
    """In every module, at its end and at any depth."""
    assert f"({name}:" in stops(name, f"{sources[name]}\n{line}\n")
    inner = "\n".join(f"        {one}" for one in line.splitlines())
    assert f"({name}:" in stops(name, f"{sources[name]}\nclass More:\n{MORE}{inner}\n")


@pytest.mark.parametrize("line", NOT_OF_MODELS)
def test_other_statements_in_models_are_stopped(line: str, sources: dict[str, str]) -> None:
    assert "(models.py:" in stops("models.py", f"{sources['models.py']}\n{line}\n")


@pytest.mark.parametrize("name", NAMES)
def test_text_that_left_its_string_is_stopped(name: str, sources: dict[str, str]) -> None:
    """The breakouts of hostile descriptions, as a broken sink would print them."""
    *_, docstring = re.findall(r'^ *""".*?"""$', sources[name], re.MULTILINE)
    for broken in (
        '"""a"""; import os; """b"""',
        '"""a"""; __import__("os").system("x"); """b"""',
        '"""a""" + __import__("os").system("x") + """b"""',
        '"""a""" if exec("1") else """b"""',
    ):
        indent = " " * (len(docstring) - len(docstring.lstrip()))
        stops(name, sources[name].replace(docstring, indent + broken, 1))
