"""The scopes that calls need, for the docstrings of methods.

Sources: OpenAPI 3.1.1 §4.8.29 (OAuth Flow: the descriptions), §4.8.30 (Security Requirement).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...openapi.model import Operation, SecurityRequirement, SecurityScheme
from .. import ir
from .types import text

_OF_TOKENS = ("oauth2", "openIdConnect")


def needed_scopes(
    operation: Operation, schemes: Mapping[str, SecurityScheme]
) -> tuple[tuple[ir.NeededScope, ...], ...]:
    """Return the alternatives of an operation's scopes; empty if it needs none at all.

    An alternative without scopes counts where it is about a token, or needs no credential.
    """
    alternatives: dict[tuple[ir.NeededScope, ...], None] = {}
    for requirement in operation.security:
        if not all(key in schemes for key in requirement.schemes):
            continue  # left out, with a warning
        scopes = _scopes(requirement, schemes)
        kinds = {schemes[key].type for key in requirement.schemes}
        if scopes or not kinds or kinds.intersection(_OF_TOKENS):
            alternatives[scopes] = None
    if not any(alternatives):
        return ()
    return tuple(sorted(alternatives, key=lambda scopes: not scopes))


def _scopes(
    requirement: SecurityRequirement, schemes: Mapping[str, SecurityScheme]
) -> tuple[ir.NeededScope, ...]:
    found: dict[str, str] = {}
    for key, names in requirement.schemes.items():
        for name in names:
            flows = schemes[key].flows.values()
            docs = (flow.scopes[name] for flow in flows if flow.scopes.get(name))
            found[name] = found.get(name) or next(docs, "")
    scopes = {name.strip(): doc for name, doc in found.items() if name.strip()}
    return tuple(ir.NeededScope(ir.Text(name), text(doc)) for name, doc in scopes.items())
