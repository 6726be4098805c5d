"""Request bodies and responses in every media type of an operation.

Sources: OpenAPI 3.1.1 §4.8.13 (Request Body), §4.8.14 (Media Type), §4.8.15 (Encoding), §4.8.16
(Responses); 3.2.0 §4.14 (itemSchema); RFC 7578 (multipart/form-data).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...base.errors import Findings, Located
from ...base.printable import counted
from ...reading.document.operations import REDIRECTS
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.media_types import (
    SEQUENTIAL,
    codec_of,
    is_range,
    is_sendable,
    is_well_formed,
    precedence,
)
from ...reading.openapi.model.messages import Content, MediaType, RequestBody, Response
from ...reading.openapi.model.schemas import Schema
from ..ir.operations import Answer, Body, FormPart
from ..ir.types import Array, Dict, File, Ref, Scalar, Type, UnionType
from .negotiation import join_media_types, not_offered
from .parts import STRUCTURED, MultipartTypes, described_parts, has_parts, unused_schemas
from .types import Types, text

_JSON_ITEMS = ("lines", "sequence")
"""The codecs of media types whose items are JSON."""
_WITHOUT_BODY = ("204", "205", "304")


class Bodies:
    """The builder of request bodies and responses."""

    def __init__(
        self,
        types: Types,
        findings: Findings,
        pins: Mapping[str, str],
        accepted: Mapping[str, str],
        *,
        keeps_text: bool,
    ) -> None:
        """``pins`` are default media types of requests, by ``METHOD /path``, and ``accepted`` those
        of responses. Unless ``keeps_text``, text beside JSON is left out.
        """
        self.types = types
        self.sent = MultipartTypes(types, is_received=False)
        self.received = MultipartTypes(types, is_received=True)
        self.findings = findings
        self.pins = pins
        self.accepted = accepted
        self.keeps_text = keeps_text
        self._texts: list[tuple[Located, str]] = []
        """The places of media types of text that are left out, and what they are."""

    def warn_of_texts(self) -> None:
        """Warn once of the media types of text that are left out."""
        if self._texts:
            count = counted(len(self._texts), "media type")
            self.findings.warn(
                "text",
                self._texts[0][0],
                f"{count} of text beside JSON left out, the first {self._texts[0][1]}",
                'Nothing has to be done; "text" among the `features` of '
                "[tool.speclock.clients.<package>] adds them.",
            )

    def warn_of_depth(self, name: str, schema: Schema, where: Located) -> None:
        """Warn of a ``deepObject`` for which OpenAPI defines no form (3.1.1 §4.8.12.3)."""
        document = self.types.document
        whole = document.resolve(schema)
        members = [*(whole.properties or {}).values()]
        if isinstance(whole.additional_properties, Schema):
            members.append(whole.additional_properties)
        is_list = document.kinds(schema) <= {"array"}
        if is_list or any(document.kinds(member) <= STRUCTURED for member in members):
            place = f"{name}[0][key]" if is_list else f"{name}[key][0]"
            self.findings.warn(
                "parameter",
                where,
                f"deepObject of lists and of objects in objects isn't defined; {place!r} is sent",
                "Compare that with what the server reads.",
            )

    def _offered(
        self, operation: Operation, content: Content, pins: Mapping[str, str]
    ) -> list[str]:
        """Return the media types to generate for: unless it is kept, without text beside JSON.

        Text that an overlay adds is wanted.
        """
        codecs = {name: codec_of(name, media.schema) for name, media in content.media_types.items()}
        if self.keeps_text or "json" not in codecs.values():
            return [*codecs]
        pin = pins.get(operation.spellings[1], "")
        texts = [name for name, codec in codecs.items() if codec == "text" and name != pin]
        texts = [name for name in texts if not content.at(name).is_of_overlay]
        self._texts += [(content.at(name), f"{name} of {operation.label}") for name in texts]
        return [name for name in codecs if name not in texts]

    # ── requests ─────────────────────────────────────────────────────────────────────────────

    def bodies(self, operation: Operation) -> tuple[Body, ...]:
        """Return the request body in each media type, the default first."""
        body = operation.request_body
        if body is None:
            if pin := self.pins.get(operation.spellings[1]):
                raise not_offered("content_type", operation, pin, ())
            return ()
        content = body.content
        made: list[Body] = []
        for name in self._offered(operation, content, self.pins):
            if is_sendable(name):
                made.append(self._body(name, content.media_types[name], body))
            if not is_well_formed(name):
                effect = "it is sent as it is" if is_sendable(name) else "it is left out"
                self.findings.warn(
                    "request-media-type",
                    content.at(name),
                    f"{operation.label}: {name!r} isn't a media type; {effect}",
                    "Write type/subtype, for instance application/json.",
                )
        if not made:
            self.findings.omit(
                "request-media-type",
                content.location,
                f"{operation.label}: the request body has no media type; the method has no body",
                "Add one to 'content', for instance application/json. "
                "Callers can pass Options(body=…, content_type=…).",
            )
        pin = self.pins.get(operation.spellings[1], "")
        if pin and not any(pin in (one.key, one.sent_as) for one in made):
            raise not_offered("content_type", operation, pin, content.media_types)
        offered = [one.key for one in made]
        made.sort(key=lambda one: (pin not in (one.key, one.sent_as), precedence(one.key, offered)))
        sent = Counter(body.sent_as for body in made)
        return tuple(replace(b, media_type=b.key) if sent[b.sent_as] > 1 else b for b in made)

    def _body(self, name: str, media: MediaType, body: RequestBody) -> Body:
        schema = media.schema
        codec = codec_of(name, schema)
        codec = "text" if codec in SEQUENTIAL else codec
        if codec != "multipart" and has_parts(self.types.document, name, media):
            codec = "parts"
        parts: tuple[FormPart, ...] = ()
        made: Type = Scalar("any", is_sent=True)
        if schema is not None and codec not in ("parts", "text", "bytes"):
            made = self.sent.of_form(schema) if codec == "multipart" else self.types.sent(schema)
        if codec in ("form", "multipart", "parts"):
            self._check_encodings(media)
            properties = (schema and self.types.document.resolve(schema).properties) or {}
            for part, encoding in media.encoding.items():
                if encoding.style == "deepObject" and part in properties:
                    self.warn_of_depth(part, properties[part], encoding.location)
        if codec == "parts":
            parts, made = self._parts(name, media, self.sent)
        elif codec in ("form", "multipart"):
            parts = _parts(media, codec)
            branches = made.options if isinstance(made, UnionType) else (made,)
            is_typed = all(isinstance(branch, Ref) and not branch.beside for branch in branches)
            if not is_typed and made not in (Dict(File()), Dict(Array(File()))):
                made = Dict(Scalar("any", is_sent=True))
        elif codec in ("text", "bytes"):
            self._warn_of_structure(name, body.content, codec)
            made = Scalar("string") if codec == "text" else File()
        sendable = _sendable(name, codec)
        options = made.options if isinstance(made, UnionType) else (made,)
        is_object = any(isinstance(one, Ref) and self.types.is_model(one.name) for one in options)
        return Body(
            origin=media,
            media_type=sendable,
            sent_as=sendable,
            key=name,
            codec=codec,
            type=made,
            takes_data=is_object and codec in ("json", "form", "multipart"),
            required=body.required,
            doc=text(body.description),
            parts=parts,
        )

    def _check_encodings(self, media: MediaType) -> None:
        others = [media.item_encoding] if media.item_encoding is not None else []
        for encoding in (*media.encoding.values(), *media.prefix_encoding, *others):
            kind = encoding.content_type
            if kind and not all(is_sendable(one.strip()) for one in kind.split(",")):
                self.findings.warn(
                    "request-media-type",
                    encoding.location,
                    f"{kind!r} isn't a media type; the part is sent without it",
                    "Write type/subtype, for instance application/json.",
                )

    def _parts(
        self, name: str, media: MediaType, types: MultipartTypes
    ) -> tuple[tuple[FormPart, ...], Type]:
        """Return the parts of a multipart body that isn't a form, and its type."""
        for encoding in unused_schemas(self.types.document, media):
            self.findings.warn(
                "media-type",
                encoding.location,
                f"{name}: the schema of a part in {encoding.content_type} isn't used; it is bytes",
                "Write and read such a part yourself.",
            )
        parts = described_parts(self.types.document, media)
        return parts, types.of_parts(media, parts)

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def answers(self, operation: Operation) -> tuple[list[Answer], list[Answer]]:
        """Return the success responses and the error responses, in every media type.

        A redirect is a success if it has no body, or if there is no success beside it. Where a body
        isn't described, a success may have any.
        """
        responses = operation.responses
        successes: list[Answer] = []
        errors: list[Answer] = []
        has_success = any(status.startswith("2") for status in responses)
        has_answer = has_success or any(status in REDIRECTS for status in responses)
        for status, response in responses.items():
            is_fault = status[0] in "45" or (status == "default" and has_answer)
            offered = list(self._answers(operation, status, response, keeps_text=is_fault))
            is_empty = offered[0].codec == "none"
            is_redirect = status in REDIRECTS and (is_empty or not has_success)
            if status.startswith("2") or is_redirect or (status == "default" and not has_answer):
                successes += _undescribed(operation, status) if is_empty else offered
            is_error = not status.startswith(("1", "2", "3") if is_empty else ("1", "2"))
            if is_error and not is_redirect:
                errors.append(join_media_types([_as_text(one) for one in offered]))
        if not has_success and all(answer.status in REDIRECTS for answer in successes):
            successes += _undescribed(operation, "2XX")
        return successes, errors

    def _answers(
        self, operation: Operation, status: str, response: Response, *, keeps_text: bool
    ) -> Iterable[Answer]:
        content = response.content
        is_empty = status in _WITHOUT_BODY or operation.method == "head"  # RFC 9110 §9.3.2
        if content is None or not content.media_types or is_empty:
            yield _empty(status)
            return
        kept = (
            content.media_types if keeps_text else self._offered(operation, content, self.accepted)
        )
        for name in kept:
            if not keeps_text:
                self._warn_of_text_lines(operation, name, content)
            yield self._answer(status, name, content)

    def _warn_of_text_lines(self, operation: Operation, name: str, content: Content) -> None:
        """Warn of lines of JSON in a success that are described as one text."""
        media = content.media_types[name]
        codec = codec_of(name, media.schema)
        if codec in _JSON_ITEMS and _is_text(self.types.document, media):
            self.findings.warn(
                "media-type",
                media.location,
                f"{operation.label}: the schema of {name} is one text; its items are any JSON",
                "Describe an item: `itemSchema`, or the schema of one item in place of the text.",
            )

    def _answer(self, status: str, name: str, content: Content) -> Answer:
        media = content.media_types[name]
        schema = media.schema
        codec = codec_of(name, schema)
        if has_parts(self.types.document, name, media):
            parts, type_ = self._parts(name, media, self.received)
            return Answer(status, name, "parts", type_, media, parts=parts)
        if codec in SEQUENTIAL:
            schema = item_schema(self.types.document, media, codec)
            document = self.types.document
            is_whole = media.item_schema is not None and "object" in document.kinds(
                media.item_schema
            )
            if codec == "events" and (is_whole or _is_event(document, schema)):
                codec = "whole-events"
            elif schema is None and codec == "events":  # data is text (HTML standard §9.2.6)
                return Answer(status, name, codec, Scalar("string"), media)
        elif codec != "json":
            codec = "text" if codec in ("text", "form") else "bytes"
            self._warn_of_structure(name, content, codec)
            made = Scalar("string" if codec == "text" else "bytes")
            return Answer(status, name, codec, made, media)
        return Answer(status, name, codec, self.types.type(schema), media)

    def _warn_of_structure(self, name: str, content: Content, codec: str) -> None:
        """Warn of XML or a multipart body with a schema that nothing is generated for.

        With JSON beside it the schema is used.
        """
        bare = name.partition(";")[0].strip().lower()
        media = content.media_types[name]
        if media.schema is None or not (bare.endswith("xml") or bare.startswith("multipart/")):
            return
        described = (key for key, one in content.media_types.items() if one.schema is not None)
        has_json = any(codec_of(key) == "json" for key in described)
        if not has_json and self.types.document.kinds(media.schema) <= STRUCTURED:
            self.findings.warn(
                "media-type",
                media.location,
                f"{name}: the schema isn't used; the body is {codec}",
                "Write and read such bodies with a library of yours.",
            )


