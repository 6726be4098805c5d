"""One GET, its answer whole or an explanation; ``http.client`` does the parsing (RFC 9112)."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import Unreachable
from ..version import __version__
from .dial import Clock, Wire, connected, request
from .urls import Url

_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; ``data`` only with status 200."""

    status: int
    data: bytes = b""
    etag: str = ""
    modified: str = ""
    location: str = ""


def get(
    url: Url,
    clock: Clock,
    max_size: int,
    progress: Callable[[int, int | None], None],
    validators: Mapping[str, str],
) -> Answer:
    """Ask for ``url`` once; ``Unreachable`` where no answer came, or none that can be used."""
    with _explained(url, clock):
        sock, target, extra = connected(url, clock)
        with sock:
            wire = Wire(sock, clock)
            header = {
                "Host": url.authority,
                "Accept": "application/yaml, application/json, */*;q=0.8",
                "Accept-Encoding": "gzip",
                "User-Agent": f"speclock/{__version__}",
                "Connection": "close",
                **({"Authorization": url.authorization} if url.authorization else {}),
                **extra,
                **validators,
            }
            wire.sendall(request(f"GET {target}", header))
            response = wire.response()
            found = {
                name: _printable(response.headers.get(key, ""))
                for name, key in (
                    ("etag", "ETag"), ("modified", "Last-Modified"), ("location", "Location"),
                )
            }  # fmt: skip
            data = b""
            if response.status == 200:
                data = _body(url, response, max_size, progress)
            return Answer(response.status, data, **found)


def _printable(value: str) -> str:
    """A header's value; one over several lines counts for nothing."""
    return value if value.isprintable() else ""


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _body(
    url: Url,
    response: http.client.HTTPResponse,
    max_size: int,
    progress: Callable[[int, int | None], None],
) -> bytes:
    """The document, unpacked; whole, or not at all."""
    total = response.length
    if total is not None and total > max_size:
        raise _too_large(url, max_size)
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise Unreachable(
            url.shown, f"the answer is packed as {coding!r}", "Only gzip can be unpacked."
        )
    packed, unpacked = coding.endswith("gzip"), _Unpacked(max_size)
    parts: list[bytes] = []
    done = 0
    while chunk := response.read(_CHUNK):
        done += len(chunk)
        progress(done, total)
        parts.append(unpacked.more(chunk) if packed else chunk)
        if done > max_size or unpacked.size > max_size:
            raise _too_large(url, max_size)
    if total is not None and done < total:
        raise http.client.IncompleteRead(b"", total - done)
    if packed and not unpacked.finished:
        raise http.client.IncompleteRead(b"")
    return b"".join(parts)


class _Unpacked:
    """gzip (RFC 1952), one member after the other, never more than a limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.finished = False
        self._unpacker = zlib.decompressobj(_GZIP)

    def more(self, chunk: bytes) -> bytes:
        """What ``chunk`` adds; stops soon after the limit, whatever is left of the chunk."""
        parts: list[bytes] = []
        while chunk and self.size <= self.limit:
            part = self._unpacker.decompress(chunk, self.limit - self.size + 1)
            self.size += len(part)
            self.finished = self._unpacker.eof
            parts.append(part)
            chunk = self._unpacker.unconsumed_tail
            if self.finished:
                chunk = self._unpacker.unused_data
                self._unpacker = zlib.decompressobj(_GZIP)
        return b"".join(parts)


def _too_large(url: Url, max_size: int) -> Unreachable:
    return Unreachable(
        url.shown,
        f"the document has more than {max_size:,} bytes",
        "Check the URL: is it a description?",
    )


# ── explaining ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _explained(url: Url, clock: Clock) -> Generator[None]:
    """Whatever goes wrong with a connection, in plain words; most particular first."""
    try:
        yield
    except TimeoutError:
        slow = time.monotonic() < clock.end
        limit = clock.connect if slow else clock.seconds
        what = "no connection" if slow else "no whole answer"
        raise _gone(url, f"{what} within {limit:g} seconds", "Try again later.") from None
    except ssl.SSLCertVerificationError as error:
        fact = f"its certificate isn't trusted: {error.verify_message}"
        raise _gone(url, fact, "Check the host, and this machine's certificates.") from None
    except ssl.SSLError as error:
        fact = f"TLS failed: {error.reason or error}"
        raise _gone(url, fact, "Check that the port speaks https.") from None
    except socket.gaierror as error:
        fact = f"the host {url.host!r} isn't known: {error.strerror}"
        raise _gone(url, fact, "Check the URL and the network.") from None
    except http.client.IncompleteRead:
        raise _gone(url, "the document ended before its end", "Try again.") from None
    except http.client.HTTPException as error:
        fact = f"the answer isn't HTTP: {error!r}"
        raise _gone(url, fact, "Check the URL.") from None
    except zlib.error:
        raise _gone(url, "the answer isn't the gzip that it says", "Try again.") from None
    except OSError as error:
        fact = f"no connection: {error.strerror or error}"
        raise _gone(url, fact, "Check the URL and the network.") from None


def _gone(url: Url, fact: str, remedy: str) -> Unreachable:
    return Unreachable(url.shown, fact, remedy)
