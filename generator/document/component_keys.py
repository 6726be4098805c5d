"""The keys of components: how references lead to them, and which key a schema gets.

Source: OpenAPI 3.1.1 §4.8.7 (Components Object).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final

PREFIX: Final = "#/components/schemas/"
"""The beginning of a reference to a schema component."""
_WORDLESS = ("components", "schema", "properties", "paths", "responses", "content")
_MEDIA_TYPE = re.compile(r"[^/{}]+/[^/{}]+\Z")


def component_key(text: str) -> str:
    """Return ``text`` with the characters alone that a component's key may have (§4.8.7.1).

    Letters of other scripts are kept between dots: they still tell keys apart.
    """
    return re.sub(r"[^A-Za-z0-9_.-]+", _allowed, text).strip(".")


def key_of_reference(reference: str) -> str:
    """Return the component key that an absolute reference, ``file#pointer``, asks for.

    That is the component's own key, else the names on the way to the schema, with dots between.
    """
    file, _, pointer = reference.partition("#")
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    key = parts[-1] or PurePosixPath(file).stem
    if not pointer.startswith("/components/schemas/") and "$defs" not in parts:
        key = ".".join(p for p in parts[1:] if p not in _WORDLESS and not _MEDIA_TYPE.match(p))
    return component_key(key) or "Root"


def short_hash(text: str) -> str:
    """Return six hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def _allowed(match: re.Match[str]) -> str:
    letters = "".join(char for char in match[0] if char.isalnum())
    return f".{letters}." if letters else "."
