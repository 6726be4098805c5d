"""POSTs that may be repeated, because each call has a key of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec
from tests.support.loopback import calls

if TYPE_CHECKING:
    from tests.support.answers import Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]

PAYMENT = {"cents": 7}
KEY = "idempotency-key"


@pytest.fixture
def case(load_case: Callable[[str], Case]) -> Case:
    return load_case("idempotency")


def dropped(peer: Peer) -> None:
    """Read a request to its end, and drop the connection."""
    peer.read()
    peer.reset()


def keys(server: Server, header: str = KEY) -> list[str]:
    return [request.headers.get(header, "") for request in server.requests]


def paying(case: Case, **more: Any) -> tuple[str, dict[str, Any]]:
    return "payments.create", {"body": case.models.Payment(**PAYMENT), **more}


def test_a_dropped_connection_is_repeated_with_the_same_key(
    case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    """Another call has another key."""
    server = serve(dropped, answered(201, PAYMENT))
    pay = paying(case)
    first, second = calls(case.package, mode, [pay, pay], base_url=server.location)
    assert (first.cents, second.cents) == (7, 7)
    one, again, other = keys(server)
    assert one == again != other
    assert UUID(one).version == UUID(other).version == 4
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_status_of_a_gateway_is_repeated(
    status: int, case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(answered(status), answered(201, PAYMENT))
    calls(case.package, mode, [paying(case)], base_url=server.location)
    one, again = keys(server)
    assert one == again != ""


@pytest.mark.parametrize("status", [400, 409, 500])
def test_another_status_is_not(
    status: int, case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(answered(status))
    with pytest.raises(case.errors.ApiError):
        calls(case.package, mode, [paying(case)], base_url=server.location)
    assert server.posts == 1


@pytest.mark.parametrize("where", ["argument", "options", "both"])
def test_a_key_of_the_caller(
    where: str, case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    """The options of the call win, as for every header."""
    more: dict[str, Any] = {}
    if where != "options":
        more["idempotency_key"] = "mine"
    if where != "argument":
        more["options"] = case.package.Options(headers={"Idempotency-Key": "chosen"})
    server = serve(dropped, answered(201, PAYMENT))
    calls(case.package, mode, [paying(case, **more)], base_url=server.location)
    assert keys(server) == ["mine" if where == "argument" else "chosen"] * 2


def test_a_header_of_the_client_is_no_key_of_a_call(
    case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(answered(201, PAYMENT))
    fixed = {"Idempotency-Key": "all the same"}
    pay = paying(case)
    calls(case.package, mode, [pay, pay], base_url=server.location, headers=fixed)
    one, other = keys(server)
    assert one != other
    assert "all the same" not in (one, other)


def test_a_required_parameter_may_be_left_out(
    case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(dropped, answered(204))
    calls(case.package, mode, [("payments.change", {"id": "1"})], base_url=server.location)
    one, again = keys(server, "x-idempotency-key")
    assert UUID(one) == UUID(again)


def test_a_stream_has_a_key(case: Case, mode: str, serve: Serve, answered: Answered) -> None:
    server = serve(dropped, answered(200, b'{"cents":7}\n', content_type="application/jsonl"))
    if mode == "sync":
        with (
            case.package.Sample(base_url=server.location) as client,
            client.journal.tail() as stream,
        ):
            assert [item.cents for item in stream] == [7]
    else:
        ((item,),) = calls(case.package, mode, [("journal.tail", {})], base_url=server.location)
        assert item.cents == 7
    one, again = keys(server)
    assert one == again != ""


@pytest.mark.parametrize("method", ["receipts.create", "refunds.change"])
def test_a_post_without_a_key_is_sent_once(
    method: str, case: Case, mode: str, serve: Serve
) -> None:
    """It has none, or only the caller can make it: it doesn't admit a UUID."""
    server = serve(dropped)
    with pytest.raises(case.errors.TransportError) as caught:
        calls(case.package, mode, [(method, {})], base_url=server.location)
    assert caught.value.may_have_reached_server
    assert len(server.requests) == 1
    assert keys(server) == [""]


@pytest.mark.parametrize("method", ["refunds.create", "refunds.change"])
def test_a_key_that_only_the_caller_can_make(
    method: str, case: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(dropped, answered(204))
    given = [(method, {"idempotency_key": "12345678"})]
    calls(case.package, mode, given, base_url=server.location)
    assert keys(server) == ["12345678", "12345678"]


def test_a_get_has_no_key(case: Case, mode: str, serve: Serve, answered: Answered) -> None:
    server = serve(answered(204))
    calls(case.package, mode, [("payments.list", {})], base_url=server.location)
    assert keys(server) == [""]


def test_the_retry_policy_counts(case: Case, mode: str, serve: Serve) -> None:
    server = serve(dropped)
    once = case.package.Retry(attempts=1)
    with pytest.raises(case.errors.TransportError):
        calls(case.package, mode, [paying(case)], base_url=server.location, retry=once)
    assert server.posts == 1


# ── the setting ──────────────────────────────────────────────────────────────────────────────────

SPEC = """\
openapi: 3.0.3
info: {title: Kiosk, version: "1"}
servers: [{url: https://kiosk.example}]
paths:
  /papers:
    post: {operationId: papers/order, responses: {"204": {description: None.}}}
    patch: {operationId: papers/change, responses: {"204": {description: None.}}}
    put: {operationId: papers/replace, responses: {"204": {description: None.}}}
"""


@pytest.fixture(scope="module")
def kiosk(cases: GeneratedCases) -> Case:
    return load_spec(cases, "kiosk", SPEC, 'idempotency_header = "X-Request-Key"')


@pytest.mark.parametrize("method", ["papers.order", "papers.change"])
def test_the_setting_is_for_every_post_and_patch(
    method: str, kiosk: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(dropped, answered(204))
    calls(kiosk.package, mode, [(method, {})], base_url=server.location)
    one, again = keys(server, "x-request-key")
    assert UUID(one) == UUID(again)


def test_a_put_needs_no_key(kiosk: Case, mode: str, serve: Serve, answered: Answered) -> None:
    server = serve(dropped, answered(204))
    calls(kiosk.package, mode, [("papers.replace", {})], base_url=server.location)
    assert keys(server, "x-request-key") == ["", ""]


def test_a_setting_that_is_no_header(tmp_path: Path) -> None:
    outcome = generate_spec(tmp_path, "kiosk", SPEC, 'idempotency_header = "my key"')
    assert outcome.code == 2
    assert "idempotency_header must be the name of a header" in outcome.err


def test_the_code_is_only_where_an_operation_needs_it(
    case: Case, load_case: Callable[[str], Case]
) -> None:
    for topic, wanted in ((case, True), (load_case("security"), False)):
        source = Path(str(topic.modules["_operation"].__file__)).read_text(encoding="utf-8")
        assert ("uuid4" in source) is wanted
