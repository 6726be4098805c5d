"""Recorded exchanges have no secrets, and of what isn't one everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from generator.watch.changes.formats.text import text as report_of
from tests.cases.recordings.test_case import LONG, recorded
from tests.support.answers import answering
from tests.support.generated_case import Case
from tests.watch.traffic.recorded import answer, compared, description, obj

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"
JWE = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aXZpdml2aXY.Y2lwaGVy.dGFn"
SECRET = {
    "pass": "a", "newPassword": "a", "user_passwd": "a", "bot_token": LONG, "X-Auth-Token": LONG,
    "pageAccessToken": LONG, "csrfTokens": LONG, "auth.token": LONG, "token": f"Bearer {LONG}",
}  # fmt: skip
"""By the ends of their names."""
OPEN = {
    "pass": 17, "passed": "all", "tokens": 5000, "total_tokens": 12345678901234567890, "token": "",
    "page_token": LONG, "nextPageToken": LONG, "next-token": LONG, "NextContinuationToken": LONG,
    "paginationToken": LONG, "token_type": f"urn:ietf:{LONG}", "tokenType": LONG, "cursor": LONG,
    "auth_token": LONG[:15], "tokenizer": LONG, "name": LONG, "is_token": True, "id_token": None,
    "version": "1.2.3", "host": "eyJ.example.com", "file": "eyJhbGciOi.txt",
}  # fmt: skip
AMONG_TOKENS = {
    "Worker": "SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfr8p2is99znpy26u2lkl", "short": "abc",
    "token_type": LONG, "next_page_token": LONG, "expires_at": "2026-01-02T03:04:05.678Z",
    "text": "a sentence of short words", "count": 12345678901234567890, "list": [{"Manager": LONG}],
}  # fmt: skip
WORDS = ["internationalization", "Electroencephalography", "abc"]
MASKED_TOKENS = {**AMONG_TOKENS, "Worker": "***", "list": [{"Manager": "***"}]}


def bodies(case: Case, path: Path, value: Any) -> list[Any]:
    """Return a value as it is recorded of a request and of a response."""
    return [json.loads(text) for text in recorded(path, case, {"json": value}, value)]


def test_secrets_are_known_by_the_ends_of_their_names(case: Case, tmp_path: Path) -> None:
    path, masked = tmp_path / "r", dict.fromkeys(SECRET, "***")
    for body, expected in (
        (SECRET, masked), (OPEN, OPEN), ([{"a": SECRET}], [{"a": masked}]),
        ({"JoinTokens": AMONG_TOKENS, "after": LONG}, {"JoinTokens": MASKED_TOKENS, "after": LONG}),
        ({"token": {"b": {"id": LONG}}, "c": LONG}, {"token": {"b": {"id": "***"}}, "c": LONG}),
        ({"tokens": [LONG, *WORDS]}, {"tokens": ["***", *WORDS]}),
        ({"nextPageTokens": {"a": LONG}}, {"nextPageTokens": {"a": LONG}}),
    ):  # fmt: skip
        assert bodies(case, path, body) == [expected, expected]


@pytest.mark.parametrize("token", [JWT, JWE])
def test_a_json_web_token_is_a_secret_by_itself(case: Case, tmp_path: Path, token: str) -> None:
    """In each text: of JSON, of a form, of no known type, in a header and in a URL."""
    path = tmp_path / "r"
    value = {"a": token, "b": [f"Bearer {token}."], "c": json.dumps({"d": token})}
    masked = {"a": "***", "b": ["Bearer ***."], "c": json.dumps({"d": "***"})}
    assert bodies(case, path, value) == [masked, masked]
    sent = {"content": f"jwt={token}&a=b", "headers": {"x-note": f"as {token}"}}
    body, received = recorded(path, case, sent, f"a {token}, b".encode(), "text/plain")
    assert (body, received) == ("jwt=***&a=b", "a ***, b")
    line = json.loads(path.read_text("utf-8").splitlines()[-1])
    assert ["x-note", "as ***"] in line["request"]["headers"]


def test_the_beginning_of_a_json_web_token_is_left_out(case: Case, tmp_path: Path) -> None:
    body = b"a" * (2**20 - 30) + f" b {JWT}".encode()
    server = answering(200, body, content_type="text/plain")
    transport = case.modules["testing"].Recorder(tmp_path / "r", httpx.MockTransport(server))
    with httpx.Client(transport=transport) as client:
        client.get("https://shelf.example/v1/file")
    response = json.loads((tmp_path / "r").read_bytes())["response"]
    assert (response["truncated"], response["body"][-5:]) == (True, "aa b ")


def test_secrets_of_forms_in_brackets(case: Case, tmp_path: Path) -> None:
    """As Rails and PHP name them."""
    fields = {
        "user[password]": "a", "user[name]": LONG, "JoinTokens[Worker]": LONG, "tokens[]": LONG,
        "tokens[token_type]": LONG, "page[token]": "b", "user.password": "c",
    }  # fmt: skip
    hidden = ("user[password]", "JoinTokens[Worker]", "tokens[]", "user.password")
    sent, _ = recorded(tmp_path / "r", case, {"data": fields}, b"")
    assert dict(parse_qsl(sent)) == {**fields, **dict.fromkeys(hidden, "***")}
    parts = {name: (None, value) for name, value in fields.items()}
    sent, _ = recorded(tmp_path / "r", case, {"files": parts}, b"")
    assert sent.count("***") == len(hidden)


def test_headers_are_known_by_their_names_too(case: Case, tmp_path: Path) -> None:
    headers = {
        "X-Auth-Token": LONG,
        "X-API-Key": "a",
        "X-Next-Page-Token": LONG,
        "X-Request-Id": LONG,
    }
    recorded(tmp_path / "r", case, {"headers": headers}, b"")
    masked = dict(json.loads((tmp_path / "r").read_bytes())["request"]["headers"])
    assert {name.lower() for name in headers if masked[name.lower()] == "***"} == {
        "x-auth-token", "x-api-key"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [("Worker", LONG), ("a", JWT), ("bot_token", LONG), ("pass", "s3cret")]
)
def test_a_report_of_other_recordings_shows_no_secret(
    tmp_path: Path, name: str, value: str
) -> None:
    numbers = {"type": "object", "additionalProperties": {"type": "integer"}}
    spec = description(obj(JoinTokens=numbers))
    body = {"JoinTokens": {name: value}}
    result = compared(tmp_path, spec, [answer(body)], show_values=True)
    assert "***" in report_of(result.report)
    assert value not in report_of(result.report)
