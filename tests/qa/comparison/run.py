"""Compare generators on the call that creates an audience, and write docs/comparison.md.

``python -m tests.qa.comparison.run [NAME …]``. Each tool is installed from PyPI with its pins, and
its client runs against a server on this machine. The output of the tools stays in a temporary
folder, or in the one that ``SPECLOCK_COMPARISON`` names, which keeps their environments, too.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "comparison.md"
SPEC = ROOT / "spec" / "pinterest-audiences.yaml"
TOOLS = Path(__file__).with_name("tools.toml")
START, END = "<!-- written by tests/qa/comparison -->\n", "<!-- end -->\n"
AUDIENCE = {
    "id": "7", "ad_account_id": "1", "name": "Visitors", "brand_new": "kept-member",
    "rule": {"visitor_source_id": "1", "objective_type": ["KEPT_VALUE"]},
}  # fmt: skip
PROBE = """\
import json, sys
from pathlib import Path

url, spec = sys.argv[2], Path(sys.argv[3])

def shown(value, depth=0):
    if isinstance(value, dict):
        return [shown(each, depth + 1) for each in value.items()]
    if isinstance(value, (list, tuple)):
        return [shown(each, depth + 1) for each in value]
    inner = {name: getattr(value, name, None) for name in getattr(value, "__slots__", ())}
    inner |= getattr(value, "__dict__", {}) | (getattr(value, "__pydantic_extra__", None) or {})
    inner |= getattr(value, "_raw_element", None) or {}
    return [str(value), shown(inner, depth + 1)] if inner and depth < 9 else str(value)

names = {"url": url, "spec": spec}
try:
    exec(compile(Path(sys.argv[1]).read_text(), "call.py", "exec"), names)
except BaseException as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}"[:300]}))
else:
    print(json.dumps({"shown": str(shown(names["result"]))}))
"""


@dataclass(frozen=True)
class Tool:
    """A tool, as ``tools.toml`` has it."""

    name: str
    install: list[str]
    client: list[str]
    call: str
    commands: list[str] = field(default_factory=list[str])
    files: dict[str, str] = field(default_factory=dict[str, str])
    package: str = ""
    path: str = ""
    python: str = ""
    note: str = ""


@dataclass
class Row:
    """The measurements of a tool; a cell that nothing was measured for is ``–``."""

    tool: Tool
    generates: str = "–"
    imports: str = "–"
    faults: str = "–"
    sends: str = "–"
    keeps: str = "–"
    raises: str = "–"
    lines: str = "–"
    seconds: str = "–"

    def cells(self) -> list[str]:
        names = ("generates", "imports", "faults", "sends", "keeps", "raises", "lines", "seconds")
        version = next(iter(self.tool.install)).partition("==")[2]
        return [f"{self.tool.name} {version}".strip(), *(getattr(self, name) for name in names)]


class Server:
    """A server on this machine that gives one answer and keeps the last request."""

    def __init__(self) -> None:
        self.status = 200
        self.answer: Any = AUDIENCE
        self.received: list[Any] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        """Yield its URL."""
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers.get("content-length", 0)))
                own.received.append((self.path, json.loads(data or b"null")))
                content = json.dumps(own.answer).encode()
                self.send_response(own.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v5"
        finally:
            server.shutdown()


def run(
    *words: str | Path, seconds: int = 300, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program without this environment's ``PYTHONPATH``."""
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"} | variables
    return subprocess.run(
        [*map(str, words)], env=environment, capture_output=True, text=True, check=False,
        timeout=seconds,
    )  # fmt: skip


def environment_of(folder: Path, python: str, packages: list[str]) -> Path:
    """Return the programs of a virtual environment, which is made if it isn't there."""
    bin_ = folder / "bin"
    if not (folder / "ready").exists():
        if python:
            run(f"python{python}", "-m", "venv", "--clear", folder)
        else:
            venv.create(folder, with_pip=True, clear=True)
        packages = [package.replace("{root}", str(ROOT)) for package in packages]
        done = run(bin_ / "python", "-m", "pip", "install", "--quiet", *packages)
        if done.returncode:
            raise RuntimeError(done.stderr[-500:])
        (folder / "ready").touch()
    return bin_


def generate(tool: Tool, row: Row, bin_: Path, out: Path) -> bool:
    """Run the commands twice, and measure the second run; return whether they succeed."""
    for _ in range(2):
        if out.exists():
            run("rm", "-r", out)
        out.mkdir(parents=True)
        for name, text in tool.files.items():
            (out / name).write_text(text, encoding="utf-8")
        start = time.monotonic()
        for command in tool.commands:
            words = shlex.split(command.format(bin=bin_, spec=SPEC, out=out))
            done = run(*words, PATH=f"{bin_}:{os.environ['PATH']}")
            if done.returncode:
                row.generates = "no"
                print(f"{tool.name}: {(done.stdout + done.stderr)[-800:]}", file=sys.stderr)
                return False
        row.seconds = f"{time.monotonic() - start:.1f}"
    files = [*(out / tool.package).rglob("*.py")]
    row.generates = "yes" if files else "no"
    row.lines = f"{sum(len(one.read_text('utf-8').splitlines()) for one in files):,}"
    return bool(files)


