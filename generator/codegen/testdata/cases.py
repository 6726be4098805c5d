"""The cases of the generated tests: calls with their expected requests and responses.

The expectations are made from the description, by other code than the client's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...base.errors import Findings, Problem, note_bug
from ...reading.document.tree import Location
from ...reading.openapi.examples.check import Examples
from ...reading.openapi.examples.generate import Without
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.media_types import SCALARS, json_in
from ...reading.openapi.model.messages import Example, MediaType
from ...reading.openapi.model.schemas import Schema
from ..build.bodies import item_schema
from ..build.error_responses import is_met
from ..ir.operations import Answer, Case, ClientOperation, MethodParameter
from ..ir.package import Api
from ..ir.types import Json
from .expected_requests import headers, plain_text, url
from .multipart_bodies import expected_parts, has_null_item, received_parts, with_texts
from .sending_faults import find_sending_fault
from .sent_values import as_sent
from .sequential_bodies import serialized

ELSEWHERE = "https://api.example.com"
"""The base URL in generated tests, if the description has none."""
NO_EXAMPLE = "no example could be generated"
"""The start of the warning about a value, before its reason."""


def is_of_missing_example(problem: Problem) -> bool:
    """Return whether a warning is about a value that could not be generated."""
    return problem.code == "example" and problem.fact.startswith(NO_EXAMPLE)


class Cases:
    """The builder of the cases of every operation."""

    def __init__(self, document: Document, api: Api, findings: Findings) -> None:
        self.document = document
        self.operations = api.operations
        self.webhooks = api.webhooks
        self.components = {component.name: component for component in api.components}
        self.credentials = {c.name: c for c in api.credentials}
        self.base_url = api.base_url.value or f"{ELSEWHERE}{api.base_path.value}"
        self.findings = findings
        self.examples = Examples(document)

    def build(self) -> tuple[Case, ...]:
        """Return request, response, stream and error cases in the order of the operations."""
        cases: list[Case] = []
        for op in self.operations:
            with note_bug(f"the operation {op.origin.label!r}", [op.origin.label]):
                cases += self._of(op)
        cases += self._webhooks()
        return tuple(cases)

    def _webhooks(self) -> Iterator[Case]:
        """Yield an example of each request that the API sends."""
        for webhook in self.webhooks:
            media_types = webhook.origin.media_types
            typed = json_in(media_types)
            for media in typed[:1]:
                for name, value in self._bodies(media, "json", "application/json"):
                    yield Case("webhook", name, "", webhook.name, {}, {"body": value})
            if not typed:
                content = {"content": "example"} if media_types else {}
                yield Case("webhook", "example", "", webhook.name, {}, content)

    def _of(self, op: ClientOperation) -> list[Case]:
        requests = list(self._requests(op))
        arguments = requests[0].arguments if requests else dict[str, Json]()
        return [*requests, *self._responses(op, arguments), *self._streams(op, arguments)]

    # ── requests ─────────────────────────────────────────────────────────────────────────────

    def _requests(self, op: ClientOperation) -> Iterator[Case]:
        arguments: dict[str, Json] = {}
        for parameter in op.parameters:
            value = self._parameter(parameter)
            if value is not None:
                arguments[parameter.name] = value
            elif parameter.is_needed:
                return  # with a warning
        types = {parameter.name: parameter.type for parameter in op.parameters}
        sent = {k: as_sent(types[k], v, self.components) for k, v in arguments.items()}
        data: dict[str, Json] = {
            "method": op.method,
            "url": url(op, sent, self.base_url, self.credentials),
            "headers": headers(op, sent, self.credentials),
        }
        with_body = [*self._with_body(op, arguments, data)]
        yield from with_body
        if not with_body and not (op.body and op.body.required):
            yield Case("request", "example", op.call, op.id, arguments, data)

    def _with_body(
        self,
        op: ClientOperation,
        arguments: Mapping[str, Json],
        plain: dict[str, Json],
    ) -> Iterator[Case]:
        """Yield the cases of each body; ``plain`` is the data of a request without one."""
        for body in op.bodies:
            chosen: dict[str, Json] = {}
            if body is not op.bodies[0]:
                if not op.signatures:
                    continue
                chosen = {"content_type": body.media_type}
            for name, example in self._bodies(body.origin, body.codec, body.media_type, "readOnly"):
                if example is None and not body.required:  # None sends no body
                    yield Case("request", name, op.call, op.id, arguments, plain)
                    continue
                value = with_texts(example, body.parts) if body.codec == "parts" else example
                data: dict[str, Json] = {
                    **plain,
                    "content_type": body.sent_as,
                    "codec": body.codec,
                    "body": as_sent(body.type, value, self.components),
                }
                if body.codec == "parts":
                    data["parts"] = expected_parts(data["body"], body.parts)
                label = f"{body.media_type}-{name}" if chosen else name
                values = {**arguments, "body": value, **chosen}
                yield Case("request", label, op.call, op.id, values, data)

    def _parameter(self, parameter: MethodParameter) -> Json:
        content = parameter.origin.content
        described = next(iter(content.media_types.values())) if content else parameter.origin
        schema = described.schema or Schema(parameter.origin.location)
        for _, value in self._usable(described.examples, schema, parameter):
            return value
        try:
            value = self.examples.make(schema, without="readOnly")
            fault = find_sending_fault(parameter, value)
            if fault is None:
                return value
        except LookupError as error:
            fault = str(error)
        if parameter.is_needed:
            self._warn_of_none(parameter.origin.location, fault)
        return None

    def _bodies(
        self, media: MediaType, codec: str, media_type: str, without: Without = "writeOnly"
    ) -> Iterator[tuple[str, Json]]:
        """Yield examples of a body; generated ones have no members marked ``without``."""
        schema = media.schema or Schema(media.location)
        if codec == "text":
            yield from self._texts(media, schema, media_type)
            return
        if codec == "bytes":
            yield "made", "example"
            return
        if codec == "parts" and media.item_schema is not None:
            for name, value in self._generated(media.item_schema, media.location, without):
                yield name, [value]
            return
        target = self.document.resolve(schema)
        if codec in ("form", "multipart") and target.union is None and "object" not in target.types:
            yield "made", {"key": "example"}  # a form without a schema for its members
            return
        usable = [*self._usable(media.examples, schema)]
        yield from usable or self._generated(schema, media.location, without)

    def _texts(
        self, media: MediaType, schema: Schema, media_type: str
    ) -> Iterator[tuple[str, Json]]:
        """Yield the examples of a text that are the same in each charset of the web."""
        documented = {name: example.value for name, example in media.examples.items()}
        usable = {
            name: value
            for name, value in documented.items()
            if isinstance(value, str)
            and value
            and value.isascii()
            and self.examples.fault(value, schema) is None
        }
        is_scalar = bool(schema.types) and SCALARS.issuperset(schema.types)
        if usable:
            yield from usable.items()
        elif "xml" in media_type:
            yield "made", "<example/>"
        elif is_scalar:
            for name, value in self._generated(schema, media.location):
                text = plain_text(value)
                if text and text.isascii():
                    yield name, text
        else:
            yield "made", "example"

    def _generated(
        self, schema: Schema, location: Location, without: Without = "writeOnly"
    ) -> Iterator[tuple[str, Json]]:
        try:
            yield "made", self.examples.make(schema, without=without)
        except LookupError as error:
            self._warn_of_none(location, str(error))

    def _usable(
        self,
        examples: Mapping[str, Example],
        schema: Schema,
        parameter: MethodParameter | None = None,
    ) -> Iterator[tuple[str, Json]]:
        """Yield the examples that a schema admits and that can be sent; warn of the others."""
        for name, example in examples.items():
            fault = self.examples.fault(example.value, schema)
            fact = "doesn't satisfy its schema"
            if fault is None and parameter is not None:
                fault, fact = find_sending_fault(parameter, example.value), "cannot be sent"
            if fault is None:
                yield name, example.value
            else:
                self.findings.warn(
                    "example",
                    example.location,
                    f"the example {name!r} {fact}: {fault}",
                    "Correct the example; it isn't used.",
                )

    def _warn_of_none(self, location: Location, fault: str) -> None:
        self.findings.warn(
            "example",
            location,
            f"{NO_EXAMPLE}: {fault}",
            "Add an example, so that the generated tests cover this.",
        )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, op: ClientOperation, arguments: Mapping[str, Json]) -> Iterator[Case]:
        successes = op.answers if op.signatures else ()
        kinds = [
            *(("response", option) for answer in successes for option in _told_apart(answer)),
            *(("error", option) for error in op.errors for option in _told_apart(error)),
        ]
        defaults = [answer.each[0] for answer in (*op.answers, *op.errors)]
        for kind, answer in kinds:
            if not answer.media_type.isascii():  # no header has it
                continue
            data = _received(answer, op.origin, 400 if kind == "error" else 200)
            values, name = arguments, answer.status
            if answer not in defaults:
                name = f"{answer.status}-{answer.media_type}"
                accepts = [name for signature in op.signatures for name in signature.accepts]
                if kind == "response" and answer.media_type in accepts:
                    values = {**arguments, "accept": answer.media_type}
            if answer.codec == "none" or answer.origin is None:
                yield Case(kind, name, op.call, op.id, values, data)
                continue
            for example, value in self._bodies(answer.origin, answer.codec, answer.media_type):
                if kind == "response" and is_met(op.error_when, value):
                    self._warn_of_error(answer.origin.location, op)
                    continue
                with_body = {**data, "body": value}
                if answer.codec == "parts":
                    if has_null_item(value):
                        continue
                    with_body |= received_parts(value, answer)
                yield Case(kind, f"{name}-{example}", op.call, op.id, values, with_body)

    def _warn_of_error(self, location: Location, op: ClientOperation) -> None:
        """Warn of an example that the setting makes an error."""
        self._warn_of_none(location, f"`error_when` makes the one of {op.id.value!r} an error")

    def _streams(self, op: ClientOperation, arguments: Mapping[str, Json]) -> Iterator[Case]:
        for answer in op.streamed.answers if op.streamed else ():
            if (media := answer.origin) is None or op.streamed is None:
                continue
            if not answer.media_type.isascii():  # no header has it
                continue
            items: list[Json] = [value for _, value in self._items(media, answer)]
            if not items:  # with a warning
                continue
            item = item_schema(self.document, media, answer.codec)
            body = serialized(items, answer.codec, is_text=self._is_text(item))
            data = {**_received(answer, op.origin), "items": items, "body": body}
            yield Case("stream", answer.status, op.streamed.call, op.id, arguments, data)

    def _items(self, media: MediaType, answer: Answer) -> Iterator[tuple[str, Json]]:
        """Yield generated examples of an item; those of the description are of the whole."""
        if answer.codec == "bytes":
            yield from self._bodies(media, "bytes", answer.media_type)
        else:
            item = item_schema(self.document, media, answer.codec) or Schema(media.location)
            yield from self._generated(item, media.location)

    def _is_text(self, schema: Schema | None) -> bool:
        """Return whether the data of an event is text, not JSON."""
        target = self.document.resolve(schema) if schema is not None else None
        return target is None or (target.types == ("string",) and not target.nullable)


def _told_apart(answer: Answer) -> list[Answer]:
    """Return the response in each media type, but for ranges that JSON may be in."""
    named = [one for one in answer.each if not one.reads_any_content]
    return named or [answer.each[0]]


def _received(answer: Answer, source: Operation, least: int = 200) -> dict[str, Json]:
    """Return what a test's response has: JSON as the type for a range that is read as JSON."""
    is_range = answer.codec == "json" and "*" in answer.media_type
    return {
        "status": _status(answer.status, source, least),
        "content_type": "application/json" if is_range else answer.media_type,
        "codec": answer.codec,
        "answer": [answer.status, answer.media_type],
    }


def _status(status: str, source: Operation, least: int) -> int:
    """Return a status code of a response; for ``default`` or a range one of no other response."""
    if status.isdigit():
        return int(status)
    others = {name.upper() for name in source.responses}
    if status != "default":
        first = int(status[0]) * 100
        return next((n for n in range(first, first + 100) if str(n) not in others), first)
    free = (n for n in range(least, 600) if not {str(n), f"{n // 100}XX"} & others)
    return next(free, least)
