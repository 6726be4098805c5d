"""Deviations of many exchanges as the changes of one report: one for each place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, TypeAlias

from ...base.budget import Budget
from ...base.errors import Place
from ...base.printable import on_one_line, shortened
from ...reading.document.places import place_of
from ...reading.document.tree import Location
from ...reading.openapi.model.schemas import MISSING, Json
from ..changes.change import (
    BREAKING,
    RISK,
    SAFE,
    WIRE,
    Change,
    Seen,
    Signature,
    Verdict,
    fingerprint,
)
from ..changes.rules import RULES
from ..changes.symbols import ApiSymbol
from .bodies import MEMBER
from .deviation import Deviation
from .exchange import RecordedExchange, RecordingPlace
from .json_text import encodable
from .seen_types import SeenTypes, joined
from .shown import MASK, UNSHOWN, WITHOUT_MEDIA_TYPE, is_data, shown_media_type, shown_name

WrittenAt: TypeAlias = tuple[str, str]
"""The pointers of a location and of what refers to its schema, as they are written."""
IsSecret: TypeAlias = Callable[[str, object], bool]

HEADER: Final = "header/optional/added"
_MOST_VALUES = 100
"""Different values that are kept of one place."""
_MOST_PLACES = 1_000
_MOST_PARTS = 100
_DEEPEST = 20
_LONGEST_TEXT = 1_000
"""Of a large value that is kept only the beginning: so many parts and levels, and of a text so
many characters."""
MAX_FINDINGS = 10_000
MAX_KEPT = 16_000_000
"""Characters that are kept of recorded names and values."""
_LONGEST = 200
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ][\d:.]{5,18}([Zz]|[+-]\d\d:?\d\d)?")
_SENTENCES: Final[Mapping[str, str]] = {
    "schema/type/changed": "a value of another type than {}",
    "schema/nullable/added": "null where {} is described",
    "schema/enum/value-added": "a value that the enumeration doesn't list",
    "schema/property/added": "the member {}, which isn't described",
    "schema/required/removed": "the required member {} is missing",
    "schema/format/changed": "text that doesn't have the format {}",
    "schema/pattern/changed": "text that doesn't match the pattern {}",
    "schema/multipleOf/changed": "a number that isn't a multiple of {}",
    "schema/uniqueItems/removed": "an item twice, where items are unique",
    "schema/branch/added-known": "a discriminator value that isn't described",
    "status/success/added": "the status {}, which isn't described",
    "status/error/added": "the status {}, which isn't described",
    "body/media-type/added": "the media type {}, which isn't described",
    "body/content/malformed": "a body or header that isn't {}",
    "body/presence/added": "a request body where none is described",
    "body/required/removed": "no request body, although it is required",
    "header/presence/optional": "the required header {} is missing",
    "header/optional/added": "the header {}, which isn't described",
    "parameter/presence/optional": "the required {} is missing",
    "parameter/optional/added": "the {}, which isn't described",
    "operation/deprecated/added": "the server announces that the operation is deprecated",
    "operation/sunset/added": "the server announces the end of the operation",
    "operation/presence/added": "a call of {}, which isn't described",
}
"""What a recording shows, by the rule without its direction."""
_SHOWN: Final[Mapping[str, Callable[[str], str]]] = {
    "schema/property/added": shown_name,
    "header/optional/added": shown_name,
    "body/media-type/added": shown_media_type,
}
"""The rules whose names are recorded ones."""


@dataclass(slots=True)
class Finding:
    """All that recordings show of one deviation at one place."""

    deviation: Deviation
    """The first."""
    label: str
    """The operation's."""
    place: RecordingPlace
    """Of the first exchange that shows it."""
    operations: dict[str, None] = field(default_factory=dict[str, None])
    count: int = 0
    """The number of exchanges."""
    latest: RecordingPlace | None = None
    """The place of the last exchange."""
    first: str = ""
    """The time of the earliest exchange, in the form of RFC 3339."""
    last: str = ""
    is_unread: bool = False
    """True if the client couldn't read it in one of the exchanges."""
    values: dict[str, Json] = field(default_factory=dict[str, Json])
    """What was recorded, by its JSON text."""
    places: dict[WrittenAt, SeenTypes] = field(default_factory=dict[WrittenAt, SeenTypes])
    """The types of what was recorded, by where the location and what refers to it are written."""
    parts: tuple[Finding, ...] = ()
    """The findings of single responses, for a header that most operations have."""

    def add(
        self,
        deviation: Deviation,
        label: str,
        exchange: RecordedExchange,
        budget: Budget,
        is_secret: IsSecret,
    ) -> None:
        """Add an exchange, and what was recorded, unless the ``budget`` of characters is spent."""
        self.count += exchange.place != self.latest
        self.latest = exchange.place
        self.is_unread |= deviation.is_unread
        self.operations[label] = None
        if _TIME.fullmatch(exchange.time):
            self.first = min(filter(None, (self.first, exchange.time)))
            self.last = max(self.last, exchange.time)
        place = deviation.place or deviation.location.pointer, deviation.site
        if place not in self.places and len(self.places) < _MOST_PLACES:
            self.places[place] = SeenTypes()
        value = deviation.value
        if value is MISSING or not budget.remaining:
            return
        if place in self.places and not is_secret(deviation.pointer, value):
            self.places[place].add(value, budget, is_secret)
        if len(self.values) >= _MOST_VALUES:
            return
        value = _abridged(value, is_secret, deviation.pointer)
        if deviation.name == "schema/enum/value-added" and value != deviation.value:
            return
        text = encodable(json.dumps(value, ensure_ascii=False, sort_keys=True))
        if text not in self.values and len(text) <= budget.remaining:
            budget.spend(len(text))
            self.values[text] = value

    @property
    def types(self) -> SeenTypes:
        """The types of what was recorded."""
        return joined(self.places.values())

    @property
    def wire(self) -> str:
        """The level: breaking if the client couldn't read it, else ``safe`` or ``risk``."""
        rule = RULES[self.deviation.rule]
        if self.is_unread:
            return BREAKING
        is_mild = self.deviation.direction != "request" and rule.wire in WIRE[: WIRE.index(RISK)]
        return SAFE if is_mild else RISK

    @property
    def fingerprint(self) -> str:
        """The identity from run to run, of the rule, the place and what is described there."""
        deviation = self.deviation
        return fingerprint(deviation.rule, deviation.location.pointer, deviation.expected)


