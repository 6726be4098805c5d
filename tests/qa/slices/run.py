"""Cut descriptions into slices of one operation each and compare what becomes of them.

For up to 20 operations of each description in FOLDER: `slice` must give a text that loads to the
same nodes as in the original, violates OpenAPI's meta-schema nowhere that the original doesn't, and
generates the same code for the operation as the whole document does: its methods, its constant, and
every model that these reach. Parameters that a whole client keeps once for several operations count
where they are used. `drift` must find nothing between a slice and the whole. A row is printed as
each description is done.

columns:
  slices    operations tried / emitted from the whole document
  cut       slices whose text is lines of the original (JSON is always written anew)
  valid     slices without a violation that the original hasn't
  same      slices that give the same code
  pinned    names that the rest of the whole decides, which the slices need pins for
  largest   bytes of the largest slice, and what part of the original that is
  seconds   wall time
"""

from __future__ import annotations

import gc
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import jsonschema_rs

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.base.config import Client, Pins
from generator.base.errors import SpeclockError
from generator.codegen.description.pins import lines_of, pins_that_keep
from generator.project.services.project.pyproject_edit import with_changes
from generator.reading.document import meta_schemas
from generator.reading.document.edit.dump import json_text
from generator.reading.document.load import load, parse
from generator.reading.document.slice.slice_document import slice_document
from generator.reading.document.tree import SourceFile
from generator.watch.drift.comparison import compare
from tests.qa.corpus.descriptions import Description, find
from tests.qa.runner import command
from tests.qa.slices.generated_code import Code, read_code

COLUMNS = (
    ("description", 24), ("slices", 8), ("cut", 5), ("valid", 6), ("same", 5), ("pinned", 8),
    ("largest", 16), ("seconds", 8),
)  # fmt: skip
EACH = 20
SEED = 20


@dataclass(slots=True)
class Row:
    """What was seen of one description."""

    name: str
    emitted: int = 0
    tried: int = 0
    cut: int = 0
    valid: int = 0
    same: int = 0
    pinned: int = 0
    largest: int = 0
    size: int = 0
    seconds: float = 0.0
    shortfalls: list[str] = field(default_factory=list)

    def cells(self) -> tuple[object, ...]:
        part = f"{self.largest:,} ({self.largest / self.size:.0%})" if self.size else "-"
        slices = f"{self.tried}/{self.emitted}"
        return (
            self.name, slices, self.cut, self.valid, self.same, self.pinned, part,
            f"{self.seconds:.1f}",
        )  # fmt: skip


def measure(each: int, description: Description) -> tuple[tuple[object, ...], list[str]]:
    """Return the cells of a description's row, and its faults."""
    began = time.monotonic()
    row = Row(description.name)
    gc.disable()
    try:
        _measure(description, each, row)
    except SpeclockError as error:
        row.shortfalls.append(f"the whole: {error}")
    finally:
        gc.enable()
    row.seconds = time.monotonic() - began
    return row.cells(), row.shortfalls or ([] if row.tried else ["no operation was tried"])


def _measure(description: Description, each: int, row: Row) -> None:
    document = load(description.path)
    row.size = description.path.stat().st_size
    whole = read_code(description.path)
    row.emitted = len(whole.operations)
    chosen = whole.operations
    if len(chosen) > each:
        chosen = sorted(random.Random(SEED).sample(chosen, each), key=chosen.index)
    faults = _violations(document)
    for operation in chosen:
        gc.collect()
        row.tried += 1
        label = operation["operation_id"] or f"{operation['method']} {operation['path']}"
        try:
            _compare(document, label, operation, whole, faults, row)
        except SpeclockError as error:
            row.shortfalls.append(f"{label}: {error}")


