"""A slice of a description, compared with the description, is unchanged."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from generator.base.config import Client
from generator.base.errors import Findings
from generator.codegen.description.pins import pins_that_keep
from generator.project.services.project.pyproject_edit import with_changes
from generator.reading.document.load import load, parse
from generator.reading.document.operations import iter_operations
from generator.reading.document.references import References
from generator.reading.document.slice.slice_document import slice_document
from generator.reading.document.tree import SourceFile
from generator.watch.drift.comparison import compare
from tests.support.cases import CASES, spec_of, topics

LINKED = """
openapi: 3.1.0
info: {title: Depot, version: "1"}
paths:
  /crates:
    post:
      operationId: crates/store
      responses:
        "201":
          description: The crate.
          content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}
          links:
            read: {operationId: crates/read, parameters: {crate: "$response.body#/id"}}
            byPath: {operationRef: "#/paths/~1crates~1{crate}/get"}
            byFile: {operationRef: "depot.yaml#/paths/~1crates~1{crate}/get"}
            again: {operationId: crates/store}
            elsewhere: {operationRef: "https://other.example/api.yaml#/paths/~1x/get"}
            nowhere: {operationId: crates/gone}
  /crates/{crate}:
    get:
      operationId: crates/read
      parameters: [{name: crate, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: The crate.}}
"""


def cut(whole: SourceFile, selectors: list[str]) -> SourceFile:
    text = slice_document(whole, selectors).text()
    return parse(text.encode(), path=whole.path, name=whole.name)


def changes(part: SourceFile, whole: SourceFile, selectors: list[str]) -> list[str]:
    """Return the changes for a client of the slice, which has the pins that `slice` prints."""
    settings = Client(spec="", package="depot", operations=tuple(selectors))
    pins = pins_that_keep([whole], part, settings)
    report = compare(part, whole, with_changes(settings, pins))
    return [f"{change.id} {change.message}" for change in report.changes]


@pytest.mark.parametrize("topic", topics(CASES))
def test_a_slice_is_unchanged(topic: str) -> None:
    whole = load(spec_of(CASES / topic))
    operations = [*iter_operations(References(whole, Findings()))]
    chosen = random.Random(topic).sample(operations, min(3, len(operations)))
    for operation in chosen:
        selectors = [operation.spellings[1]]
        assert changes(cut(whole, selectors), whole, selectors) == []


def test_links_to_operations_that_a_slice_lacks_are_not_added() -> None:
    whole = parse(LINKED.encode(), path=Path("depot.yaml"), name="depot.yaml")
    part = cut(whole, ["crates/store"])
    assert changes(part, whole, ["crates/store"]) == []
    both = ["crates/store", "crates/read"]
    assert changes(cut(whole, both), whole, both) == []


def test_links_to_operations_in_use_are_compared() -> None:
    both = ["crates/store", "crates/read"]
    whole = parse(LINKED.encode(), path=Path("depot.yaml"), name="depot.yaml")
    other = LINKED.replace("            byPath:", "            renamed:")
    other = other.replace("crates/store}", "crates/read}")
    revision = parse(other.encode(), path=Path("depot.yaml"), name="depot.yaml")
    assert sorted(change.partition(" ")[0] for change in changes(whole, revision, both)) == [
        "response/link/presence/added",
        "response/link/presence/removed",
        "response/link/target/changed",
    ]
