"""What a caller gives goes out as it is, and as nothing else; what can't is refused before that."""

from __future__ import annotations

import email.parser
import email.policy
import json
import re
import sys
from decimal import Decimal
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder
from tests.support.generated_case import Case, refused

HALF = "a\ud800"
"""Half of a surrogate pair: no text in UTF-8."""
NUMBERS = (
    (7, "7"),
    (7.5, "7.5"),
    (10**30, "1" + 30 * "0"),
    (Decimal("0.10"), "0.10"),
    (Decimal("7.00"), "7.00"),
    (Decimal("1E+3"), "1E+3"),
)


def sent(case: Case, mode: str, method: str, *arguments: Any, **more: Any) -> httpx.Request:
    """Return the request of a call; an error is checked to have come before it."""
    server = Recorder({}) if method == "find" else Recorder()
    try:
        with case.connect(server, mode) as client:
            getattr(client.things, method)(*arguments, **more)
    except case.errors.RequestError as error:
        if "nothing was sent" not in str(error) and "the body can't be written" not in str(error):
            pytest.fail(str(error))
        raise
    finally:
        assert len(server.requests) == (sys.exception() is None)
    return server.request


def parts(request: httpx.Request) -> list[tuple[EmailMessage, bytes]]:
    """Return the parts of a multipart body, as the standard library reads them."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(head + request.content)
    assert message.is_multipart()
    assert not message.defects
    found = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    return [(part, part.get_payload(decode=True)) for part in found]  # type: ignore[misc]


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_number_in_json(value: Any, text: str, case: Case, mode: str) -> None:
    for members, wanted in (
        ({"either": value}, f'{{"either":{text}}}'),
        ({"number": value}, f'{{"number":{text}}}'),
        ({"map": {"k": value}}, f'{{"map":{{"k":{text}}}}}'),
        ({"anything": value}, f'{{"anything":{text}}}'),
        ({"anything": [{"k": value}]}, f'{{"anything":[{{"k":{text}}}]}}'),
    ):
        for body in (members, case.models.Thing(**members)):
            assert sent(case, mode, "json", body).content.decode() == wanted
            query = sent(case, mode, "find", json=body).url.query.decode()
            assert unquote(query.partition("=")[2]) == wanted


@pytest.mark.parametrize(("value", "text"), [*NUMBERS, ("7", "7"), ("0.10", "0.10"), (7.0, "7")])
def test_a_number_elsewhere(value: Any, text: str, case: Case, mode: str) -> None:
    request = sent(case, mode, "path", 1, value)
    assert request.url.raw_path.decode() == f"/path/1/{text.replace('+', '%2B')}"

    request = sent(
        case, mode, "find", either=value, many=[value, "a"], deep={"k": value}, x_either=value,
        crumb=value,
    )  # fmt: skip
    assert parse_qsl(request.url.query.decode()) == [
        ("either", text), ("many", text), ("many", "a"), ("deep[k]", text),
    ]  # fmt: skip
    assert request.headers["x-either"] == text
    assert unquote(request.headers["cookie"]) == f"crumb={text}"

    form = sent(case, mode, "form", {"either": value}).content.decode()
    assert parse_qsl(form) == [("either", text)]
    ((_, content),) = parts(sent(case, mode, "parts", {"either": value}))
    assert content.decode() == text


@pytest.mark.parametrize(("value", "text"), [*NUMBERS, ("7", '"7"'), ("0.10", '"0.10"')])
def test_a_number_in_json_within_a_form(value: Any, text: str, case: Case, mode: str) -> None:
    form = sent(case, mode, "form", {"map": {"k": value}}).content.decode()
    assert parse_qsl(form) == [("map", f'{{"k":{text}}}')]
    for name in ("map", "anything"):
        ((part, content),) = parts(sent(case, mode, "parts", {name: {"k": value}}))
        assert part.get_content_type() == "application/json"
        assert content.decode() == f'{{"k":{text}}}'
    query = sent(case, mode, "find", free=[value]).url.query.decode()
    assert parse_qsl(query) == [("free", f"[{text}]")]


def test_texts_stay_texts(case: Case, mode: str) -> None:
    for value in ("7", "0.10", "1E+3", "true"):
        request = sent(case, mode, "json", {"either": value, "value": value})
        assert json.loads(request.content) == {"either": value, "value": value}


@pytest.mark.parametrize("value", [7, "7"])
def test_a_dictionary_in_place_of_a_union(value: Any, case: Case, mode: str) -> None:
    for members in ({"value": value}, {"value": value, "note": "n"}, {"count": 1, "value": value}):
        assert json.loads(sent(case, mode, "either", members).content) == members
        body = {"inner": members}
        assert json.loads(sent(case, mode, "json", body).content) == body
        made = case.models.Thing(**body)
        assert json.loads(sent(case, mode, "json", made).content) == body
        assert json.loads(sent(case, mode, "find", json=body).url.params["json"]) == body


@pytest.mark.parametrize(
    "members",
    [
        {"value": 7.5}, {"value": True}, {"whole": True}, {"number": True},
        {"flag": 1}, {"flag": 0.0},
        {"number": float("nan")}, {"number": float("inf")}, {"number": Decimal("NaN")},
        {"either": float("nan")}, {"map": {"k": float("-inf")}},
        {"inner": {"value": 7.5}}, {"inner": {"value": 7, "slip": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_what_would_go_out_as_another_value(members: dict[str, Any], case: Case, mode: str) -> None:
    """In the constructor, in a dictionary, and in a parameter."""
    assert refused(case.models.Thing, **members) != []
    for method in ("json", "form"):
        with pytest.raises(ValidationError):
            sent(case, mode, method, members)
    with pytest.raises(ValidationError):
        sent(case, mode, "find", json=members)
    if "inner" in members:
        with pytest.raises(ValidationError):
            sent(case, mode, "either", members["inner"])


def test_what_json_has_no_number_for(case: Case, mode: str) -> None:
    """Also in members without a type, and in those that have no field."""
    for value in (float("inf"), [{"a": float("nan")}], {"a": Decimal("-Infinity")}):
        for method, body in (("parts", {"additional": value}), ("json", {"anything": value})):
            with pytest.raises(ValidationError, match="finite"):
                sent(case, mode, method, body)


# ── enumerations ─────────────────────────────────────────────────────────────────────────────────


def test_an_enumeration_takes_its_values(case: Case, mode: str) -> None:
    models = case.models
    request = sent(case, mode, "find", colours=["red", models.Colour.GREEN], level=2)
    assert parse_qsl(request.url.query.decode()) == [
        ("colours", "red"), ("colours", "green"), ("level", "2"),
    ]  # fmt: skip
    for given in ({"colours": ["blue"]}, {"level": 3}, {"level": True}):
        with pytest.raises(ValidationError):
            sent(case, mode, "find", **given)
    assert refused(models.Thing, colours=["blue"]) == ["enum"]
    assert models.Thing(colours=["red"]).colours == [models.Colour.RED]
    assert models.Thing.model_validate({"colours": ["blue"]}).colours == ["blue"]


# ── multipart ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain.txt", "plain.txt"),
        ('a "quoted" name.txt', "a %22quoted%22 name.txt"),
        ("naïve ☃.txt", "naïve ☃.txt"),
        ("a;b=c.txt", "a;b=c.txt"),
        ("50%22.txt", "50%22.txt"),
    ],
)
def test_names_of_parts(name: str, shown: str, case: Case, mode: str) -> None:
    """The HTML standard §4.10.22.8: quotes as %22, the rest as UTF-8."""
    body = {"file": case.modules["files"].File(b"content", name), name: "text"}
    (file, content), (text, _) = sorted(
        parts(sent(case, mode, "parts", body)), key=lambda part: part[0].get_filename() is None
    )
    assert (file.get_filename(), content) == (shown, b"content")
    disposition = text["content-disposition"].params
    assert disposition == {"name": shown}


INJECTED = ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rb", "a\0b", HALF)


@pytest.mark.parametrize("evil", INJECTED, ids=ascii)
def test_nothing_is_added_to_a_part(evil: str, case: Case, mode: str) -> None:
    for body in (
        {"file": case.modules["files"].File(b"", evil)},
        {"file": case.modules["files"].File(b"", media_type=evil)},
        {"file": case.modules["files"].File(b"", headers={"X-Note": evil})},
        {"file": case.modules["files"].File(b"", headers={evil: "a"})},
        {evil: "text"},
        {evil: b"bytes"},
    ):
        with pytest.raises(
            (case.errors.RequestError, ValidationError), match=r"the part '|string_unicode"
        ) as caught:
            sent(case, mode, "parts", body)
        assert isinstance(caught.value, ValidationError) or "nothing was" in str(caught.value)


def test_headers_of_a_part(case: Case, mode: str) -> None:
    file = case.modules["files"].File(
        b"content", "a.txt", media_type="text/x-a", headers={"X-Note": "b"}
    )
    ((part, content),) = parts(sent(case, mode, "parts", {"file": file}))
    assert part.items() == [
        ("Content-Disposition", 'form-data; name="file"; filename="a.txt"'),
        ("X-Note", "b"), ("Content-Type", "text/x-a"),
    ]  # fmt: skip
    assert content == b"content"
    for name in ("Content-Length", "content-disposition", "Transfer-Encoding", "content-type"):
        how = {"media_type": "a\nb"} if name == "content-type" else {"headers": {name: "1"}}
        refusal = f"the part 'file': the header '{name}'"
        with pytest.raises(case.errors.RequestError, match=refusal):
            sent(case, mode, "parts", {"file": case.modules["files"].File(b"", **how)})


def test_models_and_lists_in_a_form(case: Case, mode: str) -> None:
    models = case.models
    shades = [models.Shades(shade="dark"), models.Shades()]
    left = models.Left(value=7)
    found = parts(sent(case, mode, "parts", {"left": left, "shades": shades, "file": b"c"}))
    named = [(part["content-disposition"].params["name"], content) for part, content in found]
    assert sorted(named) == [
        ("file", b"c"), ("left", b'{"value":7}'),
        ("shades", b'{"shade":"dark"}'), ("shades", b"{}"),
    ]  # fmt: skip


# ── cookies and headers ──────────────────────────────────────────────────────────────────────────

ODD = ("a; admin=1", "a,b", "a b", 'a"b', "a\\b", "a\nb", "a\x7fb", "a\0b", "é")


@pytest.mark.parametrize("value", ODD, ids=ascii)
def test_a_cookie_is_one_cookie(value: str, case: Case, mode: str) -> None:
    """Encoded in the style form, refused in the style cookie (RFC 6265 §4.1.1)."""
    for given in ({"crumb": value}, {"crumbs": [value]}, {"bag": {value: value}}):
        name, _, text = sent(case, mode, "find", **given).headers["cookie"].partition("=")
        assert re.fullmatch(r"[!#-+\x2d-:<-\[\]-~]*", text)
        assert [name] == [*given]
        plain = unquote(text)
        assert (json.loads(plain) if name == "bag" else plain) in (value, {value: value})
    for given in (
        {"raw": value},
        {"raws": ["b", value]},
        {
            "jar": {"b": value},
        },
        {"jar": {value: "b"}},
    ):
        with pytest.raises(case.errors.RequestError, match="cookie"):
            sent(case, mode, "find", **given)


def test_cookies(case: Case, mode: str) -> None:
    given = {"raw": "a=b", "raws": ["c", "d"], "jar": {"e": "f", "g": "h"}, "crumb": "i"}
    header = sent(case, mode, "find", **given, cookie="j=k").headers["cookie"]
    assert sorted(header.split("; ")) == ["crumb=i", "e=f", "g=h", "j=k", "raw=a=b", "raws=c,d"]
    with pytest.raises(case.errors.RequestError, match="cookie"):
        sent(case, mode, "find", jar={"a=b": "c"})


def test_headers_with_a_meaning_of_their_own(case: Case, mode: str) -> None:
    """A User-Agent takes the place of the client's; OpenAPI 3.1.1 §4.8.12.2 ignores others."""
    assert sent(case, mode, "find").headers["user-agent"] == "case_requests_as_given/1"
    request = sent(case, mode, "find", user_agent="mine/2", cookie="a=b")
    assert request.headers.get_list("user-agent") == ["mine/2"]
    assert request.headers.get_list("cookie") == ["a=b"]
    assert request.headers["accept"] == "application/json"
    for name in ("accept", "content_type", "authorization", "content_length", "host",
                 "transfer_encoding"):  # fmt: skip
        with pytest.raises(TypeError, match="unexpected keyword"):
            case.package.Sample().things.find(**{name: "1"})


