"""Operations that take different credentials, or alternatives of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from .auth import NoCredentials
from .errors import RequestError
from .operation import Credential, Operation

_WARNED: dict[tuple[str, str], object] = {}
"""The operations, by package, method and path, for which a secret was given and not sent."""


def choose_credentials(
    operation: Operation[Any], given: Mapping[str, Credential], package: str
) -> list[Credential]:
    """Return the first alternative that was given; raise :class:`RequestError` if none was.

    A secret that is given for an operation without security isn't sent; the first time that is a
    warning.
    """
    for names in operation.security:
        if all(name in given for name in names):
            return _sent(given[name] for name in names)
    if operation.security:
        needed = " or ".join(" and ".join(names) for names in operation.security)
        raise RequestError(
            f"this operation needs {needed}; give it to the client's constructor, or NO_CREDENTIALS"
        )
    label, mine = f"{operation.method} {operation.path}", object()
    if _sent(given.values()) and _WARNED.setdefault((package, label), mine) is mine:
        log = logging.getLogger(package)
        log.warning("%s declares no credentials; those of the client aren't sent", label)
    return []


def _sent(credentials: Iterable[Credential]) -> list[Credential]:
    return [one for one in credentials if not isinstance(one.auth, NoCredentials)]
