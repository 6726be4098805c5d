"""The servers of an API whose description has relative ones, or some for single operations."""

from __future__ import annotations

from ._options import BASE_PATH


def with_path(base_url: str) -> str:
    """Return a base URL without a final slash; one without a path gets that of the description."""
    base_url = base_url.rstrip("/")
    return f"{base_url}{BASE_PATH}" if base_url.count("/") == 2 else base_url


def server_url(server: str, base_url: str, described: bool) -> str:
    """Return where an operation is sent.

    ``server`` is its own in the description, empty if it has none: a path at the API's origin, or
    a URL, which a ``base_url`` replaces that isn't the description's.
    """
    if server.startswith("/"):
        return "/".join(base_url.split("/", 3)[:3]) + server.rstrip("/")
    return server.rstrip("/") if server and described else base_url
