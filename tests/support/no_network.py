"""A guard that refuses and records all use of the network in this process."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_EVENTS = {
    "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr",
    "socket.gethostbyname", "socket.sendmsg", "socket.sendto",
}  # fmt: skip
_records: list[list[str]] = []
"""The records of the guards in use; the audit hook itself cannot be removed."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if not _records or not event.startswith("socket."):
        return
    is_internet = event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6)
    if is_internet or event in _EVENTS:
        place = arguments[0] if event.startswith("socket.get") else arguments[1]
        name = place.decode() if isinstance(place, bytes) else place
        _records[-1].append(f"{event} {name}")
        raise ConnectionRefusedError("the network is refused in this test")


@cache
def _install() -> None:
    sys.addaudithook(_refuse)


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse name look-ups, connections and internet sockets (PEP 578); return what was refused."""
    _install()
    _records.append([])
    try:
        yield _records[-1]
    finally:
        _records.pop()
