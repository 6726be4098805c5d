"""The allow-list: changes that somebody decided to live with, why, and until when.

[[allowed]]
fingerprint = "0123456789ab"      # as the report shows it
change = "rule.url takes a list"  # for readers
reason = "…"
owner = "…"
expires = 2027-06-30
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from ..errors import Place, UsageError
from .changes import Allowance, Change, Fault, Report

_KEYS = {"fingerprint": str, "change": str, "reason": str, "owner": str, "expires": dt.date}


def read(text: str, name: str) -> tuple[Allowance, ...]:
    """The entries of an allow-list; ``name`` is how messages call the file.

    Raises :class:`UsageError`, with the line, for what is no such list: every entry has all five
    keys, and a fingerprint stands once.
    """
    try:
        data: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not well-formed TOML: {error}") from None
    for key in data.keys() - {"allowed"}:
        raise UsageError(f"{name}:{_line(text, key)}: unknown {key!r}. Known: [[allowed]].")
    entries = data.get("allowed", [])
    if not isinstance(entries, list):
        raise UsageError(f"{name}: write [[allowed]], with two brackets.")
    found: dict[str, Allowance] = {}
    for index, entry in enumerate(cast("list[dict[str, object]]", entries)):
        where = f"{name}:{_nth(text, index)}"
        for key in entry.keys() - _KEYS.keys():
            raise UsageError(f"{where}: unknown {key!r}. Known: {', '.join(_KEYS)}.")
        for key, kind in _KEYS.items():
            if type(entry.get(key)) is not kind or entry[key] == "":
                word = "a date, as 2027-06-30" if kind is dt.date else "text"
                raise UsageError(f"{where}: an entry needs {key!r}, {word}.")
        fingerprint = cast("str", entry["fingerprint"])
        if fingerprint in found:
            raise UsageError(f"{where}: {fingerprint} stands twice. Keep one entry.")
        found[fingerprint] = Allowance(
            fingerprint,
            cast("str", entry["reason"]),
            cast("str", entry["owner"]),
            cast("dt.date", entry["expires"]),
            Place(name, _nth(text, index), 1),
        )
    return tuple(found.values())


def apply(report: Report, allowances: Sequence[Allowance], today: dt.date) -> Report:
    """The report with what is allowed marked, and with the faults of the list."""
    listed = {allowance.fingerprint: allowance for allowance in allowances}
    matched = {change.fingerprint for change in report.changes}
    faults: list[Fault] = []
    for allowance in allowances:
        if allowance.fingerprint not in matched:
            faults.append(
                Fault(
                    f"the allowed change {allowance.fingerprint} isn't there any more",
                    "Take the entry out; if the change has become another one, look at that.",
                    allowance.place,
                )
            )
        elif allowance.expires is not None and allowance.expires < today:
            faults.append(
                Fault(
                    f"the allowance of {allowance.fingerprint} ended on {allowance.expires}",
                    f"Ask {allowance.owner} whether it still holds; set a new day, or act.",
                    allowance.place,
                )
            )
            del listed[allowance.fingerprint]
    changes: list[Change] = [
        replace(change, allowed=listed.get(change.fingerprint)) for change in report.changes
    ]
    return replace(report, changes=tuple(changes), faults=tuple(faults))


def _line(text: str, word: str) -> int:
    lines = text.splitlines()
    return next((i for i, line in enumerate(lines, 1) if word in line), 1)


def _nth(text: str, index: int) -> int:
    lines = [i for i, line in enumerate(text.splitlines(), 1) if line.strip() == "[[allowed]]"]
    return lines[index] if index < len(lines) else 1
