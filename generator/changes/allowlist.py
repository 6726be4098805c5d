"""The allow-list: changes that somebody accepted, with a reason and a last day.

[[allowed]]
fingerprint = "0123456789ab"      # as the report shows it
change = "rule.url takes a list"  # for readers
reason = "…"
owner = "…"
expires = 2027-06-30
traffic = true                    # for deviations that recorded traffic shows
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..errors import Place, Problem, UsageError
from ..portable import parse_toml
from ..printable import shortened
from ..record_faults import RecordError, line_of, lines_of, usage_error
from ..records import also, read
from .change import NONE, TRAFFIC, Allowance, Change, Report

_TEXT = also(minLength=1)
_LONGEST = 200
_DURATION = dt.timedelta(days=180)
"""The time for which a proposed entry allows a change."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of ``[[allowed]]``."""

    fingerprint: str = field(metadata=_TEXT)
    """The fingerprint that the report shows."""
    change: str = field(metadata=_TEXT)
    """The change, for readers."""
    reason: str = field(metadata=_TEXT)
    """Why it is accepted."""
    owner: str = field(metadata=_TEXT)
    """Who answers for it."""
    expires: dt.date = field(metadata=also(title="a date, such as 2027-06-30"))
    """Its last day, a date such as 2027-06-30."""
    traffic: bool = False
    """True for a deviation that recorded traffic shows."""


@dataclass(frozen=True, slots=True)
class _AllowList:
    """The file."""

    allowed: tuple[_Entry, ...] = field(default=(), metadata=also(title="tables, [[allowed]]"))


def read_allowances(text: str, name: str) -> tuple[Allowance, ...]:
    """Return the entries of an allow-list in the file ``name``.

    Raises :class:`UsageError`, with the line, for an entry that lacks a key or has another one,
    and for a fingerprint that is listed twice.
    """
    data, lines = parse_toml(text, name), lines_of(text)
    try:
        entries = read(_AllowList, data).allowed
    except RecordError as error:
        raise usage_error(error, text, name) from None
    allowances: dict[str, Allowance] = {}
    for index, entry in enumerate(entries):
        place = Place(name, line_of(lines, ("allowed", index)), 1)
        if entry.fingerprint in allowances:
            raise UsageError(
                f"{name}:{place.line}: {entry.fingerprint} is listed twice. Remove one entry."
            )
        allowances[entry.fingerprint] = Allowance(
            entry.fingerprint, entry.reason, entry.owner, entry.expires, place, entry.traffic
        )
    return tuple(allowances.values())


def apply(report: Report, allowances: Sequence[Allowance], today: dt.date) -> Report:
    """Return the report with the allowed changes marked, and with the faults of the list.

    Entries for recorded traffic count where the report is of traffic, the others elsewhere.
    """
    fingerprints = {change.fingerprint for change in report.changes}
    valid: dict[str, Allowance] = {}
    faults: list[Problem] = []
    for one in allowances:
        if one.traffic is not (report.subject is TRAFFIC):
            continue
        if one.fingerprint not in fingerprints:
            fact = f"no change has the fingerprint {one.fingerprint} any more"
            remedy = "Remove the entry; if the change became another one, review that."
        elif one.expires < today:
            fact = f"the entry for {one.fingerprint} expired on {one.expires}"
            remedy = f"Ask {one.owner} whether it still applies; set a new date, or remove it."
        else:
            valid[one.fingerprint] = one
            continue
        faults.append(Problem("allow-list", fact, remedy, one.place))
    changes = (replace(change, allowed=valid.get(change.fingerprint)) for change in report.changes)
    return replace(report, changes=tuple(changes), faults=tuple(faults))


def proposals(report: Report, today: dt.date) -> dict[str, str]:
    """Return an entry for each change that can fail a check, by fingerprint.

    :func:`read_allowances` refuses it without a reason and an owner, which are left to a person.
    """
    return {
        change.fingerprint: _entry(change, today + _DURATION, traffic=report.subject is TRAFFIC)
        for change in report.counted
        if change.wire != NONE or change.python
    }


def _entry(change: Change, expires: dt.date, *, traffic: bool) -> str:
    is_named = change.id == "api/operation/presence/added"  # by the message itself
    where = f"{change.operations[0]}: " if traffic and change.operations and not is_named else ""
    text = json.dumps(shortened(where + change.message, _LONGEST), ensure_ascii=False)
    text = text.replace("##[", "#\\u0023[")  # see printable
    lines = [
        "[[allowed]]",
        f'fingerprint = "{change.fingerprint}"',
        f"change = {text}",
        'reason = ""  # why it does no harm',
        'owner = ""  # who knows',
        f"expires = {expires}",
        *(["traffic = true"] if traffic else []),
    ]
    return "\n".join(lines)
