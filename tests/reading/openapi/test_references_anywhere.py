"""A reference in the place of any object of OpenAPI is its target.

The description has all objects and lists of them; one at a time is replaced by a reference.
Schemas, whose references give them names, and data aren't replaced.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
import yaml

from generator.base.config import Client
from generator.base.errors import Findings
from generator.reading.document.load import parse
from generator.reading.document.meta_schemas.violations import find_violations
from generator.reading.document.operations import iter_operations, webhooks
from generator.reading.document.references import References
from generator.reading.document.slice.slice_document import slice_document
from generator.reading.document.tree import SourceFile
from generator.reading.document.version import read_version
from generator.reading.openapi.keywords import KNOWN
from generator.reading.openapi.model.document import Document
from generator.reading.openapi.normalize.document import canonicalise
from generator.watch.drift.comparison import compare
from tests.support.canonical_text import description_of

pytestmark = pytest.mark.slow

Json: TypeAlias = Any
Keys: TypeAlias = tuple[str | int, ...]

HERE = Path(__file__).with_name("every_object")
WEBHOOKS: Json = yaml.safe_load("""
sold:
  post:
    requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}
    responses: {"204": {description: Thanks.}}
""")
LINES: Json = yaml.safe_load("""
query:
  operationId: ask
  requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Filter"}}}}
  responses: {"204": {description: Done.}}
additionalOperations:
  COPY: {operationId: copyLines, responses: {"204": {description: Done.}}}
post:
  operationId: mixLines
  requestBody:
    content:
      multipart/mixed:
        itemSchema: {$ref: "#/components/schemas/Filter"}
        itemEncoding: {contentType: application/json}
      multipart/related:
        schema: {type: array, prefixItems: [{$ref: "#/components/schemas/Filter"}]}
        prefixEncoding: [{contentType: application/json}]
  responses: {"204": {description: Done.}}