# ── text that is none ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "given"),
    [
        *[(method, body) for method in ("json", "form", "parts") for body in (
            {"either": HALF}, {"map": {HALF: 1}}, {"map": {"k": HALF}}, {HALF: 1},
        )],
        ("json", {"inner": {"value": HALF}}),
        ("json", {"inner": {HALF: 1, "value": 1}}),
        ("form", {"inner": {"value": HALF}}),
        ("parts", {"free": HALF}),
        ("parts", {"free": {HALF: 1}}),
        ("parts", {"free": [{"a": {HALF: 1}}]}),
        ("parts", {"left": {"value": HALF}}),
        ("either", {"value": HALF}),
        *[("find", {name: value}) for name, value in (
            ("either", HALF), ("many", [HALF]), ("deep", {HALF: 1}), ("deep", {"k": HALF}),
            ("json", {"map": {HALF: 1}}), ("json", {"either": HALF}), ("free", {HALF: 1}),
            ("free", [{"a": HALF}]), ("x_either", HALF), ("user_agent", HALF), ("cookie", HALF),
            ("crumb", HALF), ("crumbs", [HALF]), ("bag", {HALF: 1}), ("bag", {"a": HALF}),
            ("raw", HALF), ("jar", {HALF: "a"}), ("jar", {"a": HALF}), ("colours", [HALF]),
        )],
        ("path", HALF),
    ],
    ids=ascii,
)  # fmt: skip
def test_half_a_surrogate_pair(method: str, given: Any, case: Case, mode: str) -> None:
    """No request, and no error of another library."""
    arguments, more = {"find": ((), given), "path": ((1, given), {})}.get(method, ((given,), {}))
    with pytest.raises((case.errors.RequestError, ValidationError)):
        sent(case, mode, method, *arguments, **more)


def test_lists_of_lists_are_lists(case: Case, mode: str) -> None:
    """For type checkers they are sequences, so that those of narrower types are accepted."""
    models = case.models
    green = models.Colour.GREEN
    thing = models.Thing(palettes=[[green], ("red",)], books=[None, [[{"value": "a"}]]])
    assert thing.palettes == [[green], [models.Colour.RED]]
    assert type(thing.palettes[0]) is type(thing.books[1][0]) is list
    assert isinstance(thing.books[1][0][0], models.Left)
    assert refused(models.Thing, palettes=["red"]) != []
    assert refused(models.Thing, pairs=[["a", 1, 2]]) != []
    request = sent(case, mode, "rows", [[green], ["red"]])
    assert json.loads(request.content) == [["green"], ["red"]]
