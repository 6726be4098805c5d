"""The commands, beside what they are compared with: another generator, libyaml, an empty Python."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
import venv
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.measure import MEGABYTES, MILLISECONDS, Row, interleaved, table
from tests.qa.bench.peers import timed
from tests.qa.corpus.process import ROOT
from tests.support.command import build_wheel

SHARED = ROOT.parent / "shared"
WHOLE = SHARED / "corpus" / "pinterest-5.23.yaml"
"""Pinterest's whole description, which isn't part of the project."""
OLD, NEW = (SHARED / "pinterest" / "releases" / f"v5.{n}.0.yaml" for n in (22, 23))
"""Two releases of it, neither."""
PEER = f"{peers.ENVIRONMENT[1].read_text(encoding='utf-8').strip()} generate"
COMPOSE = """
import pathlib, sys, yaml
for name in sys.argv[1:]:
    yaml.compose(pathlib.Path(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
"""
FIRST_CALL = """
import sys, time
package, folder, token = sys.argv[1:]
began = time.process_time()
sys.path.insert(0, folder)
import httpx
from importlib import import_module
answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "1", "name": "a"}))
body = {"name": "a", "audience_type": "VISITOR", "rule": {"visitor_source_id": "1"}}
with import_module(package).Pinterest(**{token: "token"}, transport=answer) as client:
    client.audiences.create("1", body)
print(time.process_time() - began)
"""


def generate(rounds: int) -> bool:
    """Time `generate` and `check` of the example, and of a whole API where it is there."""
    met = _generated(peers.SPEC, rounds, {"generate": 1.05, "unchanged": 0.55, "check": 0.3})
    if WHOLE.is_file():  # each run takes seconds
        aims = {"generate": 0.9, "check": 0.1, "memory": 200.0, "call": 2.0}
        met &= _generated(WHOLE, max(3, rounds // 5), aims)
    return met


def _generated(spec: Path, rounds: int, aims: Mapping[str, float]) -> bool:
    memory: list[float] = []
    processor: dict[str, list[float]] = {"peer": [], "generate": [], "unchanged": []}
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        ours, kept, theirs = (Path(scratch, name) for name in ("ours", "kept", "theirs"))

        def speclock(command: str, output: Path, *, remove: Path | None = None) -> float:
            line = [sys.executable, "-m", "generator", command, "--spec", str(spec), "--quiet"]
            line += ["--package", "bench", "--client", "Pinterest", "--output", str(output)]
            ended = timed(line, remove=remove)
            if command == "generate":
                processor["generate" if remove else "unchanged"].append(ended.processor)
            if command == "generate" and remove:
                memory.append(ended.mebibytes * 2**20)
            return ended.seconds

        def peer() -> float:
            ended = timed(*peers.peer_generate(theirs, spec), remove=theirs)
            processor["peer"].append(ended.processor)
            return ended.seconds

        commands: dict[str, Callable[[], float]] = {
            "peer": peer,
            "generate": lambda: speclock("generate", ours, remove=ours),
            "unchanged": lambda: speclock("generate", kept),
            "check": lambda: speclock("check", kept),
        }
        for name in ("unchanged", *commands):
            commands[name]()
        samples = interleaved(f"generate and check {spec.name}", rounds, commands)
        met = table(
            f"Generating {spec.name}, wall time of {rounds} alternating runs each",
            MILLISECONDS,
            [
                Row(PEER, samples["peer"]),
                Row("speclock generate, with tests", samples["generate"], aims["generate"]),
                Row("the same, nothing changed", samples["unchanged"], aims.get("unchanged")),
                Row("speclock check, nothing changed", samples["check"], aims["check"]),
            ],
        )
        is_whole = "memory" in aims
        met &= table(
            "The same, CPU",
            MILLISECONDS,
            [
                Row(PEER, processor["peer"]),
                Row("speclock generate", processor["generate"], 0.92 if is_whole else 1.15),
                Row("nothing changed", processor["unchanged"], None if is_whole else 0.5),
            ],
        )
        if is_whole:
            met &= _memory(memory, aims["memory"])
            met &= _first_calls(ours, rounds * 3, aims["call"])
    return met


def _memory(held: list[float], allowed: float) -> bool:
    rows = [Row("allowed", [allowed * 1e6]), Row("speclock", held, 1.0)]
    return table("Most memory held, of what is allowed", MEGABYTES, rows)


def _first_calls(whole: Path, rounds: int, aim: float) -> bool:
    clients: dict[str, Sequence[str | Path]] = {
        "of one operation": (peers.PACKAGE, ROOT / "generated", "token"),
        "of the whole API": ("bench", whole, "pinterest_oauth2_token"),
    }

    def called(words: Sequence[str | Path]) -> float:
        return float(timed([sys.executable, "-c", FIRST_CALL, *words]).out)

    trials = {name: partial(called, words) for name, words in clients.items()}
    samples = interleaved("the first call", rounds, trials)
    (one, large), title = samples.items(), "Importing a client and calling audiences.create, CPU"
    return table(title, MILLISECONDS, [Row(*one), Row(*large, aim)])


def drift(rounds: int) -> bool:
    """Time drift of one operation between two releases of a whole API."""
    if not OLD.is_file() or not NEW.is_file():
        print(f"\nDrift: skipped, {OLD.name} and {NEW.name} aren't there.")
        return True
    rounds = max(3, rounds // 2)
    memory: list[float] = []
    line = [sys.executable, "-m", "generator", "drift", "--base", str(OLD), "--revision", str(NEW)]
    line += ["--operation", "audiences/create"]
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:

        def compared() -> float:
            ended = timed(line, {"XDG_CACHE_HOME": scratch})
            memory.append(ended.mebibytes * 2**20)
            return ended.seconds

        compose = (sys.executable, "-c", COMPOSE)
        samples = interleaved("drift", rounds, {
            "libyaml composes both": lambda: timed([*compose, OLD, NEW]).seconds,
            "speclock drift": compared,
        })  # fmt: skip
    rows = [
        Row(name, some, aim) for (name, some), aim in zip(samples.items(), (None, 1.5), strict=True)
    ]
    title = f"Drift {OLD.stem} → {NEW.stem} of audiences/create, {rounds} alternating runs each"
    return table(title, MILLISECONDS, rows) & _memory(memory, 150)


def start(rounds: int) -> bool:
    """Time how a command starts where the wheel is installed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, speclock = installed(folder)
        lines: dict[str, tuple[Sequence[str], Mapping[str, str] | None]] = {
            "python -c pass": ((python, "-c", "pass"), None),
            "--version": ((speclock, "--version"), None),
            "--help": ((speclock, "--help"), None),
            "complete a command": ((speclock,), completing("ge", folder)),
            "complete an operation": ((speclock,), completing("show aud", folder)),
            "complete one of a file": (
                (speclock,), completing(f"ls {peers.SPEC} --operation aud", folder),
            ),
        }  # fmt: skip
        trials = {name: partial(_seconds, *line) for name, line in lines.items()}
        samples = interleaved("start", rounds, trials)
    aims = (None, 2, 3, 4, 4, 4)
    rows = [Row(name, samples[name], aim) for name, aim in zip(samples, aims, strict=True)]
    return table("The start of a command", MILLISECONDS, rows)


