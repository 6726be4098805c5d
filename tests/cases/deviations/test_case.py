"""Responses that aren't as described, and what the caller learns of it."""

from __future__ import annotations

import contextlib
import gzip
import json
import logging
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from generator.watch.changes.rules import RULES
from tests.support.answers import Answer, Recorder, answering
from tests.support.generated_case import Case

PET = {"id": 1, "name": "Tom"}


class Caller:
    """Calls methods of one of the clients."""

    def __init__(self, case: Case, mode: str) -> None:
        self.case = case
        self.mode = mode
        self.found: list[Any] = []

    @property
    def deviations(self) -> list[tuple[str, str]]:
        """Return the rules and pointers that were reported, without ``response/schema``."""
        return [(one.rule.removeprefix("response/schema/"), one.pointer) for one in self.found]

    def run(self, server: Answer, use: Callable[[Any], Any], **settings: Any) -> Any:
        """Return what ``use`` returns for a client."""
        settings = {"on_deviation": self.found.append, **settings}
        with self.case.connect(server, self.mode, **settings) as client:
            return use(client)

    def get(self, pet: Mapping[str, Any], **settings: Any) -> Any:
        """Return a pet that the server describes so."""
        return self.run(answering(200, pet), lambda client: client.pets.get("1"), **settings)


@pytest.fixture
def caller(case: Case, mode: str) -> Caller:
    return Caller(case, mode)


@pytest.mark.parametrize(
    ("members", "deviations"),
    [
        ({}, []),
        ({"age": 3.0, "born": "2020-02-29", "kind": "cat", "open": {"a": "x", "b": 1}}, []),
        ({"thing": {"shape": "ball", "size": 1}, "either": {"id": 1}}, []),
        ({"thing": {"shape": "ball", "size": 1, "made": "2020-02-29"}}, []),
        ({"kind": "cow"}, [("enum/value-added", "/kind")]),
        ({"paws": 4}, [("property/added", "/paws")]),
        ({"paws": None}, [("property/added", "/paws")]),
        ({"id": "1"}, [("type/changed", "/id")]),
        ({"name": 7}, [("type/changed", "/name")]),
        ({"name": "T"}, [("minLength/widened", "/name")]),
        ({"name": "tom"}, [("pattern/changed", "/name")]),
        ({"age": -1}, [("minimum/widened", "/age")]),
        ({"age": 31}, [("maximum/widened", "/age")]),
        ({"tags": ["a", "b", "c"]}, [("maxItems/widened", "/tags")]),
        ({"tags": [1, 2]}, [("type/changed", "/tags/0")]),
        ({"toys": [{"id": 1}, {"name": "x"}]}, [("required/removed", "/toys/1/id")]),
        ({"toys": [{"id": 1, "a/b~": 2}]}, [("property/added", "/toys/0/a~1b~0")]),
        ({"thing": {"shape": "kite", "x": 1}}, [("branch/added-known", "/thing")]),
        ({"thing": {"shape": "ball", "size": 1, "x": 1}}, [("property/added", "/thing/x")]),
        ({"thing": {"shape": "ball"}}, [("required/removed", "/thing/size")]),
        ({"either": {"id": "1"}}, [("type/changed", "/either/id")]),
        ({"either": {"id": 1, "x": 1}}, [("property/added", "/either/x")]),
        ({"either": "1"}, [("type/changed", "/either")]),
        ({"mixed": "blue"}, [("enum/value-added", "/mixed")]),
        ({"either": "1", "paws": 4}, [("type/changed", "/either"), ("property/added", "/paws")]),
        ({"born": "2020-02-29T00:00:00"}, [("format/changed", "/born")]),
        ({"born": 0}, [("type/changed", "/born")]),
        ({"note": None, "must": None}, []),
        ({"age": None}, [("nullable/added", "/age")]),
        ({"shape": "1"}, [("enum/value-added", "/shape")]),
        ({"shape": None}, [("nullable/added", "/shape")]),
        ({"either": None}, [("nullable/added", "/either")]),
        ({"toys": [{"id": 1, "a/b": None}]}, [("nullable/added", "/toys/0/a~1b")]),
        (
            {"toys_by_name": {"x/y": {"id": 1, "name": None}}},
            [("nullable/added", "/toys_by_name/*/name")],
        ),
        ({"bag": {"1": {"id": 1, "name": None}}}, [("nullable/added", "/bag/*/name")]),
        ({"open": {"a": None, "b": None}}, [("nullable/added", "/open/a")]),
        ({"either": {"id": 1, "name": None}}, [("nullable/added", "/either/name")]),
        (
            {"thing": {"shape": "ball", "size": 1, "made": None}},
            [("nullable/added", "/thing/made")],
        ),
        ({"age": None, "id": "1"}, [("type/changed", "/id"), ("nullable/added", "/age")]),
        ({"kind": "cow", "paws": 4}, [("enum/value-added", "/kind"), ("property/added", "/paws")]),
    ],
    ids=str,
)
def test_what_reading_forgives(
    members: dict[str, Any], deviations: list[tuple[str, str]], caller: Caller
) -> None:
    pet = caller.get({**PET, **members})

    assert type(pet) is caller.case.models.Pet
    assert caller.deviations == deviations
    assert {one.operation for one in caller.found} <= {"pets.get"}
    assert {one.rule for one in caller.found} <= RULES.keys()


