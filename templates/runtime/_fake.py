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
from ._operation import OPERATION, Json, Operation
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
        names = re.split(r"\{([^{}]*)\}", operation.path)
        self._names = names[1::2]
        self._pattern = re.compile("([^/]+)".join(map(re.escape, names[::2])))

    def answers(self, *answers: T | Reply | Fault) -> None:
        """Answer the next calls with these, in turn; the last one then stays."""
        self._queue = list(answers)

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The values in the path, if a request is for this operation."""
        found = self._pattern.fullmatch(path) if method == self.operation.method else None
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
        known = self.operation.bodies
        codec = known.get(kind) or known.get(kind.partition(";")[0], self.operation.body)
        if codec is None or not content:
            return cast("B", None)
        if not isinstance(codec, Json):
            return cast("B", content)
        label = f"{request.method} {request.url.path}"
        try:
            return cast("B", codec.strictly(content) if strict else codec.read(content))
        except ValidationError as error:
            lines = [
                f"  {'.'.join(map(str, one['loc'])) or 'the body'}: {one['msg']}"
                for one in error.errors(include_url=False)
            ]
            raise Refused("\n".join([f"{label}: the body doesn't fit:", *lines])) from error

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
        statuses = {s: a for s, a in self.operation.answers.items() if s.isdigit()}
        fitting = (s for s, a in statuses.items() if isinstance(a, Json) and a.takes(answer))
        status = next(fitting, next(iter(statuses), "200"))
        is_text = isinstance(answer, str) and not isinstance(statuses.get(status), Json)
        is_plain = is_text or isinstance(answer, bytes)
        kind = {} if is_plain else {"content-type": "application/json"}
        return Reply(int(status), _unset_dropped(answer), kind).response()


def _accepted(request: httpx.Request) -> list[str]:
    return [one.strip() for one in request.headers.get("accept", "").split(",")]


def _unset_dropped(answer: Any) -> Any:
    if isinstance(answer, BaseModel):
        return json.loads(answer.model_dump_json(by_alias=True, exclude_unset=True))
    return answer


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
        # An operation whose path is spelt out goes before one that has a parameter there.
        self._scripts = sorted(scripts, key=lambda script: script.operation.path.count("{"))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the synchronous client."""
        request.read()
        return self._handle(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the asynchronous client."""
        await request.aread()
        return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        matching: list[tuple[Script[Any, Any], dict[str, str]]] = []
        for script in self._scripts:
            own = urlsplit(script.operation.server).path.rstrip("/")
            prefix = own if script.operation.server and path.startswith(own) else self._prefix
            values = script.match(request.method, path.removeprefix(prefix))
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
