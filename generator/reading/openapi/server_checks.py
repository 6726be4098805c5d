"""Warnings about what the server alone checks, and the keywords of a schema that it checks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import cast

from ...base.errors import Findings, Located, Problem
from .model.schemas import Json, Schema

SENT, RECEIVED = "?sent", "?received"


class ServerChecks:
    """The warnings of what the server alone checks, which are for values that callers send.

    A component may be made for a response and be sent by a later operation, so what uses what is
    recorded until everything is read.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._owner = SENT
        self._uses: dict[str, set[str]] = {}
        """The components that a component, or a direction, refers to."""
        self._warnings: dict[Problem, set[str]] = {}
        """Each warning with the components, or directions, in which its schema is."""

    @contextmanager
    def within(self, owner: str) -> Generator[None]:
        """Read what belongs to a component, or is sent or received."""
        before, self._owner = self._owner, owner
        try:
            yield
        finally:
            self._owner = before

    def use(self, key: str) -> None:
        """Record that what is read refers to a component."""
        self._uses.setdefault(self._owner, set()).add(key)

    def warn(
        self,
        where: Located,
        fact: str,
        remedy: str = "Validate such values before the call.",
    ) -> None:
        """Warn of what the server alone checks."""
        problem = self._findings.warn("server-checked", where, fact, remedy)
        self._warnings.setdefault(problem, set()).add(self._owner)

    def settle(self) -> None:
        """Withdraw the warnings about values that are only received."""
        sent, todo = set[str](), [SENT]
        while todo:
            owner = todo.pop()
            if owner not in sent:
                sent.add(owner)
                todo += self._uses.get(owner, ())
        self._findings.withdraw(p for p, owners in self._warnings.items() if not owners & sent)


class ServerChecked(dict[str, Json]):
    """The keywords of several schemas."""

    __slots__ = ("texts",)

    def __init__(self, members: Mapping[str, Json]) -> None:
        super().__init__(members)
        self.texts: list[str] = []
        """The parts of ``allOf`` as text, in order."""


def with_server_checked(schema: Schema, keywords: Mapping[str, Json]) -> Schema:
    """Return a schema with more keywords that the server alone checks."""
    joined = join_server_checked(schema.server_checked, keywords)
    return schema.replace(server_checked=joined) if keywords else schema


def join_server_checked(left: Mapping[str, Json], right: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the keywords of both; of one that both have, the left value is put into ``allOf``."""
    if not left or not right:
        return left or right
    result, parts = ServerChecked({**left, **right}), list[Json]()
    more = [*_parts(right)]
    if isinstance(left, ServerChecked) and left.texts:  # one more part of many
        parts, result.texts = [*_parts(left)], [*left.texts]
    else:
        more = [*_parts(left), *more]
    more += [
        {key: value}
        for key, value in left.items()
        if key != "allOf" and key in right and right[key] != value
    ]
    for part in more:
        text = str(part)
        index = bisect_left(result.texts, text)
        if result.texts[index : index + 1] != [text]:
            result.texts.insert(index, text)
            parts.insert(index, part)
    if parts:
        result["allOf"] = parts
    return result


def _parts(keywords: Mapping[str, Json]) -> list[Json]:
    return cast("list[Json]", keywords.get("allOf", []))
