"""Relative servers, which need the address of the API."""

from __future__ import annotations

import pytest

from tests.support.generated_case import Case


def test_a_relative_server_is_added_to_an_address_without_a_path(case: Case, mode: str) -> None:
    with pytest.raises(TypeError, match="base_url"):
        case.package.Sample()
    for base, wanted in (
        ("https://h.example", "https://h.example/api/v3/letters"),
        ("https://h.example/", "https://h.example/api/v3/letters"),
        ("https://h.example/elsewhere", "https://h.example/elsewhere/letters"),
    ):
        assert str(case.sent(mode, "letters", base_url=base).url) == wanted
        upload = case.sent(mode, "uploads", base_url=base)
        assert str(upload.url) == "https://h.example/upload/uploads"
