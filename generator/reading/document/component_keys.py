"""The keys of components, made from references and names.

Source: OpenAPI 3.1.1 §4.8.7 (Components Object).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final

from .pointer import split

PREFIX: Final = "#/components/schemas/"
"""The beginning of a reference to a schema component."""
_WORDLESS = ("components", "schema", "properties", "paths", "responses", "content", "$defs")
_LONGEST = 400
"""The number of characters of a key from which on its end is a hash."""
_MEDIA_TYPE = re.compile(r"[^/{}]+/[^/{}]+\Z")


def component_key(text: str) -> str:
    """Return ``text`` with only the characters of a component's key (§4.8.7.1).

    Letters of other scripts are kept between dots, so that keys stay distinct.
    """
    return re.sub(r"[^A-Za-z0-9_.-]+", _allowed, text).strip(".")


def casefolded(key: str) -> str:
    """Return a key without the differences that the name of a class doesn't show."""
    return "".join(filter(str.isalnum, key)).casefold()


def below(hint: str, name: object) -> str:
    """Return the key that a schema inside another would have; of a long one a hash of its end.

    What is inside each other has keys in each other: without it they grow by the square.
    """
    text = f"{hint}.{name}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}.{short_hash(text)}"


def split_reference(reference: str) -> tuple[str, str]:
    """Return the file and the fragment of an absolute reference.

    The name of a file may contain ``#``.
    """
    file, separator, pointer = reference.partition("#/")
    if separator:
        return file, f"/{pointer}"
    file, _, anchor = reference.rpartition("#")
    return file, anchor


def is_component(pointer: str) -> bool:
    """Return whether a JSON pointer is that of a schema under ``components`` or ``definitions``."""
    return len(_below_component(pointer)) == 1


def _below_component(pointer: str) -> list[str]:
    """Return the keys of a pointer from the key of a component on; none for other pointers."""
    match split(pointer):
        case ["components", "schemas", *keys] | ["definitions", *keys]:
            return keys
        case _:
            return []


def key_of_reference(reference: str, *, is_unique: bool = True) -> str:
    """Return the component key for an absolute reference, ``file#pointer``.

    It is the component's own key, that of a definition in ``$defs`` which is unique, or else the
    names on the path to the schema, joined by dots.
    """
    file, pointer = split_reference(reference)
    parts = split(pointer)
    if not parts:
        key = PurePosixPath(file).stem
    elif is_component(pointer) or ("$defs" in parts and is_unique):
        key = parts[-1]
    else:
        own, *inner = _below_component(pointer) or ("", *parts)
        if own:
            inner = [p for p in inner if p != "allOf" and not p.isdigit()]
        inner = [p for p in inner if p not in _WORDLESS and not _MEDIA_TYPE.match(p)]
        key = ".".join(filter(None, (own, *inner)))
    return component_key(key) or "Root"


def short_hash(text: str, length: int = 6) -> str:
    """Return the first hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _allowed(match: re.Match[str]) -> str:
    letters = "".join(char for char in match[0] if char.isalnum())
    return f".{letters}." if letters else "."
