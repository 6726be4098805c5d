"""One canonical operation to one method of the client.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ...document.selectors import OperationNode
from ...document.tree import MappingNode, SequenceNode
from ...errors import Findings
from .. import names
from ..ir import Answer, Code, Nullable, Operation, Parameter, Scalar, Streamed, Text, Type
from ..names import Identifier
from .bodies import Bodies, preferred, result, signatures
from .media_types import SEQUENTIAL
from .security import Security
from .servers import Servers
from .types import Types, annotation, is_scalar, text

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation ends up: ``client.<resource>.<name>``, or ``client.<name>``."""

    resource: str
    name: str
    stream: str
    """What the method is called that streams an answer, where there is one beside the other."""

    @property
    def call(self) -> str:
        """The attribute path from the client."""
        return f"{self.resource}.{self.name}" if self.resource else self.name


class Operations:
    """Turns the operations of one canonical document into methods."""

    def __init__(
        self,
        root: MappingNode,
        types: Types,
        security: Security,
        servers: Servers,
        findings: Findings,
    ) -> None:
        self.root = root
        self.types = types
        self.security = security
        self.servers = servers
        self.findings = findings
        self.bodies = Bodies(types, findings)

    def build(self, found: OperationNode, place: Place, constant: Identifier) -> Operation:
        """The method for one operation; records what can't be emitted in the findings."""
        item = cast("MappingNode", cast("MappingNode", self.root["paths"])[found.path])
        node = cast("MappingNode", item[found.method])
        parameters = self._parameters(node)
        bodies = self.bodies.bodies(node, found)
        successes, errors = self.bodies.answers(node)
        plain = [answer for answer in successes if answer.codec not in SEQUENTIAL]
        statuses = dict.fromkeys(answer.status for answer in plain)
        answers = [preferred([a for a in plain if a.status == status]) for status in statuses]
        streamed = self._streamed(successes, place, constant)
        only_streams = streamed is not None and streamed.name == place.name
        described = cast("MappingNode", node["responses"])
        security = self.security.alternatives(node)
        return Operation(
            id=text(node.get("operationId")),
            method=found.verb,
            path=Text(found.path.partition("#")[0]),
            key=Text(found.path),
            call=place.call,
            resource=place.resource,
            name=place.name,
            constant=constant,
            summary=text(node.get("summary")),
            doc=text(node.get("description")),
            deprecated=node.get("deprecated") is True,
            parameters=parameters,
            bodies=bodies,
            answers=tuple(answers),
            others=tuple(answer for answer in plain if answer not in answers),
            errors=tuple(errors),
            signatures=() if only_streams else signatures(bodies, plain, answers),
            streamed=streamed,
            result=result(answers),
            result_doc=self._result_doc(described),
            security=security,
            server=Text(self.servers.own(node, secured=bool(security))),
        )

    def _streamed(
        self, successes: list[Answer], place: Place, constant: Identifier
    ) -> Streamed | None:
        """The method for an answer that may be long: a sequence of items, or bytes."""
        answers = [a for a in successes if a.codec in SEQUENTIAL]
        if not answers:
            answers = [a for a in successes if a.codec == "bytes"]
        if not answers:
            return None
        only = all(answer.codec in (*SEQUENTIAL, "none") for answer in successes)
        if only:  # one of them says that there is nothing to read
            answers = successes
        name = place.name if only else place.stream
        return Streamed(
            name,
            f"{place.resource}.{name}" if place.resource else name,
            names.join(constant, "" if only else "_stream"),
            result(answer for answer in answers if answer.codec != "none"),
            tuple(answers),
        )

    def _result_doc(self, responses: MappingNode) -> Text:
        for status, response in responses.items():
            if status.startswith("2") and isinstance(response, MappingNode):
                return text(response.get("description"))
        return Text("")

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(self, node: MappingNode) -> tuple[Parameter, ...]:
        listed = [
            p
            for p in cast("SequenceNode", node.get("parameters", ()))
            if isinstance(p, MappingNode)
        ]
        keys = [f"{p['in']} {p['name']}" for p in listed]
        wanted = {
            key: names.snake(cast("str", p["name"]), names.ARGUMENTS)
            for key, p in zip(keys, listed, strict=True)
        }
        counts: dict[str, int] = {}
        for name in wanted.values():
            counts[name] = counts.get(name, 0) + 1
        for key, name in list(wanted.items()):  # the same name in two places: the place tells
            place = key.partition(" ")[0]
            if counts[name] > 1 and place != "path":
                wanted[key] = Identifier(f"{name.rstrip('_')}_{place}")
        final = names.distinct(keys, wanted)
        made = [self._parameter(p, final[key]) for key, p in zip(keys, listed, strict=True)]
        return tuple(sorted(made, key=lambda p: not p.required))

    def _parameter(self, node: MappingNode, name: Identifier) -> Parameter:
        place = cast("str", node["in"])
        if place == "querystring":
            raise self.findings.refuse(
                "querystring",
                node.location,
                "a parameter that is the whole query string can't be sent yet",
                "Describe its members as parameters in query, or leave the operation out.",
            )
        schema, style = node.get("schema"), cast("str", node.get("style", _STYLES[place]))
        content = node.get("content")
        if isinstance(content, MappingNode):
            media = next(iter(content.values()))
            schema = media.get("schema") if isinstance(media, MappingNode) else None
            style = "json"
        made: Type = self.types.type(schema) if isinstance(schema, MappingNode) else Scalar("any")
        required = node.get("required") is True
        if isinstance(made, Nullable):
            made = made.inner
        hint = annotation(made)
        return Parameter(
            name=name,
            wire=cast("str", node["name"]),
            place=place,
            type=made,
            annotation=hint if required else Code(f"{hint} | None"),
            required=required,
            style=style,
            explode=cast("bool", node.get("explode", style in ("form", "deepObject"))),
            reserved=node.get("allowReserved") is True,
            doc=text(node.get("description")),
            check=annotation(made, constrained=True),
            scalar=is_scalar(made),
        )
