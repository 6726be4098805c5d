"""Cases of the drift check: pairs of small descriptions, and what is to be found between them."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from generator.watch.changes.change import Report
from generator.watch.changes.rules import API, REQUEST, RESPONSE, RULES

CASES = Path(__file__).with_name("cases")


@dataclass(frozen=True)
class Way:
    """What is found from one description to another."""

    wire: dict[str, str] = field(default_factory=dict)
    """Wire level by rule id."""
    python: frozenset[str] = frozenset()
    """The directions of the changes after which code may stop working."""


@dataclass(frozen=True)
class Case:
    name: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    forth: Way
    back: Way
    operations: tuple[str, ...] = ()
    """Selectors; all operations where there are none."""


def found(report: Report) -> Way:
    wire: dict[str, str] = {}
    python: set[str] = set()
    for change in report.changes:
        wire |= {verdict.rule: verdict.wire for verdict in change.verdicts}
        if change.python:
            both = change.direction == "both"
            python |= {REQUEST, RESPONSE} if both else {change.direction or API}
    return Way(wire, frozenset(python))


def read(name: str) -> Any:
    return yaml.load((CASES / name).read_bytes(), yaml.CSafeLoader)


@functools.cache
def cases() -> tuple[Case, ...]:
    names = ("descriptions.yaml", "incoming.yaml", "models.yaml")
    return (*_of_schemas(), *(case for name in names for case in _of_descriptions(name)))


def _of_schemas() -> Iterator[Case]:
    frame = read("frame.yaml")
    for given in read("schemas.yaml"):
        rules: dict[str, str] = {}
        for kind, levels in given.get("rules", {}).items():
            words = levels.split()
            if kind.startswith("docs/"):
                rules[f"{API}/{kind}"] = levels
            else:
                rules[f"{REQUEST}/{kind}"] = " ".join(words[:2])
                rules[f"{RESPONSE}/{kind}"] = " ".join(words[2:])
        rules |= {f"{API}/python/{kind}": v for kind, v in given.get("client", {}).items()}
        versions = given.get("openapi", "3.1.0")
        versions = [versions] * 2 if isinstance(versions, str) else versions
        old, new = (
            _framed(frame, version, given[key])
            for version, key in zip(versions, ("old", "new"), strict=True)
        )
        yield _case(given, old, new, rules)


def _framed(frame: Any, version: str, schema: Any) -> Any:
    made = copy.deepcopy(frame)
    made["openapi"] = version
    body = made["paths"]["/sent"]["post"]["requestBody"]
    answer = made["paths"]["/got"]["get"]["responses"]["200"]
    for holder in (body, answer):
        holder["content"]["application/json"]["schema"]["properties"]["value"] = schema
    return made


def _of_descriptions(name: str) -> Iterator[Case]:
    data = read(name)
    for given in data["cases"]:
        old, new = (
            edited(data["base"], {**given.get("both", {}), **given.get(key, {})}, data["places"])
            for key in ("old", "new")
        )
        yield _case(given, old, new, given.get("rules", {}))


def edited(base: Any, edits: Mapping[str, Any], places: Mapping[str, str]) -> Any:
    made = copy.deepcopy(base)
    for path, given in edits.items():
        value = copy.deepcopy(given)
        first, *rest = path.split(" > ")
        *way, last = [*places.get(first, first).split(" > "), *rest]
        node = made
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        if isinstance(node, list):
            _edit_list(node, last, value)
        elif value is None:
            del node[last]
        else:
            node[last] = value
    return made


def _edit_list(node: list[Any], last: str, value: Any) -> None:
    if last == "+":
        node.append(value)
    elif value is None:
        del node[int(last)]
    else:
        node[int(last)] = value


def _case(given: Any, old: Any, new: Any, rules: Mapping[str, str]) -> Case:
    unknown = given.keys() - {
        *("name", "openapi", "both", "old", "new", "rules", "client", "python", "operations")
    }
    assert not unknown, (given["name"], unknown)
    forth: dict[str, str] = {}
    back: dict[str, str] = {}
    for rule, levels in rules.items():
        one, other = levels.split()[:2]
        if one != "-":
            forth[rule] = one
        if other != "-":
            back[RULES[rule].opposite] = other
    python = [frozenset(side.split()) for side in given.get("python", "|").split("|")]
    return Case(
        given["name"],
        old,
        new,
        Way(forth, python[0]),
        Way(back, python[1]),
        tuple(given.get("operations", ())),
    )
