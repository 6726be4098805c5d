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
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from ..errors import Place, Problem, UsageError
from ..portable import parse_toml
from .changes import Allowance, Report

_TEXTS = ("fingerprint", "change", "reason", "owner")
_KEYS = (*_TEXTS, "expires", "traffic")


def read(text: str, name: str) -> tuple[Allowance, ...]:
    """Return the entries of an allow-list in the file ``name``.

    Raises :class:`UsageError`, with the line, for an entry that lacks a key or has another one,
    and for a fingerprint that is listed twice.
    """
    data = parse_toml(text, name)
    lines = text.splitlines()
    for key in data.keys() - {"allowed"}:
        line = next((i for i, line in enumerate(lines, 1) if key in line), 1)
        raise UsageError(f"{name}:{line}: unknown {key!r}. Known: [[allowed]].")
    starts = [i for i, line in enumerate(lines, 1) if line.strip() == "[[allowed]]"]
    found: dict[str, Allowance] = {}
    entries = data.get("allowed", [])
    if not isinstance(entries, list):
        raise UsageError(f"{name}: write [[allowed]], with two brackets.")
    for index, entry in enumerate(cast("list[Mapping[str, object]]", entries)):
        place = Place(name, starts[index] if index < len(starts) else 1, 1)
        one = _allowance(entry, place)
        if one.fingerprint in found:
            raise UsageError(
                f"{name}:{place.line}: {one.fingerprint} is listed twice. Remove one entry."
            )
        found[one.fingerprint] = one
    return tuple(found.values())


def _allowance(entry: Mapping[str, object], place: Place) -> Allowance:
    where = f"{place.file}:{place.line}"
    for key in entry.keys() - {*_KEYS}:
        raise UsageError(f"{where}: unknown {key!r}. Known: {', '.join(_KEYS)}.")
    texts = {key: value for key, value in entry.items() if isinstance(value, str) and value}
    expires = entry.get("expires")
    is_date = isinstance(expires, dt.date) and not isinstance(expires, dt.datetime)
    lacking = [f"{key!r}, text" for key in _TEXTS if key not in texts]
    if not is_date:
        lacking.append("'expires', a date, as 2027-06-30")
    if lacking or not isinstance(expires, dt.date):
        raise UsageError(f"{where}: an entry needs {'; '.join(lacking)}.")
    traffic = entry.get("traffic", False)
    if not isinstance(traffic, bool):
        raise UsageError(f"{where}: 'traffic' is true or false.")
    return Allowance(texts["fingerprint"], texts["reason"], texts["owner"], expires, place, traffic)


def apply(report: Report, allowances: Sequence[Allowance], today: dt.date) -> Report:
    """Return the report with the allowed changes marked, and with the faults of the list.

    Entries for recorded traffic count where the report is of traffic, the others elsewhere.
    """
    found = {change.fingerprint for change in report.changes}
    valid: dict[str, Allowance] = {}
    faults: list[Problem] = []
    for one in allowances:
        if one.traffic is not (report.traffic is not None):
            continue
        if one.fingerprint not in found:
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
