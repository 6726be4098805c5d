"""The same description once more: with another seed, other line ends, or without its faults."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.qa.corpus import descriptions
from tests.qa.hostile.document import Document
from tests.qa.hostile.trial import Room, Trial, attempt

_ROUNDS = 6
_POINTER = re.compile(r"\(#(/.*)\) \[")


def differs(room: Room, spec: Path, what: str, seed: str = "0") -> Iterator[str]:
    """Generate again and compare bytes; the manifest aside, which has the file's hash."""
    again = room.folder / "tmp" / "again"
    ended = room.generate(spec, again, seed)
    if ended.code:
        yield f"{what}: ended with {ended.code}: {ended.err[:200]}"
    else:
        names = {
            path.relative_to(folder).as_posix()
            for folder in (room.out, again)
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".pyc" and path.name != "speclock.json"
        }
        for name in sorted(names):
            files = (room.out / name, again / name)
            if not all(f.is_file() for f in files) or len({f.read_bytes() for f in files}) > 1:
                yield f"{what}: {name} isn't the same"
    shutil.rmtree(again, ignore_errors=True)


def mended(room: Room, document: Document, trial: Trial) -> tuple[Room, Trial] | str:
    """Take away what the refusals point at until there is output; try that.

    Text where it can't be done: what was refused has no pointer, or there is no end of it.
    """
    data = descriptions.read(document.path)
    printed = trial.generated.err
    for number in range(_ROUNDS):
        pointers = [
            match[1].split("/")[1:]
            for line in printed.splitlines()
            if ": error: " in line and (match := _POINTER.search(line))
        ]
        if not data or not pointers:
            return "what was refused can't be taken away by its pointers"
        for pointer in sorted(pointers, key=_order, reverse=True):
            _remove(data, [token.replace("~1", "/").replace("~0", "~") for token in pointer])
        folder = room.folder / f"mended-{number}"
        (folder / "spec").mkdir(parents=True)
        path = folder / "spec" / document.path.with_suffix(".json").name
        path.write_text(json.dumps(data, indent=1), encoding="utf-8")
        next_room = Room(folder / "room", path, room.words)
        tried = attempt(next_room)
        if not tried.refused:
            return next_room, tried
        printed = tried.generated.err
    return f"still refused after {_ROUNDS} rounds of taking away what is refused"


def with_operation(room: Room, document: Document) -> Path | None:
    """A file that differs in one thing: its empty ``paths`` have an operation that uses schemas.

    A description without operations is refused for that, which says nothing of what else it holds.
    None where the paths aren't empty.
    """
    schemas = [p[2] for p in document.children(("components", "schemas"))]
    uses = ", ".join(
        f"{json.dumps(name)}: {{$ref: {json.dumps('#/components/schemas/' + _escaped(name))}}}"
        for name in schemas
    )
    operation = (
        "paths: {/things: {get: {operationId: listThings, responses: {'200': {description: ok, "
        "content: {application/json: {schema: {type: object, properties: {" + uses + "}}}}}}}}}"
    )
    text, count = re.subn(
        r"^paths: *\{ *\} *$", lambda _: operation, document.text, count=1, flags=re.MULTILINE
    )
    if not count:
        return None
    folder = room.folder / "with-operation"
    folder.mkdir()
    path = folder / document.path.name
    path.write_text(text, encoding="utf-8")
    return path


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _order(pointer: list[str]) -> list[tuple[int, str]]:
    """List items sort by number, so that later ones go first and none moves another."""
    return [(int(token) if token.isdigit() else -1, token) for token in pointer]


def _remove(data: Any, pointer: list[str]) -> None:
    """Take a node away; with a name, a place or an address goes what it belongs to."""
    if pointer[-1] in ("name", "in", "url", "required", "schema") and len(pointer) > 1:
        pointer = pointer[:-1]
    for token in pointer[:-1]:
        if isinstance(data, list) and token.isdigit() and int(token) < len(data):
            data = data[int(token)]
        elif isinstance(data, dict) and token in data:
            data = data[token]
        else:
            return
    last = pointer[-1]
    if isinstance(data, list) and last.isdigit() and int(last) < len(data):
        del data[int(last)]
    elif isinstance(data, dict):
        data.pop(last, None)
