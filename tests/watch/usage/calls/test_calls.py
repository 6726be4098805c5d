"""Programs of several modules, descriptions with other servers, and programs that cost much."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.project.services.comparison.called import CalledList, CallingProgram, list_called
from generator.project.services.project.descriptions import SourceOptions

HARBOUR = Path(__file__).parent / "harbour.yaml"
BASE = 'import requests\nBASE = "https://api.harbour.example/v1"\n'


def called_in(
    folder: Path, files: Mapping[str, str], *base_urls: str, spec: Path = HARBOUR
) -> CalledList:
    for name, text in files.items():
        path = folder / "program" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    program = CallingProgram([folder / "program"], base_urls)
    (called,) = list_called(str(spec), program, SourceOptions())
    return called


def operations(called: CalledList) -> dict[str, list[str]]:
    """Return the ends of the places by operation."""
    return {
        row.id or f"{row.method} {row.path}": [Path(place).name for place in row.places]
        for row in called.operations
    }


def test_wrappers_and_constants_of_other_modules(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "from .client import Client\n",
        "shop/const.py": 'ROOT = "https://api.harbour.example/v1"\nBOATS = "/boats"\n',
        "shop/client.py": (
            "import httpx\nfrom .const import ROOT\n"
            "class Client:\n"
            "    def __init__(self, url=ROOT):\n        self.http = httpx.Client(base_url=url)\n"
            "    def get(self, path):\n        return self.http.get(path)\n"
        ),
        "shop/boats.py": (
            "from shop import Client\nfrom shop.const import *\n"
            "def boats(client: Client):\n    return client.get(BOATS)\n"
            "def boat(client: Client, id):\n    return client.get(f'{BOATS}/{id}')\n"
        ),
        "main.py": (
            "import shop\nimport shop.const as const\n"
            "client = shop.Client()\nclient.get(const.BOATS)\n"
            "shop.Client('https://other.example').get('/status')\n"
        ),
    }
    called = called_in(tmp_path, files)
    assert operations(called) == {
        "boats/list": ["main.py:4", "boats.py:4"],
        "boats/get": ["boats.py:6"],
        "status": ["main.py:5"],
    }


MANY = [f"/status/{number}" for number in range(20)]
LOOP = f"for path in {MANY!r}:\n    requests.get(BASE + path)\n"
RETURNS = "def path(number):\n" + "".join(
    f"    if number == {number}:\n        return {path!r}\n" for number, path in enumerate(MANY)
)
BRANCHES = "import sys\npath = ''\n" + "".join(
    f"if len(sys.argv) == {number}:\n    path = {path!r}\n" for number, path in enumerate(MANY)
)


@pytest.mark.parametrize(
    "text",
    [
        LOOP,
        f"{RETURNS}requests.get(BASE + path(3))\n",
        f"{BRANCHES}requests.get(BASE + path)\n",
    ],
    ids=["a loop", "a function", "a name"],
)
def test_a_request_with_more_paths_than_are_looked_at_is_told(text: str, tmp_path: Path) -> None:
    described = HARBOUR.read_text(encoding="utf-8")
    status = "  /status:\n"
    assert described.count(status) == 1
    spec = tmp_path / "api.yaml"
    spec.write_text(described.replace(status, '  "/status/{number}":\n'), encoding="utf-8")
    called = called_in(tmp_path, {"a.py": BASE + text}, spec=spec)
    line = 2 + text.count("\n")
    assert operations(called) == {"status": [f"a.py:{line}"]}
    (row,) = called.unknown
    assert row.fact == "a request with more paths than are looked at"
    assert row.place.endswith(f"a.py:{line}")


FOREIGN = [f"https://x{number}.example" for number in range(20)]
SERVER = "https://api.harbour.example/v1"
CLASS = (
    "import requests\nclass Client:\n    def __init__(self, base):\n        self.base = base\n"
    "    def go(self):\n        requests.get(self.base + '/boats')\n"
)


def clients(*bases: str) -> str:
    """Return a program that makes a client for each of several base URLs."""
    return CLASS + "".join(f"Client({base!r})\n" for base in bases)


@pytest.mark.parametrize(
    "text",
    [
        f"import requests\nfor url in {[*FOREIGN, SERVER + '/boats']!r}:\n    requests.get(url)\n",
        clients(*FOREIGN, SERVER),
        clients(*FOREIGN[:1] * 3_000, SERVER),
    ],
    ids=["a loop", "base URLs", "many calls"],
)
def test_a_request_to_more_hosts_than_are_looked_at_is_told(text: str, tmp_path: Path) -> None:
    called = called_in(tmp_path, {"a.py": text})
    assert not called.operations
    (row,) = called.unknown
    assert row.fact == "a request with more paths than are looked at"


def test_the_base_urls_of_many_calls_are_looked_at(tmp_path: Path) -> None:
    called = called_in(tmp_path, {"a.py": clients(*FOREIGN[:2] * 20, SERVER)})
    assert operations(called) == {"boats/list": ["a.py:6"]}
    assert not called.unknown


def test_a_request_through_more_functions_than_are_followed_is_told(tmp_path: Path) -> None:
    functions = [f"def get{n}(path):\n    return get{n + 1}(path)\n" for n in range(8)]
    last = "def get8(path):\n    return requests.get(BASE + path)\n"
    text = BASE + "".join(functions) + last + "get0('/boats')\n"
    called = called_in(tmp_path, {"a.py": text})
    assert not called.operations
    (row,) = called.unknown
    assert row.fact == "a GET whose path isn't known"


def test_a_few_paths_are_all_looked_at(tmp_path: Path) -> None:
    text = LOOP.replace(repr(MANY), repr(["/boats", "/status"]))
    called = called_in(tmp_path, {"a.py": BASE + text})
    assert not called.unknown
    assert [*operations(called)] == ["boats/list", "status"]


def test_places_are_in_the_order_of_the_program_and_operations_in_that_of_the_description(
    tmp_path: Path,
) -> None:
    text = BASE + 'requests.get(BASE + "/status")\nrequests.get(BASE + "/boats")\n' * 2
    called = called_in(tmp_path, {"a.py": text})
    assert [row.id for row in called.operations] == ["boats/list", "status"]
    assert operations(called)["status"] == ["a.py:3", "a.py:5"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.harbour.example/v1/boats/3?x=1#y", "boats/get"),
        ("https://api.harbour.example:443/v1/boats/", "boats/list"),
        ("HTTPS://API.harbour.example/v1/boats", "boats/list"),
        ("https://user:secret@api.harbour.example/v1/boats", "boats/list"),
        ("https://us.sandbox.harbour.example/v1/status", "status"),
        ("https://api.harbour.example/boats", ""),
        ("https://api.harbour.example.evil.example/v1/boats", ""),
        ("https://evil.example/?https://api.harbour.example/v1/boats", ""),
        ("ftp://api.harbour.example/v1/boats", ""),
        ("/v1/boats", ""),
        ("", ""),
    ],
)
def test_literal_urls(tmp_path: Path, url: str, expected: str) -> None:
    called = called_in(tmp_path, {"a.py": f"import requests\nrequests.get({url!r})\n"})
    assert [row.id for row in called.operations] == ([expected] if expected else [])


@pytest.mark.parametrize(
    "path",
    [
        '"/boats/%s/crew" % id',
        '"/boats/%(id)s/crew" % {"id": id}',
        '"/boats/{}/crew".format(id)',
        '"/boats/{boat}/crew".format(boat=id)',
        '"/boats/{id}/crew".format(**values)',
        '"/boats/" + str(id) + "/crew"',
        'f"/boats/{id!s}/crew"',
        'f"/boats/{id:d}/crew"',
        '"/".join(["/boats", id, "crew"])',
        '"/".join(("", "boats", str(id), "crew"))',
        '"/boats/:id/crew".replace(":id", id)',
        '"/boats/{id}/crew".replace("{id}", id)',
        '"".join(["/boats/", id, "/crew/"]).rstrip("/")',
        '(f"/boats/{id}/crew" if id else f"/boats/{id}/crew")',
    ],
)
def test_forms_of_paths(tmp_path: Path, path: str) -> None:
    text = f"{BASE}def crew(id, values):\n    return requests.get(BASE + {path})\n"
    called = called_in(tmp_path, {"a.py": text})
    assert operations(called) == {"crew/list": ["a.py:4"]}


def test_what_calls_of_another_host_are(tmp_path: Path) -> None:
    text = f'{BASE}for name in ("a", "b"):\n    requests.get(f"https://x.example/{{name}}")\n'
    called = called_in(tmp_path, {"a.py": text})
    assert (called.operations, called.ambiguous, called.unknown) == ((), (), ())
    assert called.others == 1


UNKNOWN = """\
import os, requests
URL = os.environ["URL"]
requests.get(URL + "/boats")
requests.get(URL + "/boats")
"""


def test_an_unknown_host_needs_two_operations(tmp_path: Path) -> None:
    called = called_in(tmp_path, {"a.py": UNKNOWN})
    assert operations(called) == {}
    assert len(called.ambiguous) == 2
    called = called_in(tmp_path, {"a.py": UNKNOWN + 'requests.get(URL + "/status")\n'})
    assert operations(called) == {"boats/list": ["a.py:3", "a.py:4"], "status": ["a.py:5"]}


def test_an_unknown_host_with_many_other_paths_is_another_api(tmp_path: Path) -> None:
    others = "".join(f'requests.get(URL + "/coins/{n}")\n' for n in range(9))
    called = called_in(tmp_path, {"a.py": f'{UNKNOWN}requests.get(URL + "/status")\n{others}'})
    assert (operations(called), len(called.ambiguous), called.others) == ({}, 3, 9)


RELATIVE = """\
openapi: 3.1.0
info: {title: Harbour, version: "1"}
servers: [{url: /api/v1}]
paths:
  /boats: {get: {operationId: boats/list, responses: {"200": {description: Fine.}}}}
  /status: {get: {operationId: status, responses: {"200": {description: Fine.}}}}
