"""The words that the keys of inline schemas have for what is around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ....document.tree import MappingNode, Value

_NAMED = ("properties", "enum", "oneOf", "anyOf", "allOf")


def response_word(status: str, responses: Iterable[str]) -> str:
    """Return the word for a response: the only success needs no status."""
    successes = [response for response in responses if response.startswith("2")]
    return "response" if [status] == successes else f"response.{status}"


def media_type_words(content: Mapping[str, Value]) -> dict[str, str]:
    """Return the word for each media type; empty if their inline schemas are equal."""
    schemas = [media.get("schema") for media in content.values() if isinstance(media, MappingNode)]
    inline = [schema for schema in schemas if _is_inline(schema)]
    differ = any(schema != inline[0] for schema in inline)
    return {key: _subtype(key.strip()) if differ else "" for key in content}


def _is_inline(schema: Value) -> bool:
    """Return whether a schema may become a class that is named for its place."""
    scalars = ("string", "number", "integer", "boolean", None)
    return (
        isinstance(schema, MappingNode)
        and "$ref" not in schema
        and (schema.get("type") not in scalars or any(key in schema for key in _NAMED))
    )


def _subtype(media_type: str) -> str:
    """Return the part of a media type that tells a body apart: ``json``, ``form-data``."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare.rpartition("/")[2].removeprefix("x-") if bare != "*/*" else "any"
