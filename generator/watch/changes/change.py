"""Changes, their verdicts, and the report of a comparison."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from urllib.parse import urlsplit

from ...base.config import Pin
from ...base.errors import Place, Problem
from ...base.immutable import immutable
from .symbols import ApiSymbol, ClientPart

_REMOTE = ("http", "https", "file", "git")
"""The schemes of places that aren't paths; ``git:REV:PATH`` is a file at a commit."""
NONE, SAFE, RISK, BREAKING = WIRE = ("none", "safe", "risk", "breaking")
"""The severity of a change on the wire for a correct caller, mildest first."""
BUMPS = ("none", "patch", "minor", "major")
"""The version bumps, smallest first."""
NEVER = "never"
"""The threshold that nothing reaches."""


def is_remote(file: str) -> bool:
    """Return whether a place's file is a URL, or at a commit, not a path."""
    return urlsplit(file).scheme in _REMOTE


def worst(levels: Sequence[str]) -> str:
    """Return the most severe of the levels of :data:`WIRE`; ``none`` without any."""
    return max(levels, key=WIRE.index, default=NONE)


def fingerprint(rule: str, *identity: str) -> str:
    """Return 12 hex digits for a change, of its rule, its place in the base and both values."""
    return hashlib.sha256("\0".join((rule, *identity)).encode()).hexdigest()[:12]


@immutable
class Verdict:
    """The verdict on a change in one direction."""

    rule: str
    """The rule's id; ``speclock explain`` tells more."""
    direction: str
    """``request``, ``response``, or empty for what has no direction."""
    wire: str
    """One of :data:`WIRE`."""
    operations: tuple[str, ...] = ()
    """The labels of the operations that it reaches in that direction."""


@immutable
class Signature:
    """A declaration of the client that changes: a method, a field, an enum member."""

    name: str
    """``audiences.create``, ``AudienceRule.retention_days``, ``ObjectiveType.VIDEO_VIEW``."""
    before: str
    """The old declaration in Python; empty where there was none."""
    after: str
    """The new one; empty where there is none."""
    breaks: bool
    """True if code that type-checked and ran against the old one may stop doing so."""
    place: Place | None = None
    """The location of the old one in the generated package, if that is there."""
    pin: Pin | None = None
    """The setting that keeps the old name of a method or a class; None if none does."""


@immutable
class ClientUse:
    """A place in the user's program that uses what changed."""

    place: Place
    expression: str
    """The source of the expression there."""
    error: str = ""
    """The error that a type checker has there with the new client alone; empty for a use that was
    found by source."""


@immutable
class UnknownCall:
    """A request of a program that may be a call of the API, and isn't understood."""

    place: Place
    fact: str
    """``a POST whose path isn't known``."""


@immutable
class HandwrittenCalls:
    """The calls of an API that a program makes without a generated client."""

    understood: int
    """The number of calls whose operation is known."""
    unknown: tuple[UnknownCall, ...] = ()


@immutable
class Usage:
    """The search for uses of what changed in the user's program."""

    files: int
    """The number of files read."""
    unread: tuple[str, ...] = ()
    """The files that aren't Python of this version, or are too large."""
    checker: str = ""
    """The type checker that ran too; empty without one."""
    note: str = ""
    """The reason why a type checker that was asked for has no errors here; empty otherwise."""
    others: tuple[ClientUse, ...] = ()
    """The errors of the type checker that no change explains."""
    calls: HandwrittenCalls | None = None
    """The calls of a program that has no client; None for one that has."""


@immutable
class Allowance:
    """An entry of the allow-list: what somebody accepted, a change or those of a new version."""

    fingerprint: str
    reason: str
    owner: str
    expires: dt.date
    place: Place
    traffic: bool = False
    """True if it accepts a deviation that only recorded traffic shows."""
    version: int | None = None
    """The leading number of the version whose changes it accepts; None for an entry of one change,
    which alone has a fingerprint."""


