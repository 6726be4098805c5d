"""Response headers as the description types them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import ValidationError

from tests.support.answers import answering
from tests.support.generated_case import Case


@pytest.fixture
def typed(case: Case) -> Any:
    """Return the module with the classes."""
    return case.modules["response_headers"]


def test_of_a_result(case: Case, typed: Any, mode: str) -> None:
    server = answering(
        200, b"{}", x_rate="12", x_weight="1.50", x_stray="true", x_version="2", x_kind="cat",
        x_size="small", x_grade="1", x_id="6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        x_born="2026-01-02", last_modified="2026-01-02T03:04:05Z", x_code="low", x_any="a,b",
        x_price="5", retry_after="120", read="r",
    )  # fmt: skip
    headers = typed.PetsGetHeaders.read(case.exchange(mode, server, "pets.get", "7")[1].headers)
    assert headers == typed.PetsGetHeaders(
        x_rate=12,
        x_weight=1.5,
        x_stray=True,
        x_version="2",
        x_kind=case.models.Kind.CAT,
        x_size=case.models.PetsGetResponseXSize.SMALL,
        x_grade=case.models.PetsGetResponseXGrade.VALUE_1,
        x_id=UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        x_born=date(2026, 1, 2),
        last_modified=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        x_code="low",
        x_any="a,b",
        x_price=5,
        retry_after=120,
        read_="r",
    )
    assert type(headers.x_kind) is case.models.Kind
    assert type(headers.x_grade) is case.models.PetsGetResponseXGrade


def test_what_was_not_sent_is_none(case: Case, typed: Any, mode: str) -> None:
    """A required one, too."""
    server = answering(200, {})
    headers = typed.PetsGetHeaders.read(case.exchange(mode, server, "pets.get", "7")[1].headers)
    assert set(headers.model_dump().values()) == {None}


def test_of_an_error(case: Case, typed: Any, mode: str) -> None:
    server = answering(429, None, x_total="3", link="<b>")
    with pytest.raises(case.errors.ApiError) as caught:
        case.exchange(mode, server, "pets.list")
    headers = typed.PetsListHeaders.read(caught.value.headers)
    assert (headers.x_total, headers.link) == (3, "<b>")


def test_the_same_headers_share_a_class(typed: Any) -> None:
    assert typed.PetsSearchHeaders is typed.PetsListHeaders


def test_lists_and_objects(case: Case, typed: Any, mode: str) -> None:
    server = answering(
        200, b"", x_ids="1, 22,,3", x_kinds="cat,newt", x_point="x,1,label,a b",
        x_place="x=1,label=a=b", x_counts="a=1, b=2", x_json='[{"x": 1}]',
        x_text="5", x_deep="1,2", x_mixed="1,a",
    )  # fmt: skip
    _, info = case.exchange(mode, server, "pets.replace", "7")
    headers = typed.PetsReplaceHeaders.read(info.headers)
    assert headers.x_ids == [1, 22, 3]
    assert headers.x_kinds == [case.models.Kind.CAT, "newt"]
    assert headers.x_point.model_dump() == {"x": 1, "label": "a b"}
    assert headers.x_place.model_dump() == {"x": 1, "label": "a=b"}
    assert headers.x_counts == {"a": 1, "b": 2}
    assert headers.x_json == [case.models.Point(x=1)]
    assert (headers.x_text, headers.x_deep) == ("5", ["1", "2"])
    assert headers.x_mixed == ["1", "a"]


def test_undocumented_members_are_kept(case: Case, typed: Any) -> None:
    given = {"x-json": '[{"x": 1, "y": [2]}]', "x-place": "x=1,y=2"}
    headers = typed.PetsReplaceHeaders.read(given)
    assert headers.x_json[0].model_dump(exclude_unset=True) == {"x": 1, "y": [2]}
    assert headers.x_place.model_extra == {"y": "2"}
    with pytest.raises(ValidationError, match="Extra inputs"):
        case.models.Point(x=1, y=2)


def test_several_fields_of_one_name_are_a_list(typed: Any) -> None:
    headers = httpx.Headers([("X-Ids", "1"), ("x-ids", "2, 3")])
    assert typed.PetsReplaceHeaders.read(headers).x_ids == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("X-Kind", "newt", "newt"),
        ("X-Price", "5 €", "5 €"),
        ("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:59 GMT"),
        ("Last-Modified", "Fri, 31 Dec 1999 23:59:59 GMT",
         datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("X-Until", "Fri, 31 Dec 1999 23:59:59 GMT",
         datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("X-Until", "120", 120),
        ("X_ODD.NAME", "7", 7),
        ("X-Rate", "-5", -5),
        ("X-Window", "P1DT2M", timedelta(days=1, minutes=2)),
    ],
)  # fmt: skip
def test_reading_is_tolerant(typed: Any, name: str, text: str, value: object) -> None:
    """Values that no enumeration lists, limits that are broken, times as HTTP writes them."""
    headers = typed.PetsGetHeaders.read({name: text})
    assert headers.model_fields_set
    assert headers.model_dump(exclude_unset=True) == {next(iter(headers.model_fields_set)): value}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x-rate", "many"), ("x-rate", ""), ("x-stray", "perhaps"), ("x-id", "7"),
        ("last-modified", "yesterday, noon"), ("x-window", "P1M"), ("x-grade", "best"),
        ("x-weight", "nan"),
    ],
)  # fmt: skip
def test_an_unreadable_header_is_named(typed: Any, name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        typed.PetsGetHeaders.read({name: text, "x-price": "5"})
    assert isinstance(caught.value, ValidationError)
    assert {error["loc"][0] for error in caught.value.errors()} == {name}


@pytest.mark.parametrize(("name", "text"), [("x-json", "{"), ("x-ids", "1,a")])
def test_unreadable_lists_are_named(typed: Any, name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        typed.PetsReplaceHeaders.read({name: text})


def test_the_package_does_not_import_the_classes(case: Case) -> None:
    """A process that reads no headers doesn't pay for them."""
    package = case.package.__name__
    code = f"import {package}.models, {package}.resources.pets, sys; print([*sys.modules])"
    folder = Path(str(case.package.__file__)).parents[1]
    run = [sys.executable, "-c", code]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, cwd=folder).stdout
    assert f"{package}.resources.pets" in shown
    assert ".response_headers'" not in shown
    assert "._response_headers'" not in shown


def test_the_docstring_names_the_class(case: Case) -> None:
    resource = case.modules["resources.pets"]
    assert ".response_headers.PetsSearchHeaders" in resource.PetsResource.search.__doc__
