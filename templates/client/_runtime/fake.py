"""The workings of the fake server in :mod:`testing`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import NoneType
from typing import Any, Generic, TypeVar, cast
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from .deviations import Deviations
from .encoding import as_json
from .http import httpx
from .operation import OPERATION, TOKEN_URL, Operation
from .options import Api
from .responses import Nothing, ResponseReader, each_of

B = TypeVar("B")
T = TypeVar("T")

Multipart = Callable[[Any, Sequence[tuple[int, object]]], tuple[int, bytes, dict[str, str]] | None]
"""Returns the status, the body and the headers for a value, if one of the answers is multipart."""
_JSON = re.compile(r"(application|text)/(?!stream\+)(.+\+)?json\b(?!-)", re.IGNORECASE)
"""JSON, but not its sequences and lines."""


class Refused(AssertionError):
    """A request without an answer: no such operation, a body that doesn't fit, or no example."""


class Fault(Enum):
    """What can happen instead of an answer."""

    TIMEOUT = "the server got the request and didn't answer in time"
    DROPPED = "the server got the request and dropped the connection"
    REFUSED = "the connection was never made"


_FAULTS: Mapping[Fault, type[httpx.TransportError]] = {
    Fault.TIMEOUT: httpx.ReadTimeout,
    Fault.DROPPED: httpx.ReadError,
    Fault.REFUSED: httpx.ConnectError,
}


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
        """Return the answer as the HTTP library's response."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        content: Any = self.body
        is_json = _JSON.match(headers.get("content-type", ""))
        if not isinstance(content, bytes if is_json else (bytes, str, NoneType)):
            headers.setdefault("content-type", "application/json")
            content = as_json(content)
        return httpx.Response(self.status_code, headers=headers, content=content)


@dataclass(frozen=True)
class Received(Generic[B]):
    """A request that the fake accepted."""

    path: Mapping[str, str]
    """The values in the path, by their names there."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: B
    """The body, read back as the model; of a form and of multipart the value that was sent."""
    request: httpx.Request
    """The request as it was sent, with its URL and its bytes."""


class Route:
    """The requests for one operation, by their method and path."""

    def __init__(self, operation: Operation[Any], prefix: str) -> None:
        """``prefix`` is the path of the server."""
        self.operation, self.prefix = operation, prefix
        path = operation.path.partition("?")[0]
        # Which part is of which is unknown of parameters without a text between them.
        parts = re.split(r"\{([^{}]*)\}", re.sub(r"(\{[^{}]*\}){2,}", "{}", path))
        self.texts, self.names = parts[::2], parts[1::2]
        whole = re.sub(r"\{[^{}]*\}", "", operation.path)
        self.rank = operation.path.count("{"), -len(whole)
        """A path with fewer parameters is tried first, and one with more text, as in a query."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a path from its end, so that a value is as long as it can be, the first one
        first.

        No value is read twice, so it takes time in proportion to the path's length.
        """
        pattern, end = "", r"\Z"
        for index, text in enumerate(self.texts[:-1]):
            value = self.value_pattern(index)
            pattern = f"(?>({value}){re.escape(text[::-1])}{end}){pattern}"
            end = ""
        return re.compile(re.escape(self.texts[-1][::-1]) + pattern, re.DOTALL)

    def value_pattern(self, index: int) -> str:  # noqa: ARG002 - for paths in values
        """Return the pattern of a parameter's value."""
        return "[^/]+?"

    def match_request(self, method: str, path: str, query: str) -> dict[str, str] | None:  # noqa: ARG002
        """Return the values in the path, as they are, if a request is for this operation."""
        path = path.removeprefix(self.prefix)
        if method != self.operation.method or not path.endswith(self.texts[-1]):
            return None
        match = self.pattern.fullmatch(path[::-1])
        if match is None:
            return None
        texts = [value[::-1] for value in reversed(match.groups())]
        values = dict(zip(self.names, texts, strict=True))
        values.pop("", None)
        return values

    def replaced(self, query: str) -> set[str]:  # noqa: ARG002 - for paths with one
        """Return the parts of the path's own query that a query lacks."""
        return set()


