"""A server on this machine that speaks HTTP/2 without TLS, and drops its connections."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Generator

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import StreamEnded


@contextlib.contextmanager
def dropping_server(streams: int) -> Generator[str]:
    """Serve connections that are reset when they have read this many requests; yield the URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=_drop, args=(sock, streams), daemon=True))
            threads[-1].start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for each in (thread, *threads):
            each.join(5)


def _drop(sock: socket.socket, streams: int) -> None:
    """Read requests, one in each stream, and close the connection without a response."""
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    count = 0
    with sock, contextlib.suppress(OSError):
        sock.sendall(connection.data_to_send())
        while count < streams:
            data = sock.recv(1 << 16)
            if not data:
                return
            for event in connection.receive_data(data):
                count += isinstance(event, StreamEnded)
            sock.sendall(connection.data_to_send())
