"""The same description gives the same bytes: in any folder, under any hash seed, locale, line ends.

Real processes, since hash seeds and locales are settled when one starts.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cases import CASES, spec_of
from tests.support.command import ROOT, Outcome, python
from tests.support.project import settings, tree

pytestmark = pytest.mark.slow

TOPICS = ("names", "all_of")
"""Between them: text beyond ASCII, lifted and merged schemas, colliding names."""
FIRST = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
NO_UTF8 = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = {
    "PYTHONHASHSEED": "4711", "LC_ALL": "POSIX", "PYTHONUTF8": "1", "PYTHONIOENCODING": "latin-1",
    "TZ": "Asia/Tokyo",
}  # fmt: skip


def write_project(folder: Path, topics: tuple[str, ...], *, crlf: bool = False) -> None:
    """Write a project with a client for each topic."""
    (folder / "spec").mkdir(parents=True)
    for topic in topics:
        text = spec_of(CASES / topic).read_text(encoding="utf-8")
        data = (text.replace("\n", "\r\n") if crlf else text).encode()
        (folder / "spec" / f"{topic}.yaml").write_bytes(data)
    clients = {f"client_{topic}": {"spec": f"spec/{topic}.yaml"} for topic in topics}
    (folder / "pyproject.toml").write_text(settings(clients, output="out"), encoding="utf-8")


def generator(folder: Path, variables: Mapping[str, str], *words: str) -> Outcome:
    """Run a command in a process of its own; it must succeed."""
    return python(folder, "-B", "-m", "generator", *words, code=0, path=[ROOT], **variables)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what is generated from both descriptions."""
    folder = tmp_path_factory.mktemp("first")
    write_project(folder / "x", TOPICS)
    generator(folder / "x", FIRST, "generate")
    return tree(folder / "x" / "out")


@pytest.mark.parametrize(
    ("variables", "is_crlf"), [(NO_UTF8, False), (LATIN, True)], ids=["no UTF-8", "latin, CRLF"]
)
def test_the_same_bytes(
    variables: Mapping[str, str], is_crlf: bool, first: dict[str, bytes], tmp_path: Path
) -> None:
    """In another order, too: no state is left over from one client to the next."""
    folder = tmp_path / "déjà vu"
    write_project(folder, TOPICS[::-1], crlf=is_crlf)
    generator(folder, variables, "generate")
    other = tree(folder / "out")
    assert sorted(first) == sorted(other)
    assert [path for path in first if first[path] != other[path]] == []
    if not is_crlf:
        assert "up to date" in generator(folder, variables, "check", "--full").out


def test_files_are_text_without_traces_of_the_machine(first: dict[str, bytes]) -> None:
    here = [Path(tempfile.gettempdir()), ROOT, Path.home(), Path(sys.prefix), Path(sys.executable)]
    traces = [str(path) for path in here if len(path.parts) > 1]
    for name, data in first.items():
        text = data.decode()
        assert text == "" or text.endswith("\n"), name
        assert "\r" not in text, name
        assert not [trace for trace in traces if trace in text], name
        if name.endswith(".json"):
            json.loads(text)
    assert {f"client_{topic}/models.py" for topic in TOPICS} <= first.keys()
    assert "über".encode() in first["client_names/models.py"]


def test_a_message_reaches_a_terminal_that_cannot_show_it(tmp_path: Path) -> None:
    write_project(tmp_path, ("names",))
    spec = tmp_path / "spec" / "names.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("日本: {type: string}", "日本: {$ref: 日本}"), encoding="utf-8")
    done = generator(tmp_path, NO_UTF8, "generate")
    assert "Traceback" not in done.err
    assert "spec/names.yaml:" in done.err
