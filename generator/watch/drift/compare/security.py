"""Security requirements compared: which credentials an operation accepts.

Sources: OpenAPI 3.1.1 §4.8.27 to §4.8.30 (Security Scheme, OAuth Flows, Security Requirement).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TypeAlias

from ....base.immutable import immutable
from ....reading.document.tree import Location
from ....reading.openapi.model.document import Document, OAuthFlow, Operation, SecurityScheme
from ....reading.openapi.model.schemas import Part
from ..differences.differences import Comparison, DifferenceRecorder, Sides, paired


@immutable
class _Credential:
    """A security scheme as it is sent, with the scopes that are needed."""

    wire: tuple[str, ...]
    """The type and what is sent; the scheme's name where nothing else is known of it."""
    scopes: frozenset[str]
    name: str = field(compare=False)
    location: Location | None = field(compare=False)
    """Of the scheme; None where the description doesn't have it."""


_Alternative: TypeAlias = tuple[_Credential, ...]
"""Credentials that are needed together."""
_Alternatives: TypeAlias = Mapping[_Alternative, Location]
"""What an operation accepts, each with its location."""
_URLS: tuple[tuple[str, Callable[[OAuthFlow], str]], ...] = (
    ("authorizationUrl", lambda flow: flow.authorization_url),
    ("tokenUrl", lambda flow: flow.token_url),
    ("refreshUrl", lambda flow: flow.refresh_url),
    ("deviceAuthorizationUrl", lambda flow: flow.device_authorization_url),
)


def compare_security(
    comparison: Comparison, old: Operation, new: Operation, base: Document, revision: Document
) -> None:
    """Record what differs in the credentials of two operations, and in how to get a token."""
    before, after = _alternatives(old, base), _alternatives(new, revision)
    listed = old.security_location or old.at("security")
    recorder = DifferenceRecorder(
        comparison,
        Part(old.security_location or old.location),
        Part(new.security_location or new.location),
        at=listed.pointer,
        subject="",
    )
    open_before, open_after = (not side or () in side for side in (before, after))
    if open_before != open_after:
        rule = f"security/requirement/{'added' if open_before else 'removed'}"
        recorder.record(rule, _any_of(before), _any_of(after))
    else:
        _compare_alternatives(recorder, before, after)
    if all(any(_is_oauth(a) for a in side) for side in (before, after)):
        _compare_oauth(comparison, base, revision)


def compare_incoming_security(
    recorder: DifferenceRecorder,
    old: Operation,
    new: Operation,
    base: Document,
    revision: Document,
) -> None:
    """Record what differs in the credentials that the API sends with a webhook or callback."""
    before, after = _alternatives(old, base), _alternatives(new, revision)
    if before.keys() != after.keys():
        texts = [_any_of(sorted(side, key=_all_of)) if side else None for side in (before, after)]
        recorder.compare("incoming/security", "security", *texts)


def _compare_alternatives(
    recorder: DifferenceRecorder, before: _Alternatives, after: _Alternatives
) -> None:
    lists = recorder.old.location, recorder.new.location
    added = [alternative for alternative in after if alternative not in before]
    for old in before:
        if old in after:
            continue
        new = next((new for new in added if _wires(new) == _wires(old)), None)
        near = next((new for new in added if old and new), None)
        if new is not None:
            added.remove(new)
            _compare_scopes(recorder, old, new, (before[old], after[new]))
        elif near is not None:
            added.remove(near)
            _compare_schemes(recorder, old, near, (before[old], after[near]))
        else:
            places = before[old], lists[1]
            recorder.record("security/alternative/removed", _all_of(old), locations=places)
    for new in added:
        places = lists[0], after[new]
        recorder.record("security/alternative/added", new=_all_of(new), locations=places)


