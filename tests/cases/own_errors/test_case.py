"""The classes of errors: each package raises its own, also where packages share a runtime."""

from __future__ import annotations

import copy
import importlib
import io
import logging
import pickle
import sys
import traceback
from pathlib import Path
from typing import Any

import httpx
import pytest

from generator.codegen.names import error_of
from tests.cases.own_errors.ways import THING, WAYS, client_of
from tests.support.answers import answering
from tests.support.command import speclock
from tests.support.generated_case import Case
from tests.support.project import made_once

FOLDER = Path(__file__).parent


def make_sharers(folder: Path) -> None:
    """Generate two packages of the case that share a runtime."""
    folder.mkdir()
    settings = (FOLDER / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "spec.yaml").write_bytes((FOLDER / "spec.yaml").read_bytes())
    both: list[str] = []
    for name in ("sharing_shop", "sharing_bank"):
        own = 'spec = "spec.yaml"\nclient = "Sample"\nfeatures = ["text"]\nruntime = "sharing"\n'
        text = settings.replace('spec = "spec.yaml"\n', own)
        both.append(text.replace("case_own_errors", name))
    (folder / "pyproject.toml").write_text("\n".join(both), encoding="utf-8")
    outcome = speclock(folder, "generate", "--output", ".", layout=False)
    assert outcome.code == 0, outcome.err


def load(name: str) -> Case:
    package, models, errors, client = (
        importlib.import_module(f"{name}{end}") for end in ("", ".models", ".errors", ".client")
    )
    return Case(package, models, errors, client)


@pytest.fixture(scope="module")
def sharers(shared_folder: Path) -> tuple[Case, Case]:
    """Return two packages that share a runtime."""
    folder = made_once(shared_folder, "sharers", make_sharers)
    sys.path.insert(0, str(folder))
    return load("sharing_shop"), load("sharing_bank")


@pytest.fixture(params=["own runtime", "shared runtime"])
def side(request: pytest.FixtureRequest) -> Case:
    """Return a package with a runtime of its own, and one that shares it."""
    if request.param == "own runtime":
        case: Case = request.getfixturevalue("case")
        return case
    shop, _ = request.getfixturevalue("sharers")
    return shop  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", WAYS)
def test_an_error_is_of_its_package(way: str, side: Case, mode: str) -> None:
    """Its class, the class that a traceback prints, and that of a copy."""
    fail, name = WAYS[way]
    with pytest.raises(side.errors.SampleError) as caught:
        fail(side, mode)
    error = caught.value
    assert type(error) is getattr(side.errors, name)
    shown = traceback.format_exception_only(error)
    assert shown == [f"{side.errors.__name__}.{name}: {error}\n"]
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(copied) is type(error)
        assert (str(copied), vars(copied)) == (str(error), vars(error))


@pytest.mark.parametrize("way", WAYS)
def test_an_error_is_of_no_other_package(way: str, sharers: tuple[Case, Case], mode: str) -> None:
    """The base of both is that of the runtime which they share."""
    shop, bank = sharers
    fail, _ = WAYS[way]
    with pytest.raises(Exception) as caught:  # noqa: PT011 - judged below
        fail(bank, mode)
    assert isinstance(caught.value, bank.errors.SampleError)
    assert not isinstance(caught.value, shop.errors.SampleError)
    base = importlib.import_module("sharing._runtime.errors")
    assert isinstance(caught.value, base.PackageError)


def test_no_base_class_is_called_as_another_error(case: Case) -> None:
    """Of whatever client it is."""
    for name in case.errors.__all__:
        client = name.removesuffix("Error")
        assert error_of(client) == ("SampleError" if client == "Sample" else f"{client}ClientError")


# ── errors of another package ────────────────────────────────────────────────────────────────────


def test_an_error_of_another_package_stays(sharers: tuple[Case, Case], mode: str) -> None:
    """A transport of the shop calls the bank; the bank's error isn't a failure of the shop."""
    shop, bank = sharers
    calls: list[str] = []

    def ask_bank(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        with client_of(bank, "sync", 503) as client:
            client.things.list()
        raise AssertionError

    retry = shop.package.Retry(attempts=3, base=0)
    with (
        client_of(shop, mode, ask_bank, retry=retry) as client,
        pytest.raises(bank.errors.InternalServerError) as caught,
    ):
        client.things.list()
    assert type(caught.value) is bank.errors.InternalServerError
    assert calls == ["/things"]


def test_a_token_of_another_package(sharers: tuple[Case, Case], mode: str) -> None:
    shop, bank = sharers

    def token() -> str:
        with client_of(bank, "sync", 401) as client:
            client.things.list()
        raise AssertionError

    with (
        client_of(shop, mode, 204, token=token) as client,
        pytest.raises(bank.errors.AuthenticationError),
    ):
        client.things.list()


# ── what callers see ─────────────────────────────────────────────────────────────────────────────


def test_a_retry_policy_gets_the_class_of_the_package(side: Case, mode: str) -> None:
    seen: list[str] = []
    errors = side.errors

    class Mine(side.package.Retry):  # type: ignore[name-defined, misc]
        def wait(self, error: Any, **_: Any) -> float | None:
            seen.append(type(error).__name__)
            return 0.0 if isinstance(error, errors.RateLimitError) else None

    retry = Mine(attempts=9)
    with (
        client_of(side, mode, 429, 429, 500, retry=retry) as client,
        pytest.raises(errors.InternalServerError),
    ):
        client.things.list()
    assert seen == ["RateLimitError", "RateLimitError", "InternalServerError"]


def test_a_log_has_the_class_of_the_package(side: Case) -> None:
    """As ``logger.exception`` writes it."""
    text = io.StringIO()
    handler, log = logging.StreamHandler(text), logging.getLogger("a program")
    log.addHandler(handler)
    try:
        with client_of(side, "sync", 404) as client:
            client.things.list()
    except side.errors.ApiError:
        log.exception("failed")
    finally:
        log.removeHandler(handler)
    address = "GET https://goods.example/things → 404"
    assert f"\n{side.errors.__name__}.NotFoundError: {address}" in text.getvalue()
    assert "_runtime" not in text.getvalue().splitlines()[-1]


def test_the_error_of_a_status_has_what_is_documented(side: Case, mode: str) -> None:
    """A schema named as a class of errors is a model; both keep their names."""
    with (
        client_of(side, mode, answering(404, {"message": "no"})) as client,
        pytest.raises(side.errors.NotFoundError, match="no") as caught,
    ):
        client.things.create(THING)
    assert caught.value.error == side.models.NotFoundError(message="no")
    slow = answering(429, {"message": "later"}, retry_after="7")
    with (
        client_of(side, mode, slow) as client,
        pytest.raises(side.errors.RateLimitError) as limited,
    ):
        client.things.create(THING)
    assert (limited.value.retry_after, limited.value.error.message) == (7.0, "later")


def test_the_error_of_a_success_that_failed_has_its_status(side: Case, mode: str) -> None:
    with (
        client_of(side, mode, {"ok": False, "data": []}) as client,
        pytest.raises(side.errors.ApiError) as caught,
    ):
        client.things.list()
    assert caught.value.status_code == 200
