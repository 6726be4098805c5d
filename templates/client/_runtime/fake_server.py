"""The fake over HTTP, for browsers and other languages: ``python -m PACKAGE.testing``.

Sources: RFC 9457 (problem details), Fetch §3.2 (CORS).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from importlib import import_module
from inspect import isclass, isfunction, signature
from typing import Any, Literal, cast

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from .budget import check_values
from .errors import RequestError
from .fake import FakeTransport, Fault, Received, Refused, Reply, Script
from .fake_http import Dropped, Incoming, Outgoing, serve
from .fake_requests import MOST_PROBLEMS, Problem, codecs_of, find_problems, pointer_of
from .fake_values import MOST_VALUES
from .headers import safe_headers
from .http import httpx
from .words import one_line

_CONTROL = "/__speclock/"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LARGEST_LOG = 64 * 1024 * 1024
"""Bytes of the bodies in the list of calls; the oldest calls are forgotten first."""
_MOST_CALLS = 1_000
_LONGEST_LATENCY = 600.0
_OWN_HEADERS = ("content-length", "connection", "transfer-encoding", "content-encoding", "date")
"""The headers of a scripted answer that the server decides."""


class _Answer(BaseModel, extra="forbid"):
    """A response in a script."""

    status_code: int = Field(200, ge=200, le=599)
    body: Any = None
    headers: dict[str, str] = {}


_SCRIPTS: TypeAdapter[Any] = TypeAdapter(
    dict[str, list[_Answer | Literal["TIMEOUT", "DROPPED", "REFUSED"]]]
)


class _Refusal(Refused):
    """A request that the fake refuses, with the status of its answer."""

    def __init__(self, status: int, detail: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(detail)
        self.status, self.problems = status, problems


class _Log:
    """The requests that were accepted, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[tuple[str, Received[Any]]] = deque()
        self._size = 0

    def add(self, name: str, call: Received[Any]) -> None:
        """Add a request to an operation."""
        self.calls.append((name, call))
        self._size += len(call.request.content)
        while self._size > _LARGEST_LOG or len(self.calls) > _MOST_CALLS:
            self._size -= len(self.calls.popleft()[1].request.content)

    def clear(self) -> None:
        """Forget all requests."""
        self.calls.clear()
        self._size = 0


class _ServedScript(Script[Any, Any]):
    """A script whose requests come from the network, so that all of them is checked."""

    log: _Log
    package: str
    """The name of the package that it is in."""

    @cached_property
    def needed(self) -> set[str]:
        """The names of the arguments that a call needs: those without a default."""
        owner, _, method = self.operation.name.rpartition(".")
        module = import_module(f"{self.package}.{f'resources.{owner}' if owner else 'client'}")
        classes = filter(isclass, vars(module).values())
        functions = [*filter(isfunction, (vars(class_).get(method) for class_ in classes))]
        parameters = signature(functions[0]).parameters.values() if functions else ()
        return {each.name for each in parameters if each.default is each.empty}

    def receive(self, request: httpx.Request, values: dict[str, str], *, strict: bool) -> None:
        """Note a request; raises :class:`_Refusal` where it doesn't fit the description."""
        is_read = request.content and self.operation.body is not None
        if is_read and not codecs_of(self.operation, request):
            kind = request.headers.get("content-type", "none")
            raise _Refusal(415, f"the operation takes no body of the media type {kind}")
        problems = find_problems(self.operation, request, values, self.needed)
        if problems:
            fact = "the request doesn't match the description"
            if len(problems) >= MOST_PROBLEMS:
                fact += f"; of each argument these are the first {MOST_PROBLEMS:,} problems"
            raise _Refusal(422, fact, problems)
        super().receive(request, values, strict=strict)
        self.log.add(self.name, self.calls.pop())

    def reply(self, request: httpx.Request) -> httpx.Response:
        """Return the scripted answer or else the example; raise :class:`_Refusal` without both."""
        try:
            return super().reply(request)
        except Refused as cause:
            raise _Refusal(501, str(cause)) from None


