"""Encodings of the parts of form and multipart bodies compared.

Sources: OpenAPI 3.1.1 §4.8.15 (Encoding), 3.2.0 §4.15 (by position).
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TypeAlias

from ....reading.document.pointer import escape
from ....reading.openapi.model.messages import Encoding, MediaType, Parameter
from ....reading.openapi.model.schemas import Schema
from ..differences.differences import DifferenceRecorder
from ..differences.resolved_schema import ResolvedSchema, resolved
from ..schemas.schemas import SchemaComparer
from .content import plain_name
from .headers import compare_headers
from .parameters import serialization, written_styles

_FORM = "application/x-www-form-urlencoded"
_BYTES = "application/octet-stream"
_Schemas: TypeAlias = tuple[ResolvedSchema, ResolvedSchema]


def compare_encodings(
    schemas: SchemaComparer, parent: DifferenceRecorder, name: str, old: MediaType, new: MediaType
) -> None:
    """Record what differs in the encodings of two bodies of the media type ``name``."""
    comparison = _Encodings(schemas, parent, is_form=name == _FORM)
    items = old.item_schema, new.item_schema
    comparison.compare(old, new, comparison.resolved(old.schema, new.schema), items)


class _Encodings:
    def __init__(
        self, schemas: SchemaComparer, parent: DifferenceRecorder, *, is_form: bool
    ) -> None:
        self.schemas = schemas
        self.parent = parent
        self.is_form = is_form
        self.nothing = Schema(parent.old.location)

    def resolved(self, old: Schema | None, new: Schema | None) -> _Schemas:
        """Return the schemas of the old and the new part; an absent one allows any value."""
        return (
            resolved(old or self.nothing, self.schemas.old),
            resolved(new or self.nothing, self.schemas.new),
        )

    def compare(
        self,
        old: MediaType | Encoding,
        new: MediaType | Encoding,
        wholes: _Schemas,
        items: tuple[Schema | None, Schema | None] = (None, None),
        prefix: str = "",
    ) -> None:
        """Compare the encodings by name, by position, and of all other positions.

        ``wholes`` are the schemas of what has the parts, ``items`` those of a part, if it is
        described by itself. A property that only one side has is a difference of the schemas.
        """
        if not any(_has_encodings(media) for media in (old, new)):
            return
        left, right = (whole.properties for whole in wholes)
        for name in {**old.encoding, **new.encoding}:
            if not left or not right or (name in left and name in right):
                parts = self.resolved(left.get(name), right.get(name))
                pair = old.encoding.get(name), new.encoding.get(name)
                self._part(f"{prefix}{name}", f"encoding/{escape(name)}", (old, new), pair, parts)
        every = self.resolved(items[0] or wholes[0].core.items, items[1] or wholes[1].core.items)
        prefixes = [whole.core.prefix_items or () for whole in wholes]
        for index, pair in enumerate(zip_longest(old.prefix_encoding, new.prefix_encoding)):
            first, second = (prefix[index : index + 1] for prefix in prefixes)
            parts = self.resolved(*first, *second) if first and second else every
            self._part(f"{prefix}[{index}]", f"prefixEncoding/{index}", (old, new), pair, parts)
        pair = old.item_encoding, new.item_encoding
        if any(pair):
            self._part(f"{prefix}[]", "itemEncoding", (old, new), pair, every)

    def _part(
        self,
        name: str,
        key: str,
        parents: tuple[MediaType | Encoding, MediaType | Encoding],
        pair: tuple[Encoding | None, Encoding | None],
        parts: _Schemas,
    ) -> None:
        """Compare the encodings of one part; an absent one has the default values."""
        recorder = DifferenceRecorder(
            self.parent.comparison,
            pair[0] or parents[0],
            pair[1] or parents[1],
            self.parent.symbol,
            at=f"{parents[0].location.pointer}/{key}",
            subject=self.parent.subject,
        )
        old, new = (e or Encoding(parent.location) for e, parent in zip(pair, parents, strict=True))
        styles = self._style(old, parts[0]), self._style(new, parts[1])
        styles = written_styles(styles, (old, new))
        recorder.compare(
            "body/encoding",
            (_member(old), _member(new)),
            *styles,
            action="changed",
            present=pair,
            name=name,
        )
        if styles == (None, None) and (old.content_type or new.content_type):
            _compare_types(recorder, name, (old, new), parts)
        compare_headers(self.schemas, recorder, old.headers, new.headers)
        self.compare(old, new, parts, prefix=f"{name}.")

    def _style(self, encoding: Encoding, part: ResolvedSchema) -> str | None:
        """Return how a part is written in a form; None if it is in its own media type."""
        has_style = encoding.style or encoding.allow_reserved or encoding.explode is not None
        if not has_style and (encoding.content_type or not self.is_form):
            return None
        as_parameter = Parameter(
            encoding.location,
            name="",
            in_="query",
            schema=part.site,
            style=encoding.style,
            explode=encoding.explode,
            allow_reserved=encoding.allow_reserved,
        )
        return serialization(as_parameter, part.components)


def _compare_types(
    recorder: DifferenceRecorder,
    name: str,
    encodings: tuple[Encoding, Encoding],
    parts: _Schemas,
) -> None:
    old, new = (_media_types(*pair) for pair in zip(encodings, parts, strict=True))
    is_wider, is_narrower = _covers(new, old), _covers(old, new)
    if is_wider and is_narrower:
        return
    recorder.compare(
        "body/part-type",
        "contentType",
        ", ".join(old),
        ", ".join(new),
        action="widened" if is_wider else "narrowed" if is_narrower else "changed",
        present=(encodings[0].content_type, encodings[1].content_type),
        name=name,
    )


def _has_encodings(part: MediaType | Encoding) -> bool:
    return bool(part.encoding or part.item_encoding or part.prefix_encoding)


def _member(encoding: Encoding) -> str:
    """Return the member that the location of a style is at."""
    if encoding.style:
        return "style"
    return "allowReserved" if encoding.explode is None else "explode"


def _media_types(encoding: Encoding, part: ResolvedSchema) -> list[str]:
    """Return the media types and ranges that a part may have, sorted."""
    if not encoding.content_type:
        return [_default(part)]
    return sorted(map(plain_name, encoding.content_type.split(",")))


def _default(part: ResolvedSchema) -> str:
    """Return the media type of a part whose encoding has none (§4.8.15.1.1)."""
    seen: set[Schema] = set()
    while (
        part.types == frozenset(("array",))
        and part.core.items is not None
        and part.core not in seen
    ):
        seen.add(part.core)
        part = part.resolve(part.core.items)
    core = part.core
    if part.types == frozenset(("object",)):
        return "application/json"
    is_binary = core.content_encoding or core.format == "binary"
    return "text/plain" if part.types and "object" not in part.types and not is_binary else _BYTES


def _covers(wide: list[str], narrow: list[str]) -> bool:
    """Return whether each media type in ``narrow`` matches one in ``wide``."""
    return all(any(_matches(name, pattern) for pattern in wide) for name in narrow)


def _matches(media_type: str, pattern: str) -> bool:
    if pattern.endswith("/*"):
        return pattern == "*/*" or media_type.startswith(pattern[:-1])
    return media_type == pattern
