"""The memory of the fake server: what requests made is in later answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import unquote

from .fake import FakeTransport, Reply, Script
from .http import httpx
from .numbers import NUMBER

_MISSING = Reply(404, "not found", {"content-type": "text/plain"})
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """An operation of a resource, and its answers."""

    role: str
    """create, get, list, replace, merge or remove."""
    script: str
    """The attribute of the fake."""
    status: int
    media_type: str
    """That of a body with the item or the list; empty where the answer is the example."""
    missing: Reply = _MISSING
    """The answer for an item that doesn't exist."""

    def reply(self, body: Any) -> Reply | None:
        """Return the answer with an item or a list; None if it has no such body."""
        if not self.media_type:
            return None
        return Reply(self.status, body, {"content-type": self.media_type})


@dataclass(frozen=True)
class Listing:
    """The form of an answer with all items of a collection."""

    member: str
    """The member with the items; empty if the answer is the array itself."""
    envelope: Mapping[str, Any]
    counts: Sequence[str]
    page: str
    """The parameter that asks for another page."""
    first_page: str

    def body(self, items: Sequence[Item], query: Mapping[str, str]) -> Any:
        """Return the answer, in which the first page has all items."""
        page = query.get(self.page, self.first_page) if self.page else self.first_page
        shown: Sequence[Item] = items if page == self.first_page else ()
        if not self.member:
            return shown
        counts = dict.fromkeys(self.counts, len(items))
        return {**self.envelope, **counts, self.member: shown}


@dataclass(frozen=True)
class Remembered:
    """A resource that the fake remembers."""

    path: str
    """The path of an item."""
    id: str
    """The member of an item that the last parameter of the path has."""
    id_format: str
    id_is_number: bool
    first_id: int
    filled: Mapping[str, Any]
    """The values of members that a request doesn't have."""
    accepted: Sequence[str]
    """The members that are as a request has them."""
    parents: Mapping[str, int]
    """Members with the value of a parameter of the path, and its index there."""
    listing: Listing | None
    calls: Sequence[Call]

    def __str__(self) -> str:
        names = ", ".join(call.script for call in self.calls)
        return f"{self.path}: {names}"


class _Collection:
    """The items of one resource, by the values in front of the id, and by the id."""

    def __init__(self, resource: Remembered) -> None:
        self._resource = resource
        self._items: dict[tuple[str, ...], dict[str, Item]] = {}
        self._next = resource.first_id
        self._lock = Lock()

    def answer(self, call: Call, request: httpx.Request, values: Sequence[str]) -> Reply | None:
        """Change the items as a request asks; return its answer, or None for the example.

        ``values`` are those in the path.
        """
        sent: Item = {}
        if call.role in ("create", "replace", "merge"):
            body = _object_in(request)
            if body is None:
                return None
            sent = body
        with self._lock:
            if call.role == "create":
                return call.reply(self._create(tuple(values), sent))
            if call.role == "list":
                return self._list(call, tuple(values), request.url.params)
            items = self._items.get(tuple(values[:-1]), {})
            key = values[-1]
            if key not in items:
                return call.missing
            if call.role == "remove":
                return call.reply(items.pop(key))
            if call.role != "get":
                items[key] = self._changed(items[key], sent, merges=call.role == "merge")
            return call.reply(items[key])

    def _create(self, parents: tuple[str, ...], sent: Item) -> Item:
        """Add an item, with the id of the request or a new one."""
        resource = self._resource
        items = self._items.setdefault(parents, {})
        item = {**resource.filled}
        for name, index in resource.parents.items():
            value = parents[index]
            is_number = isinstance(item[name], int) and value.isdecimal()
            item[name] = int(value) if is_number else value
        item |= self._accepted(sent)
        if item.get(resource.id) is None:
            item[resource.id] = self._new_id(items)
        items[str(item[resource.id])] = item
        return item

    def _new_id(self, items: Mapping[str, Item]) -> str | int:
        while True:
            number = self._next
            self._next += 1
            text = self._resource.id_format.format(number)
            if text not in items:
                return number if self._resource.id_is_number else text

    def _list(self, call: Call, parents: tuple[str, ...], query: Mapping[str, str]) -> Reply | None:
        listing = self._resource.listing
        if listing is None:
            return None
        items = [*self._items.get(parents, {}).values()]
        return call.reply(listing.body(items, query))

    def _changed(self, old: Item, sent: Item, *, merges: bool) -> Item:
        """Return an item after PUT or PATCH; its id and members of responses alone stay."""
        resource = self._resource
        changes = self._accepted(sent)
        changes.pop(resource.id, None)
        if merges:
            return {**resource.filled, **_merged(old, changes)}
        item = {**resource.filled}
        for name in old:
            if name not in resource.accepted or name in resource.parents:
                item[name] = old[name]
        return {**item, **changes, resource.id: old[resource.id]}

    def _accepted(self, sent: Item) -> dict[str, Any]:
        return {name: sent[name] for name in self._resource.accepted if name in sent}


class RememberingTransport(FakeTransport):
    """A fake that answers from collections, unless a test has scripted an answer."""

    _collections: Mapping[str, tuple[_Collection, Call]] = MappingProxyType({})
    """The collections by the scripts of their calls."""

    def _remember(self, resources: Sequence[Remembered]) -> Sequence[Remembered]:
        """Answer from collections for these resources; return them."""
        collections: dict[str, tuple[_Collection, Call]] = {}
        for resource in resources:
            collection = _Collection(resource)
            for call in resource.calls:
                collections[call.script] = collection, call
        self._collections = collections
        return resources

    def _reply(
        self, script: Script[Any, Any], request: httpx.Request, values: dict[str, str]
    ) -> httpx.Response:
        collection, call = self._collections.get(script.name, (None, None))
        is_scripted = bool(script._queue)  # pyright: ignore[reportPrivateUsage]
        if collection is None or call is None or is_scripted:
            return super()._reply(script, request, values)
        if _asks_for_another_type(request, script, call):
            return super()._reply(script, request, values)
        script.receive(request, values, strict=self._strict)
        answer = collection.answer(call, request, [unquote(value) for value in values.values()])
        return script.reply(request) if answer is None else answer.response()


def _asks_for_another_type(request: httpx.Request, script: Script[Any, Any], call: Call) -> bool:
    """Return whether the caller selected another media type than that of the memory."""
    accept = request.headers.get("accept", "")
    return bool(accept) and accept in script.examples and accept != call.media_type


def _object_in(request: httpx.Request) -> dict[str, Any] | None:
    """Return the object that a request has as JSON; an empty one without a body; None for others.

    Decimals keep their digits.
    """
    if not request.content:
        return {}
    if "json" not in request.headers.get("content-type", "").lower():
        return None
    try:
        body: Any = json.loads(request.content, parse_float=_exact)
    except ValueError:
        return None
    return cast("dict[str, Any]", body) if isinstance(body, dict) else None


def _exact(text: str) -> str:
    """Return a decimal as the text that becomes a number again."""
    return NUMBER + text


def _merged(old: Any, patch: Any) -> Any:
    """Return a value after a merge patch (RFC 7396 §2)."""
    if not isinstance(patch, dict):
        return patch
    result: dict[str, Any] = {**old} if isinstance(old, dict) else {}
    for name, value in cast("dict[str, Any]", patch).items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result
