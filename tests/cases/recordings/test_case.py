"""Recorded exchanges: what is compared, and with which client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from generator import UsageError, check_traffic
from generator.watch.changes.formats.text import text
from generator.watch.traffic.overlay.write import overlay_of
from tests.support.answers import answering
from tests.support.command import speclock
from tests.support.generated_case import Case
from tests.watch.traffic.exchanges import Exchange, har, ndjson
from tests.watch.traffic.recorded import (
    URL,
    actions,
    answer,
    compared,
    described,
    description,
    obj,
    rules,
)

TEXT: Any = {"type": "string"}
LIST: Any = {"type": "array", "items": obj(name=TEXT)}


# ── what is counted and compared ─────────────────────────────────────────────────────────────────


def test_exchanges_are_counted_not_values(tmp_path: Path) -> None:
    """Not the items of a list in one of them."""
    bodies = [[{"name": 1}, {"name": 2}, {"new": 1}], [{"name": 3}], [{"name": "a"}]]
    result = compared(tmp_path, description(LIST), [answer(body) for body in bodies])
    counts = {one.deviation.rule: one.count for one in result.findings}
    assert counts == {"response/schema/type/changed": 2, "response/schema/property/added": 1}


def project(folder: Path, **servers: str) -> None:
    """Write a project with a client of each server, all with the operation ``GET /v5/PACKAGE``."""
    settings = ""
    for package, server in servers.items():
        get = {"operationId": package, "responses": {"200": {"description": "OK"}}}
        spec = described({f"/{package}": {"get": get}}, servers=[{"url": server}])
        (folder / f"{package}.json").write_text(json.dumps(spec), encoding="utf-8")
        settings += f'[tool.speclock.clients.{package}]\nspec = "{package}.json"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")


def record(folder: Path, *urls: str) -> None:
    made = [Exchange("GET", url, 200) for url in urls]
    (folder / "r.ndjson").write_bytes(ndjson(made))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://localhost:8080/v5/pets", "Add the address of the server: --base-url http://lo"),
        ("http://localhost:8080/pets", "--base-url http://localhost:8080 "),
        ("https://pets.example/v5/pets", ""),
        ("", "no exchange is recorded there (docs/traffic.md tells how to record)"),
    ],
)
def test_comparing_nothing_is_an_error(
    tmp_path: Path, url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its advice is right when it is followed."""
    project(tmp_path, pets="https://pets.example/v5")
    record(tmp_path, *([url] if url else []))
    if not url:
        (tmp_path / "r.ndjson").write_bytes(b'{"log": {"entries": []}}')
    monkeypatch.chdir(tmp_path)
    words = ("drift", "--traffic", "r.ndjson")
    outcome = speclock(tmp_path, *words)
    assert (outcome.code, said in outcome.err) == (3 if said else 0, True), outcome.err
    if said:
        with pytest.raises(UsageError):
            check_traffic("r.ndjson")
    if "--base-url" in said:
        address = outcome.err.partition("--base-url ")[2].split()[0]
        assert speclock(tmp_path, *words, "--base-url", address).code == 0
        assert check_traffic("r.ndjson", base_urls=[address]) == ""


def test_operations_that_are_not_in_use_are_not_compared(tmp_path: Path) -> None:
    project(tmp_path, pets="https://pets.example/v5", orders="https://pets.example/v5")
    spec = json.loads((tmp_path / "pets.json").read_bytes())
    spec["paths"]["/others"] = {"get": {**spec["paths"]["/pets"]["get"], "operationId": "others"}}
    (tmp_path / "pets.json").write_text(json.dumps(spec), encoding="utf-8")
    record(tmp_path, "https://pets.example/v5/others")
    words = ("drift", "pets", "--operation", "pets", "--traffic", "r.ndjson")
    outcome = speclock(tmp_path, *words)
    assert outcome.code == 3
    assert "none of 1 exchange calls an operation in use" in outcome.err


# ── what is printed ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("schema", "body", "sentence"),
    [
        ({"anyOf": [LIST, obj()]}, None, "null where a branch of anyOf is described"),
        ({"oneOf": [LIST, obj()]}, 1, "a value of another type than a branch of oneOf"),
        (TEXT, None, "null where string is described"),
    ],
)
def test_a_union_is_named_by_its_branches(
    tmp_path: Path, schema: Any, body: Any, sentence: str
) -> None:
    assert sentence in text(compared(tmp_path, description(schema), [answer(body)]).report)


