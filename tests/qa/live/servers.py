"""The servers, the environment that they are installed into, and how they start and stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.qa.corpus.process import ROOT
from tests.qa.runner.environment import Unavailable, installed

HERE = Path(__file__).parent
ENVIRONMENT = ROOT / ".live", HERE / "requirements.txt"
"""The folder of the frameworks, and what they are."""


@dataclass(frozen=True)
class Server:
    """A server, and what its client is made from."""

    name: str
    folder: str
    """Holds the app and the calls."""
    command: str
    """A program of the environment and its arguments; ``{fd}`` is the listening socket."""
    description: str
    """The path of the description that the server emits."""


UVICORN = "python ../../serve.py {fd} app:app"
GUNICORN = "gunicorn --bind fd://{fd}"
SERVERS = (
    Server("FastAPI", "fastapi_app", UVICORN, "/openapi.json"),
    Server("Litestar", "litestar_app", UVICORN, "/schema/openapi.json"),
    Server("Django Ninja", "ninja_app", UVICORN, "/api/openapi.json"),
    Server("DRF", "drf_app", f"{GUNICORN} --threads 4 app:app", "/schema/"),
    Server("Flask-RESTX", "restx_app", f"{GUNICORN} app:app", "/swagger.json"),
    Server("drf-yasg", "yasg_app", f"{GUNICORN} app:app", "/swagger.json"),
    Server("Connexion", "connexion_app", UVICORN, "/v1/swagger.json"),
    Server("Jupyter", "jupyter_app", "python app.py {fd}", "/api/spec.yaml?token=secret"),
)


@contextmanager
def running(server: Server) -> Iterator[str]:
    """Start a server; yield its address, and stop it and its children at the end.

    Raise :class:`Unavailable` with its log if it doesn't answer within two minutes.
    """
    program, *arguments = server.command.split()
    with tempfile.TemporaryDirectory(prefix="live-") as home, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        fd, port = listener.fileno(), listener.getsockname()[1]
        log = Path(home) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [installed(*ENVIRONMENT) / program, *(a.format(fd=fd) for a in arguments)],
                cwd=HERE / "cases" / server.folder,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": home,
                    "PYTHONPATH": ".",
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                pass_fds=[fd],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            listener.close()  # where the server ends, a connection is now refused
            url = f"http://127.0.0.1:{port}"
            try:
                httpx.get(url + server.description, timeout=120).raise_for_status()
            except httpx.HTTPError as error:
                text = log.read_text(encoding="utf-8", errors="replace")
                raise Unavailable(f"{error!r}\n{text[-3000:]}") from error
            yield url
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and all processes of its group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
