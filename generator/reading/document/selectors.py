"""Selectors of operations in the settings and on the command line.

Sources: OpenAPI 3.1.1 §4.8.8 (Paths Object), §4.8.9 (Path Item Object).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from ...base.budget import close_names
from ...base.errors import Findings, LeftOut, UsageError
from .declared import section
from .operations import WEBHOOK, OperationNode, iter_operations, webhook_names, webhooks
from .references import References
from .tree import MappingNode, SourceFile, Value


def select_operations(
    refs: References, wanted: Sequence[str], *, is_slice: bool = False
) -> tuple[OperationNode, ...]:
    """Return the operations and webhooks that the selectors match; all if there are none.

    Warn of a selector that excludes nothing, unless the document ``is_slice`` without such.
    Raises as :func:`filter_operations`, and :class:`SpecError` for a document without operations.
    """
    findings, document = refs.findings, refs.main
    found = (*iter_operations(refs), *webhooks(refs))
    if not found:
        findings.refusals += [left.problem for left in findings.left_out]
        if not findings.refusals:
            fact = "has neither operations nor webhooks nor schemas"
            remedy = "Point --spec at a description with at least one operation in 'paths'."
            if declared_schemas(refs.root):
                fact = "has neither operations nor webhooks"
                remedy = (
                    "For the models of its schemas without a client, set `models = true` in "
                    "[tool.speclock.clients.<package>] of pyproject.toml."
                )
            root = refs.root
            place = root.at("paths") if "paths" in root else root.location
            findings.refuse("no-operations", place, f"{document.name} {fact}", remedy)
        findings.raise_refusals()
    unreadable = {f"!{left.operation}" for left in findings.left_out}
    accepted = unreadable.intersection(wanted)
    wanted = [selector for selector in wanted if selector not in accepted]
    findings.left_out[:] = [gap for gap in findings.left_out if f"!{gap.operation}" not in accepted]
    named = [name for op in found for name in op.spellings]
    if wanted and all(selector in named for selector in wanted):  # other path items aren't wanted
        findings.left_out.clear()
    unreadable_operations = [gap.problem for gap in findings.left_out if _names_gap(wanted, gap)]
    if unreadable_operations:
        findings.refusals += unreadable_operations
        findings.raise_refusals()
    if not is_slice:
        warn_of_exclusions(document, found, wanted, findings)
    return filter_operations(found, wanted, document.name)


def _names_gap(wanted: Sequence[str], gap: LeftOut) -> bool:
    """Return whether selectors name an operation that cannot be read, or whose path cannot."""
    return any(gap.operation in (name, name.partition(" ")[2]) for name in wanted if name)


def declared_schemas(root: MappingNode) -> Mapping[str, Value]:
    """Return the schemas of a document under ``components/schemas``, by key."""
    return section(root, "schemas")


def has_schemas_alone(document: SourceFile) -> bool:
    """Return whether a document has schemas, but neither operations nor webhooks."""
    refs = References(document, Findings())
    if not declared_schemas(refs.root) or webhook_names(refs.root):
        return False
    return not any(iter_operations(refs))


def check_schemas(refs: References) -> None:
    """Raise :class:`SpecError` for a document without schemas to make models of."""
    findings = refs.findings
    if not declared_schemas(refs.root):
        findings.refuse(
            "no-schemas",
            refs.root.location,
            f"{refs.main.name} has no schemas under components/schemas",
            "Point --spec at a description that has some, or remove `models = true`.",
        )
        findings.raise_refusals()


def warn_of_exclusions(
    document: SourceFile,
    operations: Sequence[OperationNode],
    wanted: Iterable[str],
    findings: Findings,
) -> None:
    """Warn of each selector that excludes no operation."""
    for selector in dict.fromkeys(wanted):
        if selector.startswith("!") and not matches(operations, selector[1:].strip()):
            near = near_names(operations, selector[1:].strip())
            hint = f" Did you mean {' or '.join(repr(f'!{one}') for one in near)}?" if near else ""
            findings.warn(
                "selector",
                document.root.at("paths"),
                f"{selector!r} excludes nothing of {document.name}",
                f"Correct the selector, or remove it.{hint}",
            )


def named_operations(operations: Sequence[OperationNode], wanted: Sequence[str]) -> frozenset[str]:
    """Return the labels of the operations that selectors name by id or ``METHOD /path``."""
    return frozenset(op.label for op in operations if any(name in op.spellings for name in wanted))


class NoSuchOperation(UsageError):
    """A selector that matches no operation."""

    def __init__(self, selector: str, where: str, near: Sequence[str], remedy: str = "") -> None:
        self.selector = selector
        self.where = where
        self.near = tuple(near)
        """Names of the description that are similar."""
        options = " or ".join(map(repr, near))
        hint = f"Did you mean {options}? " if options else ""
        remedy = remedy or ("" if hint else "speclock ls lists the operations of a description.")
        super().__init__(f"no operation {selector!r} in {where}. {hint}{remedy}".rstrip())


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
    operations: Sequence[SelectableT], wanted: Sequence[str], where: str = ""
) -> tuple[SelectableT, ...]:
    """Return the operations and webhooks that the selectors match; all if there are none.

    Their order is kept. Selectors are ``pets_list``, ``pets_*``, ``GET /pets/{id}``, ``/pets*``,
    ``tag:pets``, ``method:get``, ``webhook pet.sold``; ``*`` matches any text. A selector that
    begins with ``!`` excludes operations, if there are any: a slice has no longer those that it
    excludes. With ``where``, the operations' origin in messages, raises :class:`NoSuchOperation`
    for another selector that matches nothing, :class:`UsageError` if all are excluded.
    """
    plus, minus = _divided(wanted)
    kept = {id(op) for op in operations} if not plus else set[int]()
    for selector in plus:
        hits = matches(operations, selector)
        if where and not hits:
            raise NoSuchOperation(selector, where, near_names(operations, selector))
        kept |= {id(op) for op in hits}
    kept -= {id(op) for selector in minus for op in matches(operations, selector)}
    result = tuple(op for op in operations if id(op) in kept)
    if where and not result:
        raise UsageError(f"the selectors exclude every operation of {where}. Remove one with '!'.")
    return result


def _divided(wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the selectors that take operations, and those that exclude some, without ``!``."""
    plus = [selector for selector in wanted if not selector.startswith("!")]
    return plus, [selector[1:].strip() for selector in wanted if selector.startswith("!")]


