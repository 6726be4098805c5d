"""One operation in canonical form: parameters, body, responses.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.16 (Responses), and 3.2.0
§4.12.2 (``querystring``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from ....base.errors import Unsupported
from ...document.component_keys import below, component_key, key_of_reference, split_reference
from ...document.operations import OperationNode, is_error
from ...document.tree import Location, MappingNode, SequenceNode, Value
from ..model.document import Operation
from ..model.media_types import codec_of
from ..model.messages import Content, MediaType, Parameter, RequestBody, Response
from ..model.path_templates import filled_in, names_in, names_in_query_templates
from ..model.schemas import MISSING, Schema
from ..server_checks import RECEIVED, SENT
from .media_types import MediaTypeNormalizer
from .nodes.confusables import warn_of_confusables
from .nodes.context import Context
from .nodes.node_values import child, listed
from .schemas.inline_keys import component_beginning
from .schemas.key_words import response_word
from .schemas.schemas import SchemaNormalizer
from .swagger2.contents import swagger_body, swagger_media_types, swagger_response
from .swagger2.parameters import DELIMITED, SWAGGER_PLACES, swagger_parameter
from .typed import read

Operation_ = TypeVar("Operation_", bound=Operation)
_STATUS = re.compile(r"[1-5](\d\d|XX)\Z|DEFAULT\Z")
_PLACES = ("path", "query", "header", "cookie", "querystring")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110 §5.6.2
_DECLARED = re.compile(r"/(components/[^/]+|parameters|responses)/[^/]+\Z")
"""The JSON pointer of what is declared for several operations."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # a name that would break the message: no slip
_IGNORED = ("accept", "content-type", "authorization")  # OpenAPI 3.1.1 §4.8.12.2
_OWNED_BY_HTTP = (
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
"""Headers that belong to the connection or the framing (RFC 9110 §7.2, §7.6.1 and §8.6)."""
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
"""The styles that a place allows, its default first (OpenAPI 3.1.1 §4.8.12.3 and 3.2.0 §4.12.3)."""
_FORM = "application/x-www-form-urlencoded"


class OperationNormalizer:
    """The normalisation of operations, with schemas normalised by ``schemas``."""

    def __init__(self, context: Context, schemas: SchemaNormalizer) -> None:
        self.refs = context.refs
        self.schemas = schemas
        self.findings = context.findings
        self.checks = context.checks
        self.is_swagger = context.is_swagger
        self.content = MediaTypeNormalizer(context, schemas)

    def hint(self, op: OperationNode) -> str:
        """Return the name that inline schemas of an operation begin with."""
        if op.incoming:
            return f"{op.incoming.partition(' of ')[0]}.{op.method}"
        return self.schemas.resources.inline.beginnings[op]

    def read(self, kind: type[Operation_], op: OperationNode, **given: object) -> Operation_:
        """Return an operation without its security and servers; record every fault in it."""
        with self.checks.within(RECEIVED if op.incoming else SENT):
            return self._read(kind, op, given)

    def _read(
        self, kind: type[Operation_], op: OperationNode, given: Mapping[str, object]
    ) -> Operation_:
        node = op.node
        self.refs.touch(op.item)
        self.refs.touch(node)
        hint = self.hint(op)
        self.schemas.resources.begin(op, hint)
        payload: list[tuple[MappingNode, str]] = []
        parameters: tuple[Parameter, ...] = ()
        with suppress(Unsupported):
            parameters = self._parameters(op, hint, payload)
        body = None
        with suppress(Unsupported):
            if "requestBody" in node:
                body = self._body(node, hint)
            elif payload:
                body = self._payload(op, payload, hint)
        responses: dict[str, Response] = {}
        with suppress(Unsupported), self.checks.within(RECEIVED):
            responses = self._responses(op, hint)
        return read(
            kind,
            node,
            path=op.path,
            method=op.method,
            parameters=parameters,
            request_body=body,
            responses=responses,
            **given,
        )

    def _body(self, node: MappingNode, hint: str) -> RequestBody:
        body = self.refs.follow(node["requestBody"], node.at("requestBody"), "the request body")
        hint = self._component(node["requestBody"], body, "request") or below(hint, "request")
        return self._content(body, hint)

    def _payload(
        self, op: OperationNode, payload: list[tuple[MappingNode, str]], hint: str
    ) -> RequestBody:
        """Return a body of Swagger 2.0, which is among the parameters; each has its hint."""
        consumes = swagger_media_types(op.node, self.refs.root, "consumes")
        owner = op.node if "parameters" in op.node else op.item
        nodes = [node for node, _ in payload]
        body = swagger_body(nodes, consumes, owner.at("parameters"), self.findings)
        hints = [own for node, own in payload if node.get("in") == "body"]
        return self._content(body, hints[-1] if hints else below(hint, "request"))

    def _content(self, body: MappingNode, hint: str) -> RequestBody:
        content = Content(body.location, media_types={})
        with suppress(Unsupported):
            content = self.content.content(body, hint)
        is_optional = body.get("required") is False
        return read(RequestBody, body, content=content, is_optional=is_optional)

    def _component(self, value: Value, node: MappingNode, kind: str) -> str:
        """Return the key of what is inline in a component; empty for what isn't one."""
        file, pointer = split_reference(node.location.name)
        is_main = file == self.refs.main.name
        if value is node or (is_main and not _DECLARED.match(pointer)):
            return ""
        key = node.location.key if is_main else key_of_reference(node.location.name)
        beginning = component_beginning(key, kind, self.schemas.components.main)
        self.schemas.components.origins[component_key(beginning)][f"{kind} {key}"] = None
        return beginning

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(
        self, op: OperationNode, hint: str, payload: list[tuple[MappingNode, str]]
    ) -> tuple[Parameter, ...]:
        """Return the parameters; put those of Swagger 2.0 in a body or a form in ``payload``."""
        merged: dict[tuple[str, str], MappingNode] = {}
        hints: dict[tuple[str, str], str] = {}
        for level in (op.item, op.node):
            if level.get("parameters") is None:
                continue
            given = self._listed(level)
            own: set[tuple[str, str]] = set()
            for index, value in enumerate(given):
                with suppress(Unsupported):
                    node = self.refs.follow(value, given.at(index), "a parameter")
                    name, place = self._named(node)
                    if self._is_ignored(node, place, name, op):
                        continue
                    if (place, name) in own:
                        self.findings.assume(
                            "parameter",
                            given.at(index),
                            f"the {place} parameter {name!r} is listed twice; the last one is used",
                            "Remove one of the two.",
                        )
                    own.add((place, name))
                    merged[(place, name)] = node
                    is_body = place == "body"
                    component = self._component(value, node, "request" if is_body else "parameter")
                    hints[(place, name)] = component or below(hint, "request" if is_body else name)
        out: list[Parameter] = []
        for (place, name), node in merged.items():
            if place in ("body", "formData"):
                payload.append((node, hints[(place, name)]))
                continue
            with suppress(Unsupported):
                if self._is_sendable(node, place, name):
                    out.append(self._parameter(node, place, name, hints[(place, name)]))
        out += self._path_parameters(op, merged)
        self._one_querystring(merged)
        return tuple(out)

    def _listed(self, level: MappingNode) -> SequenceNode:
        """Return the list of parameters of an operation or a path item."""
        value = level["parameters"]
        if isinstance(value, MappingNode) and isinstance(value.get("$ref"), str):
            self.refs.follow(value, level.at("parameters"), "parameters")
        if isinstance(value, MappingNode):
            is_one = "in" in value or "name" in value
            effect = "read as a list of one" if is_one else "its members are read"
            fact, remedy = f"parameters must be a list; {effect}", "Make `parameters` a list."
            self.findings.assume("shape", level.at("parameters"), fact, remedy)
            return SequenceNode(value.location, [value] if is_one else value.values())
        return listed(level, "parameters", self.findings)

    def _named(self, node: MappingNode) -> tuple[str, str]:
        place, name = node.get("in"), node.get("name")
        if name is None and place == "querystring":  # it isn't sent
            name = "query"
            fact = f"a parameter in querystring without a name; it is called {name!r}"
            self.findings.assume("parameter", node.location, fact, "Add `name` to it.")
        places = SWAGGER_PLACES if self.is_swagger else _PLACES
        if name is None and place == "body" and self.is_swagger:  # it isn't sent
            name = "body"
        if not isinstance(name, str) or not isinstance(place, str) or place not in places:
            fact = f"a parameter needs a name, and 'in' as one of {', '.join(places)}"
            remedy = "Add `name` and `in` to the parameter."
            if node.get("required") is True:
                raise self.findings.refuse("parameter", node.location, fact, remedy)
            self.findings.assume("parameter", node.location, f"{fact}; it is left out", remedy)
            raise Unsupported(fact)
        warn_of_confusables(name, node.at("name"), self.findings)
        return name, place

    def _is_ignored(self, node: MappingNode, place: str, name: str, op: OperationNode) -> bool:
        """Return whether a parameter is left out; record it where OpenAPI has no such rule."""
        if place == "header" and name.lower() in _IGNORED:
            sets = "OpenAPI ignores a parameter for"
            sets = "the client itself sets" if self.is_swagger else sets
            self.findings.warn(
                "parameter",
                node.location,
                f"{sets} the header {name!r}; it is left out",
                "Describe media types in `content`, credentials in `security`; "
                "callers can pass Options(headers=…).",
            )
            return True
        if place == "header" and name.lower() in _OWNED_BY_HTTP:
            fact = f"HTTP itself sets the header {name!r}; the parameter is left out"
            self.findings.assume("parameter", node.location, fact, "Remove the parameter.")
            return True
        if place == "path" and name not in names_in(op.path):
            self.findings.assume(
                "path-parameter",
                node.location,
                f"the path {op.path} has no {{{name}}}; the parameter is left out",
                "Remove the parameter, or put it into the path.",
            )
            return True
        return False

    def _is_sendable(self, node: MappingNode, place: str, name: str) -> bool:
        """Return whether HTTP can carry a parameter of that name; an optional one is left out."""
        if place not in ("header", "cookie") or TOKEN.match(name):
            return True
        fact = f"{name!r} isn't a valid name of a header or cookie"
        if node.get("required") is True or _CONTROL.search(name):
            raise self.findings.refuse(
                "header-name", node.at("name"), fact, "Use letters, digits and hyphens."
            )
        self.findings.omit(
            "header-name",
            node.at("name"),
            f"{fact}; the parameter is left out",
            "Use letters, digits and hyphens.",
        )
        return False

    def _parameter(self, node: MappingNode, place: str, name: str, hint: str) -> Parameter:
        allowed = _STYLES.get(place, ())
        if self.is_swagger:
            node = swagger_parameter(node, self.findings)
            allowed += DELIMITED
        given: dict[str, Any] = {"name": name}  # one in querystring may lack it
        style = node.get("style")
        if style is not None and style not in allowed and allowed:
            self.findings.assume(
                "style",
                node.at("style"),
                f"a parameter in {place} can't have the style {style!r}; {allowed[0]!r} is used",
                f"Write {' or '.join(allowed)}, or remove `style`.",
            )
            given["style"] = ""
        if style == "cookie" and "explode" not in node:
            given["explode"] = True  # OpenAPI 3.2.0 §4.12.2.2: as with form
        if place == "path":
            if node.get("required") is not True:
                self.findings.assume(
                    "path-parameter",
                    node.location,
                    f"the path parameter {name!r} isn't marked as required; it is required",
                    "Add `required: true` to the parameter.",
                )
            given["required"] = True
        content = schema = None
        if node.get("content"):
            content = self.content.content(node, hint)
        else:
            schema = self.content.schema(node, hint) or Schema(node.location)
        if place in ("header", "cookie") and schema is not None:
            schema = self._without_default(schema)
        examples = self.content.examples(node)
        out = read(Parameter, node, content=content, schema=schema, examples=examples, **given)
        return self._querystring(out, node) if place == "querystring" else out

    def _without_default(self, schema: Schema) -> Schema:
        """Return a schema without a default that a header can't contain (RFC 9110 §5.5)."""
        if isinstance(schema.default, str) and _CONTROL.search(schema.default):
            self.findings.warn(
                "default",
                schema.at("default"),
                "the default contains a control character, which a header can't; left out",
                "Remove the control character from `default`.",
            )
            return schema.replace(default=MISSING)
        return schema

    def _querystring(self, out: Parameter, node: MappingNode) -> Parameter:
        """Return a form that is the whole query as an exploded object in it (3.2.0 §4.12.2)."""
        offered: Mapping[str, MediaType] = out.content.media_types if out.content else {}
        name = min(offered, key=_rank_in_query, default="text/plain")
        media = offered.get(name) or MediaType(node.location, schema=out.schema)
        if len(offered) != 1:
            self.findings.assume(
                "parameter",
                node.location,
                f"a parameter in querystring needs 'content' with one media type; read as {name}",
                "Add `content` with one media type to the parameter.",
            )
        if name != _FORM:
            content = Content(media.location, media_types={name: media})
            return replace(out, content=content, schema=None)
        return replace(
            out,
            in_="query",
            style="form",
            explode=True,
            content=None,
            schema=media.schema or Schema(node.location),
            examples=out.examples or media.examples,
        )

    def _path_parameters(
        self, op: OperationNode, merged: Container[tuple[str, str]]
    ) -> Iterator[Parameter]:
        """Yield the parameters of the path that aren't declared."""
        self._warn_of_query_templates(op, merged)
        names = Counter(names_in(op.path))
        for name in filled_in(op.path):
            if ("query", name) in merged and ("path", name) not in merged:
                del names[name]
        for name, count in names.items():
            if count > 1:
                fact = f"the path has {{{name}}} {count} times, which all get one value"
                remedy = "Give each a name of its own."
                self.findings.warn("path-parameter", op.item.location, fact, remedy)
            if op.incoming or ("path", name) in merged:
                continue
            self.findings.assume(
                "undeclared-path-parameter",
                op.item.location,
                f"the path parameter {name!r} isn't declared; read as a string",
                "Declare it under 'parameters', with 'in: path'.",
            )
            location = op.item.location
            schema = Schema(location, types=("string",))
            yield Parameter(location, name=name, in_="path", required=True, schema=schema)

    def _warn_of_query_templates(
        self, op: OperationNode, merged: Container[tuple[str, str]]
    ) -> None:
        """Record the names in the query templates of a path that aren't parameters."""
        for name in names_in_query_templates(op.path):
            if ("query", name) not in merged:
                self.findings.assume(
                    "path-parameter",
                    op.item.location,
                    f"the path's query template names {name!r}, which isn't a parameter in query; "
                    "it is left out",
                    "Declare it under 'parameters', with 'in: query'.",
                )

    def _one_querystring(self, merged: dict[tuple[str, str], MappingNode]) -> None:
        whole = [node for (place, _), node in merged.items() if place == "querystring"]
        if whole and (len(whole) > 1 or any(place == "query" for place, _ in merged)):
            self.findings.assume(
                "parameter",
                whole[-1].location,
                "a parameter in querystring is the whole query, so no other can be in it; "
                "they are joined by '&'",
                "Remove this parameter, or the others in the query.",
            )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, op: OperationNode, hint: str) -> dict[str, Response]:
        node = op.node
        out: dict[str, Response] = {}
        given = node.get("responses")
        if isinstance(given, MappingNode) and "$ref" in given:
            written, given = given, None
            with self.findings.part("nothing is known of the responses"):
                given = self.refs.follow(written, written.at("$ref"), "the responses")
        known: dict[str, str] = {}
        if isinstance(given, MappingNode):
            self.refs.touch(given)
            known = {name: key for key in given if (name := self._status(key, given))}
            for name, status in known.items():
                place, own = given.at(status), below(hint, response_word(status, given))
                failed = is_error(name, known)
                make = partial(self._response, given[status], place, own, op, is_error=failed)
                if failed:
                    loss = "nothing is known of this response"
                    out[name] = self.schemas.part(make, Response(place), loss)
                else:
                    with suppress(Unsupported):
                        out[name] = make()
        if all(is_error(name, known) for name in known):
            record = self.findings.warn if known else self.findings.assume
            record(
                "responses",
                node.at("responses") if "responses" in node else node.location,
                "the operation documents no success; its result is any value",
                "Add the successes to `responses`.",
            )
        return out

    def _status(self, status: str, responses: MappingNode) -> str:
        """Return the canonical form of a status; empty for one that is left out."""
        name = status.strip().upper()
        if _STATUS.match(name):
            return "default" if name == "DEFAULT" else name
        if not status.startswith("x-"):
            self.findings.assume(
                "status",
                responses.at(status),
                f"{status!r} isn't a status; the response is left out",
                "Use a code such as '200', a range such as '2XX', or 'default'.",
            )
        return ""

    def _response(
        self,
        value: Value,
        location: Location,
        hint: str,
        op: OperationNode,
        *,
        is_error: bool = False,
    ) -> Response:
        if value is None:
            fact = "the response is null; it has no content"
            self.findings.assume("responses", location, fact, "Add a `description` to it.")
            return Response(location)
        response = written = self.refs.follow(value, location, "a response")
        if self.is_swagger:
            response = swagger_response(
                response,
                op.node,
                self.refs.root,
                self.findings,
                has_body=not is_error and location.key not in ("204", "205"),
            )
        own = hint if written is value else written.location.key
        headers = self.content.headers(child(response, "headers"), own)
        hint = self._component(value, written, "response") or hint
        content = None
        if "content" in response:
            content = self.content.content(response, hint, is_error=is_error)
        links = self.content.links(response, op) if not op.incoming else {}
        return read(Response, response, headers=headers, content=content, links=links)


def _rank_in_query(media_type: str) -> tuple[bool, bool]:
    """Return the rank of a media type for a whole query: a form, then JSON, then others."""
    return media_type != _FORM, codec_of(media_type) != "json"
