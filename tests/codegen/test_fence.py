"""The fence lets every emitted module pass and stops injected code of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.codegen.render.render import code_templates
from generator.codegen.render.templates import Templates, templates_folder
from generator.codegen.render.validate_source import validate_source
from generator.errors import SpeclockError

ROOT = Path(__file__).parents[2]
PLAIN = {path.name for path in (ROOT / "templates" / "client").glob("*.py")}
MODELS = '''"""Models."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from ._model import OPEN, Model

Item = TypeAliasType("Item", Annotated[str, Field(pattern="^a$")])
"""Words."""


class Kind(StrEnum):
    """Words."""

    A = "a"


class Pet(Model, nullable=("note",)):
    """Words."""

    kind: Kind | Literal["b", -1] | None = None
    """Words."""
    note: Annotated[list[Item], Field(alias="no te", min_length=1)]


Pet.model_rebuild()
'''
METHODS = '''"""Methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import models
from .._operation import Json, Operation, Path

if TYPE_CHECKING:
    from .._transport import Sender


class Pets:
    """Words."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def get(self, id: str, *, limit: int | None = None) -> models.Pet:
        """Words."""
        return await self._sender.call(PETS_GET, (id, limit), None, options)


PETS_GET: Operation[models.Pet] = Operation(
    name="get", parameters=(Path("id", lambda: str),), answers={"200": Json(lambda: models.Pet)}
)
'''
CLIENT = '''"""Client."""

from __future__ import annotations

from ._http import httpx


class Api:
    """Words."""

    def __init__(self, base_url: str) -> None:
        self.client = httpx.Client(base_url=base_url)

    def __repr__(self) -> str:
        return f"{type(self).__name__}"