@pytest.mark.parametrize("content", [{}, {"image/png": {}}])
def test_a_body_without_a_media_type_has_no_name(tmp_path: Path, content: Any) -> None:
    spec = description(TEXT)
    spec["paths"]["/things"]["get"]["responses"]["200"]["content"] = content
    shown = text(
        compared(tmp_path, spec, [answer(text="\x00", content_type="", server="x")]).report
    )
    assert "a body without a media type, which isn't described" in shown


def test_an_entry_names_a_call_once(tmp_path: Path) -> None:
    calls = [answer("a", url=f"https://things.example/{name}") for name in ("things", "new")]
    shown = text(compared(tmp_path, description(TEXT), calls).report)
    assert 'change = "a call of GET /{…}, which isn\'t described"' in shown


@pytest.mark.parametrize(("is_response", "step"), [(True, "Or allow"), (False, "To allow")])
def test_the_next_step_is_the_overlay_of_responses(
    tmp_path: Path, is_response: bool, step: str
) -> None:
    body, url = (1, URL) if is_response else ("a", f"{URL}?more=1")
    found = compared(
        tmp_path, description({"type": "string", "enum": ["a"]}), [answer(body, url=url)]
    )
    shown = text(found.report)
    assert ("`--write-overlay FILE`" in shown, f"{step} a deviation: " in shown) == (
        is_response,
        True,
    )


# ── the client that a recording is of ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_recording_is_of_the_client_whose_server_it_is(
    tmp_path: Path, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, pets="https://pets.example/v5", orders="https://orders.example/v5")
    record(tmp_path, "https://orders.example/v5/orders", "https://orders.example/v5/new")
    outcome = speclock(tmp_path, "drift", "--traffic", "r.ndjson", "--format", format_)
    assert outcome.code == 0, outcome.err
    assert ("pets" in outcome.out, "/new" in outcome.out) == (False, False)
    assert "1 to no path of the description" in outcome.out or format_ == "json"
    monkeypatch.chdir(tmp_path)
    assert "GET /{…}" in check_traffic("r.ndjson", fail_on="safe")
    assert speclock(tmp_path, "drift", "pets", "--traffic", "r.ndjson").code == 3
    record(tmp_path, "https://orders.example/v5/orders", "https://pets.example/v5/pets")
    outcome = speclock(tmp_path, "drift", "--traffic", "r.ndjson", "--format", format_)
    assert outcome.code == (2 if format_ == "json" else 0), outcome.err
    assert outcome.out.count("1 of 1 exchanges") == (0 if format_ == "json" else 2)


@pytest.mark.parametrize("broken", ["pets", "orders"])
def test_a_refused_client_stops_no_other(tmp_path: Path, broken: str) -> None:
    servers = {name: f"https://{name}.example/v5" for name in ("pets", "orders")}
    project(tmp_path, **servers)
    record(tmp_path, *(f"{url}/{name}" for name, url in servers.items()))
    (tmp_path / f"{broken}.json").write_text("{}", encoding="utf-8")
    words = ("drift", "--traffic", "r.ndjson")
    outcome = speclock(tmp_path, *words)
    assert outcome.code == 2
    assert f"{broken}.json" in outcome.err
    assert outcome.out.count("none: no deviation") == 1
    record(tmp_path, f"{servers[broken]}/{broken}")
    outcome = speclock(tmp_path, *words)
    assert (outcome.code, outcome.out, "--base-url" in outcome.err) == (2, "", False)
    (tmp_path / "pets.json").write_text("{}", encoding="utf-8")
    (tmp_path / "orders.json").write_text("{}", encoding="utf-8")
    assert speclock(tmp_path, *words).err.count("error:") == 2