def test_a_missing_member_is_no_attribute(caller: Caller) -> None:
    pet = caller.get({"name": "Tom"})

    assert pet.name == "Tom"
    with pytest.raises(AttributeError):
        pet.id  # noqa: B018
    assert caller.deviations == [("required/removed", "/id")]


def test_most_members_missing_is_one_deviation(caller: Caller) -> None:
    pet = caller.get({"error": "no"})

    assert type(pet) is caller.case.models.Pet
    assert pet.model_extra == {"error": "no"}
    assert caller.deviations == [("property/added", "/error"), ("required/removed", "")]
    assert [one.count for one in caller.found] == [1, 2]
    assert (
        str(caller.found[1])
        == "pets.get: response has 2 members missing (response/schema/required/removed)"
    )


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        ("/id", None, "nullable/added"),
        ("/id", "many", "type/changed"),
        ("/id", 1.5, "type/changed"),
        ("/id", True, "type/changed"),
        ("/name", {"first": "Tom"}, "type/changed"),
        ("/born", "yesterday", "format/changed"),
        ("/born", "Sun, 06 Nov 1994 08:49:37 GMT", "format/changed"),
        ("/born", {}, "type/changed"),
        ("/kind", ["cat"], "type/changed"),
        ("/kind", None, "nullable/added"),
        ("/shape", 1, "type/changed"),
        ("/tags", "a,b", "type/changed"),
        ("/tags", {"a": 1}, "type/changed"),
        ("/toys", None, "nullable/added"),
        ("/toys/0", 7, "type/changed"),
        ("/toys/0/id", [], "type/changed"),
        ("/thing", [1], "type/changed"),
        ("/thing/size", "big", "type/changed"),
        ("/either", [1], "type/changed"),
        ("/either/id", "x", "type/changed"),
        ("/toys_by_name", [], "type/changed"),
        ("/open", "x", "type/changed"),
    ],
)
def test_a_value_of_another_type_stays_as_it_is(
    place: str, value: Any, rule: str, caller: Caller
) -> None:
    """Everything beside it is read as described, and it is sent again as it came."""
    data: Any = {
        **PET, "must": None, "born": "2020-02-29", "kind": "cat", "tags": ["a"],
        "toys": [{"id": 1}, {"id": 2}], "thing": {"shape": "ball", "size": 1}, "either": {"id": 1},
        "shape": "round", "toys_by_name": {"x": {"id": 3}}, "open": {"a": "x"},
    }  # fmt: skip
    *outer, last = [int(step) if step.isdigit() else step for step in place[1:].split("/")]
    at = data
    for step in outer:
        at = at[step]
    at[last] = value

    pet = caller.get(data)

    kept: Any = pet
    for step in (*outer, last):
        kept = kept[step] if isinstance(step, int) else getattr(kept, step)
    assert (kept, type(kept)) == (value, type(value))
    assert caller.deviations == [(rule, place)]
    assert json.loads(pet.model_dump_json(by_alias=True, exclude_unset=True)) == data
    if outer != ["toys", 0]:
        assert pet.toys[1] == caller.case.models.Toy(id=2) if place != "/toys" else True


