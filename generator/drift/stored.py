"""Reports kept from run to run, so that an upstream that didn't change costs no comparison.

A report is kept under the hash of all that it depends on: both files, the settings and speclock's
version. What is broken or unreadable is as if it weren't there.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from ..errors import Place
from .changes import Change, Report, Side, Signature, Verdict

_KEPT = 20


def key_of(parts: Sequence[str]) -> str:
    """One hash for all that a report depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def tool(version: str) -> str:
    """The version that compares; in a clone also when its sources were changed last."""
    room = Path(__file__).resolve().parents[1]
    files = [
        file
        for part in ("", "drift/**", "spec", "build")
        for file in room.glob(f"{part}/*.py".lstrip("/"))
    ]
    return f"{version} {max(file.stat().st_mtime_ns for file in files)}"


def read(folder: Path, key: str) -> Report | None:
    """The report kept under ``key``, if there is one."""
    try:
        data = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        return _report(data)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, key: str, report: Report) -> None:
    """Keep a report; what can't be written isn't kept. Older ones beyond a few are removed."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="new-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(report), file, default=str)
        Path(name).replace(folder / f"{key}.json")
        kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in kept[_KEPT:]:
            old.unlink(missing_ok=True)


def _report(data: Mapping[str, Any]) -> Report:
    return Report(
        package=data["package"],
        base=Side(**data["base"]),
        revision=Side(**data["revision"]),
        operations=tuple(data["operations"]),
        changes=tuple(_change(one) for one in data["changes"]),
    )


def _change(data: Mapping[str, Any]) -> Change:
    values = dict(data)
    values["verdicts"] = tuple(
        replace(Verdict(**one), operations=tuple(one["operations"])) for one in data["verdicts"]
    )
    values["operations"] = tuple(data["operations"])
    values["base"] = _place(data["base"])
    values["revision"] = _place(data["revision"])
    values["signatures"] = tuple(
        replace(Signature(**one), place=_place(one["place"])) for one in data["signatures"]
    )
    values["allowed"] = None
    return Change(**values)


def _place(data: object) -> Place | None:
    return None if data is None else Place(**cast("dict[str, Any]", data))
