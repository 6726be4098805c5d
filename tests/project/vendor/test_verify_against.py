"""``speclock verify --against``: a copy and the ``speclock.json`` of its original alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Outcome
from tests.support.project import FIG, Farm, Project, manifest, tree
from tests.support.sockets import Server, answer

pytestmark = pytest.mark.slow

SOURCE = "../maker/generated/orchard"


def record(farm: Farm, change: Callable[[dict[str, Any]], object]) -> Path:
    """Write the original's manifest with a change, as a file of its own."""
    data = manifest(farm.maker.package)
    change(data)
    path = farm.root / "theirs.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def serve_record(server: Server, maker: Project) -> str:
    """Serve the original's manifest as it is now; return its URL."""
    body = (maker.package / "speclock.json").read_bytes()
    server.answers["/speclock.json"] = answer(body, etag=f'"{hash(body)}"')
    return server.url("/speclock.json")


@pytest.mark.parametrize("source", [SOURCE, f"{SOURCE}/speclock.json"])
def test_the_same(source: str, farm: Farm) -> None:
    """The copy's license, and the imports of its tests, are no difference."""
    recorded = manifest(farm.copy)
    assert "LICENSE" in recorded["files"].keys() - manifest(farm.maker.package)["files"].keys()
    before = tree(farm.home)
    assert farm.run("verify", "fruit", "--against", source) == Outcome(
        0,
        "fruit: untouched; a copy of orchard, API version 1.0.\n"
        "runtime: speclock 0.2.0, unchanged, 29 files\n",
        "",
    )
    assert tree(farm.home) == before


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a file": (
        lambda data: data["files"].update({"models.py": "0" * 64}), "1 file differs: models.py"
    ),
    "a file more": (
        lambda data: data["files"].update({"new.py": "0" * 64}), "1 file differs: new.py"
    ),
    "a file less": (lambda data: data["files"].pop("models.py"), "1 file differs: models.py"),
    "a license that differs": (
        lambda data: data["files"].update({"LICENSE": "0" * 64}), "1 file differs: LICENSE"
    ),
    "a test": (
        lambda data: data["tests"].update({"conftest.py": "0" * 64}),
        "1 file differs: tests/conftest.py",
    ),
    "the API's version": (
        lambda data: data["spec"].update({"info.version": "1.0-b"}), "API version 1.0 → 1.0-b"
    ),
    "an operation": (
        lambda data: data["operations"].append({"operation_id": "figs/pick"}),
        "1 operation added: figs/pick",
    ),
    "no operations": (
        lambda data: data.update(operations=[]),
        "2 operations removed: baskets/list, trees/plant",
    ),
    "many files": (
        lambda data: data["files"].update({f"f{i}.py": "" for i in range(9)}),
        "9 files differ: f0.py, f1.py, f2.py, f3.py, f4.py and 4 more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
def test_one_difference(case: str, farm: Farm) -> None:
    change, fact = CHANGES[case]
    found = farm.run("verify", "fruit", "--against", record(farm, change))
    assert (found.code, found.out) == (1, "")
    assert found.err.splitlines()[0] == f"older: fruit: {fact}"


@pytest.mark.parametrize("case", ["tests", "sources", "config", "selection", "left_out"])
def test_what_isnt_compared(case: str, farm: Farm) -> None:
    """Tests that the original doesn't have, and how it was made."""
    empty: dict[str, object] = {
        "tests": {}, "sources": {}, "config": "", "selection": ["!x"], "left_out": [],
    }  # fmt: skip
    path = record(farm, lambda data: data.update({case: empty[case]}))
    farm.does("verify", "fruit", "--against", path)


def test_a_copy_without_tests(maker: Project, farm: Farm) -> None:
    maker.does("vendor", farm.root / "fig")
    farm.does("verify", "fig", "--against", SOURCE)


def test_another_client(farm: Farm) -> None:
    path = record(farm, lambda data: data.update(package="vineyard"))
    assert "theirs.json is of the client vineyard, not of orchard" in farm.refuses(
        "verify", "fruit", "--against", path
    )


def test_a_copy_as_the_original(maker: Project, farm: Farm) -> None:
    """It records what it is a copy of."""
    maker.does("vendor", farm.root / "fig")
    farm.does("verify", "fruit", "--against", "fig")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", SOURCE, "--from", SOURCE], "Use --from or --against, not both"),
        (["fig", "--against", SOURCE], "--against takes one DEST"),
        (["--against", "nowhere"], "nowhere isn't a file"),
        (["--against", "."], "speclock.json isn't a file"),
        (["--against", "pipe"], "pipe isn't a file"),
    ],
)
def test_misuse(arguments: list[str], message: str, farm: Farm) -> None:
    os.mkfifo(farm.root / "pipe")
    assert message in farm.refuses("verify", "fruit", *arguments)


