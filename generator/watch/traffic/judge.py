"""Exchanges judged by the operation that they call.

Not a deviation: 304, answers to HEAD, interim answers, a body that was cut off, streamed or not
recorded, and values that were redacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ...base.budget import Budget
from ...codegen.build.error_responses import condition_of, is_met
from ...reading.document.operations import is_error
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.messages import Header, Parameter, Response
from ...reading.openapi.model.schemas import MISSING, Json, Missing, Schema, schemas_in
from ..changes.rules import REQUEST, RESPONSE
from ..changes.symbols import OperationSymbol
from .bodies import MEMBER, UNREADABLE, BodyJudge, json_of
from .deviation import Deviation
from .exchange import Message, RecordedExchange
from .header_fields import date_of, is_common
from .json_text import json_or_missing
from .match import Match
from .parameters import Pairs, ParameterReader
from .schemas import SchemaJudge
from .shown import MASK, UNSHOWN, shown_name, split_url

_NAMES: Final = (
    MEMBER,
    "schema/required/removed",
    "body/media-type/added",
    "status/success/added",
    "status/error/added",
)
"""The rules for which the value doesn't matter."""
_WITHOUT_BODY: Final = (204, 205)
"""Successes whose body a client ignores (RFC 9110 §15.3.5, §15.3.6)."""
_NOT_PARAMETERS: Final = ("accept", "content-type", "authorization")
"""Headers whose parameters are ignored (OpenAPI 3.1.1 §4.8.12.2)."""


