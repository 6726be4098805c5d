"""The cache of fetched documents."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from generator.base.portable import cache_folder
from tests.project.fetch.conftest import DOCUMENT, etags, get
from tests.support.sockets import Peer, Server, answer


def test_an_unchanged_document_comes_from_the_cache(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = etags('"1"', DOCUMENT)
    first, second = get(server.url(), cache), get(server.url(), cache)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.data == DOCUMENT
    assert second.etag == first.etag
    server.answers["/api.yaml"] = etags('"2"', b"new")
    third, fourth = get(server.url(), cache), get(server.url(), cache)
    assert (third.data, third.etag, third.from_cache) == (b"new", '"2"', False)
    assert (fourth.data, fourth.etag, fourth.from_cache) == (b"new", '"2"', True)


def test_a_date_is_no_validator(server: Server, cache: Path) -> None:
    """A server that went back to an older document would not send it."""
    date = "Tue, 03 Nov 2026 10:00:00 GMT"
    server.answers["/api.yaml"] = answer(DOCUMENT, last_modified=date)
    get(server.url(), cache)
    get(server.url(), cache)
    assert "if-modified-since" not in server.requests[1].headers


def test_an_etag_that_cannot_be_sent_back_is_ignored(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT, etag='"ä"')
    assert get(server.url(), cache).etag == ""
    assert get(server.url(), cache).data == DOCUMENT
    assert "if-none-match" not in server.requests[1].headers


def test_without_a_validator_nothing_is_kept(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT)
    get(server.url(), cache)
    assert not cache.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no modes")
@pytest.mark.parametrize("whose", ["others may write", "the group may write", "another owner"])
def test_a_cache_of_others_is_not_used(
    whose: str, server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is it read, nor written to."""
    server.answers["/api.yaml"] = etags('"1"', DOCUMENT)
    get(server.url(), cache)
    before = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}
    if whose == "another owner":
        monkeypatch.setattr(os, "geteuid", lambda: cache.stat().st_uid + 1)
    else:
        cache.chmod(0o702 if whose == "others may write" else 0o720)
    found = get(server.url(), cache)
    assert (found.data, found.from_cache) == (DOCUMENT, False)
    assert "if-none-match" not in server.requests[-1].headers
    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b"openapi", b"0penapi"),
        lambda _data: b"",
        lambda _data: b"[1]\n",
        lambda _data: b"\xff\n",
        lambda data: b"{}" + data,
    ],
)  # fmt: skip
def test_a_corrupt_entry_is_as_if_it_were_not_there(
    damage: object, server: Server, cache: Path
) -> None:
    server.answers["/api.yaml"] = etags('"1"', DOCUMENT)
    get(server.url(), cache)
    (entry,) = cache.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))  # type: ignore[operator]
    again = get(server.url(), cache)
    assert (again.data, again.from_cache) == (DOCUMENT, False)
    assert get(server.url(), cache).from_cache


def test_a_cache_that_cannot_be_written_is_none(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server.answers["/api.yaml"] = answer(DOCUMENT, etag='"1"')
    assert get(server.url(), tmp_path / "file" / "cache").data == DOCUMENT


def test_several_at_once_share_a_cache(server: Server, cache: Path) -> None:
    """Each sees a whole document, whoever wrote it, and no other file is left."""
    bodies = {n: bytes([65 + n]) * 300_000 for n in range(4)}
    turn = iter(range(1000))

    def respond(peer: Peer) -> None:
        number = next(turn) % 4
        peer.send(answer(bodies[number], etag=f'"{number}"'))

    server.answers["/api.yaml"] = respond
    seen: list[bytes] = []

    def work() -> None:
        for _ in range(5):
            seen.append(get(server.url(), cache).data)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert set(seen) <= set(bodies.values())
    assert len(list(cache.iterdir())) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")
def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/speclock")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == tmp_path / ".cache" / "speclock"