def check(tool: Tool, row: Row, python: Path, out: Path) -> None:
    """Import and type-check the package."""
    path = str(out / tool.path)
    name = tool.package.rpartition("/")[2]
    modules = [
        ".".join((name, *one.relative_to(out / tool.package).with_suffix("").parts)).removesuffix(
            ".__init__"
        )
        for one in sorted((out / tool.package).rglob("*.py"))
        if "__main__" not in one.name
    ]
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    done = run(python, "-c", code, *modules, PYTHONPATH=path)
    row.imports = "yes" if not done.returncode else "no"
    done = run(
        sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--python-executable", python,
        out / tool.package, MYPYPATH=path,
    )  # fmt: skip
    last = done.stdout.strip().rpartition("\n")[2]
    row.faults = (
        "0" if done.returncode == 0 else last.split()[1] if last.startswith("Found") else "stops"
    )
    if "prevented further checking" in last:
        row.faults = "stops"


def call(tool: Tool, row: Row, python: Path, out: Path, folder: Path) -> None:
    """Call the server: with a success that has unknown members and values, and with an error."""
    (folder / "call.py").write_text(tool.call, encoding="utf-8")
    (folder / "probe.py").write_text(PROBE, encoding="utf-8")

    def probe(url: str) -> dict[str, str]:
        words = (python, folder / "probe.py", folder / "call.py", url, SPEC)
        done = run(*words, PYTHONPATH=str(out / tool.path), seconds=60)
        print(f"{tool.name}: {done.stdout[-600:]}{done.stderr[-400:]}", file=sys.stderr)
        found: dict[str, str] = json.loads(done.stdout or '{"error": "no output"}')
        return found

    server = Server()
    with server.running() as url:
        found = probe(url)
        bodies = [body for path, body in server.received if path == "/v5/ad_accounts/1/audiences"]
        wanted = {"=": "https://shop.example"}
        sent = [body["rule"].get("url") for body in bodies if isinstance(body, dict)]
        row.sends = (
            "yes" if sent == [wanted] else "no" if not bodies else f"`{json.dumps(sent[0])}`"
        )
        shown = found.get("shown", "")
        kept = [name for name in ("kept-member", "KEPT_VALUE") if name in shown]
        row.keeps = (
            "raises" if not shown else "yes" if len(kept) == 2 else "in part" if kept else "no"
        )
        if not server.received:
            row.keeps = "–"
            return
        server.status, server.answer = 403, {"code": 29, "message": "no"}
        row.raises = "yes" if "error" in probe(url) else "no"


def measure(tool: Tool, folder: Path) -> Row:
    row, out = Row(tool), folder / "out"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bin_ = environment_of(folder / "tool", tool.python, tool.install)
        client = environment_of(folder / "client", tool.python, tool.client)
        if tool.commands and not generate(tool, row, bin_, out):
            return row
        if tool.commands:
            check(tool, row, client / "python", out)
        call(tool, row, client / "python", out, folder)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        row.generates = "can't be installed" if isinstance(error, RuntimeError) else "no end"
        print(f"{tool.name}: {error}", file=sys.stderr)
    return row


def table(rows: list[Row]) -> str:
    """Return the table, the notes and the commands, in Markdown."""
    heads = (
        "tool", "generates", "imports", "faults of `mypy --strict`", 'sends `{"=": …}`',
        "keeps unknown values", "raises on 403", "lines", "seconds",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    lines += [f"| {' | '.join(row.cells())} |" for row in rows]
    lines += ["", *(f"- {row.tool.name}: {row.tool.note}." for row in rows if row.tool.note), ""]
    lines += [
        "The commands, with `SPEC` for the description and `OUT` for an empty folder:",
        "",
        "```text",
    ]
    for row in rows:
        for name, text in row.tool.files.items():
            lines.append(f"OUT/{name}: {text.strip()}")
        lines += [
            one.replace("{bin}/", "").format(spec="SPEC", out="OUT") for one in row.tool.commands
        ]
    return "\n".join([*lines, "```", ""])


def main(names: list[str]) -> None:
    """Measure the tools, those of the arguments or all, and write the page or print the table."""
    tools = [Tool(**one) for one in tomllib.loads(TOOLS.read_text(encoding="utf-8"))["tool"]]
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(os.environ.get("SPECLOCK_COMPARISON", temporary))
        rows = [
            measure(tool, base / tool.name.replace(" ", "-"))
            for tool in tools
            if not names or tool.name in names
        ]
    if names:
        print(table(rows))
        return
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(
        f"{before}{START}\n{table(rows)}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
