"""Identifiers made from wire names, the only module that makes them.

A character that isn't allowed in an identifier is a word boundary; it is never deleted. A reserved
name gets a trailing underscore. If two wire names of one scope give the same identifier, the one
that is spelled like it keeps it and the others get a short hash of their wire name, so that the
order of the description doesn't matter.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping

from ..errors import UsageError


class Identifier(str):
    """A Python identifier made here; templates print no other text as a name."""

    __slots__ = ()


_SIGNS = {
    "+": "plus", "-": "minus", "=": "equal", "!": "not", "<": "less", ">": "greater", "*": "star",
    "%": "percent", "&": "and", "|": "or", "@": "at", "#": "number", "$": "dollar", "~": "about",
    "^": "caret", ".": "dot", ",": "comma", "/": "slash", "?": "question", ":": "colon",
    " ": "space", "_": "underscore", ";": "semicolon", "'": "quote", '"': "quotes", "\\": "slash",
    "(": "open", ")": "close", "[": "left", "]": "right", "{": "begin", "}": "end", "`": "tick",
}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
MAX_LENGTH = 80

# Names used in the same scope by annotations or bodies of generated code.
_TYPES = frozenset((
    "Annotated", "Any", "Literal", "Mapping", "Sequence", "Iterator", "AsyncIterator", "None",
    "True", "False", "str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set",
    "object", "datetime", "date", "time", "timedelta", "Decimal", "UUID", "Field",
))  # fmt: skip
_BASE_MODEL = frozenset((
    "construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw",
    "schema", "schema_json", "validate", "update_forward_refs", "model_computed_fields",
    "model_config", "model_construct", "model_copy", "model_dump", "model_dump_json",
    "model_extra", "model_fields", "model_fields_set", "model_json_schema", "model_post_init",
    "model_parametrized_name", "model_rebuild", "model_validate", "model_validate_json",
    "model_validate_strings",
))  # fmt: skip
FIELDS = _TYPES | _BASE_MODEL | {"cls", "self"}
ARGUMENTS = _TYPES | {
    "self", "cls", "body", "options", "operations", "models", "accept", "content_type", "builtins",
    "open_stream", "open_async_stream",
}  # fmt: skip
CREDENTIALS = ARGUMENTS | {
    "base_url", "bound", "bounded", "builtins", "client", "connect", "connections", "deadline",
    "given", "headers", "http_client", "httpx", "renew", "retry", "settings", "timeout",
    "transport",
}  # fmt: skip
METHODS = frozenset((
    "close", "aclose", "with_options", "date", "datetime", "time", "timedelta",
))  # fmt: skip
RESOURCES = frozenset((
    "Annotated", "Any", "ApiKey", "AsyncSender", "AsyncStream", "AsyncToken", "Content", "Events",
    "FileContent", "Header", "JsonSequence", "Lines", "Multipart", "Query", "Stream", "WholeEvents",
    "AsyncPaginated", "ByCursor", "ByLink", "ByNumber", "Paginated", "Paging",
    "Basic", "Bearer", "Credential",
    "Decimal", "Field", "Form", "HttpAuth", "Json", "JsonParameter", "Literal", "Mapping", "None",
    "Nothing", "Operation", "Options", "Path", "Raw", "Retry", "Self", "Sender", "Settings",
    "Styled", "Text",
    "Token", "TracebackType", "True", "False", "UUID", "LIMITS", "DEFAULT_BASE_URL",
    "DEFAULT_DEADLINE", "DEFAULT_TIMEOUT", "TYPE_CHECKING",
))  # fmt: skip
CALLS = ARGUMENTS | {"close", "aclose", "handle_request", "handle_async_request", "Field", "Form"}
MEMBERS = frozenset({"mro", "name", "value"})
CLASSES = frozenset((
    "Annotated", "Any", "AnyUrl", "FileContent", "AwareDatetime", "BaseModel", "Base64Str",
    "ConfigDict",
    "Decimal", "Enum", "Field", "IntEnum", "Literal", "Mapping", "Model", "Number", "None",
    "NotNullable", "EXACT", "OPEN", "OpenUnion", "UnknownVariant", "RootModel", "StrEnum", "True",
    "False", "TypeAlias",
    "TypeAliasType", "UUID", "Union", "Optional", "List", "Dict", "Set", "Date", "DateTime",
    "annotations",
))  # fmt: skip


def words(text: str) -> list[str]:
    """Return the words of a wire name, split at non-word characters, ``_`` and camel humps."""
    text = unicodedata.normalize("NFKC", text)
    parts = re.split(r"[\W_]+", text)
    return [word for part in parts if part for word in _CAMEL.split(part)]


def _character_words(text: str) -> list[str]:
    """Return the characters of a name without letters and digits as words."""
    return [_SIGNS.get(char) or f"u{ord(char):x}" for char in text] or ["empty"]


def _words_with_sign(text: str) -> list[str]:
    if not words(text):
        return _character_words(text)
    if text[0] in "+-" and text[1:2].isdigit():
        return [_SIGNS[text[0]], *words(text)]
    return words(text)


def _shorten(name: str, wire: str) -> str:
    return name if len(name) <= MAX_LENGTH else f"{name[: MAX_LENGTH - 7]}_{short_hash(wire)}"


def short_hash(text: str) -> str:
    """Return the first six hexadecimal digits of the SHA-256 of ``text``."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def snake(text: str, reserved: Iterable[str] = (), *, digit: str = "field") -> Identifier:
    """Return a wire name as a snake_case identifier: ``adAccountId`` → ``ad_account_id``."""
    name = "_".join(word.lower() for word in _words_with_sign(text))
    if not (name[0].isalpha() and name.isidentifier()):
        name = f"{digit}_{name}"
    return _safe(name, text, reserved)