@pytest.mark.parametrize(("status", "beside"), [(302, 1), (403, 0), (500, 0)])
def test_responses_that_are_not_described_are_not_compared(
    tmp_path: Path, status: int, beside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers everything alike isn't as described.

    ``beside`` is the exit code where another response is compared.
    """
    project(tmp_path, pets="https://pets.example/v5", orders="https://orders.example/v5")
    pets, orders = "https://pets.example/v5/pets", "https://orders.example/v5/orders"
    monkeypatch.chdir(tmp_path)
    words = ("drift", "--traffic", "r.ndjson")
    for others, code in (([], 3), ([Exchange("GET", pets, 200)], beside)):
        (tmp_path / "r.ndjson").write_bytes(ndjson([Exchange("GET", pets, status), *others]))
        outcome = speclock(tmp_path, *words)
        assert outcome.code == code, outcome
        assert f"the status {status}, which isn't described" in outcome.out
        message = "r.ndjson: none of 1 exchange has a response that the description has"
        assert (message in outcome.err) == (code == 3)
    assert bool(check_traffic("r.ndjson")) == bool(beside)
    (tmp_path / "r.ndjson").write_bytes(
        ndjson([Exchange("GET", pets, status), Exchange("GET", orders, 200)])
    )
    outcome = speclock(tmp_path, *words)
    assert (outcome.code, outcome.out.count("1 of 1 exchanges")) == (3, 2), outcome
    with pytest.raises(UsageError, match="has a response that the description has"):
        check_traffic("r.ndjson")


def test_clients_of_one_server_have_the_calls_of_their_paths(tmp_path: Path) -> None:
    project(tmp_path, pets="https://api.example/v5", orders="https://api.example/v5")
    record(tmp_path, *(f"https://api.example/v5/{name}" for name in ("pets", "orders")))
    outcome = speclock(tmp_path, "drift", "--traffic", "r.ndjson")
    assert outcome.out.count("1 of 1 exchanges call operations in use.") == 2
    assert outcome.out.count("none: no deviation") == 2


# ── what a call accepts ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/csv"])
def test_a_body_of_another_media_type_is_what_the_call_accepts(
    case: Case, mode: str, kind: str, tmp_path: Path
) -> None:
    server = answering(200, b"rows\n7", content_type=kind)
    found: list[Any] = []
    with case.connect(server, mode, on_deviation=found.append) as client:
        assert client.report.get(accept="text/csv") == "rows\n7"
    assert len(found) == (kind != "text/csv")
    content = {"application/json": {"schema": obj(rows={"type": "integer"})}, "text/csv": {}}
    spec = description({}, more={"content": content})
    sent = {"accept": "text/csv"}
    recorded = Exchange(
        "GET", "https://things.example/things", 200, b"rows\n7", {"content-type": kind},
        sent_headers=sent,
    )  # fmt: skip
    result = compared(tmp_path, spec, [recorded])
    assert rules(result) == ["response/body/media-type/added"] * len(found)
    assert result.report.wire != "breaking"


def test_a_body_without_a_media_type_is_bytes(case: Case, mode: str) -> None:
    """If the description has bytes (RFC 9110 §8.3)."""
    found: list[Any] = []
    with case.connect(answering(200, b"x"), mode, on_deviation=found.append) as client:
        assert (client.files.get(), found) == (b"x", [])


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────

LONG = "q8Zt5kWb2LxN7vRd"


def recorded(path: Path, case: Case, sent: Any, received: Any, kind: str = "") -> tuple[str, str]:
    """Return the bodies that are recorded of a request and its response."""
    server = answering(200, received, content_type=kind or "application/json")
    transport = case.modules["testing"].Recorder(path, httpx.MockTransport(server))
    with httpx.Client(transport=transport) as client:
        client.post("https://shelf.example/v1/sessions?access_token=x&q=1", **sent)
    line = json.loads(path.read_text("utf-8").splitlines()[-1])
    assert line["request"]["url"].endswith("?access_token=***&q=1")
    return line["request"]["body"], line["response"]["body"]


SECRET = {
    "password": "a", "PASSWD": "a", "se-cret": "a", "clientSecret": "a", "access_token": "a",
    "refreshToken": "a", "id-token": "a", "API_KEY": "a", "private_key": "a\\\"b", "apikey": 17,
    "Authorization": "a", "token": LONG, "pin": "1", "answer": "a", "phrase": "é",
}  # fmt: skip
"""By their names, and by ``format`` and ``writeOnly`` in the description."""
OPEN = {
    "page_token": LONG, "pageToken": LONG, "nextToken": LONG, "cursor": LONG, "token": LONG[:15],
    "password": None, "passwords": "a", "secret": True, "apiKey": {"a": "password"}, "user": "pin",
}  # fmt: skip


def test_secrets_of_bodies_are_masked(case: Case, tmp_path: Path) -> None:
    """In both directions, in JSON of any depth, in lines of JSON, in forms and multipart."""
    masked = dict.fromkeys(SECRET, "***")
    path = tmp_path / "new" / "folder" / "r.ndjson"
    for body, wanted in ((SECRET, masked), (OPEN, OPEN), ([{"a": SECRET}], [{"a": masked}])):
        sent, received = recorded(path, case, {"json": body}, body)
        assert (json.loads(sent), json.loads(received)) == (wanted, wanted)
    inner = json.dumps({"text": json.dumps({"password": "a", "b": 1})})
    sent, _ = recorded(path, case, {"content": inner}, b"")
    assert json.loads(json.loads(sent)["text"]) == {"password": "***", "b": 1}
    sent, received = recorded(path, case, {"data": {"pin": "1", "b": "2"}}, b'{"pin":1}\n{"pin":"')
    assert (sent, received) == ("pin=***&b=2", '{"pin":"***"}\n{"pin":"')
    sent, _ = recorded(path, case, {"files": {"pin": (None, "1\r\n2"), "b": (None, "2")}}, b"")
    assert sent.count("***") == 1
    assert '"b"\r\n\r\n2\r\n' in sent


@pytest.mark.parametrize(
    ("secret", "text", "wanted"),
    [
        ("test", "latest test /test?", "latest *** /***?"),
        ("test", '{"test": "testing"}', '{"***": "testing"}'),
        ("7", '{"a": 7}', '{"a": 7}'),
        ("longsecret", "alongsecretb", "a***b"),
    ],
)
def test_short_secrets_are_words(
    case: Case, tmp_path: Path, secret: str, text: str, wanted: str
) -> None:
    sent = {"content": text, "headers": {"authorization": f"Bearer {secret}", "x-a": text}}
    assert recorded(tmp_path / "r", case, sent, text.encode()) == (wanted, wanted)
    line = json.loads((tmp_path / "r").read_bytes())
    assert ["x-a", wanted] in line["request"]["headers"]
    assert ["authorization", "***"] in line["request"]["headers"]


def test_a_recorder_opens_its_file_when_it_is_made(case: Case, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        case.modules["testing"].Recorder(tmp_path / "file" / "r.ndjson")
    case.modules["testing"].Recorder(tmp_path / "folder" / "r.ndjson")
    assert (tmp_path / "folder" / "r.ndjson").stat().st_mode & 0o777 == 0o600


def test_masked_values_are_not_judged(tmp_path: Path) -> None:
    """Neither their types nor the values of a list; what they are in is."""
    schema = obj(
        password={"type": "integer"}, pin={"type": "string", "pattern": "^[0-9]$"},
        pins={"type": "array", "uniqueItems": True, "items": TEXT}, user=TEXT,
    )  # fmt: skip
    body = {"password": "***", "pin": "***", "pins": ["***", "***"], "user": {"secret": "***"}}
    result = compared(tmp_path, description(schema), [answer(body)])
    assert rules(result) == ["response/schema/type/changed"]


@pytest.mark.parametrize("secret", ["***", LONG])
def test_types_and_values_of_secrets_are_not_learned(tmp_path: Path, secret: str) -> None:
    """Not from masked recordings, nor from those of others."""
    spec = description(obj(id={"type": "integer"}))
    body = {"token": secret, "id": {"token": secret, "a": 1}}
    result = compared(tmp_path, spec, [answer(body)], show_values=True)
    overlay = overlay_of(result.findings, result.description)
    assert {"token": {}} in [one.get("update") for one in actions(overlay)]
    assert LONG not in text(result.report) + overlay.text


# ── formats ──────────────────────────────────────────────────────────────────────────────────────

VCR = """\
---
http_interactions:
- request:
    method: get
    uri: https://things.example/things
    body: {encoding: US-ASCII, string: ''}
    headers: {Accept: ['*/*']}
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [application/json]}
    body: {encoding: UTF-8, string: '{"a": 1}'}
  recorded_at: Tue, 01 Nov 2022 04:58:44 GMT
