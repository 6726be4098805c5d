"""Writing is strict, reading is generous, with one class for both; and what models must survive."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pinterest_audiences
import pytest
from pinterest_audiences import AsyncPinterest, errors, models
from pinterest_audiences._model import OPEN, WRITING
from pinterest_audiences._operation import Exchange
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    AudienceType,
    Currency,
    EventData,
    LineItem,
    ObjectiveType,
    UrlCondition,
)
from pydantic import BaseModel, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]

HOME = str(Path(pinterest_audiences.__file__).parents[1])
"""Where another process finds the package."""

GOOD: dict[str, Any] = {"audience_type": "VISITOR", "name": "x", "rule": {"pin_id": ["1"]}}


def wire(model: BaseModel) -> Any:
    """What goes out."""
    return model.model_dump(mode="json", exclude_unset=True)


def refusal(make: Callable[[], object]) -> dict[str, str]:
    """Where something was refused, and as what."""
    with pytest.raises(ValidationError) as caught:
        make()
    return {".".join(map(str, e["loc"])): e["type"] for e in caught.value.errors()}


# Writing.

REFUSED: list[tuple[type[BaseModel], dict[str, Any], str, str]] = [
    (AudienceCreateRequest, {**GOOD, "nme": "y"}, "nme", "extra_forbidden"),
    (AudienceCreateRequest, {"audience_type": "VISITOR", "rule": {}}, "name", "missing"),
    (AudienceCreateRequest, {**GOOD, "name": None}, "name", "string_type"),
    (AudienceCreateRequest, {**GOOD, "name": ["x"]}, "name", "string_type"),
    (AudienceCreateRequest, {**GOOD, "description": None}, "description", "none_forbidden"),
    (AudienceCreateRequest, {**GOOD, "rule": None}, "rule", "model_type"),
    (AudienceCreateRequest, {**GOOD, "rule": Audience()}, "rule", "model_type"),
    (AudienceCreateRequest, {**GOOD, "audience_type": "PASSER_BY"}, "audience_type", "enum"),
    (AudienceCreateRequest, {**GOOD, "audience_type": "visitor"}, "audience_type", "enum"),
    (AudienceCreateRequest, {**GOOD, "audience_type": None}, "audience_type", "enum"),
    (AudienceCreateRequest, {**GOOD, "audience_type": 1}, "audience_type", "enum"),
    (
        AudienceCreateRequest,
        {**GOOD, "audience_type": Currency.EUR},
        "audience_type",
        "enum",
    ),
    (
        AudienceCreateRequest,
        {**GOOD, "ad_account_id": "x1"},
        "ad_account_id",
        "string_pattern_mismatch",
    ),
    (AudienceCreateRequest, {**GOOD, "rule": {"bogus": 1}}, "rule.bogus", "extra_forbidden"),
    (AudienceCreateRequest, {**GOOD, "rule": {"bogus": None}}, "rule.bogus", "extra_forbidden"),
    (AudienceCreateRequest, {**GOOD, "rule": {"bogus": {}}}, "rule.bogus", "extra_forbidden"),
    (AudienceCreateRequest, {**GOOD, "name": 5}, "name", "string_type"),
    (AudienceRule, {"country": 49}, "country", "string_type"),
    (AudienceRule, {"event_source": {"=": [1]}}, "event_source.=.0", "string_type"),
    (AudienceRule, {"event_data": {"value": 116}}, "event_data.value", "string_type"),
    (AudienceRule, {"retention_days": "many"}, "retention_days", "int_parsing"),
    (AudienceRule, {"retention_days": 1.5}, "retention_days", "int_from_float"),
    (AudienceRule, {"retention_days": None}, "retention_days", "none_forbidden"),
    (AudienceRule, {"pin_id": ["1", "x"]}, "pin_id.1", "string_pattern_mismatch"),
    (AudienceRule, {"pin_id": "1"}, "pin_id", "list_type"),
    (AudienceRule, {"pin_id": ["1", None]}, "pin_id.1", "string_type"),
    (AudienceRule, {"objective_type": ["FAME"]}, "objective_type.0", "enum"),
    (AudienceRule, {"event_data": {"currency": "XTS"}}, "event_data.currency", "enum"),
    (
        AudienceRule,
        {"event_data": {"currency": None}},
        "event_data.currency",
        "none_forbidden",
    ),
    (AudienceRule, {"event_source": {"=": "web"}}, "event_source.=", "list_type"),
    (AudienceRule, {"url": {"contains": None}}, "url.contains", "none_forbidden"),
    (
        AudienceRule,
        {"event_data": {"line_items": [{"product_id": 1}, {"product_id": None}]}},
        "event_data.line_items.1.product_id",
        "none_forbidden",
    ),
    (EventData, {"currency": "eur"}, "currency", "enum"),
    (UrlCondition, {"starts_with": "/"}, "starts_with", "extra_forbidden"),
]


@pytest.mark.parametrize(("model", "fields", "where", "what"), REFUSED, ids=str)
def test_the_constructor_refuses(
    model: type[BaseModel], fields: dict[str, Any], where: str, what: str
) -> None:
    """What the description doesn't know, with pydantic's own message that says where."""
    assert refusal(lambda: model(**fields)) == {where: what}


@pytest.mark.parametrize(("model", "fields", "where", "what"), REFUSED, ids=str)
def test_assigning_and_copying_refuse_the_same(
    model: type[BaseModel], fields: dict[str, Any], where: str, what: str
) -> None:
    """One value after the other, and a refused one changes nothing."""
    made = model.model_construct() if model is not AudienceCreateRequest else model(**GOOD)
    name = where.partition(".")[0]
    if name not in fields:
        pytest.skip("nothing to assign")
    before = (made.__dict__.copy(), {*made.model_fields_set}, copy.copy(made.model_extra))

    assert refusal(lambda: setattr(made, name, fields[name])) == {where: what}
    assert refusal(lambda: made.model_copy(update={name: fields[name]})) == {where: what}

    assert (made.__dict__, made.model_fields_set, made.model_extra) == before


def test_every_way_to_write_the_same() -> None:
    """Models, dictionaries, members, their text, and assignment, in any mixture."""
    wanted: dict[str, Any] = {
        "audience_type": "VISITOR",
        "name": "x",
        "rule": {
            "event_data": {"currency": "EUR", "line_items": [{"product_id": 1}]},
            "url": {"=": "/a"},
            "objective_type": ["AWARENESS"],
            "event_source": {"=": ["web"]},
        },
    }
    assigned = AudienceCreateRequest(audience_type="CUSTOMER_LIST", name="y", rule=AudienceRule())
    assigned.audience_type = "VISITOR"
    assigned.name = "x"
    assigned.rule = AudienceRule(url=UrlCondition(equal="/b"))
    assigned.rule.event_data = EventData(currency="USD", line_items=[LineItem(product_id=1)])
    assigned.rule.event_data.currency = Currency.EUR
    assigned.rule.objective_type = [ObjectiveType.AWARENESS]
    assigned.rule.event_source = {"=": ["web"]}
    assert isinstance(assigned.rule.url, UrlCondition)
    assigned.rule.url.equal = "/a"

    made = [
        assigned,
        AudienceCreateRequest(**wanted),
        AudienceCreateRequest.model_validate(wanted),
        AudienceCreateRequest(
            audience_type=AudienceType.VISITOR,
            name="x",
            rule=AudienceRule(
                event_data=EventData(currency=Currency.EUR, line_items=[LineItem(product_id=1)]),
                url=UrlCondition(equal="/a"),
                objective_type=[ObjectiveType.AWARENESS],
                event_source={"=": ["web"]},
            ),
        ),
    ]

    for one in made:
        assert one == assigned
        assert wire(one) == wanted
        assert isinstance(one.audience_type, AudienceType)


def test_an_attribute_that_is_no_field_is_refused() -> None:
    made = AudienceCreateRequest(**GOOD)
    assert refusal(lambda: setattr(made, "nme", "y")) == {"nme": "extra_forbidden"}
    assert refusal(lambda: made.model_copy(update={"nme": "y"})) == {"nme": "extra_forbidden"}
    assert wire(made) == GOOD


def test_a_copy_is_another() -> None:
    made = AudienceCreateRequest(**GOOD)
    changed = made.model_copy(update={"name": "y", "rule": {"pin_id": ["2"]}}, deep=True)

    assert wire(changed) == {**GOOD, "name": "y", "rule": {"pin_id": ["2"]}}
    assert wire(made) == GOOD


def test_fields_of_ones_own_where_the_description_allows_them() -> None:
    """In ``event_data``, beside known ones that stay as strict as anywhere."""
    own: dict[str, Any] = {"currency": "EUR", "shelf": 7, "colours": ["red", None]}
    assert wire(EventData(**own)) == own
    assert wire(AudienceRule(event_data=own)) == {"event_data": own}  # type: ignore[arg-type]
    event = EventData(currency="EUR")
    event.shelf = 8
    assert wire(event) == {"currency": "EUR", "shelf": 8}
    assert wire(event.model_copy(update={"shelf": 9})) == {"currency": "EUR", "shelf": 9}
    assert refusal(lambda: EventData(**{**own, "currency": "XTS"})) == {"currency": "enum"}
    assert refusal(lambda: setattr(event, "currency", "XTS")) == {"currency": "enum"}
    nested = {"line_items": [{"shelf": 7}]}
    assert refusal(lambda: EventData(**nested)).popitem()[1] == "extra_forbidden"  # type: ignore[arg-type]


def test_null_where_the_api_takes_it() -> None:
    """Left out and null are two things, and both can be written."""
    assert wire(Audience(id="1", description=None)) == {"id": "1", "description": None}
    assert wire(Audience(id="1")) == {"id": "1"}
    audience = Audience(id="1")
    audience.size = None
    assert wire(audience) == {"id": "1", "size": None}


def test_numbers_in_text_are_written_as_numbers() -> None:
    """``"180"`` is taken for 180, which is then what is sent."""
    assert wire(AudienceRule(retention_days="180")) == {  # type: ignore[arg-type]
        "retention_days": 180
    }


def test_what_isn_t_known_yet_can_be_sent() -> None:
    """The one explicit way: ``model_validate``, at any depth."""
    new = {
        "audience_type": "PASSER_BY",
        "name": "x",
        "newest": None,
        "rule": {"new": [1], "objective_type": ["FAME"], "event_data": {"own": {"a": 1}}},
    }
    assert wire(AudienceCreateRequest.model_validate(new)) == new

    mixed = AudienceCreateRequest(
        audience_type="VISITOR",
        name="x",
        rule=AudienceRule.model_validate({"new": [1], "event_data": {"own": 1}}),
    )
    assert wire(mixed)["rule"] == {"new": [1], "event_data": {"own": 1}}


def test_a_list_that_was_spoilt_after_the_check(caller: Caller, serve: Serve) -> None:
    """Changing a list in place isn't checked at once; sending it is."""
    made = AudienceCreateRequest(**GOOD)
    assert made.rule.pin_id is not None
    made.rule.pin_id.append(5)  # type: ignore[arg-type]
    server = serve()

    with pytest.raises((ValidationError, errors.RequestError)):
        caller.create(server.base_url, made)

    assert server.connections == 0


