"""The statements of generated tests: a response, a call, and what must hold of both."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ...ir import (
    Alias,
    Answer,
    Array,
    Case,
    ClientOperation,
    Code,
    Component,
    Dict,
    Json,
    Model,
    Nullable,
    Ref,
    Type,
    UnionType,
    Webhook,
)
from ..docstrings import py_literal
from ..python_expressions import Expressions, TypeMismatch

_KEY = "whsec_c3BlY2xvY2s="
"""A key for the scheme of Standard Webhooks, and for any other."""
_MOST_VALUES = 12
"""The most values of one result that a test names."""


class Statements:
    """A writer of the statements of one module's tests, in blocks."""

    def __init__(self, writer: Expressions, request_id: str) -> None:
        """``request_id`` is the header with the server's id of a request; empty if unknown."""
        self.writer = writer
        self.id_header: dict[str, Json] = {request_id: "id-1"} if request_id else {}

    def exchange(
        self, op: ClientOperation, case: Case, result: Case | None, *, is_first: bool
    ) -> Iterator[list[str]]:
        """Yield the blocks of a request and its result; the first of a method has options."""
        call = self.call(op, case, has_options=is_first)
        if result is None:  # no response could be made
            yield ["server.answer(200)"]
            yield ["with suppress(errors.ResponseError):", f"    {call}"]
            yield self._request(op, case, has_options=is_first)
            return
        yield [_response(result.data)]
        read, checks = self._read(op, result, call)
        yield read
        yield self._request(op, case, has_options=is_first)
        yield checks

    def result(self, op: ClientOperation, case: Case, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of a result alone."""
        yield [_response(case.data)]
        arguments = {**members(request.data["arguments"])}
        if "accept" in members(case.data["arguments"]):
            arguments["accept"] = members(case.data["arguments"])["accept"]
        read, checks = self._read(op, case, self.call(op, case, arguments))
        yield read
        yield checks

    def webhook(self, webhook: Webhook, case: Case, *, is_signed: bool) -> Iterator[list[str]]:
        """Yield the blocks of a request that the API sends."""
        made = Code(f"json.dumps({py_literal(case.data['body'])})") if "body" in case.data else ""
        made = made or repr(str(case.data.get("content", "")).encode())
        name, key = py_literal(webhook.name), py_literal(_KEY)
        given = f"headers, key={key}" if is_signed else "{}"
        yield [f"body = {made}", *([f"headers = webhooks.sign(body, {key})"] if is_signed else [])]
        yield [f"result = webhooks.parse({name}, body, {given})"]
        if "body" not in case.data:
            yield [f"assert result == {'body' if webhook.takes_bytes else 'None'}"]
        elif webhook.type is not None:
            checks = list(self._values("result", webhook.type, case.data["body"]))
            yield checks[:_MOST_VALUES] or ["assert result is not None"]
        if is_signed:
            changed = "body + ' '" if "body" in case.data else "body + b' '"
            refused = f"    webhooks.parse({name}, {changed}, {given})"
            yield ["with pytest.raises(errors.SignatureError):", refused]

    def _read(self, op: ClientOperation, case: Case, call: str) -> tuple[list[str], list[str]]:
        """Return the call, and the checks of what it returns."""
        body = case.data.get("body")
        if case.kind == "stream":
            return (
                [f"with {call} as items:", "    result = list(items)"],
                list(self._items(op, case)),
            )
        if case.data["codec"] == "none" or "body" not in case.data:
            return [f"result = {call}"], ["assert result is None"]
        if case.data["codec"] == "bytes":
            return [f"result = {call}"], [f"assert result == {str(body).encode()!r}"]
        checks = list(self._values("result", _answer_of(op, case).type, body))
        return [f"result = {call}" if checks else call], checks[:_MOST_VALUES]

    def _items(self, op: ClientOperation, case: Case) -> Iterator[str]:
        items = case.data["items"]
        assert isinstance(items, list)
        if case.data["codec"] == "bytes":
            yield f"assert b''.join(result) == {''.join(map(str, items)).encode()!r}"
            return
        yield f"assert len(result) == {len(items)}"
        for item in items[:1]:
            yield from self._values("result[0]", _answer_of(op, case).type, item)

    def error(self, op: ClientOperation, case: Case, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of a documented error."""
        yield [_response(case.data, self.id_header)]
        yield ["with pytest.raises(errors.ApiError) as caught:", f"    {self.call(op, request)}"]
        checks = [f"assert caught.value.status_code == {case.data['status']}", *self._id_checks()]
        if case.data["codec"] in ("json", "parts"):
            found = _answer_of(op, case)
            checks += self._values("caught.value.error", found.type, case.data["body"])
        yield checks[:_MOST_VALUES]

    def errors(
        self, op: ClientOperation, cases: Sequence[Case], request: Case
    ) -> Iterator[list[str]]:
        """Yield the block of several documented errors whose bodies are models."""
        headers = f", headers={py_literal(self.id_header)}" if self.id_header else ""
        rows = (
            f"({one['status']}, {py_literal(one['body'])}, models.{one['model']}),"
            for one in (case.data for case in cases)
        )
        yield [
            "documented: list[tuple[int, Any, Any]] = [", *(f"    {row}" for row in rows), "]",
            "for status, body, model in documented:",
            f"    server.answer(status, json=body{headers})",
            "    with pytest.raises(errors.ApiError) as caught:",
            f"        {self.call(op, request)}",
            "    assert caught.value.status_code == status",
            *(f"    {line}" for line in self._id_checks()),
            "    assert caught.value.error == model.model_validate(body)",
        ]  # fmt: skip

    def _id_checks(self) -> list[str]:
        return ["assert caught.value.request_id == 'id-1'"] if self.id_header else []

    def pages(self, op: ClientOperation, case: Case) -> Iterator[list[str]]:
        data = case.data
        pages, items = data["pages"], data["items"]
        assert isinstance(pages, list)
        assert isinstance(items, list)
        first, *others = ({**data, "body": page, "codec": "json"} for page in pages)
        headers = members(data["headers"])
        yield [_response(first, headers), *(_response(one) for one in others)]
        yield [f"result = list({self.call(op, case)})"]
        asks = members(data["asks"])
        name, value = py_literal(asks["name"]), py_literal(asks["value"])
        yield [
            f"assert len(result) == {len(items)}",
            f"assert server.requests[1].url.params[{name}] == {value}",
        ]

    def _request(self, op: ClientOperation, case: Case, *, has_options: bool) -> list[str]:
        """Return the checks of the request that was sent."""
        data = case.data
        place = [py_literal(op.method.lower()), py_literal(op.key)]
        if data.get("validated_as"):
            place.append(py_literal(data["validated_as"]))
        lines = [
            f"request = server.request({', '.join(place)})",
            f"assert request.method == {py_literal(data['method'])}",
            f"assert str(request.url) == {py_literal(data['url'])}",
        ]
        streams = op.streamed if op.streamed and case.call == op.streamed.call else None
        accept = streams.accept if streams else op.accept
        headers = {"accept": accept, **members(data["headers"])}
        for name, value in headers.items():
            lines.append(f"assert request.headers[{py_literal(name)}] == {py_literal(value)}")
        if has_options:
            lines.append("assert request.headers['x-test'] == 'yes'")
        codec = data.get("codec")
        if codec is None:
            return [*lines, "assert request.content == b''"]
        kind, body = data["content_type"], data["body"]
        found = "request.headers['content-type']"
        if codec == "multipart":
            lines.append(f"assert {found}.startswith('multipart/form-data; boundary=')")
            lines += [f"assert {_part_name(name)!r} in request.content" for name in _named(body)]
            return lines
        if codec == "parts":
            return [*lines, *_checks_of_parts(data)]
        lines.append(f"assert {found} == {py_literal(kind)}")
        if codec == "json":
            return [*lines, f"assert json.loads(request.content) == {py_literal(body)}"]
        if codec == "form":
            pairs = [(name, v) for name, v in members(body).items() if isinstance(v, str)]
            if pairs:
                lines.append("form = parse_qsl(request.content.decode(), True)")
            return [*lines, *(f"assert {py_literal(pair)} in form" for pair in pairs)]
        return [*lines, f"assert request.content == {str(body).encode()!r}"]

    def call(
        self,
        op: ClientOperation,
        case: Case,
        arguments: Mapping[str, Json] | None = None,
        *,
        has_options: bool = False,
    ) -> str:
        """Return the expression of a call."""
        given = arguments or members(case.data["arguments"])
        made = [
            self.writer.of(p.type, given[p.name])
            for p in op.parameters
            if p.required and p.name in given
        ]
        if "body" in given and op.body:
            kind = given.get("content_type", op.body.media_type)
            (body,) = (one for one in op.bodies if one.media_type == kind)
            made.append(self.writer.of(body.type, given["body"]))
        made += [
            Code(f"{p.name}={self.writer.of(p.type, given[p.name])}")
            for p in op.parameters
            if not p.required and p.name in given
        ]
        for name in ("content_type", "accept"):
            if name in given:
                made.append(Code(f"{name}={py_literal(given[name])}"))
        if has_options:
            made.append(Code("options=options"))
        return f"client.{case.call}({', '.join(made)})"

    def _values(self, at: str, made: Type, value: Json) -> Iterator[str]:
        """Yield assertions of the values below ``at``, one for each that has no parts."""
        if value is None:
            yield f"assert {at} is None"
            return
        match made:
            case Nullable(inner):
                yield from self._values(at, inner, value)
            case Ref(name) if isinstance(self.writer.components[name], (Alias, Model)):
                yield from self._component(at, self.writer.components[name], value)
            case UnionType():
                try:
                    option = self.writer.option(made, value)
                except TypeMismatch:
                    return
                if isinstance(option, Ref) and self._is_model(option.name):
                    yield f"assert isinstance({at}, models.{option.name})"
                yield from self._values(at, option, value)
            case Array(inner) if isinstance(value, list) and value:
                yield f"assert len({at}) == {len(value)}"
                yield from self._values(f"{at}[0]", inner, value[0])
            case Dict(inner) if isinstance(value, dict) and value:
                key, item = next(iter(value.items()))
                yield from self._values(f"{at}[{py_literal(key)}]", inner, item)
            case _:
                try:
                    wanted = self.writer.exact(made, value)
                except TypeMismatch:
                    return
                yield f"assert {at} {'is' if isinstance(value, bool) else '=='} {wanted}"

    def _is_model(self, name: str) -> bool:
        return isinstance(self.writer.components[name], Model)

    def _component(self, at: str, component: Component, value: Json) -> Iterator[str]:
        if isinstance(component, Alias):
            yield from self._values(at, component.type, value)
        elif isinstance(component, Model) and isinstance(value, dict):
            for field in component.fields:
                if field.wire in value and not field.deprecated:
                    yield from self._values(f"{at}.{field.name}", field.type, value[field.wire])


def _answer_of(op: ClientOperation, case: Case) -> Answer:
    """Return the response that a case is an example of."""
    streamed = op.streamed.answers if op.streamed else ()
    kinds = {"stream": streamed, "error": op.errors, "response": op.answers}
    every = [one for answer in kinds[case.kind] for one in answer.each]
    place = case.data["answer"]
    return next(one for one in every if [one.status, one.media_type] == place)


def _response(data: Mapping[str, Json], headers: Mapping[str, Json] | None = None) -> str:
    """Return the statement that adds a response of the server."""
    made = [py_literal(data["status"])]
    headers = dict(headers or {})
    kind = data.get("content_type")
    if "body" in data:
        body = data.get("content", data["body"])
        if data["codec"] == "json" and body is not None:
            made.append(Code(f"json={py_literal(body)}"))
        elif data["codec"] == "json":
            made.append(Code("content=b'null'"))
        else:
            made.append(Code(f"content={str(body).encode()!r}"))
        if kind and not (made[-1].startswith("json=") and kind == "application/json"):
            headers["content-type"] = kind
    if headers:
        made.append(Code(f"headers={py_literal(headers)}"))
    return f"server.answer({', '.join(made)})"


def _part_name(name: str) -> bytes:
    """Return the start of a part's Content-Disposition (RFC 7578 §4.2, WHATWG's escapes)."""
    escaped = "".join(
        f"%{ord(c):02X}" if c == '"' or (ord(c) < 32 and c != "\x1b") else c
        for c in name.replace("\\", "\\\\")
    )
    return f'name="{escaped}"'.encode()


def _checks_of_parts(data: Mapping[str, Json]) -> Iterator[str]:
    """Yield the checks of a multipart body that isn't a form."""
    start = f"{data['content_type']}; boundary="
    yield f"assert request.headers['content-type'].startswith({py_literal(start)})"
    parts = data["parts"]
    assert isinstance(parts, list)
    yield "parts = server.parts()"
    for index, part in enumerate(parts):
        assert isinstance(part, list)
        name, media_type, content = part
        at = f"parts[{index}]"
        yield f"assert {at}[:2] == ({py_literal(name)}, {py_literal(media_type)})"
        if "json" in str(media_type):
            yield f"assert json.loads({at}[2]) == {py_literal(json.loads(str(content)))}"
        else:
            yield f"assert {at}[2] == {str(content).encode()!r}"


def _named(body: Json) -> list[str]:
    return [name for name, value in members(body).items() if value not in (None, [])]


def members(value: Json) -> Mapping[str, Json]:
    """Return the members of an object; of other values none."""
    return value if isinstance(value, dict) else {}