@immutable
class Seen:
    """When recorded traffic shows a deviation."""

    count: int
    """The number of exchanges."""
    first: str
    """The time of the first exchange, in the form of RFC 3339; empty if it isn't recorded."""
    last: str
    entry: int
    """The number of the first exchange in its recording, from 1."""


@immutable
class Traffic:
    """The recorded exchanges behind a report."""

    exchanges: int
    """The number of exchanges read."""
    judged: int
    """The number of those that call an operation in use."""
    left: Mapping[str, int]
    """How many others there are for each reason; and how many files aren't recordings."""
    hosts: tuple[str, ...] = ()
    """Hosts, with their ports, that the description has no server for."""


@immutable
class Change:
    """A difference between two descriptions that reaches an operation in use."""

    verdicts: tuple[Verdict, ...]
    """One for each direction that the changed part is used in; the most severe first."""
    operations: tuple[str, ...]
    """The labels of the operations that it reaches: operationId, or ``METHOD /path``."""
    pointer: str
    """JSON pointer of the changed part: in the base, or in the revision if it is new."""
    message: str
    """A sentence on one line."""
    before: str
    """The old value, as text for a reader; empty where there was none."""
    after: str
    """The new value; empty where there is none."""
    base: Place | None
    """The location of the old part; None where there was none."""
    revision: Place | None
    """The location of the new part; None where there is none."""
    fingerprint: str
    """The identity of this change from run to run: 12 hex digits of the rule, the pointer in the
    base and the two values."""
    signatures: tuple[Signature, ...] = ()
    """The declarations of the client that change with it."""
    docs: bool = False
    """True if only a summary, a description or an example changed."""
    allowed: Allowance | None = None
    seen: Seen | None = None
    """For a deviation in recorded traffic: when; ``revision`` is then the place in a recording."""
    parts: tuple[ClientPart, ...] = ()
    """The declarations of the old client that the changed part shows in."""
    symbols: tuple[ApiSymbol, ...] = ()
    """The parts of the description that changed: parameters, properties of schemas."""
    uses: tuple[ClientUse, ...] = ()
    """The places in the user's program that use them, where these were looked for."""
    nearest: Place | None = None
    """The nearest place in a file of the checkout, where ``base`` and ``revision`` are in none."""

    @property
    def id(self) -> str:
        """The rule of the most severe verdict."""
        return self.verdicts[0].rule

    @property
    def wire(self) -> str:
        """The level of the most severe verdict."""
        return worst([verdict.wire for verdict in self.verdicts])

    @property
    def hit(self) -> tuple[str, ...]:
        """The operations of the most severe verdicts; all where no verdict has any."""
        labels: dict[str, None] = {}
        for verdict in self.verdicts:
            if verdict.wire == self.wire:
                labels |= dict.fromkeys(verdict.operations)
        return tuple(labels) or self.operations

    @property
    def python(self) -> bool:
        """True if code against the old client may stop type-checking or running."""
        return any(signature.breaks for signature in self.signatures)

    @property
    def direction(self) -> str:
        """``request``, ``response``, ``both``, or empty."""
        directions = {verdict.direction for verdict in self.verdicts if verdict.direction}
        return "both" if len(directions) > 1 else "".join(directions)


@immutable
class Subject:
    """The words for the subject of a report."""

    name: str
    noun: str
    """The word for what it lists."""
    sides: tuple[str, str]
    """The words for the base and the revision."""


DRIFT = Subject("drift", "change", ("old", "new"))
"""Two descriptions."""
TRAFFIC = Subject("traffic", "deviation", ("described", "recorded"))
"""Recorded exchanges, compared with a description."""


@immutable
class Side:
    """One of the two descriptions."""

    name: str
    """The file or URL, as messages show it."""
    title: str
    version: str
    """``info.version``."""
    sha256: str