def _seconds(command: Sequence[str], env: Mapping[str, str] | None) -> float:
    return timed(command, env).seconds


def installed(folder: Path) -> tuple[str, str]:
    """Install the wheel into an environment; return the paths of its Python and of speclock.

    The dependencies are those of this environment, so nothing is downloaded.
    """
    venv.create(folder / "env")
    programs = folder / "env" / "bin"
    wheel = build_wheel(folder)
    install = (sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet")
    timed([*install, "--no-deps", "--no-index", "--disable-pip-version-check", wheel])
    own = sysconfig.get_path("purelib", "venv", {"base": str(folder / "env")})
    Path(own, "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return str(programs / "python"), str(programs / "speclock")


def completing(line: str, folder: Path) -> dict[str, str]:
    """Return the environment in which a shell asks how a line can continue."""
    line = f"speclock {line}"
    return {
        "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line,
        "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(folder / "answer"),
    }  # fmt: skip


SUITE_LIMITS = {"quick": 45, "test": 300}
"""Seconds on two cores."""


def suite(_: int) -> bool:
    """Time `make quick` and `make test`, one run each."""
    print("\nThe tests of this repository, one run each")
    met = True
    for target, limit in SUITE_LIMITS.items():
        ended = timed(["make", target])
        met &= ended.seconds <= limit
        verdict = "PASS" if ended.seconds <= limit else "MISS"
        print(f"  make {target:<6} {ended.seconds:6.0f} s  ≤ {limit} {verdict}", flush=True)
    return met
