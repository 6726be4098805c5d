"""Selectors of operations in the settings and on the command line.

Sources: OpenAPI 3.1.1 §4.8.8 (Paths Object), §4.8.9 (Path Item Object).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from ..errors import UsageError
from .operations import OperationNode, iter_operations
from .references import References
from .tree import SourceFile


def select_operations(
    document: SourceFile, refs: References, wanted: Sequence[str]
) -> tuple[OperationNode, ...]:
    """Return the operations of a document that the selectors match; all if there are none.

    Raises as :func:`filter_operations`, and :class:`SpecError` for a document without operations.
    """
    findings = refs.findings
    found = tuple(iter_operations(document, refs))
    if not found:
        findings.refusals += [left.problem for left in findings.left_out]
    if not found and not findings.refusals:
        findings.refuse(
            "no-operations",
            document.root.at("paths") if "paths" in document.root else document.root.location,
            f"{document.name} has no operations",
            "Point --spec at a description with at least one operation in 'paths'.",
        )
    if not found:
        findings.raise_refusals()
    unreadable = {f"!{left.operation}" for left in findings.left_out}
    accepted = unreadable.intersection(wanted)
    wanted = [one for one in wanted if one not in accepted]
    findings.left_out[:] = [one for one in findings.left_out if f"!{one.operation}" not in accepted]
    named = [name for op in found for name in op.spellings]
    if wanted and all(one in named for one in wanted):  # other path items aren't wanted
        findings.left_out.clear()
    return filter_operations(found, wanted, document.name)


def named_operations(found: Sequence[OperationNode], wanted: Sequence[str]) -> frozenset[str]:
    """Return the labels of the operations that selectors name by id or ``METHOD /path``."""
    return frozenset(op.label for op in found if any(one in op.spellings for one in wanted))


class Selectable(Protocol):
    """An operation as far as selectors need it."""

    @property
    def path(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def spellings(self) -> tuple[str, str]: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


SelectableT = TypeVar("SelectableT", bound=Selectable)


def filter_operations(
    found: Sequence[SelectableT], wanted: Sequence[str], where: str
) -> tuple[SelectableT, ...]:
    """Return the operations that the selectors match, in their order; all if there are none.

    Selectors are ``pets_list``, ``pets_*``, ``GET /pets/{id}``, ``/pets*``, ``tag:pets``,
    ``method:get``; ``*`` matches any text. A selector that begins with ``!`` excludes operations.
    Raises :class:`UsageError`, with similar names, for a selector that matches nothing.
    """
    plus = [selector for selector in wanted if not selector.startswith("!")]
    minus = [selector[1:].strip() for selector in wanted if selector.startswith("!")]
    kept = {id(op) for selector in plus for op in _matches(found, selector, where)}
    if not plus:
        kept = {id(op) for op in found}
    for selector in minus:
        kept -= {id(op) for op in _matches(found, selector, where)}
    result = tuple(op for op in found if id(op) in kept)
    if not result:
        raise UsageError(f"the selectors exclude every operation of {where}. Remove one with '!'.")
    return result


def _matches(found: Sequence[SelectableT], selector: str, where: str) -> list[SelectableT]:
    exact = [op for op in found if selector in op.spellings]
    if exact:
        return exact
    glob = re.compile(".*".join(map(re.escape, selector.split("*"))), re.DOTALL)
    hits = [op for op in found if any(glob.fullmatch(name) for name in _names(op))]
    if not hits:
        raise UsageError(f"no operation {selector!r} in {where}. {_hint(found, selector)}")
    return hits


def _names(op: Selectable) -> list[str]:
    """Return the texts of an operation that selectors may match."""
    return [
        *filter(None, op.spellings),
        op.path,
        f"path:{op.path}",
        f"method:{op.method.lower()}",
        f"method:{op.verb}",
        *(f"tag:{tag}" for tag in op.tags),
    ]


def _hint(found: Sequence[Selectable], selector: str) -> str:
    names = {name.lower(): name for op in found for name in _names(op)}
    near = difflib.get_close_matches(selector.lower(), names, n=3, cutoff=0.5)
    options = " or ".join(repr(names[one]) for one in near)
    if options:
        return f"Did you mean {options}?"
    return "speclock ls lists those of this file; speclock slice and pull add others to it."