""")
VERSIONS = ("2.0", "3.0.3", "3.1.0", "3.2.0")
LATEST = ("2.0", "3.2.0")
"""Those that have all objects of the others."""
DATA = ("schema", "schemas", "definitions", "itemSchema", "value", "enum", "scopes", "items")
"""Members in which nothing is replaced."""
NAMED = ("schemas", "definitions")
"""Those that are replaced themselves."""
NO_EFFECT = ("externalDocs", "contact", "license")
"""Members of which a client has nothing."""


@cache
def described(version: str) -> Json:
    """Return the description with every object that a version of OpenAPI has."""
    name = "swagger.yaml" if version == "2.0" else "openapi.yaml"
    tree = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    if version != "2.0":
        tree["openapi"] = version
    if version >= "3.1":
        tree["webhooks"] = WEBHOOKS
    if version >= "3.2":
        tree["paths"]["/lines"] = LINES
    return tree


def places(node: Json, keys: Keys = ()) -> Iterator[Keys]:
    """Yield the places of all objects and lists but the root."""
    if not isinstance(node, dict | list):
        return
    last = keys[-1] if keys else ""
    is_parameters_of_link = keys[-3:-2] == ("links",) and last == "parameters"
    is_requirement = "security" in keys[-3:-2]
    if (
        keys
        and (last not in DATA or last in NAMED)
        and not (is_parameters_of_link or is_requirement)
    ):
        yield keys
    if last in DATA or keys[-2:] == ("200", "examples"):  # in 2.0, the examples are data
        return
    if isinstance(node, dict):
        members = [*cast("dict[str | int, Json]", node).items()]
    else:
        members = [*enumerate(cast("Json", node))]
    for key, value in members:
        yield from places(value, (*keys, key))


def descend(tree: Json, keys: Keys) -> Json:
    for key in keys:
        tree = tree[key]
    return tree


def referring(version: str, keys: Keys, *, is_broken: bool = False) -> Json:
    """Return the description with a reference in one place."""
    tree = copy.deepcopy(described(version))
    value = descend(tree, keys)
    descend(tree, keys[:-1])[keys[-1]] = {"$ref": "#/x-parts/it"}
    tree["x-parts"] = {} if is_broken else {"it": value}
    return tree


def source_of(tree: Json) -> SourceFile:
    return parse(json.dumps(tree).encode(), path=Path("api.json"), name="api.json")


def read(source: SourceFile) -> tuple[Document, Findings]:
    findings = Findings(required=())
    refs = References(source, findings)
    refs.faults = find_violations(refs.root, read_version(source), KNOWN)
    nodes = [*iter_operations(refs), *webhooks(refs)]
    return canonicalise(source, refs, nodes, findings, callbacks=True), findings


def violations(source: SourceFile) -> list[str]:
    problems = find_violations(source.root, read_version(source), KNOWN).values()
    return [problem.fact for listed in problems for problem in listed]


def shown(document: Document) -> Json:
    callbacks = {
        f"{op.label} {hook.name}": [*map(repr, hook.media_types)]
        for op in document.operations
        for hook in op.callbacks
    }
    links = {
        f"{op.label} {status}": sorted(response.links)
        for op in document.operations
        for status, response in op.responses.items()
    }
    return description_of(document), callbacks, links


def facts(findings: Findings) -> list[str]:
    problems = [*findings.warnings, *(gap.problem for gap in findings.left_out)]
    return [problem.fact for problem in [*problems, *findings.refusals]]


@cache
def expected(version: str) -> tuple[SourceFile, Json, list[str]]:
    source = source_of(described(version))
    document, findings = read(source)
    assert len(document.operations) == {"2.0": 3, "3.2.0": 5}.get(version, 2)
    assert not findings.left_out
    return source, shown(document), facts(findings)


CASES = [(version, keys) for version in VERSIONS for keys in places(described(version))]
IDS = [f"{version} {'.'.join(map(str, keys))}" for version, keys in CASES]


@pytest.mark.parametrize(("version", "keys"), CASES, ids=IDS)
def test_a_reference_is_its_target(version: str, keys: Keys) -> None:
    whole, same, known = expected(version)
    source = source_of(referring(version, keys))
    document, findings = read(source)
    assert shown(document) == same
    media_types = {"meta-schema"} if "content" in keys[-2:-1] else set[str]()  # 3.2 has it
    new = {problem.code for problem in findings.warnings if problem.fact not in known}
    assert new <= media_types
    assert not findings.left_out

    if version not in LATEST:
        return
    settings = Client(spec="api.json", package="depot")
    assert compare(whole, source, settings).changes == ()

    part = slice_document(source, [])
    again = parse(part.text().encode(), path=Path("slice.json"), name="slice.json")
    assert {*violations(again)} - {*violations(whole)} == set() or media_types
    assert shown(read(again)[0]) == same


@pytest.mark.parametrize(("version", "keys"), CASES, ids=IDS)
def test_a_reference_without_a_target_is_reported(version: str, keys: Keys) -> None:
    _, findings = read(source_of(referring(version, keys, is_broken=True)))
    is_reported = any("'#/x-parts/it' doesn't resolve" in fact for fact in facts(findings))
    assert is_reported or keys[-1] in NO_EFFECT


def test_a_change_in_the_target_is_a_change() -> None:
    keys: Keys = ("paths", "/crates/{crate}", "post")
    before, after = (source_of(referring("3.1.0", keys)) for _ in range(2))
    del descend(after.root, ("x-parts", "it"))["requestBody"]
    changes = compare(before, after, Client(spec="api.json", package="depot")).changes
    assert "breaking" in [verdict.wire for change in changes for verdict in change.verdicts]


def test_a_circle_of_references_is_refused() -> None:
    tree = copy.deepcopy(described("3.1.0"))
    tree["paths"]["/a"] = {"get": {"$ref": "#/paths/~1a/get"}}
    tree["paths"]["/b"] = {"get": {"$ref": "#/x-parts/one"}}
    tree["paths"]["/c"] = {"get": {"$ref": "#/paths/~1c/get/get"}}
    tree["x-parts"] = {"one": {"$ref": "#/x-parts/two"}, "two": {"$ref": "#/x-parts/one"}}
    document, findings = read(source_of(tree))
    gaps = {gap.operation: gap.problem.code for gap in findings.left_out}
    assert gaps == {"GET /a": "ref-cycle", "GET /b": "ref-cycle", "GET /c": "ref"}
    assert len(document.operations) == 2
