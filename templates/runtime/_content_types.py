"""Bodies whose media type only the response's Content-Type tells (RFC 9110 §8.3)."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import ValidationError

from ._operation import Json

_JSON = re.compile(r"(application|text)/(.+\+)?json\b(?!-)")


def _bare(content_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


class AnyContent(Json):
    """A body in any media type of a range: JSON, or else text where the type takes text."""

    __slots__ = ()

    def read(self, content: bytes, content_type: str = "", /) -> Any:
        """Return the value; a body without a Content-Type is read as JSON first."""
        kind = _bare(content_type)
        if _JSON.match(kind):
            return super().read(content)
        validator = self._types().validator
        try:
            if not kind:
                return super().read(content)
            text = json.dumps(content.decode())
            return validator.validate_json(text, by_alias=True, by_name=False)
        except UnicodeDecodeError:
            return validator.validate_python(content)
        except ValidationError:
            if kind:
                return super().read(content)
            text = json.dumps(content.decode())
            return validator.validate_json(text, by_alias=True, by_name=False)


class ByContentType:
    """A body in one of several media types of JSON; without a known one, of the first."""

    __slots__ = ("answers",)

    def __init__(self, *answers: Json) -> None:
        self.answers = answers

    def read(self, content: bytes, content_type: str = "", /) -> Any:
        """Return the value, read as the Content-Type of the response says."""
        whole = content_type.replace(" ", "").lower()
        known = {one.media_type.replace(" ", "").lower(): one for one in reversed(self.answers)}
        bare = {_bare(name): one for name, one in known.items()}
        ranges = (one for one in self.answers if content_type and "*" in one.media_type)
        chosen = known.get(whole) or bare.get(_bare(whole)) or next(ranges, self.answers[0])
        return chosen.read(content, content_type)
