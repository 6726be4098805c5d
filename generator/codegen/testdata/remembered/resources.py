"""The search for resources that the fake server remembers.

An item's path is that of its collection and a parameter. POST on the collection and GET on the item
answer with one object, and a member of it is the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ....reading.openapi.model.document import Document
from ....reading.openapi.model.path_templates import names_in, wire_path
from ....reading.openapi.model.schemas import Json, Schema
from ...ir.operations import ClientOperation
from ...ir.remembered import RememberedCall, RememberedList, RememberedResource
from ...ir.types import Text
from .calls import build_call
from .ids import find_id_member, find_ids
from .lists import find_list
from .schemas import ItemSchemas
from .values import ItemValues

_WHOLE_SEGMENTS = re.compile(r"(/([^{}/?#]+|\{\}))+")
"""A path whose parameters are whole segments."""
_ROLES = {"GET": "get", "PUT": "replace", "PATCH": "merge", "DELETE": "remove"}
_Operations = Mapping[tuple[str, str], ClientOperation]
"""The operations by method, and by path without the names of parameters."""


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
        self.schemas = ItemSchemas(document)
        self.values = ItemValues(self.schemas)

    def resource(self, path: str, operations: _Operations) -> RememberedResource | None:
        """Return the resource with the path of an item; None if it isn't one."""
        get = operations["GET", path]
        create = operations.get(("POST", path.removesuffix("/{}")))
        if create is None:
            return None
        item = self._item(get, create)
        if item is None:
            return None
        names = names_in(get.path.value)
        id_name = find_id_member(names[-1], item)
        if id_name is None:
            return None
        accepted = self.schemas.accepted(item, create)
        members = item.properties or {}
        ids = find_ids(self.values, members[id_name], _path_parameter(get, names[-1]))
        if not ids.format and id_name not in accepted:
            return None
        filled = self.values.filled(item, self.schemas.sent_properties(create) or {})
        filled.pop(id_name, None)
        parents = self._parents(item, names[:-1], id_name, filled)
        listed, calls = self._calls(path, operations, item)
        return RememberedResource(
            path=get.path,
            id=Text(id_name),
            id_format=Text(ids.format),
            id_is_number=ids.is_number,
            first_id=ids.first,
            filled=filled,
            accepted=tuple(accepted),
            parents=parents,
            listed=listed,
            calls=tuple(calls),
        )

    def _item(self, get: ClientOperation, create: ClientOperation) -> Schema | None:
        """Return the object that GET and POST answer with; None if there isn't one."""
        if not self.schemas.takes_object(create):
            return None
        item, created = self.schemas.item(get), self.schemas.item(create)
        if item is None or created is None or not self.schemas.is_same(item, created):
            return None
        return item

    def _parents(
        self, item: Schema, names: Sequence[str], id_name: str, filled: dict[str, Json]
    ) -> dict[str, int]:
        """Return members that parameters of the path have, with their indexes there; fill them."""
        members = item.properties or {}
        parents: dict[str, int] = {}
        for index, name in enumerate(names):
            if name in members and name != id_name:
                parents[name] = index
                filled.setdefault(name, self.values.value(members[name]))
        return parents

    def _calls(
        self, path: str, operations: _Operations, item: Schema
    ) -> tuple[RememberedList | None, list[RememberedCall]]:
        """Return the form of the list of a resource, if it has one, and its operations."""
        collection = path.removesuffix("/{}")
        calls = [build_call(self.values, "create", operations["POST", collection], item)]
        form = None
        listed = operations.get(("GET", collection))
        if listed is not None:
            form = find_list(self.values, listed, item)
            if form is not None:
                calls.append(build_call(self.values, "list", listed, None))
        for method, role in _ROLES.items():
            operation = operations.get((method, path))
            if operation is None:
                continue
            if role not in ("replace", "merge") or self.schemas.takes_object(operation):
                calls.append(build_call(self.values, role, operation, item))
        return form, calls


def _path_parameter(operation: ClientOperation, name: str) -> Schema | None:
    """Return the schema of a parameter of the path."""
    for parameter in operation.parameters:
        if parameter.place == "path" and parameter.wire == name:
            return parameter.origin.schema
    return None
