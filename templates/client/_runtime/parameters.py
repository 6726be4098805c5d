"""Parameters and form bodies of every OpenAPI style.

Sources: OpenAPI 3.1.1 §4.8.12.3 (style values), Appendix C; RFC 6570; RFC 1866 §8.2.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast
from urllib.parse import unquote

from .encoding import as_data, as_json, as_text, check_segments, in_path, quoted
from .errors import RequestError
from .headers import header_safe
from .model import Typed
from .operation import RequestBuilder

_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}
_RESERVED = ":/?@!$'()*,;"
"""What ``allowReserved`` leaves as it is; the other reserved characters mean something in a query
(OpenAPI 3.1.1 §4.8.12.2.1).
"""
_TRIPLE = re.compile("(%[0-9A-Fa-f]{2})")
_COOKIE = re.compile(r"[!#-+\x2d-:<-\[\]-~]*")
"""What a cookie's name or value may consist of (RFC 6265 §4.1.1); a name has no ``=`` either."""


def in_query(name: str, value: str) -> str:
    """Return ``name=value``, both percent-encoded."""
    return f"{quoted(name)}={quoted(value)}"


def add_query(builder: RequestBuilder, parts: Sequence[str]) -> None:
    """Add parts to the query; those of the path that have their names are left out."""
    builder.query += parts
    start, mark, described = builder.path.partition("?")
    if mark:
        names = {_name(part) for part in parts}
        others = [part for part in described.split("&") if _name(part) not in names]
        builder.path = f"{start}?{'&'.join(others)}" if others else start


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])


class _Checked(Typed):
    """Checks an argument by its type and turns it into plain data."""

    def __init__(
        self,
        name: str,
        type_: Callable[[], Any],
        place: str,
        wire: str = "",
        *,
        required: bool = False,
    ) -> None:
        super().__init__(type_)
        self.name = name
        self.wire = wire or name
        self.place = place
        self.required = required or place == "path"

    def plain(self, value: Any) -> Any:
        """Return the argument as JSON data; raise ``pydantic.ValidationError`` for another."""
        return as_data(self.adapter, self.check(value))

    def put_text(self, builder: RequestBuilder, text: str) -> None:
        """Write a finished text to the place of the parameter."""
        if self.place == "path":
            builder.path = builder.path.replace(f"{{{self.wire}}}", text)
        elif self.place == "query":
            add_query(builder, [in_query(self.wire, text)])
        elif self.place == "header" and self.wire.lower() != "cookie":
            builder.headers[self.wire.lower()] = header_safe(self.wire, text)
        else:
            cookie = text if self.place == "header" else f"{self.wire}={quoted(text)}"
            builder.cookies.append(header_safe(self.wire, cookie))


class JsonParameter(_Checked):
    """A parameter whose ``content`` is JSON."""

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Put the JSON text of the value into its place."""
        text = as_json(self.plain(value)).decode()
        if self.place == "header":  # RFC 8259 §7: any character can be escaped
            text = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
        self.put_text(builder, quoted(text, safe="") if self.place == "path" else text)


class Styled(_Checked):
    """A parameter of a style: simple, label, matrix, form, spaceDelimited, pipeDelimited,
    deepObject, or tabDelimited, which Swagger 2.0 has alone, and delimited ones in any place.

    Left out, the style is the place's own, and ``explode`` the style's.
    """

    def __init__(
        self,
        name: str,
        type_: Callable[[], Any],
        place: str,
        wire: str = "",
        *,
        style: str = "",
        explode: bool | None = None,
        reserved: bool = False,
        required: bool = False,
    ) -> None:
        super().__init__(name, type_, place, wire, required=required)
        self.style = style or ("form" if place in ("query", "cookie") else "simple")
        self.explode = self.style in ("form", "deepObject") if explode is None else explode
        self.reserved = reserved

    @property
    def _separator(self) -> str:
        return _SEPARATORS.get(self.style, ",")

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Put the value into its place, in its style."""
        plain = self.plain(value)
        if self.place == "path":
            self._path(builder, plain)
        elif plain is None:  # which is undefined (RFC 6570 §2.3)
            return
        elif self.place == "query":
            add_query(builder, self.pieces(plain))
        elif self.style == "cookie":  # as it is, each part a cookie (OpenAPI 3.2.0 §4.12.2.3)
            if self._is_map(plain) and "=" in "".join(plain):
                raise RequestError(f"{self.name}: a cookie's name has no '='; nothing was sent")
            builder.cookies += self.pieces(plain, encode=_in_cookie)
        elif parts := self._flat(plain):
            self.put_text(builder, unquote(self._separator).join(parts))

    def _path(self, builder: RequestBuilder, plain: Any) -> None:
        safe = "/" * self.reserved
        code = partial(in_path, self.name, safe=safe) if safe else quoted
        parts = self._flat(plain, code)
        if not parts:
            raise RequestError(f"{self.name}={plain!r} can't be in a path; nothing was sent")
        if self.style == "label":
            text = "." + (".".join(parts) if self.explode else ",".join(parts))
        elif self.style == "matrix":
            many = self.explode and isinstance(plain, list)
            named = [
                f"{quoted(self.wire)}={part}" for part in (parts if many else [",".join(parts)])
            ]
            exploded_map = self.explode and self._is_map(plain)
            named = parts if exploded_map else named
            text = "".join(f";{part.removesuffix('=')}" for part in named)  # RFC 6570 §3.2.7
        else:
            text = self._separator.join(parts)
        check_segments(self.name, unquote(text), safe)
        self.put_text(builder, text)

    def _flat(self, plain: Any, code: Callable[[str], str] = str) -> list[str]:
        """Return the parts of a value, each encoded: items, or keys and values (joined by ``=`` if
        exploded).

        Null is left out, as what is undefined (RFC 6570 §2.3).
        """
        if isinstance(plain, list):
            return [code(as_text(item)) for item in _items(cast("Sequence[Any]", plain))]
        if isinstance(plain, dict):
            pairs = _defined(cast("Mapping[str, Any]", plain).items())
            if self.explode:
                return [f"{code(key)}={code(value)}" for key, value in pairs]
            return [code(part) for pair in pairs for part in pair]
        return [code(as_text(plain))]

    def _is_map(self, plain: Any) -> bool:
        return isinstance(plain, dict) and self.explode

    def pieces(self, plain: Any, encode: Callable[[str], str] | None = None) -> list[str]:
        """Return ``name=value`` for a query or a form, percent-encoded, but for delimiters."""
        name_code = encode or quoted
        code = encode or (_reserved if self.reserved else quoted)
        if self.style == "deepObject" and isinstance(plain, (dict, list)):
            pairs = _deep(self.wire, plain)
        elif isinstance(plain, dict) and self.explode:  # of a list in it each item, as in a form
            members = cast("Mapping[str, Any]", plain).items()
            pairs = _defined((key, item) for key, value in members for item in _each(value))
        elif isinstance(plain, list) and self.explode:
            pairs = [(self.wire, text) for text in self._flat(plain)]
        else:
            parts = self._flat(plain, code)
            joined = self._separator.join(parts)
            return [f"{name_code(self.wire)}={joined}"] if parts else []
        return [f"{name_code(name)}={code(value)}" for name, value in pairs]


