"""jupyter_server on a socket that this process inherited: ``python app.py FD``."""

import socket
import sys
from pathlib import Path

from jupyter_server.serverapp import ServerApp
from tornado.httpserver import HTTPServer

OPTIONS = ("--allow-root", "--no-browser", "--IdentityProvider.token=secret")

if __name__ == "__main__":
    files = Path.home() / "files"
    files.mkdir()
    app = ServerApp()
    app.initialize([*OPTIONS, f"--ServerApp.root_dir={files}"], new_httpserver=False)
    listener = socket.socket(fileno=int(sys.argv[1]))
    listener.setblocking(False)
    app.io_loop.add_callback(HTTPServer(app.web_app).add_sockets, [listener])
    app.start()
