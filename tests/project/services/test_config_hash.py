"""The hash of the settings: each setting that changes a file changes it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from generator.base.config import Client, Pagination, Poll, WebhookSignature
from generator.project.services.project.provenance import config_hash

CLIENT = Client(spec="spec/api.yaml", package="api", output="out")
NO_FILE = {
    "output", "upstream", "insecure", "remote", "allowed", "redacted", "vendored", "budget",
    "upstream_headers", "written", "beside", "code", "bindings", "lock",
}  # fmt: skip
"""The settings that change no file of a client."""
OTHERS: dict[str, tuple[Any, ...]] = {
    "spec": ("spec/other.yaml", "spec/api.json"),
    "package": ("other",),
    "client": ("Api", "Other"),
    "operations": (("a",), ("b",), ("b", "a"), ("a", "b")),
    "models": (True,),
    "strict": (True,),
    "tests": (False, "examples", "all"),
    "tests_output": ("tests", "more"),
    "runtime": ("acme", "acme.clients"),
    "fake": (False,),
    "arguments": ("fields",),
    "features": (("text",), ("readme",)),
    "http": ("httpx2",),
    "calls": ({"a": "b.c"}, {"a": "b.d"}, {"b": "b.c"}),
    "content_type": ({"a": "text/plain"}, {"b": "text/plain"}),
    "accept": ({"a": "text/plain"}, {"b": "text/plain"}),
    "names": ({"A": "B"}, {"A": "C"}),
    "path_slashes": (("a",), ("b",)),
    "globals": (("header a",), ("query a",)),
    "credentials": ({"a": "b"}, {"a": "c"}),
    "credential_prefixes": ({"a": "Token "}, {"a": "Key "}),
    "error_when": ("ok == false", "ok == 0", {"a": "ok == false"}, {"b": "ok == false"}),
    "idempotency_header": ("Idempotency-Key", "none"),
    "request_id_header": ("X-Id", "X-Other"),
    "rate_limit_reset_header": ("X-Reset", "X-Other"),
    "rate_limit_reset_unit": ("epoch",),
    "root": ("spec", "other"),
    "overlays": (("a.yaml",), ("b.yaml",), ("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")),
    "allow_unmatched": (True,),
    "templates": ("mine", "yours"),
    "pagination": (
        (Pagination("page", parameter="page"),),
        (Pagination("cursor", parameter="cursor", next="next"),),
    ),
    "poll": (
        {"a": Poll("b", "status", ("x",))},
        {"a": Poll("b", "status", ("y",))},
    ),
    "webhook_signature": (WebhookSignature("standard-webhooks"), WebhookSignature("none")),
}


def test_every_setting_has_a_row() -> None:
    assert OTHERS.keys() | NO_FILE == {field.name for field in fields(Client)}
    assert not OTHERS.keys() & NO_FILE


@pytest.mark.parametrize("name", OTHERS)
def test_a_setting_changes_the_hash(name: str) -> None:
    values = OTHERS[name]
    hashes = {config_hash(CLIENT), *(config_hash(replace(CLIENT, **{name: v})) for v in values)}
    assert len(hashes) == 1 + len(values)


def test_no_two_settings_have_the_same_hash() -> None:
    """A value counts with the name of its setting."""
    clients = [replace(CLIENT, **{name: v}) for name, values in OTHERS.items() for v in values]
    assert len({config_hash(client) for client in clients}) == len(clients)


@pytest.mark.parametrize("name", ["spec", "overlays", "templates", "root"])
def test_a_folder_that_moves_changes_nothing(name: str) -> None:
    places: list[Any] = ["a/x", "b/x"]
    if name == "overlays":
        places = [(place,) for place in places]
    hashes = {config_hash(replace(CLIENT, **{name: place})) for place in places}
    assert len(hashes) == 1
