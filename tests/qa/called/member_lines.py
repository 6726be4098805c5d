"""Compare the lines that name parameters and members with labels made by hand.

``members/NAME.tsv`` has one line for each name that was read: file, line, operation, part and
member. The part is the place of a parameter (``query``, ``header``), ``body`` or ``response``; a
member of an object in another has the names on the way to it, without those of lists:
``owner.name``. A line of a function that several operations send has one label for each.

The labels are complete for the files that they name, part by part: where a file has a label of a
part, each name of that part there is labelled, and what is listed there without a label is wrong.
Names that the description of the operation doesn't have are neither labelled nor judged, since
no change can concern them. A key that is computed isn't labelled, nor is one that a dictionary of
the caller is asked for before it is sent.

The lines are those of ``drift --code``: of the requests and responses of the operations that the
program calls by hand, which are found as in that command.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from generator.base.config import Client
from generator.base.recursion import deeply_recursive
from generator.project.services.comparison.by_hand import CallsByHand, read_calls
from generator.project.services.comparison.called import CallingProgram
from generator.project.services.comparison.sides import read_side
from generator.project.services.project.descriptions import no_progress
from generator.reading.openapi.model.document import Document, Operation
from generator.reading.openapi.model.schemas import Schema
from generator.watch.usage.members.requests import RequestMembers
from generator.watch.usage.members.responses import ReadMembers
from generator.watch.usage.members.schemas import NamedPart, PartKey, leaves_of, name_of
from tests.qa.called.score import Score

if TYPE_CHECKING:
    import ast

LABELS = Path(__file__).with_name("members")
LOWEST = {"first": (0.65, 0.95), "last": (0.55, 0.90)}
"""The lowest recall and precision, as for operations. The first run over these labels had 34.8 and
98.8 %, and 46.6 and 100 % over those labelled last; the reader was changed after it, so that these
aren't blind any more.
"""
_DEEPEST = 4
"""The lists that are inside each other."""


@dataclass(frozen=True)
class NamedMember:
    """A line that names a parameter or a member, of one operation."""

    file: str
    line: int
    operation: str
    part: str
    path: str
    """Of what is listed, the last name alone."""


Listed: TypeAlias = dict[NamedMember, set[PartKey]]


def has_members(name: str) -> bool:
    """Return whether members of a distribution are labelled."""
    return (LABELS / f"{name}.tsv").is_file()


def read_members(name: str) -> list[NamedMember]:
    """Return the labels of a distribution."""
    members: list[NamedMember] = []
    with (LABELS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            line = int(row["line"])
            member = NamedMember(row["file"], line, row["operation"], row["part"], row["member"])
            members.append(member)
    return members


def judged_members(name: str, description: Path, folder: Path, *, is_verbose: bool) -> Score:
    """Return the score of a program; prints what is missed and what is wrong if it is verbose."""
    client = Client("")
    side = read_side(str(description), client, folder)
    source = side.document()
    sides, names = (source, source), (side.name, side.name)
    calls = read_calls(names, sides, client, folder, CallingProgram([folder]), no_progress)
    client = calls.scoped(client)
    document = calls.old.read(calls.old.select(client.operations), client, ()).canonical
    return _compared(name, _listed(calls, document), document, is_verbose=is_verbose)


@deeply_recursive
def _listed(calls: CallsByHand, document: Document) -> Listed:
    """Return the lines of a program that name parameters and members of the description."""
    listed: Listed = defaultdict(set)
    operations = {operation.label: operation for operation in document.operations}
    requests = RequestMembers(calls.program, document)
    responses = ReadMembers(calls.program, calls.requests, document, {})
    for label, operation in operations.items():
        for request in calls.requests[label]:
            _add(listed, operation, "body", requests.of(request, label).lines, document)
        _add(listed, operation, "response", responses.parts.get(label, {}), document)
    return listed


def _add(
    listed: Listed,
    operation: Operation,
    part: str,
    lines: Mapping[PartKey, Sequence[NamedPart]],
    document: Document,
) -> None:
    """Add the lines of an operation; a key without ``#`` is that of a parameter."""
    parameters = _parameters(operation)
    for key, nodes in lines.items():
        place, name = key
        if place.startswith("#"):
            is_described = name in (document.schemas[place[1:]].properties or {})
        else:
            is_described = key in parameters
        if not is_described:
            continue
        own_part = part if place.startswith("#") else place
        for node in nodes:
            line = cast("ast.expr", node.node).lineno
            path = f"{operation.verb} {operation.path}"
            listed[NamedMember(node.file.name, line, path, own_part, name)].add(key)


