"""The cases of the generated tests: what to call with, what must go out, what must read back.

What they expect is made from the description, by other code than the client's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from ...document.tree import MappingNode, Value
from ...errors import Findings
from ...openapi.examples.check import Examples
from ...openapi.normalize.nullability import made
from ..build.servers import Servers
from ..build.types import PREFIX, is_file
from ..ir import Answer, Body, Case, Credential, Json, Operation, Parameter
from .expected_requests import headers, url

ELSEWHERE = "https://api.example.com"
"""The base URL that the generated tests give where the description has none."""


class Cases:
    """Collects the cases of every operation of one canonical document."""

    def __init__(
        self,
        root: MappingNode,
        operations: tuple[Operation, ...],
        credentials: tuple[Credential, ...],
        servers: Servers,
        findings: Findings,
    ) -> None:
        self.root = root
        self.operations = operations
        self.credentials = {c.name: c for c in credentials}
        self.base_url = servers.base_url or f"{ELSEWHERE}{servers.base_path}"
        self.findings = findings
        self.examples = Examples(root)

    def build(self) -> tuple[Case, ...]:
        """Request, response, stream and error cases, in the order of the description."""
        cases: list[Case] = []
        for op in self.operations:
            item = cast("MappingNode", cast("MappingNode", self.root["paths"])[op.key.value])
            node = cast("MappingNode", item[op.method.lower()])
            requests = list(self._requests(op, node))
            cases += requests
            if requests:
                borrowed = {k: requests[0].data[k] for k in ("arguments", "sends")}
                cases += self._responses(op, node, borrowed)
                cases += self._streams(op, node, borrowed)
        return tuple(cases)

    # ── requests ─────────────────────────────────────────────────────────────────────────────

    def _requests(self, op: Operation, node: MappingNode) -> Iterator[Case]:
        arguments: dict[str, Json] = {}
        for parameter in op.parameters:
            found = self._parameter(node, parameter)
            if found is not None:
                arguments[parameter.name] = found
            elif parameter.required:
                return  # a warning says why
        call = op.call if op.signatures or op.streamed is None else op.streamed.call
        wire: dict[str, Json] = {
            "method": op.method,
            "url": url(op, arguments, self.base_url, self.credentials),
            "headers": headers(op, arguments, self.credentials),
            "undocumented": _undocumented(op),
        }
        request = node.get("requestBody")
        if not isinstance(request, MappingNode) or not op.bodies:
            data = {"arguments": arguments, "sends": None, **wire}
            yield Case("request", "example", call, op.id, data)
            return
        content = cast("MappingNode", request["content"])
        for body in op.bodies:
            media = content[body.key]
            assert isinstance(media, MappingNode)
            chosen: dict[str, Json] = {}
            if body is not op.bodies[0]:
                if not op.signatures:
                    continue
                chosen = {"content_type": body.media_type}
            for name, value in self._media(media, body.codec, body.media_type, "readOnly"):
                pointer = None
                if body.codec == "json" and "schema" in media:
                    pointer = self._pointer(op, "requestBody", "content", body.key, "schema")
                sends: dict[str, Json] = {
                    "codec": body.codec,
                    "files": self._files(media, body),
                    "has_extras": self._has_extras(media, value),
                }
                yield Case(
                    "request",
                    f"{body.media_type}-{name}" if chosen else name,
                    call,
                    op.id,
                    {
                        "arguments": {**arguments, "body": value, **chosen},
                        "sends": sends,
                        **wire,
                        "content_type": body.media_type,
                        "codec": body.codec,
                        "body": value,
                        "schema": pointer,
                        "has_extras": sends["has_extras"],
                    },
                )

    def _files(self, media: MappingNode, body: Body) -> list[Json]:
        """The members of a multipart body that are files."""
        schema = media.get("schema")
        if body.codec != "multipart" or not isinstance(schema, MappingNode):
            return []
        key = cast("str", schema.get("$ref", "")).removeprefix(PREFIX)
        whole = self.examples.schemas.get(key, schema)
        parts = whole.get("properties") if isinstance(whole, MappingNode) else None
        return (
            [n for n, part in parts.items() if is_file(part)]
            if isinstance(parts, MappingNode)
            else []
        )

    def _has_extras(self, media: MappingNode, value: Json) -> bool:
        schema = media.get("schema")
        return isinstance(schema, MappingNode) and self.examples.undeclared(
            cast("Value", value), schema
        )

    def _pointer(self, op: Operation, *parts: str) -> str:
        steps = ("paths", op.key.value, op.method.lower(), *parts)
        return "#" + "".join("/" + s.replace("~", "~0").replace("/", "~1") for s in steps)

    def _parameter(self, node: MappingNode, parameter: Parameter) -> Json:
        for candidate in cast("list[MappingNode]", node["parameters"]):
            if candidate["name"] != parameter.wire or candidate["in"] != parameter.place:
                continue
            content = candidate.get("content")
            media = next(iter(content.values())) if isinstance(content, MappingNode) else candidate
            schema = media.get("schema") if isinstance(media, MappingNode) else None
            schema = schema if isinstance(schema, MappingNode) else MappingNode(candidate.location)
            for name, value in self._given(media if isinstance(media, MappingNode) else candidate):
                fault = self.examples.fault(value, schema) or unsendable(parameter.place, value)
                if fault is None:
                    return cast("Json", value)
                self._invalid(candidate, name, fault)
            try:
                found = self.examples.make(schema, without="readOnly")
                fault = unsendable(parameter.place, found)
                if fault is None:
                    return cast("Json", found)
            except LookupError as error:
                fault = str(error)
            if parameter.required:
                self._unmade(candidate, fault)
        return None

    def _given(self, node: MappingNode) -> Iterator[tuple[str, Value]]:
        found = node.get("examples")
        for name, example in found.items() if isinstance(found, MappingNode) else ():
            if isinstance(example, MappingNode) and "value" in example:
                yield name, example["value"]

    def _media(
        self, media: MappingNode, codec: str, media_type: str, without: str = "writeOnly"
    ) -> Iterator[tuple[str, Json]]:
        """Examples of a body; made ones have no members marked ``without``."""
        schema = media.get("schema")
        schema = schema if isinstance(schema, MappingNode) else MappingNode(media.location)
        if codec in ("text", "bytes"):
            yield "made", "<example/>" if "xml" in media_type else "example"
            return
        found = False
        for name, value in self._given(media):
            fault = self.examples.fault(value, schema)
            if fault is None:
                found = True
                yield name, cast("Json", value)
            else:
                self._invalid(media, name, fault)
        if not found:
            try:
                yield "made", cast("Json", self.examples.make(schema, without=without))
            except LookupError as error:
                self._unmade(media, str(error))

    def _invalid(self, node: MappingNode, name: str, fault: str) -> None:
        examples = node.get("examples")
        location = examples.at(name) if isinstance(examples, MappingNode) else node.location
        self.findings.warn(
            "example",
            location,
            f"the example {name!r} doesn't satisfy its schema: {fault}",
            "Correct the example; it isn't used.",
        )

    def _unmade(self, node: MappingNode, fault: str) -> None:
        self.findings.warn(
            "example",
            node.location,
            f"no example could be made: {fault}",
            "Add an example, so that the generated tests cover this.",
        )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(
        self, op: Operation, node: MappingNode, borrowed: dict[str, Json]
    ) -> Iterator[Case]:
        successes = op.answers if op.signatures else ()
        kinds = [
            *(("response", answer) for answer in successes),
            *(("error", answer) for answer in op.errors),
            *(("response", answer) for answer in op.others),
        ]
        for kind, answer in kinds:
            media = _media_of(node, answer)
            arguments = cast("dict[str, Json]", borrowed["arguments"])
            data: dict[str, Json] = {
                **borrowed,
                "status": _status(answer.status, node, 400 if kind == "error" else 200),
                "content_type": _arriving(answer),
                "codec": answer.codec,
                "model": answer.model,
            }
            name = answer.status
            if answer in op.others:
                if not any(answer.media_type in one.accepts for one in op.signatures):
                    continue
                data["arguments"] = {**arguments, "accept": answer.media_type}
                name = f"{answer.status}-{answer.media_type}"
            call = op.call if op.signatures or op.streamed is None else op.streamed.call
            if answer.codec == "none" or media is None:
                yield Case(kind, name, call, op.id, data)
                continue
            for example, value in self._media(media, answer.codec, answer.media_type):
                more = {"body": value, "has_extras": self._has_extras(media, value)}
                yield Case(kind, f"{name}-{example}", call, op.id, {**data, **more})

    def _streams(
        self, op: Operation, node: MappingNode, borrowed: dict[str, Json]
    ) -> Iterator[Case]:
        """Answers that arrive piece by piece: as they are on the wire, and the items in them."""
        for answer in op.streamed.answers if op.streamed else ():
            media = _media_of(node, answer)
            if media is None or op.streamed is None:
                continue
            items: list[Json] = [value for _, value in self._items(media, answer)]
            yield Case(
                "stream",
                answer.status,
                op.streamed.call,
                op.id,
                {
                    **borrowed,
                    "status": _status(answer.status, node, 200),
                    "content_type": answer.media_type,
                    "codec": answer.codec,
                    "items": items,
                    "body": on_the_wire(items, answer.codec),
                },
            )

    def _items(self, media: MappingNode, answer: Answer) -> Iterator[tuple[str, Json]]:
        """Examples of an item; those that the description gives are of the whole, so not taken."""
        item = made(media.location, {})
        schema = media.get("itemSchema", media.get("schema"))
        inner = schema.get("items") if isinstance(schema, MappingNode) else None
        if "itemSchema" not in media and isinstance(inner, MappingNode):
            schema = inner
        if schema is not None:
            item["schema"] = schema
        codec = "bytes" if answer.codec == "bytes" else "json"
        yield from self._media(item, codec, answer.media_type)


def on_the_wire(items: list[Json], codec: str) -> str:
    """A sequential answer as text."""
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    match codec:
        case "events":
            texts = (item if isinstance(item, str) else json.dumps(item) for item in items)
            return "".join(f"data: {text}\n\n" for text in texts)
        case "whole-events":
            return "".join(f"{_event(item)}\n\n" for item in items)
        case "sequence":
            return "".join(f"\x1e{line}\n" for line in lines)
        case "lines":
            return "".join(f"{line}\n" for line in lines)
        case _:
            return "".join(map(str, items))


def _event(item: Json) -> str:
    fields = item if isinstance(item, dict) else {}
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def _media_of(node: MappingNode, answer: Answer) -> MappingNode | None:
    """What the description says of an answer's media type."""
    response = cast("MappingNode", node["responses"]).get(answer.status)
    content = response.get("content") if isinstance(response, MappingNode) else None
    media = content.get(answer.media_type) if isinstance(content, MappingNode) else None
    return media if isinstance(media, MappingNode) else None


