"""Security compared: which credentials suffice, and how a token is got.

Sources: OpenAPI 3.1.1 §4.8.27 to §4.8.30 (Security Scheme, OAuth Flows, Security Requirement).
"""

from __future__ import annotations

from dataclasses import dataclass

from ...document.tree import Location, MappingNode, SequenceNode
from .differences import Comparison
from .oauth import compare_tokens, schemes_of
from .operation_pair import Held
from .part_differences import note


@dataclass(frozen=True, slots=True)
class _Need:
    """One credential of an alternative: the scheme's name, what it is on the wire, its scopes."""

    name: str
    wire: tuple[str, ...]
    scopes: frozenset[str]


def security(
    pair: Comparison, old: Held, new: Held, roots: tuple[MappingNode, MappingNode]
) -> None:
    """Compare what credentials two operations need."""
    before, after = _alternatives(old, roots[0]), _alternatives(new, roots[1])
    places = _where(old), _where(new)
    said = old.node.get("security")  # of the whole description, it is one change for all
    at = (
        said.location.pointer
        if isinstance(said, SequenceNode)
        else f"{old.node.location.pointer}/security"
    )
    if set(before) != set(after):
        needs = [any(a == () for a in side) or not side for side in (before, after)]
        if needs[0] and not needs[1]:
            note(
                pair,
                "security/requirement/added",
                *places,
                "needs a credential",
                _words(before),
                _words(after),
                at,
            )
        elif needs[1] and not needs[0]:
            note(
                pair,
                "security/requirement/removed",
                *places,
                "needs no credential any more",
                _words(before),
                _words(after),
                at,
            )
        else:
            _differing(pair, before, after, places, at)
    if all(any(_is_oauth(a) for a in side) for side in (before, after)):
        compare_tokens(pair, roots)


def _differing(
    pair: Comparison,
    before: list[tuple[_Need, ...]],
    after: list[tuple[_Need, ...]],
    places: tuple[Location, Location],
    at: str,
) -> None:
    gone = [a for a in before if a not in after]
    come = [a for a in after if a not in before]
    for old in gone:
        new = next((n for n in come if {_wire(x) for x in n} == {_wire(x) for x in old}), None)
        if new is not None:
            come.remove(new)
            _scopes(pair, old, new, places, at)
            continue
        near = next((n for n in come if _related(old, n)), None)
        if near is None:
            note(
                pair,
                "security/alternative/removed",
                *places,
                f"{_word(old)} no longer suffices",
                _word(old),
                "",
                at,
            )
            continue
        come.remove(near)
        _nearly(pair, old, near, places, at)
    for new in come:
        note(
            pair,
            "security/alternative/added",
            *places,
            f"{_word(new)} suffices",
            "",
            _word(new),
            at,
        )


def _scopes(
    pair: Comparison,
    old: tuple[_Need, ...],
    new: tuple[_Need, ...],
    places: tuple[Location, Location],
    at: str,
) -> None:
    olds = {_wire(need): need for need in old}
    for need in new:
        other = olds[_wire(need)]
        for action, scopes in (
            ("added", need.scopes - other.scopes),
            ("removed", other.scopes - need.scopes),
        ):
            if scopes:
                names = ", ".join(sorted(scopes))
                added = action == "added"
                words = f"needs the scope {names}" if added else f"no longer needs {names}"
                note(
                    pair,
                    f"security/scope/{action}",
                    *places,
                    words,
                    "" if added else names,
                    names if added else "",
                    at,
                )


def _nearly(
    pair: Comparison,
    old: tuple[_Need, ...],
    new: tuple[_Need, ...],
    places: tuple[Location, Location],
    at: str,
) -> None:
    """An alternative that kept some of its credentials, or one that took another's place."""
    lost = [need for need in old if _wire(need) not in {_wire(n) for n in new}]
    won = [need for need in new if _wire(need) not in {_wire(n) for n in old}]
    if lost and won:
        note(
            pair,
            "security/scheme/changed",
            *places,
            f"needs {_word(new)}, not {_word(old)}",
            _word(old),
            _word(new),
            at,
        )
    elif won:
        note(
            pair,
            "security/scheme/added",
            *places,
            f"needs {_word(tuple(won))} besides",
            _word(old),
            _word(new),
            at,
        )
    else:
        note(
            pair,
            "security/scheme/removed",
            *places,
            f"no longer needs {_word(tuple(lost))}",
            _word(old),
            _word(new),
            at,
        )


def _related(old: tuple[_Need, ...], new: tuple[_Need, ...]) -> bool:
    """Whether one grew out of the other: shared credentials, names, or nothing else to match."""
    return (
        bool({_wire(n) for n in old} & {_wire(n) for n in new})
        or bool({n.name for n in old} & {n.name for n in new})
        or len(old) == len(new) == 1
    )


def _alternatives(held: Held, root: MappingNode) -> list[tuple[_Need, ...]]:
    found = held.node.get("security")
    schemes = schemes_of(root)
    result: list[tuple[_Need, ...]] = []
    for alternative in found if isinstance(found, SequenceNode) else ():
        if isinstance(alternative, MappingNode):
            needs = tuple(
                _Need(
                    "" if _wire_of(schemes.get(name)) else name,
                    _wire_of(schemes.get(name)) or (name,),
                    frozenset(map(str, scopes))
                    if isinstance(scopes, SequenceNode)
                    else frozenset(),
                )
                for name, scopes in sorted(alternative.items(), key=lambda item: item[0])
            )
            ordered = tuple(sorted(needs, key=lambda need: (need.wire, sorted(need.scopes))))
            if ordered not in result:
                result.append(ordered)
    return result


def _wire_of(scheme: MappingNode | None) -> tuple[str, ...]:
    """What a scheme puts on the wire, whatever it is called."""
    if scheme is None:
        return ()
    kind = str(scheme.get("type", ""))
    if kind == "apiKey":
        name = str(scheme.get("name", ""))
        place = str(scheme.get("in", ""))
        return (kind, place, name.lower() if place == "header" else name)
    if kind == "http":
        return (kind, str(scheme.get("scheme", "")).lower())
    if kind == "openIdConnect":
        return (kind, str(scheme.get("openIdConnectUrl", "")))
    return (kind,)


def _is_oauth(alternative: tuple[_Need, ...]) -> bool:
    return any(need.wire[0] == "oauth2" for need in alternative)


def _wire(need: _Need) -> tuple[str, ...]:
    return need.wire


def _word(alternative: tuple[_Need, ...]) -> str:
    words = [
        " ".join(need.wire) + (f" ({', '.join(sorted(need.scopes))})" if need.scopes else "")
        for need in alternative
    ]
    return " and ".join(words) or "no credential"


def _words(alternatives: list[tuple[_Need, ...]]) -> str:
    return " or ".join(map(_word, alternatives)) or "no credential"


def _where(held: Held) -> Location:
    found = held.node.get("security")
    return found.location if isinstance(found, SequenceNode) else held.node.location