def _compare(
    document: SourceFile,
    label: str,
    operation: dict[str, str],
    whole: Code,
    faults: set[str],
    row: Row,
) -> None:
    part = slice_document(document, [label])
    text = part.text()
    row.largest = max(row.largest, len(text.encode()))
    with tempfile.TemporaryDirectory(prefix="slices-") as folder:
        path = Path(folder) / document.path.name
        path.write_text(text, encoding="utf-8", newline="\n")
        again = parse(text.encode(), path=path, name="slice")
        if json_text(again.root) != json_text(part.root):
            row.shortfalls.append(f"{label}: the text says something else than the slice")
        row.cut += set(text.split("\n")) <= set(document.text.split("\n"))
        worse = _violations(again) - faults
        row.valid += not worse
        if worse:
            row.shortfalls.append(f"{label}: violates the meta-schema: {min(worse)}")
        pins = pins_that_keep([document], again, Client(spec="", package="cut"))
        row.pinned += len(lines_of(pins))
        _compare_with_whole(again, document, label, pins, row)
        code = read_code(path, pins)
    if len(code.operations) != 1:
        row.shortfalls.append(f"{label}: gives {len(code.operations)} operations")
        return
    if code.operations[0]["call"] != operation["call"]:
        row.shortfalls.append(f"{label}: is called {code.operations[0]['call']}")
        return
    mine, theirs = map(_without_direction, (code.of(code.operations[0]), whole.of(operation)))
    secrets = code.credentials(code.operations[0]), whole.credentials(operation)
    if all(secrets) and secrets[0] != secrets[1]:  # a client's only one has no list
        row.shortfalls.append(f"{label}: the credentials are {secrets[0]}, not {secrets[1]}")
    if not mine:
        row.shortfalls.append(f"{label}: no code was found")
        return
    if mine == theirs:
        row.same += 1
        return
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            what = _first_difference(theirs.get(name, ""), mine.get(name, ""))
            row.shortfalls.append(f"{label}: {name} differs: {what}")
            break


def _compare_with_whole(
    part: SourceFile, whole: SourceFile, label: str, pins: Pins, row: Row
) -> None:
    """Count the changes that `drift` reports between a slice and what it was cut from."""
    settings = Client(spec="", package="cut", operations=(label,))
    report = compare(part, whole, with_changes(settings, pins) if pins else settings)
    row.shortfalls += [f"{label}: drift reports {change.id}" for change in report.changes[:1]]


_LINKS = re.compile(r'(?:\n\n *Links: .*?(?=\n\n|\n *"""))|\n *(?=""")', re.DOTALL)
_DIGITS = re.compile(r"Annotated\[([^,\[\]]*(?:\[[^\[\]]*\])?[^,\[\]]*), DIGITS\]")
_MARKS = re.compile(r", ResponseOnly\b|, DIGITS\b|\n *_read_only: ClassVar = .*")


def _without_direction(found: Mapping[str, str]) -> dict[str, str]:
    """Leave out what depends on other operations: those that links lead to, or that use a class.

    Of a class these are the marks of responses alone, of numbers that are sent and of fields that
    aren't.
    """
    return {
        name: _MARKS.sub("", _DIGITS.sub(r"\1", _LINKS.sub("", text)))
        for name, text in found.items()
    }


def _first_difference(one: str, other: str) -> str:
    """Return the first lines that differ; of the end of one text, an empty line."""
    lines = zip_longest(one.split("\n"), other.split("\n"), fillvalue="")
    a, b = next((a, b) for a, b in lines if a != b)
    return f"{a.strip()[:150]!r} in the whole, {b.strip()[:150]!r} in the slice"


# ── validity ─────────────────────────────────────────────────────────────────────────────────────


@cache
def _validator(version: str) -> Any:
    path = Path(meta_schemas.__path__[0]) / f"{version[:3]}.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def _violations(document: SourceFile) -> set[str]:
    """Where the document violates the meta-schema, as pointers with what is wrong."""
    plain = json.loads(json.dumps(document.root))
    found = _validator(str(document.root.get("openapi", "2.0"))).iter_errors(plain)
    return {"/".join(map(str, error.instance_path)) for error in found}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__, "every slice gives the same code", "one doesn't", "contains the descriptions"
    )
    parser.add_argument("--each", type=int, default=EACH, help="slices of each (%(default)s)")
    options, chosen = command.parse(parser, arguments, find, lambda one: one.name)
    pool = ProcessPoolExecutor(options.jobs)
    results = command.spread(pool, partial(measure, options.each), chosen[::-1])
    return command.print_all(COLUMNS, len(chosen), results)


if __name__ == "__main__":
    sys.exit(main())