def _empty(status: str) -> Answer:
    return Answer(status, "", "none", Scalar("null"))


def _undescribed(operation: Operation, status: str) -> list[Answer]:
    """Return the response of a success without ``content``, which may have a body all the same."""
    if operation.method == "head" or status in _WITHOUT_BODY or status.startswith("3"):
        return [_empty(status)]
    return [Answer(status, "", "any", Scalar("any"))]


def _as_text(answer: Answer) -> Answer:
    if answer.codec not in SEQUENTIAL:
        return answer
    return Answer(answer.status, answer.media_type, "text", Scalar("string"), answer.origin)


def _sendable(name: str, codec: str) -> str:
    """Return the media type to send; for a range one within it."""
    kind, _, rest = name.partition("/")
    if not is_range(name):
        return name
    usual = {"json": "application/json", "text": "text/plain", "multipart": "multipart/form-data"}
    return (
        f"{kind}/plain"
        if kind == "text" and rest == "*"
        else usual.get(codec, "application/octet-stream")
    )


def _is_event(document: Document, schema: Schema | None) -> bool:
    """Return whether a schema describes a whole event, not its data (HTML standard §9.2.6)."""
    members = document.resolve(schema).properties if schema is not None else None
    return members is not None and {"data"} <= members.keys() <= {"data", "event", "id", "retry"}