class TrafficFindings:
    """The deviations of all exchanges, each place once."""

    def __init__(self, is_secret: IsSecret) -> None:
        """``is_secret`` tells by the pointer of a member if its value isn't kept."""
        self._is_secret = is_secret
        self._found: dict[tuple[str, str, str], Finding] = {}
        self._kept = Budget(MAX_KEPT, "characters of what was recorded")
        self.left = 0
        """Deviations at further places than are kept."""

    def add(self, deviations: Iterable[Deviation], label: str, exchange: RecordedExchange) -> None:
        """Add the deviations of an exchange."""
        label = encodable(label)
        for deviation in deviations:
            expected = encodable(deviation.expected)
            if deviation.name == MEMBER and is_data(expected):
                expected = UNSHOWN
            each = replace(deviation, expected=expected)
            key = (each.rule, each.location.name, each.expected)
            finding = self._found.get(key)
            if finding is None:
                if len(self._found) >= MAX_FINDINGS or len(each.expected) > self._kept.remaining:
                    self.left += 1
                    continue
                self._kept.spend(len(each.expected))
                finding = Finding(replace(each, value=MISSING), label, exchange.place)
                self._found[key] = finding
            finding.add(each, label, exchange, self._kept, self._is_secret)

    @property
    def all(self) -> list[Finding]:
        """The findings, the most severe first."""
        return sorted(self._found.values(), key=lambda finding: -WIRE.index(finding.wire))