def _arriving(answer: Answer) -> str:
    """The media type of an answer as it arrives: of a range that reads as JSON, JSON's own."""
    is_range = answer.codec == "json" and "*" in answer.media_type
    return "application/json" if is_range else answer.media_type


def _undocumented(op: Operation) -> Json:
    """The status of a success that the description doesn't document; None where it does all."""
    answers = op.answers if op.signatures or op.streamed is None else op.streamed.answers
    known = {answer.status for answer in answers}
    if not known.isdisjoint(("2XX", "default")):
        return None
    return next((n for n in range(299, 199, -1) if str(n) not in known), None)


def _status(status: str, node: MappingNode, least: int) -> int:
    """A status code that means this answer; of ``default`` one that no other answer means."""
    if status != "default":
        return int(status.upper().replace("X", "0"))
    others = [name.upper() for name in cast("MappingNode", node["responses"])]
    free = (n for n in range(least, 600) if not {str(n), f"{n // 100}XX"} & set(others))
    return next(free, least)


def unsendable(place: str, value: Value) -> str | None:
    """Why a parameter's value can't go out, though it may satisfy its schema; None if it can."""
    if place == "path":
        inner = cast("dict[str, Value]", value).values() if isinstance(value, dict) else value
        parts = list(cast("list[Value]", inner)) if isinstance(value, (dict, list)) else [value]
        if not parts or any(part in ("", ".", "..") for part in parts):
            return "it can't stand in a path"
    if place in ("header", "cookie") and isinstance(value, str) and not value.isprintable():
        return f"a {place} can't hold it"
    return None
