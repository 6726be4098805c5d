"""Response headers that no description has to list, and dates in headers."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

_FIELDS = """
accept accept-ch accept-patch accept-post accept-query accept-ranges age allow alt-svc
authentication-info authorization b3 baggage cache-control cache-status cdn-cache-control
clear-site-data connection content-digest content-disposition content-encoding content-language
content-length content-location content-md5 content-range content-security-policy
content-security-policy-report-only content-type critical-ch cross-origin-embedder-policy
cross-origin-opener-policy cross-origin-resource-policy date deprecation digest etag expect-ct
expires feature-policy forwarded host keep-alive last-modified link location nel
origin-agent-cluster p3p permissions-policy pragma preference-applied priority
proxy-authenticate proxy-connection proxy-status referrer-policy refresh report-to
reporting-endpoints repr-digest request-id retry-after server server-timing set-cookie signature
signature-input sourcemap status strict-transport-security sunset surrogate-control
surrogate-key timing-allow-origin traceparent tracestate trailer transfer-encoding uber-trace-id
upgrade vary via warning www-authenticate x-accel-buffering x-aspnet-version x-cache
x-cache-hits x-content-type-options x-correlation-id x-dns-prefetch-control x-download-options
x-frame-options x-permitted-cross-domain-policies x-powered-by x-process-time x-request-id
x-response-time x-robots-tag x-runtime x-served-by x-timer x-ua-compatible x-varnish
x-xss-protection
"""
"""Fields of HTTP itself (the IANA registry of field names), of browsers' security, of caches and of
tracing."""
_COMMON: Final = frozenset(_FIELDS.split())
_PREFIXES: Final = (
    "access-control-",
    "cf-",
    "sec-",
    "x-amz-",
    "x-amzn-",
    "x-envoy-",
    "x-b3-",
    "x-goog-",
    "x-vercel-",
    "fly-",
)
_SUFFIXES: Final = ("-request-id", "-trace-id", "-correlation-id")
_SECONDS = re.compile(r"@(-?\d{1,11})")


@lru_cache(maxsize=4096)
def is_common(name: str) -> bool:
    """Return whether a header, in lower case, is one of HTTP or of a proxy, not of the API."""
    return name in _COMMON or name.startswith(_PREFIXES) or name.endswith(_SUFFIXES)


def moment_of(text: str) -> dt.datetime | None:
    """Return an HTTP date, or RFC 9745's ``@`` and seconds; None for other text."""
    try:
        seconds = _SECONDS.fullmatch(text.strip())
        if seconds is not None:
            return dt.datetime.fromtimestamp(int(seconds[1]), dt.UTC)
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError, OSError):
        return None


def date_of(text: str) -> str:
    """Return the day of a date in a header; empty for other text."""
    moment = moment_of(text)
    return moment.date().isoformat() if moment else ""
