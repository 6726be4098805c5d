"""OpenAPI 3.0's ``nullable``, and fields that are left out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.generated_case import Case, refused, sent


def test_required_and_nullable(case: Case) -> None:
    entry = case.models.Entry
    assert sent(entry(title=None, body="b")) == {"title": None, "body": "b"}
    assert refused(entry, body="b") == ["missing"]
    assert refused(entry, title="t" * 81, body="b") == ["string_too_long"]
    assert refused(entry, title="t", body=None) != []


def test_required_in_one_direction(case: Case) -> None:
    key = case.models.Key
    assert sent(key(secret="s", older={"secret": "t"})) == {"secret": "s", "older": {"secret": "t"}}
    assert refused(key) == refused(key, secret="s", older={}) == ["missing"]


@pytest.mark.parametrize("field", ["mood", "place", "author"])
def test_null_is_sent_where_the_description_allows_it(field: str, case: Case) -> None:
    entry = case.models.Entry
    values: dict[str, Any] = {"title": "t", "body": "b", field: None}
    assert sent(entry(**values)) == values
    assert entry.model_validate(values).model_fields_set == set(values)


@pytest.mark.parametrize(
    ("field", "error"), [("pages", "int_type"), ("tags", "list_type"), ("links", "dict_type")]
)
def test_null_is_refused_elsewhere_but_read(field: str, error: str, case: Case) -> None:
    entry = case.models.Entry
    assert refused(entry, title="t", body="b", **{field: None}) == [error]
    written = entry(title="t", body="b")
    with pytest.raises(ValidationError):
        setattr(written, field, None)
    read = entry.model_validate({"title": "t", "body": "b", field: None})
    assert getattr(read, field) is None


def test_null_inside_lists_and_maps(case: Case) -> None:
    entry = case.models.Entry
    values: dict[str, Any] = {"title": "t", "body": "b", "tags": [None, "x"], "links": {"a": None}}
    assert sent(entry(**values)) == values


def test_a_field_that_is_deleted_is_left_out(case: Case) -> None:
    entry = case.models.Entry(title="t", body="b", pages=1, tags=["x"])
    del entry.pages
    assert sent(entry) == {"title": "t", "body": "b", "tags": ["x"]}
    assert entry.pages is None
    with pytest.raises(AttributeError, match="body is required"):
        del entry.body
    assert entry.body == "b"