# Reading.


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"retention_days": "180"}, 180),
        ({"retention_days": 180.0}, 180),
        ({"prefill": "true"}, True),
        ({"prefill": 1}, True),
        ({"country": 49}, "49"),
        ({"customer_list_id": 643}, "643"),
        ({"pin_id": ["1", 2]}, ["1", "2"]),
        ({"visitor_source_id": 2243719}, "2243719"),
        ({"visitor_source_id": ["1", 2]}, ["1", "2"]),
        ({"event_source": {"=": [1]}}, {"=": ["1"]}),
        ({"event_data": {"value": 116}}, EventData(value="116")),
        ({"event_data": {"value": 116.5}}, EventData(value="116.5")),
        (
            {"event_data": {"line_items": [{"product_price": 48, "product_id": "11"}]}},
            EventData(line_items=[LineItem(product_price="48", product_id=11)]),
        ),
        (
            {"event_data": {"line_items": {"product_price": 48, "product_quantity": "1"}}},
            EventData(line_items=LineItem(product_price="48", product_quantity=1)),
        ),
        ({"url": "/a"}, "/a"),
        ({"url": ["/a"]}, ["/a"]),
        ({"url": {"!=": "/a"}}, UrlCondition(not_equal="/a")),
        ({"objective_type": ["AWARENESS"]}, [ObjectiveType.AWARENESS]),
        ({"objective_type": ["FAME"]}, ["FAME"]),
        ({"event_data": None}, None),
        ({"retention_days": None}, None),
    ],
    ids=str,
)
def test_reading_takes_other_forms(sent: dict[str, Any], read: object) -> None:
    """The declared type is what the caller sees, and what would be sent again."""
    (name,) = sent
    rule = AudienceRule.model_validate(sent)

    found = getattr(rule, name)
    assert found == read
    assert type(found) is type(read)
    again = AudienceRule.model_validate_json(rule.model_dump_json(exclude_unset=True))
    assert again == rule
    assert not rule.model_extra


