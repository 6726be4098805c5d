"""The values of discriminators: text in a mapping, the type of their property on the wire.

Source: OpenAPI 3.1.1 §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

from contextlib import suppress

from .model.document import Document
from .model.schemas import Discriminator, Schema


def tag_text(value: str | float) -> str:
    """Return a value of a discriminator's property as text, as a mapping has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else repr(value)


def typed_tag(
    document: Document, discriminator: Discriminator, text: str
) -> str | int | float | bool:
    """Return a value of a discriminator's mapping in the type that the property has."""
    # A branch may be a union itself.
    schema = next(document.leaves(document.schemas[discriminator.mapping[text]]))
    member = (schema.properties or {}).get(discriminator.property_name)
    return text if member is None else typed_text(document, member, text)


def typed_text(document: Document, member: Schema, text: str) -> str | int | float | bool:
    """Return a text as the value of a property that it is for."""
    for value in document.resolve(member).enum or ():
        if isinstance(value, str | int | float) and tag_text(value) == text:
            return value
    kinds = document.kinds(member)
    if "string" not in kinds and "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "string" not in kinds and {"integer", "number"} & kinds:
        with suppress(ValueError):  # a mapping may have any text
            return float(text) if "." in text else int(text)
    return text
