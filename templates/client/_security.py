"""Operations that take different credentials, or alternatives of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ._auth import Credential
from .errors import RequestError


def choose_credentials(
    alternatives: Sequence[Sequence[str]], given: Mapping[str, Credential]
) -> list[Credential]:
    """Return the first alternative that was given; raise :class:`RequestError` if none was."""
    for names in alternatives:
        if all(name in given for name in names):
            return [given[name] for name in names]
    if not alternatives:
        return []
    needed = " or ".join(" and ".join(names) for names in alternatives)
    raise RequestError(f"this operation needs {needed}; give it to the client's constructor")
