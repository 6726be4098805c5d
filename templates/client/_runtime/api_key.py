"""A key as a credential; in a log of the HTTP library it is hidden."""

from __future__ import annotations

import logging
from typing import Any

from .auth import NoCredentials, Secret
from .encoding import quoted
from .headers import header_fault
from .http import httpx
from .operation import RequestBuilder


class _Mask(logging.Filter):
    """Hides API keys in the addresses that the HTTP library logs."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._masked, record.args))
        return True

    def _masked(self, value: object) -> object:
        if isinstance(value, httpx.URL):
            for name in self.names & set(value.params):
                value = value.copy_set_param(name, "hidden")
        return value


_MASK = _Mask()


class ApiKey(Secret):
    """A key in a header, in the query or in a cookie."""

    __slots__ = ("name", "place", "prefix")

    def __init__(self, value: Any, place: str, name: str, prefix: str = "") -> None:
        super().__init__(value)
        if not isinstance(value, NoCredentials):
            self.auth = None  # a key is text, and one more httpx.Auth would have no place
        self.place = place
        self.name = name
        self.prefix = prefix
        if place == "query":
            _MASK.names.add(name)
            logging.getLogger(httpx.__name__).addFilter(_MASK)

    def write(self, builder: RequestBuilder, secret: Any) -> str:
        if not isinstance(secret, str) or not secret:
            return f"the key for {self.name} must be text that isn't empty, or NO_CREDENTIALS"
        builder.secrets.append(secret.removeprefix(self.prefix))
        if not secret.startswith(self.prefix):
            secret = self.prefix + secret
        if self.place == "header":
            builder.headers[self.name.lower()] = secret
            return header_fault(self.name, secret)
        if self.place == "query":
            if not secret.isprintable():
                return f"the key for {self.name} can't be in a URL"
            builder.query.append(f"{quoted(self.name)}={quoted(secret)}")
            return ""
        if ";" in secret:
            return f"the key for the cookie {self.name} holds a semicolon, which would end it"
        builder.cookies.append(f"{self.name}={secret}")
        return header_fault("cookie", f"{self.name}={secret}")
