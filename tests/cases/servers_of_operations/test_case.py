"""Servers of operations alone: no ``base_url`` is needed."""

from __future__ import annotations

from tests.support.both_clients import Load, sent
from tests.support.generated_case import Case


def test_an_absolute_server_needs_no_base_url(case: Case, load_case: Load, mode: str) -> None:
    relative, own = load_case("servers_relative").package, case.package
    request = sent(relative, mode, "parcels", base_url="https://h.example", token="t")
    assert str(request.url) == "https://parcels.example/parcels"
    assert str(sent(own, mode, "letters").url) == "https://letters.example/v1/letters"
    assert str(sent(own, mode, "parcels", token="t").url) == "https://parcels.example/parcels"
    assert str(sent(own, mode, "stamps", token="t").url) == "https://letters.example/v1/stamps"
