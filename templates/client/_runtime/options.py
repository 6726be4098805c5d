"""What a caller can tune, for a client or for one call, checked; and the facts of the API."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any, cast

from .content import ACCEPTED
from .deviations import ResponseSettings
from .encoding import as_any_json, in_form, is_json_type, utf8
from .errors import RequestError
from .headers import header_safe, safe_headers
from .http import httpx
from .operation import Credential, Operation, RequestBuilder
from .retry import Retry

ENDLESS = 1e9
"""Seconds, 31 years: a longer time-out isn't set, since sockets refuse much longer ones."""
Choice = Callable[[Operation[Any], Mapping[str, Credential], str], Iterable[Credential]]
"""Returns the credentials that an operation needs, of those that the client of a package has."""


@dataclass(kw_only=True, eq=False, repr=False)
class Api:
    """The facts of an API as a whole."""

    package: str
    """The name of its package, by which it is logged."""
    errors: Any
    """The module ``errors`` of its package."""
    version: str
    address: str
    """The URL of its server; empty if it describes none."""
    base_path: str = ""
    """The path that is added to a ``base_url`` without one."""
    keys: tuple[tuple[str, str], ...] = ()
    """The place and name of each secret: header, query or cookie of a key, body of a member."""
    request_id_header: str = ""
    """The response header, in lower case, with the server's id of a request."""
    reset_header: str = ""
    """The response header, in lower case, that tells when the rate limit resets."""
    resets_at: bool = False
    """True if that is a Unix time, not a number of seconds."""
    choose: Choice | None = None
    """None if every operation needs all credentials."""

    def __post_init__(self) -> None:
        logging.getLogger(self.package).addHandler(logging.NullHandler())


@dataclass(kw_only=True, eq=False, repr=False)
class Settings(ResponseSettings):
    """The arguments of a client."""

    api: Api
    base_url: str
    headers: Mapping[str, str] | None = None
    timeout: float | httpx.Timeout = 30.0
    deadline: float | None = 300.0
    retry: Retry = Retry()  # noqa: RUF009 - frozen
    follow_redirects: bool = False
    credentials: Mapping[str, Credential]
    is_described: bool | None = None
    """True if ``base_url`` is the description's; another one replaces the servers of operations."""
    http_client: InitVar[Any] = None

    def __post_init__(self, http_client: Any) -> None:
        _check_base_url(self.base_url)
        if self.deadline is None:
            self.deadline = math.inf
        check_kind("timeout", self.timeout, httpx.Timeout)
        _check_types(vars(self))
        most: object = self.max_size
        if most is not None and (type(most) is not int or most <= 0):
            raise TypeError("max_size must be a number of bytes, or None for no limit")
        if self.is_described is None:
            self.is_described = self.api.address in ("", self.base_url)
        self.base_url = self.base_url.rstrip("/")
        if self.base_url.count("/") == 2:
            self.base_url += self.api.base_path
        self.steps = limit_steps(httpx.Timeout(self.timeout).as_dict())
        theirs: Mapping[str, str] = {} if http_client is None else http_client.headers
        self.sent_headers = {
            "connection": "keep-alive",
            **theirs,
            "accept-encoding": ", ".join(ACCEPTED),
            "user-agent": f"{self.api.package.rpartition('.')[2]}/{self.api.version}",
            **safe_headers(self.headers or {}),
        }

    def server(self, operation: Operation[Any]) -> str:
        """Return the URL that the operation's path is appended to.

        That is the server of the operation itself, if the description has one: a path at the API's
        origin, or a URL, which a ``base_url`` replaces that isn't the description's.
        """
        server = operation.server
        if server.startswith("/"):
            return "/".join(self.base_url.split("/", 3)[:3]) + server.rstrip("/")
        return server.rstrip("/") if server and self.is_described else self.base_url

    def chosen(self, operation: Operation[Any]) -> list[Credential]:
        """Return the credentials to send; raise :class:`RequestError` if one is missing."""
        if self.api.choose is None:
            return [*self.credentials.values()]
        return [*self.api.choose(operation, self.credentials, self.api.package)]


@dataclass
class ResponseInfo:
    """What happened on the wire; a call fills it in if it is given as ``Options(response=…)``.

    It is filled in for errors too; without a complete response, ``status_code`` stays 0.
    """

    status_code: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """The response's headers, names in lower case."""
    body: bytes = field(default=b"", repr=False)
    """The response's body; empty where it is read as a stream."""
    request_id: str | None = None
    """The server's id of the request, which the API's support may ask for."""
    attempts: int = 0
    """How many times the request went out."""
    elapsed: float = 0.0
    """Seconds from the call to its end, pauses included."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of one call, each None to leave the setting of the client as it is."""

    timeout: float | httpx.Timeout | None = None
    """Seconds to wait for a connection, for each read and each write, and for the pool."""
    deadline: float | None = None
    """Seconds that the call may take altogether; ``float("inf")`` for no limit."""
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    """More headers; they win over the client's own."""
    query: Mapping[str, Any] | None = field(default=None, repr=False)
    """More of the query: values, lists as repeated parameters, the members of a mapping."""
    body: Any = field(default=None, repr=False)
    """Another body, unchecked, in place of the described one if there is one: JSON data, or with
    ``content_type`` text or bytes."""
    content_type: str = ""
    """The media type of ``body``, by default the described one, or else ``application/json``."""
    retry: Retry | None = None
    """Another policy, for instance ``Retry(attempts=1)`` for none."""
    response: ResponseInfo | None = None
    """Where to note status, headers and request id."""

    def __post_init__(self) -> None:
        """Raises ``TypeError`` for a value of another type, ``ValueError`` for no time-out."""
        _check_types({name: value for name, value in vars(self).items() if value is not None})


