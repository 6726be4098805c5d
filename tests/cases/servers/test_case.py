"""Servers with variables, and servers of paths and operations."""

from __future__ import annotations

import importlib

import pytest

from tests.support.generated_case import Case


def test_each_operation_goes_to_its_server(case: Case, mode: str) -> None:
    wanted = {
        "letters": "https://eu.post.example:8443/v1/letters",
        "parcels": "https://parcels.example/v2/parcels",
        "send": "https://eu.post.example:8443/upload/parcels",
        "about": "https://eu.post.example:8443/about",
        "same": "https://eu.post.example:8443/v1/same",
    }
    assert {m: str(case.sent(mode, m, key="k").url) for m in wanted} == wanted


def test_a_base_url_of_the_callers_replaces_every_server(case: Case, mode: str) -> None:
    """So what is secret is sent to the caller's address alone."""
    wanted = {
        "letters": "https://proxy.example/post/letters",
        "parcels": "https://proxy.example/post/parcels",
        "send": "https://proxy.example/upload/parcels",
        "about": "https://proxy.example/about",
    }
    url = "https://proxy.example/post/"
    found = {m: case.sent(mode, m, key="k", base_url=url, region="us") for m in wanted}
    assert {m: str(r.url) for m, r in found.items()} == wanted


def test_variables_of_the_server_are_arguments(case: Case, mode: str) -> None:
    """The servers of operations are used as they are described."""
    wanted = {
        "letters": "https://us.post.example:9000/v1/beta/letters",
        "parcels": "https://parcels.example/v2/parcels",
        "send": "https://us.post.example:9000/upload/parcels",
        "same": "https://us.post.example:9000/v1/beta/same",
    }
    variables = {"region": "us", "port": "9000", "version": "v1/beta"}
    found = {m: case.sent(mode, m, key="k", **variables) for m in wanted}
    assert {m: str(r.url) for m, r in found.items()} == wanted


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("region", "evil.example/"),
        ("region", "evil.example#"),
        ("region", "a@evil.example\\"),
        ("port", "1/.evil.example"),
        ("port", "99999"),
        ("version", "v1?admin=1"),
        ("version", "../.."),
        ("version", "v 1"),
        ("version", "v1\n"),
    ],
)
def test_a_value_cannot_lead_elsewhere(case: Case, mode: str, variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=rf"server variable {variable}|base_url must"):
        case.sent(mode, "letters", key="k", **{variable: value})


@pytest.mark.parametrize(
    ("url", "variables", "wanted"),
    [
        ("https://a.example{path}", {"path": "/v1/b"}, "https://a.example/v1/b"),
        ("https://a.example{path}/c", {"path": "/v1/b"}, "https://a.example/v1/b/c"),
        ("https://{host}{path}", {"host": "a.example", "path": ""}, "https://a.example"),
        ("{base}/v1", {"base": "https://a.example/b"}, "https://a.example/b/v1"),
        ("{scheme}://{host}", {"scheme": "http", "host": "a.example"}, "http://a.example"),
        ("https://a{path}.example", {"path": "/b"}, ""),
        ("https://a{path}:8", {"path": "/b"}, ""),
        ("https://a.example{path}", {"path": "@b"}, ""),
        ("https://a.example{path}", {"path": "b/c"}, ""),
        ("https://a.example{path}", {"path": "/../c"}, ""),
    ],
)
def test_a_variable_after_the_host_is_a_path(
    case: Case, url: str, variables: dict[str, str], wanted: str
) -> None:
    module = importlib.import_module(f"{case.package.__name__}._runtime.server_variables")
    with_variables = module.with_variables
    if wanted:
        assert with_variables(url, variables) == wanted
    else:
        with pytest.raises(ValueError, match="the server variable path"):
            with_variables(url, variables)


def test_each_variable_is_documented(case: Case) -> None:
    doc = " ".join(str(case.package.Sample.__doc__).split())
    assert "The server is https://{region}.post.example:{port}/{version}." in doc
    assert "``region`` is {region} in the server's URL: The continent." in doc
