"""The places in a description that explain a change of the Python API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ...base.errors import Place
from ...base.immutable import immutable
from ...reading.document.places import place_of
from ...reading.document.tree import Location
from ...reading.openapi.model.document import Document, Operation
from .python_api import ClientApi, PythonChange


@immutable(slots=False)
class DescribedApi:
    """The parts of a description by their names in its client."""

    document: Document
    client: ClientApi | None

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The keys of components by the name of their class."""
        return {name: key for key, name in self.client.names.items()} if self.client else {}

    @cached_property
    def _headers(self) -> Mapping[str, Operation]:
        """The operations by the class of their answer's headers."""
        return {
            f"response_headers.{op.headers_name}": op.origin
            for op in (self.client.ir.operations if self.client else ())
            if op.headers_name
        }

    @cached_property
    def _operations(self) -> Mapping[str, Operation]:
        return {operation.label: operation for operation in reversed(self.document.operations)}

    def class_at(self, name: str, wire: str = "") -> Location | None:
        """Return the location of a class's schema, or of a property in it; None if unknown."""
        if name in self._headers:
            headers = (h for r in self._headers[name].responses.values() for h in r.headers.items())
            locations = (h.location for key, h in headers if key.lower() == wire.lower())
            return next(locations, self._headers[name].location)
        return self.schema_at(self.keys.get(name, ""), wire)

    def schema_at(self, key: str, wire: str = "") -> Location | None:
        """Return the location of a component, or of a property in it; None if it isn't there."""
        schema = self.document.schemas.get(key)
        if schema is None:
            return None
        core = self.document.resolve(schema)
        if core.property_names_at is not None and wire in (core.properties or {}):
            return core.property_names_at.at(wire)
        return schema.location

    def call_at(self, label: str, wire: str) -> Location | None:
        """Return the location of an operation, or of a part of it; None if it isn't there."""
        operation = self._operations.get(label)
        return None if operation is None else _part(operation, wire)

    def access_at(self) -> Location | None:
        """Return the location of the first security scheme or server; None without any."""
        parts = [*self.document.security_schemes.values(), *self.document.servers]
        return parts[0].location if parts else None


def _part(operation: Operation, wire: str) -> Location:
    place, _, name = wire.partition(":")
    if place == "result":
        return operation.location
    if place == "body" and operation.request_body is not None:
        return operation.request_body.location
    parameters = (p for p in operation.parameters if (p.in_, p.name) == (place, name))
    return next(parameters, operation).location


def python_places(
    change: PythonChange,
    old: DescribedApi,
    new: DescribedApi,
    components: Mapping[str, str],
    labels: Mapping[str, str],
) -> tuple[Place | None, Place | None]:
    """Return the places in the base and in the revision; None where nothing there has the name.

    ``components`` and ``labels`` lead from those of the base to those of the revision.
    """
    kind, owner, wire = change.key
    match kind:
        case "class":
            key = old.keys.get(owner, "")
            base = old.class_at(owner, wire)
            declared = change.change.new
            revision = new.class_at(declared.owner, declared.wire) if declared else None
            if revision is None and (wire or declared is not None):
                revision = new.schema_at(components.get(key, key)) or new.class_at(owner)
        case "call":
            base, revision = old.call_at(owner, wire), new.call_at(labels.get(owner, ""), wire)
        case _:
            base, revision = old.access_at(), new.access_at()
    return place_of(base) if base else None, place_of(revision) if revision else None
