"""The arguments of a request that the fake got over the network, checked as a call's are.

Sources: RFC 7578 (multipart/form-data), RFC 6901 (JSON pointers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from types import NoneType
from typing import Any, cast
from urllib.parse import unquote_plus

from pydantic import ValidationError
from pydantic_core import from_json

from .arguments import write_all
from .budget import check_values
from .encoding import is_json_type
from .errors import RequestError
from .fake_values import (
    MOST_VALUES,
    Pairs,
    Style,
    argument_of,
    check_work,
    object_of,
    split,
    split_pairs,
    typed,
)
from .http import httpx
from .media_types import OneOf
from .operation import Operation, RequestBuilder
from .parts_received import Part, parts_of
from .readers import UnionReader, reader_of
from .scalars import Reader

_TEXT = re.compile("json|xml|yaml")
"""Is in the media types of texts that aren't called so."""
MOST_PROBLEMS = 1_000
"""How many problems of an argument are told."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a part of a request."""

    place: str
    """``path``, ``query``, ``querystring``, ``header``, ``cookie`` or ``body``."""
    name: str
    """The name of the parameter; empty for the body."""
    pointer: str
    """The JSON pointer (RFC 6901) of the value in it; empty for the whole."""
    detail: str


def find_problems(
    operation: Operation[Any], request: httpx.Request, path: Mapping[str, str], needed: set[str]
) -> list[Problem]:
    """Return what the operation doesn't take; ``needed`` are names of required arguments.

    ``path`` are the values in the path, percent-encoded. The value of a form is put into the
    request's ``extensions``, as a client does.
    """
    raw = request.url.query.decode("ascii", "replace")
    pairs: dict[str, Pairs] = {
        "path": [*path.items()],
        "query": split_pairs(raw, "&"),
        "querystring": [("", raw)] if raw else [],
        "header": [*request.headers.items()],
        "cookie": split_pairs(request.headers.get("cookie", ""), ";"),
    }
    places: dict[str, tuple[str, str]] = {"body": ("body", "")}
    arguments: list[tuple[str, Any, Any]] = []
    problems: list[Problem] = []
    for parameter in cast("Iterable[Any]", operation.parameters):
        place = getattr(parameter, "place", "path")
        wire = "" if place == "querystring" else parameter.wire
        places[parameter.name] = place, parameter.wire
        try:
            value = argument_of(parameter, place, pairs[place], wire)
        except ValueError as cause:
            problems.append(Problem(place, parameter.wire, "", f"can't be read: {cause}"))
            continue
        if value is not None:
            arguments.append((parameter.name, parameter.write, value))
        elif parameter.name in needed and place != "path":
            problems.append(Problem(place, parameter.wire, "", "required"))
    codecs = codecs_of(operation, request)
    is_plain = "content-type" in request.headers and not any(
        getattr(codec, "is_json", False) for codec in codecs
    )
    if codecs and (request.content or is_plain):  # a form, a text or a file can be empty
        try:
            data = _body(codecs[0], request)
            arguments.append(("body", partial(_check, codecs, request), data))
        except ValueError as cause:
            problems.append(Problem("body", "", "", f"not {codecs[0].media_type}: {cause}"))
    elif operation.body is not None and operation.body_required:
        problems.append(Problem("body", "", "", "required"))
    try:
        write_all(operation.name, RequestBuilder(operation.path, {}), arguments, MOST_PROBLEMS)
    except ValidationError as cause:
        for error in cause.errors(include_url=False, include_input=False):
            name, *steps = error["loc"]
            problems.append(Problem(*places[str(name)], pointer_of(steps), error["msg"]))
    except RequestError as cause:
        problems.append(Problem("path", "", "", str(cause).removesuffix("; nothing was sent")))
    return problems


def pointer_of(steps: Iterable[int | str]) -> str:
    """Return a JSON pointer (RFC 6901 §3)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def codecs_of(operation: Operation[Any], request: httpx.Request) -> list[Any]:
    """Return the writers of a body's media type; none if the operation takes no such body."""
    bodies: Mapping[str, Any] = getattr(operation, "bodies", {})
    every: list[Any] = [*bodies.values()] or [*filter(None, [operation.body])]
    if not every:
        return []
    others: list[str] = []
    best = OneOf(*every).select(request.headers.get("content-type", ""), "", others.append)
    return [] if others else [codec for codec in every if codec.media_type == best.media_type]