class _Server:
    """Answers of a fake to requests from the network."""

    def __init__(self, fake: FakeTransport, options: argparse.Namespace) -> None:
        self._fake, self._latency = fake, options.latency
        self._failures: list[tuple[int, float]] = options.fail
        self._random = random.Random(options.seed)
        self._hosts = {name.lower() for name in (*_LOOPBACK, options.host, *options.allow_host)}
        self._log = _Log()
        every: list[Any] = [part for part in vars(fake).values() if isinstance(part, Script)]
        self._scripts = {script.name: _served(script, self._log, fake) for script in every}

    async def answer(self, request: Incoming) -> Outgoing:
        """Return the answer to a request; raises :class:`Dropped` for none."""
        if request.target.startswith(_CONTROL):
            return self._control(request)
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            return Outgoing(204, _cors(request, ()))
        if self._latency:
            await asyncio.sleep(self._latency)
        try:
            answer = self._api_answer(request)
        except Dropped:
            raise
        except Exception:  # noqa: BLE001 - of one request; it stops no other
            traceback.print_exc()
            answer = _problem(500, "the fake server has a bug; its output has the traceback")
        headers = [*answer.headers, *_cors(request, answer.headers)]
        return Outgoing(answer.status, headers, answer.body)

    def _api_answer(self, request: Incoming) -> Outgoing:
        for status, probability in self._failures:
            if self._random.random() < probability:
                return _problem(status, "a failure that --fail asks for")
        url = f"http://127.0.0.1{request.target}"
        fields = [
            (n.encode("ascii"), value.encode("latin-1")) for n, value in request.headers.items()
        ]
        try:
            sent = httpx.Request(request.method, url, headers=fields, content=request.body)
        except (httpx.InvalidURL, ValueError) as cause:
            return _problem(400, f"not a URL: {cause}")
        try:
            response = self._fake.handle_request(sent)
        except _Refusal as cause:
            return _problem(cause.status, str(cause), cause.problems)
        except Refused:
            return _problem(404, f"no operation for {request.method} {sent.url.path}")
        except httpx.TransportError as cause:
            raise Dropped(at_once=not isinstance(cause, httpx.ReadTimeout)) from None
        headers = [pair for pair in response.headers.multi_items() if pair[0] not in _OWN_HEADERS]
        return Outgoing(response.status_code, headers, response.content)

    # ── scripts ──────────────────────────────────────────────────────────────────────────────────

    def _control(self, request: Incoming) -> Outgoing:
        """Return the answer to a test that scripts the fake; not to a page of another site.

        Without CORS a page can't send PUT or read an answer; a name that resolves to this machine
        doesn't help it (DNS rebinding).
        """
        host = request.headers.get("host", "")
        name = re.sub(r":\d*$", "", host, flags=re.ASCII).strip("[]").lower()
        if name not in self._hosts:
            return _problem(403, f"{name!r} is not a host of this server; see --allow-host")
        call = f"{request.method} {request.target}"
        if call == f"PUT {_CONTROL}answers":
            return self._script(request.body)
        if call == f"GET {_CONTROL}calls":
            calls = b",".join(_call_data(name, call) for name, call in self._log.calls)
            return Outgoing(200, [("content-type", "application/json")], b"[%b]" % calls)
        if call == f"DELETE {_CONTROL}calls":
            self._log.clear()
            return Outgoing(204)
        return _problem(404, f"{_CONTROL} has PUT answers, GET calls and DELETE calls")

    def _script(self, body: bytes) -> Outgoing:
        """Replace all scripts."""
        try:
            scripts: dict[str, list[Any]] = _SCRIPTS.validate_json(body)
        except ValidationError as cause:
            problems = [
                Problem("body", "", pointer_of(error["loc"]), error["msg"])
                for error in cause.errors(include_url=False, include_input=False)
            ]
            return _problem(422, "not scripts", problems)
        unknown = scripts.keys() - self._scripts.keys()
        if unknown:
            return _problem(422, f"no operation {min(unknown)!r}; see the attributes of Fake")
        try:
            answers = {name: [*map(_answer_of, items)] for name, items in scripts.items()}
        except RequestError as cause:
            return _problem(422, str(cause).removesuffix("; nothing was sent"))
        for name, script in self._scripts.items():
            script.answers(*answers.get(name, ()))
        return Outgoing(204)


def _served(script: Script[Any, Any], log: _Log, fake: FakeTransport) -> _ServedScript:
    """Make a fake's script one of the server, where it is."""
    script.__class__ = _ServedScript
    served = cast("_ServedScript", script)
    served.log, served.package = log, _package_of(type(fake))
    return served


def _answer_of(item: _Answer | str) -> Reply | Fault:
    if isinstance(item, str):
        return Fault[item]
    headers = safe_headers(item.headers)
    headers.pop("content-encoding", None)
    return Reply(item.status_code, item.body, headers)


