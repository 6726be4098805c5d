"""Every way in which a call of the case fails, and the class of its error."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.answers import Answer, Pieces, Recorder, Reply, answering
from tests.support.clients import connect
from tests.support.generated_case import Case

FOLDER = Path(__file__).parent
KEY = "whsec_c3BlY2xvY2s="
THING = {"name": "a"}
Way = Callable[[Case, str], object]


def client_of(side: Case, mode: str, *replies: Reply, token: Any = "token", **settings: Any) -> Any:
    """Return a client whose server answers so."""
    return connect(side.package, mode, Recorder(*replies), token, **settings)


def create(*replies: Reply, body: Any = THING, **more: Any) -> Way:
    def way(side: Case, mode: str) -> None:
        with client_of(side, mode, *replies) as client:
            client.things.create(body, **more)

    return way


def listing(*replies: Reply, **settings: Any) -> Way:
    def way(side: Case, mode: str) -> None:
        with client_of(side, mode, *replies, **settings) as client:
            client.things.list()

    return way


def paging(*replies: Reply) -> Way:
    def way(side: Case, mode: str) -> None:
        with client_of(side, mode, *replies) as client:
            list(client.things.list_all())

    return way


def watching(*replies: Reply, **settings: Any) -> Way:
    def way(side: Case, mode: str) -> None:
        with client_of(side, mode, *replies, **settings) as client:
            list(client.things.watch())

    return way


def saving(*replies: Reply) -> Way:
    def way(side: Case, mode: str) -> None:
        with client_of(side, mode, *replies) as client:
            client.things.picture_stream().save("/dev/null")

    return way


def waiting(*replies: Reply, deadline: float = 9.0) -> Way:
    def way(side: Case, mode: str) -> None:
        wait = side.package.Wait(pause=0.001, deadline=deadline)
        with client_of(side, mode, *replies) as client:
            client.jobs.start_and_wait(wait=wait)

    return way


def drawing(picture: Any) -> Way:
    def way(side: Case, mode: str) -> None:
        with client_of(side, mode, 204) as client:
            client.things.draw({"picture": picture})

    return way


def signing_in(reply: Reply) -> Way:
    def way(side: Case, mode: str) -> None:
        login = side.package.ClientCredentials("me", "secret")
        with client_of(side, mode, reply, token=login) as client:
            client.things.list()

    return way


def parsing(name: str, headers: dict[str, str] | None = None) -> Way:
    def way(side: Case, _mode: str) -> None:
        webhooks = importlib.import_module(f"{side.package.__name__}.webhooks")
        own = webhooks.sign(b"[]", KEY) if headers is None else headers
        webhooks.parse(name, b"[]", own, key=KEY)

    return way


def parse_late(side: Case, _mode: str) -> None:
    webhooks = importlib.import_module(f"{side.package.__name__}.webhooks")
    name = webhooks.sign.__globals__["sign_body"].__module__.rpartition(".")[0]
    signatures = importlib.import_module(f"{name}.standard_webhooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signatures.time, "time", lambda: 1e9)
        headers = webhooks.sign(b"{}", KEY)
    webhooks.parse("thing.made", b"{}", headers, key=KEY)


def sign_without_key(side: Case, _mode: str) -> None:
    importlib.import_module(f"{side.package.__name__}.webhooks").sign(b"{}", "")


def of_environment(side: Case, mode: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMPLE_TOKEN_CLIENT_ID", "me")
        connect(side.package, mode, make="from_env")


def wrong_client_header(side: Case, mode: str) -> None:
    client_of(side, mode, 204, headers={"x-a": "a\nb"})


def wrong_option(side: Case, mode: str) -> None:
    with client_of(side, mode, 204) as client:
        client.things.list(options=side.package.Options(headers={"x-a": "a\nb"}))


def wrong_secret(side: Case, mode: str) -> None:
    with client_of(side, mode, 204, token=" ") as client:
        client.things.list()


def closed_client(side: Case, mode: str) -> None:
    client = client_of(side, mode, 204)
    with client:
        pass
    client.things.list()


def another_media_type(side: Case, mode: str) -> None:
    with client_of(side, mode, 204) as client:
        client.things.labels(accept="image/png")


def past_deadline(side: Case, mode: str) -> None:
    with client_of(side, mode, [], deadline=1e-9) as client:
        client.things.list()


def raw_value(side: Case, mode: str) -> None:
    with client_of(side, mode, answering(200, b"{")) as client:
        client.raw(client.things.list).value  # noqa: B018 - it raises


def faulty_fake(side: Case, mode: str) -> None:
    testing = importlib.import_module(f"{side.package.__name__}.testing")
    fake = testing.Fake()
    fake.things_create.answers(testing.Fault.REFUSED)
    with connect(side.package, mode, None, "token", transport=fake) as client:
        client.things.create(THING)


def refusing_fake(side: Case, mode: str) -> None:
    testing = importlib.import_module(f"{side.package.__name__}.testing")
    fake = testing.Fake()
    fake.things_create.answers(testing.Reply(409, {"message": "no"}))
    with connect(side.package, mode, None, "token", transport=fake) as client:
        client.things.create(THING)


def events(*pieces: bytes) -> Answer:
    kind = {"content-type": "text/event-stream"}
    return lambda _: httpx.Response(200, headers=kind, stream=Pieces(pieces))


def breaking_off(kind: str) -> Answer:
    """Return a server that drops the connection amid the body."""

    def body() -> Any:
        yield b"data: "
        raise httpx.ReadError("dropped")

    return lambda _: httpx.Response(200, headers={"content-type": kind}, stream=Pieces(body()))


PAGE = {"data": ["a"], "next": "/things?a=1"}
STATUSES = {
    400: "BadRequestError", 401: "AuthenticationError", 402: "ApiError",
    403: "PermissionDeniedError", 404: "NotFoundError", 405: "ApiError", 409: "ConflictError",
    418: "ApiError", 422: "UnprocessableEntityError", 429: "RateLimitError", 499: "ApiError",
    500: "InternalServerError", 501: "InternalServerError", 503: "InternalServerError",
    599: "InternalServerError", 302: "ApiError", 304: "ApiError",
}  # fmt: skip
WAYS: dict[str, tuple[Way, str]] = {
    **{str(status): (create(status), name) for status, name in STATUSES.items()},
    "a success that failed": (listing({"ok": False, "data": []}), "ApiError"),
    "a page that failed": (paging({"ok": False, "data": []}), "ApiError"),
    "an unreadable success": (listing(answering(200, b"{")), "ResponseError"),
    "a strict client": (listing({"data": [], "more": 1}, strict=True), "ResponseError"),
    "a success kept as it arrived": (raw_value, "ResponseError"),
    "a part of a body": (listing(206), "ResponseError"),
    "a body that isn't gzip": (listing(answering(200, b"{}", content_encoding="gzip")),
                               "ResponseError"),
    "no connection": (listing(httpx.ConnectError("refused")), "TransportError"),
    "a time-out": (listing(httpx.ReadTimeout("late")), "TransportError"),
    "a deadline": (past_deadline, "TransportError"),
    "a header of a call": (wrong_option, "RequestError"),
    "a header argument": (create(204, x_mark="a\nb"), "RequestError"),
    "text that has no UTF-8": (create(204, body={"name": "\ud800"}), "RequestError"),
    "a header of the client": (wrong_client_header, "RequestError"),
    "an environment variable": (of_environment, "RequestError"),
    "an empty token": (wrong_secret, "RequestError"),
    "a closed client": (closed_client, "RequestError"),
    "another media type": (another_media_type, "RequestError"),
    "a page elsewhere": (paging({**PAGE, "next": "https://else.example"}), "ResponseError"),
    "a page that repeats": (paging(PAGE), "ResponseError"),
    "a page without a list": (paging({"data": "abc"}), "ResponseError"),
    "a second page": (paging(PAGE, 503), "InternalServerError"),
    "events that are refused": (watching(404), "NotFoundError"),
    "events that break off": (watching(breaking_off("text/event-stream")), "TransportError"),
    "an event that is too long": (watching(events(b"data: abcdefghijkl\n\n"), max_size=9),
                                  "ResponseError"),
    "a strict event": (watching(events(b"event: sold\ndata: {}\n\n"), strict=True),
                       "ResponseError"),
    "a download that is refused": (saving(403), "PermissionDeniedError"),
    "a download that breaks off": (saving(breaking_off("application/octet-stream")),
                                   "TransportError"),
    "a file that isn't there": (drawing(FOLDER / "nowhere.png"), "RequestError"),
    "a job that failed": (waiting({"id": "1", "state": "failed"}), "WaitError"),
    "a job that takes long": (waiting({"id": "1", "state": "new"}, deadline=0.01), "WaitError"),
    "a job that is gone": (waiting({"id": "1", "state": "new"}, 404), "NotFoundError"),
    "a token that is refused": (signing_in(401), "AuthError"),
    "a token that is late": (signing_in(httpx.ReadTimeout("late")), "TransportError"),
    "an unknown webhook": (parsing("thing.sold"), "WebhookError"),
    "a webhook without a signature": (parsing("thing.made", {}), "SignatureError"),
    "an old webhook": (parse_late, "TimestampError"),
    "a key that is empty": (sign_without_key, "WebhookError"),
    "a fake that refuses": (refusing_fake, "ConflictError"),
    "a fake that drops": (faulty_fake, "TransportError"),
}  # fmt: skip
