"""What a comparison finds, as values: changes, their verdicts, and the report that holds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Place

NONE, SAFE, RISK, BREAKING = WIRE = ("none", "safe", "risk", "breaking")
"""What a change means on the wire to a correct caller, mildest first."""


def worst(levels: Sequence[str]) -> str:
    """The gravest of the levels of :data:`WIRE`; ``none`` of no level at all."""
    return max(levels, key=WIRE.index, default=NONE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change means in one direction."""

    rule: str
    """The rule's id; ``speclock explain`` tells more."""
    direction: str
    """``request``, ``response``, or empty for what has no direction."""
    wire: str
    """One of :data:`WIRE`."""
    operations: tuple[str, ...] = ()
    """The labels of the operations that it reaches in that direction."""


@dataclass(frozen=True, slots=True)
class Signature:
    """How a change shows in the client's Python: a method's signature, a field, an enum member."""

    name: str
    """``audiences.create``, ``AudienceRule.retention_days``, ``ObjectiveType.VIDEO_VIEW``."""
    before: str
    """As it is written in Python; empty where there was none."""
    after: str
    """As it would be written; empty where there is none any more."""
    breaks: bool
    """Whether code that type-checked and ran against the old one may stop doing so."""
    place: Place | None = None
    """The line of the generated module that holds the old one, where the client is at hand."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """An entry of the allow-list: a change that somebody decided to live with."""

    fingerprint: str
    reason: str
    owner: str
    expires: dt.date | None
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two descriptions that reaches an operation in use."""

    verdicts: tuple[Verdict, ...]
    """One for each direction in which the changed part goes; the gravest first."""
    operations: tuple[str, ...]
    """The labels of the operations that it reaches: operationId, or ``METHOD /path``."""
    pointer: str
    """JSON pointer of the changed part: in the base, or in the revision if it is new."""
    message: str
    """One line: what changed."""
    before: str
    """The old value, as text for a reader; empty where there was none."""
    after: str
    """The new value; empty where there is none any more."""
    base: Place | None
    """Where the old one stands; None where there was none."""
    revision: Place | None
    """Where the new one stands; None where there is none any more."""
    fingerprint: str
    """What stands for this change from run to run: 12 hex digits, of the rule, the operation-side
    path of the part (no component names) and the two values."""
    signatures: tuple[Signature, ...] = ()
    """How it shows in Python."""
    docs: bool = False
    """Whether it is prose or examples."""
    allowed: Allowance | None = None

    @property
    def id(self) -> str:
        """The gravest verdict's rule."""
        return self.verdicts[0].rule

    @property
    def wire(self) -> str:
        """The gravest verdict."""
        return worst([verdict.wire for verdict in self.verdicts])

    @property
    def hit(self) -> tuple[str, ...]:
        """The operations that the gravest verdicts reach; all, where no verdict names any."""
        found = {op: None for v in self.verdicts if v.wire == self.wire for op in v.operations}
        return tuple(found) or self.operations

    @property
    def python(self) -> bool:
        """Whether code against the old client may stop type-checking or running."""
        return any(signature.breaks for signature in self.signatures)

    @property
    def direction(self) -> str:
        """``request``, ``response``, ``both``, or empty."""
        found = {verdict.direction for verdict in self.verdicts if verdict.direction}
        return "both" if len(found) > 1 else "".join(found)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two descriptions."""

    name: str
    """The file or URL, as messages call it."""
    title: str
    version: str
    """``info.version``."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the allow-list: an entry that expired, or that matches nothing."""

    fact: str
    remedy: str
    place: Place


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer. What is allowed is among ``changes``, and counts for nothing else."""

    package: str
    """The client's package; empty where two files are compared without one."""
    base: Side
    revision: Side
    operations: tuple[str, ...]
    """The labels of what was compared."""
    changes: tuple[Change, ...]
    """The gravest first; of prose last."""
    faults: tuple[Fault, ...] = ()
    steps: tuple[str, ...] = ()
    """What to do next: sentences and commands, in order."""
    unchanged: bool = False
    """True if the revision is the document that the base was pulled from."""

    @property
    def counted(self) -> tuple[Change, ...]:
        """The changes that nobody allowed."""
        return tuple(change for change in self.changes if change.allowed is None)

    @property
    def wire(self) -> str:
        """The gravest of all."""
        return worst([change.wire for change in self.counted])

    @property
    def python(self) -> bool:
        """Whether any change reaches Python code."""
        return any(change.python for change in self.counted)

    @property
    def docs(self) -> bool:
        """Whether prose or examples changed."""
        return any(change.docs for change in self.counted)

    @property
    def bump(self) -> str:
        """The version bump that the vendored client would need: major, minor, patch or none."""
        if self.wire == BREAKING or self.python:
            return "major"
        if self.wire in (SAFE, RISK) or any(change.signatures for change in self.counted):
            return "minor"
        return "patch" if self.counted else "none"

    def fails(self, threshold: str) -> bool:
        """Whether a change is at or above ``threshold``: of :data:`WIRE`, or ``python``.

        A fault of the allow-list counts as one; at ``none`` nothing does.
        """
        if threshold == NONE:
            return False
        if self.faults:
            return True
        if threshold == "python":
            return self.python or self.wire == BREAKING
        return WIRE.index(self.wire) >= WIRE.index(threshold)