def _call_data(name: str, call: Received[Any]) -> bytes:
    """Return what a test reads of a call, as JSON; one that isn't JSON is a text in it."""
    content = call.request.content
    data = {
        "operation": name,
        "method": call.request.method,
        "url": call.request.url.raw_path.decode("ascii"),
        "path": dict(call.path),
        "query": dict(call.query),
        "headers": dict(call.headers),
    }
    body = content if _is_json(call) else to_json(content.decode("utf-8", "replace") or None)
    return b'%b,"body":%b}' % (to_json(data)[:-1], body)


def _is_json(call: Received[Any]) -> bool:
    """Return whether the body is JSON by its media type and its content."""
    content = call.request.content
    if "json" not in call.headers.get("content-type", "").lower():
        return False
    try:
        check_values(content, MOST_VALUES, "")
        from_json(content, allow_inf_nan=False)
    except ValueError:
        return False
    return True


def _json(status: int, data: Any, kind: str = "application/json") -> Outgoing:
    return Outgoing(status, [("content-type", kind)], to_json(data))


def _problem(status: int, detail: str, problems: Sequence[Problem] = ()) -> Outgoing:
    """Return an answer of the server itself (RFC 9457 §3)."""
    title = "The fake server refuses the request" if status < 500 else "The fake server failed"
    data = {"title": title, "status": status, "detail": one_line(detail, 1_000)}
    errors = {"errors": [asdict(each) for each in problems]} if problems else {}
    return _json(status, {**data, **errors}, "application/problem+json")


def _cors(request: Incoming, headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers that let a page of any origin send the request and read the answer."""
    origin = request.headers.get("origin")
    if origin is None:
        return []
    allowed = [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("vary", "origin"),
    ]
    method = request.headers.get("access-control-request-method")
    if request.method == "OPTIONS" and method is not None:
        names = request.headers.get("access-control-request-headers", "")
        allowed += [("access-control-allow-methods", method), ("access-control-max-age", "600")]
        allowed += [("access-control-allow-headers", names)] if names else []
    elif headers:
        names = ", ".join(dict.fromkeys(name for name, _ in headers))
        allowed.append(("access-control-expose-headers", names))
    return allowed


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= _LONGEST_LATENCY:
        raise ValueError
    return value


def _failure(text: str) -> tuple[int, float]:
    """Return the status and the probability of ``503:0.1``."""
    status, _, probability = text.partition(":")
    pair = int(status), float(probability)
    if not (400 <= pair[0] <= 599 and 0 <= pair[1] <= 1):
        raise ValueError
    return pair


def _package_of(fake: Any) -> str:
    """Return the name of the package whose module ``testing`` has a class."""
    return str(fake.__module__.rpartition(".")[0])


def parser_of(make: Callable[..., FakeTransport]) -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {_package_of(make)}.testing",
        description="Serve the fake of this package over HTTP, until Ctrl-C.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    add("--port", type=int, default=8080, help="0 for a free one (default: %(default)s)")
    add("--latency", type=_seconds, default=0.0, metavar="SECONDS",
        help="a pause before each answer")  # fmt: skip
    add("--fail", type=_failure, action="append", default=[], metavar="STATUS:PROBABILITY",
        help="answer some requests with a status, as 503:0.1; may be repeated")  # fmt: skip
    add("--seed", type=int, default=0, help="of the random failures (default: %(default)s)")
    add("--allow-host", action="append", default=[], metavar="NAME",
        help=f"another name of this server, by which a test may reach {_CONTROL}")  # fmt: skip
    return parser


def main(make: Callable[[], FakeTransport]) -> None:
    """Serve a fake by the arguments of the command; exit with status 1 for a bad address."""
    parser = parser_of(make)
    run(make(), parser, parser.parse_args())


def run(
    fake: FakeTransport,
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    lines: Sequence[str] = (),
) -> None:
    """Serve a fake, and print its address and further lines; exit with status 1 for a bad one."""
    server = _Server(fake, options)
    host = f"[{options.host}]" if ":" in options.host else options.host

    def started(port: int) -> None:
        print(f"http://{host}:{port}", *lines, sep="\n", flush=True)

    try:
        asyncio.run(serve(server.answer, _problem, options.host, options.port, started))
    except (OSError, OverflowError) as cause:
        parser.exit(1, f"cannot listen on {host}:{options.port}: {cause}\n")
    except KeyboardInterrupt:  # where the loop has no signals
        pass
