"""The type of a body, as the Content-Type of its response states it (RFC 9110 §8.3)."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from functools import lru_cache

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


@lru_cache(maxsize=128)
def bare_type(content_type: str) -> str:
    """Return a media type in lower case without its parameters (RFC 9110 §8.3.1)."""
    return content_type.partition(";")[0].strip().lower()


def is_html(content_type: str) -> bool:
    """Return whether a Content-Type is that of a web page."""
    return bare_type(content_type) in ("text/html", "application/xhtml+xml")


def text_of(content: bytes, content_type: str) -> str:
    """Return text in the charset of its Content-Type (RFC 9110 §8.3.2), in UTF-8 without one.

    Raises ``ValueError`` for an unknown charset, and for bytes that aren't text in it.
    """
    match = _CHARSET.search(content_type)
    charset = match[1] if match else "utf-8"
    try:
        if codecs.lookup(charset).name == "punycode":  # its cost is quadratic
            raise LookupError
        return content.decode(charset)
    except UnicodeDecodeError:
        raise ValueError(f"not {charset.upper()}") from None
    except LookupError:
        raise ValueError(f"the charset {charset!r} is unknown") from None


def stated_value(content: bytes, content_type: str) -> str | bytes:
    """Return a body that isn't JSON: text if its Content-Type is one of text or XML, else bytes.

    Without a Content-Type it is text if it is UTF-8.
    """
    kind = bare_type(content_type)
    is_xml = kind == "application/xml" or kind.endswith("+xml")
    if not kind or kind.startswith("text/") or is_xml:
        with suppress(ValueError):
            return text_of(content, content_type)
    return content
