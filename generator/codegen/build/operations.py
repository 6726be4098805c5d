"""The construction of the client's methods from operations.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter); for keys of idempotency
draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import cached_property

from ...base.config import Client
from ...base.errors import Findings, UsageError
from ...reading.document.operations import REDIRECTS
from ...reading.openapi.examples.check import Examples
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.media_types import SEQUENTIAL, codec_of, codec_of_query
from ...reading.openapi.model.messages import Content, MediaType, Parameter
from ...reading.openapi.model.schemas import Schema
from ..ir.operations import Answer, ClientOperation, MethodParameter, Streamed
from ..ir.types import Nullable, Text, is_scalar
from ..names import ARGUMENTS, Identifier, Spelling, join, make_distinct, snake
from ..signatures.overloads import annotate_result, build_signatures
from .bodies import Bodies
from .error_responses import condition_of, error_texts
from .naming import CallPath
from .negotiation import accept_header, not_offered, pinned_types, select_answers
from .response_headers import HeaderTypes
from .security import Security, needed_scopes
from .servers import Servers
from .types import Types, text

_KEY_HEADERS = ("idempotency-key", "x-idempotency-key")
_KEY = "6f1c3f9e-0b51-4b8a-9d52-0c1f6f5a7e21"
"""A key as the client makes it: a UUID of version 4."""
_ABOUT_KEY = "The client makes a key for each call if you give none."
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


class OperationBuilder:
    """The builder of methods."""

    def __init__(
        self,
        types: Types,
        security: Security,
        servers: Servers,
        findings: Findings,
        reserved: Container[str],
        client: Client,
    ) -> None:
        self.types = types
        self.security = security
        self.servers = servers
        self.findings = findings
        self.reserved = reserved
        self.key_header = client.idempotency_header.lower()
        self.error_when = client.error_when
        self.accept = pinned_types(types.document, client.accept)
        sent = pinned_types(types.document, client.content_type)
        self.with_slashes = parameters_with_slashes(types.document, client.path_slashes)
        self.bodies = Bodies(
            types, findings, sent, self.accept, keeps_text="text" in client.features
        )
        self.has_headers = "response_headers" in client.features
        self.headers = HeaderTypes(types, findings)

    @cached_property
    def _examples(self) -> Examples:
        return Examples(self.types.document)

    def build(self, operation: Operation, path: CallPath) -> ClientOperation:
        """Return the method for one operation; record unsupported constructs in the findings."""
        key_header, makes_key, described = self._key(operation)
        with_slashes = self.with_slashes.get(operation.spellings[1], ())
        parameters = self._parameters(described, path, with_slashes)
        bodies = self.bodies.bodies(operation)
        successes, errors = self.bodies.answers(operation)
        plain = [answer for answer in successes if answer.codec not in SEQUENTIAL]
        accept = self.accept.get(operation.spellings[1], "")
        answers, accepted = select_answers(plain, accept)
        if accept and accept not in (answer.media_type for answer in plain):
            raise not_offered("accept", operation, accept, [a.media_type for a in plain])
        streamed = self._streamed(successes, path)
        only_streams = streamed is not None and streamed.name == path.name
        security = self.security.alternatives(operation)
        docs = (r.description for s, r in operation.responses.items() if s.startswith("2"))
        return ClientOperation(
            origin=operation,
            id=Text(operation.operation_id.strip()),
            method=operation.verb,
            path=Text(operation.target),
            key=Text(operation.path),
            call=path.call,
            resource=path.resource,
            name=path.name,
            constant=path.constant,
            summary=text(operation.summary),
            doc=text(operation.description),
            deprecated=operation.deprecated,
            parameters=parameters,
            bodies=bodies,
            answers=tuple(answers),
            accept=streamed.accept if streamed and only_streams else accepted,
            errors=tuple(errors),
            signatures=() if only_streams else build_signatures(bodies, answers),
            streamed=streamed,
            result=annotate_result(answers),
            result_doc=next((text(doc) for doc in docs), Text("")),
            security=security,
            scopes=needed_scopes(operation, self.types.document.security_schemes),
            server=Text(self.servers.own(operation, secured=bool(security))),
            key_header=Text(key_header),
            makes_key=makes_key,
            error_when=condition_of(operation, self.error_when),
            error_texts=error_texts(operation),
            headers=self.headers.fields(operation) if self.has_headers else (),
        )

    def _streamed(self, successes: list[Answer], path: CallPath) -> Streamed | None:
        """Return the method for a response that may be long: a sequence of items, or bytes."""
        answers = [a for a in successes if a.codec in SEQUENTIAL]
        if not answers:
            answers = [a for a in successes if a.codec == "bytes"]
        if not answers:
            return None
        only = all(answer.codec in (*SEQUENTIAL, "none", "any") for answer in successes)
        if only:  # with those that have no body, except for redirects: no item can tell of one
            answers = [answer for answer in successes if answer.status not in REDIRECTS]
        if not only:
            path = path.second("_stream", self.reserved)
        return Streamed(
            path.name,
            path.call,
            path.constant,
            annotate_result(answer for answer in answers if answer.codec not in ("none", "any")),
            tuple(answers),
            accept_header(answers),
        )

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _key(self, operation: Operation) -> tuple[str, bool, list[Parameter]]:
        """Return the header with a call's key, whether the client makes it, and the parameters.

        The parameter of the key is optional, unless it doesn't admit a UUID.
        """
        described = [*operation.parameters]
        if operation.verb not in ("POST", "PATCH"):
            return "", True, described
        for i, p in enumerate(described):
            if p.in_ != "header" or p.name.lower() not in (self.key_header, *_KEY_HEADERS):
                continue
            schema = p.schema
            if schema is None or self._examples.fault(_KEY, schema) is not None:
                return p.name.lower(), False, described
            about = f"{p.description or self.types.doc(schema).value} {_ABOUT_KEY}".strip()
            described[i] = replace(p, required=False, description=about)
            return p.name.lower(), True, described
        return self.key_header, True, described

    def _parameters(
        self, described: Sequence[Parameter], path: CallPath, with_slashes: Container[str]
    ) -> tuple[MethodParameter, ...]:
        reserved = ARGUMENTS | {path.constant.upper()}
        listed = {f"{p.in_} {p.name}": p for p in described}
        places: dict[str, set[str]] = {}
        for p in described:
            places.setdefault(snake(p.name, reserved), set()).add(p.in_)

        def spell(key: str, level: Spelling) -> Identifier:
            p = listed[key]
            several = len(places[snake(p.name, reserved)]) > 1
            name = snake(p.name, reserved, level)
            in_place = several and p.in_ != "path"
            return join(name.rstrip("_"), "_", p.in_) if in_place else name

        def keeper(group: Sequence[str], name: str) -> str:
            spelled = [key for key in group if listed[key].name == name.rstrip("_")]
            placed = [key for key in group if f"{listed[key].name}_{listed[key].in_}" == name]
            return [*spelled, *placed, *group][0]

        final = make_distinct(listed, spell, keeper)
        made = [self._parameter(p, final[key], with_slashes) for key, p in listed.items()]
        return tuple(sorted(made, key=lambda p: not p.required))

    def _whole_query(self, described: Parameter, content: Content) -> Parameter:
        """Return the whole query with JSON or a text as its content, which has one media type."""
        ((media_type, media),) = content.media_types.items()
        if codec_of_query(self.types.document, media_type, media.schema):
            return described
        self.findings.assume(
            "querystring",
            described.location,
            f"{media_type!r} isn't a form of a whole query: its schema isn't of one text; "
            "callers write it as a text",
            "Use JSON or a form, or describe its members as parameters in query.",
        )
        written = MediaType(media.location, schema=Schema(media.location, types=("string",)))
        content = Content(media.location, media_types={media_type: written})
        return replace(described, content=content, examples={})

    def _style_of_content(
        self, media_type: str, schema: Schema | None, described: Parameter
    ) -> str:
        """Return the style of a parameter with ``content``: a text as it is, or JSON (OpenAPI
        3.1.1 §4.8.12.2.2).
        """
        codec = codec_of(media_type, schema)
        if codec == "text" and is_scalar(self.types.sent(schema)):
            return _STYLES[described.in_]
        if codec != "json":
            self.findings.warn(
                "parameter",
                described.location,
                f"{media_type!r} isn't a form of the parameter {described.name!r}; it is JSON",
                "Describe it by a schema and a style, as JSON, or as a text in text/plain.",
            )
        return "json"

    def _parameter(
        self, described: Parameter, name: Identifier, with_slashes: Container[str]
    ) -> MethodParameter:
        if described.in_ == "querystring" and described.content is not None:
            described = self._whole_query(described, described.content)
        schema, style = described.schema, described.style or _STYLES.get(described.in_, "")
        if described.content is not None:
            key, media = next(iter(described.content.media_types.items()), ("", None))
            schema = media.schema if media is not None else None
            if described.in_ == "querystring":
                style = codec_of_query(self.types.document, key, schema)
            else:
                style = self._style_of_content(key, schema, described)
        made = self.types.sent(schema)
        in_path = described.in_ == "path"
        if style == "deepObject" and schema is not None:
            self.bodies.warn_of_depth(described.name, schema, described.location)
        if isinstance(made, Nullable) and (in_path or not described.required):
            made = made.inner
        explode = described.explode
        reserved = described.name in with_slashes if in_path else described.allow_reserved
        if in_path and described.allow_reserved and not reserved:
            self.findings.warn(
                "parameter",
                described.location,
                f"allowReserved of the path parameter {described.name!r} has no effect before "
                "OpenAPI 3.2; a slash is sent as %2F",
                f'To send it as it is, add "{described.name}" to `path_slashes` of '
                "[tool.speclock.clients.<package>].",
            )
        return MethodParameter(
            origin=described,
            name=name,
            wire=described.name,
            place=described.in_,
            type=made,
            required=described.required,
            style=style,
            explode=style in ("form", "deepObject") if explode is None else explode,
            reserved=reserved,
            doc=text(described.description) or self.types.doc(schema),
        )


def parameters_with_slashes(
    document: Document, settings: Sequence[str], *, lenient: bool = False
) -> dict[str, set[str]]:
    """Return the path parameters whose slashes are sent as they are, by ``METHOD /path``.

    They have ``allowReserved`` (OpenAPI 3.2.0 §4.12.2.2; in earlier versions it is about queries
    alone), or ``settings`` name them. Unless ``lenient``, raise :class:`UsageError` for a setting
    that names none.
    """
    found: dict[str, set[str]] = {}
    unused = dict.fromkeys(settings)
    for op in document.operations:
        for p in op.parameters:
            if p.in_ != "path":
                continue
            names = {p.name, *(f"{spelling}:{p.name}" for spelling in op.spellings if spelling)}
            named = [setting for setting in settings if setting in names]
            if named or (p.allow_reserved and document.openapi.startswith("3.2")):
                found.setdefault(op.spellings[1], set()).add(p.name)
            for one in named:
                unused.pop(one, None)
    if unused and not lenient:
        raise UsageError(
            f"[tool.speclock] path_slashes: {next(iter(unused))!r} names no path parameter of the "
            'selected operations. Write NAME or "METHOD /path:NAME", or remove it.'
        )
    return found