def constant(text: str) -> Identifier:
    """Return an enumeration value as a member's name: ``web-mobile`` → ``WEB_MOBILE``."""
    name = "_".join(word.upper() for word in _words_with_sign(text))
    if not (name[0].isalpha() and name.isidentifier()):
        name = f"VALUE_{name}"
    return _safe(name, text, MEMBERS)


def constant_of(call: str) -> Identifier:
    """Return the name of a call's constant in lower case; modules write it in upper case.

    The testing module converts it back, so a letter with two capitals, such as ß, becomes two.
    """
    return snake(call.replace(".", "_").upper().lower(), CALLS)


def pascal(text: str, reserved: Iterable[str] = CLASSES) -> Identifier:
    """Return a component key as a class name: ``Pinterest.Lib.Error`` → ``PinterestLibError``."""
    parts = [part for part in re.split(r"[\W_]+", unicodedata.normalize("NFKC", text)) if part]
    name = "".join(part[0].upper() + part[1:] for part in parts or _character_words(text))
    if not (name[0].isalpha() and name.isidentifier()):
        name = f"Type{name}"
    return _safe(name, text, reserved)


def _safe(name: str, wire: str, reserved: Iterable[str]) -> Identifier:
    name = _shorten(name, wire)
    if not name.isidentifier():
        name = f"name_{short_hash(wire)}"
    if keyword.iskeyword(name) or name in reserved:
        name += "_"
    return Identifier(name)


def check_pinned(name: str, where: str) -> Identifier:
    """Return a name from the settings; raises :class:`UsageError` if it isn't an identifier."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"{where}: {name!r} cannot be a Python name. Use letters, digits and _.")
    return Identifier(name)


_ERRORS = ("ApiError", "AuthError", "RateLimitError", "RequestError", "ResponseError",
           "TransportError")  # fmt: skip


def error_of(client: str) -> Identifier:
    """Return the base class of a client's errors, distinct from those of every client."""
    name = join(client, "Error")
    return join(client, "ClientError") if name in _ERRORS else name


def join(*parts: str) -> Identifier:
    """Return an identifier from identifiers: ``join("Async", "Pinterest")``."""
    return Identifier("".join(parts))


def make_distinct(wires: Iterable[str], make: Mapping[str, Identifier]) -> dict[str, Identifier]:
    """Return distinct names of one scope; ``make`` is the wanted name of each wire name."""
    wanted: dict[str, list[str]] = {}
    for wire in wires:
        wanted.setdefault(make[wire], []).append(wire)
    result: dict[str, Identifier] = {}
    for name, claimants in wanted.items():
        for wire in claimants:
            exact = len(claimants) == 1 or wire == name.rstrip("_")
            unique = name if exact else f"{name}_{short_hash(wire)}"
            while not exact and unique in wanted:  # the name of another wire name
                unique += "_"
            result[wire] = Identifier(unique)
    return result


def operation_call(operation_id: str, tag: str, method: str, path: str) -> tuple[str, str]:
    """Return wire names for resource and method: ``audiences/create`` → ``audiences``, ``create``.

    An id is split at its last separator; without one the resource is the first tag. An operation
    without an id is named by its method and path.
    """
    match = re.match(r"(.+)[/.](.+)\Z", operation_id, re.DOTALL)
    if match and words(match[1]) and words(match[2]):
        return match[1], match[2]
    if operation_id:
        return tag, operation_id
    path_words = "_".join(w for part in path.split("/") for w in words(part.partition("#")[0]))
    return tag, f"{method}_{path_words}" if path_words else f"{method}_root"