def with_common_headers(
    findings: Sequence[Finding], operations: Collection[str], paths: Location
) -> list[Finding]:
    """Return findings, of which a header that most operations have is one.

    ``operations`` are the labels of those with a compared response; ``paths`` is its location.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.deviation.name == HEADER:
            groups.setdefault(finding.deviation.expected, []).append(finding)
    common: dict[str, Finding] = {}
    for name, parts in groups.items():
        labels = {label: None for part in parts for label in part.operations}
        if len(parts) > 1 and 2 * len(labels) > len(operations):
            common[name] = _joined(parts, labels, paths)
    result: list[Finding] = []
    for finding in findings:
        is_header = finding.deviation.name == HEADER
        if not is_header or finding.deviation.expected not in common:
            result.append(finding)
    return [*result, *common.values()]


def _joined(parts: Sequence[Finding], labels: dict[str, None], location: Location) -> Finding:
    """Return the finding of a header in the responses of several operations."""
    first = parts[0]
    times = [part.first for part in parts if part.first]
    return replace(
        first,
        deviation=replace(first.deviation, location=location, symbol=None, place="", site=""),
        operations=labels,
        count=sum(part.count for part in parts),
        first=min(times, default=""),
        last=max(part.last for part in parts),
        parts=tuple(parts),
    )


def _abridged(value: Json, is_secret: IsSecret, pointer: str) -> Json:
    """Return a value without secrets, of which only the beginning is left, if it is large."""
    left = _MOST_PARTS

    def part(value: Json, depth: int, pointer: str) -> Json:
        nonlocal left
        left -= 1
        if is_secret(pointer, value):
            return MASK
        if isinstance(value, str):
            return value[:_LONGEST_TEXT]
        inner = left if depth < _DEEPEST else 0
        if isinstance(value, list):
            return [part(each, depth + 1, f"{pointer}/0") for each in value[:inner] if left > 0]
        if isinstance(value, dict):
            items = islice(value.items(), inner)
            return {
                key[:_LONGEST_TEXT]: part(each, depth + 1, f"{pointer}/{key}")
                for key, each in items
                if left > 0
            }
        return value

    return part(value, 0, pointer)


def change_of(
    finding: Finding,
    signature: Callable[[ApiSymbol], Signature | None],
    *,
    show_values: bool = False,
) -> Change:
    """Return a finding as a change in a report; recorded values only with ``show_values``."""
    deviation = finding.deviation
    operations = tuple(finding.operations)
    declared = signature(deviation.symbol) if deviation.symbol is not None else None
    values = ", ".join(finding.values) if show_values else ""
    return Change(
        verdicts=(Verdict(deviation.rule, deviation.direction, finding.wire, operations),),
        operations=operations,
        pointer=deviation.location.pointer,
        message=_message(finding),
        before=_described(deviation),
        after=shortened(values, _LONGEST),
        base=place_of(deviation.location),
        revision=Place(finding.place.file, finding.place.line, 1),
        fingerprint=finding.fingerprint,
        signatures=(declared,) if declared is not None else (),
        seen=Seen(finding.count, finding.first, finding.last, finding.place.entry),
    )


def _message(finding: Finding) -> str:
    one = finding.deviation
    show = _SHOWN.get(one.name, str)
    expected = shortened(on_one_line(show(one.expected)), _LONGEST)
    sentence = _SENTENCES.get(one.name)
    if sentence is None:
        sentence = f"a value that {one.location.key} {{}} doesn't admit"
        if one.location.key == one.expected:
            sentence = "a value that the keyword {} doesn't admit"
    if (
        one.name in ("schema/type/changed", "schema/nullable/added")
        and one.location.key == expected
    ):
        expected = f"a branch of {expected}"
    if one.name == "body/media-type/added" and expected in WITHOUT_MEDIA_TYPE:
        sentence = "a body without a media type, which isn't described"
    if one.name == "body/content/malformed" and not expected:
        sentence = "an empty body"
    if one.name == "schema/required/removed" and not expected and one.location.key == "required":
        sentence = "most of the required members are missing"
    text = sentence.replace("{}", expected)
    first = next(iter(finding.values.values()), "")
    if RULES[one.rule].area == "operation" and isinstance(first, str) and first:
        text += f", {first}"
    return text


def _described(deviation: Deviation) -> str:
    """Return what is described at the place, where the message doesn't have it."""
    return deviation.expected if deviation.name == "schema/enum/value-added" else ""
