"""The search for functions that no call reaches, on a package made for it."""

from __future__ import annotations

from pathlib import Path

from tests.support.reachability import unreachable

MODULES = {
    "__init__": "from .client import Client\n__all__ = ['Client']",
    "_client": """
from .resources import pets
class Client(_Base[int]):
    def close(self): release()
    def _hidden(self): ...
class _Base(Generic[T]):
    def open(self): ...
    def _reset(self): ...
""",
    "resources/pets": """
class Pets:
    def list(self) -> Page[Pet]: return self.sender.call(PETS)
PETS = Operation(read=Json)
""",
    "_operation": """
log = setup()
class Operation: ...
class Json:
    def read(self): ...
class Text:
    def read(self): ...
class Page(Generic[T]):
    def next(self): ...
class Jar(cookies.Jar):
    def extract(self): ...
JAR = Jar()
def release(): _free(JAR)
def _free(jar): ...
def _lost(): _lost_too()
def _lost_too(): ...
""",
}


def test_what_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    for name, source in MODULES.items():
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")

    assert unreachable(tmp_path) == [
        "_client: Client._hidden",
        "_client: _Base._reset",
        "_operation: Json.read",
        "_operation: Text",
        "_operation: _lost",
        "_operation: _lost_too",
    ]
