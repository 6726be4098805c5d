"""The views of the generated tests: calls, requests and results as Python source.

A test is the code that a person would write for one example: the server's response, the call, and
what must hold of the request and of the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...ir import (
    Alias,
    Answer,
    Api,
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
)
from ...names import Identifier, snake
from ..docstrings import py_literal
from ..python_expressions import Expressions, TypeMismatch
from .expressions import accept_header

_MOST_EXAMPLES = 3
"""The most tests of one method for its requests, for its results, and for other media types."""
_MOST_VALUES = 12
"""The most values of one result that a test names."""
_FIXTURES = ("client", "server", "models", "errors", "options")


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A test of one call; ``blocks`` are its statements, with an empty line between two blocks."""

    name: Identifier
    doc: str
    blocks: tuple[tuple[Code, ...], ...]
    deprecated: bool

    @property
    def lines(self) -> list[Code]:
        """The source of the body, indented."""
        found: list[Code] = []
        for block in self.blocks:
            found += [Code(""), *(Code(f"    {line}") for line in block)]
        return found[1:]

    @property
    def arguments(self) -> Code:
        """The fixtures that the test uses."""
        text = "\n".join(self.lines)
        used = (name for name in _FIXTURES if f"{name}." in text or f"={name})" in text)
        return Code(", ".join(f"{name}: Any" for name in used))


@dataclass(frozen=True, slots=True)
class TestModuleView:
    """The tests of one resource."""

    __test__ = False

    name: str
    """The name of the file, without ``test_``."""
    doc: str
    functions: tuple[FunctionView, ...]
    imports: tuple[Code, ...]
    """The statements that literals of times and numbers need."""


@dataclass(frozen=True, slots=True)
class ModelTestsView:
    """The classes of the models, to compare with their schemas."""

    classes: Sequence[tuple[str, str]]
    """Pairs of a class and the key of its schema."""


def build_test_modules(api: Api, cases: Iterable[Case]) -> list[TestModuleView]:
    """Return a module for each resource with tests, and one for the client's own methods."""
    components = {component.name: component for component in api.components}
    of_call: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        of_call[case.call].append(case)
    groups = [(r.name, f"``client.{r.name}``", r.operations) for r in api.resources]
    groups.append(("client", "the client", tuple(op for op in api.operations if not op.resource)))
    reserved = {"client", "models"}  # the modules that aren't of a resource
    modules: list[TestModuleView] = []
    for name, owner, operations in groups:
        writer = Expressions(components)
        functions = _Functions(of_call, writer, api.limits.request_id)
        for op in operations:
            functions.add(op)
        if functions.made:
            is_taken = name in reserved and owner != "the client"
            imports = (Code(f"from {m} import {n}") for m, n in sorted(writer.imports))
            modules.append(
                TestModuleView(
                    f"{name}_" if is_taken else name,
                    f"The requests of {owner}, and what its methods return.",
                    tuple(functions.made),
                    tuple(imports),
                )
            )
    return modules


