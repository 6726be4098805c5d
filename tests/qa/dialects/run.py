"""Is a description in Swagger 2.0 read as what it means?

FOLDER/pairs has a folder for each pair: `swagger.*`, and what some converter made of it:
`openapi.*` or `expected/swagger.*`. Both give the same package but for `speclock.json`, and
`drift` finds no change between them; what differs has a reason in reasons.toml. Where `openapi.*`
is the original, some of which Swagger 2.0 can't express, the other one generates and imports.
Each description in invalid.toml has the problem or the warning that the table tells.

columns:
  files    that differ between the packages
  changes  that `drift` finds from 2.0 to 3
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator import Client, Settings, SpecError, find_drift, generate
from tests.qa.corpus.importing import import_failures
from tests.qa.runner import command
from tests.support.project import tree

REFUSED = "refused"
COLUMNS = (("description", 80), ("files", 6), ("changes", 8))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the two descriptions of a pair aren't the same API."""

    pair: str
    reason: str
    files: tuple[str, ...] = ()
    """The files that differ, without the package's folder."""
    changes: tuple[str, ...] = ()
    """The rules by which `drift` finds changes."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A description that is invalid on purpose."""

    name: str
    """The file."""
    code: str
    """The code of the problem or the warning."""
    line: int
    about: str
    """What is invalid."""
    path: Path


@cache
def reasons() -> dict[str, Reason]:
    """Return the table by pairs."""
    text = Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8")
    return {
        one["pair"]: Reason(
            one["pair"], one["reason"], tuple(one.get("files", ())), tuple(one.get("changes", ()))
        )
        for one in tomllib.loads(text)["difference"]
    }


@dataclass(frozen=True, slots=True)
class Pair:
    """A description in Swagger 2.0, and the same API in OpenAPI 3."""

    name: str
    old: Path
    new: Path
    is_original: bool
    """True if the second one is the original."""


def find(folder: Path) -> list[Pair | Invalid]:
    """Return the pairs and the invalid descriptions of a folder, in order."""
    text = Path(__file__).with_name("invalid.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["invalid"]
    invalid = [
        Invalid(one["file"], one["code"], one["line"], one["about"], folder / one["file"])
        for one in table
    ]
    return [*_pairs(folder / "pairs"), *(one for one in invalid if one.path.is_file())]


def _pairs(folder: Path) -> list[Pair]:
    found: list[Pair] = []
    for old in sorted(folder.glob("*/*/swagger.*")):
        new = next(iter([*old.parent.glob("openapi.*"), *old.parent.glob("expected/swagger.*")]))
        name = old.parent.relative_to(folder).as_posix()
        found.append(Pair(name, old, new, name.partition("/")[0].endswith("3to2")))
    return found


def judge(one: Pair | Invalid) -> tuple[tuple[object, ...], list[str]]:
    """Return the cells of a row, and its faults."""
    return _judge_pair(one) if isinstance(one, Pair) else _judge_invalid(one)


def _judge_invalid(one: Invalid) -> tuple[tuple[object, ...], list[str]]:
    with tempfile.TemporaryDirectory(prefix="dialects-") as output:
        client = Client(one.path.name, "api", output, tests=False)
        try:
            (made,) = generate(Settings(one.path.parent, (client,)))
            problems = [*made.warnings, *(one.problem for one in made.left_out)]
        except SpecError as error:
            problems = [*error.problems]
    told = {(problem.code, problem.place.line) for problem in problems}
    faults = [f"no {one.code} in line {one.line}, but {sorted(told)}"]
    return (one.name, "-", "-"), [] if (one.code, one.line) in told else faults


def _judge_pair(pair: Pair) -> tuple[tuple[object, ...], list[str]]:
    with tempfile.TemporaryDirectory(prefix="dialects-") as folder:
        first = _package(pair.old, Path(folder) / "old")
        if pair.is_original:
            sys.path.insert(0, f"{folder}/old")
            failures = import_failures("api")
            return (pair.name, "-", "-"), [f"{name}: {fact}" for name, fact in failures.items()]
        second = _package(pair.new, Path(folder) / "new")
    names = first.keys() | second.keys()
    files = {name for name in names if first.get(name) != second.get(name)}
    files = files & {REFUSED} or files
    changes = _changes(pair)
    known = reasons().get(pair.name, Reason(pair.name, ""))
    faults = [f"{name} differs" for name in sorted(files - {*known.files})]
    faults += [f"drift: {text}" for rule, text in changes if rule not in known.changes]
    rules = {rule for rule, _ in changes}
    unused = sorted({*known.files} - files) + sorted({*known.changes} - rules)
    faults += [f"reasons.toml: {one} is no difference. Take it out." for one in unused]
    return (pair.name, len(files), len(changes)), faults


def _package(spec: Path, output: Path) -> dict[str, bytes]:
    """Return the files of the client, or of the models alone, but its manifest; or the refusal."""
    for models in (False, True):
        client = Client(spec.name, "api", str(output), tests=False, models=models)
        try:
            generate(Settings(spec.parent, (client,)))
        except SpecError as error:
            if {one.code for one in error.problems} == {"no-operations"}:
                continue
            return {REFUSED: " ".join(sorted(one.code for one in error.problems)).encode()}
        return {
            name: data for name, data in tree(output).items() if not name.endswith("speclock.json")
        }
    return {}


def _changes(pair: Pair) -> list[tuple[str, str]]:
    """Return the rule and the place of each change that `drift` finds."""
    found = find_drift(Client(""), pair.old.parent, base=str(pair.old), revision=str(pair.new))
    return [(one.id, f"{one.id} {one.pointer}") for one in found.report.changes]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__, "each difference has its reason", "one hasn't", "contains the descriptions"
    )
    options, chosen = command.parse(parser, arguments, find, lambda one: one.name)
    pool = ProcessPoolExecutor(options.jobs, max_tasks_per_child=1)
    return command.print_all(COLUMNS, len(chosen), command.spread(pool, judge, chosen))


if __name__ == "__main__":
    sys.exit(main())