def _compare_scopes(
    recorder: DifferenceRecorder, old: _Alternative, new: _Alternative, places: Sides
) -> None:
    scopes = {credential.wire: credential.scopes for credential in old}
    for credential in new:
        before, after = scopes[credential.wire], credential.scopes
        if after - before:
            scopes_added = ", ".join(sorted(after - before))
            recorder.record("security/scope/added", new=scopes_added, locations=places)
        if before - after:
            scopes_removed = ", ".join(sorted(before - after))
            recorder.record("security/scope/removed", scopes_removed, locations=places)


def _compare_schemes(
    recorder: DifferenceRecorder, old: _Alternative, new: _Alternative, places: Sides
) -> None:
    """Record an alternative that kept some of its credentials, or was replaced."""
    removed = tuple(credential for credential in old if credential.wire not in _wires(new))
    added = tuple(credential for credential in new if credential.wire not in _wires(old))
    action = "changed" if removed and added else "added" if added else "removed"
    if removed and added and {credential.name for credential in old} == {c.name for c in new}:
        places = removed[0].location, added[0].location  # the requirement is as it was
    recorder.record(
        f"security/scheme/{action}",
        _all_of(old),
        _all_of(new),
        locations=places,
        removed=_all_of(removed),
        added=_all_of(added),
    )


def _compare_oauth(comparison: Comparison, base: Document, revision: Document) -> None:
    """Record what differs in the flows of the only OAuth scheme of both descriptions."""
    old, new = _oauth(base), _oauth(revision)
    if old is None or new is None:
        return
    for name, before, after in paired(old.flows, new.flows):
        recorder = DifferenceRecorder(comparison, before or old, after or new)
        if before is None or after is None:
            at = f"{old.location.pointer}/flows/{name}"
            recorder.record_presence("security/flow", before, after, name, at=at)
        else:
            for member, read in _URLS:
                recorder.at = before.at(member).pointer
                values = read(before) or None, read(after) or None
                recorder.compare("security/url", member, *values, url=member, flow=name)


def _oauth(document: Document) -> SecurityScheme | None:
    """Return the only OAuth scheme; several differ in their scopes, which are compared anyway."""
    schemes = [scheme for scheme in document.security_schemes.values() if scheme.type == "oauth2"]
    return schemes[0] if len(schemes) == 1 and schemes[0].flows else None


def _alternatives(operation: Operation, document: Document) -> _Alternatives:
    """Return what an operation accepts, each alternative once and in an order of its own."""
    locations: dict[_Alternative, Location] = {}
    for requirement in operation.security:
        credentials = [
            _credential(name, document.security_schemes.get(name), scopes)
            for name, scopes in sorted(requirement.schemes.items())
        ]
        ordered = tuple(sorted(credentials, key=lambda c: (c.wire, sorted(c.scopes))))
        locations.setdefault(ordered, requirement.location)
    return locations


def _credential(name: str, scheme: SecurityScheme | None, scopes: tuple[str, ...]) -> _Credential:
    wire: tuple[str, ...]
    match scheme:
        case None:
            wire = (name,)
        case SecurityScheme(type="apiKey"):
            sent = scheme.name.lower() if scheme.in_ == "header" else scheme.name
            wire = (scheme.type, scheme.in_, sent)
        case SecurityScheme(type="http"):
            wire = (scheme.type, scheme.scheme.lower())
        case _:
            wire = (scheme.type, *filter(None, [scheme.open_id_connect_url]))
    return _Credential(wire, frozenset(scopes), name, scheme.location if scheme else None)


def _is_oauth(alternative: _Alternative) -> bool:
    return any(credential.wire[0] == "oauth2" for credential in alternative)


def _wires(alternative: _Alternative) -> set[tuple[str, ...]]:
    return {credential.wire for credential in alternative}


def _all_of(alternative: _Alternative) -> str:
    words = [
        " ".join(c.wire) + (f" ({', '.join(sorted(c.scopes))})" if c.scopes else "")
        for c in alternative
    ]
    return " and ".join(words) or "no credential"


def _any_of(alternatives: Iterable[_Alternative]) -> str:
    return " or ".join(map(_all_of, alternatives)) or "no credential"
