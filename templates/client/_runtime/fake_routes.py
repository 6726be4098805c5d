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
        self._wide = {each.wire for each in every if getattr(each, "reserved", False)}
        """The parameters whose values may have slashes, or be empty."""
        if self._wide:
            self._wide.add("")

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

    def value_pattern(self, index: int) -> str:
        wide = [index for index, name in enumerate(self.names) if name in self._wide]
        if index not in wide:
            return super().value_pattern(index)
        if index != wide[0]:
            return ".*?"
        # It begins in the segment of the path in which it is described.
        slashes = "".join(self.texts[: index + 1]).count("/")
        return rf"(?>(?:.*/(?=[^/]*+(?:/[^/]*+){{{slashes}}}\Z))?).*?"
