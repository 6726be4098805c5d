"""Code whose errors have the classes of a package."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from .errors import PackageError, own_error


@contextmanager
def own_errors(errors: Any) -> Generator[None]:
    """Give the errors of a block the classes of a package's module ``errors``."""
    try:
        yield
    except PackageError as error:
        own_error(error, errors)
        raise