def _body(codec: Any, request: httpx.Request) -> Any:
    """Return the data of a body; raise ``ValueError`` for what isn't JSON where it must be."""
    content, facts = request.content, cast("dict[str, Any]", vars(codec))
    if getattr(codec, "is_json", False):
        check_values(content, MOST_VALUES, "")
        body = from_json(content, allow_inf_nan=False)
        check_work(reader_of(codec.annotation), body)
        return body
    if not hasattr(codec, "check"):
        return content  # text or bytes
    kind, reader = request.headers["content-type"], reader_of(codec.annotation)
    if "multipart" in kind.lower():
        parts = parts_of(content, kind)
        _check_fields([p.content for p in parts if p.is_json or not p.is_file], codec)
        if dict not in reader.kinds:
            return typed(reader, [_part(part) for part in parts])
        fields: list[tuple[str, Any]] = []
        whole: dict[str, Any] = {}
        joined: Mapping[str, str] = facts.get("_joined", {})
        for part in parts:
            name = part.name({}) or ""
            value: Any = _part(part)
            if not (name or value):  # what a client sends in place of no part
                continue
            if type(value) is list and is_json_type(facts.get("_parts", {}).get(name)):
                whole[name] = value
                continue
            values: list[Any] = [value]
            if name in joined and isinstance(value, str):
                values = [*split(value, joined[name])]
            fields += [(name, item) for item in values]
            if len(fields) > MOST_VALUES:
                raise ValueError(f"more than {MOST_VALUES:,} values")
        return _with_nulls(reader, object_of(reader, fields) | whole)
    styles: Mapping[str, tuple[str, bool]] = facts.get("_styles", {})
    pairs = split_pairs(content.decode("ascii", "replace"), "&")
    _check_fields([_json_in(text) for _, text in pairs], codec)
    members: Mapping[str, Any] = getattr(reader, "members", {})
    data: dict[str, Any] = {}
    names = {*styles}
    for name, (style, explode) in styles.items():
        inner = members[name][1] if name in members else Reader()
        value = Style(style, explode, unquote_plus).value(inner, pairs, name)
        data |= {} if value is None else {name: value}
        names |= {*cast("dict[str, Any]", value)} if isinstance(value, dict) else set()
    plain = [(n, unquote_plus(text)) for n, text in pairs if n.partition("[")[0] not in names]
    return _with_nulls(reader, data | object_of(reader, plain))


@cache
def _most_values(codec: Any) -> int:
    """Return the number of values of JSON in fields: fewer if each may be of many classes."""
    widest = 1
    for reader in reader_of(codec.annotation).parts:
        branches = reader.branches if isinstance(reader, UnionReader) else []
        widest = max(widest, sum(dict in branch.kinds for branch in branches))
    return MOST_VALUES // widest


def _json_in(text: str) -> bytes:
    """Return the JSON array or object that a field of a form may have, decoded; else nothing."""
    is_json = text[:3].lower() in ("%5b", "%7b") or text[:1] in ("[", "{")
    return unquote_plus(text).encode() if is_json else b""


def _check_fields(contents: Sequence[bytes], codec: Any) -> None:
    """Raise ``ValueError`` for more values in fields, of which each may be JSON."""
    data = [content for content in contents if content.lstrip()[:1] in (b"[", b"{")]
    check_values(b"[%b]" % b",".join(data), _most_values(codec), "")


def _with_nulls(reader: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Return a form with null for the required members that may be null, which it can't have."""
    members: Mapping[str, Any] = getattr(reader, "members", {})
    needed = [key for key in reader.required if key not in data] if members else []
    return data | {key: None for key in needed if NoneType in members[key][1].kinds}


def _check(codecs: Sequence[Any], request: httpx.Request, _builder: Any, data: Any) -> None:
    """Raise ``ValidationError`` for a body that the client couldn't have written."""
    try:
        _check_as(codecs[0], request, data)
    except ValidationError:
        for codec in codecs[1:]:  # a range may be sent as the same media type
            with suppress(ValidationError):
                _check_as(codec, request, data)
                return
        raise


def _check_as(codec: Any, request: httpx.Request, data: Any) -> None:
    if not getattr(codec, "is_json", False):
        if hasattr(codec, "check"):
            request.extensions["value"] = codec.check(data)
        return
    codec.read_strictly(request.content)
    try:
        codec.check(data)
    except ValidationError as cause:  # what only a request needs
        errors = cause.errors(include_url=False, include_context=False, include_input=False)
        if any(error["type"] == "missing" for error in errors):
            raise


def _part(part: Part) -> Any:
    """Return the text of a part, the data of its JSON, or bytes."""
    content, kind = part.decoded(), part.media_type.partition(";")[0].strip()
    with suppress(ValueError):
        if part.is_json:
            return from_json(content)
        if not part.is_file and (kind[:5] in ("", "text/") or _TEXT.search(kind)):
            return content.decode()
    return content
