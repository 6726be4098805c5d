"""A program that uses every public part of the generated client; type checkers are silent on it."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pinterest_audiences
from pinterest_audiences import (
    NO_CREDENTIALS,
    AsyncPinterest,
    Options,
    Pinterest,
    ResponseInfo,
    Retry,
)
from pinterest_audiences.errors import (
    ApiError,
    BadRequestError,
    InternalServerError,
    PermissionDeniedError,
    PinterestError,
    RateLimitError,
    ResponseError,
    TransportError,
)
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    AudienceType,
    Error,
    EventData,
    LineItem,
    ObjectiveType,
    UrlCondition,
)
from pinterest_audiences.testing import Fake, Fault, Received, Reply


def request() -> AudienceCreateRequest:
    """A request that uses each kind of field."""
    rule = AudienceRule(
        visitor_source_id=["549755885175"],
        retention_days=180,
        url=UrlCondition(contains="/shoes/"),
        event_source={"=": ["web", "mobile"]},
        event_data=EventData(currency="USD", line_items=[LineItem(product_id=11)]),
        objective_type=[ObjectiveType.AWARENESS],
    )
    rule.prefill = True
    return AudienceCreateRequest(audience_type=AudienceType.VISITOR, name="Visitors", rule=rule)


def unknown_yet() -> AudienceCreateRequest:
    """What the description doesn't know yet, sent on purpose."""
    return AudienceCreateRequest.model_validate(
        {"audience_type": "SOMETHING_NEW", "name": "x", "rule": {"brand_new": 1}}
    )


def objectives(audience: Audience) -> list[str]:
    """An enumeration's member and a value that it doesn't know yet are told apart."""
    rule = audience.rule
    found: list[str] = []
    for objective in (rule.objective_type if rule else None) or []:
        if isinstance(objective, ObjectiveType):
            found.append(objective.name)
        else:
            found.append(f"unknown: {objective}")
    return found


def explain(error: PinterestError) -> str:
    """Each error, by what the caller can do next."""
    match error:
        case RateLimitError(retry_after=float(seconds)):
            return f"again in {seconds} s"
        case PermissionDeniedError(error=Error(message=str(words))):
            return f"not allowed: {words}"
        case BadRequestError() | InternalServerError():
            return error.error.message or "no words" if error.error else str(error.status_code)
        case ApiError():
            documented = error.error
            code = documented.code if documented is not None else error.status_code
            return f"{code}, request {error.request_id}, {len(error.body)} bytes"
        case TransportError():
            return "look whether it exists" if error.may_have_reached_server else "safe to repeat"
        case ResponseError():
            return f"made, but unreadable: {error.body!r}"
        case _:
            return str(error)


class NoPost(Retry):
    """A retry policy of one's own."""

    def wait(
        self, error: TransportError | ApiError, *, attempt: int, idempotent: bool
    ) -> float | None:
        """Never repeats what isn't idempotent."""
        return super().wait(error, attempt=attempt, idempotent=idempotent) if idempotent else None


def synchronous() -> list[str]:
    """The synchronous client over the fake."""
    fake = Fake()
    fake.audiences_create.answers(
        Audience(id="1", name="made"), Reply(403, {"code": 29, "message": "no"}), Fault.DROPPED
    )
    said: list[str] = []
    info = ResponseInfo()
    with Pinterest(lambda: "token", transport=fake, retry=NoPost(), timeout=5.0) as pinterest:
        for _ in range(3):
            try:
                audience = pinterest.audiences.create(
                    "549755885175",
                    request(),
                    options=Options(
                        response=info, timeout=httpx.Timeout(3.0), headers={"x-trace": "1"}
                    ),
                )
            except PinterestError as error:
                said.append(explain(error))
            else:
                said += [str(audience.name), str(info.status_code), *objectives(audience)]
    first: Received[AudienceCreateRequest] = fake.audiences_create.calls[0]
    said.append(first.body.name)
    return said


async def asynchronous() -> str | None:
    """The asynchronous client over the fake, its token from a coroutine."""

    async def token() -> str:
        await asyncio.sleep(0)
        return "token"

    async with AsyncPinterest(token, transport=Fake()) as pinterest:
        body = {"audience_type": "VISITOR", "name": "ACME", "rule": {"visitor_source_id": "7"}}
        audience = await pinterest.audiences.create("549755885175", body)
    return audience.id


def injected() -> Pinterest:
    """An HTTP client and an authentication of the caller's own."""
    auth = httpx.BasicAuth("user", "password")
    return Pinterest(auth, http_client=httpx.Client(), base_url="https://test.example/v5")


def without_a_token() -> tuple[Pinterest, AsyncPinterest]:
    """Clients whose token somebody else adds."""
    return Pinterest(NO_CREDENTIALS), AsyncPinterest(NO_CREDENTIALS, transport=Fake())


def from_the_environment() -> tuple[Pinterest, AsyncPinterest]:
    """Clients whose token is an environment variable."""
    one = Pinterest.from_env(timeout=httpx.Timeout(3.0), retry=NoPost(), transport=Fake())
    return one, AsyncPinterest.from_env(http_client=httpx.AsyncClient(), deadline=60)


def audible() -> None:
    """What happens on the wire, in the log."""
    logging.getLogger("pinterest_audiences").setLevel(logging.DEBUG)


def first_pin(rule: pinterest_audiences.models.AudienceRule) -> str | None:
    """Return a value by modules that are attributes of the package."""
    pinterest_audiences.testing.Fake()
    pins = rule.pin_id or []
    return pins[0] if pins else None
