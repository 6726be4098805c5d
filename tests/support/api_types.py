"""Types of a public API in the form in which both of its readers tell them."""

from __future__ import annotations

import re

from generator.codegen.apidiff.api import Alternative, TypeExpression

COLLECTIONS = {"Sequence": "list", "Mapping": "dict"}


def as_told_by_ir(made: TypeExpression) -> TypeExpression:
    """Return a type as an IR tells it: any sequence is a list, and a body only its class.

    A typed dictionary is its class.
    """
    return TypeExpression(
        frozenset(
            Alternative(
                COLLECTIONS.get(one.name, re.sub(r"Param_*$", "", one.name)),
                tuple(map(as_told_by_ir, one.arguments)),
                one.literal,
            )
            for one in made.alternatives
            if one.name != "JsonObject"
        )
    )
