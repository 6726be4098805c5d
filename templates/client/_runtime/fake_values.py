"""The data of parameters and of forms, read back from how a request has them.

Sources: OpenAPI 3.1.1 §4.8.12.3 (style values) and Appendix C, RFC 6570.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, unquote_plus

from pydantic_core import from_json

from .readers import Container, Object, UnionReader, reader_of
from .reading import read_value
from .scalars import Reader

Pairs = Sequence[tuple[str, str]]
"""Names and texts, percent-encoded in a query or a form."""
_SEPARATORS = {"spaceDelimited": "%20|[+ ]", "pipeDelimited": "%7C|[|]", "tabDelimited": "%09|\t"}
_LISTS = frozenset[type]((list, type(None)))
_DEEPEST = 8
"""The most keys in brackets of a member in a query."""
MOST_VALUES = 100_000
"""The number of values that a body or a parameter may have."""
_MOST_WORK = 200_000
"""How many values are checked, again for each branch of a union, and what objects lack."""
_FIELDS_OF_A_VALUE = 8
"""So many fields that an object doesn't have cost as much as a value."""


def split_pairs(text: str, separator: str, most: int = MOST_VALUES) -> Pairs:
    """Return the names, decoded, and the values, as they are, of ``name=value``.

    Raises ``ValueError`` for more than ``most``.
    """
    pairs: list[tuple[str, str]] = []
    for piece in split(text, re.escape(separator), most):
        name, _, value = piece.strip().partition("=")
        if piece:
            pairs.append((unquote_plus(name), value))
    return pairs


def split(text: str, separator: str, most: int = MOST_VALUES) -> list[str]:
    """Return the pieces between separators; raise ``ValueError`` for more than ``most``."""
    pieces = re.split(separator, text, maxsplit=most)
    if len(pieces) > most:
        raise ValueError(f"more than {most:,} values")
    return pieces


def argument_of(parameter: Any, place: str, pairs: Pairs, wire: str) -> Any:
    """Return the argument that a parameter would write so; None if it isn't there.

    Raises ``ValueError`` for what isn't JSON where it must be.
    """
    if place == "header":
        wire = wire.lower()
    decode = str if place == "header" else unquote_plus if place == "query" else unquote
    reader = reader_of(parameter.annotation)
    style = getattr(parameter, "style", "" if hasattr(parameter, "place") else "simple")
    if not style:  # JSON
        text = next((decode(text) for name, text in pairs if name == wire), None)
        return text if text is None or getattr(parameter, "text", False) else from_json(text)
    explode = bool(getattr(parameter, "explode", False))
    if place == "cookie" and style == "form":  # one text, encoded as a whole
        pairs, style, decode = [(name, unquote(text)) for name, text in pairs], "simple", str
    return Style(style, explode, decode).value(reader, pairs, wire)


@dataclass(frozen=True)
class Style:
    """A style of parameters and of members of forms."""

    name: str
    explode: bool
    decode: Callable[[str], str]
    """Returns a text that was percent-encoded."""

    def value(self, reader: Reader, pairs: Pairs, wire: str) -> Any:
        """Return the value of a name; None if nothing has it."""
        if self.name == "deepObject":
            return typed(reader, _deep(wire, [(name, self.decode(text)) for name, text in pairs]))
        may_be_plain = bool(reader.kinds - {list, dict, type(None)})
        if dict in reader.kinds and not may_be_plain and self._in_pairs:
            of = _branch(reader, "members")
            known: Mapping[str, Any] = of.members if of else {}
            fields = [(name, self.decode(text)) for name, text in pairs if name in known]
            return object_of(reader, fields) or None
        texts = [text for name, text in pairs if name == wire]
        if not texts:
            return None
        if may_be_plain and (len(texts) == 1 or list not in reader.kinds):
            value = typed(reader, self.decode(self._plain(texts[0])))
            if dict not in reader.kinds or _fits(reader, value):
                return value
        if list not in reader.kinds:
            pieces = self._pieces(texts[0], is_object=True)
            return object_of(reader, zip(pieces[::2], pieces[1::2], strict=False))
        if len(texts) == 1 and not self._in_pairs:
            value = typed(reader, self._pieces(texts[0], is_object=False))
            return _fitting(reader, value, f"[{self.decode(self._plain(texts[0]))}]")
        return typed(reader, [self.decode(text) for text in texts])

    @property
    def _in_pairs(self) -> bool:
        """True if each item or member is a ``name=value`` of its own."""
        return self.explode and self.name in ("form", "cookie")

    def _plain(self, text: str) -> str:
        if self.name == "label":
            return text.removeprefix(".")
        return text.partition("=")[2] if self.name == "matrix" else text

    def _pieces(self, text: str, *, is_object: bool) -> list[str]:
        """Return the items of a list, or the names and values of an object, decoded."""
        separator, decode, in_pairs = _SEPARATORS.get(self.name, ","), self.decode, False
        if self.name == "matrix" and self.explode:
            separator, in_pairs, text = ";", True, text.removeprefix(";")
        else:
            text = self._plain(text)
        if self.name == "label" and self.explode:
            separator = "[.]"
        in_pairs = in_pairs or (self.explode and is_object)
        pieces = split(text, separator)
        if len(pieces) == 1 and not in_pairs:  # a client may encode the separators, too
            pieces, decode = split(decode(text), separator), str
        if in_pairs:
            first = 0 if is_object else 2
            pieces = [part for piece in pieces for part in piece.partition("=")[first::2]]
        return [decode(piece).strip() for piece in pieces]


