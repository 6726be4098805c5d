"""Identifiers made from wire names, the only module that makes them.

A character that isn't allowed in an identifier is a word boundary; it is never deleted. A reserved
name gets a trailing underscore. If several wire names of one scope give the same identifier, the
one that is spelled like it keeps it, or else the first of them: what is added at the end renames
nothing. Each of the others is spelled out further, from its own wire name alone: signs, then camel
humps, then every character, then its case become words. Only what is still the same gets a hash.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType

from ..base.errors import UsageError
from ..reading.document.component_keys import short_hash as short_hash
from ..reading.document.operation_names import words as words


class Identifier(str):
    """A Python identifier made here; templates print no other text as a name."""

    __slots__ = ()


_SIGNS = {
    "+": "plus", "-": "minus", "=": "equal", "!": "not", "<": "less", ">": "greater", "*": "star",
    "%": "percent", "&": "and", "|": "or", "@": "at", "#": "number", "$": "dollar", "~": "about",
    "^": "caret", ".": "dot", ",": "comma", "/": "slash", "?": "question", ":": "colon",
    " ": "space", "_": "underscore", ";": "semicolon", "'": "quote", '"': "quotes",
    "\\": "backslash", "(": "open", ")": "close", "[": "left", "]": "right", "{": "begin",
    "}": "end", "`": "tick",
}  # fmt: skip
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
    "model_validate_strings", "mro", "register",
))  # fmt: skip
FIELDS = _TYPES | _BASE_MODEL | {"cls", "self"}
ARGUMENTS = _TYPES | {
    "self", "cls", "body", "options", "operations", "models", "accept", "content_type", "builtins",
    "open_stream", "open_async_stream", "or_of_client", "with_arguments",
    "body_or_fields", "wait_for", "async_wait_for",
}  # fmt: skip
OF_CLIENT = ARGUMENTS | {
    "bind",
    "choose_credentials",
    "env",
    "env_pair",
    "isinstance",
    "login",
    "needed_env",
    "secret",
    "set_arguments",
    "super",
    "with_variables",
}
CREDENTIALS = ARGUMENTS | {
    "base_url", "bound", "builtins", "client", "connections", "credentials", "deadline",
    "follow_redirects", "is_described", "log_once", "max_size", "names", "variables",
    "on_deviation", "strict",
    "every", "given", "headers", "http_client", "httpx", "renew", "retry", "settings", "timeout",
    "transport",
}  # fmt: skip
METHODS = frozenset((
    "close", "aclose", "from_env", "raw", "with_options", "date", "datetime", "time", "timedelta",
))  # fmt: skip
CALLS = ARGUMENTS | {
    # attributes of the fake server
    "close", "aclose", "handle_request", "handle_async_request", "remembers",
    # imported in upper case by the modules of constants
    "base64", "digits", "exact", "integers", "type_checking", "uuid",
}  # fmt: skip
MEMBERS = frozenset({"mro", "name", "value"})
CLASSES = frozenset((
    "Annotated", "Any", "AnyUrl", "FileContent", "AwareDatetime", "BaseModel", "Base64Str",
    "ClassVar", "ConfigDict",
    "Decimal", "DecimalNumber", "Enum", "Field", "IntEnum", "Literal", "Mapping", "Model", "Number",
    "None",
    "BASE64", "Base64Text",
    "DIGITS", "EXACT", "INTEGERS", "OpenModel", "ResponseOnly", "Untyped", "Opt", "OrInt", "OrStr",
    "ListOf", "OpenUnion", "UnknownVariant", "RootModel", "StrEnum", "True",
    "False", "TypeAlias",
    "TypeAliasType", "UUID", "Union", "Optional", "List", "Dict", "Set", "Date", "DateTime",
    "annotations",
))  # fmt: skip


class Spelling(IntEnum):
    """The levels of spelling out a wire name, each of which tells more names apart."""

    PLAIN = 0
    SIGNS = 1
    """``-name`` is ``minus_name``; hyphens, dots, slashes and spaces are boundaries."""
    RUN_ON = 2
    """``adAccountId`` is ``adaccountid``."""
    CHARACTERS = 3
    """``a_b`` is ``a_underscore_b``."""
    CASE = 4
    """``ASC`` is ``asc_upper``."""


_BOUNDARIES = "-_./: "


def _spelled(text: str, level: Spelling) -> list[str]:
    """Return the words of a wire name at a level of spelling; at least one."""
    if not words(text):
        return [_sign(char) for char in text] or ["empty"]
    if level is Spelling.PLAIN:
        leading = text[0] in "+-" and text[1:2].isdigit()
        return [*([_SIGNS[text[0]]] if leading else []), *words(text)]
    found: list[str] = []
    text = unicodedata.normalize("NFKC", text)
    for match in re.finditer(r"[^\W_]+|[\W_]", text):
        part, rest = match[0], text[match.end() : match.end() + 1]
        if part.isalnum():
            found += [part] if level is Spelling.RUN_ON else words(part)
        elif level >= Spelling.CHARACTERS or part not in _BOUNDARIES or _is_sign(match, rest):
            is_hyphen = part == "-" and not _is_sign(match, rest)
            found.append("hyphen" if is_hyphen else _sign(part))
    return [*found, _case(text)] if level is Spelling.CASE else found


def _is_sign(match: re.Match[str], rest: str) -> bool:
    return match[0] == "-" and (match.start() == 0 or rest.isdigit())


def _sign(char: str) -> str:
    return _SIGNS.get(char) or f"u{ord(char):x}"


def _case(text: str) -> str:
    """Return the word for the case of a name's letters."""
    if text in (text.lower(), text.upper()):
        return "lower" if text == text.lower() else "upper"
    if not text[:1].isupper():
        return "camel"
    return "capitalized" if text[1:].islower() else "pascal"


