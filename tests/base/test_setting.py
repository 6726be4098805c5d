"""Traits of settings: each setting of a client has them, and they agree with its schema."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from generator.base.config import CLIENT_TRAITS, Client, traits_of
from generator.base.immutable import immutable
from generator.base.records import schema_of

PATHS = ("a path with slashes", "the path of a folder")
"""The titles of schemas of paths."""


@immutable
class Settings:
    loud: bool
    quiet: bool = False


def test_a_setting_without_traits_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^Settings\.loud has no traits"):
        traits_of(Settings)


def test_every_setting_of_a_client_has_traits() -> None:
    assert [*CLIENT_TRAITS] == [field.name for field in fields(Client)]


def test_each_path_is_stated_as_one() -> None:
    properties: dict[str, Any] = schema_of(Client)["properties"]
    paths: set[str] = set()
    for name, schema in properties.items():
        if schema.get("items", schema).get("title") in PATHS:
            paths.add(name)
    assert {name for name, traits in CLIENT_TRAITS.items() if traits.is_path} == paths


def test_each_table_of_names_in_the_lock_is_for_a_part_of_the_description() -> None:
    locked = [traits for traits in CLIENT_TRAITS.values() if traits.is_locked]
    assert locked
    assert all(traits.entries_for for traits in locked)
