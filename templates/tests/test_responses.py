"""Each documented response of the description, read back or raised."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any, cast

import pytest


def test_reads_back(
    api: Any,
    mode: str,
    response_case: dict[str, Any],
    plain: Callable[[Any], Any],
    extras: Callable[[Any], list[str]],
    same: Callable[[Any, Any], bool],
) -> None:
    """Every value arrives, in the class that the method promises and under its field."""
    result = api.call(mode, response_case, api.respond(response_case))

    if response_case["codec"] == "none":
        assert result is None
        return
    if response_case["codec"] == "bytes":
        assert result == str(response_case["body"]).encode()
        return
    assert same(plain(result), response_case["body"]), plain(result)
    assert response_case["model"] in ("", type(result).__name__)
    assert response_case.get("has_extras") or not extras(result)


def test_is_raised(
    api: Any,
    mode: str,
    error_case: dict[str, Any],
    plain: Callable[[Any], Any],
    same: Callable[[Any, Any], bool],
) -> None:
    """A documented error raises ApiError with the documented model, and explains itself."""
    header = api.data["environment"]["request_id_header"]
    headers = {header: "rid-1"} if header else {}

    with pytest.raises(api.errors.ApiError) as caught:
        api.call(mode, error_case, api.respond(error_case, **headers))

    error = caught.value
    assert error.status_code == error_case["status"]
    assert str(error_case["status"]) in str(error)
    assert error.request_id == ("rid-1" if header else None)
    assert len(api.sent) == 1
    if error_case["codec"] == "json":
        assert same(plain(error.error), error_case["body"])
        assert json.loads(error.body) == error_case["body"]
        body: Any = error_case["body"]
        message: Any = cast("dict[str, Any]", body).get("message") if isinstance(body, dict) else 0
        if isinstance(message, str) and hasattr(error.error, "message"):
            assert message[:50] in str(error)
    thawed = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    for copied in (thawed, copy.copy(error), copy.deepcopy(error)):
        assert str(copied) == str(error)
        assert copied.status_code == error.status_code


def test_an_undocumented_success_is_an_error(
    api: Any, mode: str, call_case: dict[str, Any]
) -> None:
    """A success that the description doesn't know says that the call did succeed."""
    if call_case["undocumented"] is None:
        return
    with pytest.raises(api.errors.ResponseError, match="did succeed"):
        api.call(mode, call_case, api.answer(call_case["undocumented"], content=b"{}"))


def test_a_redirect_is_not_followed(api: Any, mode: str, call_case: dict[str, Any]) -> None:
    """A redirect could carry the credentials to another place."""
    away = {"location": "https://elsewhere.example/"}
    with pytest.raises(api.errors.ApiError) as caught:
        api.call(mode, call_case, api.answer(302, headers=away))

    assert caught.value.status_code == 302
    assert len(api.sent) == 1


def test_too_many_requests_says_how_long(api: Any, mode: str, call_case: dict[str, Any]) -> None:
    """A 429 is an error of its own, with the wait that the server asks for."""
    with pytest.raises(api.errors.RateLimitError) as caught:
        api.call(mode, call_case, api.answer(429, headers={"retry-after": "7"}))

    assert caught.value.retry_after == 7.0


def test_no_answer_is_a_transport_error(api: Any, mode: str, call_case: dict[str, Any]) -> None:
    """A connection that is never made is told apart from one that is dropped."""

    def refuse(_: Any) -> Any:
        raise api.httpx.ConnectError("refused")

    def drop(_: Any) -> Any:
        raise api.httpx.ReadError("dropped")

    for server, reached in ((refuse, False), (drop, True)):
        with pytest.raises(api.errors.TransportError) as caught:
            api.call(mode, call_case, server)
        assert caught.value.may_have_reached_server is reached
        assert caught.value.__cause__ is not None


def test_secrets_stay_hidden(api: Any, mode: str, call_case: dict[str, Any]) -> None:
    """No repr and no message shows a credential."""
    secrets = list(api.data["environment"]["credentials"].values())
    server = api.answer(500)
    with pytest.raises(api.errors.ApiError) as caught:
        api.call(mode, call_case, server)

    client = api.client(mode, server)
    for secret in secrets:
        for text in (str(caught.value), repr(caught.value), repr(client)):
            assert str(secret) not in text
