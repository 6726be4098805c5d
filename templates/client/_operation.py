"""What an operation is: how its call becomes a request, and what its response means. No I/O."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, SchemaValidator

from ._model import LIMITS, WRITING, forgiving
from ._options import REQUEST_ID_HEADER
from .errors import RequestError, ResponseError, api_error, one_line

T = TypeVar("T")

OPERATION = "operation"
"""The operation's id among a request's ``extensions``, for a transport that wants to know it."""

Type = Callable[[], Any]
"""A type as pydantic reads it, asked for at first use: until then its models needn't be loaded."""


@dataclass(slots=True)
class Draft:
    """A request in the making: everything but the server's address and the secrets."""

    method: str
    path: str
    query: list[str] = field(default_factory=list[str], repr=False)
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """Names in lower case."""
    cookies: list[str] = field(default_factory=list[str], repr=False)
    content: bytes | Upload | None = None


class Upload(Protocol):
    """A body that is read while it is sent; one of the HTTP library's streams."""

    media_type: str
    length: int | None
    is_repeatable: bool

    def __iter__(self) -> Iterator[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Parameter(Protocol):
    """Checks an argument and writes it into a draft."""

    name: str
    required: bool

    def write(self, draft: Draft, value: Any) -> None:
        """Raises ``pydantic.ValidationError`` or :class:`RequestError`; nothing was sent then."""
        ...


class Path:
    """A parameter that fills ``{name}`` in the path."""

    __slots__ = ("_adapter", "_type", "name", "wire")
    required = True

    def __init__(self, name: str, type_: Type, wire: str = "") -> None:
        self.name = name
        self.wire = wire or name
        self._type = type_
        self._adapter: TypeAdapter[Any] | None = None

    def write(self, draft: Draft, value: Any) -> None:
        """Put the value into the path, percent-encoded as one segment (RFC 3986 §3.3)."""
        if self._adapter is None:
            self._adapter = TypeAdapter(self._type())
        text = as_text(self._adapter.validator.validate_python(value, context=WRITING))
        if text in ("", ".", ".."):
            raise RequestError(f"{self.name}={text!r} can't stand in a path; nothing was sent")
        draft.path = draft.path.replace(f"{{{self.wire}}}", quoted(text))


def quoted(text: str, safe: str = "") -> str:
    """``text`` percent-encoded; raises :class:`RequestError` for half a surrogate pair."""
    if text.isascii() and text.isalnum():
        return text  # most are ids, and quote() looks longer
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise RequestError("half a surrogate pair can't be sent; nothing was sent") from None


def in_query(name: str, value: str) -> str:
    """``name=value``, both percent-encoded."""
    return f"{quoted(name)}={quoted(value)}"


def as_text(value: Any) -> str:
    """A scalar as it stands in a URL or a header."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # JSON's 1 and 1.0 are one number
    if isinstance(value, (int, float)):
        return str(value)
    text = _ANY.dump_json(value).decode()
    return text[1:-1] if text.startswith('"') else text


_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Body(Protocol):
    """Writes a request body of one media type."""

    media_type: str

    def write(self, value: Any) -> bytes | Upload: ...


class Answer(Protocol):
    """Reads the body of a response."""

    def read(self, content: bytes, content_type: str = "", /) -> Any: ...


class Json:
    """JSON, as ``type_``: checked strictly when written, read generously."""

    __slots__ = ("_adapter", "_loose", "_type", "media_type", "model")

    def __init__(self, type_: Type, media_type: str = "application/json") -> None:
        self._type = type_
        self._adapter: TypeAdapter[Any] | None = None
        self._loose: SchemaValidator | None = None
        self.model: type[BaseModel] | None = None
        """The type, if it is a model; known after first use."""
        self.media_type = media_type

    def _types(self) -> TypeAdapter[Any]:
        if self._adapter is None:
            type_ = self._type()
            self.model = _as_model(type_)
            self._adapter = TypeAdapter(type_)
        return self._adapter

    def takes(self, value: object) -> bool:
        """Whether a value is of the type that this reads."""
        type_ = self._type()
        if isinstance(type_, type) and type_ is not Any:
            return isinstance(value, type_)
        try:
            self._types().validate_python(value)
        except ValidationError:
            return False
        return True

    def write(self, value: Any) -> bytes:
        """The value as JSON; what was never set is left out."""
        types = self._types()
        if self.model is None:
            value = types.validate_python(value, context=WRITING)
        elif not isinstance(value, self.model):
            is_data = isinstance(value, dict)
            value = (
                self.model(**cast("dict[str, Any]", value))
                if is_data
                else self.model.model_validate(value)
            )
        decimals: list[str] = []
        content = types.serializer.to_json(
            value, exclude_unset=True, by_alias=True, warnings="error", context=decimals
        )
        return _with_decimals(content, decimals) if decimals else content

    def strictly(self, content: bytes) -> Any:
        """The value in a request, as strict as its constructor; for the fake server."""
        types = self._types()
        if self.model is not None:
            return self.model(**types.dump_python(self.read(content), exclude_unset=True))
        return types.validate_json(content, context=WRITING)

    def read(self, content: bytes, _content_type: str = "", /) -> Any:
        """The value in a response; raises ``pydantic.ValidationError`` if it doesn't fit.

        A limit that a value breaks (its length, its pattern, a constant) is no reason to lose it.
        """
        types = self._types()
        try:
            return types.validator.validate_json(content, by_alias=True, by_name=False)
        except ValidationError as error:
            if not any(one["type"] in LIMITS for one in error.errors(include_url=False)):
                raise
            if self._loose is None:
                self._loose = forgiving(types.core_schema)
            return self._loose.validate_json(content, by_alias=True, by_name=False)


def exact_decimal(value: Decimal, decimals: Any) -> str:
    """What pydantic, which writes a decimal as text, writes in its place; noted in ``decimals``."""
    if not isinstance(decimals, list):
        return str(value)
    known = cast("list[str]", decimals)
    known.append(str(value))
    return _PLACE.format(len(known) - 1)


_PLACE = "\x00decimal {}\x00"


def _with_decimals(content: bytes, decimals: Sequence[str]) -> bytes:
    """JSON with decimals as numbers, every digit of them."""
    for index, digits in enumerate(decimals):
        place = json.dumps(_PLACE.format(index)).encode()
        if content.count(place) != 1:
            raise RequestError("the body can't be written: a text in it looks like a decimal")
        content = content.replace(place, digits.encode())
    return content


def _as_model(type_: object) -> type[BaseModel] | None:
    return type_ if isinstance(type_, type) and issubclass(type_, BaseModel) else None


class Text:
    """Text in UTF-8."""

    __slots__ = ("media_type",)

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, value: str) -> bytes:
        return value.encode()

    def read(self, content: bytes, _content_type: str = "", /) -> str:
        return content.decode()


class Raw:
    """Bytes, as they are."""

    __slots__ = ("media_type",)

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, value: bytes) -> bytes:
        return bytes(value)

    def read(self, content: bytes, _content_type: str = "", /) -> bytes:
        return content


class Nothing:
    """No body."""

    __slots__ = ()

    def read(self, _content: bytes, _content_type: str = "", /) -> None:
        return None


_IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY")


def _offered(argument: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        listed = ", ".join(known)
        raise RequestError(f"{argument}={value!r}: the API offers {listed}; nothing was sent")


@dataclass(frozen=True, eq=False)
class Operation(Generic[T]):
    """One operation of the API: all that the client knows of it."""

    id: str
    method: str
    path: str
    answers: Mapping[str, Answer]
    errors: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    body_required: bool = True
    security: Sequence[Sequence[str]] = ()
    accept: str = "application/json"
    server: str = ""
    """Its own server, where it isn't the API's: a URL, or a path at the API's origin."""
    bodies: Mapping[str, Body] = field(default_factory=dict[str, Body])
    """What writes the body in each media type, where there are several."""
    others: Mapping[str, Mapping[str, Answer]] = field(
        default_factory=dict[str, "Mapping[str, Answer]"]
    )
    """What reads the successes in further media types, by media type and status."""
    is_stream: bool = False
    """Whether this is an operation beside another of the same path, whose answer is streamed."""
    _chosen: dict[tuple[str, str | None], Operation[T]] = field(
        default_factory=dict[tuple[str, "str | None"], "Operation[T]"], repr=False, compare=False
    )

    @property
    def idempotent(self) -> bool:
        """Whether repeating a request does no more than the first (RFC 9110 §9.2.2)."""
        return self.method in _IDEMPOTENT

    def choose(self, content_type: str = "", accept: str | None = None) -> Operation[T]:
        """This operation with a media type of its body, or of its answer, chosen.

        Raises :class:`RequestError` for one that the description doesn't offer.
        """
        chosen = self._chosen.get((content_type, accept))
        if chosen is None:
            chosen = self
            if content_type and self.bodies:
                _offered("content_type", content_type, self.bodies)
                chosen = replace(chosen, body=self.bodies[content_type])
            if accept is not None:
                usual = {name.strip() for name in self.accept.split(",")}
                _offered("accept", accept, [*usual, *self.others])
                answers = {**self.answers, **self.others.get(accept, {})}
                chosen = replace(chosen, answers=answers, accept=accept)
            self._chosen[content_type, accept] = chosen
        return chosen

    def streamed(self, answers: Mapping[str, Answer], accept: str) -> Operation[Any]:
        """This operation, its answer read piece by piece."""
        return replace(self, answers=answers, others={}, accept=accept, is_stream=True)

    def draft(self, arguments: Sequence[Any], body: Any) -> Draft:
        """The request for a call; arguments that are None aren't sent.

        Raises ``pydantic.ValidationError`` for an argument that the API wouldn't take, and
        :class:`RequestError` for one that can't be sent at all.
        """
        headers = {"accept": self.accept} if self.accept else {}
        draft = Draft(self.method, self.path, [], headers, [])
        for parameter, value in zip(self.parameters, arguments, strict=True):
            if value is not None or parameter.required:
                parameter.write(draft, value)
        if self.body is not None and (body is not None or self.body_required):
            try:
                draft.content = self.body.write(body)
            except (PydanticSerializationError, UnicodeEncodeError) as cause:
                raise RequestError(f"the body can't be written: {one_line(str(cause))}") from cause
            whole = isinstance(draft.content, bytes)
            draft.headers["content-type"] = (
                self.body.media_type if whole else cast("Upload", draft.content).media_type
            )
        return draft

    def success(self, status: int) -> Answer | None:
        """What reads the answer of a status, if the description documents that success."""
        answers = self.answers
        if not 200 <= status < 300:
            return None
        return answers.get(str(status)) or answers.get("2XX") or answers.get("default")

    def read(self, exchange: Exchange) -> T:
        """The typed result of a response.

        Raises :class:`ApiError` for an answer that isn't a success, :class:`ResponseError` for a
        success that the description doesn't document or whose body doesn't fit.
        """
        status = str(exchange.status_code)
        if status[0] != "2":
            answer = self.errors.get(status) or self.errors.get(f"{status[0]}XX")
            error = _documented(answer or self.errors.get("default"), exchange)
            raise api_error(exchange, error)
        answer = self.success(exchange.status_code)
        if answer is None:
            documented = ", ".join(self.answers) or "none"
            raise ResponseError(exchange, f"undocumented success (documented: {documented})")
        try:
            return answer.read(exchange.content, exchange.content_type)  # type: ignore[no-any-return]
        except ValidationError as cause:
            first = cause.errors(include_url=False, include_input=False)[0]
            at = one_line(".".join(map(str, first["loc"])))
            where = f" at {at}" if at else ""
            others = cause.error_count() - 1  # each branch of a union has one of its own
            more = f" (and {others} more)" if others else ""
            fact = f"unreadable body: {one_line(first['msg'])}{where}{more}"
            raise ResponseError(exchange, fact) from cause
        except UnicodeDecodeError as cause:
            raise ResponseError(exchange, "unreadable body: not UTF-8") from cause


@dataclass(slots=True)
class Exchange:
    """A request that was answered: what errors and readers need to know of it."""

    method: str
    url: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes
    retry_after: float | None

    @property
    def content_type(self) -> str:
        """The media type of the content, as the server names it; empty if it doesn't."""
        return self.headers.get("content-type", "")

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, looked up only where it is asked for."""
        return self.headers.get(REQUEST_ID_HEADER) if REQUEST_ID_HEADER else None


def _documented(answer: Answer | None, exchange: Exchange) -> Any:
    """The documented error model, or None where the body isn't one."""
    if answer is None or not exchange.content:
        return None
    try:
        return answer.read(exchange.content, exchange.content_type)
    except (ValidationError, UnicodeDecodeError):
        return None
