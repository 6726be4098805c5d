"""The keywords of one schema that need no other schema: types, bounds, patterns, annotations.

Sources: OpenAPI 3.0.4 §4.7.24 and 3.1.1 §4.8.24 (Schema Object), JSON Schema 2020-12 §6 to §9.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import Any

from .....base.budget import BudgetExceeded
from ....document.subtypes import marks_null
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...keywords import (
    ANNOTATIONS,
    ASSERTIONS,
    IGNORED,
    KNOWN,
    ROWS,
    SERVER_ONLY,
    Compare,
    FlagKeyword,
    NamesKeyword,
    NumberKeyword,
    Row,
    SchemaKeyword,
    TextKeyword,
    make_whole,
)
from ...model.schemas import Schema
from ...patterns import Patterns
from .context import Context
from .enums import names_of_values
from .node_values import read_data, text, texts, texts_by_member

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_TYPES = f"Use one of {', '.join(TYPES)}."
_WORD = re.compile(r"[\w .-]+")
_PLAIN = tuple(row for row in ASSERTIONS if not isinstance(row, SchemaKeyword))
_EXCLUSIVE = sorted(
    (row for row in _PLAIN if isinstance(row, NumberKeyword) and row.inclusive),
    key=lambda row: row.compare is Compare.UPPER_BOUND,
)


class Keywords:
    """The normalisation of keywords that contain no schemas."""

    def __init__(self, context: Context) -> None:
        self.findings = context.findings
        self.checks = context.checks
        self.is_draft_4 = context.is_draft_4
        self.is_swagger = context.is_swagger
        self._patterns = Patterns()

    def warn_of_misspelt(self, node: MappingNode) -> None:
        """Warn of keys that look like a misspelt keyword; JSON Schema allows any other."""
        for key in node:
            near = "" if key in KNOWN or key in IGNORED or key.startswith("x-") else _near(key)
            if near:
                self.findings.assume(
                    "keyword",
                    node.at(key),
                    f"{key!r} isn't a keyword of JSON Schema; ignored",
                    f"Write {near!r}, if that is meant.",
                )

    def warn_server_only(self, node: MappingNode, keyword: str) -> None:
        """Warn that a keyword has no counterpart among Python's types."""
        fact = f"{keyword} has no Python type; the server alone checks it"
        self.checks.warn(node.at(keyword), fact)

    def warn_every_server_only(self, node: MappingNode) -> None:
        """Warn of each keyword of a schema that has no counterpart among Python's types."""
        for key in node:
            row = ROWS.get(key)
            is_server_only = key in SERVER_ONLY or (row is not None and row.server_only)
            if is_server_only and _restricts(node, key):
                self.warn_server_only(node, key)

    def type(self, node: MappingNode, out: dict[str, Any]) -> bool:
        """Set the types, null left out; return whether null is one of the types."""
        kinds = node.get("type")
        nullable = self.is_draft_4 and marks_null(node)
        if kinds is None:
            return nullable
        if kinds == "file" and self.is_swagger:
            out.update(types=("string",), format="binary")
            return nullable
        if kinds == "array" and self.is_swagger and "items" not in node:
            fact = "an array without `items`; they may be anything"
            self.findings.warn("keyword", node.at("type"), fact, "Add `items`.")
        given: list[str] = []
        for kind in kinds if isinstance(kinds, SequenceNode) else [kinds]:
            if kind is None:
                self.findings.assume(
                    "type",
                    node.at("type"),
                    "null isn't a type; read as 'null'",
                    "Put it in quotes.",
                )
                given.append("null")
                continue
            known = _nearest_type(kind)
            given += [known] if known else []
            if not (isinstance(kind, str) and _WORD.fullmatch(kind)):
                raise self.findings.refuse(
                    "type", node.at("type"), f"{kind!r} isn't a type of JSON Schema", _TYPES
                )
            if kind not in TYPES:
                self.findings.assume(
                    "type",
                    node.at("type"),
                    f"{kind!r} isn't a type of JSON Schema; "
                    + (f"read as {known!r}" if known else "it restricts nothing"),
                    _TYPES,
                )
        if not given:
            return nullable
        nullable |= "null" in given
        rest = [kind for kind in dict.fromkeys(given) if kind != "null"]
        if "number" in rest and "integer" in rest:
            rest.remove("integer")
        out["types"] = tuple(rest) or ("null",)
        return nullable and bool(rest)

    def assertions(self, node: MappingNode, out: dict[str, Any]) -> None:
        """Set the keywords that restrict values: bounds as in 2020-12, the pattern for Python."""
        for row in _PLAIN:
            if row.name not in node:
                continue
            if not self._has_value(node, row):
                continue
            value = node[row.name]
            if row.name == "pattern":
                self._pattern(node, out)
            elif isinstance(row, NamesKeyword):
                out[row.attribute] = texts_by_member(value)
            else:
                out[row.attribute] = value
        for row in _EXCLUSIVE:
            name = row.attribute
            exclusive = out.get(name)
            if isinstance(exclusive, bool):  # OpenAPI 3.0, after JSON Schema draft 5
                del out[name]
                if exclusive and row.inclusive in out:
                    out[name] = out.pop(row.inclusive)
        make_whole(out)
        names = dict.fromkeys(texts(node.get("required")))
        names.pop("", None)  # there is no field for it
        out["required"] = tuple(names)

    def _has_value(self, node: MappingNode, row: Row) -> bool:
        """Return whether a keyword has a value; null, or a wrong one, counts as none."""
        key, value = row.name, node[row.name]
        if value is None:
            self.findings.warn(
                "keyword", node.at(key), f"{key} is null, so it restricts nothing", f"Remove {key}."
            )
            return False
        if isinstance(row, NumberKeyword) and not row.accepts(value):
            self.findings.assume(
                "keyword",
                node.at(key),
                f"{key} must be {row.range}; ignored",
                f"Correct the value of {key}.",
            )
            return False
        kind = str if isinstance(row, TextKeyword) else bool
        if isinstance(row, TextKeyword | FlagKeyword) and not isinstance(value, kind):
            words = "text" if kind is str else "true or false"
            fact = f"{key} must be {words}; ignored"
            self.findings.assume("keyword", node.at(key), fact, f"Correct the value of {key}.")
            return False
        return True

    def _pattern(self, node: MappingNode, out: dict[str, Any]) -> None:
        pattern = node["pattern"]
        try:
            translated = self._patterns.translate(pattern) if isinstance(pattern, str) else None
        except BudgetExceeded as error:
            self.findings.warn(
                "pattern",
                node.at("pattern"),
                f"compiling the pattern takes {error}; the server alone checks it",
                "Use smaller counts in braces, or the keywords minLength and maxLength.",
            )
            return
        if translated is not None:
            out["pattern"] = translated
        elif _applies(node, "string"):
            self.findings.warn(
                "pattern",
                node.at("pattern"),
                "pydantic doesn't support the pattern; the server alone checks it",
                "Use a regular expression without look-around, back references or \\p{…} names "
                "that the engine lacks.",
            )


