"""Security requirements compared: which credentials an operation accepts.

Sources: OpenAPI 3.1.1 §4.8.27 to §4.8.30 (Security Scheme, OAuth Flows, Security Requirement).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...openapi.model import Document, Operation, SecurityScheme
from .differences import Comparison, DifferenceRecorder
from .oauth import compare_oauth


@dataclass(frozen=True, slots=True)
class _Credential:
    """A security scheme as it is sent, with the scopes that are needed."""

    name: str
    """The scheme's name, where nothing else is known of it."""
    wire: tuple[str, ...]
    scopes: frozenset[str]


_Alternative: TypeAlias = tuple[_Credential, ...]
"""Credentials that are needed together."""


def compare_security(
    comparison: Comparison, old: Operation, new: Operation, base: Document, revision: Document
) -> None:
    """Record what differs in the credentials of two operations, and in how to get a token."""
    before, after = _alternatives(old, base), _alternatives(new, revision)
    if {*before} != {*after}:
        _Requirements(comparison, old, new).compare(before, after)
    if all(any(_is_oauth(a) for a in side) for side in (before, after)):
        compare_oauth(comparison, base, revision)


class _Requirements:
    """Records the differences of one pair of operations."""

    def __init__(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        listed = old.security_location
        at = listed.pointer if listed else f"{old.location.pointer}/security"
        self.recorder = DifferenceRecorder(comparison, at, subject="")
        self.base = listed or old.location
        self.revision = new.security_location or new.location

    def compare(self, before: list[_Alternative], after: list[_Alternative]) -> None:
        """Record what differs between two lists of alternatives."""
        open_before, open_after = (not side or () in side for side in (before, after))
        if open_before == open_after:
            self._differ(before, after)
        else:
            action = "added" if open_before else "removed"
            self._record(f"requirement/{action}", _any_of(before), _any_of(after))

    def _differ(self, before: list[_Alternative], after: list[_Alternative]) -> None:
        added = [alternative for alternative in after if alternative not in before]
        for old in before:
            if old in after:
                continue
            new = next((new for new in added if _wires(new) == _wires(old)), None)
            near = next((new for new in added if _is_related(old, new)), None)
            if new is not None:
                added.remove(new)
                self._scopes(old, new)
            elif near is not None:
                added.remove(near)
                self._schemes(old, near)
            else:
                self._record("alternative/removed", _all_of(old), "")
        for new in added:
            self._record("alternative/added", "", _all_of(new))

    def _scopes(self, old: _Alternative, new: _Alternative) -> None:
        scopes = {credential.wire: credential.scopes for credential in old}
        for credential in new:
            before, after = scopes[credential.wire], credential.scopes
            if after - before:
                self._record("scope/added", "", ", ".join(sorted(after - before)))
            if before - after:
                self._record("scope/removed", ", ".join(sorted(before - after)), "")

    def _schemes(self, old: _Alternative, new: _Alternative) -> None:
        """Record an alternative that kept some of its credentials, or was replaced."""
        removed = tuple(one for one in old if one.wire not in _wires(new))
        added = tuple(one for one in new if one.wire not in _wires(old))
        action = "changed" if removed and added else "added" if added else "removed"
        self._record(
            f"scheme/{action}", _all_of(old), _all_of(new),
            {"removed": _all_of(removed), "added": _all_of(added)},
        )  # fmt: skip

    def _record(
        self, rule: str, old: str, new: str, words: Mapping[str, str] | None = None
    ) -> None:
        self.recorder.record(
            rule=f"security/{rule}",
            base=self.base,
            revision=self.revision,
            old=old,
            new=new,
            words=words,
        )


def _is_related(old: _Alternative, new: _Alternative) -> bool:
    """Return whether two alternatives share a credential or a name, or are single ones."""
    return (
        bool(_wires(old) & _wires(new))
        or bool({one.name for one in old} & {one.name for one in new})
        or len(old) == len(new) == 1
    )


def _alternatives(operation: Operation, document: Document) -> list[_Alternative]:
    """Return what an operation accepts, each alternative once and in an order of its own."""
    found: list[_Alternative] = []
    for requirement in operation.security:
        credentials = [
            _credential(name, document.security_schemes.get(name), scopes)
            for name, scopes in sorted(requirement.schemes.items())
        ]
        ordered = tuple(sorted(credentials, key=lambda one: (one.wire, sorted(one.scopes))))
        if ordered not in found:
            found.append(ordered)
    return found


def _credential(name: str, scheme: SecurityScheme | None, scopes: tuple[str, ...]) -> _Credential:
    if scheme is None:
        return _Credential(name, (name,), frozenset(scopes))
    wire: tuple[str, ...] = (scheme.type,)
    match scheme.type:
        case "apiKey":
            sent = scheme.name.lower() if scheme.in_ == "header" else scheme.name
            wire = (scheme.type, scheme.in_, sent)
        case "http":
            wire = (scheme.type, scheme.scheme.lower())
        case "openIdConnect":
            wire = (scheme.type, scheme.open_id_connect_url)
        case _:
            pass
    return _Credential("", wire, frozenset(scopes))


def _is_oauth(alternative: _Alternative) -> bool:
    return any(credential.wire[0] == "oauth2" for credential in alternative)


def _wires(alternative: _Alternative) -> set[tuple[str, ...]]:
    return {credential.wire for credential in alternative}


def _all_of(alternative: _Alternative) -> str:
    words = [
        " ".join(one.wire) + (f" ({', '.join(sorted(one.scopes))})" if one.scopes else "")
        for one in alternative
    ]
    return " and ".join(words) or "no credential"


def _any_of(alternatives: list[_Alternative]) -> str:
    return " or ".join(map(_all_of, alternatives)) or "no credential"
