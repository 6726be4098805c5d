"""Files in multipart bodies (OpenAPI 3.1.1 §4.8.14.3, RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterator

from ...openapi.model import Content, Document, Operation, Schema
from ..ir import Array, File, Type


def is_file(schema: Schema) -> bool:
    """Return whether a part is a file or a list of files."""
    if schema.items is not None:
        return is_file(schema.items)
    is_media = schema.content_media_type is not None and schema.content_encoding is None
    if not schema.types:
        return is_media
    return "string" in schema.types and (schema.format == "binary" or is_media)


def file_type(schema: Schema) -> Type:
    """Return the type of a part that is a file or a list of files."""
    return Array(File()) if schema.items is not None else File()


def referenced_outside_multipart(document: Document) -> set[str]:
    """Return the keys of the components that are referred to outside of multipart bodies."""
    todo = list(document.schemas.values())
    for operation in document.operations:
        forms = {id(schema) for content in _bodies(operation) for schema in _forms(content)}
        for schema in operation.schemas():
            todo += schema.subschemas() if id(schema) in forms else [schema]
    keys: set[str] = set()
    while todo:
        schema = todo.pop()
        if schema.ref:
            keys.add(schema.ref)
        todo += schema.subschemas()
    return keys


def _bodies(operation: Operation) -> Iterator[Content]:
    for body in (operation.request_body, *operation.responses.values()):
        if body is not None and body.content is not None:
            yield body.content


def _forms(content: Content) -> Iterator[Schema]:
    for name, media in content.media_types.items():
        if name.startswith("multipart/") and media.schema and not media.schema.nullable:
            yield media.schema
