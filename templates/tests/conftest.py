"""What the tests of this package share: the cases, and a client that talks to no network."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import json
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import jsonschema
import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

HERE = Path(__file__).parent
DATA: dict[str, Any] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
DESCRIPTION: dict[str, Any] = json.loads((HERE / "openapi.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = DATA["cases"]
COPY = HERE / "copy.json"
PLACE: dict[str, str] = json.loads(COPY.read_text(encoding="utf-8")) if COPY.is_file() else {}
PACKAGE = PLACE.get("package", HERE.name)
MODES = ("sync", "async")


def _import(name: str) -> Any:
    """A module of the package under test; where the package isn't installed, from beside here."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        sys.path.insert(0, str(HERE / PLACE.get("root", "../..")))
        return importlib.import_module(name)


@cache
def _pattern(pattern: str) -> TypeAdapter[str]:
    """Text that matches, in linear time: Python's own engine can take for ever."""
    return TypeAdapter(Annotated[str, Field(pattern=pattern)])


def _check_pattern(
    _: Any, pattern: str, value: Any, __: Any
) -> Iterator[jsonschema.ValidationError]:
    try:
        if isinstance(value, str):
            _pattern(pattern).validate_python(value)
    except ValidationError as error:
        yield jsonschema.ValidationError(str(error))


_validators: Any = importlib.import_module("jsonschema.validators")  # it has no types
Validator: Any = _validators.extend(jsonschema.Draft202012Validator, {"pattern": _check_pattern})


def _without_key_patterns(schema: Any) -> Any:
    """The schemas of a description without the members whose names only a pattern tells."""
    if isinstance(schema, list):
        return [_without_key_patterns(each) for each in cast("Any", schema)]
    if not isinstance(schema, dict):
        return schema
    known = cast("dict[str, Any]", schema)
    dropped = ("patternProperties", "additionalProperties", "unevaluatedProperties")
    kept = known.keys() - (dropped if "patternProperties" in known else ())
    return {key: _without_key_patterns(each) for key, each in known.items() if key in kept}


