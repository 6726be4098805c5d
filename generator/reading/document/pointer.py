"""JSON pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

KeysPath: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a node from the root, with the indices of lists as numbers."""


def escape(key: str) -> str:
    """Return a member's name as a reference token of a pointer."""
    if "~" not in key and "/" not in key:  # as most are
        return key
    return key.replace("~", "~0").replace("/", "~1")


def join(keys: Iterable[str | int]) -> str:
    """Return the pointer that leads along ``keys``."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def split(pointer: str) -> list[str]:
    """Return the keys along a pointer."""
    parts = pointer.split("/")[1:]
    if "~" not in pointer:
        return parts
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]
