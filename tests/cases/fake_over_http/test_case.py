"""The fake over HTTP: curl, a browser, two clients and broken ones talk to it."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.cases import CASES
from tests.support.command import ROOT, python, run_tests, speclock, start
from tests.support.generated_case import Case, GeneratedCases
from tests.watch.drift import browser
from tests.works_with.page import shown_files

CURL = shutil.which("curl")
BINARY = browser.program()
BOOK = {
    "title": "Emma", "authors": [{"name": "Jane"}], "shelf": "A1", "year": 1815,
    "added": "2026-01-02", "price": 1.5,
}  # fmt: skip
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Served:
    """A fake that a process serves."""

    url: str
    pid: int

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request over a connection of its own."""
        return httpx.request(method, self.url + path, trust_env=False, timeout=20, **more)

    def problems(self, method: str, path: str, **more: Any) -> list[tuple[str, str, str]]:
        """Return the place, the name and the pointer of each problem of a refused request."""
        answer = self.ask(method, path, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        assert answer.json()["status"] == answer.status_code == 422, answer.text
        return [(one["place"], one["name"], one["pointer"]) for one in answer.json()["errors"]]

    def raw(self, *pieces: bytes) -> bytes:
        """Return all that the server sends after some bytes, until it ends the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as peer:
            for piece in pieces:
                peer.sendall(piece)
            found = b""
            with contextlib.suppress(ConnectionError):
                while more := peer.recv(1 << 16):
                    found += more
            return found

    def cpu(self) -> float:
        """Return the seconds of CPU that the process took."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(
    folder: Path, package: str, *arguments: str, printed: list[str] | None = None
) -> Iterator[Served]:
    """Serve the fake of a package; at the end it stops without a word.

    Other lines than its address are added to ``printed``.
    """
    words = ("-W", "error", "-m", f"{package}.testing", "--port", "0", *arguments)
    process = start(folder, *words, path=[folder])
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), process.communicate()
        yield Served(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        if printed is not None:
            printed += process.stdout.read().splitlines()
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


@pytest.fixture(scope="module")
def served(case: Case, cases: GeneratedCases) -> Iterator[Served]:
    with serving(cases.folder, case.package.__name__) as served:
        yield served


# ── what a request must be ───────────────────────────────────────────────────────────────────────


def test_the_answer_is_the_example(served: Served) -> None:
    """The same for the same request, with the server's path and without."""
    one, other = (served.ask("GET", f"{prefix}/books/7") for prefix in ("/v1", ""))
    assert (one.status_code, one.content) == (200, other.content)
    assert one.json()["title"] == "Emma"
    assert served.ask("DELETE", "/v1/books/7").status_code == 204
    text = served.ask("GET", "/v1/books?limit=1", headers={"accept": "text/csv"})
    assert (text.text, text.headers["content-type"]) == ("id,title\n", "text/csv")


WRONG_BODIES: list[tuple[dict[str, Any], list[str]]] = [
    ({"authors": [{"name": 1}]}, ["/title", "/authors/0/name"]),
    ({**BOOK, "authors": [{"name": "a"}, {"name": "b", "born/at": "1"}]}, ["/authors/1/born~1at"]),
    ({**BOOK, "pages": 3}, ["/pages"]),
    ({**BOOK, "title": "E"}, ["/title"]),
    ({**BOOK, "added": "yesterday"}, ["/added"]),
    ({name: value for name, value in BOOK.items() if name != "shelf"}, ["/shelf"]),
]


@pytest.mark.parametrize(("body", "pointers"), WRONG_BODIES)
def test_a_problem_names_the_pointer(
    body: dict[str, Any], pointers: list[str], served: Served
) -> None:
    found = served.problems("POST", "/v1/books", json=body)
    assert sorted(found) == sorted(("body", "", pointer) for pointer in pointers)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"title', "application/json", 422),
        (b"", "application/json", 422),
        (b"[" * 300, "application/json", 422),
        (b"[" + b"{}," * 100_000 + b"{}]", "application/json", 422),
        (b"\xff", "application/json", 422),
        (b"<book/>", "application/xml", 415),
        (b"{}", "", 415),
    ],
)
def test_a_body_that_cannot_be_read(content: bytes, kind: str, status: int, served: Served) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = served.ask("POST", "/v1/books", content=content, headers=headers)
    assert answer.status_code == answer.json()["status"] == status


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {}, [("query", "limit", "")]),
        ("limit=x", {}, [("query", "limit", "")]),
        ("limit=51", {}, [("query", "limit", "")]),
        ("limit=1&tags=a,b,c", {}, [("query", "tags", "")]),
        ("limit=1&born[from]=x&born[on]=1", {}, [
            ("query", "born", "/from"), ("query", "born", "/on"),
        ]),
        ("limit=1", {"x-trace": "perhaps"}, [("header", "X-Trace", "")]),
        ("limit=1", {"cookie": "a=b; sort=size"}, [("cookie", "sort", "")]),
        ("limit=1&near={", {}, [("query", "near", "")]),
        ('limit=1&near={"to":"x"}', {}, [("query", "near", "/to")]),
    ],
)  # fmt: skip
def test_a_problem_names_the_parameter(
    query: str, headers: dict[str, str], expected: list[tuple[str, str, str]], served: Served
) -> None:
    assert served.problems("GET", f"/v1/books?{query}", headers=headers) == expected


