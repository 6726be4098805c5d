"""Operations as they stand in canonical documents, and what came of comparing two."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...document.tree import MappingNode
from .differences import Comparison


@dataclass(frozen=True, slots=True)
class Compared:
    """One operation of both descriptions, and what differs."""

    label: str
    pairs: list[Comparison] = field(default_factory=list[Comparison])


@dataclass(frozen=True, slots=True)
class Held:
    """An operation in a canonical document."""

    label: str
    path: str
    method: str
    node: MappingNode


def bare(path: str) -> str:
    """A path without what its parameters are called, nor a fragment: what goes over the wire."""
    return re.sub(r"\{[^{}]*\}", "{}", path.partition("#")[0])
