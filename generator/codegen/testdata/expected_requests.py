"""The expected URL and headers of calls, made by other code than the client's.

Sources: OpenAPI 3.1.1 §4.8.12.3 (style values), RFC 3986 §2, RFC 6750 §2.1, RFC 7617.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from pydantic_core import to_json

from ..ir.operations import ClientOperation, MethodParameter
from ..ir.package import Credential
from ..ir.types import Json

Arguments = Mapping[str, Json]
_LEAST_EXPONENT = 1e15
"""The least integral number that clients write with an exponent."""

_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}


def url(
    op: ClientOperation, arguments: Arguments, base_url: str, credentials: Mapping[str, Credential]
) -> str:
    """Return the URL of a call."""
    base, own = base_url, op.server.value.rstrip("/")
    if op.server.value.startswith("/"):
        base = "/".join(base.split("/")[:3]) + own
    elif own:
        base = own
    template, _, fixed = op.path.value.partition("?")
    path = _literal(template)
    described: list[str] = []
    if fixed:
        described = quote(fixed, safe="/?:@!$&'()*+,;=~%{}").split("&")
    query: list[str] = []
    for p in op.parameters:
        value = arguments.get(p.name)
        if p.name not in arguments:
            continue
        if p.place == "path":
            variable, text = f"{{{p.wire}}}", _in_path(p, value)
            path = path.replace(variable, text)
            described = [part.replace(variable, text) for part in described]
        elif p.place == "query":
            query += _in_query(p, value)
        elif p.place == "querystring":  # OpenAPI 3.2.0 §4.12
            whole = _quoted(value if p.style == "text" else json_text(value))
            if whole:
                query.append(whole)
    for credential in _needed(op, credentials).values():
        if credential.kind == "query":
            secret = _quoted(f"{credential.prefix.value}test-key")
            query.append(f"{_quoted(credential.wire)}={secret}")
    sent = {_name_of(part) for part in query}
    parts = [part for part in described if _name_of(part) not in sent]
    parts += query
    address = f"{_without_default_port(base)}{path}"
    return f"{address}?{'&'.join(parts)}" if parts else address


def _needed(op: ClientOperation, credentials: Mapping[str, Credential]) -> dict[str, Credential]:
    """Return the credentials that a call of the operation uses, by name."""
    names = op.security[0] if op.security else ()
    return {name: credentials[name] for name in names}


def headers(
    op: ClientOperation, arguments: Arguments, credentials: Mapping[str, Credential]
) -> dict[str, Json]:
    """Return the headers of a call by their names in lower case."""
    found: dict[str, Json] = {}
    for name, credential in _needed(op, credentials).items():
        if credential.kind == "bearer":
            found["authorization"] = f"Bearer test-{name}"
        elif credential.kind in ("basic", "auth"):
            found["authorization"] = "Basic dXNlcjpwYXNzd29yZA=="
        elif credential.kind == "header":
            found[credential.wire.lower()] = f"{credential.prefix.value}test-key"
    for p in op.parameters:
        value = arguments.get(p.name)
        is_one = p.name in arguments and not isinstance(value, (list, dict))
        if p.place == "header" and is_one and p.wire.lower() != "cookie":  # others follow
            found[p.wire.lower()] = json.dumps(value) if p.style == "json" else plain_text(value)
    return found


def _name_of(part: str) -> str:
    """Return the name of a part of a query."""
    return unquote(part.partition("=")[0])


def _without_default_port(base_url: str) -> str:
    """Return a base URL as it is sent: the host in lower case, no default port (RFC 3986 §6.2)."""
    scheme, _, rest = base_url.partition("://")
    host, slash, path = rest.partition("/")
    port = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return f"{scheme.lower()}://{host.lower().removesuffix(port)}{slash}{path}"


def _literal(template: str) -> str:
    """Return a path template, percent-encoded except for its parameters (RFC 3986 §3.3)."""
    return _quoted_between(r"(\{[^{}]*\}|%[0-9A-Fa-f]{2})", template, safe="/:@!$&'()*+,;=~")


def _quoted_between(pattern: str, text: str, *, safe: str) -> str:
    """Return a text, percent-encoded except for what matches the group of a pattern."""
    pieces = re.split(pattern, text)
    pieces[::2] = [quote(piece, safe=safe) for piece in pieces[::2]]
    return "".join(pieces)


def _in_path(p: MethodParameter, value: Json) -> str:
    if p.style == "json":
        return _quoted(json_text(value))
    name, parts = _quoted(p.wire), _parts(p, value)
    if p.reserved:
        parts = [part.replace("%2F", "/") for part in parts]
    match p.style:
        case "label":
            separator = "." if p.explode else ","
            return "." + separator.join(parts)
        case "matrix":
            if not p.explode:
                parts = [",".join(parts)]
            if not (isinstance(value, dict) and p.explode):
                parts = [f"{name}={part}" for part in parts]
            return "".join(f";{part.removesuffix('=')}" for part in parts)  # RFC 6570 §3.2.7
        case _:
            return _SEPARATORS.get(p.style, ",").join(parts)


def _in_query(p: MethodParameter, value: Json) -> list[str]:
    """Return the ``name=value`` pairs of a query parameter."""
    name = _quoted(p.wire)
    if p.style == "json":
        return [f"{name}={_quoted(json_text(value))}"]
    if p.style == "deepObject" and isinstance(value, (dict, list)):
        return _pairs(_deep(p.wire, value), reserved=p.reserved)
    if p.explode and isinstance(value, dict):
        items: list[tuple[str, Json]] = []
        for key, member in value.items():
            items += [(key, item) for item in _each(member)]
        return _pairs(items, reserved=p.reserved)
    parts = _parts(p, value, reserved=p.reserved)
    if p.explode:
        return [f"{name}={part}" for part in parts]
    between = _SEPARATORS.get(p.style, ",")
    return [f"{name}={between.join(parts)}"] if parts else []


def _pairs(items: Iterable[tuple[str, Json]], *, reserved: bool) -> list[str]:
    """Return names and values as ``name=value``."""
    return [f"{_quoted(name)}={_quoted(value, reserved=reserved)}" for name, value in items]


def _parts(p: MethodParameter, value: Json, *, reserved: bool = False) -> list[str]:
    """Return the items of a list, or the members of an object, before they are joined.

    Null is left out (RFC 6570 §2.3).
    """
    if not isinstance(value, dict):
        many = _items(value) if isinstance(value, list) else [value]
        return [_quoted(one, reserved=reserved) for one in many]
    pairs = [(key, member) for key, member in value.items() if member is not None]
    if p.explode:
        return _pairs(pairs, reserved=reserved)
    parts: list[str] = []
    for key, member in pairs:
        parts += [_quoted(key, reserved=reserved), _quoted(member, reserved=reserved)]
    return parts


def _deep(name: str, value: Json) -> list[tuple[str, str]]:
    if not isinstance(value, (dict, list)):
        return [(name, plain_text(value))]
    pairs: list[tuple[str, str]] = []
    if isinstance(value, list):
        for index, item in enumerate(_items(value)):
            pairs += _deep(f"{name}[{index}]", item)
        return pairs
    for key, member in value.items():
        if member is not None:
            pairs += _deep(f"{name}[{key}]", member)
    return pairs


def _each(value: Json) -> list[Json]:
    """Return the items of a list, or one value, without null."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item is not None]


def _items(value: list[Json]) -> list[Json]:
    """Return the items of a list without null; of one that has nothing else all."""
    return [one for one in value if one is not None] or value


def _quoted(value: Json, *, reserved: bool = False) -> str:
    if not reserved:
        return quote(plain_text(value), safe="")
    return _quoted_between("(%[0-9A-Fa-f]{2})", plain_text(value), safe=":/?@!$'()*,;")


def plain_text(value: Json) -> str:
    """Return a value as URLs, headers and text parts have it: 1.0 is 1, as in JSON Schema."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LEAST_EXPONENT:
        value = int(value)
    return value if isinstance(value, str) else json_text(value)


def json_text(value: Json) -> str:
    """Return a value as JSON, its fractions with the digits and exponents of pydantic."""
    return to_json(value).decode()
