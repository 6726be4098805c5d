"""The cost of comparing unions of many classes: it grows in a line with their alternatives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from generator.codegen.apidiff import acceptance
from generator.codegen.apidiff.acceptance import Acceptance, Symbols
from generator.codegen.apidiff.api import named, union

CLASSES = 200


def test_the_bases_of_each_alternative_are_gathered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gather, names = acceptance.bases_of, list[str]()

    def counted(name: str, symbols: Symbols) -> Iterator[str]:
        names.append(name)
        return gather(name, symbols)

    monkeypatch.setattr(acceptance, "bases_of", counted)
    old = union(*(named(f"Item{n}") for n in range(CLASSES)))
    new = union(old, named("Other"))
    types = Acceptance({}, {}, is_strict=True)

    assert types.accepts(new, old, read=False)
    assert not types.accepts(old, new, read=True)
    assert len(names) <= len(old.alternatives) + len(new.alternatives)
