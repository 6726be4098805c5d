"""The fault of a value in one of our own files, in words, and its line.

Sources: JSON Schema draft-07 (validation), TOML 1.0.0.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from .errors import RecordError, UnknownSetting, UsageError
from .portable import parse_toml
from .printable import shortened

if TYPE_CHECKING:
    import jsonschema_rs

_WORDS: Final = {
    "string": "text", "boolean": "true or false", "integer": "a whole number", "object": "a table",
    "array": "a list",
}  # fmt: skip


def explained(error: jsonschema_rs.ValidationError, schema: Any) -> RecordError:
    """Return what is wrong with data, in words.

    The ``title`` of a condition is a phrase of them (``with the style 'link'``), that of a pattern
    a noun.
    """
    kind: Any = error.kind
    path = list(error.instance_path)
    for branch in kind.context if kind.name == "anyOf" else ():  # the one whose type is right
        if all(list(e.instance_path) != path or e.kind.name != "type" for e in branch):
            return explained(branch[0], schema)
    *steps, _ = error.schema_path
    parts: list[Any] = [schema]
    for step in steps:
        parts.append(parts[-1][step])
    part, whole = parts[-1], next(each for each in reversed(parts) if "properties" in each)
    condition = ""
    for step, inner in zip(steps, parts[1:], strict=True):
        if step in _BRANCHES:
            condition += f" {inner.get('title', '')}"
    known: list[Any] = [*part.get("enum", whole["properties"])]
    value: Any = error.instance
    match kind.name:
        case "additionalProperties" if (name := kind.unexpected[0]) in _settings(parts) - {*known}:
            remedy = "It is a setting of a table around this one: write it there, above this table."
            return RecordError(path, f"has no setting {_shown(name)}{condition}", remedy)
        case "additionalProperties":
            return _unknown(path, kind.unexpected[0], known, condition)
        case "propertyNames" if "title" in part:
            return RecordError(path, f"must be {part['title']}")
        case "propertyNames":
            return _unknown(path, next(n for n in value if n not in known), known, condition)
        case "required":
            text = whole["properties"].get(kind.property, {}).get("description", "")
            remedy = f"Add it: {text[:1].lower()}{text[1:]}" if text else ""
            return RecordError(path, f"lacks {kind.property!r}{condition}", remedy)
        case "enum":
            near = difflib.get_close_matches(str(value), map(str, known), n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else ""
            values = ", ".join(json.dumps(v) if isinstance(v, bool) else v for v in known)
            fact = f"must be one of {values}, not {_shown(value)}"
            return RecordError(path, fact, remedy, is_unknown=True)
        case "minItems" | "minLength":
            is_needed = path[-1] in whole.get("required", ())
            remedy = "Give it a value." if is_needed else "Give it a value, or remove it."
            return RecordError(path, "is empty", remedy)
        case "oneOf":
            names = [branch["required"][0] for branch in part["oneOf"]]
            present = [repr(name) for name in names if name in value]
            remedy = f"It has {' and '.join(present)}. Keep one." if present else "Add one."
            fact = f"needs one of {', '.join(map(repr, names))}{condition}"
            return RecordError(path, fact, remedy)
        case "falseSchema" | "maxItems" | "maxProperties":
            return RecordError(path, f"must be left out{condition}")
        case _:
            is_inner = steps[-1:] in (["items"], ["additionalProperties"])
            if is_inner and steps[-2:-1] != ["properties"]:  # the words of the list or the table
                path, part, value = path[:-1], parts[-2], None
            suffix = "" if value is None else f", not {_shown(value)}"
            return RecordError(path, f"must be {_words(part)}{suffix}")


_BRANCHES = ("then", "else")


def _settings(schemas: Sequence[Any]) -> set[str]:
    """Return the names of the settings of tables, by their schemas."""
    names: set[str] = set()
    for schema in schemas:
        if "properties" in schema:
            names.update(schema["properties"])
    return names


def _unknown(
    path: Sequence[str | int], name: str, known: Sequence[str], condition: str
) -> RecordError:
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
    fact = f"has no setting {_shown(name)}{condition}"
    return RecordError(path, fact, remedy, is_unknown=True)


def _words(schema: Any) -> str:
    """Return what a value of a schema is, as a noun."""
    if "title" in schema:
        return str(schema["title"])
    if "minimum" in schema:
        return f"a whole number from {schema['minimum']} to {schema['maximum']:,}"
    inner = schema.get("items", schema.get("additionalProperties"))
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = " or ".join(_WORDS[type_] for type_ in types)
    return f"{words} of {_words(inner)}" if isinstance(inner, dict) and "type" in inner else words


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shortened(text, 100)


# ── places ───────────────────────────────────────────────────────────────────────────────────────


def lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """Return the 1-based lines of tables and keys in TOML, each by the keys that lead to it.

    Those inside an inline table have its line.
    """
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        is_table = line.lstrip().startswith("[")
        keys: tuple[str | int, ...] = _keys_in(line if is_table else f"{line.partition('=')[0]}= 0")
        if keys and is_table:
            table = keys
            if line.lstrip().startswith("[["):
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            keys = ()
        lines.setdefault((*table, *keys), number)
    return lines


def line_of(lines: Mapping[tuple[str | int, ...], int], path: Sequence[str | int]) -> int:
    """Return the line of a value, or of the smallest table around it that has one; else 1."""
    starts = (tuple(path[:size]) for size in range(len(path), 0, -1))
    return next((lines[start] for start in starts if start in lines), 1)


def usage_error(error: RecordError, text: str, name: str, *outer: str) -> UsageError:
    """Return the error with its line in TOML; ``outer`` are the keys that lead to the data."""
    path = (*outer, *error.path)
    located = f"{name}:{line_of(lines_of(text), path)}: {RecordError(path, error.fact)}."
    kind = UnknownSetting if error.is_unknown else UsageError
    return kind(f"{located} {error.remedy}".rstrip())


def _keys_in(line: str) -> tuple[str, ...]:
    """Return the dotted name in a line of TOML; nothing if it has none."""
    keys: list[str] = []
    try:
        value: object = parse_toml(line, "")
    except UsageError:
        return ()
    while isinstance(value, (dict, list)) and value:
        if isinstance(value, list):
            value = cast("list[object]", value)[0]
            continue
        (key, value), *_ = cast("dict[str, object]", value).items()
        keys.append(key)
    return tuple(keys)