def _deep(wire: str, pairs: Pairs) -> Any:
    """Return the object of ``wire[key][inner]=text``; None without any."""
    data: dict[str, Any] = {}
    for name, text in pairs:
        inner = name.removeprefix(wire)
        if len(inner) == len(name) or inner[:1] != "[" or inner[-1] != "]":
            continue
        keys = inner[1:-1].split("][", _DEEPEST)
        if len(keys) >= _DEEPEST or any("]" in key for key in keys):
            continue
        inside = data
        for key in keys[:-1]:
            child = inside.setdefault(key, {})
            inside = cast("dict[str, Any]", child if isinstance(child, dict) else {})
        _add(inside, keys[-1], text, is_list=False)
    return data or None


def _add(data: dict[str, Any], name: str, value: Any, *, is_list: bool) -> None:
    """Add a member; those of a common name are a list."""
    if name in data or is_list:
        data[name] = _listed(data.get(name, []))
        data[name].append(value)
    else:
        data[name] = value


def _listed(value: Any) -> list[Any]:
    return value if value.__class__ is list else [value]


def _branch(reader: Reader, name: str) -> Any:
    """Return the reader of objects (``members``) or lists (``items``) that it is or has."""
    parts = [reader, *reader.branches] if isinstance(reader, UnionReader) else [reader]
    return next((part for part in parts if hasattr(part, name)), None)


def _member(reader: Reader, name: str) -> Reader:
    """Return the reader of a member of an object."""
    of = _branch(reader, "members")
    if of and name in of.members:
        return cast("Reader", of.members[name][1])
    items = _branch(reader, "items")
    others = of.others if of else items.items if items else None
    return others or Reader()


def object_of(reader: Reader, fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of its fields; those of a common name are a list."""
    data: dict[str, Any] = {}
    for name, value in fields:
        _add(data, name, value, is_list=_is_list(_member(reader, name)))
    return cast("dict[str, Any]", typed(reader, data))


def _is_list(reader: Reader) -> bool:
    return list in reader.kinds and reader.kinds <= _LISTS


def check_work(reader: Reader, data: Any) -> None:
    """Raise ``ValueError`` for data that would take long to check, as pydantic does it."""
    _spend(reader, data, _MOST_WORK)


def _spend(reader: Reader, data: Any, remaining: int) -> int:
    """Return how much work is remaining after the check of data."""
    remaining -= 1
    if isinstance(reader, UnionReader):
        for branch in reader.candidates(data):
            remaining = _spend(branch, data, remaining)
    elif isinstance(data, dict) and isinstance(reader, Object):
        remaining -= len(reader.required) + len(reader.members) // _FIELDS_OF_A_VALUE
        for name, value in cast("dict[str, Any]", data).items():
            member = reader.members[name][1] if name in reader.members else reader.others
            remaining = _spend(member or _ANY_JSON, value, remaining)
    elif isinstance(data, (dict, list)):
        items = reader.items if isinstance(reader, Container) else _ANY_JSON
        whole = cast("dict[str, Any] | list[Any]", data)
        for value in whole.values() if isinstance(whole, dict) else whole:
            remaining = _spend(items, value, remaining)
    if remaining < 0:
        raise ValueError(f"more than {_MOST_WORK:,} values to check, of unions in each branch")
    return remaining


_ANY_JSON = Reader()


def typed(reader: Reader, data: Any) -> Any:
    """Return data whose texts are the JSON that the type takes, where it takes no such text.

    Raises ``ValueError`` for data that would take long to check.
    """
    check_work(reader, data)
    return _typed(reader, data)


def _typed(reader: Reader, data: Any) -> Any:
    if isinstance(data, dict):
        object_ = cast("dict[str, Any]", data)
        if not _is_list(reader) or not all(map(str.isdecimal, object_)):
            return {name: _typed(_member(reader, name), value) for name, value in object_.items()}
        data = [*object_.values()]
    if isinstance(data, (str, bytes)) and str not in reader.kinds:
        with suppress(ValueError):
            value = from_json(data, allow_inf_nan=False)
            if type(value) in reader.kinds:
                return value
    if isinstance(data, list) or _is_list(reader):
        items = _branch(reader, "items")
        listed = _listed(data)
        values = [_typed(items.items if items else Reader(), item) for item in listed]
        return values if len(listed) != 1 else _fitting(reader, values, listed[0])
    return _fitting(reader, data, data)


def _fitting(reader: Reader, value: Any, text: Any) -> Any:
    """Return a value, or that of the JSON in its text if only that is of the type."""
    if isinstance(text, str) and not _fits(reader, value):
        with suppress(ValueError):
            data = from_json(text, allow_inf_nan=False)
            return data if _fits(reader, data) else value
    return value


def _fits(reader: Reader, data: Any) -> bool:
    faults: list[Any] = []
    read_value(reader, data, lambda *fault: faults.append(fault))
    return not faults
