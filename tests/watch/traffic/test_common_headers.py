"""Headers that most operations have: one deviation, and no action without the feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.project.services.comparison.traffic_overlay import plan_overlay
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.recorded import answer, compared, described, rules

URL = "https://things.example"
NAMES = ("a", "b", "c")


def specification(names: Sequence[str] = NAMES) -> Any:
    content: Any = {"application/json": {"schema": {"type": "array", "items": {}}}}
    responses = {"200": {"description": "OK", "content": content}}
    paths = {f"/{name}": {"get": {"operationId": name, "responses": responses}} for name in names}
    return described(paths, servers=[{"url": URL}])


def recorded(names: Sequence[str] = NAMES, **headers: tuple[str, ...]) -> list[Exchange]:
    """Return an exchange with each operation; ``headers`` are those of the named ones."""
    exchanges: list[Exchange] = []
    for name in names:
        own: Any = {header: "1" for header, having in headers.items() if name in having}
        exchanges.append(answer([], url=f"{URL}/{name}", **own))
    return exchanges


@pytest.mark.parametrize("having", [("a",), ("a", "b"), ("a", "b", "c")])
def test_a_header_of_most_operations_is_one_deviation(
    tmp_path: Path, having: tuple[str, ...]
) -> None:
    result = compared(tmp_path, specification(), recorded(x_trace=having, x_own=("c",)))
    assert rules(result) == ["response/header/optional/added"] * 2
    found = {change.message: change for change in result.report.changes}
    change = found["the header x-trace, which isn't described"]
    assert change.operations == having
    assert change.seen is not None
    assert change.seen.count == len(having)
    assert (change.pointer == "/paths") == (len(having) > 1)


def test_a_header_of_few_operations_is_one_for_each(tmp_path: Path) -> None:
    names = ("a", "b", "c", "d")
    spec = specification(names)
    result = compared(tmp_path, spec, recorded(names, x_trace=("a", "b")))
    assert rules(result) == ["response/header/optional/added"] * 2


def test_it_is_described_only_with_the_feature(tmp_path: Path) -> None:
    result = compared(tmp_path, specification(), recorded(x_trace=NAMES, x_own=("c",)))
    file = tmp_path / "o.yaml"
    overlay = plan_overlay(result, tmp_path, file)
    assert ("x-trace" in overlay.text, "x-own" in overlay.text) == (False, True)
    ((finding, reason),) = overlay.left
    assert finding.deviation.expected == "x-trace"
    assert 'features = ["response_headers"]' in reason
    client = replace(result.client, features=("response_headers",))
    whole = plan_overlay(replace(result, client=client), tmp_path, file)
    assert (whole.text.count("x-trace"), whole.left) == (3, ())
    file.write_text(whole.text, encoding="utf-8")
    again = compared(tmp_path, specification(), recorded(x_trace=NAMES, x_own=("c",)), "o.yaml")
    assert rules(again) == []