class Query(Styled):
    """A parameter in the query."""

    def __init__(self, name: str, type_: Callable[[], Any], wire: str = "", **how: Any) -> None:
        super().__init__(name, type_, "query", wire, **how)


class Header(Styled):
    """A parameter in a header."""

    def __init__(self, name: str, type_: Callable[[], Any], wire: str = "", **how: Any) -> None:
        super().__init__(name, type_, "header", wire, **how)


def _in_cookie(text: str) -> str:
    """Return ``text`` if it can be a part of one cookie; raise :class:`RequestError` if not."""
    if not _COOKIE.fullmatch(text):
        raise RequestError("a value for a cookie holds what no cookie can; nothing was sent")
    return text


def _defined(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return names with the texts of values, without null."""
    return [(name, as_text(value)) for name, value in pairs if value is not None]


def _each(value: Any) -> Sequence[Any]:
    """Return the items of a list, or one value."""
    return cast("Sequence[Any]", value) if isinstance(value, list) else (value,)


def _items(items: Sequence[Any]) -> Sequence[Any]:
    """Return the items of a list without null; of one that has nothing else all."""
    return [item for item in items if item is not None] or items


def _reserved(text: str) -> str:
    """Return ``text`` percent-encoded but for reserved characters and triples (RFC 6570 §3.2.3)."""
    pieces = _TRIPLE.split(text)
    pieces[::2] = [quoted(piece, safe=_RESERVED) for piece in pieces[::2]]
    return "".join(pieces)


def _deep(name: str, value: Any) -> list[tuple[str, str]]:
    """Return ``name[key]=value``; deeper ones are ``name[key][inner]``, items ``name[0]``."""
    members: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        members = cast("Mapping[str, Any]", value).items()
        members = [(key, inner) for key, inner in members if inner is not None]
    elif isinstance(value, list):
        members = enumerate(_items(cast("Sequence[Any]", value)))
    else:
        return [(name, as_text(value))]
    return [pair for key, inner in members for pair in _deep(f"{name}[{key}]", inner)]


class Form(Typed):
    """A form body, ``application/x-www-form-urlencoded``."""

    def __init__(
        self,
        type_: Callable[[], Any],
        media_type: str = "application/x-www-form-urlencoded",
        *,
        styles: Mapping[str, tuple[str, bool]] | None = None,
    ) -> None:
        """``styles`` are style and explode that the description gives to members."""
        super().__init__(type_)
        self._styles = styles or {}
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Members as fields, in their style; without one, items of a list as repeated fields,
        objects as JSON text.
        """
        checked = self.check(value)
        builder.value = checked
        plain = as_data(self.adapter, checked)
        pieces: list[str] = []
        for name, member in cast("Mapping[str, Any]", plain).items():
            if name in self._styles:
                style, explode = self._styles[name]
                pieces += Query(name, self._type, style=style, explode=explode).pieces(member)
                continue
            items = cast("Sequence[Any]", member) if isinstance(member, list) else [member]
            pieces += [in_query(name, _field(item)) for item in items if item is not None]
        builder.set_body("&".join(pieces).encode(), self.media_type)


def _field(value: Any) -> str:
    return as_json(value).decode() if isinstance(value, (dict, list)) else as_text(value)