@pytest.mark.parametrize("content", [[1], "Tom", 7, None])
def test_a_body_of_another_type_is_the_value(content: Any, caller: Caller) -> None:
    body = json.dumps(content).encode()
    server = answering(200, body, content_type="application/json")
    assert caller.run(server, lambda client: client.pets.get("1")) == content
    assert caller.deviations == [("nullable/added" if content is None else "type/changed", "")]


@pytest.mark.parametrize("status", [201, 202, 203, 299])
def test_an_undocumented_success_is_read_as_the_documented_one(status: int, caller: Caller) -> None:
    pet = caller.run(answering(status, PET), lambda client: client.pets.get("1"))

    assert pet == caller.case.models.Pet(id=1, name="Tom")
    assert caller.deviations == [("response/status/success/added", "")]


@pytest.mark.parametrize(
    ("status", "content", "fact"),
    [(206, PET, "a part of a body"), (204, None, "no body"), (201, None, "no body")],
)
def test_other_undocumented_successes_are_errors(
    status: int, content: Any, fact: str, caller: Caller
) -> None:
    with pytest.raises(caller.case.errors.ResponseError) as caught:
        caller.run(answering(status, content), lambda client: client.pets.get("1"))
    assert caught.value.status_code == status
    assert "the call did succeed" in str(caught.value)
    assert fact in str(caught.value)


def test_an_empty_body_is_none_only_where_none_is_a_result(caller: Caller) -> None:
    pet = caller.case.models.Pet(id=1, name="Tom")
    for status, deviations in ((200, 1), (201, 0), (204, 0)):
        caller.found.clear()
        result = caller.run(answering(status), lambda client: client.pets.replace("1", pet))
        assert result is None
        assert len(caller.found) == deviations
    made = caller.run(answering(200, PET), lambda client: client.pets.replace("1", pet))
    assert made == pet


@pytest.mark.parametrize("status", [200, 204, 205, 206, 299])
def test_an_operation_without_a_documented_success(status: int, caller: Caller) -> None:
    answer = answering(status, {"x": 1})
    value = None if status in (204, 205) else {"x": 1}
    assert caller.run(answer, lambda client: client.pets.delete("1")) == value
    assert caller.found[0].rule == "response/body/media-type/added"
    raw = caller.run(answer, lambda client: client.raw(client.pets.delete, "1"))
    assert (raw.status_code, raw.body, raw.value) == (status, b'{"x":1}', value)


@pytest.mark.parametrize(
    ("content", "kind", "value"),
    [
        (b"", "", None),
        (b'"t0ken"', "application/json", "t0ken"),
        (b"t0ken", "text/plain", "t0ken"),
        (b"12", "Text/Plain", "12"),
        (b"12", "application/json", 12),
        (b'{"a": 1}', "text/html", {"a": 1}),
        (b"{no", "application/json", "{no"),
        (b"\xff\xfe\x00", "image/png", b"\xff\xfe\x00"),
        (b"[" * 100_000, "", "[" * 100_000),
    ],
    ids=["empty", "json text", "text", "digits", "number", "json", "no json", "bytes", "deep"],
)
def test_a_body_that_is_not_described(
    content: bytes, kind: str, value: Any, caller: Caller
) -> None:
    """A login's token is never lost."""
    server = answering(202, content, **({"content_type": kind} if kind else {}))
    assert caller.run(server, lambda client: client.files.add({"image": b"x"})) == value
    added = [("response/body/media-type/added", "")]
    assert caller.deviations == (added if content else [])


def test_the_raw_response(caller: Caller) -> None:
    info = caller.case.package.ResponseInfo()
    options = caller.case.package.Options(response=info, headers={"x-mine": "1"})

    server = Recorder(answering(200, PET, x_rate="1"))
    raw = caller.run(server, lambda c: c.raw(c.pets.get, "1", limit=3, options=options))

    assert (raw.status_code, raw.headers["x-rate"]) == (200, "1")
    assert server.headers("x-mine") == ["1"]
    assert raw.body == httpx.Response(200, json=PET).content == info.body
    assert raw.value == caller.case.models.Pet(id=1, name="Tom")


