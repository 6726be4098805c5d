"""What breaks the users of other clients of this API doesn't break the users of this one.

Each test is something that a server or a caller does and at least one client, measured with a
scripted server, answered with an exception, with silence or with a second audience.
"""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import AsyncPinterest, Pinterest, errors
from pinterest_audiences._http import httpx
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    Currency,
    EventData,
    LineItem,
    ObjectiveType,
    UrlCondition,
)
from pydantic import ValidationError

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.support.answers import Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]
    Body = Callable[..., AudienceCreateRequest]


def test_the_server_echoes_event_data(caller: Caller, serve: Serve, answered: Answered) -> None:
    """The official SDK raises, after the audience was created."""
    event_data = {
        "currency": "EUR",
        "line_items": {"product_id": 501, "product_price": "64.50"},
        "value": "129.00",
    }
    server = serve(answered(200, {"id": "1", "rule": {"event_data": event_data}}))

    audience = caller.create(server.base_url)

    assert audience.rule is not None
    assert audience.rule.event_data == EventData(
        currency=Currency.EUR,
        line_items=LineItem(product_id=501, product_price="64.50"),
        value="129.00",
    )
    assert server.posts == 1


def test_the_response_has_a_new_enum_value(
    caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Four of five raise, after the audience was created."""
    rule = {
        "event_data": {"currency": "XTS"},
        "objective_type": ["FAME", "AWARENESS"],
    }
    server = serve(answered(200, {"audience_type": "PASSER_BY", "status": "NEW", "rule": rule}))

    audience = caller.create(server.base_url)

    assert audience.audience_type == "PASSER_BY"
    assert audience.status == "NEW"
    assert audience.rule is not None and audience.rule.event_data is not None
    assert audience.rule.event_data.currency == "XTS"
    assert not isinstance(audience.rule.event_data.currency, Currency)
    assert audience.rule.objective_type == ["FAME", ObjectiveType.AWARENESS]
    assert isinstance(audience.rule.objective_type[1], ObjectiveType)


def test_text_where_an_integer_is_declared(
    caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Three of five raise."""
    rule = {
        "retention_days": "180",
        "percentage": "5",
        "event_data": {"line_items": [{"product_id": "11", "product_quantity": "1"}]},
    }
    server = serve(answered(200, {"size": "2400", "rule": rule}))

    audience = caller.create(server.base_url)

    assert audience.size == 2400
    assert audience.rule is not None and audience.rule.event_data is not None
    assert (audience.rule.retention_days, audience.rule.percentage) == (180, 5)
    assert audience.rule.event_data.line_items == [LineItem(product_id=11, product_quantity=1)]


def test_line_items_as_an_array(
    caller: Caller, serve: Serve, answered: Answered, body: Body
) -> None:
    """The documentation's own example, numbers for text included; all five raise."""
    items = [{"product_id": "11", "product_quantity": "1", "product_price": 48}]
    event_data = {"value": 116, "line_items": items}
    server = serve(answered(200, {"id": "1", "rule": {"event_data": event_data}}))
    rule = AudienceRule(
        event_data=EventData(line_items=[LineItem(product_id=11), LineItem(product_id=12)])
    )

    audience = caller.create(server.base_url, body(rule=rule))

    assert server.requests[0].json()["rule"] == {
        "event_data": {"line_items": [{"product_id": 11}, {"product_id": 12}]}
    }
    assert audience.rule is not None and audience.rule.event_data is not None
    assert audience.rule.event_data.value == "116"
    assert audience.rule.event_data.line_items == [
        LineItem(product_id=11, product_quantity=1, product_price="48")
    ]


@pytest.mark.parametrize(
    "url",
    [
        {"contains": "/view_item/shoe"},
        UrlCondition(contains="/view_item/shoe"),
        {"=": "https://shop.example.com/"},
        UrlCondition(equal="https://shop.example.com/"),
        "https://shop.example.com/",
        ["https://shop.example.com/a", "https://shop.example.com/b"],
    ],
    ids=repr,
)
def test_url_as_a_condition(
    url: Any, caller: Caller, serve: Serve, answered: Answered, body: Body
) -> None:
    """Documented, and four of five raise. It comes back as it went out."""
    wire = url.model_dump(exclude_unset=True) if isinstance(url, UrlCondition) else url
    server = serve(answered(200, {"id": "1", "rule": {"url": wire}}))

    audience = caller.create(server.base_url, body(rule=AudienceRule(url=url)))

    assert server.requests[0].json()["rule"] == {"url": wire}
    assert audience.rule is not None
    assert audience.rule.url == (UrlCondition(**url) if isinstance(url, dict) else url)


def test_an_unknown_field_in_the_response(caller: Caller, serve: Serve, answered: Answered) -> None:
    """One client drops it, one can't read it. Here it is readable, and can be sent again."""
    sent = {"id": "1", "new": {"a": [1]}, "rule": {"newer": True, "event_data": {"own": "x"}}}
    server = serve(answered(200, sent))

    audience = caller.create(server.base_url)

    assert audience.new == {"a": [1]}  # type: ignore[attr-defined]
    assert audience.rule is not None and audience.rule.event_data is not None
    assert audience.rule.model_extra == {"newer": True}
    assert audience.rule.event_data.model_extra == {"own": "x"}

    again = AudienceCreateRequest(audience_type="VISITOR", name="x", rule=audience.rule)
    caller.create(server.base_url, again)
    assert server.requests[1].json()["rule"] == sent["rule"]


@pytest.mark.parametrize(
    "rule",
    [
        {"visitor_source_id": "1", "retention_day": 30},
        {"event_dat": {"currency": "EUR"}},
        {"event_data": {"line_items": {"product": 1}}},
        {"event_data": {"line_items": [{"product_id": 1}, {"product": 1}]}},
        {"event_data": {"line_items": [{"product_id": 1}, {"product": None}]}},
        {"url": {"starts_with": "/x"}},
    ],
    ids=repr,
)
def test_an_unknown_key_in_the_rule(
    rule: dict[str, Any], caller: Caller, serve: Serve, body: Body
) -> None:
    """One client drops it silently. Here it is refused by name, before anything is sent."""
    server = serve()

    with pytest.raises(ValidationError, match=r"Extra inputs are not permitted"):
        caller.create(server.base_url, body(rule=rule))

    assert server.connections == 0


def test_null_against_left_out(caller: Caller, serve: Serve, answered: Answered) -> None:
    """Only two clients can tell them apart, in either direction."""
    server = serve(answered(200, {"id": "1", "description": None}), answered(200, {"id": "1"}))

    null = caller.create(server.base_url)
    left_out = caller.create(server.base_url)

    assert null.description is None and left_out.description is None
    assert "description" in null.model_fields_set
    assert "description" not in left_out.model_fields_set
    assert null.model_dump_json(exclude_unset=True) == '{"id":"1","description":null}'
    assert left_out.model_dump_json(exclude_unset=True) == '{"id":"1"}'
    assert "description" not in server.requests[0].json()
    assert Audience(description=None) == Audience.model_validate({"description": None})


def test_null_where_the_request_takes_none(body: Body) -> None:
    """The request's description may be left out, but not be null; the response's may."""
    with pytest.raises(ValidationError, match="no null here; leave the field out"):
        body(description=None)


def test_a_json_error(caller: Caller, serve: Serve, answered: Answered) -> None:
    """One client returns the error as if it were a result."""
    error = {"code": 29, "message": "Not allowed"}
    server = serve(answered(403, error, x_pinterest_rid="1234"))

    with pytest.raises(errors.ApiError) as caught:
        caller.create(server.base_url)

    url = f"{server.base_url}/ad_accounts/1/audiences"
    assert str(caught.value) == f"POST {url} → 403: Not allowed (code 29, request 1234)"
    assert caught.value.error is not None
    assert (caught.value.error.code, caught.value.error.message) == (29, "Not allowed")
    assert (caught.value.status_code, caught.value.request_id) == (403, "1234")
    assert caught.value.headers["content-type"] == "application/json"
    assert server.posts == 1


def test_a_gateway_answers_html(caller: Caller, serve: Serve, answered: Answered) -> None:
    """One client raises a JSON decoding error."""
    html = b"<html><h1>502 Bad Gateway</h1></html>"
    server = serve(answered(502, html, content_type="text/html"))

    with pytest.raises(errors.ApiError, match=r"→ 502: Bad Gateway, 37 bytes of text/html") as it:
        caller.create(server.base_url)

    assert (it.value.error, it.value.body) == (None, html)
    assert server.posts == 1


def test_the_socket_is_dropped_after_the_body_was_read(caller: Caller, serve: Serve) -> None:
    """One SDK sends the POST three times, and makes three audiences."""

    def drop(peer: Peer) -> None:
        peer.read()
        peer.close()

    server = serve(drop)

    with pytest.raises(errors.TransportError, match="may have processed it") as caught:
        caller.create(server.base_url)

    assert caught.value.may_have_reached_server
    server.close()
    assert server.posts == 1


def test_no_timeout_given(mode: str, body: Body) -> None:
    """Four of five wait for ever. Here every step has its time, and the whole has too."""
    seen: list[dict[str, Any]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, json={"id": "1"})

    if mode == "sync":
        with Pinterest("t", transport=httpx.MockTransport(handle)) as client:
            client.audiences.create("1", body())
    else:
        import asyncio

        async def run() -> None:
            async with AsyncPinterest("t", transport=httpx.MockTransport(handle)) as client:
                await client.audiences.create("1", body())

        asyncio.run(run())

    assert seen[0].keys() == {"connect", "read", "write", "pool"}
    assert all(0 < seconds <= 60 for seconds in seen[0].values())
    kind = Pinterest if mode == "sync" else AsyncPinterest
    assert 0 < inspect.signature(kind).parameters["deadline"].default <= 600


def test_repr_of_the_client(caller: Caller, token: str) -> None:
    """One shows the token."""
    client = caller.client("https://api.example.com/v5")
    for thing in (client, client.audiences, client._sender, client._sender.settings):
        assert token not in repr(thing)
    assert repr(client).endswith("Pinterest(base_url='https://api.example.com/v5')")


def test_pickling(caller: Caller, serve: Serve, answered: Answered) -> None:
    """Several fail to pickle a model or an error."""
    server = serve(
        answered(200, {"id": "1", "new": 1, "rule": {"objective_type": ["FAME", "AWARENESS"]}}),
        answered(429, {"code": 8, "message": "Slow down."}, retry_after="60"),
    )
    audience = caller.create(server.base_url)
    with pytest.raises(errors.RateLimitError) as caught:
        caller.create(server.base_url)

    for copied in (pickle.loads(pickle.dumps(audience)), copy.deepcopy(audience)):  # noqa: S301
        assert copied == audience
        assert copied.model_fields_set == audience.model_fields_set
        assert copied.model_extra == {"new": 1}
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert isinstance(error, errors.RateLimitError)
    assert str(error) == str(caught.value)
    assert error.retry_after == 60.0
    assert error.error == caught.value.error
    assert error.headers["retry-after"] == "60"
