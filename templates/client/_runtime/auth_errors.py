"""What can go wrong with the request for a token (RFC 6749)."""

from __future__ import annotations

from .errors import PackageError


class AuthError(PackageError):
    """The authorization server gave no usable token, so the call was not processed."""

    status_code: int
    code: str
    """The server's ``error`` (RFC 6749 §5.2), for instance ``invalid_grant``; empty without one."""
    method: str
    url: str
    """The token URL."""

    def __init__(self, url: str, status_code: int, code: str, fact: str) -> None:
        self.method = "POST"
        self.url = url
        self.status_code = status_code
        self.code = code
        super().__init__(f"POST {url} → {status_code}: {fact}; the call was not processed")
