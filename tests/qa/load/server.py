"""A server that answers some calls and fails the others, in turn by the number in their body.

    python server.py

It prints its port, and counts the POSTs that it has read completely: ``GET /counts`` has them by
number.
"""

from __future__ import annotations

import asyncio
import collections
import json
import socket
import struct
from collections.abc import Awaitable, Callable

posts: collections.Counter[int] = collections.Counter()


class Connection:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def read(self) -> tuple[bytes, bytes]:
        """Return the first line and the body of a request."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *fields = head.rstrip().split(b"\r\n")
        length = 0
        for field in fields:
            name, _, value = field.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return first, await self.reader.readexactly(length)

    async def send(self, data: bytes, pause: float = 0.0) -> None:
        """Send data, with a pause after each byte if there is one."""
        pieces = [data[at : at + 1] for at in range(len(data))] if pause else [data]
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause)

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def response(value: object) -> tuple[bytes, bytes]:
    """Return the head and the body of a response."""
    body = json.dumps(value).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body), body


async def answer(connection: Connection, number: int) -> bool:
    """Send an audience."""
    head, body = response({"id": str(number)})
    await connection.send(head + body)
    return True


async def drop(connection: Connection, _: int) -> bool:
    """Close the connection without a response."""
    connection.writer.close()
    return False


async def reset(connection: Connection, _: int) -> bool:
    """Reset the connection."""
    connection.reset()
    return False


async def stall(connection: Connection, _: int) -> bool:
    """Send nothing until the client has left."""
    await connection.reader.read()
    return False


async def cut_off(connection: Connection, number: int) -> bool:
    """Send half of a body."""
    head, body = response({"id": str(number)})
    await connection.send(head + body[:5])
    connection.writer.close()
    return False


async def send_body_slowly(connection: Connection, number: int) -> bool:
    """Send a body that takes longer than any deadline."""
    head, body = response({"id": str(number), "name": "x" * 100})
    await connection.send(head)
    await connection.send(body, pause=0.3)
    return True


async def send_headers_slowly(connection: Connection, number: int) -> bool:
    """Send headers that take longer than any deadline."""
    head, body = response({"id": str(number), "name": "x" * 100})
    await connection.send(head + body, pause=0.3)
    return True


Behaviour = Callable[[Connection, int], Awaitable[bool]]
BEHAVIOURS: list[Behaviour] = [
    answer,
    drop,
    answer,
    reset,
    stall,
    answer,
    cut_off,
    send_body_slowly,
]
"""What the server does with a call, by its number."""
FOR_ASYNC: list[Behaviour] = [*BEHAVIOURS, send_headers_slowly]
"""The same for the asynchronous client, whose deadline ends slow headers, too."""


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the requests of a connection, and do with each what its number says."""
    connection = Connection(reader, writer)
    try:
        is_open = True
        while is_open:
            first, body = await connection.read()
            if first.startswith(b"GET"):
                await connection.send(b"".join(response(posts)))
                continue
            mode, _, number = json.loads(body)["name"].partition(" ")
            posts[int(number)] += 1
            behaviours = BEHAVIOURS if mode == "sync" else FOR_ASYNC
            is_open = await behaviours[int(number) % len(behaviours)](connection, int(number))
    except (OSError, asyncio.IncompleteReadError):
        pass  # the client has left
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
