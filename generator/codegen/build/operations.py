"""The construction of the client's methods from operations.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ...errors import Findings
from ...openapi import model
from .. import ir, names
from ..names import Identifier
from .bodies import Bodies, annotate_result, build_signatures, select_default
from .media_types import SEQUENTIAL
from .security import Security
from .servers import Servers
from .types import Types, annotation, is_scalar, text

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


@dataclass(frozen=True, slots=True)
class CallPath:
    """The path of a method: ``client.<resource>.<name>``, or ``client.<name>``."""

    resource: str
    name: str
    stream: str
    """The name of the streaming method, if there is one besides the other."""

    @property
    def call(self) -> str:
        """The attribute path from the client."""
        return f"{self.resource}.{self.name}" if self.resource else self.name


class OperationBuilder:
    """The builder of methods."""

    def __init__(
        self, types: Types, security: Security, servers: Servers, findings: Findings
    ) -> None:
        self.types = types
        self.security = security
        self.servers = servers
        self.findings = findings
        self.bodies = Bodies(types, findings)

    def build(
        self, operation: model.Operation, place: CallPath, constant: Identifier
    ) -> ir.ClientOperation:
        """Return the method for one operation; record unsupported constructs in the findings."""
        parameters = self._parameters(operation)
        bodies = self.bodies.bodies(operation)
        successes, errors = self.bodies.answers(operation)
        plain = [answer for answer in successes if answer.codec not in SEQUENTIAL]
        statuses = dict.fromkeys(answer.status for answer in plain)
        answers = [select_default([a for a in plain if a.status == status]) for status in statuses]
        streamed = self._streamed(successes, place, constant)
        only_streams = streamed is not None and streamed.name == place.name
        security = self.security.alternatives(operation)
        docs = (r.description for s, r in operation.responses.items() if s.startswith("2"))
        return ir.ClientOperation(
            id=text(operation.operation_id),
            method=operation.verb,
            path=ir.Text(operation.path.partition("#")[0]),
            key=ir.Text(operation.path),
            call=place.call,
            resource=place.resource,
            name=place.name,
            constant=constant,
            summary=text(operation.summary),
            doc=text(operation.description),
            deprecated=operation.deprecated,
            parameters=parameters,
            bodies=bodies,
            answers=tuple(answers),
            others=tuple(answer for answer in plain if answer not in answers),
            errors=tuple(errors),
            signatures=() if only_streams else build_signatures(bodies, plain, answers),
            streamed=streamed,
            result=annotate_result(answers),
            result_doc=next((text(doc) for doc in docs), ir.Text("")),
            security=security,
            server=ir.Text(self.servers.own(operation, secured=bool(security))),
        )

    def _streamed(
        self, successes: list[ir.Answer], place: CallPath, constant: Identifier
    ) -> ir.Streamed | None:
        """Return the method for a response that may be long: a sequence of items, or bytes."""
        answers = [a for a in successes if a.codec in SEQUENTIAL]
        if not answers:
            answers = [a for a in successes if a.codec == "bytes"]
        if not answers:
            return None
        only = all(answer.codec in (*SEQUENTIAL, "none") for answer in successes)
        if only:  # with those that have no body
            answers = successes
        name = place.name if only else place.stream
        return ir.Streamed(
            name,
            f"{place.resource}.{name}" if place.resource else name,
            names.join(constant, "" if only else "_stream"),
            annotate_result(answer for answer in answers if answer.codec != "none"),
            tuple(answers),
        )

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(self, operation: model.Operation) -> tuple[ir.MethodParameter, ...]:
        listed = {f"{p.in_} {p.name}": p for p in operation.parameters}
        wanted = {key: names.snake(p.name, names.ARGUMENTS) for key, p in listed.items()}
        counts = Counter(wanted.values())
        for key, p in listed.items():  # the same name in two places
            name = wanted[key]
            if counts[name] > 1 and p.in_ != "path":
                wanted[key] = Identifier(f"{name.rstrip('_')}_{p.in_}")
        final = names.make_distinct(listed, wanted)
        made = [self._parameter(p, final[key]) for key, p in listed.items()]
        return tuple(sorted(made, key=lambda p: not p.required))

    def _parameter(self, described: model.Parameter, name: Identifier) -> ir.MethodParameter:
        if described.in_ == "querystring":
            raise self.findings.refuse(
                "querystring",
                described.location,
                "a parameter for the whole query string isn't supported yet",
                "Describe its members as parameters in query, or leave the operation out.",
            )
        schema, style = described.schema, described.style or _STYLES[described.in_]
        if described.content is not None:
            media = next(iter(described.content.media_types.values()), None)
            schema, style = media.schema if media is not None else None, "json"
        made = self.types.type(schema)
        if isinstance(made, ir.Nullable):
            made = made.inner
        hint = annotation(made)
        explode = described.explode
        return ir.MethodParameter(
            name=name,
            wire=described.name,
            place=described.in_,
            type=made,
            annotation=hint if described.required else ir.Code(f"{hint} | None"),
            required=described.required,
            style=style,
            explode=style in ("form", "deepObject") if explode is None else explode,
            reserved=described.allow_reserved,
            doc=text(described.description),
            check=annotation(made, constrained=True),
            scalar=is_scalar(made),
        )
