"""Servers and security compared: what has no direction, but decides whether a call arrives.

Sources: OpenAPI 3.1.1 §4.8.5 (Server), §4.8.27 to §4.8.30 (Security Scheme, OAuth Flows, Security
Requirement).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from ..spec.nodes import Map, Origin, Seq
from .found import Found, Pair
from .operations import Held

_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


def servers(pair: Pair, old: Held, new: Held, roots: tuple[Map, Map]) -> None:
    """Compare where two operations are called."""
    before, after = _servers(old, roots[0]), _servers(new, roots[1])
    left, right = list(before), list(after)
    if left == right:
        return
    at = _first(before, old)
    if left[0] not in after:
        _say(pair, "server/main/changed", before[left[0]], after[right[0]],
             f"is served at {right[0]}, was at {left[0]}", left[0], right[0], at)  # fmt: skip
    elif left[0] != right[0]:
        _say(pair, "server/main/reordered", before[left[0]], after[right[0]],
             f"{right[0]} comes before {left[0]}", left[0], right[0], at)  # fmt: skip
    moved = left[0] not in after
    for url in left[1 if moved else 0 :]:
        if url not in after:
            _say(pair, "server/url/removed", before[url], after[right[0]],
                 f"the server {url} is gone", url, "", at)  # fmt: skip
    for url in right[1 if moved else 0 :]:
        if url not in before and not (moved and url == right[0]):
            _say(pair, "server/url/added", before[left[0]], after[url],
                 f"the server {url} is new", "", url, at)  # fmt: skip


def _servers(held: Held, root: Map) -> dict[str, Origin]:
    """Addresses with their variables' defaults, in order."""
    found = held.node.get("servers", root.get("servers"))
    result: dict[str, Origin] = {}
    for server in found if isinstance(found, Seq) else ():
        if isinstance(server, Map):
            url = str(server.get("url", ""))
            variables = server.get("variables")
            for name, node in variables.items() if isinstance(variables, Map) else ():
                default = node.get("default", "") if isinstance(node, Map) else ""
                url = url.replace(f"{{{name}}}", str(default))
            result.setdefault(re.sub(r"(?<=.)/+\Z", "", url), server.origin)
    return result or {"/": root.origin}


def _first(found: dict[str, Origin], held: Held) -> str:
    return next(iter(found.values()), held.node.origin).pointer


# ── security ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Need:
    """One credential of an alternative: the scheme's name, what it is on the wire, its scopes."""

    name: str
    wire: tuple[str, ...]
    scopes: frozenset[str]


def security(pair: Pair, old: Held, new: Held, roots: tuple[Map, Map]) -> None:
    """Compare what credentials two operations need."""
    before, after = _alternatives(old, roots[0]), _alternatives(new, roots[1])
    places = _where(old), _where(new)
    at = old.node.origin.pointer + "/security"
    if set(before) != set(after):
        needs = [any(a == () for a in side) or not side for side in (before, after)]
        if needs[0] and not needs[1]:
            _say(pair, "security/requirement/added", *places, "needs a credential",
                 _words(before), _words(after), at)  # fmt: skip
        elif needs[1] and not needs[0]:
            _say(pair, "security/requirement/removed", *places, "needs no credential any more",
                 _words(before), _words(after), at)  # fmt: skip
        else:
            _differing(pair, before, after, places, at)
    _flows(pair, before, after, roots)


def _differing(
    pair: Pair, before: list[tuple[_Need, ...]], after: list[tuple[_Need, ...]],
    places: tuple[Origin, Origin], at: str,
) -> None:  # fmt: skip
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
            _say(pair, "security/alternative/removed", *places,
                 f"{_word(old)} no longer suffices", _word(old), "", at)  # fmt: skip
            continue
        come.remove(near)
        _nearly(pair, old, near, places, at)
    for new in come:
        _say(pair, "security/alternative/added", *places, f"{_word(new)} suffices", "",
             _word(new), at)  # fmt: skip


def _scopes(
    pair: Pair, old: tuple[_Need, ...], new: tuple[_Need, ...], places: tuple[Origin, Origin],
    at: str,
) -> None:  # fmt: skip
    olds = {_wire(need): need for need in old}
    for need in new:
        other = olds[_wire(need)]
        for action, scopes in (
            ("added", need.scopes - other.scopes), ("removed", other.scopes - need.scopes),
        ):  # fmt: skip
            if scopes:
                names = ", ".join(sorted(scopes))
                added = action == "added"
                words = f"needs the scope {names}" if added else f"no longer needs {names}"
                _say(pair, f"security/scope/{action}", *places, words, "" if added else names,
                     names if added else "", at)  # fmt: skip


