"""Bodies whose media type only the response's Content-Type tells (RFC 9110 §8.3)."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from pydantic import ValidationError

from .deviations import Report
from .json import Json
from .plain import text_of

_JSON = re.compile(r"(application|text)/(.+\+)?json\b(?!-)")


class AnyContent(Json):
    """A body in any media type of a range: JSON, or else text where the type takes text."""

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value; a body without a Content-Type is read as JSON first."""
        kind = content_type.partition(";")[0].strip().lower()
        as_json = partial(super().read, content, "", report)
        text = partial(self._text, content, content_type)
        if _JSON.match(kind):
            return as_json()
        first, second = (text, as_json) if kind else (as_json, text)
        try:
            return first()
        except ValueError:
            return second()

    def _text(self, content: bytes, content_type: str) -> Any:
        """Return text, or bytes that aren't text, as the type takes it."""
        validator = self.adapter.validator
        try:
            text = json.dumps(text_of(content, content_type))
            validate = partial(validator.validate_json, text, by_alias=True, by_name=False)
        except ValueError:
            validate = partial(validator.validate_python, content)
        try:
            return validate()
        except ValidationError:
            raise ValueError("text, where the type takes none") from None