class ExchangeJudge:
    """Judges exchanges by a document."""

    def __init__(
        self,
        document: Document,
        redacted: Sequence[str] = (),
        error_when: str | Mapping[str, str] = "",
    ) -> None:
        """``redacted`` are texts that a recording has in place of values; ``error_when`` is the
        setting of the client.
        """
        self._error_when = error_when
        self._redacted = (MASK, *redacted)
        self._without = set[int]()
        """The lists and objects of an exchange, by ``id``, in which nothing was replaced."""
        self.schemas = SchemaJudge(document)
        self._reader = ParameterReader(document)
        self._requests = BodyJudge(self.schemas, self._reader, REQUEST)
        self._responses = BodyJudge(self.schemas, self._reader, RESPONSE)
        keys = [scheme for scheme in document.security_schemes.values() if scheme.type == "apiKey"]
        self._secrets = {key.name for key in keys if key.in_ in ("query", "cookie")}
        self._secret_headers = {key.name.lower() for key in keys if key.in_ == "header"}

    def deviations(
        self, operation: Operation, match: Match, one: RecordedExchange, work: Budget
    ) -> Sequence[Deviation]:
        """Return how a request and its response deviate from the description of an operation.

        Raise :class:`BudgetExceeded` if the exchange needs more work than there is.
        """
        self.schemas.work = work
        self._without.clear()
        work.spend(len(operation.parameters))
        found = [*self._request(operation, match, one)]
        if one.status >= 200:
            found += self._response(operation, one)
        return [each for each in found if not self._is_of_redacted(each)]

    def _is_of_redacted(self, deviation: Deviation) -> bool:
        """Return whether a value that deviates was replaced."""
        if deviation.name in _NAMES:
            return False
        is_of_type = isinstance(deviation.value, dict | list) and deviation.location.key == "type"
        return not is_of_type and self._is_redacted(deviation.value)

    def _is_redacted(self, value: Json | Missing) -> bool:
        """Return whether a value, or one inside of it, was replaced."""
        todo: list[Json | Missing] = [value]
        seen: set[int] = set()
        while todo:
            part = todo.pop()
            if isinstance(part, str) and any(word in part for word in self._redacted):
                return True
            if isinstance(part, dict | list) and id(part) not in self._without:
                seen.add(id(part))
                self.schemas.work.spend(len(part))
                todo += part.values() if isinstance(part, dict) else part
        self._without |= seen
        return False

    def _readable(self, deviations: Iterable[Deviation], body: bytes) -> Iterator[Deviation]:
        """Yield deviations; not that a body is unreadable, if part of it was replaced."""
        for deviation in deviations:
            if not (deviation.name == UNREADABLE and self._is_redacted(body.decode("latin-1"))):
                yield deviation

    # ── requests ─────────────────────────────────────────────────────────────────────────────────

    def _request(
        self, operation: Operation, match: Match, exchange: RecordedExchange
    ) -> Iterator[Deviation]:
        whole = split_url(exchange.url)[3]
        query = Pairs.of_query(whole)
        cookies = Pairs.of_cookies(exchange.request)
        names_read: set[str] = set()
        is_open = False
        for parameter in operation.parameters:
            value: Json | Missing = MISSING
            match parameter.in_:
                case "path":
                    raw = match.values.get(parameter.name)
                    value = MISSING if raw is None else self._reader.from_path(parameter, raw)
                    if value is MISSING:
                        continue
                case "cookie" if exchange.request.header("cookie") in ("", MASK):
                    continue  # recorders leave cookies out
                case "query" | "cookie":
                    pairs = query if parameter.in_ == "query" else cookies
                    value, names = self._reader.from_pairs(
                        parameter.name,
                        parameter.schema,
                        parameter.style,
                        parameter.explode,
                        pairs,
                        is_json=parameter.content is not None,
                    )
                    names_read |= names
                    if self._takes_any_name(parameter):
                        is_open = True
                        continue
                case "header":
                    name = parameter.name.lower()
                    if name in _NOT_PARAMETERS or not exchange.request.headers:
                        continue
                    if name in self._secret_headers and name not in exchange.request.headers:
                        continue  # recorders leave secrets out
                    if name in exchange.request.headers:
                        value = self._reader.from_header(parameter, exchange.request.header(name))
                case "querystring":
                    is_open = True
                    value = self._reader.from_query(parameter, whole, self._secrets)
            yield from self._parameter(operation, parameter, value)
        own = Pairs.of_query(split_url(operation.path)[3])
        described = names_read | self._secrets | own.named.keys()
        for name, values in query.named.items():
            if name not in described and not is_open:
                at = operation.at("parameters")
                shown = shown_name(name) if any(values) else UNSHOWN
                yield Deviation(REQUEST, "parameter/optional/added", at, f"query parameter {shown}")
        yield from self._request_body(operation, exchange.request)

    def _takes_any_name(self, parameter: Parameter) -> bool:
        """Return whether an object's members are parameters of their own, of any name."""
        schema = parameter.schema
        is_spread = parameter.style in ("", "form") and parameter.explode is not False
        if parameter.in_ != "query" or not is_spread or self._reader.kind(schema) != "object":
            return False
        extra = self._reader.resolved(schema).additional_properties if schema else None
        return not self._reader.properties(schema) or extra is True or isinstance(extra, Schema)

    def _parameter(
        self, operation: Operation, parameter: Parameter, value: Json | Missing
    ) -> Iterator[Deviation]:
        symbol = OperationSymbol(operation.label, parameter.in_, parameter.name)
        if value is MISSING:
            if parameter.required:
                yield Deviation(
                    REQUEST,
                    "parameter/presence/optional",
                    parameter.location,
                    f"{parameter.in_} parameter {parameter.name}",
                    symbol=symbol,
                )
            return
        schema = _schema_of(parameter)
        is_empty = parameter.in_ == "query" and value in ("", [""])
        is_unread = is_empty or (value is None and parameter.style == "deepObject")
        if schema is not None and not is_unread:
            for deviation in self.schemas.deviations(schema, value, REQUEST):
                yield replace(deviation, symbol=deviation.symbol or symbol)

    def _request_body(self, operation: Operation, message: Message) -> Iterator[Deviation]:
        described = operation.request_body
        body = message.body
        if body is None and not message.unreadable and not _has_content(message):
            body = b""
        if body is None or message.is_cut:
            return
        symbol = OperationSymbol(operation.label, "body")
        if described is None:
            if body:
                yield Deviation(REQUEST, "body/presence/added", operation.location, "request body")
            return
        deviations = [*self._requests.deviations(described.content, message, body)]
        if not body and (deviations or not message.media_type):
            if described.required:
                yield Deviation(
                    REQUEST,
                    "body/required/removed",
                    described.location,
                    "request body",
                    symbol=symbol,
                )
        else:
            yield from self._readable(deviations, body)

    # ── responses ────────────────────────────────────────────────────────────────────────────────

    def _response(self, operation: Operation, one: RecordedExchange) -> Iterator[Deviation]:
        yield from self._notices(operation, one.response)
        if one.status == 304 or (one.status == 206 and "range" in one.request.headers):
            return
        response, body = response_for(operation, one.status), _received(one)
        if one.status < 300 and body and self._is_error(operation, body):
            response = operation.responses.get("default")
            if response is not None:
                for deviation in self._response_body(operation, response, one, body):
                    yield replace(deviation, is_unread=False)
            return
        if response is None:
            kind = "success" if one.status < 300 else "error"
            yield Deviation(
                RESPONSE,
                f"status/{kind}/added",
                operation.at("responses"),
                str(one.status),
                value=_form_of(one.response),
                is_unread=not self._reads(operation, one, body),
            )
            response = substitute(operation, one.status) if body else None
        else:
            yield from self._headers(response, one.response)
        if response is None or body is None or one.method == "HEAD":
            return
        raises = is_error(str(one.status), operation.responses)  # whatever the body is
        for deviation in self._response_body(operation, response, one, body):
            yield replace(deviation, is_unread=deviation.is_unread and not raises)

    def _is_error(self, operation: Operation, body: bytes) -> bool:
        """Return whether the client takes the body of a success for an error."""
        condition = condition_of(operation, self._error_when)
        value = MISSING if condition is None else json_or_missing(body)
        return value is not MISSING and is_met(condition, value)

    def _notices(self, operation: Operation, message: Message) -> Iterator[Deviation]:
        """Yield the headers that announce the end of an operation (RFC 9745, RFC 8594)."""
        if "deprecation" in message.headers and not operation.deprecated:
            at = operation.at("deprecated")
            since = date_of(message.header("deprecation"))
            yield Deviation("", "operation/deprecated/added", at, "", value=since)
        if "sunset" in message.headers:
            day = date_of(message.header("sunset"))
            if day != operation.sunset[:10] or not day:
                at = operation.at("x-sunset")
                yield Deviation("", "operation/sunset/added", at, "", value=day)

    def _headers(self, response: Response, message: Message) -> Iterator[Deviation]:
        described = _described_headers(response)
        self.schemas.work.spend(len(described))
        for name, header in described.items():
            schema = _schema_of(header)
            text = message.headers.get(name)
            if text is None:
                if header.required and message.headers and name != "set-cookie":
                    yield Deviation(RESPONSE, "header/presence/optional", header.location, name)
                continue
            value = self._reader.from_header(header, ", ".join(text))
            if value is MISSING:
                yield Deviation(RESPONSE, UNREADABLE, header.location, name)
            elif schema is not None:
                for deviation in self.schemas.deviations(schema, value):
                    yield replace(deviation, is_unread=False)
        for name in message.headers:
            if name not in described and not is_common(name):
                yield Deviation(RESPONSE, "header/optional/added", response.at("headers"), name)

    def _response_body(
        self, operation: Operation, response: Response, exchange: RecordedExchange, body: bytes
    ) -> Iterator[Deviation]:
        message = exchange.response
        symbol = OperationSymbol(operation.label, "result")
        content = response.content
        without_body = _successes(operation)[False]
        is_read = not any(response is each for each in without_body)
        if content is None or not content.media_types:
            if body:
                yield Deviation(
                    RESPONSE,
                    "body/media-type/added",
                    response.location,
                    message.media_type or "a body",
                    value=json_of(message),
                )
        elif body and not (is_read and exchange.status in _WITHOUT_BODY):
            accept = exchange.request.header("accept")
            deviations = self._responses.deviations(content, message, body, accept)
            for each in self._readable(deviations, body):
                yield replace(each, is_unread=each.is_unread and is_read)
        elif is_read:
            yield Deviation(
                RESPONSE,
                UNREADABLE,
                content.location,
                "",
                symbol=symbol,
                is_unread=not (without_body or self._responses.takes_nothing(content)),
            )

    def _reads(self, operation: Operation, exchange: RecordedExchange, body: bytes | None) -> bool:
        """Return whether a client returns a value for an undescribed status, or a typed error.

        It follows no redirect, and raises for one in place of a success.
        """
        if exchange.status >= 300:
            return exchange.status >= 400
        successes = _successes(operation)
        if exchange.status == 206:
            return not any(successes.values())
        if body is None or (body and exchange.status not in _WITHOUT_BODY) or successes[False]:
            return True  # the body decides, if there is any
        contents = [each.content for each in successes[True] if each.content is not None]
        return not contents or self._responses.takes_nothing(contents[0])


