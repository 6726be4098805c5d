"""JSON Schema (draft-07) of ``[tool.speclock]``, for validate-pyproject and for editors.

It is made from the dataclasses of ``config``; the descriptions are the docstrings in their source.
"""

from __future__ import annotations

import ast
import inspect
import keyword
import re
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, fields
from itertools import pairwise
from typing import Any, Final, TypeAlias, get_type_hints

from . import config
from .budget import MOST, RunLimits
from .portable import DEVICES

Schema: TypeAlias = dict[str, Any]

URL: Final = "https://raw.githubusercontent.com/OWNER/speclock/main/docs/speclock.schema.json"
"""The schema's ``$id``. validate-pyproject and taplo need an absolute URL; they don't fetch it."""
_TEXT: Schema = {"type": "string"}
_SHAPES: dict[object, Schema] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    bool | str: {"enum": [True, False, *config.TESTS]},
    int | None: {"type": "integer"},
    tuple[str, ...]: {"type": "array", "items": _TEXT},
    Mapping[str, str]: {"type": "object", "additionalProperties": _TEXT},
}
_PAGINATION: Schema = {"$ref": "#/definitions/pagination"}
# fastjsonschema takes every `$` of a pattern as its end.
_TOKEN = config.TOKEN.pattern.replace("$", "\\x24")
_PATH: Schema = {**_TEXT, "pattern": "^[^\\\\]*$"}
_CLIENT: dict[str, Schema] = {
    **dict.fromkeys(
        ("spec", "output", "tests_output", "root", "upstream", "allowed", "templates"), _PATH
    ),
    "overlays": {"items": _PATH},
    "operations": {"minItems": 1},
    "http": {"enum": [*config.HTTP_LIBRARIES]},
    "arguments": {"enum": [*config.ARGUMENTS]},
    "features": {"items": {"enum": [*config.FEATURES]}},
    "idempotency_header": {"pattern": f"^({_TOKEN})?$"},
    "rate_limit_reset_unit": {"enum": [*config.RESET_UNITS]},
    # A path is printable; this excludes the control characters, and backslashes as in the others.
    "vendored": {"items": {**_TEXT, "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f\\\\]+$"}},
    "credential_prefixes": {"additionalProperties": {**_TEXT, "pattern": "^[ -~]*$"}},
    "pagination": {"anyOf": [_PAGINATION, {"type": "array", "items": _PAGINATION}]},
    "webhook_signature": {"anyOf": [{"$ref": "#/definitions/webhook_signature"}]},
}
"""What ``config`` demands of a client's settings besides their types."""
_MODELS: Schema = {
    "if": {"properties": {"models": {"const": True}}, "required": ["models"]},
    "then": {
        "properties": {
            "operations": False,
            **{
                key: {"maxProperties": 0}
                for key in (*config.PINS, "credentials", "credential_prefixes")
            },
            "pagination": {"type": "array", "maxItems": 0},
        }
    },
}
"""The settings about operations, which models alone don't have."""
_FOLDERS = [
    "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in name)
    for name in sorted({*DEVICES, "tests"})
    if name.isidentifier()
]
"""Patterns of the folders that no package can be, in any case."""
# Every character beyond ASCII passes: `\w` differs between engines.
_PACKAGE: Schema = {
    "pattern": "^[^\\x00-@\\[-^`{-\\x7f][^\\x00-/:-@\\[-^`{-\\x7f]*$",
    "not": {"anyOf": [{"enum": keyword.kwlist}, {"pattern": f"^({'|'.join(_FOLDERS)})$"}]},
}


