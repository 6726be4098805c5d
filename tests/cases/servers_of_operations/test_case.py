"""Servers of operations alone: no ``base_url`` is needed."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.generated_case import Case


def test_an_absolute_server_needs_no_base_url(
    case: Case, load_case: Callable[[str], Case], mode: str
) -> None:
    relative = load_case("servers_relative")
    request = relative.sent(mode, "parcels", base_url="https://h.example", token="t")
    assert str(request.url) == "https://parcels.example/parcels"
    assert str(case.sent(mode, "letters").url) == "https://letters.example/v1/letters"
    assert str(case.sent(mode, "parcels", token="t").url) == "https://parcels.example/parcels"
    assert str(case.sent(mode, "stamps", token="t").url) == "https://letters.example/v1/stamps"