class Script(Generic[B, T]):
    """What the fake does for one operation, and what it got."""

    def __init__(
        self,
        name: str,
        operation: Operation[T],
        examples: Mapping[str, Reply],
        multipart: Multipart | None,
    ) -> None:
        self.name, self.operation, self._multipart = name, operation, multipart
        self.calls: list[Received[B]] = []
        """The requests that were accepted, oldest first."""
        self.examples: dict[str, Reply | None] = {**examples}
        """The description's examples by Accept header, the default one by an empty text."""
        self._queue: list[T | Reply | Fault] = []

    def answers(self, *answers: T | Reply | Fault) -> None:
        """Answer the next calls with these, in turn; the last one then stays."""
        self._queue = list(answers)

    def receive(self, request: httpx.Request, values: dict[str, str], *, strict: bool) -> None:
        """Note a request; raises :class:`Refused` where it doesn't fit the description."""
        body, query = self._body(request, strict), dict(request.url.params)
        path = {name: unquote(value) for name, value in values.items()}
        self.calls.append(Received(path, query, request.headers, body, request))

    def _body(self, request: httpx.Request, strict: bool) -> B:
        other = request.extensions.get("other_body")
        if other is not None and self.operation.body is not None:  # isn't checked
            return cast("B", other)
        content: Any = request.extensions.get("value") or request.content
        kind = request.headers.get("content-type", "").lower()
        kinds = (kind, kind.partition(";")[0])
        bodies: Mapping[str, Any] = getattr(self.operation, "bodies", {})
        fitting = [body for body in bodies.values() if body.media_type.lower() in kinds]
        codecs: list[Any] = fitting or [self.operation.body]
        lines: list[str] = []
        for codec in codecs:
            if not content or not getattr(codec, "is_json", False):
                return cast("B", content or None)
            try:
                return cast("B", codec.read_strictly(content))
            except ValidationError as cause:
                errors = cause.errors(include_url=False)
            errors = [error for error in errors if strict or error["type"] not in _UNKNOWN]
            if not errors:
                return cast("B", codec.read_json(content, Deviations(self.name)))
            for error in errors:
                place = ".".join(map(str, error["loc"])) or "the body"
                lines.append(f"  {place}: {error['msg']}")
        label = f"{request.method} {request.url.path}"
        raise Refused("\n".join([f"{label}: the body doesn't fit:", *lines]))

    def reply(self, request: httpx.Request) -> httpx.Response:
        """Return the scripted answer or else the example; raise :class:`Refused` without both."""
        accept = request.headers.get("accept", "")
        answer: T | Reply | Fault | None = self.examples.get(accept, self.examples.get(""))
        if self._queue:
            answer = self._queue.pop(0) if len(self._queue) > 1 else self._queue[0]
        elif answer is None:
            script = f"fake.{self.name}.answers(…)"
            raise Refused(f"no example for `{self.operation.name}`; script one: `{script}`")
        if isinstance(answer, Fault):
            raise _FAULTS[answer](answer.value, request=request)
        if isinstance(answer, Reply):
            return answer.response()
        return self._result(answer).response()

    def _result(self, answer: T | None) -> Reply:
        """Return a result of the method as an answer with the status that has such a body."""
        answers = self.operation.answers
        free = next(status for status in range(200, 300) if str(status) not in answers)
        each: list[tuple[int, ResponseReader]] = []
        for status, described in answers.items():
            number = int(status) if status.isdigit() else free
            for reader in each_of(described):
                each.append((number, reader))
        if self._multipart:
            reply = self._multipart(answer, each)
            if reply:
                return Reply(*reply)
        number, reader = _fitting(answer, each)
        kind = reader.media_type
        if "*" in kind and getattr(reader, "is_json", False) and not isinstance(answer, bytes):
            kind = "application/json"
        return Reply(number, answer, {"content-type": kind} if kind else {})


