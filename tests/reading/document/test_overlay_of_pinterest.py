"""The corrections of Pinterest's description: they fit, and each is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.config import Client
from generator.base.errors import Findings
from generator.project.services.project.read_api import load_description
from generator.reading.document.references import References
from generator.reading.document.selectors import select_operations
from generator.reading.openapi.normalize.document import canonicalise
from tests.support.canonical_text import description_of
from tests.support.overlays import OWN, ROOT, Json

pytestmark = pytest.mark.slow

UPSTREAM_LIKE = OWN / "upstream-like.yaml"

UPSTREAM = ROOT.parent / "shared/pinterest/releases/v5.23.0.yaml"

CORRECTIONS = ROOT / "spec/pinterest-audiences.overlay.yaml"

PROSE = {"description", "summary", "title", "info"}

EXAMPLES = {"example", "examples"}


def canonical(spec: Path, *overlays: Path) -> Json:
    client = Client(
        spec=str(spec), operations=("audiences/create",), overlays=tuple(map(str, overlays))
    )
    document, findings = load_description(client, ROOT), Findings()
    refs = References(document, findings)
    operations = select_operations(refs, client.operations)
    found = canonicalise(document, refs, operations, findings)
    findings.raise_refusals()
    return bare(description_of(found))


def bare(node: Json) -> Json:
    """Without prose: a title or description that is text (a property called so is a schema)."""
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: bare(value)
        for key, value in node.items()
        if key not in EXAMPLES and not (key in PROSE and (key == "info" or isinstance(value, str)))
    }


@pytest.fixture(scope="module")
def wanted() -> Json:
    return canonical(ROOT / "spec/pinterest-audiences.yaml")


def test_pinterests_corrections_give_the_checked_in_description(wanted: Json) -> None:
    assert canonical(UPSTREAM_LIKE, CORRECTIONS) == wanted


@pytest.mark.skipif(
    not UPSTREAM.exists(), reason="../shared holds upstream's document; it isn't here"
)
def test_pinterests_corrections_fit_upstreams_own_document(wanted: Json) -> None:
    ours, theirs = canonical(UPSTREAM_LIKE), canonical(UPSTREAM)
    assert ours["paths"] == theirs["paths"]
    assert ours["components"]["schemas"] == theirs["components"]["schemas"]
    assert canonical(UPSTREAM, CORRECTIONS) == wanted