def test_an_unknown_enum_value_stays_text() -> None:
    """It is no member, compares as text, and can be sent again."""
    event = EventData.model_validate_json('{"currency":"XTS"}')
    assert type(event.currency) is str
    assert wire(event) == {"currency": "XTS"}
    known = EventData.model_validate_json('{"currency":"EUR"}')
    assert known.currency is Currency.EUR
    assert wire(known) == {"currency": "EUR"}


def test_unknown_fields_are_kept() -> None:
    """As attributes, in ``model_extra``, in the repr, and when sent again."""
    sent = {"id": "1", "new": {"a": [1, None]}, "rule": {"newer": "x"}}
    audience = Audience.model_validate(sent)

    assert audience.model_extra == {"new": {"a": [1, None]}}
    assert audience.new == {"a": [1, None]}  # type: ignore[attr-defined]
    assert audience.rule is not None
    assert audience.rule.newer == "x"  # type: ignore[attr-defined]
    assert wire(audience) == sent


def test_the_names_on_the_wire_are_read_even_beside_ours() -> None:
    """A member that happens to be named like our field for ``=`` is another member."""
    read = UrlCondition.model_validate({"=": "a", "equal": "b"}, by_name=False, by_alias=True)
    assert read.equal == "a"
    assert read.model_extra == {"equal": "b"}