@immutable
class Report:
    """The result of a comparison. Allowed changes are listed, but not counted; see
    ``takes_allowed``."""

    package: str
    """The client's package; empty where two files are compared without a client."""
    base: Side
    revision: Side
    operations: tuple[str, ...]
    """The labels of the operations compared."""
    changes: tuple[Change, ...]
    """The most severe first, documentation last."""
    faults: tuple[Problem, ...] = ()
    """The faults of the allow-list: an entry that expired, or that matches no change."""
    steps: tuple[str, ...] = ()
    """The next steps, in order; commands are between backticks."""
    entries: Mapping[str, str] = field(default_factory=dict[str, str])
    """The entries of the allow-list that would allow changes, in TOML, by fingerprint."""
    unchanged: bool = False
    """True if the revision is the document that the base was pulled from."""
    traffic: Traffic | None = None
    """The recordings that the base was compared with; None where that is a description."""
    models: bool = False
    """True if all schemas were compared, each by itself, and no operations; ``operations`` are then
    their labels."""
    usage: Usage | None = None
    """The search for uses in the user's program; None where there was none."""
    takes_allowed: bool = False
    """True if an update makes the allowed changes, too: they count in Python, not on the wire."""

    other_bump: str = "none"
    """The version bump that changes of other causes call for, such as a new speclock."""

    root: str = ""
    """The absolute path of the folder that places are relative to; empty where it isn't known."""
    top: str = ""
    """The absolute path of the repository around it, or else the same one."""

    def path(self, file: str) -> str | None:
        """Return the path of a file from the top of the checkout, with slashes.

        None for a file elsewhere, also at a URL or at a commit.
        """
        if is_remote(file):
            return None
        path = os.path.normpath(os.path.join(self.root, file))  # noqa: PTH118 - no links are resolved
        if self.top:
            try:
                path = os.path.relpath(path, self.top)
            except ValueError:  # on another drive of Windows
                return None
        is_outside = os.path.isabs(path) or Path(path).parts[:1] == (os.pardir,)  # noqa: PTH117
        return None if is_outside else Path(path).as_posix()

    def local_place(self, change: Change) -> Place | None:
        """Return the first place of a change that is in a file of the checkout."""
        for place in (change.base, change.revision, change.nearest):
            if place is not None and self.path(place.file) is not None:
                return place
        return None

    @property
    def subject(self) -> Subject:
        """The words for its subject."""
        return DRIFT if self.traffic is None else TRAFFIC

    @property
    def counted(self) -> tuple[Change, ...]:
        """The changes that aren't allowed."""
        return tuple(change for change in self.changes if change.allowed is None)

    @property
    def wire(self) -> str:
        """The level of the most severe change."""
        return worst([change.wire for change in self.counted])

    @property
    def python(self) -> bool:
        """True if a change may break Python code."""
        return bool(self.python_changes)

    @property
    def python_changes(self) -> tuple[Change, ...]:
        """The changes that may break Python code."""
        changes = self.changes if self.takes_allowed else self.counted
        return tuple(change for change in changes if change.python)

    @property
    def docs(self) -> bool:
        """True if documentation changed."""
        return any(change.docs for change in self.counted)

    @property
    def bump(self) -> str:
        """The version bump that the vendored client needs: major, minor, patch or none."""
        return max(self._bump, self.other_bump, key=BUMPS.index)

    @property
    def _bump(self) -> str:
        """The version bump that the changes of the report call for."""
        if self.wire == BREAKING or self.python:
            return "major"
        if self.wire in (SAFE, RISK) or any(change.signatures for change in self.counted):
            return "minor"
        return "patch" if self.counted else "none"

    def fails(self, threshold: str) -> bool:
        """Return whether a change reaches ``threshold``: a level of :data:`WIRE`, or ``python``.

        A fault of the allow-list fails at any threshold but ``never``.
        """
        if threshold in (NEVER, NONE):
            return False
        if self.faults:
            return True
        if threshold == "python":
            return self.python or self.wire == BREAKING
        return WIRE.index(self.wire) >= WIRE.index(threshold)