def checked_options(method: str, options: Options | None) -> Options:
    """Return the options of a call; raises ``TypeError`` for what are none."""
    if options is None:
        return DEFAULTS
    if not isinstance(cast("object", options), Options):
        fact = f"options must be Options(…), not {type(options).__name__}"
        raise TypeError(f"{method}: {fact}; nothing was sent")
    return options


_TYPES: dict[str, tuple[Any, str]] = {
    "retry": (Retry, "a Retry"),
    "on_deviation": (Callable, "a function"),
    "strict": (bool, "True or False"),
    "follow_redirects": (bool, "True or False"),
    "query": (Mapping, "a Mapping"),
    "response": (ResponseInfo, "a ResponseInfo"),
}
"""The types of arguments of a client and of options of a call, and their names."""


def _check_types(values: Mapping[str, object]) -> None:
    """Raise ``TypeError`` for a value of another type, and ``ValueError`` for no time-out."""
    for name, (kind, words) in _TYPES.items():
        if name in values and not isinstance(values[name], kind):
            raise TypeError(f"{name} must be {words}, not {type(values[name]).__name__}")
    for name in ("timeout", "deadline"):
        if name in values:
            check_seconds(name, values[name])


DEFAULTS = Options()


def write_options(options: Options, operation: Operation[Any], builder: RequestBuilder) -> None:
    """Write what a call sends although it isn't described so; its headers come last.

    Raises :class:`RequestError` for what can't be sent.
    """
    if options.query:
        builder.query += in_form(options.query)
    if options.body is not None or options.content_type:
        described = "" if operation.body is None else operation.body.media_type
        _write_body(options.body, options.content_type, described, builder)
    if options.headers is not None:
        builder.headers.update(safe_headers(options.headers))


def _write_body(body: Any, media_type: str, described: str, builder: RequestBuilder) -> None:
    """Write another body than the described one, whose media type may be needed.

    Raises :class:`RequestError` for a body without a media type, and for a media type alone.
    """
    takes_json = is_json_type(described)
    if isinstance(body, str) and (media_type or (described and not takes_json)):
        body = utf8(body)
    if isinstance(body, bytes) and not described.startswith("multipart/"):  # has a boundary
        media_type = media_type or described
    if body is None or (isinstance(body, bytes) and not media_type):
        raise RequestError("Options needs both body and content_type; nothing was sent")
    media_type = media_type or (described if takes_json else "application/json")
    content = body if isinstance(body, bytes) else as_any_json(body)
    builder.set_body(content, header_safe("content-type", media_type))


def _check_base_url(base_url: str) -> None:
    """Raise ``ValueError``, which doesn't show the URL: it may contain a password."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL("")
    labels = url.raw_host.removesuffix(b".").split(b".")
    is_host = all(0 < len(label) < 64 for label in labels) and 0 < (url.port or 1) < 65536
    more = url.userinfo or url.query or url.fragment
    if url.scheme not in ("https", "http") or not is_host or more:
        raise ValueError("base_url must be https:// (or http://), a host and a path, nothing else")


def limit_steps(
    steps: Mapping[str, float | None], seconds: float = math.inf
) -> dict[str, float | None]:
    """Return the time-outs of the steps of a request, none longer than some seconds.

    One that is None, or endless, is None.
    """
    limited: dict[str, float | None] = {}
    for step, limit in steps.items():
        shorter = seconds if limit is None else min(limit, seconds)
        limited[step] = shorter if shorter < ENDLESS else None
    return limited


def check_kind(name: str, value: object, wanted: type) -> None:
    """Raise ``TypeError`` for an object of another HTTP library, or of the other kind of client."""
    for base in type(value).__mro__:
        family = base.__module__.partition(".")[0]
        if family in ("httpx", "httpx2") and not isinstance(value, wanted):
            made_for = f"this client is made for {httpx.__name__}.{wanted.__name__}"
            raise TypeError(f"{name} is an {family}.{base.__name__}; {made_for}")


def check_seconds(name: str, value: object) -> None:
    """Raise ``TypeError`` or ``ValueError`` unless it is a time-out, or more than 0 seconds."""
    if hasattr(value, "as_dict"):  # an httpx.Timeout
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not value > 0:  # NaN neither
        raise ValueError(f"{name} must be more than 0 seconds")
