"""OAuth flows compared.

Source: OpenAPI 3.1.1 §4.8.28 (OAuth Flows).
"""

from __future__ import annotations

from collections.abc import Callable

from ...openapi.model import Document, OAuthFlow, SecurityScheme
from .differences import Comparison, DifferenceRecorder, action_of

_URLS: tuple[tuple[str, Callable[[OAuthFlow], str]], ...] = (
    ("authorizationUrl", lambda flow: flow.authorization_url),
    ("tokenUrl", lambda flow: flow.token_url),
    ("refreshUrl", lambda flow: flow.refresh_url),
    ("deviceAuthorizationUrl", lambda flow: flow.device_authorization_url),
)


def compare_oauth(comparison: Comparison, base: Document, revision: Document) -> None:
    """Record what differs in the flows of the only OAuth scheme of both descriptions."""
    old, new = _oauth(base), _oauth(revision)
    if old is None or new is None:
        return
    for name in {**old.flows, **new.flows}:
        before, after = old.flows.get(name), new.flows.get(name)
        if before is not None and after is not None:
            _flow(comparison, name, before, after)
        else:
            recorder = DifferenceRecorder(comparison, old.location.pointer)
            recorder.record_presence(
                rule="security/flow", parts=(before, after), value=name, owners=(old, new),
                at=f"{old.location.pointer}/flows/{name}",
            )  # fmt: skip


def _flow(comparison: Comparison, name: str, old: OAuthFlow, new: OAuthFlow) -> None:
    for member, read in _URLS:
        before, after = read(old), read(new)
        DifferenceRecorder(comparison, f"{old.location.pointer}/{member}").record_member(
            rule=f"security/url/{action_of(before, after)}", member=member, parts=(old, new),
            old=before, new=after, words={"url": member, "flow": name},
        )  # fmt: skip


def _oauth(document: Document) -> SecurityScheme | None:
    """Return the only OAuth scheme; several differ in their scopes, which are compared anyway."""
    schemes = [one for one in document.security_schemes.values() if one.type == "oauth2"]
    return schemes[0] if len(schemes) == 1 and schemes[0].flows else None
