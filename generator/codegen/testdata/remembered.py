"""The resources that the fake server remembers: those that paths and schemas tell by themselves.

An item's path is that of its collection and a parameter. POST on the collection and GET on the item
answer with one object, and a member of it is the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...reading.openapi.examples.check import Examples
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.messages import MediaType
from ...reading.openapi.model.path_templates import names_in, wire_path
from ...reading.openapi.model.schemas import MISSING, Json, Schema
from ..ir.operations import Answer, ClientOperation
from ..ir.remembered import RememberedCall, RememberedList, RememberedResource
from ..ir.types import Text

_WHOLE_SEGMENTS = re.compile(r"(/([^{}/?#]+|\{\}))+")
"""A path whose parameters are whole segments."""
_ROLES = {"GET": "get", "PUT": "replace", "PATCH": "merge", "DELETE": "remove"}
_FORMATS = ("{}", "{:06}", "{:08}", "{:012}", "{:024x}", "{:032x}")
_UUID = "00000000-0000-4000-8000-{:012x}"
_TRIED_IDS = (1, 25, 9_999)
_COUNT = re.compile(r"total|count", re.IGNORECASE)
_Operations = Mapping[tuple[str, str], ClientOperation]
"""The operations by method, and by path without the names of parameters."""


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids that the fake gives; ``format`` is empty if none fits."""

    format: str
    is_number: bool = False
    first: int = 1


def find_remembered(
    document: Document, operations: Sequence[ClientOperation]
) -> tuple[RememberedResource, ...]:
    """Return the resources that the fake remembers."""
    finder = _Finder(document)
    servers: dict[str, dict[tuple[str, str], ClientOperation]] = {}
    for operation in operations:
        path = wire_path(operation.path.value).rstrip("/")
        if _WHOLE_SEGMENTS.fullmatch(path):
            by_path = servers.setdefault(operation.server.value, {})
            by_path.setdefault((operation.method, path), operation)
    resources: list[RememberedResource] = []
    for by_path in servers.values():
        for method, path in by_path:
            if method == "GET" and path.endswith("/{}"):
                resource = finder.resource(path, by_path)
                if resource is not None:
                    resources.append(resource)
    return tuple(resources)


