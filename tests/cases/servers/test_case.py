"""Servers with variables, and servers of paths and operations."""

from __future__ import annotations

from tests.support.both_clients import sent
from tests.support.generated_case import Case


def test_each_operation_goes_to_its_server(case: Case, mode: str) -> None:
    post = case.package
    wanted = {
        "letters": "https://eu.post.example:8443/v1/letters",
        "parcels": "https://parcels.example/v2/parcels",
        "send": "https://eu.post.example:8443/upload/parcels",
        "about": "https://eu.post.example:8443/about",
        "same": "https://eu.post.example:8443/v1/same",
    }
    assert {m: str(sent(post, mode, m, key="k").url) for m in wanted} == wanted
    assert "region=eu (or us)" in str(post.Sample.__doc__)


def test_a_base_url_of_the_callers_stands_for_every_server(case: Case, mode: str) -> None:
    """So what is secret goes to the caller's address alone."""
    post = case.package
    wanted = {
        "letters": "https://proxy.example/post/letters",
        "parcels": "https://proxy.example/post/parcels",
        "send": "https://proxy.example/upload/parcels",
        "about": "https://proxy.example/about",
    }
    found = {
        m: sent(post, mode, m, key="k", base_url="https://proxy.example/post/") for m in wanted
    }
    assert {m: str(r.url) for m, r in found.items()} == wanted