def response_for(operation: Operation, status: int) -> Response | None:
    """Return the response of a status: its own, its range's or the default (OpenAPI 3.1.1
    §4.8.16).

    The default is that of errors where a success is described, as in the generated client; else it
    isn't that of redirects.
    """
    responses = operation.responses
    own = responses.get(str(status)) or responses.get(f"{status // 100}XX")
    if own is None and 200 <= status < 300 and any(_successes(operation).values()):
        return None
    if own is None and 300 <= status < 400 and not is_error("default", responses):
        return None
    return own or responses.get("default")


def is_compared(operation: Operation, status: int) -> bool:
    """Return whether the description tells what a response with a status is like.

    A redirect must be described itself: a default is that of errors, and of other successes.
    """
    if 300 <= status < 400:
        return str(status) in operation.responses or "3XX" in operation.responses
    response = response_for(operation, status) or substitute(operation, status)
    return response is not None


def _form_of(message: Message) -> Json:
    """Return the body of a response by its media type, and its headers that aren't HTTP's own."""
    value = json_of(message)
    body: Json = MASK if value is MISSING else value
    content = {message.media_type: body} if message.body else {}
    return {"content": content, "headers": {n: MASK for n in message.headers if not is_common(n)}}


def substitute(operation: Operation, status: int) -> Response | None:
    """Return the response that the client reads an undescribed success with a body as.

    It is the only one with a body, or the first one where none has a body.
    """
    successes = _successes(operation)
    candidates = successes[True] or successes[False][:1]
    is_read = 200 <= status < 300 and status not in (*_WITHOUT_BODY, 206)
    return candidates[0] if is_read and len(candidates) == 1 else None


