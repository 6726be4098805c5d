"""One canonical operation to one method of the client.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.14 (Media Type),
§4.8.16 (Responses); RFC 9110 §9.2.2 (idempotent methods).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from .. import names
from ..errors import Findings
from ..ir import Answer, Body, Code, Nullable, Operation, Parameter, Ref, Scalar, Text, Type
from ..names import Identifier
from ..spec.nodes import Map, Seq
from ..spec.select import Found
from .servers import base_url
from .types import Types, annotation, text

_IDEMPOTENT = ("get", "head", "put", "delete", "options", "trace", "query")
_JSON = re.compile(r"(application|text)/(.+\+)?json\b|\*/\*\Z", re.IGNORECASE)
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_WITHOUT_BODY = ("204", "205", "304")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation ends up: ``client.<resource>.<name>``, or ``client.<name>``."""

    resource: str
    name: str

    @property
    def call(self) -> str:
        """The attribute path from the client."""
        return f"{self.resource}.{self.name}" if self.resource else self.name


class Operations:
    """Turns the operations of one canonical document into methods."""

    def __init__(self, root: Map, types: Types, findings: Findings) -> None:
        self.root = root
        self.types = types
        self.findings = findings

    def build(
        self, found: Found, place: Place, constant: Identifier, security: Mapping[str, Identifier]
    ) -> Operation:
        """The method for one operation; records what can't be emitted in the findings."""
        item = cast("Map", cast("Map", self.root["paths"])[found.path])
        node = cast("Map", item[found.method])
        parameters = self._parameters(node)
        body = self._body(node, found)
        answers, errors = self._answers(node)
        results = list(dict.fromkeys(answer.annotation for answer in answers)) or [Code("None")]
        described = cast("Map", node["responses"])
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
            idempotent=found.method in _IDEMPOTENT,
            parameters=parameters,
            body=body,
            answers=answers,
            errors=errors,
            result=Code(" | ".join(results)),
            result_doc=self._result_doc(described),
            security=self._security(node, security),
            server=Text(base_url(node, self.findings)),
        )

    def _result_doc(self, responses: Map) -> Text:
        for status, response in responses.items():
            if status.startswith("2") and isinstance(response, Map):
                return text(response.get("description"))
        return Text("")

    def _security(self, node: Map, known: Mapping[str, Identifier]) -> tuple[tuple[str, ...], ...]:
        alternatives = node.get("security")
        if not isinstance(alternatives, Seq):
            return ()
        named = (
            tuple(known[name] for name in alternative)
            for alternative in alternatives
            if isinstance(alternative, Map) and all(name in known for name in alternative)
        )
        return tuple(dict.fromkeys(named))

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(self, node: Map) -> tuple[Parameter, ...]:
        listed = [p for p in cast("Seq", node.get("parameters", ())) if isinstance(p, Map)]
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

    def _parameter(self, node: Map, name: Identifier) -> Parameter:
        place = cast("str", node["in"])
        if place == "querystring":
            raise self.findings.refuse(
                "querystring",
                node.origin,
                "a parameter that is the whole query string can't be sent yet",
                "Describe its members as parameters in query, or leave the operation out.",
            )
        schema, style = node.get("schema"), cast("str", node.get("style", _STYLES[place]))
        content = node.get("content")
        if isinstance(content, Map):
            media = next(iter(content.values()))
            schema = media.get("schema") if isinstance(media, Map) else None
            style = "json"
        made: Type = self.types.type(schema) if isinstance(schema, Map) else Scalar("any")
        required = node.get("required") is True
        if isinstance(made, Nullable):
            made = made.inner
        hint = annotation(made)
        return Parameter(
            name=name,
            wire=cast("str", node["name"]),
            place=place,
            annotation=hint if required else Code(f"{hint} | None"),
            required=required,
            style=style,
            explode=cast("bool", node.get("explode", style in ("form", "deepObject"))),
            reserved=node.get("allowReserved") is True,
            doc=text(node.get("description")),
            check=annotation(made, constrained=True),
        )

    # ── bodies ───────────────────────────────────────────────────────────────────────────────

    def _body(self, node: Map, found: Found) -> Body | None:
        body = node.get("requestBody")
        if not isinstance(body, Map):
            return None
        content = cast("Map", body["content"])
        offered = [(name, codec) for name in content if (codec := _codec(name))]
        if not offered:
            self.findings.refuse(
                "request-media-type",
                content.origin,
                f"{found.label}: no request body in {', '.join(content) or 'any media type'} can "
                "be sent",
                "Leave the operation out with 'operations', or describe a JSON body.",
            )
            return None
        order = ("json", "form", "text", "bytes")
        name, codec = min(offered, key=lambda pair: order.index(pair[1]))
        for other in content:
            if other != name:
                self.findings.warn(
                    "request-media-type",
                    content.at(other),
                    f"{found.label}: the body is sent as {name}; {other} isn't offered",
                    "Nothing needs doing unless you need that media type.",
                )
        media = content[name]
        schema = media.get("schema") if isinstance(media, Map) else None
        made: Type = self.types.type(schema) if isinstance(schema, Map) else Scalar("any")
        hint, check = annotation(made), annotation(made, constrained=True)
        if codec in ("text", "bytes"):
            hint = check = Code("str" if codec == "text" else "bytes")
            made = Scalar("any")
        return Body(
            media_type=name if name != "*/*" else "application/json",
            codec=codec,
            annotation=hint,
            required=body.get("required") is True,
            doc=text(body.get("description")),
            check=check,
        )

    def _answers(self, node: Map) -> tuple[tuple[Answer, ...], tuple[Answer, ...]]:
        responses = cast("Map", node["responses"])
        successes: list[Answer] = []
        errors: list[Answer] = []
        has_success = any(status.startswith("2") for status in responses)
        for status, response in responses.items():
            assert isinstance(response, Map)
            answer = self._answer(status, response)
            if status.startswith("2") or (status == "default" and not has_success):
                successes.append(answer)
            if not status.startswith(("1", "2", "3")):
                errors.append(answer)
        return tuple(successes), tuple(errors)

    def _answer(self, status: str, response: Map) -> Answer:
        content = response.get("content")
        if not isinstance(content, Map) or not content or status in _WITHOUT_BODY:
            return Answer(status, "", "none", Code("None"), Code("None"))
        name = next((name for name in content if _JSON.match(name)), next(iter(content)))
        media = content[name]
        schema = media.get("schema") if isinstance(media, Map) else None
        if _JSON.match(name):
            made: Type = self.types.type(schema) if isinstance(schema, Map) else Scalar("any")
            return Answer(
                status,
                name,
                "json",
                annotation(made),
                annotation(made, constrained=True),
                made.name if isinstance(made, Ref) and self.types.is_model(made.name) else "",
            )
        codec = "text" if _codec(name) == "text" else "bytes"
        hint = Code("str" if codec == "text" else "bytes")
        return Answer(status, name, codec, hint, hint)


def _codec(media_type: str) -> str:
    """How a body of that media type is written; empty where this generator can't."""
    bare = media_type.partition(";")[0].strip().lower()
    if _JSON.match(bare):
        return "json"
    if bare == "application/x-www-form-urlencoded":
        return "form"
    if bare.startswith("text/") or bare.endswith(("xml", "+yaml")) or bare == "application/yaml":
        return "text"
    return "" if bare.startswith("multipart/") else "bytes"
