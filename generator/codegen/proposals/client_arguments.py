"""The setting ``globals`` that a description shows: parameters that most operations require."""

from __future__ import annotations

from collections import Counter

from ..build.client_arguments import Key, free_name, parameter_key
from ..ir.package import Api
from ..ir.types import Nullable

_LEAST = 3
"""The number of operations that a parameter needs to be proposed."""
_SHARE = 0.8
"""The part of the operations that have to require it."""


def propose_globals(api: Api) -> tuple[str, ...]:
    """Return the parameters that most operations require, as the setting has them, sorted.

    A parameter that cannot be an argument of the client isn't among them.
    """
    users: Counter[Key] = Counter()
    settings: dict[Key, str] = {}
    impossible: set[Key] = set()
    for operation in api.operations:
        for parameter in operation.parameters:
            key = parameter_key(parameter.place, parameter.wire)
            if isinstance(parameter.type, Nullable) or parameter.place == "querystring":
                impossible.add(key)
            if parameter.required:
                users[key] += 1
                settings.setdefault(key, f"{parameter.place} {parameter.wire}")
    least = max(_LEAST, _SHARE * len(api.operations))
    proposed: dict[str, str] = {}
    for key, count in sorted(users.items()):
        name = free_name(api, key)
        if count >= least and name and key not in impossible:
            proposed.setdefault(name, settings[key])
    return tuple(proposed.values())