def _parameters(operation: Operation) -> set[PartKey]:
    return {(each.in_, name_of(each.in_, each.name)) for each in operation.parameters}


def _compared(name: str, listed: Listed, document: Document, *, is_verbose: bool) -> Score:
    operations = {f"{each.verb} {each.path}": each for each in document.operations}
    labels = read_members(name)
    judged = {(label.file, label.part) for label in labels}
    right: Listed = defaultdict(set)
    score = Score("members")
    for label in labels:
        operation = operations.get(label.operation)
        keys = set[PartKey]() if operation is None else keys_of(label, operation, document)
        if operation is not None and not keys:
            raise ValueError(f"{name} {label}: the description doesn't have it")
        member = replace(label, path=_last_name(label))
        right[member] |= keys
        if keys & listed.get(member, set()):
            score.hits += 1
            continue
        score.missed += 1
        score.reasons[f"{label.part} missed"] += 1
        _print_member(is_verbose, name, label, "missed")
    for member, keys in listed.items():
        if (member.file, member.part) in judged and not keys & right.get(member, set()):
            score.wrong += 1
            _print_member(is_verbose, name, member, "wrong")
    return score


def _last_name(label: NamedMember) -> str:
    if label.part in ("body", "response"):
        return label.path.rpartition(".")[2]
    return name_of(label.part, label.path)


def _print_member(is_verbose: bool, name: str, member: NamedMember, fact: str) -> None:
    if is_verbose:
        place = f"{member.file}:{member.line}"
        print(f"{name} {place}: {fact} {member.operation} {member.part} {member.path}")


# ── the description ──────────────────────────────────────────────────────────────────────────


def keys_of(label: NamedMember, operation: Operation, document: Document) -> set[PartKey]:
    """Return the keys of the changes that can concern a label; empty for an unknown name."""
    if label.part not in ("body", "response"):
        return {(label.part, _last_name(label))} & _parameters(operation)
    schemas = [*_schemas(operation, label.part)]
    keys: set[PartKey] = set()
    for name in label.path.split("."):
        owners = [*_objects(schemas, document, _DEEPEST)]
        keys = set[PartKey]()
        schemas = list[Schema]()
        for components, owner in owners:
            described = (owner.properties or {}).get(name)
            if described is not None:
                schemas.append(described)
                keys |= {(f"#{key}", name) for key in components}
    return keys


def _schemas(operation: Operation, part: str) -> Iterator[Schema]:
    """Yield the schemas of the body, or of the bodies of successful responses."""
    contents = [operation.request_body.content] if operation.request_body else []
    if part == "response":
        contents.clear()
        for status, response in operation.responses.items():
            if response.content is not None and (status[:1] == "2" or status == "default"):
                contents.append(response.content)
    for content in contents:
        for media_type in content.media_types.values():
            if media_type.schema is not None:
                yield media_type.schema


def _objects(
    schemas: Sequence[Schema], document: Document, levels: int
) -> Iterator[tuple[Sequence[str], Schema]]:
    """Yield the objects of schemas, and those of the lists and dictionaries that these are."""
    for schema in schemas if levels else ():
        for keys, leaf in leaves_of(schema, document.schemas):
            yield keys, leaf
            inner = [leaf.items, leaf.additional_properties]
            within = [each for each in inner if isinstance(each, Schema)]
            yield from _objects(within, document, levels - 1)