def test_the_raw_response_of_what_cannot_be_read(caller: Caller) -> None:
    raw = caller.run(answering(200, b"[1"), lambda client: client.raw(client.pets.get, "1"))

    assert raw.body == b"[1"
    with pytest.raises(caller.case.errors.ResponseError):
        raw.value  # noqa: B018
    with pytest.raises(caller.case.errors.ApiError):
        caller.run(answering(404, PET), lambda client: client.raw(client.pets.get, "1"))


@pytest.mark.parametrize(
    ("method", "content", "kind", "value"),
    [
        ("get_text", b"plain", "text/plain", "plain"),
        ("get_text", b"1e5", "text/plain; charset=utf-8", "1e5"),
        ("get_text", b'"quoted"', "text/plain", '"quoted"'),
        ("get_anything", b"12", "text/plain", "12"),
        ("get_anything", b'{"a": 1}', "text/html", '{"a": 1}'),
        ("get_anything", b"12", "application/json", 12),
        ("get_anything", b"12", "", 12),
    ],
)
def test_text_where_json_was_described(
    method: str, content: bytes, kind: str, value: Any, caller: Caller
) -> None:
    server = answering(200, content, **({"content_type": kind} if kind else {}))
    assert caller.run(server, lambda client: getattr(client.pets, method)()) == value
    assert caller.deviations == ([] if "json" in kind else [("response/body/media-type/added", "")])


def test_strict_makes_each_an_error(caller: Caller) -> None:
    with pytest.raises(
        caller.case.errors.ResponseError, match="an undocumented value /kind"
    ) as one:
        caller.get({**PET, "kind": "cow"}, strict=True)
    assert one.value.status_code == 200
    with pytest.raises(caller.case.errors.ResponseError, match="status/success/added"):
        caller.run(answering(201, PET), lambda client: client.pets.get("1"), strict=True)
    with pytest.raises(caller.case.errors.ApiError):
        caller.run(answering(400, {"code": "x"}), lambda c: c.pets.get("1"), strict=True)
    with pytest.raises(caller.case.errors.ApiError):
        caller.run(answering(302, {"code": "x"}), lambda c: c.pets.get("1"), strict=True)
    assert caller.get(PET, strict=True).id == 1


def test_each_place_is_logged_once(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    log = caller.case.modules["_runtime.deviations"]
    log._logged.clear()
    secret = {**PET, "toys": [{"id": 1, "x": "s3cr3t"}, {"id": 2, "x": "s3cr3t"}]}
    for _ in range(2):
        caller.get(secret, on_deviation=log.log_once)
        caller.run(
            answering(200, secret), lambda client: client.pets.get("1"), on_deviation=log.log_once
        )

    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lines == [
        "pets.get: response has the undocumented member /toys/0/x (response/schema/property/added)"
    ]
    assert "s3cr3t" not in caplog.text


def test_the_last_line_says_that_no_more_follow(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    log = caller.case.modules["_runtime.deviations"]
    log._logged.clear()
    many = {**PET, **{f"x{number}": 1 for number in range(1500)}}
    for _ in range(2):
        caller.get(many, on_deviation=log.log_once)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == 1001
    assert lines[-1] == "more than 1000 deviations: further places aren't logged"
    log._logged.clear()


def test_a_callback_that_fails_fails_no_call(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """The call succeeded: its value is returned, and the failure is logged."""

    def fail(_: Any) -> None:
        raise RuntimeError("mine")

    assert caller.get({**PET, "x": 1}, on_deviation=fail).id == 1
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (
        "on_deviation failed for pets.get: response has the undocumented member /x"
        in record.message
    )
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "mine"


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("Deprecation", "api/operation/deprecated/added"),
        ("Sunset", "api/operation/sunset/added"),
    ],
)
def test_headers_of_an_operation_that_will_go(header: str, rule: str, caller: Caller) -> None:
    server = answering(200, PET, **{header: "@1688169599"})
    caller.run(server, lambda client: client.pets.get("1"))
    assert caller.deviations == [(rule, "")]
    assert rule in RULES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"detail": "No such pet."}, "No such pet."),
        ({"message": "m", "title": "t"}, "m"),
        ({"error": "broken"}, "broken"),
        ({"error": {"message": "inner"}}, "inner"),
        ({"errors": [{"message": "first"}, {"message": "second"}]}, "first"),
        ({"title": "Gone"}, "Gone"),
        ({"detail": [{"loc": ["body"], "msg": "Field required"}]}, "Field required"),
        ({"Message": "m", "Error": "e"}, "m"),
        ({"error": "invalid_grant", "error_description": "No."}, "No."),
        ({"error": {"code": 7, "message": "inner"}, "details": "d"}, "inner"),
        ({"errors": [{"title": "t", "detail": "d"}]}, "d"),
        ({"message": ["first", "second"]}, "first"),
        ({"details": "d", "description": "e", "error": "f"}, "d"),
        ("No such pet.", "→ 502: No such pet."),
        ({"code": 7}, '{"code":7}'),
        (b"first line\nsecond", "first line second"),
        ({"detail": "x" * 500}, "x" * 299 + "…"),
        ({"detail": "a\nb\x1b[31m"}, "a b [31m"),
        (b"<html>no</html>", "Bad Gateway, 15 bytes of no stated type"),
        (b"", "Bad Gateway, no body"),
    ],
    ids=str,
)
def test_an_error_has_the_words_of_the_server(content: Any, words: str, caller: Caller) -> None:
    body = content if isinstance(content, bytes) else httpx.Response(200, json=content).content

    with pytest.raises(caller.case.errors.ApiError) as caught:
        caller.run(answering(502, body), lambda client: client.pets.get("1"))
    message = str(caught.value)
    assert words in message
    assert len(message.partition("→ 502: ")[2]) <= 300
    assert caught.value.body == body