def _joined(parts: list[str], separator: str, wire: str, level: int) -> str:
    """Return words as one name; of a long one the first and the last of them that fit."""
    if len(name := separator.join(parts)) <= MAX_LENGTH:
        return name
    head: list[str] = []
    while len(separator.join([*head, parts[len(head)]])) <= 40 + 8 * level:
        head.append(parts[len(head)])
    left = MAX_LENGTH - sum(len(part) + len(separator) for part in head)
    first = len(parts)
    while first > len(head) and len(parts[first - 1]) <= left:
        first -= 1
        left -= len(parts[first]) + len(separator)
    tail = parts[first:]
    if head and tail:
        return separator.join([*head, *tail])
    return f"{name[: MAX_LENGTH - 7]}_{short_hash(wire)}"


def snake(text: str, reserved: Container[str] = (), level: Spelling = Spelling.PLAIN) -> Identifier:
    """Return a wire name as a snake_case identifier: ``adAccountId`` → ``ad_account_id``."""
    parts = [word.lower() for word in _spelled(text, level)]
    return _identifier(_joined(parts, "_", text, level), "field_", text, reserved)


def constant(text: str, level: Spelling = Spelling.PLAIN) -> Identifier:
    """Return an enumeration value as a member's name: ``web-mobile`` → ``WEB_MOBILE``."""
    parts = [word.upper() for word in _spelled(text, level)]
    return _identifier(_joined(parts, "_", text, level), "VALUE_", text, MEMBERS)


def constant_of(call: str) -> Identifier:
    """Return the name of a call's constant in lower case; modules write it in upper case.

    The testing module converts it back, so a letter with two capitals, such as ß, becomes two.
    """
    name = "_".join(word.lower() for word in words(call.upper().lower()))
    return Identifier(f"{name}_" if keyword.iskeyword(name) or name in CALLS else name)


def pascal(
    text: str, reserved: Container[str] = CLASSES, level: Spelling = Spelling.PLAIN
) -> Identifier:
    """Return a component key as a class name: ``Pinterest.Lib.Error`` → ``PinterestLibError``.

    Further levels keep the key's own boundaries: ``Foo_Bar``.
    """
    if level in (Spelling.SIGNS, Spelling.RUN_ON) and words(text):
        parts, separator = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).strip("_")), "_"
    else:
        parts, separator = _spelled(text, level), ""
    parts = [part[0].upper() + part[1:] for part in parts if part]
    return _identifier(_joined(parts, separator, text, level), "Type", text, reserved)


def _identifier(name: str, prefix: str, wire: str, reserved: Container[str]) -> Identifier:
    """Return a name that isn't reserved, after ``prefix`` where it doesn't begin with a letter."""
    name = re.sub(r"\W", "", name)  # the small letter of İ has a mark of its own
    if not (name[0].isalpha() and name.isidentifier()):
        name = f"{prefix}{name}"
    if not name.isidentifier():
        name = f"name_{short_hash(wire)}"
    if keyword.iskeyword(name) or name in reserved:
        name += "_"
    return Identifier(name)


