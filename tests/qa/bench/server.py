"""A loopback HTTP/1.1 server that answers every request with the same audience.

It keeps connections open and does as little as it can, so that what is measured is the client.
Prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.bench.payloads import RESPONSE

ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-pinterest-rid: 1234567890\r\n"
    b"content-length: %d\r\n\r\n%s"
) % (len(RESPONSE), RESPONSE)
LENGTH = b"content-length:"


class Connection(asyncio.Protocol):
    """Answers each whole request on one connection."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            start = self._buffer[:head].lower().find(LENGTH)
            length = 0
            if start >= 0:
                length = int(self._buffer[start + len(LENGTH) : head].split(b"\r\n", 1)[0])
            if len(self._buffer) < head + 4 + length:
                return
            self._buffer = self._buffer[head + 4 + length :]
            assert self._transport is not None
            self._transport.write(ANSWER)


async def serve() -> None:
    """Serve on a free port until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
