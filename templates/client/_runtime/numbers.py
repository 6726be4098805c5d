"""Numbers with all their digits, which pydantic writes as texts."""

from __future__ import annotations

import re
from uuid import uuid4

NUMBER = uuid4().hex
"""What the text of a decimal begins with in JSON data, if it is a number there. It is random, so
that no other text begins with it. As the context of a serializer it asks for such texts.
"""
_MARK = NUMBER.encode()
_MARKED = re.compile(rb'"%b([^"]*)"' % _MARK)


def with_numbers(content: bytes) -> bytes:
    """Return JSON text in which the decimals are numbers."""
    return _MARKED.sub(rb"\1", content) if _MARK in content else content