def _successes(operation: Operation) -> Mapping[bool, Sequence[Response]]:
    """Return the described successes without a body, under False, and those with one."""
    successes: dict[bool, list[Response]] = {False: [], True: []}
    for key, response in operation.responses.items():
        if key.startswith("2"):
            is_empty = key in map(str, _WITHOUT_BODY) or operation.method == "head"
            content = response.content is not None and response.content.media_types
            successes[bool(content) and not is_empty].append(response)
    return successes


@lru_cache(maxsize=4096)
def _described_headers(response: Response) -> Mapping[str, Header]:
    """Return the headers of a response by their names in lower case.

    ``Content-Type`` isn't one of them (OpenAPI 3.1.1 §4.8.17).
    """
    headers = ((name.lower(), header) for name, header in response.headers.items())
    return {name: header for name, header in headers if name != "content-type"}


def _schema_of(part: Parameter | Header) -> Schema | None:
    return next(schemas_in(part), None)


def _received(exchange: RecordedExchange) -> bytes | None:
    """Return the whole body of a response; None where the recording doesn't have it.

    Some statuses have no body, and a length of 0 tells that there is none (RFC 9112 §6.3).
    """
    message = exchange.response
    if message.body is not None or message.unreadable or message.is_cut:
        return None if message.is_cut else message.body
    is_empty = exchange.status in _WITHOUT_BODY or message.header("content-length") == "0"
    return b"" if is_empty else None


def _has_content(message: Message) -> bool:
    """Return whether a request had a body, by its headers (RFC 9112 §6)."""
    length = message.header("content-length")
    has_type = "content-type" in message.headers and length != "0"
    return length not in ("", "0") or has_type or "transfer-encoding" in message.headers
