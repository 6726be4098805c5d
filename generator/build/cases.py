"""The cases of the generated tests: what to call with, what must go out, what must read back.

The expected URL and headers are made here from the description, by other code than the client's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast
from urllib.parse import quote, urlencode

from ..errors import Findings
from ..ir import Case, Credential, Json, Operation, Parameter
from ..spec.examples import Examples
from ..spec.nodes import Map, Value


class Cases:
    """Collects the cases of every operation of one canonical document."""

    def __init__(
        self,
        root: Map,
        operations: tuple[Operation, ...],
        credentials: tuple[Credential, ...],
        base_url: str,
        findings: Findings,
    ) -> None:
        self.root = root
        self.operations = operations
        self.credentials = {c.name: c for c in credentials}
        self.base_url = base_url or "https://api.example.com"
        self.findings = findings
        self.examples = Examples(root)

    def build(self) -> tuple[Case, ...]:
        """Request, response and error cases, in the order of the description."""
        cases: list[Case] = []
        for op in self.operations:
            item = cast("Map", cast("Map", self.root["paths"])[op.key.value])
            node = cast("Map", item[op.method.lower()])
            requests = list(self._requests(op, node))
            cases += requests
            cases += self._responses(op, node, requests[0].data["arguments"] if requests else None)
        return tuple(cases)

    # ── requests ─────────────────────────────────────────────────────────────────────────────

    def _requests(self, op: Operation, node: Map) -> Iterator[Case]:
        arguments: dict[str, Json] = {}
        for parameter in op.parameters:
            found = self._parameter(node, parameter)
            if found is not None:
                arguments[parameter.name] = found
            elif parameter.required:
                return  # a warning says why
        wire: dict[str, Json] = {
            "method": op.method,
            "url": self._url(op, arguments),
            "headers": self._headers(op, arguments),
        }
        body = node.get("requestBody")
        if op.body is None or not isinstance(body, Map):
            yield Case("request", "example", op.call, op.id, {"arguments": arguments, **wire})
            return
        media = cast(
            "Map", cast("Map", body["content"]).get(op.body.media_type) or Map(body.origin)
        )
        for name, value in self._media(media, op.body.codec):
            expected = value
            pointer = None
            if op.body.codec == "json" and "schema" in media:
                pointer = self._pointer(op, "requestBody", "content", op.body.media_type, "schema")
            yield Case(
                "request",
                name,
                op.call,
                op.id,
                {
                    "arguments": {**arguments, "body": value},
                    **wire,
                    "content_type": op.body.media_type,
                    "codec": op.body.codec,
                    "body": expected,
                    "schema": pointer,
                    "has_extras": self._has_extras(media, value),
                },
            )

    def _has_extras(self, media: Map, value: Json) -> bool:
        schema = media.get("schema")
        return isinstance(schema, Map) and self.examples.undeclared(cast("Value", value), schema)

    def _pointer(self, op: Operation, *parts: str) -> str:
        steps = ("paths", op.key.value, op.method.lower(), *parts)
        return "#" + "".join("/" + s.replace("~", "~0").replace("/", "~1") for s in steps)

    def _parameter(self, node: Map, parameter: Parameter) -> Json:
        for candidate in cast("list[Map]", node["parameters"]):
            if candidate["name"] != parameter.wire or candidate["in"] != parameter.place:
                continue
            schema = candidate.get("schema")
            schema = schema if isinstance(schema, Map) else Map(candidate.origin)
            for name, value in self._given(candidate):
                fault = self.examples.fault(value, schema)
                if fault is None:
                    return cast("Json", value)
                self._invalid(candidate, name, fault)
            try:
                return cast("Json", self.examples.make(schema))
            except LookupError as error:
                if parameter.required:
                    self._unmade(candidate, str(error))
        return None

    def _given(self, node: Map) -> Iterator[tuple[str, Value]]:
        found = node.get("examples")
        for name, example in found.items() if isinstance(found, Map) else ():
            if isinstance(example, Map) and "value" in example:
                yield name, example["value"]

    def _media(self, media: Map, codec: str) -> Iterator[tuple[str, Json]]:
        schema = media.get("schema")
        schema = schema if isinstance(schema, Map) else Map(media.origin)
        if codec in ("text", "bytes"):
            yield "made", "example"
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
                yield "made", cast("Json", self.examples.make(schema))
            except LookupError as error:
                self._unmade(media, str(error))

    def _invalid(self, node: Map, name: str, fault: str) -> None:
        examples = node.get("examples")
        origin = examples.at(name) if isinstance(examples, Map) else node.origin
        self.findings.warn(
            "example",
            origin,
            f"the example {name!r} doesn't satisfy its schema: {fault}",
            "Correct the example; it isn't used.",
        )

    def _unmade(self, node: Map, fault: str) -> None:
        self.findings.warn(
            "example",
            node.origin,
            f"no example could be made: {fault}",
            "Add an example, so that the generated tests cover this.",
        )

    def _url(self, op: Operation, arguments: dict[str, Json]) -> str:
        base = op.server.value.rstrip("/") if op.server.value.startswith("http") else self.base_url
        path = op.path.value
        query: list[tuple[str, str]] = []
        for p in op.parameters:
            value = arguments.get(p.name)
            if p.name not in arguments:
                continue
            if p.place == "path" and not isinstance(value, (list, dict)):
                path = path.replace(f"{{{p.wire}}}", quote(_plain(value), safe=""))
            elif p.place == "query" and p.style == "form" and isinstance(value, dict):
                flat = [str(part) for pair in value.items() for part in (pair[0], _plain(pair[1]))]
                if p.explode:
                    query += zip(flat[::2], flat[1::2], strict=True)
                elif flat:
                    query.append((p.wire, ",".join(flat)))
            elif p.place == "query" and p.style == "form":
                many = value if isinstance(value, list) else [value]
                if p.explode:
                    query += [(p.wire, _plain(one)) for one in many]
                elif many:
                    query.append((p.wire, ",".join(map(_plain, many))))
        for name in op.security[0] if op.security else ():
            credential = self.credentials[name]
            if credential.kind == "query":
                query.append((credential.wire, "test-key"))
        encoded = urlencode(query, quote_via=quote, safe=",")
        return f"{base}{path}{'?' + encoded if encoded else ''}"

    def _headers(self, op: Operation, arguments: dict[str, Json]) -> dict[str, Json]:
        headers: dict[str, Json] = {}
        for name in op.security[0] if op.security else ():
            credential = self.credentials[name]
            if credential.kind == "bearer":
                headers["authorization"] = "Bearer test-token"
            elif credential.kind == "basic":
                headers["authorization"] = "Basic dXNlcjpwYXNzd29yZA=="
            elif credential.kind == "header":
                headers[credential.wire.lower()] = "test-key"
        for p in op.parameters:
            value = arguments.get(p.name)
            if p.place == "header" and p.name in arguments and not isinstance(value, (list, dict)):
                headers[p.wire.lower()] = _plain(value)
        if any(answer.codec == "json" for answer in op.answers):
            headers["accept"] = "application/json"
        return headers

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, op: Operation, node: Map, arguments: Json) -> Iterator[Case]:
        if arguments is None:
            return
        responses = cast("Map", node["responses"])
        for answer in (*op.answers, *op.errors):
            is_error = answer not in op.answers
            response = responses[answer.status]
            content = response.get("content") if isinstance(response, Map) else None
            media = content.get(answer.media_type) if isinstance(content, Map) else None
            status = _status(answer.status, 400 if is_error else 200)
            data: dict[str, Json] = {
                "arguments": arguments,
                "status": status,
                "content_type": answer.media_type,
                "codec": answer.codec,
                "model": answer.model,
            }
            kind = "error" if is_error else "response"
            if answer.codec == "none" or not isinstance(media, Map):
                yield Case(kind, answer.status, op.call, op.id, data)
                continue
            for name, value in self._media(media, answer.codec):
                data = {**data, "body": value, "has_extras": self._has_extras(media, value)}
                yield Case(kind, f"{answer.status}-{name}", op.call, op.id, data)


def _status(status: str, otherwise: int) -> int:
    return int(status.upper().replace("X", "0")) if status != "default" else otherwise


def _plain(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)
