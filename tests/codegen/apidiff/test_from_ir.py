"""The public API of an IR is that of the package which is generated from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.base.errors import Findings
from generator.codegen.apidiff.api import Declaration, PublicApi
from generator.codegen.apidiff.compare import ApiChange, compare
from generator.codegen.apidiff.from_ir import from_ir
from generator.codegen.apidiff.from_source import from_source
from generator.codegen.build import build
from generator.reading.document.load import load
from generator.reading.document.operations import iter_operations, webhooks
from generator.reading.document.overlay.apply import apply_overlays
from generator.reading.document.references import References
from generator.reading.openapi.normalize.document import canonicalise
from tests.support.api_types import as_told_by_ir
from tests.support.cases import CASES, features_of, settings_of, spec_of, topics
from tests.support.generated_case import GeneratedCases

ALWAYS_THERE = ("options", "content_type", "accept", "wait", "wait_")
"""Parameters that no description asks for."""
INIT = {"__init__.py": b"from .client import AsyncSample, Sample\n"}


def decided(topic: str) -> PublicApi:
    """The public API of a case, from its description."""
    features = features_of(topic)
    own = replace(settings_of(topic), package="case", client="Sample", features=features)
    overlays = [load(CASES / topic / overlay) for overlay in own.overlays]
    document = apply_overlays(load(spec_of(CASES / topic)), overlays)
    findings = Findings()
    references = References(document, findings)
    nodes = (*iter_operations(references), *webhooks(references))
    models = own.models
    canonical = canonicalise(document, references, nodes, findings, callbacks=True, models=models)
    return common(from_ir(build(canonical, own, findings)))


def generated(topic: str, cases: GeneratedCases) -> PublicApi:
    """The public API of a case, from its package."""
    return common(from_source({**cases.sources(topic), **INIT}))


def common(api: PublicApi) -> PublicApi:
    """What an IR and a source both tell."""
    declared = [
        replace(
            one,
            type=as_told_by_ir(one.type),
            position=None,
            wire="",
            flags=one.flags - {"read-only", "write-only"},
        )
        for one in api.declarations.values()
        if is_told_by_both(one) and one.owner in about(api)
    ]
    return PublicApi(declared, api.requests & {one.owner for one in declared}, api.errors)


def is_told_by_both(one: Declaration) -> bool:
    """Of overloads an IR has those of webhooks alone, by the name of the request; and no classes
    of resources.
    """
    if one.owner.startswith("resources."):
        return False
    if one.owner.startswith("webhooks."):
        return bool(one.overload) and one.name in ("name", "->")
    return not one.overload and one.name not in ALWAYS_THERE


def about(api: PublicApi) -> set[str]:
    """The names of all but the client, and what is in it for any description."""
    client = {"Sample", "client.Sample", "close", "from_env"}
    return {one.owner for one in api.declarations.values()} - client


def is_of_rendering(change: ApiChange) -> bool:
    """The alias of a constrained type inside of another is made when models are rendered."""
    return change.declaration.kind == "alias" and change.action == "removed"


def is_item_of_pages(one: Declaration) -> bool:
    """The IR names the items of pages in annotations alone."""
    return one.kind == "result" and "Paginated" in one.type.names


@pytest.mark.slow
@pytest.mark.parametrize("topic", topics(CASES))
def test_the_ir_has_the_api_of_the_package(topic: str, cases: GeneratedCases) -> None:
    ir, source = decided(topic), generated(topic, cases)
    assert ir.requests == source.requests
    for old, new in ((ir, source), (source, ir)):
        assert [
            (change.name, str(change.old), str(change.new))
            for change in compare(old, new)
            if change.breaks
            and not is_of_rendering(change)
            and not is_item_of_pages(change.declaration)
        ] == []
