"""The methods that start something and wait for its result, by the settings.

Sources: OpenAPI 3.1.1 §4.8.20 (Link Object); RFC 9110 §10.2.3 (Retry-After).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...base.config import Client, Poll
from ...base.errors import RecordError
from ..ir.models import Enumeration, plain
from ..ir.operations import ClientOperation, Member, MethodParameter, Wait
from ..ir.types import Constant, Json, Ref, Scalar, Type, UnionType
from ..names import snake
from .response_members import ResponseMembers, Unfit, hint_at

_BODY = re.compile(r"\$response\.body#(/.*)\Z")


class Poller(ResponseMembers):
    """The builder of methods that wait for a result."""

    def add_waits(
        self, operations: tuple[ClientOperation, ...], client: Client
    ) -> tuple[ClientOperation, ...]:
        """Return ``operations`` with :attr:`ClientOperation.wait` for those of the setting.

        Raises :class:`UsageError` with the line of a setting that doesn't fit.
        """
        calls = {name: op for op in operations for name in op.origin.spellings}
        waits: dict[str, Wait] = {}
        for key, rule in client.poll.items():
            try:
                start = _selected(calls, key, "")
                waits[start.call] = self._wait(start, _selected(calls, rule.operation), rule)
            except Unfit as fault:
                place = f" ({fault.where.location.place})" if fault.where else ""
                path = ("poll", key, *filter(None, [fault.key]))
                raise client.fault(RecordError(path, f"{fault}{place}", fault.hint)) from None
        return tuple(replace(op, wait=waits.get(op.call)) for op in operations)

    def _wait(self, start: ClientOperation, asked: ClientOperation, rule: Poll) -> Wait:
        if asked.body is not None and asked.body.required:
            raise Unfit(f"{rule.operation!r} needs a body", "operation")
        status, kind = self._member(asked, rule.status, "status")
        described = self._values(kind)
        for key in ("until", "failed"):
            for value in getattr(rule, key):
                if described is not None and value not in described:
                    member = f"{rule.status!r} in {rule.operation!r}"
                    fact = f"has {value!r}, which isn't a value of {member}"
                    hint = hint_at(value, described, "values")
                    raise Unfit(fact, key, self._answer_schema(asked), hint)
        links = self._links(start, asked)
        path = self._second(start, "_and_wait")
        return Wait(
            name=path.name,
            call=path.call,
            constant=path.constant,
            argument="wait_" if any(p.name == "wait" for p in start.parameters) else "wait",
            asked=asked,
            arguments=tuple(self._argument(start, p, rule, links) for p in asked.parameters),
            status=status,
            until=rule.until,
            failed=rule.failed,
        )

    def _values(self, kind: Type) -> list[str] | None:
        """Return the described values, as settings write them; None if there may be any."""
        kind = plain(kind, self.components)
        if isinstance(kind, UnionType):
            options = [self._values(option) for option in kind.options]
            return None if None in options else [v for values in options for v in values or ()]
        named = self.components.get(kind.name) if isinstance(kind, Ref) else None
        if isinstance(named, Enumeration):
            return [_spelled(value) for _, value in named.members]
        if isinstance(kind, Constant):
            return [_spelled(value) for value in kind.values]
        return ["true", "false"] if kind == Scalar("boolean") else None

    def _links(self, start: ClientOperation, asked: ClientOperation) -> dict[str, str]:
        """Return the pointers into the first response by the parameters that links fill."""
        pointers: dict[str, str] = {}
        for response in start.origin.responses.values():
            for link in response.links.values():
                if self.targets.find(link) is asked.origin:
                    pointers.update(_pointers(link.parameters))
        return pointers

    def _argument(
        self,
        start: ClientOperation,
        parameter: MethodParameter,
        rule: Poll,
        links: dict[str, str],
    ) -> int | str | tuple[Member, ...] | None:
        """Return the index of an argument of ``start``, the name of one of the client, or the
        member of the response.

        In this order: as ``parameters`` of the setting, as a link, as the argument of the same
        name, that of the client, the member of the same name, and for ``pet_id`` the member ``id``.
        """
        wire = parameter.wire
        if path := rule.parameters.get(wire) or links.get(wire):
            return self._member(start, path, "parameters")[0]
        if not (parameter.required or parameter.of_client):
            return None
        for index, given in enumerate(start.parameters):
            if given.name == parameter.name:
                return index
        if parameter.of_client:
            return parameter.of_client
        name = snake(wire)
        fields = self._fields(self._answer(start))
        for wanted in (name, "id" if name.endswith("_id") else name):
            for field in fields:
                if snake(field.wire) == wanted:
                    return self._member(start, f"/{field.wire}", "parameters")[0]
        fact = f"lacks {wire!r}, which {rule.operation!r} needs"
        schema = self._answer_schema(start)
        raise Unfit(fact, "parameters", schema, f"Add it: parameters = {{ {wire} = MEMBER }}.")


def _selected(
    calls: dict[str, ClientOperation], name: str, key: str = "operation"
) -> ClientOperation:
    if name not in calls:
        hint = hint_at(name, [*calls], "operations")
        raise Unfit(f"names the operation {name!r}, which isn't selected", key, None, hint)
    return calls[name]


def _pointers(parameters: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield the names of a link's parameters that are in the body, with their pointers."""
    for key, value in parameters.items():
        place = _BODY.match(value) if isinstance(value, str) else None
        if place:
            yield key.rpartition(".")[2], place[1]


def _spelled(value: str | int | bool) -> str:
    return value if isinstance(value, str) else json.dumps(value)
