"""Serve an ASGI app with uvicorn on a socket that this process inherited.

``python serve.py FD MODULE:APP`` runs in the servers' environment.
"""

from __future__ import annotations

import inspect
import socket
import sys

import uvicorn
from uvicorn.importer import import_from_string

if __name__ == "__main__":
    number, name = sys.argv[1:]
    is_factory = inspect.isfunction(import_from_string(name))
    config = uvicorn.Config(name, factory=is_factory, log_level="info")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(number))])
