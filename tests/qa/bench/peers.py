"""What is compared with, installed on demand into an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import yaml

from tests.qa.bench.measure import progress

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".bench"
VENV = HOME / "venv"
SPEC = ROOT / "spec" / "pinterest-audiences.yaml"
PACKAGE = "pinterest_audiences"
PEER = "openapi-python-client"
PEER_VERSION = "0.29.1"
PEER_PACKAGE = "pinterest_peer"


class Failed(Exception):
    """A program that the benchmark runs did not succeed."""


def requirements() -> list[str]:
    """The peer and the transport, on the same httpx and pydantic as here."""
    same = [f"{name}=={version(name)}" for name in ("httpx", "pydantic")]
    return [f"{PEER}=={PEER_VERSION}", "httpx-aiohttp>=0.2", *same]


def python() -> Path:
    """The interpreter of the peers' environment, which is made if it is missing or stale."""
    found = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = VENV / "requirements.txt"
    wanted = "\n".join([f"{sys.version_info[:2]}", *requirements()])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return found
    progress(f"installing {PEER} {PEER_VERSION} into {VENV.relative_to(ROOT)}")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], limit=120)
    install = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*install, *requirements()], limit=300)
    stamp.write_text(wanted, encoding="utf-8")
    progress("")
    return found


def peer_generate(output: Path, spec: Path = SPEC) -> list[str]:
    """The peer's command that generates its client into a folder."""
    script = python().parent / PEER
    options = ["--path", str(spec), "--output-path", str(output), "--meta", "none", "--overwrite"]
    return [str(script), "generate", *options]


def peer_environment() -> dict[str, str]:
    """As in an activated environment, where the peer finds ruff and formats with it."""
    return {**environment(), "PATH": f"{python().parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def peer_client() -> Path:
    """The folder that holds the peer's generated client.

    The peer can't tell the properties ``=`` and ``!=`` of one schema apart: it drops the schema,
    and its client then fails at every body. Here, not where it is timed, it gets them spelt out.
    """
    folder = HOME / "peer"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    document = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    condition = document["components"]["schemas"]["UrlCondition"]
    spelt = {"=": "equals", "!=": "differs"}
    condition["properties"] = {spelt.get(k, k): v for k, v in condition["properties"].items()}
    readable = folder / "readable.json"
    readable.write_text(json.dumps(document), encoding="utf-8")
    run(peer_generate(folder / PEER_PACKAGE, readable), env=peer_environment())
    return folder


def environment() -> dict[str, str]:
    """This one, without what would change how Python starts."""
    dropped = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def run(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, limit: float = 60.0
) -> str:
    """A program's standard output; raises :class:`Failed` where it doesn't succeed in time."""
    shown = " ".join(command)
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(env or environment()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{shown}\n  took more than {limit:g} s") from None
    except OSError as error:
        raise Failed(f"{shown}\n  {error}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise Failed(f"{shown}\n  ended with {done.returncode}: {said}")
    return done.stdout
