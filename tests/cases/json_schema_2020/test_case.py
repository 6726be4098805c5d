"""Keywords of JSON Schema 2020-12, and what Python has no type for."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent


def test_what_python_has_a_type_for_is_checked(case: Case) -> None:
    thing = case.models.Thing
    bad: tuple[tuple[str, Any], ...] = (
        ("nothing", 1), ("text_or_number", [1]), ("open_bound", 0), ("open_bound", 1),
        ("old_name", ""), ("old_name", "longer"), ("closed", {"colour": "red"}),
        ("local", {"here": "perhaps"}),
    )  # fmt: skip
    for field, value in bad:
        assert len(refused(thing, anything=1, **{field: value})) >= 1, field


def test_what_only_the_server_checks_is_sent(case: Case) -> None:
    """``pair`` without ``blob``, three items in ``pair``, no JSON in ``embedded``."""
    value: dict[str, Any] = {
        "anything": None, "nothing": None, "text_or_number": 7, "pair": ["a", 1, 2],
        "open_bound": 0.75, "old_name": "short", "embedded": "{",
        "closed": {"name": "a", "size": 1}, "local": {"here": True},
    }  # fmt: skip
    server = Recorder(answering(200, value))
    with case.connect(server) as client:
        read = client.things.put(case.models.Thing(**value))
    assert httpx.Response(200, content=server.requests[0].content).json() == value
    assert sent(read) == value
