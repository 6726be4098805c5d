"""Secrets in bodies, queries and headers: known by their names, or JSON Web Tokens."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import unquote_plus

from pydantic_core import from_json

MASK = "***"
_NAMES = frozenset((
    "secret", "clientsecret", "accesstoken", "refreshtoken", "idtoken", "apikey", "privatekey",
    "authorization",
))  # fmt: skip
_PASSWORDS = ("password", "passwd")
_TOKENS = ("token", "tokens")
_PLACE = re.compile(
    r"(?:page|next|prev|previous|continuation|pagination|sync|resume|skip)tokens?\Z|cursor\Z"
)
"""The end of names that aren't secrets: of places in lists."""
_LONG = 16
"""Characters of a token that is a credential; a shorter one may be anything."""
_STEPS = re.compile(r"[\[\]./]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_STRING = rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_MEMBER = re.compile(
    rb"(%b)(\s*+:\s*+(%b|-?\d[\d.eE+-]*|[{\[])?)?|([{}\[\]])" % (_STRING, _STRING), re.DOTALL
)
"""A text in JSON, which may be the name of a member with its value, or a bracket."""
_FIELD = re.compile(rb"(?:^|(?<=&))([^=&]+)=([^&]+)")
_PART = re.compile(
    rb'(\bname="([^"]{,200})"[^\n]{,999}\n(?:[^\r\n]{1,999}\r?\n){,20}+\r?\n)(.+?)(?=\r?\n--|\Z)',
    re.DOTALL,
)
_FORM = "application/x-www-form-urlencoded"
_JWT = re.compile(
    r"(?<![\w-])(?=[\w-]++\.[\w-]*+\.)([\w-]*?)"
    r"eyJ[\w-]{8,}+(?:(?:\.[\w-]*+){4}|(?:\.[\w-]*+){2})",
    re.ASCII,
)
"""A JSON Web Token, signed or encrypted (RFC 7515 §7.1, RFC 7516 §7.1), and what is before it."""
_MASKED = b'"***"'
_CHARACTERS = f"{string.ascii_letters}{string.digits}_-."


def is_secret(path: str, value: object, described: Collection[str] = ()) -> bool:
    """Return whether a value, a text or a number, is a secret by its name.

    ``path`` is the name of a member, or it has those of the objects that it is in too:
    ``/user/pin``, ``user[pin]``. ``described`` are the names of further secrets. Case, ``-`` and
    ``_`` in a name don't matter.
    """
    if not value or isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    text = value if isinstance(value, str) else ""
    steps = [step for step in _STEPS.split(path) if step] or [path]
    *outer, name = map(_plain, steps)
    if _PLACE.search(name):
        return False
    if name in _NAMES or name.endswith(_PASSWORDS) or path in described or steps[-1] in described:
        return True
    if name == "pass":  # a number may be how many tests have passed
        return bool(text)
    if name.endswith(_TOKENS):
        return len(text) >= _LONG
    return any(map(_is_of_tokens, outer)) and _is_token(name, text)


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _is_of_tokens(plain: str) -> bool:
    """Return whether what is in a member of a name are tokens."""
    return plain.endswith(_TOKENS) and not _PLACE.search(plain)


def _is_token(name: str, text: str) -> bool:
    """Return whether a text among tokens is one: not a type, a time, a sentence or a word."""
    if name.endswith("type") or _TIME.match(text):
        return False
    is_word = name.isdecimal() and _WORD.fullmatch(text)  # of a list
    return not is_word and any(len(part) >= _LONG for part in text.split())


def mask_tokens(text: str, *, is_cut: bool = False) -> str:
    """Return a text with ``***`` for JSON Web Tokens.

    If it ``is_cut``, the beginning of one at its end is left out.
    """
    text = _JWT.sub(rf"\1{MASK}", text)
    last = text[len(text.rstrip(_CHARACTERS)) :] if is_cut else ""
    _, mark, start = last.partition("eyJ")
    return text.removesuffix(mark + start)


def mask_json(content: bytes, described: Collection[str] = ()) -> bytes:
    """Return JSON, one or several values, or the beginning of one, with secrets as ``***``."""
    pieces: list[bytes] = []
    end = 0
    depth = 0  # of brackets around tokens
    for part in _MEMBER.finditer(content):
        name, colon, value, bracket = part.groups()
        bracket = bracket or value
        if bracket in (b"{", b"["):
            is_of_tokens = name is not None and _is_of_tokens(_plain(str(_data(name))))
            depth += 1 if depth or is_of_tokens else 0
        elif bracket in (b"}", b"]"):
            depth -= 1 if depth else 0
        elif value or not colon:
            start, stop = part.span(3 if value else 1)
            text = value or name
            path = str(_data(name)) if value else "0"
            if depth:
                path = f"tokens/{path}"
            is_masked = (value or depth) and is_secret(path, _data(text), described)
            pieces.append(content[end:start])
            pieces.append(_MASKED if is_masked else _inside(text, described))
            end = stop
    return b"".join([*pieces, content[end:]])


def _data(text: bytes) -> str | int:
    """Return the text of JSON, one that is cut as a long one; of a number any."""
    if text[:1] != b'"':
        return 1
    with suppress(ValueError):
        return str(from_json(text))
    start = text[1:].decode("utf-8", "replace")
    return start.ljust(_LONG, "x") if start else ""


def _inside(value: bytes, described: Collection[str]) -> bytes:
    """Return a value of JSON, a text that is JSON itself without its secrets."""
    if b'\\"' in value:
        with suppress(ValueError):
            text: str = from_json(value)
            masked = mask_json(text.encode(), described).decode()
            return value if masked == text else json.dumps(masked, ensure_ascii=False).encode()
    return value


def mask_fields(text: bytes, described: Collection[str] = ()) -> bytes:
    """Return a form or a query (without ``?``) with secrets as ``***``."""
    return _FIELD.sub(lambda field: _field(field, field[1], field[1] + b"=", described), text)


def _field(field: re.Match[bytes], name: bytes, start: bytes, described: Collection[str]) -> bytes:
    path = unquote_plus(name.decode("utf-8", "replace"))
    value = unquote_plus(field[field.re.groups].decode("utf-8", "replace"))
    return start + MASK.encode() if is_secret(path, value, described) else field[0]


def mask_body(content: bytes, content_type: str, described: Collection[str] = ()) -> bytes:
    """Return a body of JSON, a form or multipart with secrets as ``***``; another one as it is."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _FORM:
        return mask_fields(content, described)
    if kind.startswith("multipart/"):
        content = _PART.sub(lambda part: _field(part, part[2], part[1], described), content)
    return mask_json(content, described)
