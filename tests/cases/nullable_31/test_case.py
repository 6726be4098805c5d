"""OpenAPI 3.1's ``null`` among the types, and fields that are left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_required_and_nullable(case: Case) -> None:
    entry = case.models.Entry
    assert sent(entry(title=None, body="b")) == {"title": None, "body": "b"}
    assert refused(entry, body="b") == ["missing"]
    assert refused(entry, title="t" * 81, body="b") == ["string_too_long"]
    assert refused(entry, title="t", body=None) != []


@pytest.mark.parametrize("field", ["mood", "place", "tags", "gone", "maybe"])
def test_null_is_sent_where_the_description_allows_it(field: str, case: Case) -> None:
    entry = case.models.Entry
    values: dict[str, Any] = {"title": "t", "body": "b", field: None}
    assert sent(entry(**values)) == values
    assert entry.model_validate(values).model_fields_set == set(values)


@pytest.mark.parametrize("field", ["never", "weather"])
def test_a_type_beside_a_union_refuses_null(field: str, case: Case) -> None:
    values: dict[str, Any] = {"title": "t", "body": "b"}
    assert refused(case.models.Entry, **values, **{field: None}) != []
    assert sent(case.models.Entry(**values, **{field: {}})) == {**values, field: {}}


def test_a_result_may_be_null(case: Case) -> None:
    body = case.models.Entry(title=None, body=7)
    with case.connect(answering(200, b"null")) as client:
        assert client.entries.change(body) is None
