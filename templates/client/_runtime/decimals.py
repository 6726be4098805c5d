"""Numbers with all their digits, whose JSON pydantic alone reads exactly only in part."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, Strict

from .exact import DIGITS, INTEGERS
from .formats import Decimal  # with which the texts are known that pydantic reads exactly


class _Native:
    """Marks a decimal that pydantic alone reads in JSON, where no function is called."""

    def __get_pydantic_core_schema__(self, source_type: Any, handler: GetCoreSchemaHandler) -> Any:
        strict: Any = Annotated[source_type, Strict()]
        either = strict | Annotated[source_type, INTEGERS]
        return handler.generate_schema(Annotated[either, Field(union_mode="left_to_right")])


DecimalNumber = Annotated[Decimal, _Native(), DIGITS]
"""A number with all its digits; a decimal alone is a text."""
