"""The operations that a path with unknown parts may lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ...document.operations import OperationNode
from ...openapi.model.path_templates import split_path
from .urls import HOLE

_VARIABLE = re.compile(r"\{[^{}]*\}")


class CandidateFinder:
    """Finds all operations that a path may lead to, by its segments."""

    def __init__(self, operations: Iterable[OperationNode], prefixes: Sequence[str]) -> None:
        self.prefixes = [prefix.strip("/").split("/") for prefix in prefixes]
        self._by_length: dict[int, list[tuple[OperationNode, list[str]]]] = {}
        for operation in operations:
            segments = split_path(operation.path)[0].strip("/").split("/")
            self._by_length.setdefault(len(segments), []).append((operation, segments))

    def find(self, method: str, segments: Sequence[str]) -> list[OperationNode]:
        """Return the operations; with an empty method those of all methods."""
        results: dict[OperationNode, None] = {}
        for below in self.below_prefixes(segments):
            matchers = [_SegmentMatcher(segment) for segment in below]
            for operation, described in self._by_length.get(len(below), ()):
                if method in ("", operation.verb) and _fit(matchers, described):
                    results[operation] = None
        return [*results]

    def below_prefixes(self, segments: Sequence[str]) -> Iterator[Sequence[str]]:
        """Yield segments, and those below the paths of servers that they begin with."""
        yield segments
        for prefix in self.prefixes:
            if [*segments[: len(prefix)]] == prefix:
                yield segments[len(prefix) :]


class _SegmentMatcher:
    """Compares a segment of a call with those of descriptions."""

    def __init__(self, segment: str) -> None:
        self.segment = segment
        self.is_whole = HOLE not in segment
        self.pattern = re.compile(".*".join(map(re.escape, segment.split(HOLE))))

    def may_be(self, described: str) -> bool:
        """Return whether the segment may be a described one."""
        if "{" in described:
            if not self.is_whole:
                return True
            texts = map(re.escape, _VARIABLE.split(described))
            return re.fullmatch(".+".join(texts), self.segment) is not None
        if self.is_whole:
            return described == self.segment
        return self.pattern.fullmatch(described) is not None


def _fit(matchers: Sequence[_SegmentMatcher], described: Sequence[str]) -> bool:
    for matcher, segment in zip(matchers, described, strict=True):
        if not matcher.may_be(segment):
            return False
    return True