def test_what_was_read_can_be_changed() -> None:
    """Assignment checks the new value alone; what was read beside it stays."""
    rule = AudienceRule.model_validate({"new": 1, "objective_type": ["FAME"]})
    rule.retention_days = 30
    assert wire(rule) == {"new": 1, "objective_type": ["FAME"], "retention_days": 30}
    assert wire(rule.model_copy(update={"retention_days": 60}))["retention_days"] == 60
    assert refusal(lambda: setattr(rule, "objective_type", ["FAME"])) == {
        "objective_type.0": "enum"
    }


def test_repr_shows_what_was_set() -> None:
    made = AudienceCreateRequest(**GOOD)
    assert repr(made) == (
        "AudienceCreateRequest(audience_type=<AudienceType.VISITOR: 'VISITOR'>, name='x', "
        "rule=AudienceRule(pin_id=['1']))"
    )
    assert repr(Audience.model_validate({"id": "1", "new": 2})) == "Audience(id='1', new=2)"
    assert repr(UrlCondition(equal="/a")) == "UrlCondition(equal='/a')"


# What models and errors must survive.

COPIES: list[Callable[[Any], Any]] = [
    lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301
    lambda value: pickle.loads(pickle.dumps(value, protocol=2)),  # noqa: S301
    copy.copy,
    copy.deepcopy,
]

VALUES: list[BaseModel] = [
    AudienceCreateRequest(**GOOD),
    AudienceRule(url=UrlCondition(equal="/a"), objective_type=["AWARENESS"]),
    Audience.model_validate({"id": "1", "size": None, "new": [1], "rule": {"newer": 2}}),
    EventData.model_validate({"currency": "XTS", "line_items": [{"product_id": 1}]}),
    models.Error(code=1, message="x"),
]


@pytest.mark.parametrize("again", COPIES, ids=["pickle", "pickle2", "copy", "deepcopy"])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_models_survive(value: BaseModel, again: Callable[[Any], Any]) -> None:
    """Pickling and copying keep values, what was set, and what wasn't known."""
    made = again(value)
    assert type(made) is type(value)
    assert made == value
    assert made.model_fields_set == value.model_fields_set
    assert made.model_extra == value.model_extra
    assert made.model_dump_json(exclude_unset=True) == value.model_dump_json(exclude_unset=True)
    if not isinstance(value, EventData):  # which takes fields of one's own
        assert refusal(lambda: setattr(made, "bogus", 1)) == {"bogus": "extra_forbidden"}


EXCHANGE = Exchange(
    method="POST",
    url="https://api.example.com/v5/x",
    status_code=429,
    headers={"retry-after": "7", "x-pinterest-rid": "1234"},
    content=b"{}",
    retry_after=7.0,
)
MODEL = models.Error(code=8, message="Slow down.")