def test_parameters_of_every_place(served: Served) -> None:
    query = "limit=7&tags=a,b%2Cc&born[from]=1800&born%5Bto%5D=1900&near=%7B%22to%22%3A1%7D&other=1"
    headers = {"x-trace": "true", "cookie": "a=b; sort=year"}
    assert served.ask("GET", f"/v1/books?{query}", headers=headers).status_code == 200
    assert served.problems("GET", "/v1/books/seven") == [("path", "id", "")]


@pytest.mark.parametrize("shape", ["form", "multipart"])
def test_forms(shape: str, served: Served) -> None:
    fields = {**BOOK, "authors": json.dumps(BOOK["authors"][0])}  # type: ignore[index]
    texts = {name: str(value) for name, value in fields.items()}
    more: dict[str, Any] = {"data": texts}
    if shape == "multipart":
        more = {"files": {name: (None, text) for name, text in texts.items()}}
    assert served.ask("POST", "/v1/books", **more).status_code == 201
    texts["year"] = "long ago"
    more = {"data": texts} if shape == "form" else {
        "files": {name: (None, text) for name, text in texts.items()}
    }  # fmt: skip
    assert served.problems("POST", "/v1/books", **more) == [("body", "", "/year")]


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_a_form_without_fields_is_a_body(served: Served, case: Case) -> None:
    """The client sends one, as no bytes; without a media type there is no body."""
    with case.connect(None, "sync", "t", base_url=f"{served.url}/v1") as client:
        client.shelves.mark("a.b", ".json", {})
    mark = "/v1/shelves/a.json"
    assert served.ask("POST", mark, content=b"", headers=FORM).status_code == 204
    assert served.problems("POST", mark) == [("body", "", "")]
    assert served.problems("POST", mark, content=b"mark=", headers=FORM) == [("body", "", "/mark")]
    assert served.problems("POST", "/v1/books", content=b"", headers=FORM)


def test_the_path_with_more_text_is_called(served: Served) -> None:
    """Whatever their order in the description."""
    assert served.ask("GET", "/v1/books/7/page=2").status_code == 200
    assert served.ask("GET", "/v1/books/7/index").status_code == 204
    assert served.problems("GET", "/v1/books/7/page=x") == [("path", "page", "")]
    assert served.problems("GET", "/v1/books/7/page") == [("path", "part", "")]


LINE = b"--b\r\n"
NESTED = b"".join(b"--b%d\r\ncontent-type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1)
                  for n in range(2_000))  # fmt: skip


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (LINE + b"content-type: multipart/mixed; boundary=b0\r\n\r\n" + NESTED + b"--b--", ""),
        (b"year=1&" * 500_000, "application/x-www-form-urlencoded"),
        (LINE + b"\r\n\r\n" * 1_000_000 + b"--b--", ""),
        ((LINE + b"\r\n\r\n") * 100_000 + b"--b--", ""),
        (LINE + b"\r\n", ""),
    ],
)
def test_a_large_form(content: bytes, kind: str, served: Served) -> None:
    """Its time is in proportion to its size, and whatever is in its parts is only content."""
    kind = kind or "multipart/form-data; boundary=b"
    assert served.problems("POST", "/v1/books", content=content, headers={"content-type": kind})


