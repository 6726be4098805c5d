"""The exchanges of generated tests as a recording, compared with the original description."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from generator.base.config import Client
from generator.project.services.comparison.traffic import find_traffic_drift
from tests.watch.traffic.exchanges import Exchange, ndjson

UNDESCRIBED = 218
"""A success that no description of the corpus has."""
_OF_EXAMPLES = ("schema/property/added",)
"""Deviations that the descriptions' own examples have, which the tests send and answer with."""


def deviations(
    description: Path, exchanges: Iterable[tuple[Any, Any]], base_url: str
) -> Iterator[str]:
    """Yield what is found in exchanges that are as the description has them.

    And that an undescribed status isn't found in any, where most operations describe theirs.
    """
    found = _compared(description, [_exchange(*one) for one in exchanges], base_url)
    for rule, pointer, count in found:
        if not rule.endswith(_OF_EXAMPLES):
            yield f"{rule} at {pointer}, {count} times"
    changed = [_exchange(request, response, UNDESCRIBED) for request, response in exchanges]
    rules = {rule for rule, _, _ in _compared(description, changed, base_url)}
    if changed and "response/status/success/added" not in rules:
        yield "an undescribed status isn't found"


def _compared(
    description: Path, exchanges: list[Exchange], base_url: str
) -> list[tuple[str, str, int]]:
    client = Client(spec=description.name)
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        file.write(ndjson(exchanges))
        file.flush()
        result = find_traffic_drift(client, description.parent, [file.name], base_urls=[base_url])
    assert not result.report.faults, result.report.faults[0]
    return [
        (one.deviation.rule, one.deviation.location.pointer, one.count) for one in result.findings
    ]


def _exchange(request: Any, response: Any, status: int = 0) -> Exchange:
    body = b"" if status or not response.is_stream_consumed else response.content
    return Exchange(
        request.method, str(request.url), status or response.status_code, body or None,
        dict(response.headers), request.content or None, dict(request.headers),
    )  # fmt: skip
