"""The servers, the environment that they are installed into, and how they start and stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
HOME = ROOT / ".live"
"""The environment of the frameworks."""
REQUIREMENTS = HERE / "requirements.txt"


class Unavailable(Exception):
    """A server can't be installed or started."""


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


SERVERS = (
    Server("FastAPI", "fastapi_app", "python ../serve.py {fd} app:app", "/openapi.json"),
    Server("Litestar", "litestar_app", "python ../serve.py {fd} app:app", "/schema/openapi.json"),
    Server("Django Ninja", "ninja_app", "python ../serve.py {fd} app:app", "/api/openapi.json"),
    Server("DRF", "drf_app", "gunicorn --bind fd://{fd} --threads 4 app:app", "/schema/"),
)


def installed() -> Path:
    """Return the programs of the servers' environment, which is made if it is missing or stale.

    Raise :class:`Unavailable` if that fails.
    """
    wanted = f"{sys.version_info[:2]} {REQUIREMENTS.read_text(encoding='utf-8')}"
    programs, stamp = HOME / "bin", HOME / "stamp"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return programs
    print(f"installing the frameworks into {HOME.relative_to(ROOT)}", file=sys.stderr, flush=True)
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--requirement"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(HOME)],
        [*install, str(REQUIREMENTS)],
    ):
        try:
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
        except subprocess.SubprocessError as error:
            text = getattr(error, "stderr", None) or error
            raise Unavailable(f"can't install the frameworks: {str(text)[-500:]}") from error
    stamp.write_text(wanted, encoding="utf-8")
    return programs


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
                [installed() / program, *(a.format(fd=fd) for a in arguments)],
                cwd=HERE / server.folder,
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