def item_schema(document: Document, media: MediaType, codec: str) -> Schema | None:
    """Return the schema of one item of a sequential media type; None for any value.

    Without ``itemSchema``, a schema for arrays is that of all items together (OpenAPI 3.2.0
    §4.14.3), any other that of one; but text is a body of JSON as a whole, not its items.
    """
    if media.item_schema is not None or media.schema is None:
        return media.item_schema
    if codec in _JSON_ITEMS and _is_text(document, media):
        return None
    return _item(document, media.schema)


def _is_text(document: Document, media: MediaType) -> bool:
    """Return whether a body is described as one text, and not its items."""
    if media.item_schema is not None or media.schema is None:
        return False
    return document.kinds(media.schema) <= {"string"}


def _item(document: Document, schema: Schema) -> Schema | None:
    whole = document.resolve(schema)
    if whole.types == ("array",):
        return whole.items if whole.prefix_items is None else None
    if whole.union is None:
        return schema
    branches = [_item(document, branch) for branch in whole.union.branches]
    if branches == [*whole.union.branches]:
        return schema
    if any(branch is None for branch in branches):
        return None
    union = replace(whole.union, branches=tuple(filter(None, branches)), discriminator=None)
    return whole.replace(union=union)


def _parts(media: MediaType, codec: str) -> tuple[FormPart, ...]:
    """Return the encodings of single members."""
    parts: list[FormPart] = []
    for name, encoding in media.encoding.items():
        kind = encoding.content_type
        if codec == "multipart":
            if encoding.style and encoding.explode is False:
                parts.append(FormPart(name, style=encoding.style, explode=False))
            elif is_sendable(kind) and "," not in kind and "*" not in kind:
                parts.append(FormPart(name, media_type=kind))
        elif encoding.style or encoding.explode is not None:
            style = encoding.style or "form"
            default = style in ("form", "deepObject")
            explode = default if encoding.explode is None else encoding.explode
            parts.append(FormPart(name, style=style, explode=explode))
    return tuple(parts)