def test_a_problem(caller: Caller) -> None:
    problem = {"type": "https://example.com/p", "title": "Out of stock", "balance": 30}
    kinds = {"application/problem+json; charset=utf-8": problem, "application/json": None}
    for kind, expected in kinds.items():
        server = answering(403, json.dumps(problem).encode(), content_type=kind)
        with pytest.raises(caller.case.errors.ApiError, match="Out of stock") as caught:
            caller.run(server, lambda client: client.pets.get("1"))
        assert caught.value.problem == expected


def test_arguments_are_named_all_at_once(caller: Caller) -> None:
    with pytest.raises(ValidationError) as caught:
        caller.run(answering(200, PET), lambda c: c.pets.get("1", limit=500, sort="size"))

    error = caught.value
    assert error.title == "pets.get(limit=500, sort='size')"
    assert [(one["loc"], one["type"], one["input"]) for one in error.errors()] == [
        (("limit",), "less_than_equal", 500),
        (("sort",), "enum", "size"),
    ]
    assert "limit\n  must be less than or equal to 10" in str(error)


def test_a_bad_body_is_named_by_its_members(caller: Caller) -> None:
    body = {"id": 1, "toys": [{"id": 1}, {"nam": "x"}], "either": {"id": []}}
    with pytest.raises(ValidationError) as caught:
        caller.run(answering(200, PET), lambda client: client.pets.replace("1", body))

    places = {".".join(map(str, one["loc"])) for one in caught.value.errors()}
    assert {"body.name", "body.toys.1.id", "body.toys.1.nam", "body.either.id"} <= places
    assert not [place for place in places if "-" in place or "[" in place or "Toy" in place]


def test_dates_below_a_discriminator_are_no_deviation(caller: Caller) -> None:
    thing = {"shape": "bone", "taste": "x", "born": "2020-02-29"}
    assert caller.get({**PET, "thing": thing}).thing.born == date(2020, 2, 29)
    assert caller.deviations == []
    caller.get({**PET, "thing": {**thing, "x": 1}})
    assert caller.deviations == [("property/added", "/thing/x")]


def streamed(caller: Caller, method: str, server: Answer, **settings: Any) -> list[Any]:
    """Return all items of a stream."""
    items: list[Any] = caller.run(server, lambda c: [*getattr(c.streams, method)()], **settings)
    return items


def test_items_of_a_stream(caller: Caller) -> None:
    content = b'{"id": 1}\n{"id": "2"}\n{"name": "x"}\n'
    kind = "application/jsonl"
    items = streamed(caller, "lines", answering(201, content, content_type=kind))

    assert [item.model_dump(exclude_unset=True) for item in items] == [
        {"id": 1}, {"id": 2}, {"name": "x"},
    ]  # fmt: skip
    assert caller.deviations == [
        ("response/status/success/added", ""),
        ("type/changed", "/id"),
        ("required/removed", "/id"),
    ]
    with pytest.raises(caller.case.errors.ResponseError, match="another type of value /id"):
        streamed(caller, "lines", answering(200, content, content_type=kind), strict=True)


