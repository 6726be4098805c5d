"""Objects of another HTTP library, or for the other kind of client."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

from tests.support.generated_case import GeneratedCases, load_over

BOTH: dict[str, Any] = {"httpx": httpx, "httpx2": httpx2}


@pytest.fixture(scope="module", params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> str:
    """The library that the client is made for."""
    return str(request.param)


@pytest.fixture(scope="module")
def package(library: str, cases: GeneratedCases) -> ModuleType:
    """The client over that library."""
    return load_over(cases, library).package


Make = Callable[[Any], Any]
FOREIGN: dict[str, Make] = {
    "http_client": lambda http: http.Client(),
    "timeout": lambda http: http.Timeout(3),
    "transport": lambda http: http.MockTransport(lambda _: http.Response(204)),
    "token": lambda http: http.BasicAuth("user", "password"),
}
KINDS = {
    "http_client": "Client", "timeout": "Timeout", "transport": "BaseTransport", "token": "Auth",
}  # fmt: skip


@pytest.mark.parametrize("argument", FOREIGN)
def test_an_object_of_the_other_library(
    argument: str, mode: str, library: str, package: ModuleType
) -> None:
    """The error is raised at once, and names both."""
    other = "httpx2" if library == "httpx" else "httpx"
    make = FOREIGN[argument]
    if (argument, mode) == ("http_client", "async"):
        make = lambda http: http.AsyncClient()  # noqa: E731
    value = make(BOTH[other])
    prefix = "Async" if mode == "async" and KINDS[argument] in ("Client", "BaseTransport") else ""
    name = "a credential" if argument == "token" else argument
    kind = package.Sample if mode == "sync" else package.AsyncSample
    with pytest.raises(TypeError) as caught:
        kind(**{"token": "t0", argument: value})
    assert str(caught.value) == (
        f"{name} is an {other}.{type(value).__name__}; "
        f"this client is made for {library}.{prefix}{KINDS[argument]}"
    )


@pytest.mark.parametrize("argument", FOREIGN)
def test_an_object_of_the_same_library(
    argument: str, mode: str, library: str, package: ModuleType
) -> None:
    make = FOREIGN[argument]
    if (argument, mode) == ("http_client", "async"):
        make = lambda http: http.AsyncClient()  # noqa: E731
    kind = package.Sample if mode == "sync" else package.AsyncSample
    kind(**{"token": "t0", argument: make(BOTH[library])})


def test_a_client_for_the_other_kind(mode: str, library: str, package: ModuleType) -> None:
    http = BOTH[library]
    kind = package.Sample if mode == "sync" else package.AsyncSample
    given = {
        "http_client": http.AsyncClient if mode == "sync" else http.Client,
        "transport": http.AsyncHTTPTransport if mode == "sync" else http.HTTPTransport,
    }
    wanted = {"http_client": "Client", "transport": "BaseTransport"}
    prefix = "" if mode == "sync" else "Async"
    for argument, make in given.items():
        with pytest.raises(TypeError) as caught:
            kind("t0", **{argument: make()})
        assert str(caught.value) == (
            f"{argument} is an {library}.{make.__name__}; "
            f"this client is made for {library}.{prefix}{wanted[argument]}"
        )


def test_a_subclass_of_the_callers(library: str, package: ModuleType) -> None:
    """The class of the library is named, whichever the subclass."""
    other = "httpx2" if library == "httpx" else "httpx"
    own = type("Own", (BOTH[other].Client,), {})
    with pytest.raises(TypeError, match=f"http_client is an {other}.Client; "):
        package.Sample("t0", http_client=own())
    package.Sample("t0", http_client=type("Own", (BOTH[library].Client,), {})())


def test_a_client_with_the_interface_alone(package: ModuleType) -> None:
    """A stand-in of a test is nobody's."""

    class Standing:
        headers: dict[str, str] = {}  # noqa: RUF012
        is_closed = False

    package.Sample("t0", http_client=Standing())