class _Finder:
    """The builder of the resources of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.examples = Examples(document)

    def resource(self, path: str, operations: _Operations) -> RememberedResource | None:
        """Return the resource with the path of an item; None if it isn't one."""
        get = operations["GET", path]
        collection = path.removesuffix("/{}")
        create = operations.get(("POST", collection))
        if create is None or not self._takes_object(create):
            return None
        item, created = self._item(get), self._item(create)
        if item is None or created is None or not self._is_same(item, created):
            return None
        names = names_in(get.path.value)
        id_name = _id_name(names[-1], item)
        if id_name is None:
            return None
        properties = item.properties or {}
        accepted = self._accepted(item, create)
        ids = self._ids(properties[id_name], self._parameter(get, names[-1]))
        if not ids.format and id_name not in accepted:
            return None
        filled = self._filled(item, self._sent_properties(create) or {})
        filled.pop(id_name, None)
        parents: dict[str, int] = {}
        for index, name in enumerate(names[:-1]):
            if name in properties and name != id_name:
                parents[name] = index
                filled.setdefault(name, self._value(properties[name]))
        listed = operations.get(("GET", collection))
        form = None
        if listed is not None:
            form = self._list(listed, item)
        calls = [self._call("create", create, item)]
        if listed is not None and form is not None:
            calls.append(self._call("list", listed, None))
        for method, role in _ROLES.items():
            operation = operations.get((method, path))
            if operation is not None:
                calls.append(self._call(role, operation, item))
        return RememberedResource(
            path=get.path,
            id=Text(id_name),
            id_format=Text(ids.format),
            id_is_number=ids.is_number,
            first_id=ids.first,
            filled=filled,
            accepted=tuple(accepted),
            parents=parents,
            listed=form,
            calls=tuple(calls),
        )

    # ── schemas ──────────────────────────────────────────────────────────────────────────────────

    def _item(self, operation: ClientOperation) -> Schema | None:
        """Return the object that an operation answers with; None without one."""
        schema = self._answer(operation)
        if schema is None or not schema.properties:
            return None
        return schema

    def _answer(self, operation: ClientOperation) -> Schema | None:
        """Return the schema of a success that is JSON by default."""
        answer = _json_answer(operation)
        if answer is None:
            return None
        return self._resolved(answer.origin)

    def _resolved(self, media: MediaType | None) -> Schema | None:
        if media is None or media.schema is None:
            return None
        return self.document.resolve(media.schema)

    def _sent(self, operation: ClientOperation) -> Schema | None:
        """Return the schema of a body of JSON."""
        for body in operation.bodies:
            if body.codec == "json":
                return self._resolved(body.origin)
        return None

    def _sent_properties(self, operation: ClientOperation) -> Mapping[str, Schema] | None:
        """Return the properties of a body; None where the description has none."""
        sent = self._sent(operation)
        if sent is None:
            return None
        return sent.properties

    def _takes_object(self, operation: ClientOperation) -> bool:
        """Return whether a request has an object as JSON, or no body."""
        if not operation.bodies:
            return True
        sent = self._sent(operation)
        return sent is not None and "object" in self.document.kinds(sent)

    def _is_same(self, one: Schema, other: Schema) -> bool:
        """Return whether schemas are one, or have members with the same names and JSON types."""
        if one is other:
            return True
        members, others = one.properties or {}, other.properties or {}
        if not members or members.keys() != others.keys():
            return False
        return all(self._has_same_type(members[name], others[name]) for name in members)

    def _has_same_type(self, one: Schema, other: Schema) -> bool:
        """Return whether a value of one schema has a type of the other, in lists, too."""
        first, second = self.document.resolve(one), self.document.resolve(other)
        if self.document.kinds(first).isdisjoint(self.document.kinds(second)):
            return False
        if first.items is not None and second.items is not None:
            return self._has_same_type(first.items, second.items)
        return True

    def _accepted(self, item: Schema, create: ClientOperation) -> list[str]:
        """Return the members of an item that are as a request has them."""
        known = self._sent_properties(create)
        accepted: list[str] = []
        for name, schema in (item.properties or {}).items():
            if self._is(schema, "read_only") or self._is(schema, "write_only"):
                continue
            if known is None or (name in known and self._has_same_type(known[name], schema)):
                accepted.append(name)
        return accepted

    def _is(self, schema: Schema, mark: str) -> bool:
        """Return whether a property has a mark, there or at the component that it refers to."""
        return bool(getattr(schema, mark) or getattr(self.document.resolve(schema), mark))

    # ── values ───────────────────────────────────────────────────────────────────────────────────

    def _filled(self, item: Schema, sent: Mapping[str, Schema]) -> dict[str, Json]:
        """Return defaults, and values of members that are required or only in responses."""
        members: dict[str, Json] = {}
        example = self._value(item)
        if isinstance(example, dict):
            members = example
        filled: dict[str, Json] = {}
        for name, schema in (item.properties or {}).items():
            if self._is(schema, "write_only"):
                continue
            default = self._default(sent.get(name), schema)
            if default:
                filled[name] = default[0]
            elif name in item.required or self._is(schema, "read_only"):
                if self._is(schema, "nullable"):
                    filled[name] = None
                elif name in members:
                    filled[name] = members[name]
                else:
                    filled[name] = self._value(schema)
        return filled

    def _default(self, *schemas: Schema | None) -> list[Json]:
        """Return the first default that satisfies its schema, alone in a list; else none."""
        for schema in schemas:
            if schema is None:
                continue
            for owner in (schema, self.document.resolve(schema)):
                value = owner.default
                if value is not MISSING and self.examples.fault(value, schema) is None:
                    return [value]
        return []

    def _value(self, schema: Schema) -> Json:
        """Return a value of a schema; None if none was found."""
        try:
            return self.examples.make(schema, without="writeOnly")
        except LookupError:
            return None

    def _parameter(self, operation: ClientOperation, name: str) -> Schema | None:
        for parameter in operation.parameters:
            if parameter.place == "path" and parameter.wire == name:
                return parameter.origin.schema
        return None

    def _ids(self, member: Schema, parameter: Schema | None) -> _Ids:
        """Return ids that the member and the parameter of the path may have."""
        kinds = self.document.kinds(member)
        if "string" not in kinds:
            least = self.document.resolve(member).minimum or 1
            first = max(1, int(least))
            is_number = bool(kinds & {"integer", "number"})
            if is_number and self._fits(first, member, parameter):
                return _Ids("{}", is_number, first)
            return _Ids("")
        formats = [*_FORMATS, _UUID]
        example = self._value(member)
        if isinstance(example, str):
            plain = example.replace("{", "").replace("}", "")
            formats += [f"{plain[:-digits]}{{:0{digits}}}" for digits in (6, 4)]
        for id_format in formats:
            if self._takes_ids(id_format, member, parameter):
                return _Ids(id_format)
        return _Ids("")

    def _takes_ids(self, id_format: str, member: Schema, parameter: Schema | None) -> bool:
        """Return whether ids of a format are valid."""
        for number in _TRIED_IDS:
            if not self._fits(id_format.format(number), member, parameter):
                return False
        return True

    def _fits(self, value: str | int, member: Schema, parameter: Schema | None) -> bool:
        if self.examples.fault(value, member) is not None:
            return False
        if parameter is None:
            return True
        forms: list[Json] = [str(value)]
        if str(value).isdigit():
            forms.append(int(value))
        return any(self.examples.fault(form, parameter) is None for form in forms)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────

    def _list(self, operation: ClientOperation, item: Schema) -> RememberedList | None:
        """Return the form of a list of items; None if an operation answers with another thing."""
        schema = self._answer(operation)
        if schema is None:
            return None
        page, first_page = _page_parameter(operation)
        if self._has_items(schema, item):
            return RememberedList(Text(""), {}, (), Text(page), first_page)
        members = schema.properties or {}
        lists: list[str] = []
        counts: list[str] = []
        for name, member in members.items():
            if self._has_items(member, item):
                lists.append(name)
            if _COUNT.search(name) and "integer" in self.document.kinds(member):
                counts.append(name)
        if len(lists) != 1:
            return None
        envelope = self._envelope(schema, (*lists, *counts))
        return RememberedList(Text(lists[0]), envelope, tuple(counts), Text(page), first_page)

    def _has_items(self, schema: Schema, item: Schema) -> bool:
        items = self.document.resolve(schema).items
        return items is not None and self._is_same(self.document.resolve(items), item)

    def _envelope(self, schema: Schema, others: Sequence[str]) -> dict[str, Json]:
        """Return the required members beside the items, those of a list without another page."""
        envelope: dict[str, Json] = {}
        for name, member in (schema.properties or {}).items():
            if name in schema.required and name not in others:
                envelope[name] = self._last_page_value(member)
        return envelope

    def _last_page_value(self, schema: Schema) -> Json:
        """Return null, false or an empty text where a schema has it, or else its example."""
        empty: tuple[Json, ...] = (None, False, "")
        for value in empty:
            if self.examples.fault(value, schema) is None:
                return value
        target = self.document.resolve(schema)
        if target.properties:
            value = self._envelope(target, ())
            if self.examples.fault(value, schema) is None:
                return value
        return self._value(schema)

    def _call(self, role: str, operation: ClientOperation, item: Schema | None) -> RememberedCall:
        """Return an operation with its answers; without ``item`` it answers with a list."""
        answer, schema = _json_answer(operation), self._answer(operation)
        media_type, status = "", 200
        if answer is not None and schema is not None:
            if item is None or self._is_same(schema, item):
                media_type = answer.media_type
            if answer.status.isdigit():
                status = int(answer.status)
        missing_media_type, missing_body = "", None
        if role not in ("create", "list"):
            missing_media_type, missing_body = self._missing(operation)
        return RememberedCall(
            role=role,
            script=str(operation.constant).lower(),
            status=status,
            media_type=Text(_concrete(media_type)),
            missing_body=missing_body,
            missing_media_type=Text(_concrete(missing_media_type)),
        )

    def _missing(self, operation: ClientOperation) -> tuple[str, Json]:
        """Return the media type and the body of the described answer for a missing item."""
        for status in ("404", "4XX", "default"):
            for error in operation.errors:
                answer = error.each[0]
                if error.status != status or answer.codec != "json" or answer.origin is None:
                    continue
                body = next(self._error_bodies(answer.origin), None)
                if body is not None:
                    return answer.media_type, body
        return "", None

    def _error_bodies(self, media: MediaType) -> Iterator[Json]:
        """Yield the examples of a body, then a generated one."""
        if media.schema is None:
            return
        for example in media.examples.values():
            if self.examples.fault(example.value, media.schema) is None:
                yield example.value
        yield self._value(media.schema)


def _json_answer(operation: ClientOperation) -> Answer | None:
    """Return the first success with a body, if JSON is its default."""
    for answer in operation.answers:
        default = answer.each[0]
        if default.codec != "none":
            if default.codec == "json":
                return default
            break
    return None


def _id_name(parameter: str, item: Schema) -> str | None:
    """Return the member that has the value of the last parameter of a path."""
    members = item.properties or {}
    if parameter in members:
        return parameter
    loose = _loose(parameter)
    for name in members:
        if _loose(name) == loose:
            return name
    if "id" in members and loose.endswith("id"):
        return "id"
    return None


def _loose(name: str) -> str:
    """Return a name without what styles of writing differ in."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _page_parameter(operation: ClientOperation) -> tuple[str, str]:
    """Return the parameter that asks for another page, and its value for the first one."""
    pages = operation.pages
    if pages is None:
        return "", ""
    first = ""
    if pages.style == "offset":
        first = "0"
    elif pages.style == "page":
        first = str(pages.start)
    for parameter in operation.parameters:
        if parameter.name == pages.parameter:
            return parameter.wire, first
    return "", ""


def _concrete(media_type: str) -> str:
    """Return a media type that isn't a range."""
    if "*" in media_type:
        return "application/json"
    return media_type
