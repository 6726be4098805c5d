"""Comparison of a copy's record with the client that it was made from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from ...base.immutable import immutable
from ...base.printable import counted, shortened
from ..output.manifest import Manifest
from .copy import LICENCES, Copy, CopySource

_SHOWN = 5
"""The number of names in one fact."""
_MAX_TEXT = 80
"""The characters of a name or a version in a fact."""


@immutable
class Age:
    """A copy beside its original."""

    state: str
    """``untouched`` (a new copy would be the same), ``older``, or ``newer`` by its versions."""
    facts: tuple[str, ...]
    """The differences, each in a few words."""
    files: tuple[str, ...] = ()
    """The names of the files that differ; those of tests follow ``tests/``."""


def age_of(old: Manifest, source: CopySource, new: Copy) -> Age:
    """Compare a copy's record with a new copy of its source."""
    tests = new.manifest.tests if new.destination.tests else old.tests  # if there are any
    if (old.files, old.tests) == (new.manifest.files, tests):
        return Age("untouched", ())
    return _differing(_state(old, source.manifest), old, replace(new.manifest, tests=tests))


def age_against(old: Manifest, source: Manifest) -> Age:
    """Compare the manifest of a copy, as :func:`as_original`, with that of its original.

    The latter may be anybody's. The licence file, which only a copy has, isn't compared; nor are
    the tests if one of the two has none.
    """
    runtime = {own: source.runtime[name] for own, name in source.modules.items()}
    files = {n: d for n, d in old.files.items() if n in source.files or n not in LICENCES}
    copy, original = replace(old, files=files), replace(source, files={**source.files, **runtime})
    if not old.tests or not source.tests:
        copy, original = replace(copy, tests={}), replace(source, tests={})
    if _compared(copy) == _compared(original):
        return Age("untouched", ())
    return _differing(_state(old, source), copy, original)


def _compared(manifest: Manifest) -> tuple[object, ...]:
    return manifest.files, manifest.tests, manifest.info_version, _operations(manifest)


def _operations(manifest: Manifest) -> set[str]:
    return {operation.get("operation_id", "") for operation in manifest.operations}


def _differing(state: str, old: Manifest, new: Manifest) -> Age:
    files = (
        *_names(old.files.items() ^ new.files.items()),
        *(f"tests/{name}" for name in _names(old.tests.items() ^ new.tests.items())),
    )
    return Age(state, tuple(_facts(old, new, files)), files)


def _names(pairs: Collection[tuple[str, str]]) -> list[str]:
    return sorted({name for name, _ in pairs})


def _facts(old: Manifest, new: Manifest, files: Collection[str]) -> Iterator[str]:
    if old.info_version != new.info_version:
        yield f"API version {_change(old.info_version, new.info_version)}"
    elif old.spec_sha256 != new.spec_sha256:
        yield "the description changed under the same version"
    for name, version in list(new.tool.items())[:_SHOWN]:
        if old.tool.get(name) != version:
            yield f"{shortened(name, _MAX_TEXT)} {_change(old.tool.get(name, '?'), version)}"
    before, after = _operations(old), _operations(new)
    for action, names in (("added", after - before), ("removed", before - after)):
        if names:
            yield f"{counted(len(names), 'operation')} {action}: {_listed(sorted(names))}"
    if files:
        differ = "differs" if len(files) == 1 else "differ"
        yield f"{counted(len(files), 'file')} {differ}: {_listed(files)}"


def _change(before: str, after: str) -> str:
    return f"{shortened(before, _MAX_TEXT)} → {shortened(after, _MAX_TEXT)}"


def _listed(names: Collection[str]) -> str:
    """Return the first names, and the number of the others."""
    shown = ", ".join(shortened(name, _MAX_TEXT) for name in list(names)[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


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
    match = re.match(r"v?(\d+(?:\.\d+)*)", version[:_MAX_TEXT])
    return tuple(map(int, match[1].split("."))) if match else ()