def test_names_of_media_types_have_no_case(served: Served) -> None:
    fields = {**BOOK, "authors": json.dumps(BOOK["authors"][0])}  # type: ignore[index]
    part = 'content-disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    content = "".join("--b\r\n" + part.format(*item) for item in fields.items()) + "--b--"
    headers = {"content-type": "Multipart/Form-Data; Boundary=b", "x-id": b"\xe9"}
    assert served.ask("POST", "/v1/books", content=content, headers=headers).status_code == 201


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/shelves"), ("PATCH", "/v1/books")])
def test_no_such_operation(method: str, path: str, served: Served) -> None:
    answer = served.ask(method, path)
    assert answer.status_code == 404
    assert answer.json()["detail"] == f"no operation for {method} {path}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "topic",
    ["parameters", "forms", "multipart", "bodies", "content_types", "whole_query", "exact_values"],
)
def test_no_request_of_a_client_is_refused(
    topic: str, cases: GeneratedCases, tmp_path: Path
) -> None:
    """The requests of the generated tests, without what a client leaves for the fake."""
    case = cases.load(topic)
    name = case.package.__name__
    plugin = f"""
from {name}._runtime import fake, fake_server
from {name}._runtime.http import httpx

def make(self, *given, _make=fake.FakeTransport.__init__, **more):
    _make(self, *given, **more)
    for script in vars(self).values():
        if isinstance(script, fake.Script):
            fake_server._served(script, fake_server._Log(), self)

def receive(self, request, values, *, strict, _receive=fake_server._ServedScript.receive):
    sent = httpx.Request(
        request.method, request.url, headers=request.headers, content=request.content
    )
    _receive(self, sent, values, strict=strict)
    fake.Script.receive(self, request, values, strict=strict)

fake.FakeTransport.__init__ = make
fake_server._ServedScript.receive = receive
"""
    (tmp_path / "served.py").write_text(plugin, encoding="utf-8")
    shutil.copytree(cases.folder / name, tmp_path / name)
    shutil.copytree(cases.folder / "tests" / name, tmp_path / "tests" / name)
    assert "passed" in run_tests(tmp_path, "tests", "-p", "served").out


# ── who talks to it ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(CURL is None, reason="no curl")
def test_curl(served: Served, tmp_path: Path) -> None:
    assert CURL is not None
    path = tmp_path / "book.json"
    path.write_text(json.dumps({**BOOK, "cover": "x" * 2_000_000}), encoding="utf-8")

    def curl(*words: str) -> tuple[str, str]:
        command = [CURL or "", "-sS", "--noproxy", "*", "-o", str(tmp_path / "out"), *words]
        shown = subprocess.run(
            [*command, "-w", "%{http_code} %{time_total}", served.url + "/v1/books"],
            capture_output=True, text=True, check=True, timeout=60,
        ).stdout  # fmt: skip
        status, seconds = shown.split()
        assert float(seconds) < 0.9  # it waits a second for a server that sends no 100
        return status, (tmp_path / "out").read_text("utf-8")

    kind = ("-H", "content-type: application/json")
    assert curl(*kind, "-d", json.dumps(BOOK))[0] == "201"
    assert curl(*kind, "-H", "expect: 100-continue", "--data-binary", f"@{path}")[0] == "201"
    chunked = ("-H", "transfer-encoding: chunked", "--data-binary", f"@{path}")
    assert curl(*kind, *chunked)[0] == "201"
    status, text = curl(*kind, "-d", "{}")
    assert (status, json.loads(text)["errors"][0]["pointer"]) == ("422", "/title")


