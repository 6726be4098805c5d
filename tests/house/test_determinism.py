"""The same description gives the same bytes: in any folder, under any hash seed, locale, line ends.

Real processes, since hash seeds and locales are settled when one starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cases import CASES, spec_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TOPICS = ("names", "all_of")
"""Between them: text beyond ASCII, lifted and merged schemas, colliding names."""

RUNS: dict[str, Mapping[str, str]] = {
    "first": {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
    "another seed, a plain locale": {"PYTHONHASHSEED": "4711", "LC_ALL": "C"},
    "no UTF-8 mode": {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0",
                      "PYTHONCOERCECLOCALE": "0"},
    "UTF-8 mode, latin streams": {"PYTHONHASHSEED": "2", "LC_ALL": "POSIX", "PYTHONUTF8": "1",
                                  "PYTHONIOENCODING": "latin-1", "TZ": "Asia/Tokyo"},
}  # fmt: skip


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """A bare environment: what the caller's shell happens to hold has no say."""
    kept = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def write_project(folder: Path, topics: tuple[str, ...], *, crlf: bool = False) -> None:
    """A project with a client for each topic."""
    lines = ["[tool.speclock]", 'output = "out"']
    (folder / "spec").mkdir(parents=True)
    for topic in topics:
        name = topic.replace("-", "_")
        text = spec_of(CASES / topic).read_text(encoding="utf-8")
        data = (text.replace("\n", "\r\n") if crlf else text).encode()
        (folder / "spec" / f"{name}.yaml").write_bytes(data)
        lines += [f"[tool.speclock.clients.client_{name}]", f'spec = "spec/{name}.yaml"']
    (folder / "pyproject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def start(folder: Path, more: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """``python -m generator`` in a project."""
    return subprocess.Popen(
        [sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        env=environment(more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(process: subprocess.Popen[bytes]) -> bytes:
    """What it printed; it must succeed."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output.decode("utf-8", "replace")
    return output


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What each run wrote, each in a folder of its own, side by side."""
    folders = {
        name: tmp_path_factory.mktemp("run") / ("déjà vu" if index == 1 else "x" * (index + 1))
        for index, name in enumerate([*RUNS, "CRLF"])
    }
    for name, folder in folders.items():
        write_project(folder, TOPICS, crlf=name == "CRLF")
    processes = {n: start(f, RUNS.get(n, RUNS["first"]), "generate") for n, f in folders.items()}
    for process in processes.values():
        finish(process)
    return {name: tree(folder / "out") for name, folder in folders.items()}


@pytest.mark.parametrize("name", [*list(RUNS)[1:], "CRLF"])
def test_the_same_bytes(name: str, trees: dict[str, dict[str, bytes]]) -> None:
    first, other = trees["first"], trees[name]
    assert list(first) == list(other)
    assert [path for path in first if first[path] != other[path]] == []


def test_each_client_is_there(trees: dict[str, dict[str, bytes]]) -> None:
    for topic in TOPICS:
        package = f"client_{topic.replace('-', '_')}"
        assert f"{package}/models.py" in trees["first"]
        assert f"tests/{package}/conftest.py" in trees["first"]
    assert "über".encode() in trees["first"]["client_names/models.py"]


def test_nothing_of_the_machine_is_written(trees: dict[str, dict[str, bytes]]) -> None:
    here = [Path(tempfile.gettempdir()), ROOT, Path.home(), Path(sys.prefix), Path(sys.executable)]
    traces = {str(path).encode() for path in here if len(path.parts) > 1}
    for files in trees.values():
        for name, data in files.items():
            assert not [trace for trace in traces if trace in data], name
            assert b"\r" not in data, name


def test_files_are_text_in_utf_8(trees: dict[str, dict[str, bytes]]) -> None:
    for name, data in trees["first"].items():
        text = data.decode()
        assert text == "" or text.endswith("\n"), name
        if name.endswith(".json"):
            json.loads(text)


def test_two_runs_in_one_process_agree(tmp_path: Path, trees: dict[str, dict[str, bytes]]) -> None:
    """No state is left over from one client to the next, whatever their order."""
    write_project(tmp_path, TOPICS[::-1])
    finish(start(tmp_path, RUNS["first"], "generate"))
    assert tree(tmp_path / "out") == trees["first"]
    assert b"up to date" in finish(start(tmp_path, RUNS["no UTF-8 mode"], "check", "--full"))


def test_a_message_reaches_a_terminal_that_cannot_show_it(tmp_path: Path) -> None:
    """A locale without the sign is no reason for a traceback."""
    write_project(tmp_path, ("names",))
    spec = tmp_path / "spec" / "names.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("日本: {type: string}", "日本: {$ref: 日本}"), encoding="utf-8")
    process = start(tmp_path, RUNS["no UTF-8 mode"], "generate")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in output
    assert b"spec/names.yaml:" in output
