"""The statements of generated tests: a response, a call, and what must hold of both."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ...ir.operations import Answer, Case, ClientOperation
from ...ir.package import Webhook
from ...ir.types import Code, Json
from ..source.docstrings import py_literal
from ..source.python_expressions import Expressions
from .expressions import arguments

_KEY = "whsec_c3BlY2xvY2s="
"""A key for the scheme of Standard Webhooks, and for any other."""


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
        call = self.call(op, case, options="headers={'x-test': 'yes'}" if is_first else "")
        if result is None:  # no response could be made
            yield [_script(op, "Reply(200)")]
            yield ["with suppress(errors.ResponseError):", f"    {call}"]
            yield self._request(op, case, has_options=is_first)
            return
        yield [_script(op, _reply(result.data))]
        read, checks = self._read(op, result, call)
        yield read
        yield self._request(op, case, has_options=is_first)
        yield checks

    def result(self, op: ClientOperation, case: Case, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of a result alone."""
        yield [_script(op, _reply(case.data))]
        values = {**request.arguments}
        if "accept" in case.arguments:
            values["accept"] = case.arguments["accept"]
        read, checks = self._read(op, case, self.call(op, case, values))
        yield read
        yield checks

    def webhook(self, webhook: Webhook, case: Case, *, is_signed: bool) -> Iterator[list[str]]:
        """Yield the blocks of a request that the API sends."""
        made = Code(f"json.dumps({py_literal(case.data['body'])})") if "body" in case.data else ""
        made = made or repr(str(case.data.get("content", "")).encode())
        name, key = py_literal(webhook.name), py_literal(_KEY)
        given = f"headers, key={key}" if is_signed else "{}"
        yield [f"body = {made}", *([f"headers = webhooks.sign(body, {key})"] if is_signed else [])]
        expected = Code("None" if made == "b''" and webhook.is_optional else "body")
        if "body" in case.data:
            known = webhook.type and self.writer.expected(webhook.type, case.data["body"])
            expected = known or Code("")
        checks = _equal("result", expected)
        yield [f"{'result = ' if checks else ''}webhooks.parse({name}, body, {given})"]
        yield checks
        if is_signed:
            changed = "body + ' '" if "body" in case.data else "body + b' '"
            refused = f"    webhooks.parse({name}, {changed}, {given})"
            yield ["with pytest.raises(errors.SignatureError):", refused]

    def _read(self, op: ClientOperation, case: Case, call: str) -> tuple[list[str], list[str]]:
        """Return the call, and the checks of what it returns."""
        if case.kind == "stream":
            read = [f"with {call} as items:", "    result = list(items)"]
            return read, self._items(op, case)
        if _returns_none(op, case.arguments):
            return [call], []
        checks = _equal("result", self._expected(op, case))
        return [f"result = {call}" if checks else call], checks

    def _expected(self, op: ClientOperation, case: Case) -> Code | None:
        """Return the expression of the body of a response, as it is read."""
        if case.data["codec"] == "none" or "body" not in case.data:
            return Code("None")
        if case.data["codec"] == "bytes":
            return Code(repr(str(case.data["body"]).encode()))
        return self.writer.expected(_answer_of(op, case).type, case.data["body"])

    def _items(self, op: ClientOperation, case: Case) -> list[str]:
        items = case.data["items"]
        assert isinstance(items, list)
        if case.data["codec"] == "bytes":
            return [f"assert b''.join(result) == {''.join(map(str, items)).encode()!r}"]
        made = [self.writer.expected(_answer_of(op, case).type, item) for item in items]
        return [
            f"assert len(result) == {len(items)}",
            *(line for i, one in enumerate(made) for line in _equal(f"result[{i}]", one)),
        ]

    def error(self, op: ClientOperation, case: Case) -> Code:
        """Return a reply with a documented error, and the expression of what is read from it."""
        return Code(f"({_reply(case.data, self.id_header)}, {self._expected(op, case) or 'ANY'})")

    def errors(self, op: ClientOperation, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of the test of each documented error."""
        yield [_script(op, "reply")]
        yield ["with pytest.raises(errors.ApiError) as caught:", f"    {self.call(op, request)}"]
        request_id = ["assert caught.value.request_id == 'id-1'"] if self.id_header else []
        yield [
            "assert caught.value.status_code == reply.status_code",
            *request_id,
            "assert caught.value.error == error",
        ]

    def timeout(self, op: ClientOperation, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of a call without an answer, which two attempts are allowed for."""
        yield [_script(op, "Fault.TIMEOUT")]
        call = self.call(op, request, options="retry=Retry(attempts=2, base=0)")
        yield ["with pytest.raises(errors.TransportError) as caught:", f"    {call}"]
        attempts = 2 if op.is_repeatable else 1
        yield [
            "assert caught.value.may_have_reached_server",
            f"assert len(fake.{op.constant}.calls) == {attempts}",
        ]

    def rate_limit(self, op: ClientOperation, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of a call that is one too many."""
        yield [_script(op, _reply({"status": 429}, {"retry-after": "7"}))]
        yield [
            "with pytest.raises(errors.RateLimitError) as caught:",
            f"    {self.call(op, request)}",
        ]
        yield ["assert caught.value.retry_after == 7"]

    def pages(self, op: ClientOperation, case: Case) -> Iterator[list[str]]:
        """Yield the blocks of a list in two pages."""
        data = case.data
        pages, items = data["pages"], data["items"]
        assert isinstance(pages, list)
        assert isinstance(items, list)
        first, *others = ({**data, "body": page, "codec": "json"} for page in pages)
        replies = [_reply(first, members(data["headers"])), *map(_reply, others)]
        yield [_script(op, *replies)]
        yield [f"result = list({self.call(op, case)})"]
        asks = members(data["asks"])
        name, value = py_literal(asks["name"]), py_literal(asks["value"])
        yield [
            f"assert len(result) == {len(items)}",
            f"asked = fake.{op.constant}.calls[1].request",
            f"assert asked.url.params[{name}] == {value}",
        ]

    def _request(self, op: ClientOperation, case: Case, *, has_options: bool) -> list[str]:
        """Return the checks of the request that was sent."""
        data = case.data
        lines = [
            f"(received,) = fake.{op.constant}.calls",
            "request = received.request",
            f"assert request.method == {py_literal(data['method'])}",
            f"assert str(request.url) == {py_literal(data['url'])}",
        ]
        headers = {"accept": op.accept, **members(data["headers"])}
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
            names = [name for name, value in members(body).items() if value not in (None, [])]
            return lines + [f"assert {_part_name(name)!r} in request.content" for name in names]
        if codec == "parts":
            return [*lines, *_checks_of_parts(data)]
        lines.append(f"assert {found} == {py_literal(kind)}")
        if codec == "json":
            return [*lines, *_equal("json.loads(request.content)", py_literal(body))]
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
        values: Mapping[str, Json] | None = None,
        *,
        options: str = "",
    ) -> str:
        """Return the expression of a call; ``options`` are the arguments of its options."""
        texts = [*arguments(op, values or case.arguments, self.writer.of)]
        if options:
            texts.append(f"options=Options({options})")
        return f"client.{case.call}({', '.join(texts)})"


def _answer_of(op: ClientOperation, case: Case) -> Answer:
    """Return the response that a case is an example of."""
    streamed = op.streamed.answers if op.streamed else ()
    kinds = {"stream": streamed, "error": op.errors, "response": op.answers}
    every = [one for answer in kinds[case.kind] for one in answer.each]
    place = case.data["answer"]
    return next(one for one in every if [one.status, one.media_type] == place)


def _script(op: ClientOperation, *replies: str) -> str:
    """Return the statement that scripts the replies of the fake server."""
    return f"fake.{op.constant}.answers({', '.join(replies)})"


def _reply(data: Mapping[str, Json], headers: Mapping[str, Json] | None = None) -> str:
    """Return the expression of a reply of the fake server."""
    made = [py_literal(data["status"])]
    headers = dict(headers or {})
    kind = data.get("content_type")
    if "body" in data:
        body = data.get("content", data["body"])
        is_data = data["codec"] == "json" and not isinstance(body, str | None)
        text = json.dumps(body) if data["codec"] == "json" else str(body)
        made.append(py_literal(body) if is_data else Code(repr(text.encode())))
        if kind and not (is_data and kind == "application/json"):
            headers["content-type"] = kind
    if headers:
        made.append(Code(f"headers={py_literal(headers)}"))
    return f"Reply({', '.join(made)})"


def _equal(name: str, expected: str | None) -> list[str]:
    """Return the statement that compares a value, unless it is unknown which it has."""
    comparison = "is" if expected in ("None", "True", "False") else "=="
    return [f"assert {name} {comparison} {expected}"] if expected else []


def _returns_none(op: ClientOperation, arguments: Mapping[str, Json]) -> bool:
    """Return whether type checkers take a call for one without a result."""
    chosen = (one for one in op.signatures if arguments.get("accept") in one.accepts)
    return next(chosen, op.signatures[0]).result == "None"


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
    yield "parts = read_parts(request)"
    for index, part in enumerate(parts):
        assert isinstance(part, list)
        name, media_type, content = part
        at = f"parts[{index}]"
        yield f"assert {at}[:2] == ({py_literal(name)}, {py_literal(media_type)})"
        if "json" in str(media_type):
            yield f"assert json.loads({at}[2]) == {py_literal(json.loads(str(content)))}"
        else:
            yield f"assert {at}[2] == {str(content).encode()!r}"


def members(value: Json) -> Mapping[str, Json]:
    """Return the members of an object; of other values none."""
    return value if isinstance(value, dict) else {}