ERRORS: list[errors.PinterestError] = [
    errors.PinterestError("one"),
    errors.RequestError("two"),
    errors.TransportError("POST", "https://x", "gone", may_have_reached_server=True),
    errors.ApiError(EXCHANGE, MODEL, "no", " (code 8)"),
    errors.RateLimitError(EXCHANGE, MODEL, "slow down", ""),
    errors.ResponseError(EXCHANGE, "unreadable"),
]


@pytest.mark.parametrize("again", COPIES, ids=["pickle", "pickle2", "copy", "deepcopy"])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_survive(error: errors.PinterestError, again: Callable[[Any], Any]) -> None:
    """Class, message and every attribute."""
    made = again(error)
    assert type(made) is type(error)
    assert (str(made), made.args, repr(made)) == (str(error), error.args, repr(error))
    assert made.__dict__ == error.__dict__


def test_every_error_class_is_tried() -> None:
    tried = {type(error).__name__ for error in ERRORS}
    assert tried == {*errors.__all__}
    assert all(isinstance(error, errors.PinterestError) for error in ERRORS)


def test_errors_need_no_http_library_to_be_caught() -> None:
    """The tree in the docstring is the tree of classes, and all of it is in one module."""
    tree = inspect.getdoc(errors) or ""
    for kind in ERRORS:
        assert type(kind).__name__ in tree
        assert type(kind).__module__ == errors.__name__
    assert issubclass(errors.RateLimitError, errors.ApiError)
    assert not issubclass(errors.ResponseError, errors.ApiError)
    assert not hasattr(errors, "httpx")


# Threads and forks.


def echo(peer: Peer) -> None:
    """Answer with an audience that has the request's name, so that a mix-up shows."""
    request = peer.read()
    peer.reply(200, {"id": "1", "name": request.json()["name"]})


def test_threads_share_a_client(caller: Caller, serve: Serve) -> None:
    """Eight threads of twenty calls: each gets its own answer, over no more than 8 connections."""
    server = serve(echo)

    def work(create: Callable[..., Audience]) -> list[tuple[str, str | None]]:
        def one(number: int) -> tuple[str, str | None]:
            name = f"audience {number}"
            body = AudienceCreateRequest(audience_type="VISITOR", name=name, rule=AudienceRule())
            return name, create("1", body).name

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(one, range(160)))

    answers = caller.run(caller.client(server.base_url), work)

    assert len(answers) == 160
    assert all(asked == got for asked, got in answers)
    assert server.posts == 160
    assert server.connections <= 8


FORKING = """
import asyncio, os, sys
from pinterest_audiences import AsyncPinterest, Pinterest
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule

mode, used, base_url = sys.argv[1:]
client = (Pinterest if mode == "sync" else AsyncPinterest)("t", base_url=base_url, timeout=2.0)

def body(name):
    return AudienceCreateRequest(audience_type="VISITOR", name=name, rule=AudienceRule())

async def awaited(names):
    return [(await client.audiences.create("1", body(name))).name for name in names]

def call(*names):
    if mode == "sync":
        got = [client.audiences.create("1", body(name)).name for name in names]
    else:
        got = asyncio.run(awaited(names))
    assert got == [*names], got

if used == "used":
    call("parent")
children = []
for child in ("first child", "second child"):
    children.append(os.fork())
    if not children[-1]:
        try:
            call(child, child, child)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
try:
    call("parent", "parent", "parent")
finally:
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
assert codes == [0, 0], codes
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("used", ["unused", "used"])
def test_a_forked_worker_uses_the_client(mode: str, used: str, serve: Serve) -> None:
    """Processes don't talk over each other's connections, also where one was open at the fork."""
    server = serve(echo)
    # In a process of its own, which has no other threads when it forks.
    done = subprocess.run(
        [sys.executable, "-c", FORKING, mode, used, server.base_url],
        env={**os.environ, "PYTHONPATH": HOME},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    server.close()
    users: dict[int, set[str]] = {}
    for request in server.requests:
        users.setdefault(request.connection, set()).add(request.json()["name"])
    assert all(len(names) == 1 for names in users.values()), users
    assert server.posts == (10 if used == "used" else 9)


LOOPS = """
import asyncio, sys
from pinterest_audiences import AsyncPinterest
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule

