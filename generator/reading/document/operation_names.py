"""The names that operations have by themselves, from the shortest to the longest.

Frameworks make operationIds of classes, functions and paths; what such an id repeats is recognised
by its form alone, so a name doesn't depend on the operations that are selected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VERSION = re.compile(r"api|rest|v?\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d*)?", re.IGNORECASE)
"""A segment at the beginning of a path that all paths of an API have: ``api``, ``rest``, ``v1``."""
_CONTROLLER = re.compile(r"([A-Z][A-Za-z0-9]*)Controller_(.+)", re.DOTALL)
"""An operationId of NestJS: the class and the method."""


class CallName(NamedTuple):
    """The wire names of an operation's resource and method."""

    resource: str
    """Empty for a method of the client itself."""
    method: str


class OperationNames(NamedTuple):
    """The names of an operation, the shortest first; each later one has more of its own text."""

    calls: tuple[CallName, ...]
    full: int
    """The index of the call that repeats whatever the operationId has; longer ones are made from
    the path."""
    prefixes: tuple[str, ...]
    """The beginnings of the keys of its inline schemas; the last one is its method and path."""


@cache
def words(text: str) -> tuple[str, ...]:
    """Return the words of a wire name, split at non-word characters, ``_`` and camel humps."""
    text = unicodedata.normalize("NFKC", text)
    parts = re.split(r"[\W_]+", text)
    parts_with_text = filter(None, parts)
    return tuple(word for part in parts_with_text for word in _CAMEL.split(part))


@lru_cache(maxsize=10_000)
def names_of_operation(
    operation_id: str, tags: tuple[str, ...], method: str, path: str
) -> OperationNames:
    """Return the names of an operation.

    An id is split at its last separator (``pets/list``); without one the resource is the first
    tag. An operation without an id is named by its method and path. The shortest name lacks what
    tells nothing: the controller of NestJS, FastAPI's suffix, leading segments such as ``/api/v1``,
    and the name of the resource at the beginning.
    """
    tag = tags[0] if tags else ""
    match = re.match(r"(.+)[/.](.+)\Z", operation_id, re.DOTALL)
    resource, name = tag, operation_id
    if match and words(match[1]) and words(match[2]):
        resource, name = match[1], match[2]
    own = own_path(path)
    longer = [path_call(method, own), path_call(method, path)]
    longest = path_call(method, path, marks_parameters=True)
    short = prefix = ""
    if controller := _CONTROLLER.fullmatch(name):
        short, prefix = controller[2], f"{controller[1]}.{controller[2]}"
        short_resource = resource or controller[1]
    elif function := framework_function(operation_id, method, path):
        short, prefix, short_resource = function, function, tag
    elif name:
        short, short_resource = _without_leading_path(name, method, path, own), resource
        if short != name:
            prefix = operation_id.removesuffix(name) + short
    else:
        short, short_resource = longer[0], resource
    verb = 0 if name else 1  # it precedes the path
    calls = [CallName(short_resource, _without_resource(short, short_resource, verb))]
    calls.append(CallName(short_resource, short))
    if name:
        calls.append(CallName(resource, name))
    full = CallName(resource, name or longer[1])
    calls += [CallName(resource, name) for name in (*longer, longest)]
    calls = list(dict.fromkeys(calls))
    places = [f"{method}.{own.strip('/')}", f"{method}.{path.strip('/')}"]
    prefixes = tuple(dict.fromkeys(filter(None, (prefix, operation_id, *places))))
    return OperationNames(tuple(calls), calls.index(full), prefixes)


def framework_function(operation_id: str, method: str, path: str) -> str:
    """Return the function in an operationId that FastAPI made; empty for any other id.

    It is the function, the path with ``_`` for each other character, and the method.
    """
    end = re.sub(r"\W", "_", path) + f"_{method}"
    return operation_id.removesuffix(end) if operation_id.endswith(end) else ""


def own_path(path: str) -> str:
    """Return a path without leading segments such as ``/api/v1``, if it has any others."""
    segments = path.strip("/").split("/")
    count = _leading(segments)
    return "/" + "/".join(segments[count:]) if count and count < len(segments) else path


def path_call(method: str, path: str, *, marks_parameters: bool = False) -> str:
    """Return the wire name of an operation from its method and path: ``get_pets_pet_id``.

    With ``marks_parameters`` it is ``get_pets_by_pet_id``, and a fragment is part of it.
    """
    parts = path.split("/")
    if marks_parameters:
        parts = [re.sub(r"\{", " by ", part) for part in parts]
    else:
        parts = [part.partition("#")[0] for part in parts]
    path_words = "_".join(word for part in parts for word in words(part))
    return f"{method}_{path_words}" if path_words else f"{method}_root"


def _leading(segments: Sequence[str]) -> int:
    """Return the number of leading segments that all paths of an API have."""
    rest = (at for at, segment in enumerate(segments) if not _VERSION.fullmatch(segment))
    return next(rest, len(segments))


def _without_leading_path(name: str, method: str, path: str, own: str) -> str:
    """Return an id without the leading segments of the path that it repeats (``api_v1_list``)."""
    segments = path.strip("/").split("/")
    leading = [word for segment in segments[: _leading(segments)] for word in words(segment)]
    listed = words(name)
    verb = 1 if listed and listed[0].casefold() == method else 0
    first = words(own.strip("/").partition("/")[0])
    if not leading or own == path or _begins(listed[verb:], first):
        return name
    if not _begins(listed[verb:], leading):
        return name
    rest = listed[verb + len(leading) :]
    return "_".join((*listed[:verb], *rest)) if _is_name(rest) else name


def _without_resource(name: str, resource: str, verb: int) -> str:
    """Return a method without the resource that it begins with (``droplets_list``).

    ``verb`` is the number of words before the resource: the method, where it is made from that.
    """
    repeated, listed = words(resource), words(name)
    rest = listed[verb + len(repeated) :]
    if not repeated or not _begins(listed[verb:], repeated) or not (verb or rest):
        return name
    return "_".join((*listed[:verb], *rest)) if verb or _is_name(rest) else name


def _begins(listed: Sequence[str], beginning: Sequence[str]) -> bool:
    start = listed[: len(beginning)]
    return bool(beginning) and [*map(str.casefold, start)] == [*map(str.casefold, beginning)]


def _is_name(listed: Sequence[str]) -> bool:
    return bool(listed) and listed[0][0].isalpha()
