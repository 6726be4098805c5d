"""Bodies whose media type only the response's Content-Type tells (RFC 9110 §8.3)."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from ._deviations import Report
from ._json import Json
from ._plain import text_of

_JSON = re.compile(r"(application|text)/(.+\+)?json\b(?!-)")


def _parts(content_type: str) -> tuple[str, frozenset[str]]:
    """Return a media type and its parameters, in lower case (RFC 9110 §5.6.6 and §8.3.1)."""
    kind, *parameters = content_type.lower().replace('"', "").split(";")
    return kind.strip(), frozenset("".join(one.split()) for one in parameters)


class AnyContent(Json):
    """A body in any media type of a range: JSON, or else text where the type takes text."""

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value; a body without a Content-Type is read as JSON first."""
        kind, _ = _parts(content_type)
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
        except ValueError:
            return validator.validate_python(content)
        return validator.validate_json(text, by_alias=True, by_name=False)


class ByContentType:
    """A body in one of several media types of JSON; without a known one, of the first."""

    def __init__(self, *answers: Json) -> None:
        self._answers = [(*_parts(one.media_type), one) for one in answers]
        self.answers = answers

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value, read as the Content-Type of the response says.

        Where parameters alone tell media types apart, it is the one with most of those sent.
        """
        kind, sent = _parts(content_type)
        same = [(len(p) if p <= sent else -1, one) for k, p, one in self._answers if k == kind]
        same = same or [(0, one) for k, _, one in self._answers if fnmatchcase(kind, k)]
        chosen = max(same, key=lambda pair: pair[0])[1] if same else self.answers[0]
        return chosen.read(content, content_type, report)
