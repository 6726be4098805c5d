"""Calls of a generated client that show how it behaves when the server, or a value, is hostile.

    python tests/qa/hostile/probe.py SPEC FOLDER PACKAGE PROBE…

FOLDER is what was generated from SPEC. Prints a JSON list of what is wrong.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
if TYPE_CHECKING:
    from tests.qa.corpus.calls import Calls
    from tests.qa.hostile.trial import Room

SECRET = "s3cr3t-k3y-of-the-caller"
INJECTED = "a\r\nX-Injected: 1"
ELSEWHERE = "https://elsewhere.example/taken"


def run(room: Room, out: Path, probes: Sequence[str]) -> Iterator[str]:
    """Run probes in a process of their own, under guard."""
    if not probes:
        return
    from tests.qa.hostile.trial import PACKAGE

    program = Path(__file__).resolve()
    ended = room.python(program, room.spec, out, PACKAGE, *probes, path=out, timeout=120)
    if ended.code:
        last = ended.err.strip().splitlines()[-1:] or [""]
        yield f"the probe ended with {ended.code}: {last[0][:200]}"
        return
    yield from json.loads(ended.out)
    yield from room.violations()


def redirect(api: Calls) -> Iterator[str]:
    """An answer that sends to another origin is followed by nothing, with no credential."""
    for mode in ("sync", "async"):
        for case in api.cases.values():
            away = api.answer(302, headers={"location": ELSEWHERE})
            with contextlib.suppress(api.errors.ApiError):
                api.call(mode, case, away)
            hosts = {request.url.host for request in api.sent}
            if len(api.sent) != 1 or "elsewhere.example" in hosts:
                yield f"{case.call} ({mode}) follows a redirect to another origin"


def secrets(api: Calls) -> Iterator[str]:
    """No message, no repr and no log at any level shows a credential."""
    given: dict[str, Any] = {one.name: SECRET for one in api.api.credentials}

    def dropped(_: Any) -> Any:
        raise api.httpx.ReadError("dropped")

    for mode in ("sync", "async"):
        for case in api.cases.values():
            for server in (api.answer(500), api.answer(302), dropped, api.success(case.call)):
                stream = io.StringIO()
                handler = logging.StreamHandler(stream)
                logging.getLogger().addHandler(handler)
                logging.getLogger().setLevel(1)
                shown = ""
                try:
                    api.call(mode, case, server, **given)
                except Exception as error:  # noqa: BLE001 - whatever is raised is looked at
                    shown = f"{error} {error!r} {getattr(error, 'url', '')} {error.__cause__!r}"
                finally:
                    logging.getLogger().removeHandler(handler)
                if SECRET in shown:
                    yield f"{case.call} ({mode}): the error shows the credential: {shown[:150]}"
                if SECRET in stream.getvalue():
                    line = next(x for x in stream.getvalue().splitlines() if SECRET in x)
                    yield f"{case.call} ({mode}): a log shows the credential: {line[:150]}"
            if given and SECRET in repr(api.client(mode, api.answer(200), **given)):
                yield f"{case.call} ({mode}): the client's repr shows the credential"
    if not given:
        yield "the client takes no credential"


def header(api: Calls) -> Iterator[str]:
    """A value that would be a header of its own is refused before anything goes out."""
    places = {"header", "cookie"}
    tried = False
    for mode in ("sync", "async"):
        for case in api.cases.values():
            for parameter in api.operations[case.call].parameters:
                if parameter.place not in places:
                    continue
                tried = True
                name = parameter.name
                try:
                    api.call(mode, case, api.answer(200), changes={name: INJECTED})
                    raised = False
                except api.errors.RequestError:
                    raised = True
                except Exception:  # noqa: BLE001 - of what went out the headers are looked at
                    raised = False
                out = [dict(request.headers) for request in api.sent]
                broken = any("\r" in v or "\n" in v for one in out for v in one.values())
                quoted = parameter.place == "cookie" and out and not broken
                if broken or any("x-injected" in one for one in out):
                    yield f"{case.call} ({mode}): {name} makes a header of its own"
                elif not raised and not quoted:
                    yield f"{case.call} ({mode}): a line break in {name} isn't refused"
    if not tried:
        yield "no header or cookie parameter is left to try"


def download(api: Calls) -> Iterator[str]:
    """A file name of the server's decides nothing."""
    headers = {
        "content-type": "application/octet-stream",
        "content-disposition": 'attachment; filename="../../x"',
    }
    for mode in ("sync", "async"):
        for case in api.cases.values():
            with contextlib.suppress(api.errors.ResponseError):
                api.call(mode, case, api.answer(200, headers=headers, content=b"data"))
    folder = Path(inspect.getfile(api.package)).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    names = [line for text in sources for line in text.splitlines() if "filename" in line.lower()]
    if any("disposition" in line.lower() for line in names):
        yield "the client reads the server's file name: see that only its base name is used"


PROBES: dict[str, Callable[[Calls], Iterator[str]]] = {
    "redirect": redirect,
    "secrets": secrets,
    "header": header,
    "download": download,
}


def main() -> int:
    """Run the probes that the arguments name."""
    from tests.qa.corpus.calls import Calls

    spec, folder, package, *names = sys.argv[1:]
    api = Calls(Path(spec), Path(folder), package)
    print(json.dumps([fault for name in names for fault in PROBES[name](api)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
