"""The modules that read a response need no HTTP library."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.cases import package_of
from tests.support.generated_case import GeneratedCases

LOADER = """
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("httpx", "httpx2", "httpcore", "anyio"):
            raise ImportError(f"{name} is refused")


folder, name, module, constant, content_type, content = sys.argv[1:]
sys.meta_path.insert(0, Refusing())
package = sys.modules[name] = ModuleType(name)  # its own __init__ imports the client
package.__path__ = [f"{folder}/{name}"]
own = Path(folder, name)
for file in [*own.glob("resources/*.py"), *own.glob("*response_headers.py")]:
    import_module(".".join([name, *file.relative_to(own).with_suffix("").parts]))
for each in ("errors", "models", "_exchange", "_operation"):
    import_module(f"{name}.{each}")
try:
    import httpx
except ImportError:
    pass
else:
    raise AssertionError("httpx isn't refused")

Exchange = sys.modules[f"{name}._exchange"].Exchange
headers = {"content-type": content_type}
exchange = Exchange("GET", "https://api.example", 200, headers, content.encode(), None)
operation = getattr(sys.modules[f"{name}.resources.{module}"], constant)
deviations = []
value = operation.read(exchange, lambda *one: deviations.append(one))
print(repr(value), deviations)
"""
JSON = "application/json"
ADDED = "('response/schema/property/added', '/more')"
STATUS = "('response/status/success/added',)"


@pytest.mark.parametrize(
    ("topic", "constant", "content_type", "content", "printed"),
    [
        ("oauth", "FLOUR_WEIGH", JSON, "3", "3 []"),
        (
            "pagination",
            "PETS_LIST",
            JSON,
            '{"pets": [], "more": 1}',
            f"Pets(pets=[], more=1) [{ADDED}]",
        ),
        (
            "forms",
            "TICKETS_OPEN",
            JSON,
            '{"id": "7", "more": 1}',
            f"Ticket(id='7', more=1) [{STATUS}, {ADDED}]",
        ),
        ("sequences", "LOG_WORDS", JSON, '[{"word": "a"}]', "[Word(word='a')] []"),
        ("bodies", "PRINTS_DOWNLOAD", "image/png", "png", "b'png' []"),
        ("text_and_bytes", "NOTES_WRITE", "text/plain", "note", "'note' []"),
        ("content_types", "LABELS_READ", "text/plain", "label", "'label' []"),
        ("response_headers", "PETS_LIST", JSON, '["Tom"]', "['Tom'] []"),
    ],
)
def test_a_response_is_read(
    cases: GeneratedCases, topic: str, constant: str, content_type: str, content: str, printed: str
) -> None:
    """With streams, pages, forms, files, tokens, text, bytes and headers in the same package."""
    cases.load(topic)
    module = constant.partition("_")[0].lower()
    given = [str(cases.folder), package_of(topic), module, constant, content_type, content]
    done = subprocess.run(
        [sys.executable, "-c", LOADER, *given], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.strip() == printed
