"""What a version promises: its public surface, and the code that it generates.

``released.json`` is the record of the last release; there is none before the first one. Write it at
a release, with ``python -m tests.house.released``. ``faults`` compares it with the working tree.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import generator
from generator.project.cli import interrupt
from generator.project.cli import run as cli_run
from generator.project.cli.parser import COMMANDS, load_command
from generator.project.services.project.runtimes import RECORD, recorded_runtimes, runtime_hashes
from generator.project.settings_schema import tool_schema
from tests.support.cases import CASES, read_hashes, spec_of, topics

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("released.json")
COMMAND = "python -m tests.house.released"
STABILITY = ROOT / "docs" / "stability.md"
CODES = (
    cli_run.OK, cli_run.DIFFERS, cli_run.REFUSED, cli_run.UNREACHABLE, cli_run.INTERNAL,
    interrupt.INTERRUPTED,
)  # fmt: skip


@dataclass(frozen=True)
class Output:
    spec: str
    """The digest of the description; another description is another case."""
    code: str
    """The hash of the whole package, from ``tests/cases/hashes.txt``."""
    names: list[str]
    """The public names in the goldens."""


@dataclass(frozen=True)
class Release:
    version: str
    surface: list[str]
    """Commands, options, exit codes, settings, the Python API, and the members of JSON outputs."""
    output: dict[str, Output]
    deprecated: dict[str, str]
    """What is going to be removed from the surface, with the version that deprecated it."""


def faults(before: Release, now: Release) -> Iterator[str]:
    adds, breaks = _may(before.version, now.version)
    for line in before.surface:
        if line not in now.surface:
            if not breaks:
                yield f"removed, which needs a new major version: {line}"
            elif not _has_warned(before.deprecated.get(line), now.version):
                yield f"removed, without a warning for two minor versions: {line}"
    if not adds:
        added = (line for line in now.surface if line not in before.surface)
        yield from (f"added, which needs a new minor version: {line}" for line in added)
    for case, old in before.output.items():
        new = now.output.get(case)
        if new is None or new.spec != old.spec:
            continue
        if not breaks:
            gone = (name for name in old.names if name not in new.names)
            yield from (f"renamed, which needs a new major version: {case} {n}" for n in gone)
        if not adds and new.code != old.code:
            yield f"other code is generated, which needs a new minor version: {case}"


def _may(before: str, now: str) -> tuple[bool, bool]:
    """Return whether the step between versions may add, and whether it may break.

    Before 1.0 a minor version may break (Semantic Versioning 2.0.0, §4).
    """
    old, new = _numbers(before), _numbers(now)
    breaks = new[:1] > old[:1] or (new[0] == 0 and new[:2] > old[:2])
    return breaks or new[:2] > old[:2], breaks


def _has_warned(since: str | None, now: str) -> bool:
    if since is None:
        return False
    (major, minor, _), (new_major, new_minor, _) = _numbers(since), _numbers(now)
    return new_major > major or new_minor - minor >= 2


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def released_versions() -> list[str]:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\]", text, re.MULTILINE)


def read() -> Release:
    found = json.loads(FILE.read_text(encoding="utf-8"))
    output = {case: Output(**values) for case, values in found.pop("output").items()}
    return Release(**found, output=output)


def working_tree() -> Release:
    surface = [*_command_line(), *_settings(), *_python_api(), *_documents()]
    output = {case: _output(CASES / case) for case in topics(CASES)}
    return Release(generator.__version__, sorted(surface), output, deprecated())


def deprecated() -> dict[str, str]:
    section = STABILITY.read_text(encoding="utf-8").partition("\n## Deprecated\n")[2]
    return dict(re.findall(r"^\| `([^`]+)` \| (\d+\.\d+\.\d+) \|", section, re.MULTILINE))


def _command_line() -> Iterator[str]:
    yield from (f"exit code {code}" for code in CODES)
    for name in COMMANDS:
        yield f"command {name}"
        for usage in load_command(name).ARGUMENTS:
            if usage.startswith("# "):
                continue
            words, _, choices = usage.partition(" {")
            option = next((w for w in words.split() if w[:1] == "-"), words.split()[-1])
            for flag in option.rstrip("?*+…").split("/"):
                yield f"argument {name} {flag}"
                values = choices.partition("}")[0].split(",") if choices else []
                yield from (f"argument {name} {flag} {value}" for value in values)


def _settings() -> Iterator[str]:
    schema = tool_schema()
    tables = {"section": schema, **schema["definitions"]}
    for table, shape in tables.items():
        for key, value in shape["properties"].items():
            yield f"setting {table} {key}"
            yield from (f"setting {table} {key} {one}" for one in value.get("enum", ()))


def _python_api() -> Iterator[str]:
    for name in generator.__all__:
        value = getattr(generator, name)
        yield f"python {name}"
        if is_dataclass(value):
            yield from (f"python {name}.{field.name}" for field in fields(value))
        elif inspect.isfunction(value):
            yield from (f"python {name}({one})" for one in inspect.signature(value).parameters)


def _documents() -> Iterator[str]:
    for path in sorted((ROOT / "docs").glob("*.schema.json")):
        if path.stem != "speclock.schema":
            name = path.name.removesuffix(".schema.json")
            schema = json.loads(path.read_text(encoding="utf-8"))
            yield from (f"document {name} {member}" for member in _members(schema, ""))


def _members(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield the members that a schema describes, each with the place of its object's schema."""
    for key, value in schema.items():
        inside = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
        for shape in inside:
            if key in ("properties", "$defs") and isinstance(shape, dict):
                for name, inner in shape.items():
                    yield from [f"{place}/{name}"] if key == "properties" else []
                    yield from _members(inner, f"{place}/{name}")
            elif isinstance(shape, dict):
                yield from _members(shape, place)


def _output(case: Path) -> Output:
    files = sorted(path for path in (case / "expected").rglob("*.py"))
    names = {
        f"{path.relative_to(case / 'expected').as_posix()} {one}"
        for path in files
        for one in _names(ast.parse(path.read_bytes()).body, "")
    }
    spec = hashlib.sha256(spec_of(case).read_bytes()).hexdigest()
    return Output(spec, read_hashes()[case.name], sorted(names))


def _names(body: list[ast.stmt], owner: str) -> Iterator[str]:
    """Yield the public classes of a module, and their public fields and methods."""
    for node in body:
        match node:
            case ast.ClassDef(name=name, body=inner) if name[0] != "_":
                yield f"{owner}{name}"
                yield from _names(inner, f"{owner}{name}.")
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
            ) if owner and name[0] != "_":
                yield f"{owner}{name}"
            case _:
                pass


if __name__ == "__main__":
    now = working_tree()
    if found := list(faults(read(), now)) if FILE.exists() else []:
        sys.exit("\n".join([f"{now.version} may not be released:", *found]))
    runtimes = {**recorded_runtimes(), now.version: runtime_hashes()}
    text = json.dumps(runtimes, indent=1) + "\n"
    RECORD.write_text(text, encoding="utf-8", newline="\n")
    FILE.write_text(json.dumps(asdict(now), indent=1) + "\n", encoding="utf-8", newline="\n")
    sys.stdout.write(f"{FILE.name}: {now.version}, {len(now.surface)} names\n")