def _fitting(
    answer: object, each: Sequence[tuple[int, ResponseReader]]
) -> tuple[int, ResponseReader]:
    """Return the status and the reader for a result: the first that takes it, or has a body."""
    for status, reader in each:
        if reader.takes(answer):
            return status, reader
    for status, reader in each:
        if type(reader) is not Nothing:
            return status, reader
    return 200, Nothing()


_UNKNOWN = ("extra_forbidden", "enum", "literal_error", "union_tag_invalid")
"""The errors for what a later description may have."""


def operations_of(testing: str) -> list[tuple[str, Operation[Any]]]:
    """Return the operations of the package that a module ``testing`` is in, with their names there.

    Each is before the one that streams its answer.
    """
    package = testing.rpartition(".")[0]
    paths = import_module(package).__path__
    names = [module.name for module in iter_modules(paths) if module.name == "_operations"]
    resources = iter_modules([f"{path}/resources" for path in paths])
    names += [f"resources.{resource.name}" for resource in resources]
    kind: type[Any] = Operation
    operations: list[tuple[str, Operation[Any]]] = []
    for module in names:
        for name, value in vars(import_module(f"{package}.{module}")).items():
            if isinstance(value, kind):
                operations.append((name, value))
    return operations


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A server in the same process, for the synchronous and the asynchronous client."""

    def __init__(
        self,
        api: Api,
        base_url: str,
        operations: Sequence[tuple[str, Operation[Any]]],
        file: str,
        *,
        strict: bool,
        route: type[Route] = Route,
        multipart: Multipart | None = None,
    ) -> None:
        """``_examples.json`` is beside ``file``."""
        prefix = urlsplit(base_url).path.rstrip("/") or api.base_path
        self._strict = strict
        examples: dict[str, dict[str, Reply]] = {}
        text = Path(file).with_name("_examples.json").read_text(encoding="utf-8")
        for key, reply in json.loads(text).items():
            name, _, accept = key.partition(" ")
            examples.setdefault(name, {})[accept] = Reply(**reply)
        scripts: list[Script[Any, Any]] = []
        for name, operation in operations:
            own = examples.get(name.lower(), {})
            if operation.is_streamed:  # answered by that of the operation itself
                scripts[-1].examples[operation.accept] = own.get("")
                continue
            script: Script[Any, Any] = Script(name.lower(), operation, own, multipart)
            setattr(self, script.name, script)
            scripts.append(script)
        routes = [(route(script.operation, prefix), script) for script in scripts]
        self._routes = sorted(routes, key=lambda pair: pair[0].rank)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the synchronous client."""
        request.read()
        return self._handle(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the asynchronous client."""
        await request.aread()
        return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if TOKEN_URL in request.extensions:  # whichever secret asks
            return Reply(200, {"access_token": "fake", "token_type": "bearer"}).response()
        path, _, query = request.url.raw_path.decode().partition("?")
        called = request.extensions.get(OPERATION)
        matching: list[tuple[tuple[bool, int], Script[Any, Any], dict[str, str]]] = []
        for route, script in self._routes:
            values = route.match_request(request.method, path, query)
            if values is not None:
                # Two operations may look alike on the wire; the client names the one that it calls.
                rank = script.operation.name != called, len(route.replaced(query))
                matching.append((rank, script, values))
        if matching:
            _, script, values = min(matching, key=lambda match: match[0])
            return self._reply(script, request, values)
        known = ", ".join(f"{s.operation.method} {s.operation.path}" for _, s in self._routes)
        raise Refused(f"no operation for {request.method} {path}; the API has: {known}")

    def _reply(
        self, script: Script[Any, Any], request: httpx.Request, values: dict[str, str]
    ) -> httpx.Response:
        """Note a request in its script, and return the answer; ``values`` are those in the path."""
        script.receive(request, values, strict=self._strict)
        return script.reply(request)
