"""The operations that a path with unknown parts may lead to.

A part that isn't known may be several segments: ``/repos/{name}/tags`` with ``octocat/hello``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from ....reading.document.operations import OperationNode
from ....reading.openapi.model.path_templates import split_path
from .urls import HOLE, PartialUrl

_VARIABLE = re.compile(r"\{[^{}]*\}")
_LONGEST_END = 50
"""The last segments of a path that are looked for below a base URL that isn't known."""
_MOST_MORE = 2
"""The segments that are in one part of a path beside the first one."""
_Template: TypeAlias = tuple[OperationNode, list[str]]


class CandidateFinder:
    """Finds all operations that a path may lead to, by its segments."""

    def __init__(self, operations: Iterable[OperationNode], prefixes: Sequence[str]) -> None:
        self.prefixes = [prefix.strip("/").split("/") for prefix in prefixes]
        self._by_length: dict[int, list[_Template]] = {}
        self._by_start: dict[tuple[int, str], list[_Template]] = {}
        """Those of a length by their first segments."""
        self._by_end: dict[tuple[str, ...], list[_Template]] = {}
        """Those of a method by the last segments of their paths, with holes for variables."""
        self._positions: dict[OperationNode, int] = {}
        self._words = set[str]()
        """The segments that aren't variables."""
        for operation in operations:
            segments = split_path(operation.path)[0].strip("/").split("/")
            self._words.update(segments)
            self._add(operation, segments)

    def _add(self, operation: OperationNode, segments: list[str]) -> None:
        """Record an operation by the parts of its path."""
        template = operation, segments
        plain = [*map(_plain, segments)]
        self._positions[operation] = len(self._positions)
        self._by_length.setdefault(len(segments), []).append(template)
        self._by_start.setdefault((len(segments), plain[0]), []).append(template)
        for start in range(max(0, len(segments) - _LONGEST_END), len(segments) + 1):
            self._by_end.setdefault((operation.verb, *plain[start:]), []).append(template)

    def _templates(self, length: int, segments: Sequence[str]) -> Iterable[_Template]:
        """Return the operations of a length whose first segment may be that of a call."""
        if not segments or HOLE in segments[0]:
            return self._by_length.get(length, ())
        own = self._by_start.get((length, segments[0]), ())
        return sorted([*own, *self._by_start.get((length, HOLE), ())], key=self._position)

    def _position(self, template: _Template) -> int:
        """Return the position of an operation in the description."""
        return self._positions[template[0]]

    def find(self, method: str, segments: Sequence[str]) -> list[OperationNode]:
        """Return the operations; with an empty method those of all methods."""
        results: dict[OperationNode, None] = {}
        for below in self.below_prefixes(segments):
            matchers = [*map(_SegmentMatcher, below)]
            for operation, described in self._templates(len(below), below):
                if method in ("", operation.verb) and _fit(matchers, described):
                    results[operation] = None
        return [*results]

    def wider(self, method: str, segments: Sequence[str]) -> list[OperationNode]:
        """Return the operations whose paths have every segment that is known as it is, and several
        variables for a segment that isn't known; those with the fewest variables.
        """
        while segments:
            for more in range(1, _MOST_MORE + 1):
                results = self._wider(method, segments, more)
                if results:
                    return results
            if segments[0] != HOLE:  # which may be a prefix
                break
            segments = segments[1:]
        return []

    def _wider(self, method: str, segments: Sequence[str], more: int) -> list[OperationNode]:
        results: dict[OperationNode, None] = {}
        for below in self.below_prefixes(segments):
            for operation, described in self._templates(len(below) + more, below):
                if operation.verb == method and _widens(below, described):
                    results[operation] = None
        return [*results]

    def are_doubtful(self, segments: Sequence[str], operations: Sequence[OperationNode]) -> bool:
        """Return whether a value of a variable is one that the description has as a segment of
        other paths, after a part that isn't known.
        """
        for operation in operations:
            described = split_path(operation.path)[0].strip("/").split("/")
            for below in self.below_prefixes(segments):
                if len(below) == len(described) and self._is_doubtful(below, described):
                    return True
        return False

    def _is_doubtful(self, below: Sequence[str], described: Sequence[str]) -> bool:
        is_after_hole = False
        for segment, template in zip(below, described, strict=True):
            if is_after_hole and "{" in template and segment in self._words:
                return True
            is_after_hole = is_after_hole or segment == HOLE
        return False

    def bases(
        self, method: str, segments: Sequence[str]
    ) -> Iterator[tuple[tuple[str, ...], OperationNode]]:
        """Yield the operations whose paths end as a path does, each with the segments before."""
        if segments and {*segments} == {HOLE}:
            return
        for operation, described in self._by_end.get((method, *segments), ()):
            yield tuple(described[: len(described) - len(segments)]), operation

    def with_prefix(self, url: PartialUrl) -> PartialUrl:
        """Return a URL with the prefix of a server that its path may begin with: ``/v1`` for
        ``/v{version}``.
        """
        segments = url.segments
        for prefix in self.prefixes:
            start = segments[: len(prefix)]
            if len(start) == len(prefix) and start != prefix and all(map(_may_be, start, prefix)):
                path = "/".join(["", *prefix, *segments[len(prefix) :]])
                return replace(url, path=path)
        return url

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


def _plain(segment: str) -> str:
    """Return a segment of a described path, or the hole for one with a variable."""
    if "{" in segment:
        return HOLE
    return segment


def _fit(matchers: Sequence[_SegmentMatcher], described: Sequence[str]) -> bool:
    for matcher, segment in zip(matchers, described, strict=True):
        if not matcher.may_be(segment):
            return False
    return True


def _may_be(segment: str, text: str) -> bool:
    """Return whether a segment of which a part is known may be a text."""
    return segment != HOLE and _SegmentMatcher(segment).may_be(text)


def _widens(segments: Sequence[str], described: Sequence[str]) -> bool:
    """Return whether a path may be a described one of more segments."""
    if not segments or not described:
        return not segments and not described
    first, *others = segments
    if first != HOLE:
        return first == described[0] and _widens(others, described[1:])
    more = len(described) - len(segments)
    for count in range(1, more + 2):
        variables = described[:count]
        if all("{" in variable for variable in variables) and _widens(others, described[count:]):
            return True
    return False
