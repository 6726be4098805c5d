"""A connection to a server, over a proxy if the environment names one, under a deadline.

The socket's time-out is set anew from what is left of the deadline before each read, so a server
that drips its header or body letter by letter doesn't hold the caller.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

from ..errors import Unreachable
from .urls import Url, parse_url

_Address = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """The deadline of a whole fetch, in seconds of the monotonic clock."""

    end: float
    seconds: float
    connect: float

    @classmethod
    def starting(cls, seconds: float, connect: float) -> Clock:
        """A clock that starts now."""
        return cls(time.monotonic() + seconds, seconds, connect)

    def left(self) -> float:
        """Seconds until the deadline; raises TimeoutError when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Wire(io.RawIOBase):
    """A connected socket, as ``http.client`` wants it: what it sends and reads is timed."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        super().__init__()
        self.sock = sock
        self.clock = clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.clock.left())
        return self.sock.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(self.clock.left())
        self.sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def response(self) -> http.client.HTTPResponse:
        """Read a status line and a header."""
        response = http.client.HTTPResponse(cast("socket.socket", self), method="GET")
        response.begin()
        return response


def request(line: str, header: Mapping[str, str]) -> bytes:
    """A request without a body, as it goes out."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    return f"{line} HTTP/1.1\r\n{fields}\r\n".encode("latin-1")


def connected(url: Url, clock: Clock) -> tuple[socket.socket, str, dict[str, str]]:
    """A connection to the server or its proxy, the request's target, and headers for a proxy."""
    named = "" if proxy_bypass(url.host) else getproxies().get(url.scheme, "")
    if not named:
        return _secured(_dialled(url.host, url.port, clock), url, clock), url.target, {}
    proxy = parse_url(named if "://" in named else f"http://{named}", insecure=True)
    sock = _secured(_dialled(proxy.host, proxy.port, clock), proxy, clock)
    login = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
    if url.scheme == "http":
        return sock, url.key, login
    try:
        wire = Wire(sock, clock)
        authority = f"{url.authority.removesuffix(f':{url.port}')}:{url.port}"
        wire.sendall(request(f"CONNECT {authority}", {"Host": authority, **login}))
        status = wire.response().status
        if status != 200:
            raise Unreachable(
                url.shown,
                f"the proxy {proxy.shown} answered with status {status}",
                "Check https_proxy and no_proxy in the environment.",
            )
    except BaseException:
        sock.close()
        raise
    return _secured(sock, url, clock), url.target, {}


def _secured(sock: socket.socket, url: Url, clock: Clock) -> socket.socket:
    """``sock`` under TLS where the URL says https, its certificate checked."""
    if url.scheme == "http":
        return sock
    try:
        sock.settimeout(clock.left())
        return ssl.create_default_context().wrap_socket(sock, server_hostname=url.host)
    except BaseException:
        sock.close()
        raise


def _dialled(host: str, port: int, clock: Clock) -> socket.socket:
    """A connection to the first address of ``host`` that answers."""
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in _looked_up(host, port, clock):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(min(clock.connect, clock.left()))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure


def _looked_up(
    host: str, port: int, clock: Clock
) -> list[tuple[socket.AddressFamily, socket.SocketKind, int, str, _Address]]:
    """The addresses of ``host``, in a thread of its own: a look-up can't be interrupted."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            found.append(error)
        except UnicodeError:
            found.append(socket.gaierror(socket.EAI_NONAME, "no such name"))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(min(clock.connect, clock.left()))
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return found
