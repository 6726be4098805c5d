"""The two calls, what a server answers, and what becomes of it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.qa.comparison.server import Request, Server
from tests.qa.comparison.tool import ROOT, run

PROBE = Path(__file__).with_name("probe.py")


@dataclass(frozen=True)
class Call:
    """A call, the description of its operation, and what the server receives and answers."""

    name: str
    spec: Path
    path: str
    query: dict[str, list[str]]
    body: Any
    answer: Any

    def judge(self, request: Request) -> str:
        """Return ``yes`` if a request is as described, or else the differences."""
        if request.path != self.path:
            return f"to `{request.path}`"
        sent = {**request.query, **members_of(request.body)}
        wanted = {**self.query, **members_of(self.body)}
        both = sorted(wanted.keys() & sent.keys())
        changed = [name for name in both if sent[name] != wanted[name]]
        added = [f"`{key_of(name)}`" for name in sorted(sent.keys() - wanted.keys())]
        differences = [f"no `{key_of(name)}`" for name in sorted(wanted.keys() - sent.keys())]
        differences += [f"`{text_of(name, sent[name])}`" for name in changed]
        if added:
            differences.append(f"adds {', '.join(added)}")
        return ", ".join(differences) or "yes"


def key_of(name: str) -> str:
    """Return the last part of a member's name."""
    return name.rpartition(".")[2]


def text_of(name: str, value: Any) -> str:
    """Return a parameter as it is in a query, or a member in JSON."""
    if isinstance(value, list):
        items = cast("list[str]", value)
        return "&".join(f"{name}={item}" for item in items)
    return json.dumps({key_of(name): value})


def members_of(value: Any, name: str = "") -> dict[str, Any]:
    """Return the values of an object and of those in it, by their names with dots."""
    if not isinstance(value, dict):
        return {name: value} if name else {}
    members = dict[str, Any]()
    for key, member in cast("dict[str, Any]", value).items():
        members |= members_of(member, f"{name}.{key}".removeprefix("."))
    return members


CREATE = Call(
    name="pinterest",
    spec=ROOT / "spec" / "pinterest-audiences.yaml",
    path="/v5/ad_accounts/1/audiences",
    query={},
    body={
        "audience_type": "VISITOR",
        "name": "Visitors",
        "rule": {"visitor_source_id": "1", "url": {"=": "https://shop.example"}},
    },
    answer={"id": "7", "ad_account_id": "1", "name": "Visitors"},
)
ALBUM = {"id": "kept-album", "name": "Blue", "album_type": "album", "total_tracks": 10}
SEARCH = Call(
    name="music",
    spec=Path(__file__).with_name("music.yaml"),
    path="/v5/search",
    query={"q": ["blue"], "type": ["album,track"]},
    body=None,
    answer={"albums": {"total": 1, "items": [ALBUM]}},
)
CALLS = (CREATE, SEARCH)


@dataclass(frozen=True)
class Deviation:
    """A change of the album by which the answer isn't as described."""

    change: Callable[[dict[str, Any]], Any]
    text: str = "kept-album"
    """What the result holds unless the client loses it."""


DEVIATIONS = {
    "extra": Deviation(lambda album: album.update(brand_new="kept-member"), "kept-member"),
    "value": Deviation(lambda album: album.update(album_type="kept-value"), "kept-value"),
    "absent": Deviation(lambda album: album.pop("total_tracks")),
    "null": Deviation(lambda album: album.update(name=None)),
    "type": Deviation(lambda album: album.update(total_tracks="kept-text"), "kept-text"),
}


class Caller:
    """A program that makes one call of a tool's client."""

    def __init__(self, call: Call, code: str, folder: Path, python: Path, path: Path) -> None:
        """``folder`` gets the program; ``path`` is the folder that has the client."""
        self.call, self._python, self._path = call, python, path
        self._file = folder / f"{call.name}.py"
        self._file.write_text(code, encoding="utf-8")

    def run(self, url: str) -> dict[str, Any]:
        """Make the call; return the result as text and the reports, or the error."""
        words = (self._python, PROBE, self._file, url, self.call.spec)
        try:
            done = run(*words, PYTHONPATH=str(self._path), seconds=60)
        except subprocess.TimeoutExpired:
            return {"error": "no end"}
        print(f"{self._file}: {done.stdout[-700:]}{done.stderr[-300:]}", file=sys.stderr)
        outcome: dict[str, Any] = json.loads(done.stdout or '{"error": "no output"}')
        return outcome


def judge_request(caller: Caller) -> str:
    """Return what the server received, in the words of :meth:`Call.judge`."""
    server = Server()
    server.answer = caller.call.answer
    with server.running() as url:
        outcome = caller.run(url)
    if not server.requests:
        return "no request"
    judgement = caller.call.judge(server.requests[0])
    if judgement == "yes" and "error" in outcome:
        return "raises"
    return judgement


def judge_answers(caller: Caller) -> dict[str, str]:
    """Return what becomes of each deviation, and whether the status 403 is an exception.

    Nothing is returned if the answer that is as described isn't a result.
    """
    server = Server()
    server.answer = caller.call.answer
    cells = dict[str, str]()
    with server.running() as url:
        described = caller.run(url)
        if "error" in described:
            return cells
        for name, deviation in DEVIATIONS.items():
            server.answer = copy.deepcopy(caller.call.answer)
            deviation.change(server.answer["albums"]["items"][0])
            cells[name] = judge_outcome(caller.run(url), deviation, described["reports"])
        server.status, server.answer = 403, {"message": "no"}
        cells["403"] = "yes" if "error" in caller.run(url) else "no"
    return cells


def judge_outcome(outcome: dict[str, Any], deviation: Deviation, usual: list[str]) -> str:
    """Return what a client does; ``usual`` are the reports that it makes of any answer."""
    if "error" in outcome:
        return "raises"
    if deviation.text not in outcome["result"] or "kept-album" not in outcome["result"]:
        return "lost"
    reported = [text for text in outcome["reports"] if text not in usual]
    return "told" if reported else "kept"