class Api:
    """The package under test, and calls of it over a scripted transport."""

    def __init__(self) -> None:
        self.package = _import(PACKAGE)
        self.errors = _import(f"{PACKAGE}.errors")
        self.models = _import(f"{PACKAGE}.models")
        self.httpx = _import(f"{PACKAGE}._http").httpx
        self.description = DESCRIPTION
        self.data = DATA
        self.package_name = PACKAGE
        self.sent: list[Any] = []

    def transport(self, respond: Callable[[Any], Any]) -> Any:
        """A transport that notes requests in :attr:`sent` and answers by ``respond``."""
        self.sent = []

        def handle(request: Any) -> Any:
            self.sent.append(request)
            return respond(request)

        return self.httpx.MockTransport(handle)

    def client(self, mode: str, respond: Callable[[Any], Any], **settings: Any) -> Any:
        """A client over :meth:`transport`, or over the transport or HTTP client in ``settings``."""
        if "transport" not in settings and "http_client" not in settings:
            settings["transport"] = self.transport(respond)
        environment = DATA["environment"]
        if environment["needs_base_url"]:
            settings.setdefault("base_url", environment["base_url"])
        settings.setdefault("retry", self.package.Retry(attempts=1))
        prefix = "Async" if mode == "async" else ""
        kind = getattr(self.package, prefix + DATA["client"])
        credentials: dict[str, Any] = {
            name: self._secret(value) for name, value in environment["credentials"].items()
        }
        return kind(**{**credentials, **settings})

    def _secret(self, value: Any) -> Any:
        """A credential as its argument takes it."""
        if isinstance(value, dict):
            return self.httpx.BasicAuth(*cast("dict[str, list[str]]", value)["auth"])
        return tuple(cast("list[str]", value)) if isinstance(value, list) else value

    def call(
        self,
        mode: str,
        case: dict[str, Any],
        respond: Callable[[Any], Any],
        *,
        options: Any = None,
        changes: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Any:
        """Do a case's call and return its result; ``changes`` are other arguments than its own."""
        client = self.client(mode, respond, **settings)
        method = client
        for name in case["call"].split("."):
            method = getattr(method, name)
        arguments = {**self.arguments(method, case), **(changes or {})}
        if options is not None:
            arguments["options"] = options
        if mode == "sync":
            with client, _deprecated_quietly():
                result = method(**arguments)
                return list(result) if _is_stream(result) else result

        async def run() -> Any:
            async with client:
                with _deprecated_quietly():
                    result = await method(**arguments)
                return [item async for item in result] if _is_stream(result) else result

        return asyncio.run(run())

    def open_stream(
        self,
        mode: str,
        case: dict[str, Any],
        respond: Callable[[Any], Any],
        use: Callable[[Any], Any],
    ) -> Any:
        """Do a case's call, whose answer is a stream; what ``use`` makes of it within ``with``."""
        client = self.client(mode, respond)
        method = client
        for name in case["call"].split("."):
            method = getattr(method, name)
        arguments = self.arguments(method, case)
        if mode == "sync":
            with client, _deprecated_quietly(), method(**arguments) as stream:
                return use(stream)

        async def run() -> Any:
            async with client:
                with _deprecated_quietly():
                    opened = await method(**arguments)
                async with opened as stream:
                    made = use(stream)
                    return await made if inspect.isawaitable(made) else made

        return asyncio.run(run())

    def pieces(self, pieces: Iterable[bytes]) -> Any:
        """A body that arrives in these pieces, and knows whether it was closed."""
        streams = (self.httpx.SyncByteStream, self.httpx.AsyncByteStream)

        class Pieces(*streams):  # type: ignore[misc]  # pyright: ignore[reportUntypedBaseClass]
            is_closed = False

            def __iter__(self) -> Iterator[bytes]:
                yield from pieces

            async def __aiter__(self) -> AsyncIterator[bytes]:
                for piece in pieces:
                    yield piece

            def close(self) -> None:
                self.is_closed = True

            async def aclose(self) -> None:
                self.is_closed = True

        return Pieces()

    def body(self, case: dict[str, Any]) -> Any:
        """The body of a case's call, as the model that the method takes."""
        method = self.client("sync", self.answer(200))
        for name in case["call"].split("."):
            method = getattr(method, name)
        return self.arguments(method, case).get("body")

    def writes_a_model(self, case: dict[str, Any]) -> bool:
        """Whether a case's body is of one class, not of a union."""
        method = self.client("sync", self.answer(200))
        for name in case["call"].split("."):
            method = getattr(method, name)
        kind: Any = self.operation(method, case).body._type()
        return isinstance(kind, type) and issubclass(kind, BaseModel)

    def arguments(self, method: Any, case: dict[str, Any]) -> dict[str, Any]:
        """The case's arguments, the body as a caller makes it."""
        arguments: dict[str, Any] = dict(case["arguments"])
        if "body" in arguments:
            kind = arguments.get("content_type", "")
            arguments["body"] = self._made(method, case, kind, arguments["body"])
        return arguments

    def _made(self, method: Any, case: dict[str, Any], kind: str, body: Any) -> Any:
        """A body of JSON data, of the type that the operation writes in that media type: by the
        strict constructor of its model; as bytes and text, where it is such.
        """
        sends: dict[str, Any] = case["sends"]
        if sends["codec"] in ("bytes", "text"):
            return body if sends["codec"] == "text" else f"{body}".encode()
        operation = self.operation(method, case)
        type_: Any = getattr(operation, "bodies", {}).get(kind, operation.body)._type()
        if sends["files"]:
            body = {**body, **{n: _content(body[n]) for n in sends["files"] if n in body}}
        is_model = hasattr(type_, "model_validate")
        if is_model and not sends["has_extras"] and isinstance(body, dict):
            return type_(**body)
        types = TypeAdapter[Any](type_)
        context = None if sends["has_extras"] else _import(f"{PACKAGE}._model").WRITING
        if sends["codec"] == "json":
            text = json.dumps(body)
            return types.validate_json(text, context=context, by_alias=True, by_name=False)
        return types.validate_python(body, context=context, by_alias=True, by_name=False)

    def user_agent(self, case: dict[str, Any]) -> str:
        """The User-Agent of a case's request: its parameter, or else the package's own."""
        own = f"{PACKAGE.rpartition('.')[2]}/{DATA['environment']['api_version']}"
        return str(case["headers"].get("user-agent", own))

    def operation(self, method: Any, case: dict[str, Any]) -> Any:
        """What the package knows of a case's operation."""
        name = case["constant"].upper()
        found = getattr(sys.modules[method.__module__], name, None)
        return found or getattr(_import(f"{PACKAGE}._operations"), name)

    def respond(self, case: dict[str, Any], **headers: str) -> Callable[[Any], Any]:
        """A server that answers with a case's response."""
        content = b""
        if "body" in case:
            body = case["body"]
            content = json.dumps(body).encode() if case["codec"] == "json" else str(body).encode()
        if case["content_type"]:
            headers.setdefault("content-type", case["content_type"])
        return self.answer(case["status"], headers=headers, content=content)

    def answer(self, status: int, **parts: Any) -> Callable[[Any], Any]:
        """A server that always answers the same."""

        def respond(_: Any) -> Any:
            return self.httpx.Response(status, **parts)

        return respond

    def success(self, call: str) -> Callable[[Any], Any]:
        """A server that answers a call with its first documented success."""
        for case in CASES:
            if case["kind"] in ("response", "stream") and case["call"] == call:
                return self.respond(case)
        return self.answer(200)

    def documented(self, case: dict[str, Any]) -> bool:
        """Whether the description documents a success of the case's call."""
        kinds = ("response", "stream")
        return any(c["kind"] in kinds and c["call"] == case["call"] for c in CASES)

    def attempt(self, mode: str, case: dict[str, Any], **more: Any) -> Any:
        """Do a case's call for what goes out, answered with a success; see :meth:`call`."""
        unreadable = () if self.documented(case) else (self.errors.ResponseError,)
        with contextlib.suppress(*unreadable):
            return self.call(mode, case, self.success(case["call"]), **more)

    def send(self, mode: str, case: dict[str, Any], **more: Any) -> Any:
        """As :meth:`attempt`; returns the one request that went out."""
        self.attempt(mode, case, **more)
        (request,) = self.sent
        return request


def _is_stream(result: Any) -> bool:
    """Whether a method hands out its answer piece by piece."""
    return type(result).__name__ in ("Stream", "AsyncStream")


def _content(value: Any) -> Any:
    """An example of a file, or of several, as bytes."""
    if not hasattr(value, "append"):
        return str(value).encode()
    return [str(one).encode() for one in value]


def _deprecated_quietly() -> warnings.catch_warnings[None]:
    """A deprecated operation says so at each call; its tests know."""
    return warnings.catch_warnings(action="ignore", category=DeprecationWarning)


def unchecked(model: Any, field: str, value: Any) -> Any:
    """An instance with one field, past all checks; ``model_construct`` takes no field ``cls``."""
    made = model.model_construct()
    made.__dict__[field] = value
    made.__pydantic_fields_set__.add(field)
    return made


def plain(value: Any) -> Any:
    """A result as plain JSON data, without what was never set."""
    return TypeAdapter[Any](Any).dump_python(value, mode="json", by_alias=True, exclude_unset=True)


def extras(value: Any, at: str = "") -> list[str]:
    """Where in a result members landed that have no field, though their class takes no others."""
    found: list[str] = []
    inner: dict[str, Any] = {}
    if isinstance(value, BaseModel):
        others = value.model_extra or {}
        if not getattr(value, "takes_extras__", False):
            found += [f"{at}.{name}" for name in others]
        inner = {**value.__dict__, **others}  # reading a deprecated field by its name would warn
    elif isinstance(value, list):
        inner = {str(i): item for i, item in enumerate(cast("Sequence[object]", value))}
    elif isinstance(value, dict):
        inner = cast("dict[str, Any]", value)
    for name, item in inner.items():
        found += extras(item, f"{at}.{name}")
    return found


def same(found: Any, wanted: Any) -> bool:
    """Equal as JSON, where a moment or a UUID may be spelt in more than one way."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        left, right = cast("dict[str, Any]", found), cast("dict[str, Any]", wanted)
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(found, list) and isinstance(wanted, list):
        many: list[list[Any]] = [found, wanted]
        return len(many[0]) == len(many[1]) and all(map(same, *many))
    if isinstance(found, str) and isinstance(wanted, str) and found != wanted:
        for read in (datetime.fromisoformat, date.fromisoformat, time.fromisoformat, UUID):
            try:
                return bool(read(found) == read(wanted))
            except ValueError:
                continue
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


@pytest.fixture
def api() -> Api:
    """The package under test."""
    return Api()


@pytest.fixture(scope="session")
def validator() -> Any:
    """A class of validators; ``SchemaError`` is for a pattern that pydantic doesn't know."""
    return Validator


@pytest.fixture(scope="session")
def schemas() -> dict[str, Any]:
    """The description, to validate bodies by."""
    return cast("dict[str, Any]", _without_key_patterns(DESCRIPTION))


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    """The canonical description."""
    return DESCRIPTION


@pytest.fixture
def any_case() -> dict[str, Any]:
    """One request, its success documented: enough where every operation goes the same way."""
    calls = {case["call"] for case in CASES if case["kind"] == "response"}
    elsewhere = {case["call"] for case in CASES if case.get("own_server")}
    calls -= elsewhere  # a base URL of the tests' own may not count there
    cases = (case for case in CASES if case["kind"] == "request" and case["call"] in calls)
    return next(cases, None) or pytest.skip("no request with a documented success")


@pytest.fixture
def bearer_case() -> dict[str, Any]:
    """One request that carries the bearer token of the environment's ``bearer``."""
    environment = DATA["environment"]
    token = environment["credentials"].get(environment["bearer"])
    for case in CASES:
        if case.get("headers", {}).get("authorization") == f"Bearer {token}":
            return case
    return pytest.skip("no request carries a bearer token")


@pytest.fixture
def json_case(api: Api) -> dict[str, Any]:
    """One request whose body is a model with declared members, its success documented."""
    for case in CASES:
        is_json = case["kind"] == "request" and case.get("codec") == "json"
        is_json = is_json and not case["has_extras"]
        if is_json and api.documented(case) and api.writes_a_model(case):
            return case
    return pytest.skip("no request has a model as its body")


@pytest.fixture(name="plain")
def plain_fixture() -> Callable[[Any], Any]:
    """See :func:`plain`."""
    return plain


@pytest.fixture(name="unchecked")
def unchecked_fixture() -> Callable[[Any, str, Any], Any]:
    """See :func:`unchecked`."""
    return unchecked


@pytest.fixture(name="same")
def same_fixture() -> Callable[[Any, Any], bool]:
    """See :func:`same`."""
    return same


@pytest.fixture(name="extras")
def extras_fixture() -> Callable[[Any], list[str]]:
    """See :func:`extras`."""
    return extras


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``request_case`` and its like run over the cases of that kind."""
    for kind in ("request", "response", "error", "stream", "page"):
        if f"{kind}_case" in metafunc.fixturenames:
            cases = [case for case in CASES if case["kind"] == kind]
            names = [f"{case['call']}-{case['name']}" for case in cases]
            metafunc.parametrize(f"{kind}_case", cases, ids=names)
    if "call_case" in metafunc.fixturenames:
        first = {case["call"]: case for case in reversed(CASES) if case["kind"] == "request"}
        metafunc.parametrize("call_case", list(first.values()), ids=list(first))
    for table in ("model", "enum"):
        if f"{table}_case" in metafunc.fixturenames:
            rows: list[dict[str, Any]] = DATA[f"{table}s"]
            metafunc.parametrize(f"{table}_case", rows, ids=[row["name"] for row in rows])
    if "mode" in metafunc.fixturenames:
        metafunc.parametrize("mode", MODES)