PAGE = """(async () => {
    const found = [];
    const headers = {'content-type': 'application/json', 'authorization': 'Bearer t'};
    const ask = async (path, more) => {
        try {
            const answer = await fetch('URL' + path, more);
            found.push([answer.status, answer.headers.get('x-left'), await answer.text()]);
        } catch (error) { found.push(error.name); }
    };
    await ask('/v1/books', {method: 'POST', headers, body: 'BOOK', credentials: 'include'});
    await ask('/v1/books', {method: 'POST', headers, body: '{}'});
    await ask('/v1/books/7', {method: 'DELETE', headers});
    await ask('/__speclock/calls');
    await ask('/__speclock/answers', {method: 'PUT', body: '{}'});
    await ask('/__speclock/calls', {method: 'DELETE'});
    return found;
})()"""


@pytest.mark.slow
@pytest.mark.skipif(BINARY is None, reason="no Chromium: install chromium")
def test_fetch_in_a_browser(served: Served, tmp_path: Path) -> None:
    """A page of another origin calls the API; it can neither script the fake nor read its calls."""
    assert BINARY is not None
    page = tmp_path / "page.html"
    page.write_text("<title>Shop</title>", encoding="utf-8")
    answers = {"books_add": [{"status_code": 201, "body": {}, "headers": {"x-left": "3"}}]}
    assert served.ask("PUT", "/__speclock/answers", json=answers).status_code == 204
    with browser.opened(BINARY, tmp_path / "profile") as tab:
        tab.open(page)
        found = tab.run(PAGE.replace("URL", served.url).replace("BOOK", json.dumps(BOOK)))
    assert found[0] == [201, "3", "{}"]
    assert (found[1][0], json.loads(found[1][2])["status"]) == (422, 422)
    assert found[2] == [204, None, ""]
    assert found[3:] == ["TypeError"] * 3
    assert served.ask("GET", "/v1/books/7").json()["title"] == "Emma"
    script = served.ask("POST", "/v1/books", json=BOOK)
    assert script.json() == {}, "the page replaced no script"
    served.ask("PUT", "/__speclock/answers", json={})


@pytest.fixture(scope="module")
def second(cases: GeneratedCases) -> Case:
    """Return a second client of the description, over httpx2."""
    words = ("--spec", str(CASES / "fake_over_http" / "spec.yaml"), "--package", "case_second")
    return cases.add(
        "second",
        lambda folder: speclock(
            folder, "generate", *words, "--client", "Sample", "--http", "httpx2", "--output", "."
        ),
    )


@pytest.mark.parametrize("which", ["its own", "a second"])
def test_a_client(which: str, mode: str, case: Case, second: Case, served: Served) -> None:
    """It gets results, errors and lost connections as from a server."""
    client_of = case if which == "its own" else second
    more = {"base_url": f"{served.url}/v1", "timeout": 5.0}
    with client_of.connect(None, mode, "token", **more) as client:
        assert client.books.add(BOOK).title == "Emma"
        assert client.books.find(limit=3)[0].title == "Emma"
        scripts: dict[str, Any] = {
            "books_add": [{"status_code": 409, "body": {"code": 3}}, "DROPPED", "REFUSED"],
            "books_get": [{"body": {**BOOK, "title": "Persuasion"}}],
        }
        assert served.ask("PUT", "/__speclock/answers", json=scripts).status_code == 204
        with pytest.raises(client_of.errors.ApiError) as caught:
            client.books.add(BOOK)
        assert caught.value.error.code == 3
        for _ in range(2):
            with pytest.raises(client_of.errors.TransportError):
                client.books.add(BOOK)
        assert client.books.get(7).title == "Persuasion"
    served.ask("PUT", "/__speclock/answers", json={})


