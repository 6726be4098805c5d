"""Comparison of a copy's record with the client that it was made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..codegen.output.manifest import Manifest
from ..printable import counted
from .copy import Copy, CopySource


@dataclass(frozen=True, slots=True)
class Age:
    """A copy beside its original."""

    state: str
    """``untouched`` (a new copy would be the same), ``older``, or ``newer`` by its versions."""
    facts: tuple[str, ...]
    """The differences, each in a few words."""


def age_of(old: Manifest, source: CopySource, new: Copy) -> Age:
    """Compare a copy's record with a new copy of its source."""
    tests = (
        new.manifest.tests if new.destination.tests else old.tests
    )  # where there are any to compare
    if (old.files, old.tests) == (new.manifest.files, tests):
        return Age("untouched", ())
    return Age(_state(old, source.manifest), _facts(old, replace(new.manifest, tests=tests)))


def _facts(old: Manifest, new: Manifest) -> tuple[str, ...]:
    facts: list[str] = []
    if old.info_version != new.info_version:
        facts.append(f"API version {old.info_version} → {new.info_version}")
    elif old.spec_sha256 != new.spec_sha256:
        facts.append("the description changed under the same version")
    for name, version in new.tool.items():
        if old.tool.get(name) != version:
            facts.append(f"{name} {old.tool.get(name, '?')} → {version}")
    parts = ((old.files, new.files), (old.tests, new.tests))
    count = sum(len({name for name, _ in a.items() ^ b.items()}) for a, b in parts)
    facts.append(f"{counted(count, 'file')} {'differs' if count == 1 else 'differ'}")
    return tuple(facts)


def _state(old: Manifest, source: Manifest) -> str:
    """Compare the API's versions, then speclock's; a copy is older than its original."""
    for before, after in (
        (old.info_version, source.info_version),
        (old.tool.get("speclock", ""), source.tool.get("speclock", "")),
    ):
        one, other = _numbers(before), _numbers(after)
        if one and other and one != other:
            return "older" if one < other else "newer"
    return "older"


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()