class _Functions:
    """The tests of the operations of one module."""

    def __init__(
        self, cases: Mapping[str, Sequence[Case]], writer: Expressions, request_id: str
    ) -> None:
        self.cases = cases
        self.writer = writer
        self.request_id = request_id
        """The header with the server's name for a request; empty if unknown."""
        self.made: list[FunctionView] = []
        self._names: set[str] = set()

    def add(self, op: ClientOperation) -> None:
        """Add the tests of an operation: requests with results, other results, errors, streams."""
        method = op.name if op.signatures or op.streamed is None else op.streamed.name
        call = op.call if op.signatures or op.streamed is None else op.streamed.call
        known = self.cases.get(call, ())
        requests = [case for case in known if case.kind == "request"]
        results = [case for case in known if case.kind in ("response", "stream")]
        usual = [case for case in results if "accept" not in _members(case.data["arguments"])]
        others = [case for case in results if case not in usual]
        if not requests:
            return
        typed = [case for case in requests if "content_type" in _members(case.data["arguments"])]
        plain = [case for case in requests if case not in typed]
        for index, case in enumerate((*plain[:_MOST_EXAMPLES], *typed[:_MOST_EXAMPLES])):
            label = "" if case.name in ("made", "example") and case in plain else case.name
            result = usual[index] if index < len(usual) else min(usual, key=_size, default=None)
            doc = f"Send the request of the example {label!r}." if label else "Send a request."
            blocks = self._exchange(op, case, result, is_first=index == 0)
            self._add(op, f"{method} {label}", doc, blocks)
        shortest = min(plain or requests, key=lambda case: len(self._call(op, case)))
        for case in (*usual[len(plain) :][:_MOST_EXAMPLES], *others[:_MOST_EXAMPLES]):
            blocks = self._result(op, case, shortest)
            self._add(op, f"{method} returns {case.name}", f"Read {case.name!r}.", blocks)
        self._errors(op, method, [case for case in known if case.kind == "error"], shortest)
        if op.streamed and call != op.streamed.call:
            for case in self.cases.get(op.streamed.call, ())[:_MOST_EXAMPLES]:
                blocks = self._result(op, case, shortest)
                self._add(op, op.streamed.name, "Read the response while it arrives.", blocks)
        for case in self.cases.get(op.pages.call, ()) if op.pages else ():
            self._add(op, case.call.rpartition(".")[2], "Read two pages.", self._pages(op, case))

    def _add(
        self, op: ClientOperation, label: str, doc: str, blocks: Iterable[Iterable[str]]
    ) -> None:
        name, number = snake(label), 2
        while name in self._names:
            name, number = snake(f"{label} {number}"), number + 1
        self._names.add(name)
        lines = tuple(tuple(map(Code, block)) for block in blocks if block)
        self.made.append(FunctionView(name, doc, lines, op.deprecated))

    # ── blocks of statements ─────────────────────────────────────────────────────────────────

    def _exchange(
        self, op: ClientOperation, case: Case, result: Case | None, *, is_first: bool
    ) -> Iterator[list[str]]:
        """Yield the blocks of a request and its result; the first of a method has options."""
        call = self._call(op, case, has_options=is_first)
        if result is None:  # no response could be made
            yield ["server.answer(200)"]
            yield ["with suppress(errors.ResponseError):", f"    {call}"]
            yield self._request(op, case, has_options=is_first)
            return
        yield [_answer(result)]
        read, checks = self._read(op, result, call)
        yield read
        yield self._request(op, case, has_options=is_first)
        yield checks

    def _result(self, op: ClientOperation, case: Case, request: Case) -> Iterator[list[str]]:
        """Yield the blocks of a result alone."""
        yield [_answer(case)]
        arguments = {**_members(request.data["arguments"])}
        if "accept" in _members(case.data["arguments"]):
            arguments["accept"] = _members(case.data["arguments"])["accept"]
        read, checks = self._read(op, case, self._call(op, case, arguments))
        yield read
        yield checks

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

    def _errors(
        self, op: ClientOperation, method: str, cases: Sequence[Case], request: Case
    ) -> None:
        """Add the tests of documented errors: one for all whose body is a model."""
        call = self._call(op, request)
        models = [case for case in cases if case.data["codec"] == "json" and case.data["model"]]
        models = [case for case in models if not _media_type(case)]
        if len(models) > 1:
            rows = [
                f"({case.data['status']}, {py_literal(case.data['body'])}, "
                f"models.{case.data['model']}),"
                for case in models
            ]
            block = [
                "documented: list[tuple[int, Any, Any]] = [", *(f"    {row}" for row in rows), "]",
                "for status, body, model in documented:",
                f"    server.answer(status, json=body{self._header()})",
                "    with pytest.raises(errors.ApiError) as caught:",
                f"        {call}",
                "    assert caught.value.status_code == status",
                *(f"    {line}" for line in self._id_checks()),
                "    assert caught.value.error == model.model_validate(body)",
            ]  # fmt: skip
            self._add(op, f"{method} errors", "Raise the documented errors.", [block])
        for case in cases:
            if len(models) > 1 and case in models:
                continue
            checks = [f"assert caught.value.status_code == {case.data['status']}"]
            checks += self._id_checks()
            if case.data["codec"] == "json":
                found = _answer_of(op, case)
                checks += self._values("caught.value.error", found.type, case.data["body"])
            failing = ["with pytest.raises(errors.ApiError) as caught:", f"    {call}"]
            headers: dict[str, Json] = {self.request_id: "id-1"} if self.request_id else {}
            blocks = [[_response(case.data, headers)], failing, checks[:_MOST_VALUES]]
            self._add(op, f"{method} error {case.name}", "Raise a documented error.", blocks)

    def _header(self) -> str:
        return f", headers={py_literal({self.request_id: 'id-1'})}" if self.request_id else ""

    def _id_checks(self) -> list[str]:
        return ["assert caught.value.request_id == 'id-1'"] if self.request_id else []

    def _pages(self, op: ClientOperation, case: Case) -> Iterator[list[str]]:
        data = case.data
        pages, items = data["pages"], data["items"]
        assert isinstance(pages, list)
        assert isinstance(items, list)
        first, *others = ({**data, "body": page, "codec": "json"} for page in pages)
        headers = _members(data["headers"])
        yield [_response(first, headers), *(_response(one) for one in others)]
        yield [f"result = list({self._call(op, case)})"]
        asks = _members(data["asks"])
        name, value = py_literal(asks["name"]), py_literal(str(asks["value"]))
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
        accept = accept_header(streams.answers if streams else op.answers)
        headers = {"accept": accept, **_members(data["headers"])}
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
        lines.append(f"assert {found} == {py_literal(kind)}")
        if codec == "json":
            return [*lines, f"assert json.loads(request.content) == {py_literal(body)}"]
        if codec == "form":
            pairs = [(name, v) for name, v in _members(body).items() if isinstance(v, str)]
            if pairs:
                lines.append("form = parse_qsl(request.content.decode(), True)")
            return [*lines, *(f"assert {py_literal(pair)} in form" for pair in pairs)]
        return [*lines, f"assert request.content == {str(body).encode()!r}"]

    # ── expressions ──────────────────────────────────────────────────────────────────────────

    def _call(
        self,
        op: ClientOperation,
        case: Case,
        arguments: Mapping[str, Json] | None = None,
        *,
        has_options: bool = False,
    ) -> str:
        """Return the expression of a call."""
        given = arguments or _members(case.data["arguments"])
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
    kinds = {"stream": streamed, "error": op.errors, "response": (*op.answers, *op.others)}
    every = [one for answer in kinds[case.kind] for one in (answer, *answer.options)]
    place = case.data["answer"]
    return next(one for one in every if [one.status, one.media_type] == place)


def _size(case: Case) -> int:
    return len(str(case.data.get("body")))


def _answer(case: Case) -> str:
    return _response(case.data)


def _response(data: Mapping[str, Json], headers: Mapping[str, Json] | None = None) -> str:
    """Return the statement that adds a response of the server."""
    made = [py_literal(data["status"])]
    headers = dict(headers or {})
    kind = data.get("content_type")
    if "body" in data:
        body = data["body"]
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


def _media_type(case: Case) -> str:
    """Return the media type of a case's response, unless it is ``application/json``."""
    kind = case.data["content_type"]
    return "" if kind == "application/json" else str(kind)


def _part_name(name: str) -> bytes:
    """Return the start of a part's Content-Disposition (RFC 7578 §4.2, WHATWG's escapes)."""
    escaped = "".join(
        f"%{ord(c):02X}" if c == '"' or (ord(c) < 32 and c != "\x1b") else c
        for c in name.replace("\\", "\\\\")
    )
    return f'name="{escaped}"'.encode()


def _named(body: Json) -> list[str]:
    return [name for name, value in _members(body).items() if value not in (None, [])]


def _members(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
