"""The values of documented examples, also of those in another form or in a file of their own.

Sources: OpenAPI 3.1.1 §4.8.19 and 3.2.0 §4.19 (Example Object).
"""

from __future__ import annotations

import re
from contextlib import suppress

from ....base.errors import SpecError, Unsupported
from ...document.json_text import read_json
from ...document.references import References
from ...document.tree import MappingNode, SourceFile, Value
from ..model.schemas import MISSING, Missing

_JSON = re.compile(r"(application|text)/(.+\+)?json\Z|(application|\*)/\*\Z")
_TEXT = re.compile(r"text/|.*(xml|yaml)\Z")


class ExampleValues:
    """The reader of examples; it warns of those that it can't use, and fetches nothing."""

    def __init__(self, refs: References) -> None:
        self.refs = refs

    def read(self, example: MappingNode, media_type: str) -> Value | Missing:
        """Return the value of an example; ``media_type`` is empty for a parameter without one.

        That is its data, or else its text as the media type reads it.
        """
        for key in ("dataValue", "value"):
            if key in example:
                return example[key]
        if "serializedValue" in example:
            return self._serialized(example, media_type)
        return self._external(example, media_type) if "externalValue" in example else MISSING

    def _serialized(self, example: MappingNode, media_type: str) -> Value | Missing:
        text = example["serializedValue"]
        if not isinstance(text, str):
            return self._ignore(example, "serializedValue", "isn't text")
        place = example.location.document
        source = SourceFile(place.name, place.path, text, place.sha256, is_json=True)
        return self._parsed(source, example, "serializedValue", media_type)

    def _external(self, example: MappingNode, media_type: str) -> Value | Missing:
        reference = example["externalValue"]
        if not isinstance(reference, str):
            return self._ignore(example, "externalValue", "isn't text")
        if not _kind(media_type):
            return self._parsed(example.location.document, example, "externalValue", media_type)
        source = None
        with self.refs.apart() as problems, suppress(Unsupported):
            source = self.refs.text_file(reference, example.at("externalValue"))
        if source is None:
            fact = next((problem.fact for problem in problems.refusals), "it isn't readable")
            return self._ignore(example, "externalValue", f"isn't read: {fact}")
        return self._parsed(source, example, "externalValue", media_type)

    def _parsed(
        self, source: SourceFile, example: MappingNode, key: str, media_type: str
    ) -> Value | Missing:
        kind = _kind(media_type)
        if kind == "text":
            return source.text
        if not kind:
            return self._ignore(example, key, "isn't used: only JSON and text are read")
        try:
            value = read_json(source)
        except SpecError as error:
            return self._ignore(example, key, f"is {error.problems[0].fact}")
        if source.faults:
            return self._ignore(example, key, f"has {source.faults[0].fact}")
        return value

    def _ignore(self, example: MappingNode, key: str, fact: str) -> Missing:
        self.refs.findings.warn(
            "example",
            example.at(key),
            f"the example's {key} {fact}",
            "Write its data as `value`, or as `dataValue` in OpenAPI 3.2.",
        )
        return MISSING


def _kind(media_type: str) -> str:
    """Return json or text; empty for a media type of which neither is known."""
    bare = media_type.partition(";")[0].strip().lower()
    if _JSON.match(bare):
        return "json"
    return "text" if _TEXT.match(bare) else ""
