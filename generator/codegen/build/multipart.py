"""Files in multipart bodies (OpenAPI 3.1.1 §4.8.14.3, RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterator

from ...openapi.model import Content, Document, Schema
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
        for parameter in operation.parameters:
            todo += parameter.schemas()
        if operation.request_body is not None:
            todo += _outside_multipart(operation.request_body.content)
        for response in operation.responses.values():
            todo += (schema for header in response.headers.values() for schema in header.schemas())
            if response.content is not None:
                todo += _outside_multipart(response.content)
    keys: set[str] = set()
    while todo:
        schema = todo.pop()
        if schema.ref:
            keys.add(schema.ref)
        todo += schema.subschemas()
    return keys


def _outside_multipart(content: Content) -> Iterator[Schema]:
    for name, media in content.media_types.items():
        is_form = name.startswith("multipart/")
        for schema in media.schemas():
            if not (is_form and schema is media.schema and not schema.nullable):
                yield schema
            else:
                yield from schema.subschemas()