def test_a_url(server: Server, maker: Project, farm: Farm) -> None:
    url = serve_record(server, maker)
    before = tree(farm.home)
    for _ in range(2):
        farm.does("verify", "fruit", "--against", url, "--insecure")
    assert "if-none-match" in server.requests[1].headers
    assert tree(farm.home) == before
    maker.describe(FIG)
    serve_record(server, maker)
    found = farm.run("verify", "fruit", "--against", url, "--insecure")
    assert (found.code, "older: fruit" in found.err) == (1, True)


def test_http_must_be_allowed(server: Server, maker: Project, farm: Farm) -> None:
    found = farm.run("verify", "fruit", "--against", serve_record(server, maker))
    assert (found.code, server.requests) == (2, [])
    assert "isn't https" in found.err


@pytest.mark.parametrize(
    ("reply", "fact"),
    [
        (answer(status="404 Not Found"), "404"),
        (answer(status="500 Oh"), "500"),
        (answer(b"{}", content_length=str(65 * 2**20)), "more than 67,108,864 bytes"),
    ],
)
def test_unreachable(reply: bytes, fact: str, server: Server, farm: Farm) -> None:
    server.answers["/speclock.json"] = reply
    url = server.url("/speclock.json")
    found = farm.run("verify", "fruit", "--against", url, "--insecure")
    assert (found.code, found.out) == (3, "")
    assert fact in found.err


def test_nobody_answers(farm: Farm) -> None:
    url = "http://user:secret@127.0.0.1:1/speclock.json"
    found = farm.run("verify", "fruit", "--against", url, "--insecure")
    assert (found.code, "secret" in found.err) == (3, False)


def many_files(data: dict[str, Any]) -> bytes:
    return json.dumps({**data, "files": {f"f{i}.py": "0" * 64 for i in range(100_000)}}).encode()


def outside(data: dict[str, Any]) -> bytes:
    return json.dumps({**data, "files": {"../../../x.py": "0" * 64}}).encode()


HOSTILE: dict[str, tuple[Callable[[dict[str, Any]], bytes], str]] = {
    "parent": (outside, "files['../../../x.py'] is not a plain relative path"),
    "many entries": (many_files, "files has more than 50,000 entries"),
    "20 MB": (lambda _: b"{}" + b" " * 20 * 10**6, "is larger than 16,777,216 bytes"),
    "not JSON": (lambda _: b"<!DOCTYPE html>", "isn't JSON"),
    "not text": (lambda _: b"\xff\xfe\x00\xd8", "isn't JSON"),
    "empty": (lambda _: b"", "isn't JSON"),
    "deep": (lambda _: b"[" * 200_000, "is nested too deeply"),
    "array": (lambda _: b"[]", "must be a table, not []"),
    "number": (lambda _: b"9" * 5_000, "isn't JSON"),
}


@pytest.mark.parametrize(
    ("way", "case"), [*(("path", case) for case in HOSTILE), ("url", "parent")]
)
def test_a_hostile_manifest(case: str, way: str, server: Server, farm: Farm) -> None:
    """It ends in one line, and nothing is written."""
    make_bytes, fact = HOSTILE[case]
    data = make_bytes(manifest(farm.maker.package))
    place = "theirs.json"
    if way == "path":
        (farm.root / place).write_bytes(data)
    else:
        server.answers["/theirs.json"] = answer(data)
        place = server.url("/theirs.json")
    before = tree(farm.home)
    found = farm.run("verify", "fruit", "--against", place, "--insecure")
    assert (found.code, found.out) == (2, ""), found.err[:500]
    assert fact in found.err
    assert found.err.count("\n") == 1
    assert len(found.err) < 500
    assert tree(farm.home) == before


def test_texts_that_are_long_or_of_several_lines(farm: Farm) -> None:
    """They are printed on one line, and shortened."""

    def change(data: dict[str, Any]) -> None:
        data["spec"]["info.version"] = "9" * 5_000 + "\n::error::x\x1b[2J"
        data["tool"] = {f"tool\n{i}" * 1_000: "1\n" * 1_000 for i in range(100)}
        data["operations"] = [{"operation_id": f"{i}\n" * 1_000} for i in range(100)]

    found = farm.run("verify", "fruit", "--against", record(farm, change), code=1)
    assert found.err.count("\n") == 2
    assert "\x1b" not in found.err
    assert len(found.err) < 5_000