PLAYWRIGHT = """
const tests = [];
let before = async () => {};
export const test = (name, run) => tests.push([name, run]);
test.beforeEach = (run) => { before = run; };
export const expect = (value) => ({ toBe: same(value), toEqual: same(value) });
const same = (value) => (other) => {
  if (JSON.stringify(value) !== JSON.stringify(other)) throw new Error(`${value} is not ${other}`);
};
const send = (method) => (url, more = {}) => fetch(url, {
  method, body: more.data && JSON.stringify(more.data),
});
const request = { get: send("GET"), put: send("PUT"), delete: send("DELETE") };
const page = { evaluate: (run, argument) => run(argument) };
export const run = async () => {
  for (const [name, one] of tests) {
    await before({ page, request });
    await one({ page, request });
    console.log(name);
  }
};
"""
"""What the page's test uses of Playwright."""
RUN = """
import { run } from "@playwright/test";
import config from "./playwright.config.mjs";
import "./shop.spec.mjs";
await run();
console.log(config.webServer.command);
"""
NODE = shutil.which("node")


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="no Node")
def test_playwright(tmp_path: Path) -> None:
    """The test of the page, with a stand-in for Playwright that has no browser."""
    project = tmp_path / "project"
    for name in ("shop.spec.mjs", "playwright.config.mjs"):
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown_files()[name], encoding="utf-8")
    (project / "run.mjs").write_text(RUN, encoding="utf-8")
    library = project / "node_modules" / "@playwright" / "test"
    library.mkdir(parents=True)
    (library / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (library / "index.js").write_text(PLAYWRIGHT, encoding="utf-8")
    package = generate_audiences(project)
    with serving(project, package) as served:
        done = subprocess.run(
            [NODE or "", "run.mjs"], cwd=project, env={**os.environ, "FAKE_URL": served.url},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *names, command = done.stdout.splitlines()
    assert names == ["a refused audience", "an audience is created once"]
    assert command == f"python -m {package}.testing --port 8080"


def generate_audiences(folder: Path) -> str:
    """Generate this repository's client with its server below a folder; return its name."""
    spec = str(ROOT / "spec" / "pinterest-audiences.yaml")
    words = ("--spec", spec, "--package", "pinterest_audiences", "--feature", "testing")
    assert speclock(folder, "generate", *words, "--output", ".").code == 0
    return "pinterest_audiences"


def test_docker_compose(case: Case, cases: GeneratedCases) -> None:
    """The file of the page is one of Compose, and its command one that the server takes."""
    services = yaml.safe_load(shown_files()["docker-compose.yml"])["services"]
    fake = services["fake"]
    assert set(fake) <= {"image", "working_dir", "volumes", "environment", "command", "ports"}
    shell, flag, script = shlex.split(fake["command"])
    assert (shell, flag) == ("sh", "-c")
    words = shlex.split(script.partition("exec ")[2])
    assert words[:3] == ["python", "-m", "pinterest_audiences.testing"]
    assert services["shop"]["environment"]["PINTEREST_URL"] == "http://fake:8080"
    host, port = fake["ports"][0].rpartition(":")[::2]
    assert (host, port) == ("127.0.0.1:8080", words[words.index("--port") + 1])
    words[words.index("--port") + 1] = "0"
    with serving(cases.folder, case.package.__name__, *words[3:]) as served:
        url = f"http://127.0.0.1:{served.port}/__speclock/calls"
        answer = httpx.get(url, headers={"host": "fake:8080"}, trust_env=False)
        assert answer.status_code == 200


# ── scripts ──────────────────────────────────────────────────────────────────────────────────────


def test_calls_are_listed(served: Served) -> None:
    assert served.ask("DELETE", "/__speclock/calls").status_code == 204
    served.ask("POST", "/v1/books", json=BOOK, headers={"x-id": "7"})
    served.ask("POST", "/v1/books", json={})
    served.ask("DELETE", "/v1/books/7")
    first, last = served.ask("GET", "/__speclock/calls").json()
    assert first["headers"].pop("x-id") == "7"
    assert (first["operation"], first["method"], first["body"]) == ("books_add", "POST", BOOK)
    assert (last["operation"], last["path"], last["body"]) == ("books_remove", {"id": "7"}, None)
    assert last["url"] == "/v1/books/7"


@pytest.mark.parametrize(
    "scripts",
    [
        b"", b"[]", b'{"shelves_add": []}', b'{"books_add": ["LATE"]}', b'{"books_add": [{"body"',
        b'{"books_add": [{"status": 200}]}', b'{"books_add": [{"status_code": 100}]}',
        b'{"books_add": [{"headers": {"a": "b\\r\\nc: d"}}]}',
        b'{"books_add": [{"headers": {"content-length": "3"}}]}',
    ],
)  # fmt: skip
def test_scripts_that_are_none(scripts: bytes, served: Served) -> None:
    answer = served.ask("PUT", "/__speclock/answers", content=scripts)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert served.ask("GET", "/v1/books/7").status_code == 200


def test_the_server_decides_the_encoding(served: Served) -> None:
    scripts = {"books_get": [{"body": "x", "headers": {"Content-Encoding": "gzip"}}]}
    assert served.ask("PUT", "/__speclock/answers", json=scripts).status_code == 204
    answer = served.ask("GET", "/v1/books/7")
    assert (answer.status_code, answer.text) == (200, "x")
    served.ask("PUT", "/__speclock/answers", json={})


def test_a_timeout_lasts_until_the_client_goes(served: Served, case: Case) -> None:
    served.ask("PUT", "/__speclock/answers", json={"books_get": ["TIMEOUT"]})
    with (
        case.connect(None, "sync", "t", base_url=f"{served.url}/v1", timeout=0.3) as client,
        pytest.raises(case.errors.TransportError, match="ReadTimeout"),
    ):
        client.books.get(7)
    served.ask("PUT", "/__speclock/answers", json={})
    assert served.ask("GET", "/v1/books/7").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil", "[::2]"])
def test_scripts_are_for_this_host(host: str, served: Served) -> None:
    """A page whose host's name resolves to this machine can't script the fake."""
    for method, path in (("GET", "calls"), ("PUT", "answers"), ("DELETE", "calls")):
        answer = served.ask(method, f"/__speclock/{path}", headers={"host": host})
        assert answer.status_code == 403, host
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:8080"])
def test_hosts_of_this_machine(host: str, served: Served) -> None:
    headers = {"host": host, "origin": "https://shop.example"}
    answer = served.ask("GET", "/__speclock/calls", headers=headers)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_preflight(served: Served) -> None:
    headers = {
        "origin": "https://shop.example", "access-control-request-method": "DELETE",
        "access-control-request-headers": "authorization, x-id",
    }  # fmt: skip
    answer = served.ask("OPTIONS", "/v1/books/7", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-methods"] == "DELETE"
    assert answer.headers["access-control-allow-headers"] == "authorization, x-id"
    control = served.ask("OPTIONS", "/__speclock/answers", headers=headers)
    assert control.status_code == 404
    assert "access-control-allow-origin" not in control.headers


# ── options ──────────────────────────────────────────────────────────────────────────────────────


def test_failures_of_a_seed(case: Case, cases: GeneratedCases) -> None:
    def statuses(seed: str) -> list[int]:
        words = ("--fail", "503:0.3", "--fail", "429:0.2", "--seed", seed)
        with (
            serving(cases.folder, case.package.__name__, *words) as served,
            httpx.Client(base_url=served.url, trust_env=False) as client,
        ):
            return [client.get("/v1/books/7").status_code for _ in range(60)]

    one, again, other = statuses("1"), statuses("1"), statuses("2")
    assert one == again != other
    assert set(one) == {200, 429, 503}


def test_latency_and_another_host(case: Case, cases: GeneratedCases) -> None:
    words = ("--latency", "0.2", "--allow-host", "Fake")
    with serving(cases.folder, case.package.__name__, *words) as served:
        began = time.monotonic()
        threads = [
            threading.Thread(target=served.ask, args=("GET", "/v1/books/7")) for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 0.2 <= time.monotonic() - began < 0.9, "the pauses are at the same time"
        for host, status in (("fake:8080", 200), ("FAKE", 200), ("other", 403)):
            answer = served.ask("GET", "/__speclock/calls", headers={"host": host})
            assert answer.status_code == status


@pytest.mark.parametrize(
    "words",
    [
        ("--fail", "200:0.5"), ("--fail", "503"), ("--fail", "503:2"), ("--latency", "-1"),
        ("--port", "x"), ("--latency", "nan"),
    ],
)  # fmt: skip
def test_wrong_options(words: tuple[str, str], case: Case, cases: GeneratedCases) -> None:
    name = f"{case.package.__name__}.testing"
    outcome = python(cases.folder, "-m", name, *words, code=2, path=[cases.folder])
    assert f"argument {words[0]}" in outcome.err


def test_a_port_in_use(case: Case, cases: GeneratedCases, served: Served) -> None:
    words = ("-m", f"{case.package.__name__}.testing", "--port", str(served.port))
    outcome = python(cases.folder, *words, code=1, path=[cases.folder])
    assert outcome.err.startswith(f"cannot listen on 127.0.0.1:{served.port}: ")


# ── broken clients, and many ─────────────────────────────────────────────────────────────────────

HEAD = b"POST /v1/books HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
GOOD = b"GET /v1/books/7 HTTP/1.1\r\nhost: a\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (GOOD + b"a b: c\r\n\r\n", 400),
        (GOOD + b"host: b\r\n\r\n", 400),
        (GOOD.replace(b" /v1", b" @a/v1") + b"\r\n", 400),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}++0\r\n\r\n", 400),
        (HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        (HEAD + b"content-length: -1\r\n\r\n", 400),
        (HEAD + b"content-length: 1e3\r\n\r\n", 400),
        (HEAD + b"transfer-encoding: gzip\r\n\r\n", 501),
        (HEAD + b"transfer-encoding: chunked\r\n\r\nx\r\n", 400),
        (HEAD + b"content-length: 99999999999\r\n\r\n", 413),
        (HEAD + b"transfer-encoding: chunked\r\n\r\nfffffff\r\n" + b"a" * (17 << 20), 413),
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n", 414),
        (GOOD + b"a: " + b"b" * 100_000 + b"\r\n\r\n", 431),
        (GOOD + b"".join(b"a%d: b\r\n" % n for n in range(10_000)) + b"\r\n", 431),
    ],
)
def test_what_is_no_request(sent: bytes, status: int, served: Served) -> None:
    found = served.raw(sent)
    assert found.startswith(b"HTTP/1.1 %d " % status), found[:200]
    assert b"application/problem+json" in found
    assert served.ask("GET", "/v1/books/7").status_code == 200


def test_one_write_for_each_answer(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as peer:
        for _ in range(3):
            peer.sendall(GOOD + b"\r\n")
            found = peer.recv(1 << 16)
            head, _, body = found.partition(b"\r\n\r\n")
            assert b"content-length: %d" % len(body) in head
            assert json.loads(body)["title"] == "Emma"


def test_pipelined_and_last_requests(served: Served) -> None:
    found = served.raw(2 * (GOOD + b"\r\n") + GOOD + b"connection: close\r\n\r\n")
    assert found.count(b"HTTP/1.1 200 OK") == 3
    assert served.raw(b"GET /v1/books/7 HTTP/1.0\r\n\r\n").count(b"HTTP/1.1 200 OK") == 1
    whole = GOOD.replace(b"/v1", b"http://a:1/v1") + b"connection: close\r\n\r\n"
    assert served.raw(whole).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.slow
def test_slow_and_broken_clients_hurt_nobody_else(served: Served) -> None:
    """100 that stop in the middle, 50 that read nothing, and 200 that are served meanwhile."""
    with contextlib.ExitStack() as stack:

        def connect() -> socket.socket:
            peer = socket.create_connection(("127.0.0.1", served.port), timeout=20)
            return stack.enter_context(peer)

        for number in range(100):
            connect().sendall((HEAD + b"content-length: 500\r\n\r\n{")[: 10 + number])
        for _ in range(50):
            deaf = connect()
            deaf.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                for _ in range(200):
                    deaf.send(50 * (GOOD + b"\r\n"))
        peers = [connect() for _ in range(200)]
        began = time.monotonic()
        for _ in range(3):
            for peer in peers:
                peer.sendall(GOOD + b"\r\n")
            for peer in peers:
                assert peer.recv(1 << 16).startswith(b"HTTP/1.1 200 OK")
        assert time.monotonic() - began < 20
    assert served.ask("GET", "/v1/books/7").status_code == 200


def test_a_package_without_the_feature(case: Case, load_plain: Callable[[], set[str]]) -> None:
    """Has none of its modules."""
    assert {name for name in case.modules if "fake_" in name} - load_plain() == {
        f"_runtime.fake_{name}" for name in ("http", "requests", "server", "values")
    }


@pytest.fixture
def load_plain(second: Case) -> Callable[[], set[str]]:
    return lambda: {*second.modules}
