"""Credentials from environment variables, of which some may not be set."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from .errors import RequestError

T = TypeVar("T")


def env(name: str) -> str | None:
    """Return an environment variable; None if it isn't set, or is empty."""
    return os.environ.get(name) or None


def env_pair(
    make: Callable[[str, str], T], first: str, second: str, error: type[RequestError]
) -> T | None:
    """Return what two environment variables make; None if neither is set.

    Raises ``error`` if only one is.
    """
    missing = [name for name in (first, second) if not env(name)]
    if len(missing) == 1:  # no local variable holds the other
        raise error(f"the environment variable {missing[0]} is not set")
    return None if missing else make(os.environ[first], os.environ[second])
