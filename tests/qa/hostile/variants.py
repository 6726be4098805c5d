"""The same description once more: with another seed, other line ends, or without its faults."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.qa.hostile.document import Document
from tests.qa.hostile.trial import Room


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
