"""What the clients of two descriptions say of values: which one sends or reads a value.

A batch of pairs is two packages, of all old and of all new descriptions, since generating takes
longer than all else.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import httpx
import jsonschema_rs
from pydantic import ValidationError

from generator.project.services.generation.generate import render_client
from tests.qa.fuzz.judge import CLIENT
from tests.qa.fuzz.mutations import Json, dumped
from tests.support.command import without_layout
from tests.watch.drift.oracle import made, visible
from tests.watch.drift.places import SCHEMAS
from tests.watch.drift.plain_data import compared, gravest, told
from tests.watch.drift.random_pairs import Pair, joined

_VALUES = 60
"""The values that are tried of a pair, in each direction."""
_MILD = ("none", "safe")
_IGNORED = "response/schema/property/added"
"""The deviation that every client ignores: a member that isn't described."""


def milder_verdicts(pairs: Sequence[Pair], seed: int, folder: Path) -> list[str]:
    """Return a text for each verdict that is milder than the clients of its pair.

    In requests a value of the old description is sent by the old client, and refused by the new
    one; in responses the new client reads one of the new description as described, the old one
    doesn't.
    """
    old = _Client(_package("old", joined(pair.old for pair in pairs), folder))
    new = _Client(_package("new", joined(pair.new for pair in pairs), folder))
    random = Random(seed)
    found: list[str] = []
    for pair in pairs:
        report = compared(pair.old, pair.new)
        if gravest(report, "request") in _MILD:
            for value in _values(pair, "send", random, pair.old):
                if old.sends(pair.name, value) and not new.sends(pair.name, value):
                    found.append(_told(pair, "request", value, told(report.changes)))
                    break
        if gravest(report, "response") in _MILD:
            for value in _values(pair, "get", random, pair.new):
                if new.reads(pair.name, value) and not old.reads(pair.name, value):
                    found.append(_told(pair, "response", value, told(report.changes)))
                    break
    return found


def _told(pair: Pair, direction: str, value: Json, report: str) -> str:
    lines = [f"{pair.name}: {direction} {json.dumps(value)}", f"changes: {pair.changes}", report]
    lines += [json.dumps(root["components"]["schemas"]) for root in (pair.old, pair.new)]
    return "\n".join(lines)


def _values(pair: Pair, verb: str, random: Random, admitting: Json) -> Iterator[Json]:
    """Yield values at the borders of both schemas that one description admits.

    A client may read or send further ones: members of the other direction, and text of a format
    that no type has.
    """
    if f"/{verb}/{pair.name}" not in pair.old["paths"]:
        return
    direction = "request" if verb == "send" else "response"
    roots = [visible(root, direction) for root in (pair.old, pair.new)]
    components = _with_tags(visible(admitting, direction)["components"])
    schema = {"$ref": f"{SCHEMAS}Top{pair.name}", "components": components}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for index in range(_VALUES):
        root = roots[index % 2]
        value = made(root["components"]["schemas"][f"Top{pair.name}"], root, random)
        if validator.is_valid(value):
            yield value


def _with_tags(node: Json) -> Json:
    """Return schemas with ``anyOf`` for ``oneOf``, in which a discriminator's values are listed."""
    if isinstance(node, list):
        return [_with_tags(each) for each in node]
    if not isinstance(node, dict):
        return node
    result = {key: _with_tags(each) for key, each in node.items()}
    if "oneOf" not in result:
        return result
    branches = result.pop("oneOf")
    tag = result.get("discriminator")
    if tag is not None:
        for branch in branches:
            values = [value for value, ref in tag["mapping"].items() if ref == branch["$ref"]]
            branch["properties"] = {tag["propertyName"]: {"enum": values}}
    result["anyOf"] = branches
    return result


def _package(name: str, root: Json, folder: Path) -> ModuleType:
    """Generate the package of a description, and import it."""
    (folder / CLIENT.spec).write_bytes(dumped(root))
    settings = replace(CLIENT, package=name, tests=False, fake=False)
    with chdir(folder), without_layout():
        rendered = render_client(settings, folder, lambda _: None)
    for file, data in rendered.files.files.items():
        if file.startswith(name):
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(name)


class _Client:
    """The client of a package, and what it received and noticed last."""

    def __init__(self, package: ModuleType) -> None:
        self._refusals = package.errors.SampleError, ValidationError
        self._received = b""
        self._deviations: list[Any] = []
        self._client = package.Sample(
            transport=httpx.MockTransport(self._respond),
            retry=package.Retry(attempts=1),
            on_deviation=self._deviations.append,
        )

    def _respond(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/send"):
            return httpx.Response(204)
        headers = {"content-type": "application/json"}
        return httpx.Response(200, headers=headers, content=self._received)

    def sends(self, name: str, value: Json) -> bool:
        """Return whether the client sends a value as a body."""
        return self._calls(partial(getattr(self._client.things, f"send_{name.lower()}"), value))

    def reads(self, name: str, value: Json) -> bool:
        """Return whether the client reads a value as it is described."""
        self._received = json.dumps(value).encode()
        self._deviations.clear()
        is_read = self._calls(getattr(self._client.things, f"get_{name.lower()}"))
        return is_read and all(one.rule == _IGNORED for one in self._deviations)

    def _calls(self, call: Any) -> bool:
        try:
            call()
        except self._refusals:
            return False
        return True
