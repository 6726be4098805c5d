"""One operation in canonical form: parameters, body, responses.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.16 (Responses), and 3.2.0
§4.12.2 (``querystring``).
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import cast

from ..errors import Findings, Unsupported
from .content import Content
from .links import own_links
from .nodes import Map, Origin, Seq, Value
from .paths import Found
from .refs import References
from .schemas import Schemas
from .scripts import note_scripts
from .shapes import made

_STATUS = re.compile(r"[1-5](\d\d|XX)\Z|default\Z")
_PLACES = ("path", "query", "header", "cookie", "querystring")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110 §5.6.2
_PARAMETER = (
    "description", "required", "deprecated", "x-sunset", "style", "explode", "allowReserved",
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # a name that would break the message: no slip
_IGNORED = ("accept", "content-type", "authorization")  # OpenAPI 3.1.1 §4.8.12.2


class Operations:
    """Copies operations, references resolved; the schemas they need go to ``schemas``."""

    def __init__(self, refs: References, schemas: Schemas, findings: Findings) -> None:
        self.refs = refs
        self.schemas = schemas
        self.findings = findings
        self.content = Content(refs, schemas, findings)

    def write(self, found: Found) -> Map:
        """The operation without its security and servers; every fault in it is recorded."""
        node = found.node
        self.refs.touch(found.item)
        self.refs.touch(node)
        out = Map(node.origin)
        out.marks = node.marks
        for key in ("operationId", "summary", "description", "deprecated", "x-sunset"):
            if key in node:
                out[key] = node[key]
        tags = node.get("tags")
        if isinstance(tags, Seq):
            out["tags"] = tags
        hint = found.operation_id or f"{found.method}.{found.path.strip('/')}"
        with suppress(Unsupported):
            parameters = self._parameters(found, hint)
            if parameters:
                out["parameters"] = parameters
        if "requestBody" in node:
            with suppress(Unsupported):
                out["requestBody"] = self._body(node, f"{hint}.request")
        out["responses"] = Map(node.origin)
        with suppress(Unsupported):
            out["responses"] = self._responses(found, hint)
        if "callbacks" in node:
            self.findings.warn(
                "callbacks",
                node.at("callbacks"),
                "callbacks are calls that the server makes; a client has none",
                "Nothing needs doing.",
            )
        return out

    def _body(self, node: Map, hint: str) -> Map:
        body = self.refs.follow(node["requestBody"], node.at("requestBody"), "the request body")
        copy = Map(body.origin)
        copy.update({k: body[k] for k in ("description", "required") if k in body})
        copy["content"] = Map(body.origin)
        with suppress(Unsupported):
            copy["content"] = self.content.content(body, hint)
        return copy

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(self, found: Found, hint: str) -> Seq:
        merged: dict[tuple[str, str], Map] = {}
        for level in (found.item, found.node):
            listed = level.get("parameters")
            if listed is None:
                continue
            if not isinstance(listed, Seq):
                raise self.findings.refuse(
                    "shape",
                    level.at("parameters"),
                    "parameters must be a list",
                    "Correct its shape.",
                )
            for index, value in enumerate(listed):
                with suppress(Unsupported):
                    node = self.refs.follow(value, listed.at(index), "a parameter")
                    name, place = self._named(node)
                    if place == "header" and name.lower() in _IGNORED:
                        continue
                    merged[(place, name)] = node
        out = Seq(found.node.origin)
        for (place, name), node in merged.items():
            with suppress(Unsupported):
                if self._is_sendable(node, place, name):
                    out.append(self._parameter(node, place, name, f"{hint}.{name}", found))
        self._path_parameters(found, merged, out)
        self._one_querystring(merged)
        return out

    def _named(self, node: Map) -> tuple[str, str]:
        place, name = node.get("in"), node.get("name")
        if not isinstance(name, str) or not isinstance(place, str) or place not in _PLACES:
            raise self.findings.refuse(
                "parameter",
                node.origin,
                f"a parameter needs a name, and 'in' as one of {', '.join(_PLACES)}",
                "Add what is missing.",
            )
        note_scripts(name, node.at("name"), self.findings)
        return name, place

    def _is_sendable(self, node: Map, place: str, name: str) -> bool:
        """Whether HTTP can carry a parameter of that name; an optional one is left out."""
        if place not in ("header", "cookie") or TOKEN.match(name):
            return True
        fact = f"{name!r} can't be the name of a header or cookie"
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

    def _parameter(self, node: Map, place: str, name: str, hint: str, found: Found) -> Map:
        out = Map(node.origin)
        out.marks = node.marks
        out["name"] = name
        out["in"] = place
        for key in _PARAMETER:
            if key in node:
                out[key] = node[key]
        if node.get("style") == "cookie":
            out.setdefault("explode", True)  # OpenAPI 3.2.0 §4.12.2.2: as with form
        if place == "path":
            if f"{{{name}}}" not in found.path:
                self.findings.refuse(
                    "path-parameter",
                    node.origin,
                    f"the path {found.path} has no {{{name}}}",
                    "Remove the parameter, or put it into the path.",
                )
            out["required"] = True
        if "content" in node:
            out["content"] = self.content.content(node, hint)
        else:
            out["schema"] = (
                self.schemas.visit(node["schema"], hint, node.at("schema"))
                if "schema" in node
                else Map(node.origin)
            )
        if place in ("header", "cookie"):
            self._default(out)
        self.content.examples(node, out)
        return self._querystring(out, node) if place == "querystring" else out

    def _default(self, parameter: Map) -> None:
        """Leave out a default that no header can hold (RFC 9110 §5.5)."""
        schema = parameter.get("schema")
        default = schema.get("default") if isinstance(schema, Map) else None
        if isinstance(schema, Map) and isinstance(default, str) and _CONTROL.search(default):
            self.findings.warn(
                "default",
                schema.at("default"),
                "the default holds a control character, which no header can; left out",
                "Correct it.",
            )
            kept = {key: value for key, value in schema.items() if key != "default"}
            parameter["schema"] = made(schema.origin, kept)

    def _querystring(self, out: Map, node: Map) -> Map:
        """A form that is the whole query is an exploded object in it (3.2.0 §4.12.2)."""
        content = out.get("content")
        if not isinstance(content, Map) or len(content) != 1:
            raise self.findings.refuse(
                "parameter",
                node.origin,
                "a parameter in querystring has 'content' with one media type",
                "Say in which media type the query is written.",
            )
        media = content.get("application/x-www-form-urlencoded")
        if isinstance(media, Map):
            del out["content"]
            out.update({"in": "query", "style": "form", "explode": True})
            out["schema"] = media.get("schema", Map(node.origin))
            if "examples" in media:
                out.setdefault("examples", media["examples"])
        return out

    def _path_parameters(self, found: Found, merged: dict[tuple[str, str], Map], out: Seq) -> None:
        for name in re.findall(r"\{([^{}]*)\}", found.path):
            if ("path", name) in merged:
                continue
            self.findings.warn(
                "undeclared-path-parameter",
                found.item.origin,
                f"nobody declares the path parameter {name!r}; read as a string",
                "Declare it under 'parameters', with 'in: path'.",
            )
            schema = Map(found.item.origin)
            schema["type"] = "string"
            parameter = Map(found.item.origin)
            parameter.update({"name": name, "in": "path", "required": True, "schema": schema})
            merged[("path", name)] = parameter
            out.append(parameter)

    def _one_querystring(self, merged: dict[tuple[str, str], Map]) -> None:
        whole = [node for (place, _), node in merged.items() if place == "querystring"]
        if whole and (len(whole) > 1 or any(place == "query" for place, _ in merged)):
            self.findings.refuse(
                "parameter",
                whole[-1].origin,
                "a parameter in querystring is the whole query, so no other can stand beside it",
                "Keep the one, or the others.",
            )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, found: Found, hint: str) -> Map:
        node = found.node
        out = Map(node.origin)
        if "responses" not in node:
            self.findings.warn(
                "responses",
                node.origin,
                "the operation documents no response",
                "Add 'responses'; until then every success reads as None.",
            )
            return out
        listed = self.refs.mapping(node["responses"], node.at("responses"), "responses")
        out.marks = listed.marks
        successes = [status for status in listed if status.startswith("2")]
        for status, value in listed.items():
            if status.startswith("x-"):
                continue
            if not _STATUS.match(status.upper() if status != "default" else status):
                self.findings.refuse(
                    "status",
                    listed.at(status),
                    f"{status!r} is no status",
                    "Use a code such as '200', a range such as '2XX', or 'default'.",
                )
                continue
            word = "response" if [status] == successes else f"response.{status}"
            with suppress(Unsupported):
                name = status.upper() if status != "default" else status
                out[name] = self._response(value, listed.at(status), f"{hint}.{word}", found)
        return out

    def _response(self, value: Value, origin: Origin, hint: str, found: Found) -> Map:
        response = self.refs.follow(value, origin, "a response")
        copy = Map(response.origin)
        copy.marks = response.marks
        copy["description"] = response.get("description", "")
        if isinstance(response.get("headers"), Map):
            copy["headers"] = self.content.headers(cast("Map", response["headers"]), hint)
        if "content" in response:
            copy["content"] = self.content.content(response, hint)
        links = own_links(response, found, self.refs)
        if links is not None:
            copy["links"] = links
        return copy
