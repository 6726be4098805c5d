"""Random lives of a client: ``init``, ``remove``, ``add``, and an upstream in which a part that
settings may name is dropped or renamed.
"""

from __future__ import annotations

import copy
import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, cast

from generator.base.errors import SpeclockError
from generator.reading.document.load import load
from generator.reading.document.slice.slice_document import slice_document
from tests.support.command import Outcome
from tests.support.project import Project

Json = Any
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = 10
"""The most operations of an upstream."""
_CURSORS = re.compile(
    r"(?i)cursor|next|page|after|offset|limit|total|has_?more|token|last|items|data"
)
"""Members and parameters that pages are read by."""
_OURS = re.compile(r"pyproject\.toml:|\[tool\.speclock|`(calls|names|credentials|pagination)`")
"""What a refusal names that a command wrote."""
_GONE = re.compile(r" has no operation '")
_COMMAND = re.compile(r"speclock ((?:remove|update) .*)$", re.MULTILINE)
"""A command at the end of a line, as it can be copied."""


def read_small(path: Path, chance: Random) -> Json | None:
    """Return the slice of a description with some of its operations, as plain data; None if it has
    too few, or none can be made.
    """
    document = load(path)
    labels = [f"{method.upper()} {path}" for path, method, _ in operations(document.root)]
    if len(labels) < 2:
        return None
    chosen = chance.sample(labels, min(OPERATIONS, len(labels)))
    try:
        return json.loads(json.dumps(slice_document(document, chosen).root))
    except SpeclockError:
        return None


def operations(root: Json) -> list[tuple[str, str, Json]]:
    """Return the path, the method and the object of each operation."""
    items: dict[str, dict[str, Json]] = root.get("paths", {})
    return [
        (path, method, item[method])
        for path, item in items.items()
        for method in METHODS
        if method in item
    ]


def _mappings(value: Json) -> Iterator[dict[str, Json]]:
    todo: list[Json] = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            mapping = cast("dict[str, Json]", node)
            yield mapping
            todo += mapping.values()
        elif isinstance(node, list):
            items: list[Json] = node
            todo += items


# ── what upstream does ───────────────────────────────────────────────────────────────────────────


def _change_operation(root: Json, chance: Random, *, is_dropped: bool) -> bool:
    path, method, op = chance.choice(operations(root))
    if is_dropped:
        del root["paths"][path][method]
    elif "operationId" in op:
        op["operationId"] += "Renamed"
    return is_dropped or "operationId" in op


def _change_scheme(root: Json, chance: Random, *, is_dropped: bool) -> bool:
    schemes = root.get("components", {}).get("securitySchemes") or root.get("securityDefinitions")
    if not schemes:
        return False
    key = chance.choice(sorted(schemes))
    scheme = schemes.pop(key)
    if not is_dropped:
        schemes[f"{key}Renamed"] = scheme
    for node in [root, *(op for _, _, op in operations(root))]:
        for requirement in node.get("security") or ():
            if key in requirement:
                scopes = requirement.pop(key)
                if not is_dropped:
                    requirement[f"{key}Renamed"] = scopes
    return True


def _change_member(
    root: Json, chance: Random, *, is_dropped: bool, fits: Callable[[str], object]
) -> bool:
    """Change a property, and what is required of it."""
    places = [
        (node, key)
        for node in _mappings(root)
        if isinstance(node.get("properties"), dict)
        for key in node["properties"]
        if fits(key)
    ]
    if not places:
        return False
    node, key = chance.choice(places)
    schema = node["properties"].pop(key)
    new = [] if is_dropped else [f"{key}_renamed"]
    node["properties"] |= dict.fromkeys(new, schema)
    if isinstance(node.get("required"), list) and key in node["required"]:
        node["required"] = [*(name for name in node["required"] if name != key), *new]
    return True


def _change_property(root: Json, chance: Random, *, is_dropped: bool) -> bool:
    return _change_member(root, chance, is_dropped=is_dropped, fits=str.isprintable)


def _change_cursor(root: Json, chance: Random, *, is_dropped: bool) -> bool:
    """Change a member, or a parameter, that pages are read by."""
    holders: list[Json] = [*root["paths"].values(), *(op for _, _, op in operations(root))]
    lists = [holder["parameters"] for holder in holders if "parameters" in holder]
    named: list[tuple[list[Json], Json]] = [
        (parameters, one)
        for parameters in lists
        for one in parameters
        if one.get("in") == "query" and _CURSORS.search(one["name"])
    ]
    if named and chance.random() < 0.3:
        parameters, parameter = chance.choice(named)
        if is_dropped:
            parameters.remove(parameter)
        else:
            parameter["name"] += "_renamed"
        return True
    return _change_member(root, chance, is_dropped=is_dropped, fits=_CURSORS.search)


