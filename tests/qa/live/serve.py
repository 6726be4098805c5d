"""Serve an ASGI app with uvicorn on a socket that this process inherited.

``python serve.py FD MODULE:APP`` runs in the servers' environment.
"""

from __future__ import annotations

import socket
import sys

import uvicorn

if __name__ == "__main__":
    number, name = sys.argv[1:]
    config = uvicorn.Config(name, log_level="info")
    config.load()  # before there is a loop: an app may make its database
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(number))])
