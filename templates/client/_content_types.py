"""Bodies whose media type only the response's Content-Type tells (RFC 9110 §8.3)."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from pydantic import ValidationError

from ._deviations import Report
from ._json import Json

_JSON = re.compile(r"(application|text)/(.+\+)?json\b(?!-)")


def _bare(content_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


class AnyContent(Json):
    """A body in any media type of a range: JSON, or else text where the type takes text."""

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value; a body without a Content-Type is read as JSON first."""
        kind = _bare(content_type)
        as_json = partial(super().read, content, "", report)
        text = partial(self._text, content)
        if _JSON.match(kind):
            return as_json()
        first, second = (text, as_json) if kind else (as_json, text)
        try:
            return first()
        except ValidationError:
            return second()

    def _text(self, content: bytes) -> Any:
        """Return text, or bytes that aren't text, as the type takes it."""
        validator = self.adapter.validator
        try:
            text = json.dumps(content.decode())
        except UnicodeDecodeError:
            return validator.validate_python(content)
        return validator.validate_json(text, by_alias=True, by_name=False)


class ByContentType:
    """A body in one of several media types of JSON; without a known one, of the first."""

    def __init__(self, *answers: Json) -> None:
        self.answers = answers
        named = [(one.media_type.replace(" ", "").lower(), one) for one in reversed(answers)]
        self._known = {**{_bare(name): one for name, one in named}, **dict(named)}

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value, read as the Content-Type of the response says."""
        kind = content_type.replace(" ", "").lower()
        ranges = (one for one in self.answers if kind and "*" in one.media_type)
        chosen = self._known.get(kind) or self._known.get(_bare(kind))
        return (chosen or next(ranges, self.answers[0])).read(content, content_type, report)