"""
SWAGGER = """\
swagger: "2.0"
info: {title: Harbour, version: "1"}
host: api.harbour.example
basePath: /v1
schemes: [https]
paths:
  /boats: {get: {operationId: boats/list, responses: {"200": {description: Fine.}}}}
"""


def test_a_description_that_tells_no_host(tmp_path: Path) -> None:
    spec = tmp_path / "relative.yaml"
    spec.write_text(RELATIVE, encoding="utf-8")
    one = 'import requests\nB = "https://a.example/api/v1"\nrequests.get(B + "/boats")\n'
    assert operations(called_in(tmp_path, {"a.py": one}, spec=spec)) == {}
    two = one + 'requests.get(B + "/status")\n'
    expected = {"boats/list": ["a.py:3"], "status": ["a.py:4"]}
    assert operations(called_in(tmp_path, {"a.py": two}, spec=spec)) == expected
    called = called_in(tmp_path, {"a.py": one}, "https://a.example/api/v1", spec=spec)
    assert operations(called) == {"boats/list": ["a.py:3"]}


def test_a_description_in_swagger(tmp_path: Path) -> None:
    spec = tmp_path / "swagger.yaml"
    spec.write_text(SWAGGER, encoding="utf-8")
    text = BASE + 'requests.get(BASE + "/boats")\nrequests.get("https://x.example/v1/boats")\n'
    assert operations(called_in(tmp_path, {"a.py": text}, spec=spec)) == {"boats/list": ["a.py:3"]}


def _wrappers(count: int, call: str) -> str:
    functions: list[str] = []
    for number in range(count):
        calls = [call.format(other=other, number=number) for other in range(count)]
        functions.append(f"def f{number}(path):\n" + "".join(calls) + "    requests.get(path)\n")
    return BASE + "".join(functions)


HOSTILE = {
    "deep expression": BASE + "requests.get(BASE" + ' + "/boats"' * 4_000 + ")\n",
    "deep names": BASE
    + 'p0 = "/boats"\n'
    + "".join(f"p{n + 1} = p{n} + 'x'\n" for n in range(4_000))
    + "requests.get(BASE + p4000)\n",
    "choices": BASE
    + "def f(a, b):\n    p0 = BASE\n"
    + "".join(f"    p{n + 1} = p{n} + 'x' if {'ab'[n % 2]} else p{n}\n" for n in range(200))
    + "    requests.get(p200)\n"
    + "f(1, None)\n" * 200,
    "growth": BASE
    + "u = BASE\n"
    + "u += '/boats'\nif u: u += 'x'\n" * 2_000
    + "requests.get(u)\n" * 100,
    "calls of each other": _wrappers(50, "    f{other}(path)\n"),
    "calls of each other with longer paths": _wrappers(50, "    f{other}(path + '/x{number}')\n"),
    "attributes of each other": BASE
    + "class A:\n    def __init__(self, x):\n"
    + "        self.a = self.b or x\n        self.b = self.a + self.b + x.a\n"
    + "    def u(self): return self.v() + self.a\n    def v(self): return self.u() + self.b\n"
    + "    def go(self): requests.get(self.u())\nA(A(A(1)))\n",
    "arguments that are passed on": BASE
    + "def f(*a, **k): return requests.request(*a, **k)\n"
    + "".join(f"def f{n}(*a, **k): return f(*a, **k)\n" for n in range(1_000)),
    "a long list": BASE
    + f"for p in {['/boats/' + str(n) for n in range(20_000)]}:\n    requests.get(BASE + p)\n",
    "derived classes": BASE
    + "class C0:\n    def go(self): requests.get(BASE + self.path)\n"
    + "".join(f"class C{n + 1}(C{n}):\n    path = '/x{n}'\n" for n in range(800)),
    "derived classes with mixins": BASE
    + "class C0(requests.Session): ...\n"
    + "".join(
        f"class C{n + 1}(C{n}, M{n}):\n    def go{n}(self): return self.missing{n}('/boats')\n"
        for n in range(400)
    )
    + "".join(
        f"class M{n}:\n    def go{n}(self): return self.other{n}('/boats').a.b\n"
        for n in range(400)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_programs_end_soon(tmp_path: Path, name: str) -> None:
    began = time.process_time()
    called = called_in(tmp_path, {"a.py": HOSTILE[name]})
    assert time.process_time() - began < 5  # a second where nothing else runs
    assert called.files == 1


@pytest.mark.parametrize("count", [400, 5_000])
def test_every_call_of_a_wrapper_is_listed(tmp_path: Path, count: int) -> None:
    wrapper = BASE + "def get(path):\n    return requests.get(BASE + path)\n"
    called = called_in(tmp_path, {"a.py": wrapper + "get('/boats')\n" * count})
    assert len(operations(called)["boats/list"]) == count
    assert not called.unknown


def test_calls_that_are_not_followed_are_told(tmp_path: Path) -> None:
    """Work has a limit: the third of these functions is followed no more."""
    program = BASE + "".join(
        f"def get{number}(path):\n    return requests.get(BASE + path)\n"
        + f"get{number}('/boats')\n" * 3_000
        for number in range(3)
    )
    called = called_in(tmp_path, {"a.py": program})
    assert len(operations(called)["boats/list"]) == 6_000
    (unknown,) = called.unknown  # the request of the third one
    assert "a.py:" in unknown.place
