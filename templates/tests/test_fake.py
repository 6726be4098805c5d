"""The fake server that the package brings for the tests of its users."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import re
from collections.abc import Callable
from typing import Any, cast

import pytest


@pytest.fixture
def testing(api: Any) -> Any:
    """The package's module for tests."""
    return importlib.import_module(f"{api.package_name}.testing")


def fake_of(api: Any, testing: Any, **settings: Any) -> Any:
    """A fake at the address that the cases' client calls."""
    environment = api.data["environment"]
    if environment["needs_base_url"]:
        settings["base_url"] = environment["base_url"]
    return testing.Fake(**settings)


def script_of(fake: Any, case: dict[str, Any]) -> Any:
    """What scripts and records the operation of a case."""
    return getattr(fake, case["constant"])


def posted(api: Any, mode: str, fake: Any, case: dict[str, Any], content: bytes) -> Any:
    """Send a body that no model has checked, as the case's call would."""
    request = api.send("sync", case)
    headers = {"content-type": request.headers["content-type"]}

    async def chunks() -> Any:
        yield content

    if mode == "sync":
        with api.httpx.Client(transport=fake) as client:
            return client.request(request.method, request.url, headers=headers, content=content)

    async def run() -> Any:
        async with api.httpx.AsyncClient(transport=fake) as client:
            url = request.url
            return await client.request(request.method, url, headers=headers, content=chunks())

    return asyncio.run(run())


def changed(case: dict[str, Any], **members: Any) -> bytes:
    """A case's body with other members."""
    return json.dumps({**cast("dict[str, Any]", case["body"]), **members}).encode()


def test_takes_each_request_of_the_description(
    api: Any, testing: Any, mode: str, request_case: dict[str, Any], plain: Callable[[Any], Any]
) -> None:
    """It answers with the description's example, and notes what it got as the caller sent it."""
    fake = fake_of(api, testing, strict=not request_case.get("has_extras"))
    with contextlib.suppress(api.errors.ResponseError):  # where there is no example
        api.call(mode, request_case, api.answer(200), transport=fake)

    (received,) = script_of(fake, request_case).calls
    assert received.headers["user-agent"] == api.user_agent(request_case)
    if request_case.get("codec") == "json":
        sent = api.body(request_case)
        assert type(received.body) is type(sent)
        assert plain(received.body) == plain(sent)


def test_answers_by_script(
    api: Any,
    testing: Any,
    mode: str,
    response_case: dict[str, Any],
    plain: Callable[[Any], Any],
) -> None:
    """A full reply, and a result as the method returns it, come back alike."""
    if response_case["codec"] != "json":
        return
    fake = fake_of(api, testing, strict=False)
    script = script_of(fake, response_case)
    kind = {"Content-Type": response_case["content_type"]}
    script.answers(testing.Reply(response_case["status"], response_case["body"], kind))
    result = api.call(mode, response_case, api.answer(200), transport=fake)
    assert type(result).__name__ == response_case["model"] or not response_case["model"]
    assert len(script.calls) == 1
    if isinstance(result, str):
        return

    script.answers(result)
    again = api.call(mode, response_case, api.answer(200), transport=fake)
    assert plain(again) == plain(result)
    assert len(script.calls) == 2

    script.answers(result)
    response = script.reply(api.httpx.Request("GET", "https://api.example.com"))
    assert "json" in response.headers["content-type"] or result is None


def test_answers_in_turn(api: Any, testing: Any, mode: str, any_case: dict[str, Any]) -> None:
    """Faults and replies, one after the other; the last one stays."""
    fake = fake_of(api, testing, strict=not any_case.get("has_extras"))
    script = script_of(fake, any_case)
    faults = {
        testing.Fault.TIMEOUT: (api.httpx.ReadTimeout, True),
        testing.Fault.DROPPED: (api.httpx.ReadError, True),
        testing.Fault.REFUSED: (api.httpx.ConnectError, False),
    }
    assert set(faults) == set(testing.Fault)
    script.answers(*faults, testing.Reply(418, "a teapot", {"X-Kind": "pot"}))

    for cause, reached in faults.values():
        with pytest.raises(api.errors.TransportError) as failed:
            api.call(mode, any_case, api.answer(200), transport=fake)
        assert type(failed.value.__cause__) is cause
        assert failed.value.may_have_reached_server is reached
    for _ in range(2):
        with pytest.raises(api.errors.ApiError) as caught:
            api.call(mode, any_case, api.answer(200), transport=fake)
        assert caught.value.status_code == 418
        assert caught.value.body == b"a teapot"
        assert caught.value.headers["x-kind"] == "pot"


def test_writes_replies(testing: Any) -> None:
    """JSON data says that it is JSON, unless the reply says something else."""
    response = testing.Reply(201, {"a": [1, None]}).response()
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"a": [1, None]}

    response = testing.Reply(200, [], {"Content-Type": "application/x-odd"}).response()
    assert response.headers["content-type"] == "application/x-odd"
    response = testing.Reply(200, "text", {"Content-Type": "application/json"}).response()
    assert response.content == b'"text"'
    assert testing.Reply(204).response().content == b""
    assert testing.Reply(200, b"\xff").response().content == b"\xff"


def test_refuses_what_is_no_operation(api: Any, testing: Any, mode: str) -> None:
    """The message lists what there is."""
    fake = fake_of(api, testing)
    url = f"{api.data['environment']['base_url']}/no/such/operation/anywhere"

    def purge() -> None:
        with api.httpx.Client(transport=fake) as client:
            client.request("PURGE", url)

    async def purge_async() -> None:
        async with api.httpx.AsyncClient(transport=fake) as client:
            await client.request("PURGE", url)

    with pytest.raises(testing.Refused, match="no operation for PURGE"):
        asyncio.run(purge_async()) if mode == "async" else purge()
    assert issubclass(testing.Refused, AssertionError)


def test_refuses_a_body_that_doesnt_fit(
    api: Any, testing: Any, mode: str, json_case: dict[str, Any]
) -> None:
    """The message names the field; without ``strict`` unknown members pass."""
    fake = fake_of(api, testing)
    assert posted(api, mode, fake, json_case, changed(json_case)).status_code < 300
    with pytest.raises(testing.Refused, match="the body"):
        posted(api, mode, fake, json_case, b'"text"')

    model: Any = api.body(json_case).__class__
    for name, info in model.model_fields.items():
        if info.is_required():
            wire = info.alias or name
            body = {key: value for key, value in json_case["body"].items() if key != wire}
            with pytest.raises(testing.Refused, match=re.escape(wire)):
                posted(api, mode, fake, json_case, json.dumps(body).encode())
    odd = changed(json_case, slip_of_the_pen=1)
    if model.takes_extras__:  # of any type, or of one
        return
    with pytest.raises(testing.Refused, match="slip_of_the_pen"):
        posted(api, mode, fake, json_case, odd)
    generous = fake_of(api, testing, strict=False)
    assert posted(api, mode, generous, json_case, odd).status_code < 300
    assert len(script_of(generous, json_case).calls) == 1


def test_has_a_fixture(api: Any, testing: Any) -> None:
    """``pytest_plugin`` gives the fake, by the client's name."""
    plugin = importlib.import_module(f"{api.package_name}.pytest_plugin")

    assert any(name.startswith("fake_") for name in vars(plugin))
    assert plugin.Fake is testing.Fake