def _change_tag(root: Json, chance: Random, *, is_dropped: bool) -> bool:
    tags = sorted({tag for _, _, op in operations(root) for tag in op.get("tags", ())})
    if not tags:
        return False
    tag = chance.choice(tags)
    for _, _, op in operations(root):
        if tag in op.get("tags", ()):
            new = [] if is_dropped else [f"{tag} renamed"]
            op["tags"] = [*new, *(one for one in op["tags"] if one != tag)]
    return True


CHANGES = {
    "operation": _change_operation,
    "scheme": _change_scheme,
    "property": _change_property,
    "cursor": _change_cursor,
    "tag": _change_tag,
}


# ── the walk ─────────────────────────────────────────────────────────────────────────────────────


class Stuck(AssertionError):
    """A command that stopped at what speclock itself wrote."""


@dataclass
class Walk:
    """One life of a client."""

    project: Project
    upstream: Json
    chance: Random
    commands: list[str] = field(default_factory=list)

    def run(self) -> str:
        """Live it; return what happened to upstream. Raise :class:`Stuck`."""
        self._publish(self.upstream)
        labels = [f"{method.upper()} {path}" for path, method, _ in operations(self.upstream)]
        count = self.chance.randint(1, min(4, len(labels) - 1))
        mine = self.chance.sample(labels, count)
        others = [label for label in labels if label not in mine]
        named = [word for label in mine for word in ("--operation", self._spelled(label))]
        if not self._does("init", "up.json", *named, "--package", "api", "--no-ci"):
            return "not generated"
        self._step(mine, others)
        self._step(mine, others)
        is_dropped = self.chance.random() < 0.5
        new = copy.deepcopy(self.upstream)
        kinds = self.chance.sample(sorted(CHANGES), len(CHANGES))
        kind = next(k for k in kinds if CHANGES[k](new, self.chance, is_dropped=is_dropped))
        self._publish(new)
        self._does("update", "--yes")
        there = {f"{method.upper()} {path}" for path, method, _ in operations(new)}
        self._step([one for one in mine if one in there], [one for one in others if one in there])
        return f"{kind} {'dropped' if is_dropped else 'renamed'}"

    def _publish(self, upstream: Json) -> None:
        self.project.write("up.json", json.dumps(upstream, indent=1))

    def _spelled(self, label: str) -> str:
        """Return an operation's id, or method and path."""
        ids = {f"{m.upper()} {p}": op.get("operationId") for p, m, op in operations(self.upstream)}
        is_named = list(ids.values()).count(ids[label]) == 1 and self.chance.random() < 0.5
        return ids[label] if is_named and ids[label] else label

    def _step(self, mine: list[str], others: list[str]) -> None:
        """Add or remove an operation."""
        if len(mine) > 1 and (not others or self.chance.random() < 0.5):
            label = self.chance.choice(mine)
            if self._does("remove", label, "--yes"):
                mine.remove(label)
                others.append(label)
        elif others:
            label = self.chance.choice(others)
            if self._does("add", label, "--yes"):
                others.remove(label)
                mine.append(label)

    def _does(self, *words: str) -> bool:
        """Run a command, and those that it prints as remedies; return whether it succeeded."""
        done = self._run(*words)
        for _ in range(3):
            if done.code == 0:
                checked = self._run("check")
                if checked.code or "stray-pin" in done.err:
                    self._fail(done if "stray-pin" in done.err else checked)
                return True
            remedy = _COMMAND.search(done.err)
            if not _GONE.search(done.err) or remedy is None:
                if _OURS.search(done.err) and not _GONE.search(done.err):
                    self._fail(done)
                return False
            self._does_remedy(remedy[1])
            done = self._run(*words)
        self._fail(done)
        return False

    def _does_remedy(self, command: str) -> None:
        if (done := self._run(*shlex.split(command), "--yes")).code and _OURS.search(done.err):
            self._fail(done)

    def _run(self, *words: str) -> Outcome:
        self.commands.append(shlex.join(words))
        done = self.project.run(*words)
        if "internal error" in done.err or "Traceback" in done.err:
            self._fail(done)
        return done

    def _fail(self, done: Outcome) -> None:
        commands = "\n".join(self.commands)
        raise Stuck(f"{commands}\n{done.out[-2000:]}\n{done.err}\n{self.project.root}")