def tool_schema(_tool: str = "speclock") -> Schema:
    """Return the schema of the settings of `speclock` in pyproject.toml."""
    limits: dict[str, Schema] = {
        key: {"type": "integer", "minimum": 1, "maximum": MOST * getattr(RunLimits(), key)}
        for key in get_type_hints(RunLimits)
    }
    section = {
        "output": {
            **_PATH,
            "description": "The folder into which `<package>/` and `tests/<package>/` are written.",
            "default": config.OUTPUT,
        },
        "clients": {
            "type": "object",
            "description": "One table for each client, named after its package. The name is not "
            "`tests`, nor that of a device on Windows (`con`, `aux`), and no two names differ only "
            "in case.",
            "propertyNames": _PACKAGE,
            "additionalProperties": {"$ref": "#/definitions/client"},
        },
        "limits": _of(RunLimits, limits, ()),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": URL,
        "title": "Settings of speclock: [tool.speclock] in pyproject.toml",
        **_object(section),
        "definitions": {
            "client": {**_of(config.Client, _CLIENT, config.NOT_KEYS), **_MODELS},
            "pagination": {**_of(config.Pagination, _pagination(), set()), "allOf": _styles()},
            "webhook_signature": _webhook_signature(),
        },
    }


def about(kind: type) -> str:
    """Return the text about a dataclass's table, in Markdown."""
    text = _markdown(ast.get_docstring(_source(kind)) or "").partition(": ")[2]
    return text[:1].upper() + text[1:]


def descriptions(kind: type) -> dict[str, str]:
    """Return the docstring of each field, which follows it in the source, in Markdown."""
    body = _source(kind).body
    return {
        field.target.id: _markdown(str(text))
        for field, after in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(text := ast.literal_eval(after.value), str)
    }


def _source(kind: type) -> ast.ClassDef:
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    return node


def _markdown(text: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))


def _of(kind: type, more: Mapping[str, Schema], left_out: Collection[str]) -> Schema:
    """Return the schema of a dataclass's table; ``more`` has what its types don't express."""
    hints, texts = get_type_hints(kind), descriptions(kind)
    own = [field for field in fields(kind) if field.name not in left_out]
    shapes = {
        field.name: {
            **_SHAPES.get(hints[field.name], {}),
            **more.get(field.name, {}),
            "description": texts[field.name],
            **_default(field),
        }
        for field in own
    }
    required = [f.name for f in own if f.default is MISSING and f.default_factory is MISSING]
    return {"description": about(kind), **_object(shapes), "required": required}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _default(field: Field[Any]) -> Schema:
    """Return a field's default, unless it means that the setting is left out."""
    is_value = isinstance(field.default, bool) or field.default not in (MISSING, "", (), None)
    return {"default": field.default} if is_value else {}


def _pagination() -> dict[str, Schema]:
    """Return what ``config`` demands of each pagination setting."""
    texts = (n for n, hint in get_type_hints(config.Pagination).items() if hint is str)
    shapes = {name: {"minLength": 1} for name in texts if name != "items"}
    return {**shapes, "style": {"enum": [*config.STYLES]}, "operations": {"minItems": 1}}


def _webhook_signature() -> Schema:
    """Return the schema of a signature; the scheme ``hmac`` alone has other settings."""
    shapes: dict[str, Schema] = {key: {"enum": [*v]} for key, v in config.SIGNATURE_CHOICES.items()}
    shapes |= {"header": {"pattern": f"^({_TOKEN})$"}, "prefix": {"pattern": "^[ -~]*$"}}
    is_hmac = {"properties": {"scheme": {"const": "hmac"}}, "required": ["scheme"]}
    return {
        **_of(config.WebhookSignature, shapes, set()),
        "if": is_hmac,
        "then": {"required": ["header"]},
        "else": {"propertyNames": {"const": "scheme"}},
    }


def _styles() -> list[Schema]:
    """Return a condition for each style of pagination: the settings that it needs and may have."""
    conditions: list[Schema] = []
    for style, (needed, optional) in config.STYLES.items():
        known = {"style", "operations", "items"} | needed | optional
        then: Schema = {"propertyNames": {"enum": sorted(known)}, "required": sorted(needed)}
        if style == "cursor":
            then["oneOf"] = [{"required": ["next"]}, {"required": ["header"]}]
        is_style = {"properties": {"style": {"const": style}}, "required": ["style"]}
        conditions.append({"if": is_style, "then": then})
    return conditions
