"""The words of a description about the statuses of errors."""

from __future__ import annotations

from http import HTTPStatus

from ...openapi.model.document import Operation
from ...printable import on_one_line
from ..ir.types import Text

_LONGEST = 200
"""The characters of such a text."""
_PHRASES = {str(int(status)): status.phrase for status in HTTPStatus}


def error_texts(operation: Operation) -> dict[str, Text]:
    """Return the descriptions of error statuses, but for those that repeat the phrase of HTTP.

    Those of ranges and of ``default`` are about no status of their own (OpenAPI 3.1.1 §4.8.16).
    """
    texts: dict[str, Text] = {}
    for status, response in operation.responses.items():
        words = " ".join(response.description.split()).rstrip(".")
        phrase = _PHRASES.get(status, "")
        is_error = status.isdigit() and status[0] in "345"
        if is_error and words and words.lower() != phrase.lower():
            texts[status] = Text(on_one_line(words[:_LONGEST]))
    return texts
