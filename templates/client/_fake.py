"""The workings of the fake server in :mod:`testing`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar, cast
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from ._http import httpx
from ._operation import OPERATION, Body, Json, Nothing, Operation
from ._options import BASE_PATH

B = TypeVar("B")
T = TypeVar("T")

_ANY: TypeAdapter[Any] = TypeAdapter(Any)
_JSON = re.compile(r"(application|text)/(?!stream\+)(.+\+)?json\b(?!-)", re.IGNORECASE)
"""JSON, but not its sequences and lines."""


class Refused(AssertionError):
    """A request that the API wouldn't take: no such operation, or a body that doesn't fit."""


class Fault(Enum):
    """What can happen instead of an answer."""

    TIMEOUT = "the server got the request and didn't answer in time"
    DROPPED = "the server got the request and dropped the connection"
    REFUSED = "the connection was never made"


@dataclass(frozen=True)
class Reply:
    """An answer in full: a status, a body and headers.

    The body is a model, JSON data, text or bytes; with a JSON ``content-type`` in the headers,
    text and None are JSON data too.
    """

    status_code: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def response(self) -> httpx.Response:
        """The answer as the HTTP library's response."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        is_json = bool(_JSON.match(headers.get("content-type", "")))
        if self.body is None and not is_json:
            return httpx.Response(self.status_code, headers=headers)
        if isinstance(self.body, bytes) or (isinstance(self.body, str) and not is_json):
            return httpx.Response(self.status_code, headers=headers, content=self.body)
        headers.setdefault("content-type", "application/json")
        content = _ANY.dump_json(self.body, by_alias=True, exclude_unset=True)
        return httpx.Response(self.status_code, headers=headers, content=content)


@dataclass(frozen=True)
class Received(Generic[B]):
    """A request that the fake accepted."""

    path: Mapping[str, str]
    """The values in the path, by their names there."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: B
    """The body, read back as the model."""


class Script(Generic[B, T]):
    """What the fake does for one operation, and what it got."""

    def __init__(self, operation: Operation[T], example: Reply) -> None:
        self.operation = operation
        self.calls: list[Received[B]] = []
        """The requests that were accepted, oldest first."""
        self._example = example
        self.streamed: Reply | None = None
        """What answers a request that wants the answer as a stream."""
        self._queue: list[T | Reply | Fault] = []
        path, _, self._query = operation.path.partition("?")
        names = re.split(r"\{([^{}]*)\}", path)
        self._names = names[1::2]
        self._pattern = re.compile("([^/]+)".join(map(re.escape, names[::2])))

    def answers(self, *answers: T | Reply | Fault) -> None:
        """Answer the next calls with these, in turn; the last one then stays."""
        self._queue = list(answers)

    def match(self, method: str, path: str, query: str) -> dict[str, str] | None:
        """The values in the path, if a request is for this operation."""
        found = self._pattern.fullmatch(path) if method == self.operation.method else None
        if "{" not in self._query and not {*self._query.split("&")} <= {"", *query.split("&")}:
            return None
        return dict(zip(self._names, map(unquote, found.groups()), strict=True)) if found else None

    def receive(self, request: httpx.Request, values: dict[str, str], *, strict: bool) -> None:
        """Note a request; raises :class:`Refused` where it doesn't fit the description."""
        for parameter in self.operation.parameters:
            check = getattr(parameter, "check", None)
            if check is not None and parameter.name in values and strict:
                check(values[parameter.name])
        self.calls.append(
            Received(values, dict(request.url.params), request.headers, self._body(request, strict))
        )

    def _body(self, request: httpx.Request, strict: bool) -> B:
        content, kind = request.content, request.headers.get("content-type", "")
        kinds = (kind, kind.partition(";")[0])
        known = self.operation.bodies.values()
        codecs: list[Body | None] = [one for one in known if one.media_type in kinds]
        lines: list[str] = []
        for codec in codecs or [self.operation.body]:
            if codec is None or not content:
                return cast("B", None)
            if not isinstance(codec, Json):
                return cast("B", content)
            try:
                return cast("B", codec.strictly(content) if strict else codec.read(content))
            except ValidationError as error:
                lines += [
                    f"  {'.'.join(map(str, one['loc'])) or 'the body'}: {one['msg']}"
                    for one in error.errors(include_url=False)
                ]
        label = f"{request.method} {request.url.path}"
        raise Refused("\n".join([f"{label}: the body doesn't fit:", *lines]))

    def reply(self, request: httpx.Request) -> httpx.Response:
        """The scripted answer, or the description's example."""
        answer: T | Reply | Fault = self._example
        if self.streamed and self.streamed.headers.get("content-type", "") in _accepted(request):
            answer = self.streamed
        if self._queue:
            answer = self._queue.pop(0) if len(self._queue) > 1 else self._queue[0]
        if isinstance(answer, Fault):
            kinds = {
                Fault.TIMEOUT: httpx.ReadTimeout,
                Fault.DROPPED: httpx.ReadError,
                Fault.REFUSED: httpx.ConnectError,
            }
            raise kinds[answer](answer.value, request=request)
        if isinstance(answer, Reply):
            return answer.response()
        return self._result(answer).response()

    def _result(self, answer: T) -> Reply:
        """A result as the method returns it, as an answer with the status that has such a body."""
        answers = self.operation.answers
        free = next(status for status in range(200, 300) if str(status) not in answers)
        each = [
            (int(status) if status.isdigit() else free, one)
            for status, found in answers.items()
            for one in getattr(found, "answers", (found,))
        ]
        empty = [pair for pair in each if isinstance(pair[1], Nothing)]
        full = [pair for pair in each if pair not in empty]
        fitting = [pair for pair in full if isinstance(pair[1], Json) and pair[1].takes(answer)]
        if answer is None and empty:
            return Reply(empty[0][0])
        status, reader = next(iter([*fitting, *full]), (200, None))
        is_text = isinstance(answer, str) and not isinstance(reader, Json)
        if is_text or isinstance(answer, bytes):
            return Reply(status, answer)
        kind = reader.media_type if isinstance(reader, Json) else ""
        kind = "application/json" if "*" in kind or not kind else kind
        return Reply(status, _unset_dropped(answer), {"content-type": kind})