recorded_with: VCR 6.1.0
"""
"""As VCR writes it."""
SCHEMATHESIS = """\
command: 'st run api.json --report vcr'
recorded_with: 'Schemathesis 4.32.5'
seed: 1
http_interactions:
- id: '9Ll08a'
  status: 'FAILURE'
  recorded_at: '2022-11-01T04:58:44.035988+00:00'
  checks:
    - name: 'not_a_server_error'
      message: ~
  request:
    uri: 'https://things.example/things'
    method: 'GET'
    headers:
      "Accept":
      - "*/*"
  response:
    status:
      code: '200'
      message: "OK"
    elapsed: '0.003154'
    headers:
      "content-type":
      - "application/json"
    body:
      encoding: 'utf-8'
      string: "{\\"a\\": 1}"
    http_version: '1.0'
- id: '9Ll08b'
  request: {uri: 'https://things.example/things', method: 'GET', headers: {}}
  response: null
- id: '9Ll08c'
  request: {uri: 'https://things.example/things', method: 'GET', headers: {}}
  response:
    status: {code: '200'}
    headers: {"content-type": [application/json]}
    body: {encoding: 'utf-8', string: "{\\"a\\": \\""}
    truncated_from: 99
"""
"""As Schemathesis writes it, with a call without an answer and a body that it cut."""


@pytest.mark.parametrize("recording", [VCR, SCHEMATHESIS])
def test_http_interactions_are_recordings(tmp_path: Path, recording: str) -> None:
    project(tmp_path, pets="https://pets.example")
    (tmp_path / "pets.json").write_text(json.dumps(description(obj(a=TEXT))), encoding="utf-8")
    (tmp_path / "r.yml").write_text(recording, encoding="utf-8")
    outcome = speclock(tmp_path, "drift", "--traffic", "r.yml")
    number = recording.count("- request:") + recording.count("- id:")
    assert f"{number} of {number} exchanges call operations in use." in outcome.out
    assert outcome.out.count("  a value of another type than string") == 1
    assert "the only deviation" in outcome.out
    assert "1 exchange, 2022-11-01; the first is entry 1" in outcome.out


def test_a_har_file_of_schemathesis_tells_what_it_cut(tmp_path: Path) -> None:
    whole = json.loads(har([answer(text='{"a": "')]))
    content = whole["log"]["entries"][0]["response"]["content"]
    content["comment"] = "Body truncated: 7 of 99 bytes recorded"
    spec = description(obj(a=TEXT))
    compared(tmp_path, spec, [])
    (tmp_path / "r.har").write_text(json.dumps(whole), encoding="utf-8")
    assert speclock(tmp_path, "drift", "--traffic", "r.har").out.startswith("none: no deviation")


# ── paths and bodies that can be read in two ways ────────────────────────────────────────────────


def _operation(*names: str, schema: Any = None, body: Any = None) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": schema or TEXT} for name in names
    ]
    content = {"requestBody": {"required": True, "content": body}} if body else {}
    return {"parameters": parameters, **content, "responses": {"204": {"description": "Done."}}}


def test_the_path_with_more_text_is_called(tmp_path: Path) -> None:
    """Whatever their order in the description (OpenAPI 3.1.1 §4.8.8.2 leaves it to the tool)."""
    number = {"type": "integer"}
    paths = {
        "/words/{word}/{filter}": {"get": _operation("word", "filter", schema=number)},
        "/words/{word}/in={language}": {"get": _operation("word", "language")},
        "/words/{word}/in={language}&as={form}": {"get": _operation("word", "language", "form")},
    }
    urls = ["/words/a/in=es", "/words/a/in=es&as=b", "/words/1/2"]
    sent = [Exchange("GET", f"https://words.example{url}", 204) for url in urls]
    result = compared(tmp_path, described(paths), sent)
    assert rules(result) == []
    assert result.report.traffic is not None
    assert result.report.traffic.judged == 3


def test_parameters_without_text_between_them_are_not_judged(tmp_path: Path) -> None:
    """Which part of ``a.b.json`` is of which is unknown."""
    ending = {**_operation("name"), "parameters": [
        {"name": "name", "in": "path", "required": True, "schema": TEXT},
        {"name": "ending", "in": "path", "required": True, "schema": {"enum": [".json", ".xml"]}},
    ]}  # fmt: skip
    paths = {"/files/{name}{ending}": {"get": ending}}
    sent = [Exchange("GET", "https://files.example/files/a.b.json", 204)]
    result = compared(tmp_path, described(paths), sent)
    assert rules(result) == []
    assert result.report.traffic is not None
    assert result.report.traffic.judged == 1


@pytest.mark.parametrize(
    ("kind", "schema", "expected"),
    [
        ("application/x-www-form-urlencoded", obj(mark=TEXT), []),
        ("application/x-www-form-urlencoded", obj(["mark"], mark=TEXT), ["body"]),
        ("application/x-www-form-urlencoded", LIST, []),
        ("text/plain", TEXT, []),
        ("text/plain", {**TEXT, "minLength": 1}, ["body"]),
        ("application/octet-stream", {}, []),
        ("application/json", obj(mark=TEXT), ["body"]),
        ("", obj(mark=TEXT), ["body"]),
    ],
)
def test_a_body_of_no_bytes(kind: str, schema: Any, expected: list[str], tmp_path: Path) -> None:
    """It is one where its media type is stated and admits it."""
    content = {kind or "text/plain": {"schema": schema}}
    paths = {"/marks": {"post": _operation(body=content)}}
    headers = {"content-type": kind} if kind else {"host": "marks.example"}
    sent = [Exchange("POST", "https://marks.example/marks", 204, None, {}, b"", headers)]
    missing = ["request/body/required/removed" for _ in expected]
    assert rules(compared(tmp_path, described(paths), sent)) == missing
