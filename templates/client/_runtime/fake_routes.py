"""Routes of the fake to paths with a query or a server of their own, or with slashes in values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from .fake import Route
from .operation import Operation


class FullRoute(Route):
    """The requests for one operation of any description."""

    def __init__(self, operation: Operation[Any], prefix: str) -> None:
        super().__init__(operation, prefix)
        query = operation.path.partition("?")[2]
        every: Sequence[Any] = operation.parameters
        self._server = urlsplit(operation.server).path.rstrip("/")
        self._query = set[str]() if "{" in query else {*query.split("&")} - {""}
        self._in_query = {each.wire for each in every if getattr(each, "place", "") == "query"}
        wide = {each.wire for each in every if getattr(each, "reserved", False)}
        # The values of wide parameters may have slashes, or be empty.
        self._is_wide = [name in wide or (not name and bool(wide)) for name in self.names]
        self._wide = self._is_wide.index(True) if True in self._is_wide else len(self.names)
        self._slashes = "".join(self.texts[: self._wide + 1]).count("/")
        """Those in front of the first wide parameter."""

    def match_request(self, method: str, path: str, query: str) -> dict[str, str] | None:
        names = {unquote(part.partition("=")[0]) for part in query.split("&")}
        missing = {unquote(part.partition("=")[0]) for part in self.replaced(query)}
        if missing - (names & self._in_query):
            return None
        if self.operation.server and path.startswith(self._server):
            path = self.prefix + path.removeprefix(self._server)
        return super().match_request(method, path, query)

    def replaced(self, query: str) -> set[str]:
        return self._query.difference(query.split("&"))

    def latest_start(self, index: int, path: str, end: int) -> int:
        latest = end if self._is_wide[index] else end - 1
        if index != self._wide:
            return latest
        segment_end = -1  # that of the segment in which the first wide parameter begins
        for _ in range(self._slashes + 1):
            segment_end = path.find("/", segment_end + 1)
            if segment_end < 0:
                return latest
        return min(latest, segment_end)

    def takes_value(self, index: int, value: str) -> bool:
        return self._is_wide[index] or super().takes_value(index, value)