def _nearly(
    pair: Pair, old: tuple[_Need, ...], new: tuple[_Need, ...], places: tuple[Origin, Origin],
    at: str,
) -> None:  # fmt: skip
    """An alternative that kept some of its credentials, or one that took another's place."""
    lost = [need for need in old if _wire(need) not in {_wire(n) for n in new}]
    won = [need for need in new if _wire(need) not in {_wire(n) for n in old}]
    if lost and won:
        _say(pair, "security/scheme/changed", *places, f"needs {_word(new)}, not {_word(old)}",
             _word(old), _word(new), at)  # fmt: skip
    elif won:
        _say(pair, "security/scheme/added", *places, f"needs {_word(tuple(won))} besides",
             _word(old), _word(new), at)  # fmt: skip
    else:
        _say(pair, "security/scheme/removed", *places, f"no longer needs {_word(tuple(lost))}",
             _word(old), _word(new), at)  # fmt: skip


def _related(old: tuple[_Need, ...], new: tuple[_Need, ...]) -> bool:
    """Whether one grew out of the other: shared credentials, names, or nothing else to match."""
    return (
        bool({_wire(n) for n in old} & {_wire(n) for n in new})
        or bool({n.name for n in old} & {n.name for n in new})
        or len(old) == len(new) == 1
    )


def _alternatives(held: Held, root: Map) -> list[tuple[_Need, ...]]:
    found = held.node.get("security")
    schemes = _schemes(root)
    result: list[tuple[_Need, ...]] = []
    for alternative in found if isinstance(found, Seq) else ():
        if isinstance(alternative, Map):
            needs = tuple(
                _Need(
                    "" if _wire_of(schemes.get(name)) else name,
                    _wire_of(schemes.get(name)) or (name,),
                    frozenset(map(str, scopes)) if isinstance(scopes, Seq)
                    else frozenset(),
                )
                for name, scopes in sorted(alternative.items(), key=lambda item: item[0])
            )  # fmt: skip
            ordered = tuple(sorted(needs, key=lambda need: (need.wire, sorted(need.scopes))))
            if ordered not in result:
                result.append(ordered)
    return result


def _schemes(root: Map) -> dict[str, Map]:
    components = root.get("components")
    found = components.get("securitySchemes") if isinstance(components, Map) else None
    return {k: v for k, v in found.items() if isinstance(v, Map)} if isinstance(found, Map) else {}


def _wire_of(scheme: Map | None) -> tuple[str, ...]:
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


def _where(held: Held) -> Origin:
    found = held.node.get("security")
    return found.origin if isinstance(found, Seq) else held.node.origin


def _flows(
    pair: Pair, before: list[tuple[_Need, ...]], after: list[tuple[_Need, ...]],
    roots: tuple[Map, Map],
) -> None:  # fmt: skip
    """Compare how a token is got, for schemes that both descriptions use."""
    kinds = {need.wire[0] for a in before for need in a} & {
        need.wire[0] for a in after for need in a
    }
    if "oauth2" not in kinds:
        return
    left, right = (_oauth(root) for root in roots)
    if left is None or right is None:
        return
    flows = [cast("Map", side["flows"]) for side in (left, right)]
    for name, node in flows[0].items():
        other = flows[1].get(name)
        if not isinstance(node, Map):
            continue
        if not isinstance(other, Map):
            _say(pair, "security/flow/removed", node.origin, right.origin,
                 f"the flow {name} is gone", name, "", node.origin.pointer)  # fmt: skip
            continue
        for key in _URLS:
            urls = [str(side.get(key, "")) for side in (node, other)]
            if urls[0] != urls[1]:
                action = "added" if not urls[0] else "removed" if not urls[1] else "changed"
                words = f"the {key} of the flow {name} is {urls[1] or 'gone'}"
                _say(pair, f"security/url/{action}", node.at(key) if key in node else node.origin,
                     other.at(key) if key in other else other.origin, words, urls[0], urls[1],
                     f"{node.origin.pointer}/{key}")  # fmt: skip
    for name, node in flows[1].items():
        if name not in flows[0] and isinstance(node, Map):
            _say(pair, "security/flow/added", left.origin, node.origin,
                 f"the flow {name} is new", "", name,
                 f"{left.origin.pointer}/flows/{name}")  # fmt: skip


def _oauth(root: Map) -> Map | None:
    """The only OAuth scheme in use; several are told apart by what they need, not by their URLs."""
    found = [s for s in _schemes(root).values() if s.get("type") == "oauth2"]
    return found[0] if len(found) == 1 and isinstance(found[0].get("flows"), Map) else None


def _say(
    pair: Pair, kind: str, base: Origin, revision: Origin, words: str, before: str, after: str,
    at: str,
) -> None:  # fmt: skip
    pair.found.append(Found(kind, base, revision, words, before, after, None, at))
