"""The forms in which a server may repeat a secret."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus


def spellings(secret: str) -> Mapping[str, str]:
    """Return a secret of eight characters or more in each form, by the name of the form."""
    escaped = json.dumps(secret)[1:-1]
    encoded = base64.b64encode(secret.encode()).decode()
    numbers = "".join(char if char.isalnum() else f"&#{ord(char)};" for char in secret)
    return {
        "JSON": escaped,
        "JSON with escaped slashes": escaped.replace("/", r"\/"),
        "JSON with escapes alone": re.sub("(....)", r"\\u\1", secret.encode("utf-16-be").hex()),
        "JSON in JSON": json.dumps(escaped.replace("/", r"\/")),
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False),
        "URL": quote(secret, safe=""),
        "URL in lower case": re.sub("%..", lambda found: found[0].lower(), quote(secret)),
        "URL in a URL": quote(quote(secret)),
        "URL of octets alone": "".join(f"%{byte:02X}" for byte in secret.encode()),
        "JSON in a URL": quote(escaped),
        "form": quote_plus(secret),
        "HTML": html.escape(secret),
        "HTML by numbers": numbers,
        "HTML in HTML": html.escape(html.escape(secret)),
        "HTML by names": html.escape(secret).replace("/", "&sol;").replace("+", "&plus;"),
        "HTML in JSON": html.escape(secret).replace("&", "\\u0026"),
        "base64": encoded,
        "base64 in JSON": encoded.replace("/", r"\/"),
        "base64 in a URL": quote(encoded, safe=""),
        "base64url": base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        **{
            f"base64 after {user!r}": base64.b64encode(f"{user}{secret}:x".encode()).decode()
            for user in ("a:", "ab:", "abc:")
        },
    }
