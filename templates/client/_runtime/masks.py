"""Secrets in bodies and queries, known by the names of their members and fields."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import unquote_plus

MASK = "***"
_NAMES = frozenset((
    "password", "passwd", "secret", "clientsecret", "accesstoken", "refreshtoken", "idtoken",
    "apikey", "privatekey", "authorization",
))  # fmt: skip
_OTHERS = frozenset(("pagetoken", "nexttoken", "cursor"))
_LONG = 16
"""Characters of a ``token`` that is a credential; a shorter one may be anything."""
_STRING = rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_MEMBER = re.compile(rb"(%b)(?:(\s*:\s*)(%b|-?\d[\d.eE+-]*))?" % (_STRING, _STRING), re.DOTALL)
"""A text in JSON, the name of a member with its value, if that is a text or a number."""
_FIELD = re.compile(rb"(?:^|(?<=&))([^=&]+)=([^&]+)")
_PART = re.compile(
    rb'(\bname="([^"]{,200})"[^\n]{,999}\n(?:[^\r\n]{1,999}\r?\n){,20}+\r?\n)(.+?)(?=\r?\n--|\Z)',
    re.DOTALL,
)
_FORM = "application/x-www-form-urlencoded"


def is_secret(name: str, value: object, described: Collection[str] = ()) -> bool:
    """Return whether a value, a text or a number, is a secret by its name.

    ``described`` are the names of further secrets. Case, ``-`` and ``_`` don't matter.
    """
    if not value or isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    plain = name.lower().replace("-", "").replace("_", "")
    if plain == "token":
        return name in described or (isinstance(value, str) and len(value) >= _LONG)
    return plain in _NAMES or (name in described and plain not in _OTHERS)


def mask_json(content: bytes, described: Collection[str] = ()) -> bytes:
    """Return JSON, one or several values, or the beginning of one, with secrets as ``***``."""

    def masked(member: re.Match[bytes]) -> bytes:
        name, colon, value = member.groups()
        if colon is None:
            return _inside(name, described)
        text: object = value.strip(b'"').decode("utf-8", "replace") if value[:1] == b'"' else 1
        if is_secret(_text(name), text, described):
            return name + colon + b'"%b"' % MASK.encode()
        return name + colon + _inside(value, described)

    return _MEMBER.sub(masked, content)


def _inside(value: bytes, described: Collection[str]) -> bytes:
    """Return a value of JSON, a text that is JSON itself without its secrets."""
    if b'\\"' in value:
        with suppress(ValueError):
            text: str = json.loads(value)
            masked = mask_json(text.encode(), described).decode()
            return value if masked == text else json.dumps(masked, ensure_ascii=False).encode()
    return value


def _text(name: bytes) -> str:
    with suppress(ValueError):
        return str(json.loads(name))
    return ""


def mask_fields(text: bytes, described: Collection[str] = ()) -> bytes:
    """Return a form or a query (without ``?``) with secrets as ``***``."""
    return _FIELD.sub(lambda field: _field(field, field[1], field[1] + b"=", described), text)


def _field(field: re.Match[bytes], name: bytes, start: bytes, described: Collection[str]) -> bytes:
    value = field[field.re.groups].decode("utf-8", "replace")
    is_masked = is_secret(unquote_plus(name.decode("utf-8", "replace")), value, described)
    return start + MASK.encode() if is_masked else field[0]


def mask_body(content: bytes, content_type: str, described: Collection[str] = ()) -> bytes:
    """Return a body of JSON, a form or multipart with secrets as ``***``; another one as it is."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _FORM:
        return mask_fields(content, described)
    if kind.startswith("multipart/"):
        content = _PART.sub(lambda part: _field(part, part[2], part[1], described), content)
    return mask_json(content, described)