'''
SOURCES = {"models.py": MODELS, "resources/pets.py": METHODS, "_client.py": CLIENT}


def stops(name: str, source: str) -> str:
    """What the fence says of a module."""
    with pytest.raises(SpeclockError) as raised:
        validate_source({name: source})
    assert "internal error: " in str(raised.value)
    return str(raised.value)


def test_harmless_modules_pass() -> None:
    """What the cases below change a line of."""
    validate_source(SOURCES)


def test_every_generated_module_passes() -> None:
    """This project's own client, and every case's."""
    code = code_templates(Templates.of())
    folders = [ROOT / "generated" / "pinterest_audiences", *ROOT.glob("tests/cases/*/expected")]
    for folder in folders:
        files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.py")}
        package = {n: p for n, p in files.items() if not n.startswith("tests/")}
        validate_source(
            {n: p.read_text("utf-8") for n, p in package.items() if p.name not in PLAIN | code}
        )


@pytest.mark.parametrize(
    "added",
    [
        "{{ api.client }}",
        '{% include "_method.py.jinja" %}',
        "{% for op in api.operations %}{% endfor %}",
    ],
)
def test_a_template_is_trusted_if_it_only_has_conditions(tmp_path: Path, added: str) -> None:
    """A value of the description, another template or a loop makes its file one to validate."""
    name = "client/_call.py.jinja"
    assert "_call.py" in code_templates(Templates.of())
    own = tmp_path / name
    own.parent.mkdir()
    own.write_text((templates_folder() / name).read_text("utf-8") + f"\n{added}\n", "utf-8")
    assert "_call.py" not in code_templates(Templates.of(tmp_path))


LINES = [
    "import os",
    "import builtins as b",
    "from os import system",
    "from typing import sys",
    "from ._model import *",
    "from ._model import __builtins__",
    "exec('1')",
    "x = eval('1')",
    "x = __import__('os')",
    "x = open('/etc/passwd')",
    "x = ().__class__",
    "x = Pet.__subclasses__()",
    "x = getattr(Pet, 'y')",
    "x = [y for y in ()]",
    "x = f'{Pet}'",
    "x = lambda: exec('1')",
    "x = lambda page: print()",
    "x = lambda page=print(): page",
    "from ... import other",
    "x = lambda page: page.__class__",
    "x = lambda page: page.y if print() else None",
    "x = lambda other: other",
    "x = (y := 1)",
    "x: exec('1') = 1",
    "x = Pet.note.call()",
    "x.y = 1",
    "x = y = 1",
    "x += 1",
    "del Pet",
    "assert Pet",
    "global x",
    "for x in (): pass",
    "while x: pass",
    "if x: pass",
    "if TYPE_CHECKING: print()",
    "if TYPE_CHECKING: import os",
    "if TYPE_CHECKING: from os import system",
    "if TYPE_CHECKING: from ._other import Pet",
    "if TYPE_CHECKING: pass\nelse: print()",
    "if not TYPE_CHECKING: print()",
    "with x: pass",
    "try: pass\nfinally: pass",
    "raise Pet",
    "def f(): pass",
    "__all__ = [Pet()]",
    "__builtins__ = 1",
    "Pet = 1",
    "Field = 1",
    "class Pet: pass",
    "class Other(exec('1')): pass",
    "class Other(metaclass=print): pass",
    "@print\nclass Other: pass",
    "class Other:\n    x = 1\n    x = 2",
    "class Other:\n    x = print()",
    "class Other:\n    x: list['__import__(1)']",
    "class Other:\n    x: '__import__(1)'",
    "class Other:\n    x: 'exec'",
    "class Other:\n    x: Literal[print()]",
    "class Other:\n    __class_getitem__ = 1",
    "class Other:\n    print()",
    "class Other:\n    def f(self): print()",
    "class Other:\n    def f(self): return print()",
    "class Other:\n    def f(self): return self._sender.call(open)",
    "class Other:\n    def f(self): return self._sender.call(print())",
    "class Other:\n    def f(self, x=print()): ...",
    "class Other:\n    def f(self, *x): ...",
    "class Other:\n    def f(self): self.x = 1",
    "class Other:\n    @print\n    def f(self): ...",
    "class Other:\n    def __del__(self): ...",
    "class Other:\n    import os",
    "x = Field(default_factory=print)",
    "x = Annotated[str, print()]",
    "x = -print()",
    "x = {**print()}",
    "x = (yield)",
    "x =",
    "return 1",
]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", ["models.py", "resources/pets.py"])
def test_injected_declarations_are_stopped(name: str, line: str) -> None:
    """At the end of the module, and in front, where only more stands in the way."""
    if name == "resources/pets.py":
        line = line.replace("Pet", "Pets").replace("Field = 1", "Json = 1")
    assert f"({name}:" in stops(name, f"{SOURCES[name]}\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import subprocess as httpx",
        "from os import system",
        "from importlib import reload",
        "exec('1')",
        "x = eval",
        "x = __import__('os')",
        "x = open('/etc/passwd')",
        "x = getattr(Api, 'y')",
        "x = globals()",
        "x = ().__class__",
        "x = Api.__subclasses__()",
        "x = Api.__init__.__globals__",
        "x = httpx.get('http://evil.example')",
        "x = httpx._client",
        "try: pass\nfinally: pass",
        "with x: pass",
        "while x: pass",
        "del Api",
        "x = lambda: 1",
        "x = (y := 1)",
        "async def f():\n    async for x in y: pass",
        "def f(): yield 1",
        "def f():\n    global x",
        "def __del__(): pass",
        "def f(__builtins__): pass",
        "class Api: pass",
        "def f(eval): pass\neval('1')",
    ],
)
def test_injected_code_is_stopped(line: str) -> None:
    """In a module of a template, at any depth."""
    assert "(_client.py:" in stops("_client.py", f"{CLIENT}\n{line}\n")
    inner = "\n".join(f"        {one}" for one in line.splitlines())
    if not line.startswith("class "):
        stops("_client.py", f"{CLIENT}\n    def more(self) -> None:\n{inner}\n")


@pytest.mark.parametrize("name", SOURCES)
def test_text_that_left_its_string_is_stopped(name: str) -> None:
    """The breakouts of hostile descriptions, as a broken sink would print them."""
    for broken in (
        '"""a"""; import os; """b"""',
        '"""a"""; __import__("os").system("x"); """b"""',
        '"""a""" + __import__("os").system("x") + """b"""',
        '"""a""" if exec("1") else """b"""',
    ):
        stops(name, SOURCES[name].replace('"""Words."""', broken, 1))
