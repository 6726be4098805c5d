"""The allow-list: changes that somebody accepted, with a reason and a last day.

One change, and all changes from version 1 of the API to version 2:

[[allowed]]
fingerprint = "0123456789ab"      # as the report shows it
change = "rule.url takes a list"  # for readers
reason = "…"
owner = "…"
expires = 2027-06-30
traffic = true                    # for deviations that recorded traffic shows

[[allowed_version]]
from = 2                          # the leading number of info.version
reason = "…"
owner = "…"
expires = 2027-06-30              # at most 180 days ahead
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import field, replace

from ...base.errors import Place, Problem, RecordError, UsageError
from ...base.immutable import immutable
from ...base.portable import parse_toml
from ...base.printable import shortened
from ...base.record_faults import line_of, lines_of, usage_error
from ...base.records import also, read
from .change import NONE, TRAFFIC, Allowance, Change, Report

_TEXT = also(minLength=1)
_LONGEST = 200
_DURATION = dt.timedelta(days=180)
"""The time for which a proposed entry allows a change, and the longest for a whole version."""
_LEADING_NUMBER = re.compile(r"\d+")


@immutable
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


@immutable
class _VersionEntry:
    """One of ``[[allowed_version]]``."""

    number: int = field(metadata=also("from", minimum=0, maximum=99_999_999))
    """The leading number of upstream's ``info.version`` from which everything may change."""
    reason: str = field(metadata=_TEXT)
    """Why its changes are accepted for now."""
    owner: str = field(metadata=_TEXT)
    """Who answers for it."""
    expires: dt.date = field(metadata=also(title="a date, such as 2027-06-30"))
    """Its last day, a date at most 180 days ahead."""


@immutable
class _AllowList:
    """The file."""

    allowed: tuple[_Entry, ...] = field(default=(), metadata=also(title="tables, [[allowed]]"))
    allowed_version: tuple[_VersionEntry, ...] = field(
        default=(), metadata=also(title="tables, [[allowed_version]]")
    )


def read_allowances(text: str, name: str) -> tuple[Allowance, ...]:
    """Return the entries of an allow-list in the file ``name``.

    Raises :class:`UsageError`, with the line, for an entry that lacks a key or has another one,
    and for a fingerprint or a version that is listed twice.
    """
    data, lines = parse_toml(text, name), lines_of(text)
    try:
        entries = read(_AllowList, data)
    except RecordError as error:
        raise usage_error(error, text, name) from None
    allowances: dict[str | int, Allowance] = {}
    for index, entry in enumerate(entries.allowed):
        place = Place(name, line_of(lines, ("allowed", index)), 1)
        if entry.fingerprint in allowances:
            raise UsageError(
                f"{name}:{place.line}: {entry.fingerprint} is listed twice. Remove one entry."
            )
        allowances[entry.fingerprint] = Allowance(
            entry.fingerprint, entry.reason, entry.owner, entry.expires, place, entry.traffic
        )
    for index, version in enumerate(entries.allowed_version):
        place = Place(name, line_of(lines, ("allowed_version", index)), 1)
        if version.number in allowances:
            raise UsageError(
                f"{name}:{place.line}: version {version.number} is listed twice. Remove one entry."
            )
        allowances[version.number] = Allowance(
            "", version.reason, version.owner, version.expires, place, version=version.number
        )
    return tuple(allowances.values())


def apply(report: Report, allowances: Sequence[Allowance], today: dt.date) -> Report:
    """Return the report with the allowed changes marked, and with the faults of the list.

    Entries for recorded traffic count where the report is of traffic, the others elsewhere. An
    entry of a version accepts what no other entry does.
    """
    fingerprints = {change.fingerprint for change in report.changes}
    valid: dict[str, Allowance] = {}
    whole: Allowance | None = None
    faults: list[Problem] = []
    for one in allowances:
        if one.traffic is not (report.subject is TRAFFIC):
            continue
        fault = _expired(one, today)
        if one.version is not None:
            fault = fault or _version_fault(one, report, today)
            if not fault and _leading_number(report.revision.version) == one.version:
                whole = one
        elif one.fingerprint not in fingerprints:
            fault = Problem(
                "allow-list",
                f"no change has the fingerprint {one.fingerprint} any more",
                "Remove the entry; if the change became another one, review that.",
                one.place,
            )
        elif not fault:
            valid[one.fingerprint] = one
        if fault:
            faults.append(fault)
    changes = [
        replace(change, allowed=valid.get(change.fingerprint, whole)) for change in report.changes
    ]
    return replace(report, changes=tuple(changes), faults=tuple(faults))


def _expired(one: Allowance, today: dt.date) -> Problem | None:
    """Return the fault of an entry whose last day is over."""
    if one.expires >= today:
        return None
    subject = one.fingerprint if one.version is None else f"version {one.version}"
    fact = f"the entry for {subject} expired on {one.expires}"
    remedy = f"Ask {one.owner} whether it still applies; set a new date, or remove it."
    return Problem("allow-list", fact, remedy, one.place)


def _version_fault(one: Allowance, report: Report, today: dt.date) -> Problem | None:
    """Return the fault of an entry of a version: of its date, or of the versions compared."""
    last = today + _DURATION
    if one.expires > last:
        fact = f"the entry for version {one.version} ends on {one.expires}"
        remedy = f"Set a day until {last}, in at most {_DURATION.days} days."
        return Problem("allow-list", fact, remedy, one.place)
    for side in (report.base, report.revision):
        if _leading_number(side.version) is None:
            fact = f"{side.name} has the version {side.version!r}, which begins with no number"
            remedy = "Remove the entry; allow its changes one by one."
            return Problem("allow-list", fact, remedy, one.place)
    base = _leading_number(report.base.version)
    if base is not None and one.version is not None and base >= one.version:
        fact = f"{report.base.name} is of version {report.base.version} already"
        return Problem("allow-list", fact, "Remove the entry.", one.place)
    return None


def _leading_number(version: str) -> int | None:
    """Return the number that a version begins with; None for another form."""
    number = _LEADING_NUMBER.match(version)
    return int(number[0]) if number else None


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