client = AsyncPinterest("t", base_url=sys.argv[1], timeout=2.0)
for name in ("one", "two", "three"):
    body = AudienceCreateRequest(audience_type="VISITOR", name=name, rule=AudienceRule())
    try:
        print(asyncio.run(client.audiences.create("1", body)).name)
    except Exception as error:
        print(repr(error))
asyncio.run(client.aclose())
"""


def test_a_client_outlives_its_event_loop(serve: Serve) -> None:
    """One ``asyncio.run`` after the other: each call is answered, and none is sent twice."""
    server = serve(echo)
    done = subprocess.run(
        [sys.executable, "-c", LOOPS, server.base_url],
        env={**os.environ, "PYTHONPATH": HOME},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    server.close()
    assert done.stdout.split("\n") == ["one", "two", "three", ""], done.stderr
    assert server.posts == 3


def test_event_loops_share_a_client(serve: Serve) -> None:
    """Two that live at once, in two threads, call in turns: each keeps its own connection."""
    server = serve(echo)
    client = AsyncPinterest("t", base_url=server.base_url, timeout=2.0)
    loops = [asyncio.new_event_loop() for _ in range(2)]
    threads = [threading.Thread(target=loop.run_forever) for loop in loops]
    for thread in threads:
        thread.start()

    def call(loop: asyncio.AbstractEventLoop, name: str) -> str | None:
        body = AudienceCreateRequest(audience_type="VISITOR", name=name, rule=AudienceRule())
        return asyncio.run_coroutine_threadsafe(one(body), loop).result(5).name

    async def one(body: AudienceCreateRequest) -> Audience:
        return await client.audiences.create("1", body)

    for number in range(4):
        for loop in loops:
            assert call(loop, f"{id(loop)} {number}") == f"{id(loop)} {number}"
    assert (server.posts, server.connections) == (8, 2)

    asyncio.run_coroutine_threadsafe(client.aclose(), loops[0]).result(5)
    for loop in loops:
        with pytest.raises(errors.RequestError, match="the client is closed"):
            call(loop, "late")
    for loop, thread in zip(loops, threads, strict=True):
        # What the other loop was asked to do comes before this in its queue.
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
    gc.collect()  # an open connection would warn here, and a warning fails the test


def test_a_model_goes_to_another_process() -> None:
    """As an argument of a process pool, where everything is imported anew."""
    script = (
        "import pickle, sys; audience = pickle.load(sys.stdin.buffer);"
        "assert audience.model_extra == {'new': 2}; print(audience.id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps(Audience.model_validate({"id": "1", "new": 2})),
        env={**os.environ, "PYTHONPATH": HOME},
        capture_output=True,
        timeout=20,
        check=True,
    )
    assert done.stdout.strip() == b"1"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Colour(StrEnum):
    RED = "red"
    ONE = "1"


READS: TypeAdapter[Any] = TypeAdapter(Annotated[Level | int, OPEN])
READS_TEXT: TypeAdapter[Any] = TypeAdapter(Annotated[Colour | str, OPEN])


@pytest.mark.parametrize(
    ("adapter", "value", "wanted"),
    [
        (READS, 1, Level.LOW),
        (READS, "2", Level.HIGH),
        (READS, 7, 7),
        (READS, "7", 7),
        (READS_TEXT, "red", Colour.RED),
        (READS_TEXT, "blue", "blue"),
        (READS_TEXT, 7, "7"),
        (READS_TEXT, 7.5, "7.5"),
    ],
)
def test_an_open_enumeration_reads_its_own_kind(
    adapter: TypeAdapter[Any], value: Any, wanted: Any
) -> None:
    """What it doesn't list, too: an integer where it lists integers, else text."""
    read = adapter.validate_python(value)
    assert read == wanted
    assert type(read) is type(wanted)
    with pytest.raises(ValidationError):
        adapter.validate_python("new", context=WRITING)


@pytest.mark.parametrize("value", ["seven", "7.5", False, None, [], {}, 7.5])
def test_what_is_no_integer_is_no_value_of_an_integer_enumeration(value: Any) -> None:
    with pytest.raises(ValidationError):
        READS.validate_python(value)


@pytest.mark.parametrize("value", [True, None, [], {}])
def test_what_is_no_text_is_no_value_of_an_enumeration(value: Any) -> None:
    with pytest.raises(ValidationError):
        READS_TEXT.validate_python(value)
