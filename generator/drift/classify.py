"""From raw differences to changes: each once, with a verdict for each direction it goes in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..document.tree import Location
from ..errors import Place, shortened
from .changes import WIRE, Change, Signature, Verdict
from .compare.differences import Comparison, Difference
from .compare.operation_pair import Compared
from .kinds import KINDS
from .python_api import Client, PythonChange

_NEUTRAL = ("docs/", "python/")
_CREDENTIALS = ("security/alternative/", "security/scheme/", "security/requirement/")


@dataclass(slots=True, eq=False)
class _Gathered:
    """One difference, wherever it was met."""

    found: Difference
    directions: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])
    """Direction to the operations that it reaches in it."""
    operations: dict[str, None] = field(default_factory=dict[str, None])
    keys: dict[tuple[str, str, str], None] = field(default_factory=dict[tuple[str, str, str], None])
    signatures: list[Signature] = field(default_factory=list[Signature])
    names: set[str] = field(default_factory=set[str])
    """Names of classes in what these signatures change."""

    def show(self, one: PythonChange) -> None:
        """Add a change of the client's API."""
        self.names |= one.change.names
        if one.is_shown and one.signature not in self.signatures:
            self.signatures.append(one.signature)


class Classifier:
    """Gathers differences and makes changes of them."""

    def __init__(self, old: Client | None, new: Client | None) -> None:
        self.names = dict(old.names) if old else {}
        self.news = dict(new.names) if new else {}
        self._gathered: dict[tuple[str, ...], _Gathered] = {}

    def add(self, compared: Compared) -> None:
        """Take up what was found at one operation."""
        for top in compared.pairs:
            for pair in top.all():
                for found in pair.found:
                    self._add(found, pair, compared.label)

    def _add(self, found: Difference, pair: Comparison, label: str) -> None:
        key = (*found.identity, "" if found.at else _where(found.base) + _where(found.revision))
        gathered = self._gathered.setdefault(key, _Gathered(found))
        neutral = found.kind.startswith(_NEUTRAL) or KINDS[found.kind].neutral is not None
        gathered.directions.setdefault("" if neutral else pair.direction, {})[label] = None
        gathered.operations[label] = None
        owner = found.owner
        if owner is not None:
            if owner.old in self.names and (owner.new in self.news or not owner.new):
                gathered.keys["class", self.names[owner.old], owner.member] = None
            else:
                gathered.keys["call", owner.old, owner.member] = None

    def python(self, changes: Iterable[PythonChange]) -> list[PythonChange]:
        """Give each change of the client's API to what it comes from; return what has no source."""
        left: list[PythonChange] = []
        for one in changes:
            sources = [
                g
                for g in self._gathered.values()
                if (one.key in g.keys and not g.found.kind.startswith("docs/"))
                or (one.key[0] == "client" and g.found.kind.startswith(_CREDENTIALS))
            ]
            for source in sources:
                source.show(one)
            if not sources:
                left.append(one)
        while True:  # a class that is gone may have taken others with it
            placed = [one for one in left if self._follows(one)]
            if not placed:
                return [one for one in left if one.signature.breaks]
            left = [one for one in left if one not in placed]

    def _follows(self, one: PythonChange) -> bool:
        """Return whether a class goes since something that needed it goes, or has another type."""
        source = next((g for g in self._gathered.values() if one.gone_class in g.names), None)
        if source is not None:
            source.show(one)
        return source is not None

    def changes(self) -> list[Change]:
        """Every change, the gravest first, prose last."""
        made = [self._change(gathered) for gathered in self._gathered.values()]
        return sorted(made, key=lambda c: (c.docs, -WIRE.index(c.wire), not c.python))

    def _change(self, gathered: _Gathered) -> Change:
        found = gathered.found
        verdicts = sorted(
            (
                Verdict(
                    f"{direction or 'api'}/{found.kind}",
                    direction,
                    KINDS[found.kind].side(direction).wire,
                    tuple(operations),
                )
                for direction, operations in gathered.directions.items()
            ),
            key=lambda verdict: -WIRE.index(verdict.wire),
        )
        base = found.base.place if found.base else None
        revision = found.revision.place if found.revision else None
        return Change(
            verdicts=tuple(verdicts),
            operations=tuple(gathered.operations),
            pointer=found.at or (base or revision or Place("")).pointer,
            message=shortened(_said(found), 240),
            before=found.before,
            after=found.after,
            base=base,
            revision=revision,
            fingerprint=fingerprint(*found.identity),
            signatures=tuple(gathered.signatures),
            docs=found.kind.startswith("docs/"),
        )


def _said(found: Difference) -> str:
    """The message, with the part that it is about in front of what is said of a schema."""
    if not found.kind.startswith("schema/"):
        return found.message
    subject = subject_of(found.at)
    is_member = found.kind.startswith(("schema/property/", "schema/required/"))
    if is_member:
        owner, dot, _ = subject.rpartition(".")
        return f"{owner}{dot}{found.message}"
    return f"{subject} {found.message}".strip()


def subject_of(pointer: str) -> str:
    """What a JSON pointer leads to, in words: ``AudienceRule.url``, ``the answer 200``."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    words = ""
    if parts[:2] == ["components", "schemas"] and len(parts) > 2:
        words, parts = parts[2], parts[3:]
    elif parts[:1] == ["paths"]:
        parts = parts[3:]
        if parts[:1] == ["responses"] and len(parts) > 1:
            words, parts = f"the answer {parts[1]}", parts[2:]
        elif parts[:1] == ["requestBody"]:
            words, parts = "the body", parts[1:]
        elif parts[:1] == ["parameters"]:
            words, parts = "the parameter", parts[2:]
    elif parts[:1] == ["components"] and len(parts) > 2:
        words, parts = parts[2], parts[3:]
    names = iter(parts)
    for name in names:
        if name == "properties":
            member = next(names, "")
            words = f"{words}.{member}" if words else member
        elif name == "items":
            words += "[]"
    return words


def from_python(one: PythonChange, operations: Sequence[str]) -> Change:
    """Return a change of the client's API that nothing on the wire explains."""
    signature, action = one.signature, one.change.action
    kinds = {"removed": "python/name/removed", "renamed": "python/name/changed"}
    kind = kinds.get(action, "python/type/changed")
    words = f"is {signature.after}" if signature.after else "is gone"
    return Change(
        verdicts=(Verdict(f"api/{kind}", "", KINDS[kind].side("").wire),),
        operations=tuple(operations),
        pointer="",
        message=f"{signature.name} {words}",
        before=signature.before,
        after=signature.after,
        base=None,
        revision=None,
        fingerprint=fingerprint(kind, signature.name, signature.before, signature.after),
        signatures=(signature,),
    )


def fingerprint(kind: str, at: str, before: str, after: str) -> str:
    """12 hex digits for a change: its kind, its place in the base, and both values."""
    parts = (kind, at, before, after)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _where(location: Location | None) -> str:
    return "" if location is None else f"{location.document.name}#{location.pointer}"
