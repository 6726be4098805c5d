"""JSON whose texts of formats and decimals pydantic alone reads exactly, told by its text.

Pydantic reads Unix time as a date, and a number as a decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from pydantic_core import to_json

from .readers import Container, Object, UnionReader
from .scalars import Reader, Scalar


def doubtful(reader: Reader) -> list[re.Pattern[bytes]] | None:
    """Return patterns; each matches JSON in which a member may have a text that isn't of its
    format, or a number in place of one. None if no pattern tells.
    """
    names: dict[bytes, set[bytes]] = {}
    for each in (part for part in reader.parts if isinstance(part, Object)):
        if each.others is not None and _form(each.others):
            return None
        for key, (_, member) in each.members.items():
            if form := _form(member):
                names.setdefault(form, set()).add(to_json(key)[1:-1])
    patterns = [
        rb'"(?:%b)"(?!\s*+:\s*+(?:null|%b))' % (_any_of(keys), form) for form, keys in names.items()
    ]
    if form := _form(reader):
        patterns.append(rb"\A(?!\s*+(?:null|%b)\s*\Z)" % form)
    escaped = [rb'\\.[^"\\]*+"\s*+:'] if names else []  # a name may be written in many ways
    return [re.compile(pattern) for pattern in (*patterns, *escaped)]


def _form(reader: Reader, depth: int = 9) -> bytes:
    """Return a pattern of JSON with exact texts; empty if it has none, or only in objects of
    classes.
    """
    match reader:
        case Scalar():
            return reader.exact_json
        case UnionReader():
            forms = [form for branch in reader.branches if (form := _form(branch, depth))]
            return b"(?:null|%b)" % b"|".join(forms) if forms else b""
        case Container():
            form = _form(reader.items, depth - 1) if depth else b"(?!)"  # it may have itself
            if list in reader.kinds:
                return rb"\[(?:\s*+%b\s*+,?)*+\s*+\]" % form if form else b""
            return rb'\{(?:\s*+"[^"\\]*+"\s*+:\s*+%b\s*+,?)*+\s*+\}' % form if form else b""
        case _:
            return b""


def _any_of(keys: Iterable[bytes]) -> bytes:
    """Return a pattern of names, of which a first character is soon known."""
    groups = groupby(sorted(keys), lambda key: key[:1])
    return b"|".join(
        b"%b(?:%b)" % (re.escape(first), b"|".join(re.escape(key[1:]) for key in group))
        for first, group in groups
    )
