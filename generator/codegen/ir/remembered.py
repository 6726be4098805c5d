"""The resources that the fake server remembers."""

from __future__ import annotations

from collections.abc import Mapping

from ...base.immutable import immutable
from .types import Json, Text


@immutable
class RememberedCall:
    """An operation of a resource, and its answers."""

    role: str
    """create, get, list, replace, merge or remove."""
    script: str
    """The attribute of the fake."""
    status: int
    media_type: Text
    """That of a body with the item or the list; empty where the answer is the example."""
    missing_body: Json
    """That of the described 404 for an item that doesn't exist."""
    missing_media_type: Text
    """Empty if there is none."""


@immutable
class RememberedList:
    """The form of an answer with all items of a collection."""

    member: Text
    """The member with the items; empty if the answer is the array itself."""
    envelope: Mapping[str, Json]
    """The other members."""
    counts: tuple[str, ...]
    """The members with the number of items."""
    page: Text
    """The parameter that asks for another page; empty without one."""
    first_page: str


@immutable
class RememberedResource:
    """A collection whose items a POST makes, and a path has by their ids."""

    path: Text
    """The path of an item."""
    id: Text
    """The member of an item that the last parameter of the path has."""
    id_format: Text
    """The format of an id with a number; empty if the request has the id."""
    id_is_number: bool
    first_id: int
    filled: Mapping[str, Json]
    """The values of members that a request doesn't have."""
    accepted: tuple[str, ...]
    """The members that are as a request has them."""
    parents: Mapping[str, int]
    """Members with a parameter of the path, and its index there."""
    listed: RememberedList | None
    calls: tuple[RememberedCall, ...]