def read_annotations(node: MappingNode) -> dict[str, Any]:
    """Return the attributes that describe values without restricting them."""
    out: dict[str, Any] = {}
    for row in ANNOTATIONS:
        if row.name in node:
            value = node[row.name]
            is_text = isinstance(row, TextKeyword)
            out[row.attribute] = text(value) if is_text else value is True
    examples = node.get("examples")
    if isinstance(examples, SequenceNode):
        out["examples"] = tuple(map(read_data, examples))
    elif "example" in node:
        out["examples"] = (read_data(node["example"]),)
    if names := names_of_values(node, ()):
        out["enum_names"] = names
    return out


def _restricts(node: MappingNode, key: str) -> bool:
    """Return whether a keyword excludes a value of its schema's types."""
    row, value = ROWS.get(key), node[key]
    if not _applies(node, row.applies if row else "object"):
        return False
    if isinstance(row, FlagKeyword):
        return value is True
    if isinstance(row, NumberKeyword):
        return isinstance(value, int | float) and value != 0
    if key == "unevaluatedProperties":
        return isinstance(value, MappingNode)
    if key == "if" and "then" not in node and "else" not in node:
        return False
    return value is not (key != "not") and value not in (None, {})


def _applies(node: MappingNode, kind: str) -> bool:
    """Return whether a schema may admit values of the type that a keyword is about."""
    types = node.get("type")
    given = [*types] if isinstance(types, SequenceNode) else [types]
    known = [_nearest_type(one) if one is not None else "" for one in given]
    return not kind or kind in known or not all(known)


def _nearest_type(kind: Value) -> str:
    """Return the type that is meant, such as ``integer`` by ``Int``; empty for another word."""
    if isinstance(kind, str) and kind in TYPES:
        return kind
    word = kind.lower() if isinstance(kind, str) else ""
    short = (one for one in TYPES if len(word) >= 3 and one.startswith(word))
    return next(short, "") or next(iter(difflib.get_close_matches(word, TYPES, 1, 0.7)), "")


@cache
def _near(key: str) -> str:
    near = difflib.get_close_matches(key, sorted(KNOWN), n=1, cutoff=0.8)
    return near[0] if near else ""


def boolean(value: bool, location: Location) -> Schema:
    """Return the schema that ``true`` or ``false`` is short for (JSON Schema 2020-12 §4.3.2)."""
    return Schema(location, not_=None if value else Schema(location))