def _accepted(request: httpx.Request) -> list[str]:
    return [one.strip() for one in request.headers.get("accept", "").split(",")]


def _unset_dropped(answer: Any) -> Any:
    if isinstance(answer, BaseModel):
        return json.loads(answer.model_dump_json(by_alias=True, exclude_unset=True))
    return answer


def _specificity(script: Script[Any, Any]) -> tuple[int, bool]:
    path = script.operation.path
    return path.count("{"), "?" not in path


def _operations(module: ModuleType) -> list[tuple[str, Operation[Any]]]:
    """The operations of a module, by name; each is followed by the one that streams its answer."""
    kind: type[Any] = Operation
    return [(name, value) for name, value in vars(module).items() if isinstance(value, kind)]


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A server in the same process, for the synchronous and the asynchronous client."""

    def __init__(self, base_url: str, modules: Sequence[ModuleType], *, strict: bool) -> None:
        self._prefix = urlsplit(base_url).path.rstrip("/") or BASE_PATH
        self._strict = strict
        text = Path(__file__).with_name("_examples.json").read_text(encoding="utf-8")
        examples: dict[str, dict[str, Any]] = json.loads(text)
        scripts: list[Script[Any, Any]] = []
        for name, operation in [pair for module in modules for pair in _operations(module)]:
            example = Reply(**examples.get(name.lower(), {}))
            script: Script[Any, Any] = Script(operation, example)
            if operation.is_stream:  # answered by the script of the operation itself
                scripts[-1].streamed = example
                continue
            setattr(self, name.lower(), script)
            scripts.append(script)
        # A path with fewer parameters is tried first, and one with a query before one without.
        self._scripts = sorted(scripts, key=_specificity)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the synchronous client."""
        request.read()
        return self._handle(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the asynchronous client."""
        await request.aread()
        return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        path, _, query = request.url.raw_path.decode().partition("?")
        matching: list[tuple[Script[Any, Any], dict[str, str]]] = []
        for script in self._scripts:
            own = urlsplit(script.operation.server).path.rstrip("/")
            prefix = own if script.operation.server and path.startswith(own) else self._prefix
            values = script.match(request.method, path.removeprefix(prefix), query)
            if values is not None:
                matching.append((script, values))
        # Two operations may look alike on the wire; the client says which of them it calls.
        called = request.extensions.get(OPERATION)
        matching.sort(key=lambda pair: pair[0].operation.id != called)
        if matching:
            script, found = matching[0]
            script.receive(request, found, strict=self._strict)
            return script.reply(request)
        known = ", ".join(f"{s.operation.method} {s.operation.path}" for s in self._scripts)
        raise Refused(f"no operation for {request.method} {path}; the API has: {known}")