def _abridged(wire: str, group: Sequence[str]) -> str:
    """Return the first, the last, and the own words of a name that is too long; else nothing."""
    parts = words(wire)
    if sum(map(len, parts)) <= MAX_LENGTH:
        return ""
    others = [words(other) for other in group if other != wire]
    own = [part for part in parts[3:-3] if any(part not in other for other in others)]
    return ".".join((*parts[:3], *own, *parts[-3:])) if own else ""


def own_name(wire: str) -> Identifier | None:
    """Return a wire name as an identifier, or None if it isn't one that Python keeps as it is.

    In a class, Python puts the name of the class before names that begin with two underscores.
    """
    if keyword.iskeyword(wire) or wire.startswith("__"):
        return None
    if wire.isascii() and wire.isidentifier():
        return Identifier(wire)
    return None


def check_pinned(name: str, where: str) -> Identifier:
    """Return a name from the settings; raises :class:`UsageError` if it isn't an identifier."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"{where}: {name!r} cannot be a Python name. Use letters, digits and _.")
    return Identifier(name)


_ERRORS = frozenset((
    "ApiError", "AuthError", "AuthenticationError", "BadRequestError", "ConflictError",
    "InternalServerError", "NotFoundError", "PermissionDeniedError", "RateLimitError",
    "RequestError", "ResponseError", "SignatureError", "TimestampError", "TransportError",
    "UnprocessableEntityError", "WaitError", "WebhookError",
))  # fmt: skip


def error_of(client: str) -> Identifier:
    """Return the base class of a client's errors, distinct from those of every client."""
    name = join(client, "Error")
    return join(client, "ClientError") if name in _ERRORS else name


def join(*parts: str) -> Identifier:
    """Return an identifier from identifiers: ``join("Async", "Pinterest")``."""
    return Identifier("".join(parts))


def spelled_or_first(group: Sequence[str], name: str) -> str:
    """Return the one of several wire names that is spelled like their name, or the first."""
    return next((wire for wire in group if wire == name.rstrip("_")), group[0])


def first_without_signs(group: Sequence[str], name: str) -> str | None:
    """Return the one of several enumeration values that keeps a name, or None.

    Of ``+price`` and ``-price`` neither is ``PRICE``, though the first one would keep it.
    """
    whole = [wire for wire in group if constant(wire, Spelling.SIGNS) == name]
    return spelled_or_first(whole, name) if whole else None


def only(group: Sequence[str]) -> str | None:
    """Return the only one of several wire names, or None."""
    return group[0] if len(group) == 1 else None


def make_distinct(
    wires: Iterable[str],
    spell: Callable[[str, Spelling], Identifier],
    keeper: Callable[[Sequence[str], str], str | None] = spelled_or_first,
    pins: Mapping[str, Identifier] = MappingProxyType({}),
    pins_of: str = "names",
) -> dict[str, Identifier]:
    """Return distinct names of one scope; ``spell`` names a wire name at a level of spelling.

    Of several wire names with the same name, in the order of ``wires``, ``keeper`` returns the one
    that keeps it, or None. The others are spelled out further. A wire name in ``pins`` has that
    name in any case; raise :class:`UsageError`, which begins with ``pins_of``, for two that are
    pinned to one.
    """
    levels = dict.fromkeys(wires, 0)
    result = {wire: pins.get(wire) or spell(wire, Spelling.PLAIN) for wire in levels}
    while True:
        claims: defaultdict[Identifier, list[str]] = defaultdict(list)
        for wire, name in result.items():
            claims[name].append(wire)
        groups = [(name, group) for name, group in claims.items() if len(group) > 1]
        if not groups:
            return result
        for name, group in groups:
            pinned = [wire for wire in group if wire in pins]
            if len(pinned) > 1:
                both = " and ".join(map(repr, pinned))
                raise UsageError(
                    f"{pins_of}: {both} are both named {name!r}. Choose another name for one."
                )
            kept = pinned[0] if pinned else keeper(group, name)
            for wire in group:
                if wire != kept:
                    levels[wire] += 1
                    result[wire] = _at(levels[wire], wire, spell, group)


def _at(
    level: int, wire: str, spell: Callable[[str, Spelling], Identifier], group: Sequence[str]
) -> Identifier:
    """Return a name at a level of spelling; beyond the last one with a longer and longer hash.

    Of a name that is too long, the words that others in the group lack are kept before that.
    """
    if level <= Spelling.CASE:
        return spell(wire, Spelling(level))
    if level == Spelling.CASE + 1 and (abridged := _abridged(wire, group)):
        return spell(abridged, Spelling.PLAIN)
    digits = short_hash(wire, 6 * (level - Spelling.CASE))
    return Identifier(f"{spell(wire, Spelling.PLAIN)}_{digits}")
