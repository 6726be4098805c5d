"""The modules that read a response need no HTTP library."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.cases import package_of
from tests.support.generated_case import GeneratedCases

LOADER = """
import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("httpx", "httpx2", "httpcore", "anyio"):
            raise ImportError(f"{name} is refused")


sys.meta_path.insert(0, Refusing())
try:
    import httpx
except ImportError:
    pass
else:
    raise AssertionError("httpx isn't refused")

for name, constant, content_type, content in json.loads(sys.argv[1]):
    package = sys.modules[name] = ModuleType(name)  # its own __init__ imports the client
    package.__path__ = [name]
    own = Path(name)
    for file in [*own.glob("resources/*.py"), *own.glob("*response_headers.py")]:
        import_module(".".join([name, *file.relative_to(own).with_suffix("").parts]))
    for each in ("errors", "models", "_exchange", "_operation"):
        import_module(f"{name}.{each}")
    Exchange = sys.modules[f"{name}._exchange"].Exchange
    headers = {"content-type": content_type}
    exchange = Exchange("GET", "https://api.example", 200, headers, content.encode(), None)
    module = constant.partition("_")[0].lower()
    operation = getattr(sys.modules[f"{name}.resources.{module}"], constant)
    deviations = []
    value = operation.read(exchange, lambda *one: deviations.append(one))
    print(repr(value), deviations)
"""
JSON = "application/json"
ADDED = "('response/schema/property/added', '/more', 1)"
STATUS = "('response/status/success/added',)"


RESPONSES = [
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
]


def test_responses_are_read(cases: GeneratedCases) -> None:
    """With streams, pages, forms, files, tokens, text, bytes and headers in the packages."""
    for topic, *_ in RESPONSES:
        cases.load(topic)
    given = [(package_of(topic), *response) for topic, *response, _ in RESPONSES]
    # In a process of its own, which has never imported an HTTP library.
    done = subprocess.run(
        [sys.executable, "-c", LOADER, json.dumps(given)],
        cwd=cases.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [printed for *_, printed in RESPONSES]