def matches(operations: Sequence[SelectableT], selector: str) -> list[SelectableT]:
    """Return the operations that one selector, without ``!``, matches."""
    exact = [op for op in operations if selector in op.spellings]
    if exact:
        return exact
    glob = _glob(selector)
    return [op for op in operations if any(glob.fullmatch(name) for name in _names(op))]


def _names(op: Selectable) -> list[str]:
    """Return the texts of an operation, or of a webhook, that selectors may match."""
    if op.spellings[1].startswith(WEBHOOK):
        return [op.spellings[1]]
    return [
        *filter(None, op.spellings),
        op.path,
        f"path:{op.path}",
        f"method:{op.method.lower()}",
        f"method:{op.verb}",
        *(f"tag:{tag}" for tag in op.tags),
    ]


def selects_webhook(wanted: Sequence[str], name: str) -> bool:
    """Return whether selectors take a webhook; without any that takes something, all are taken."""
    plus, minus = (
        [_glob(selector).fullmatch(f"{WEBHOOK}{name}") for selector in each]
        for each in _divided(wanted)
    )
    return (not plus or any(plus)) and not any(minus)


def _glob(selector: str) -> re.Pattern[str]:
    """Return the pattern of a selector, which takes each text as far to the left as it can be."""
    first, *rest = map(re.escape, selector.split("*"))
    middle = "".join(f"(?>.*?{text})" for text in rest[:-1] if text)
    return re.compile(first + middle + "".join(f".*{text}" for text in rest[-1:]), re.DOTALL)


def near_names(found: Sequence[Selectable], selector: str, similarity: float = 0.5) -> list[str]:
    """Return up to three names that are similar to a selector, by a ratio from 0 to 1."""
    names = {name.lower(): name for op in found for name in _names(op)}
    near = close_names(selector.lower(), names, 3, similarity)
    return [names[key] for key in near]
