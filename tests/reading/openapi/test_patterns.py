"""Patterns of ECMA-262 in the syntax of pydantic's engine: what they match stays the same."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from generator.reading.openapi.patterns import ascii_pattern


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        (r"^\d{2,3}$", ["12", "123"], ["1", "1234", "١٢"]),
        (r"^a{2}b{1,}$", ["aab", "aabbb"], ["ab", "a{2}b"]),
        (r"^\+\d{10, 15}$", ["+1{10, 15}"], ["+1234567890"]),
        (r"^{id}$", ["{id}"], ["id"]),
        (r"^[{}]+$", ["{}", "}"], ["()"]),
        (r"^\{x\}$", ["{x}"], ["x"]),
        (r"^\p{L}+$", ["Köln"], ["K1"]),
        (r"^\u{1F600}\u0041$", ["😀A"], ["A"]),
        (r"^[[a]$", ["[", "a"], ["b"]),
        (r"^\w\/\-$", ["a/-"], ["ä/-"]),
    ],
)
def test_matches_the_same(pattern: str, matches: list[str], others: list[str]) -> None:
    translated = ascii_pattern(pattern)
    assert translated is not None
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=translated)])
    for text in matches:
        assert adapter.validate_python(text) == text
    for text in others:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)


@pytest.mark.parametrize("pattern", [r"(?=a)", r"(?<!a)b", r"\1(a)", r"[\D]", r"a\Z", "a{3,1}"])
def test_what_the_engine_lacks(pattern: str) -> None:
    assert ascii_pattern(pattern) is None