@pytest.mark.parametrize("status", [204, 205])
def test_a_stream_without_a_body(status: int, caller: Caller) -> None:
    """There is no media type to report."""
    assert streamed(caller, "lines", answering(status)) == []
    assert caller.deviations == [("response/status/success/added", "")]


@pytest.mark.parametrize("times", [1, 2])
def test_a_compressed_stream(times: int, caller: Caller) -> None:
    content = b'{"id": 1}\n' * 1000
    for _ in range(times):
        content = gzip.compress(content)
    codings = ", ".join(["gzip"] * times)
    whole, cut = (answering(200, one, content_encoding=codings) for one in (content, content[:-9]))
    if times == 1:
        assert len(streamed(caller, "lines", whole)) == 1000
        with pytest.raises(caller.case.errors.ResponseError, match="cut off"):
            streamed(caller, "lines", cut)
    else:
        with pytest.raises(caller.case.errors.ResponseError, match="more than one coding"):
            streamed(caller, "lines", whole)


def test_events_of_any_kind(caller: Caller) -> None:
    """Data is JSON, or else text; an event that is described as a whole may have JSON in it."""
    marks = answering(200, b'data: hello\n\ndata: {"a": 1}\n\n')
    assert streamed(caller, "marks", marks) == ["hello", {"a": 1}]
    events = answering(200, b'event: made\ndata: {"id": 7, "name": "x"}\n\n')
    (event,) = streamed(caller, "events", events)
    assert (event.event, event.data) == ("made", caller.case.models.Toy(id=7, name="x"))


@pytest.mark.parametrize(
    ("location", "targets"),
    [
        ("/pets/2?x=1", ["GET /pets/1?limit=3", "GET /pets/2?x=1"]),
        ("https://api.example.com/a#b", ["GET /pets/1?limit=3", "GET /a"]),
        ("http://api.example.com/pets/2", ["GET /pets/1?limit=3"]),
        ("https://elsewhere.example/pets/2", ["GET /pets/1?limit=3"]),
        ("https://api.example.com:8443/pets/2", ["GET /pets/1?limit=3"]),
        ("", ["GET /pets/1?limit=3"]),
    ],
)
def test_a_redirect_to_the_same_origin_is_followed(
    location: str, targets: list[str], caller: Caller
) -> None:
    server = Recorder(answering(308, location=location), answering(200, PET))
    with contextlib.suppress(caller.case.errors.ApiError):
        caller.run(server, lambda client: client.pets.get("1", limit=3), follow_redirects=True)
    assert server.targets == targets


def test_only_reading_requests_follow_and_not_for_ever(caller: Caller) -> None:
    for use in (
        lambda client: client.pets.delete("1"),
        lambda client: client.files.add({"image": b""}),
    ):
        server = Recorder(answering(307, location="/elsewhere"))
        with pytest.raises(
            caller.case.errors.ApiError, match="a redirect to /elsewhere, which is not"
        ):
            caller.run(server, use, follow_redirects=True)
        assert len(server.requests) == 1
    server = Recorder(answering(302, location="/pets/1"))
    with pytest.raises(caller.case.errors.ApiError):
        caller.run(server, lambda client: client.pets.get("1"), follow_redirects=True)
    assert len(server.requests) == 11


def test_head_has_no_body(caller: Caller) -> None:
    assert caller.run(answering(200), lambda client: client.pets.check()) is None


def test_a_file_goes_out_as_multipart(caller: Caller) -> None:
    server = Recorder()
    upload = {"image": b"\x89PNG", "title": "Cat"}
    assert caller.run(server, lambda client: client.files.add(upload)) is None
    assert caller.deviations == [("response/status/success/added", "")]
    assert server.request.headers["content-type"].startswith("multipart/form-data")


def test_a_url_that_is_too_long_is_not_sent(caller: Caller) -> None:
    with pytest.raises(caller.case.errors.RequestError, match="nothing was sent"):
        caller.run(answering(204), lambda c: c.files.add({"image": b""}, note="x" * 70_000))
