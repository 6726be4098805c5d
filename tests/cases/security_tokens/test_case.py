"""Several tokens: which of them mean the same, and which stay apart."""

from __future__ import annotations

import inspect

import pytest

from tests.support.generated_case import Case


def test_tokens_of_different_meaning_stay_apart(case: Case, mode: str) -> None:
    ads = case.package
    tokens = {"user_token": "u", "app_token": "a", "event_token": "e"}
    for method, token in (("mine", "u"), ("ours", "a"), ("events", "e")):
        header = case.sent(mode, method, **tokens).headers["authorization"]
        assert header == f"Bearer {token}"
    assert case.sent(mode, "ours", user_token="u").headers["authorization"] == "Bearer u"
    with pytest.raises(ads.errors.RequestError, match="app_token or user_token; give it to"):
        case.sent(mode, "ours", event_token="e")


def test_tokens_that_stand_for_each_other_are_one(case: Case, mode: str) -> None:
    """Those that every operation takes alternatively, and those that share the header."""
    ads = case.package
    names = [n for n in inspect.signature(ads.Sample.__init__).parameters if n.endswith("token")]
    assert names == ["app_token", "event_token", "four_token", "one_token", "user_token"]
    for method in ("shared", "shared_too"):
        assert case.sent(mode, method, one_token="1").headers["authorization"] == "Bearer 1"
    assert case.sent(mode, "both", four_token="4").headers["authorization"] == "Bearer 4"
