"""The constructor arguments for parameters of many operations, by the setting ``globals``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...base.config import Client
from ...base.errors import Findings, RecordError, UsageError
from ...reading.openapi.model.document import Document
from ..ir.annotations import annotation
from ..ir.operations import ClientOperation, MethodParameter
from ..ir.package import Api, ClientArgument, Credential, ServerArgument
from ..ir.types import Nullable, union
from ..names import ARGUMENTS, CREDENTIALS, OF_CLIENT, Identifier, snake

Key = tuple[str, str]
"""A place and a name in it; that of a header in lower case."""


def read_globals(
    document: Document,
    client: Client,
    findings: Findings,
    credentials: Sequence[Credential],
    variables: Sequence[ServerArgument],
) -> dict[Key, Identifier]:
    """Return the names of the arguments by parameter.

    Warn of a parameter that no operation has. Raise :class:`UsageError` for one whose argument the
    client has already, or whose place a credential has.
    """
    described: dict[Key, str] = {}
    for operation in document.operations:
        for parameter in operation.parameters:
            key = parameter_key(parameter.in_, parameter.name)
            described[key] = f"{parameter.in_} {parameter.name}"
    owners, secrets = _owners(credentials, variables), _places(credentials)
    named: dict[Key, Identifier] = {}
    for index, setting in enumerate(client.globals):
        key = _key_of(setting)
        if key not in described:
            _warn_of_none(setting, index, [*described.values()], client, findings)
            continue
        if key in secrets:
            fact = f"names {setting!r}, which the credential {secrets[key]!r} sends"
            raise _fault(client, index, fact, "Remove it.")
        name = snake(key[1], OF_CLIENT)
        if owner := _owner(name, owners):
            fact = f"names {setting!r}, whose argument {name!r} would be {owner}"
            raise _fault(client, index, fact, _remedy(name, credentials))
        owners[name] = f"that of {setting!r}, too"
        named[key] = name
    return named


def with_client_arguments(
    operations: Iterable[ClientOperation], named: Mapping[Key, Identifier], client: Client
) -> list[ClientOperation]:
    """Return operations that have some of their arguments from the client if a call has none.

    Raise :class:`UsageError` for a parameter that may be null, for which None has another meaning.
    """
    changed: list[ClientOperation] = []
    for operation in operations:
        parameters: list[MethodParameter] = []
        for parameter in operation.parameters:
            name = named.get(parameter_key(parameter.place, parameter.wire))
            if name is not None:
                _check_not_null(operation, parameter, client)
                parameter = replace(parameter, required=False, of_client=name)
            parameters.append(parameter)
        parameters.sort(key=lambda parameter: not parameter.required)
        changed.append(replace(operation, parameters=tuple(parameters)))
    return changed


def build_client_arguments(operations: Iterable[ClientOperation]) -> tuple[ClientArgument, ...]:
    """Return the arguments of the constructor, sorted by name.

    The annotation is that of all operations together; each call checks its own.
    """
    users: dict[str, list[MethodParameter]] = {}
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.of_client:
                users.setdefault(parameter.of_client, []).append(parameter)
    arguments: list[ClientArgument] = []
    for name in sorted(users):
        first = users[name][0]
        types = dict.fromkeys(parameter.type for parameter in users[name])
        argument = ClientArgument(
            name=name,
            place=first.place,
            wire=first.wire,
            types=tuple(types),
            annotation=union(annotation(type_, "argument") for type_ in types),
            doc=first.doc,
        )
        arguments.append(argument)
    return tuple(arguments)


def parameter_key(place: str, name: str) -> Key:
    """Return the key of a parameter (RFC 9110 §5.1: names of headers are case-insensitive)."""
    return place, name.lower() if place == "header" else name


def free_name(api: Api, key: Key) -> str:
    """Return the name of the constructor's argument for a parameter; empty if it can't have one."""
    if key in _places(api.credentials):
        return ""
    name = snake(key[1], OF_CLIENT)
    if _owner(name, _owners(api.credentials, api.server_variables)):
        return ""
    return name


def _places(credentials: Iterable[Credential]) -> dict[Key, str]:
    """Return the names of the credentials that are keys, by their places."""
    return {parameter_key(one.kind, one.wire): one.name for one in credentials}


def _owners(
    credentials: Iterable[Credential], variables: Iterable[ServerArgument]
) -> dict[str, str]:
    """Return what the arguments of the constructor are, as the end of a sentence, by name."""
    owners: dict[str, str] = {}
    for variable in variables:
        owners[variable.name] = "that of a server variable"
    for credential in credentials:
        owners[credential.name] = "that of a credential"
    return owners


def _key_of(setting: str) -> Key:
    place, _, name = setting.partition(" ")
    return parameter_key(place, name)


def _owner(name: str, owners: Mapping[str, str]) -> str:
    """Return what has a name in the constructor, as the end of a sentence; empty if nothing has."""
    if name in owners:
        return owners[name]
    return "a setting of the constructor" if name in CREDENTIALS - ARGUMENTS else ""


def _remedy(name: str, credentials: Sequence[Credential]) -> str:
    """Return what to do about an argument whose name the constructor has already."""
    for credential in credentials:
        if credential.name == name:
            scheme = credential.scheme.value.partition(";")[0].partition(",")[0]
            return f'Rename the credential: credentials = {{ "{scheme}" = "{name}_credential" }}'
    return "Remove it."


def _check_not_null(operation: ClientOperation, parameter: MethodParameter, client: Client) -> None:
    if isinstance(parameter.type, Nullable):
        place = parameter_key(parameter.place, parameter.wire)
        index = [*map(_key_of, client.globals)].index(place)
        fact = (
            f"names {client.globals[index]!r}, which may be null in "
            f"{operation.id.value or operation.call}: None would have two meanings"
        )
        raise _fault(client, index, fact, "Remove it.")


def _warn_of_none(
    setting: str, index: int, described: Sequence[str], client: Client, findings: Findings
) -> None:
    hint = "Remove"
    for near in difflib.get_close_matches(setting, described, n=1):
        hint = f"Did you mean {near!r}? Or remove"
    findings.warn(
        "stray-pin",
        client.place("globals", index),
        f"the entry {setting!r} of `globals` has no effect: it names no parameter of the client's "
        "operations",
        f"{hint} the entry from `globals` of [tool.speclock.clients.{client.package}].",
    )


def _fault(client: Client, index: int, fact: str, remedy: str) -> UsageError:
    return client.fault(RecordError(("globals", index), fact, remedy))
