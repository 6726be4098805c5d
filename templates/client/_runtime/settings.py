"""The arguments of a client, checked, and the facts of an API as a whole."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from functools import lru_cache
from typing import Any

from .content import ACCEPTED
from .deviations import ResponseSettings
from .errors import RequestError
from .headers import safe_headers
from .http import httpx
from .operation import Credential, Operation
from .retry import Retry
from .words import one_line

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
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    choose: Choice | None = None
    """None if every operation needs all credentials."""
    is_described: bool | None = None
    """True if ``base_url`` is the description's; another one replaces the servers of operations."""
    http_client: InitVar[Any] = None

    def __post_init__(self, http_client: Any) -> None:
        _check_base_url(self.base_url)
        if self.deadline is None:
            self.deadline = math.inf
        check_kind("timeout", self.timeout, httpx.Timeout)
        check_seconds({"timeout": self.timeout, "deadline": self.deadline})
        most: object = self.max_size
        if most is not None and (type(most) is not int or most <= 0):
            raise TypeError("max_size must be a number of bytes, or None for no limit")
        values = vars(self)
        if not isinstance(values["retry"], Retry):
            raise TypeError("retry must be a Retry")
        if not callable(values["on_deviation"]):
            raise TypeError("on_deviation must be a function")
        for name in ("strict", "follow_redirects"):
            if type(values[name]) is not bool:
                raise TypeError(f"{name} must be True or False")
        if self.is_described is None:
            self.is_described = self.api.address in ("", self.base_url)
        self.base_url = self.base_url.rstrip("/")
        if self.base_url.count("/") == 2:
            self.base_url += self.api.base_path
        self.steps = time_outs(self.timeout)
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
        if self.choose is None:
            return [*self.credentials.values()]
        return [*self.choose(operation, self.credentials, self.api.package)]


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


def time_outs(timeout: float | httpx.Timeout | None) -> dict[str, float | None]:
    """Return the time-outs of the steps of a request in seconds; None where there is none."""
    steps = httpx.Timeout(timeout).as_dict()
    for step, limit in steps.items():
        if limit is not None and limit >= ENDLESS:
            steps[step] = None
    return steps


def check_kind(name: str, value: object, wanted: type) -> None:
    """Raise ``TypeError`` for an object of another HTTP library, or of the other kind of client."""
    for base in type(value).__mro__:
        family = base.__module__.partition(".")[0]
        if family in ("httpx", "httpx2") and not isinstance(value, wanted):
            made_for = f"this client is made for {httpx.__name__}.{wanted.__name__}"
            raise TypeError(f"{name} is an {family}.{base.__name__}; {made_for}")


def check_seconds(values: Mapping[str, object]) -> None:
    """Raise ``TypeError`` or ``ValueError`` unless each is a time-out, or more than 0 seconds."""
    for name, value in values.items():
        if hasattr(value, "as_dict"):  # an httpx.Timeout
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
        if not value > 0:  # NaN neither
            raise ValueError(f"{name} must be more than 0 seconds")


def checked_url(url: str) -> httpx.URL:
    """Parse a URL; raise :class:`RequestError` if it is too long for the HTTP library."""
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as cause:
        raise RequestError(f"{one_line(str(cause))}; nothing was sent") from cause


cached_url = lru_cache(maxsize=1024)(checked_url)
"""Parsing takes as long as reading a small response."""
