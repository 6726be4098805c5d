"""One operation in canonical form: parameters, body, responses.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.16 (Responses), and 3.2.0
§4.12.2 (``querystring``).
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress

from ...document.operations import OperationNode, framework_function
from ...document.tree import Location, MappingNode, SequenceNode, Value
from ...errors import Unsupported
from .confusables import warn_of_confusables
from .context import Context
from .media_types import MediaTypeNormalizer
from .node_values import child, listed, omit, pick
from .schemas import SchemaNormalizer

_STATUS = re.compile(r"[1-5](\d\d|XX)\Z|default\Z")
_PLACES = ("path", "query", "header", "cookie", "querystring")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110 §5.6.2
_PARAMETER = (
    "name", "in", "description", "required", "deprecated", "x-sunset", "style", "explode",
    "allowReserved",
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # a name that would break the message: no slip
_IGNORED = ("accept", "content-type", "authorization")  # OpenAPI 3.1.1 §4.8.12.2


class OperationNormalizer:
    """The normalisation of operations, with schemas normalised by ``schemas``."""

    def __init__(self, context: Context, schemas: SchemaNormalizer) -> None:
        self.refs = context.refs
        self.schemas = schemas
        self.findings = context.findings
        self.content = MediaTypeNormalizer(context, schemas)
        self.ids = Counter[str]()
        """The number of operations with an operationId, and with a function in it."""

    def hint(self, found: OperationNode) -> str:
        """Return the name that inline schemas of an operation begin with."""
        function = framework_function(found.operation_id, found.method, found.path)
        if function and self.ids[function] == 1:
            return function
        if found.operation_id and self.ids[found.operation_id] < 2:
            return found.operation_id
        return f"{found.method}.{found.path.strip('/')}"

    def write(self, found: OperationNode) -> MappingNode:
        """Return an operation without its security and servers; record every fault in it."""
        node = found.node
        self.refs.touch(found.item)
        self.refs.touch(node)
        keys = ("operationId", "summary", "description", "deprecated", "x-sunset")
        out = pick(node, keys)
        tags = node.get("tags")
        if isinstance(tags, SequenceNode):
            out["tags"] = tags
        hint = self.hint(found)
        with suppress(Unsupported):
            parameters = self._parameters(found, hint)
            if parameters:
                out["parameters"] = parameters
        if "requestBody" in node:
            with suppress(Unsupported):
                out["requestBody"] = self._body(node, f"{hint}.request")
        out["responses"] = MappingNode(node.location)
        with suppress(Unsupported):
            out["responses"] = self._responses(found, hint)
        if "callbacks" in node:
            self.findings.warn(
                "callbacks",
                node.at("callbacks"),
                "callbacks are calls that the server makes; a client has none",
                "Handle them in your own server.",
            )
        return out

    def _body(self, node: MappingNode, hint: str) -> MappingNode:
        body = self.refs.follow(node["requestBody"], node.at("requestBody"), "the request body")
        copy = pick(body, ("description", "required"))
        copy["content"] = MappingNode(body.location)
        with suppress(Unsupported):
            copy["content"] = self.content.content(body, hint)
        return copy

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(self, found: OperationNode, hint: str) -> SequenceNode:
        merged: dict[tuple[str, str], MappingNode] = {}
        for level in (found.item, found.node):
            if level.get("parameters") is None:
                continue
            given = listed(level, "parameters", self.findings)
            for index, value in enumerate(given):
                with suppress(Unsupported):
                    node = self.refs.follow(value, given.at(index), "a parameter")
                    name, place = self._named(node)
                    if place == "header" and name.lower() in _IGNORED:
                        continue
                    merged[(place, name)] = node
        out = SequenceNode(found.node.location)
        for (place, name), node in merged.items():
            with suppress(Unsupported):
                if self._is_sendable(node, place, name):
                    out.append(self._parameter(node, place, name, f"{hint}.{name}", found))
        self._path_parameters(found, merged, out)
        self._one_querystring(merged)
        return out

    def _named(self, node: MappingNode) -> tuple[str, str]:
        place, name = node.get("in"), node.get("name")
        if not isinstance(name, str) or not isinstance(place, str) or place not in _PLACES:
            raise self.findings.refuse(
                "parameter",
                node.location,
                f"a parameter needs a name, and 'in' as one of {', '.join(_PLACES)}",
                "Add `name` and `in` to the parameter.",
            )
        warn_of_confusables(name, node.at("name"), self.findings)
        return name, place

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

    def _parameter(
        self, node: MappingNode, place: str, name: str, hint: str, found: OperationNode
    ) -> MappingNode:
        out = pick(node, _PARAMETER)
        if node.get("style") == "cookie":
            out.setdefault("explode", True)  # OpenAPI 3.2.0 §4.12.2.2: as with form
        if place == "path":
            if f"{{{name}}}" not in found.path:
                self.findings.refuse(
                    "path-parameter",
                    node.location,
                    f"the path {found.path} has no {{{name}}}",
                    "Remove the parameter, or put it into the path.",
                )
            out["required"] = True
        if "content" in node:
            out["content"] = self.content.content(node, hint)
        else:
            out["schema"] = MappingNode(node.location)
            self.schemas.put(node, "schema", out, hint)
        if place in ("header", "cookie"):
            self._default(out)
        self.content.examples(node, out)
        return self._querystring(out, node) if place == "querystring" else out

    def _default(self, parameter: MappingNode) -> None:
        """Remove a default that a header can't contain (RFC 9110 §5.5)."""
        schema = child(parameter, "schema")
        default = schema.get("default")
        if isinstance(default, str) and _CONTROL.search(default):
            self.findings.warn(
                "default",
                schema.at("default"),
                "the default contains a control character, which a header can't; left out",
                "Remove the control character from `default`.",
            )
            parameter["schema"] = omit(schema, "default")

    def _querystring(self, out: MappingNode, node: MappingNode) -> MappingNode:
        """Return a form that is the whole query as an exploded object in it (3.2.0 §4.12.2)."""
        content = out.get("content")
        if not isinstance(content, MappingNode) or len(content) != 1:
            raise self.findings.refuse(
                "parameter",
                node.location,
                "a parameter in querystring needs 'content' with one media type",
                "Add `content` with one media type to the parameter.",
            )
        media = content.get("application/x-www-form-urlencoded")
        if isinstance(media, MappingNode):
            del out["content"]
            out.update({"in": "query", "style": "form", "explode": True})
            out["schema"] = media.get("schema", MappingNode(node.location))
            if "examples" in media:
                out.setdefault("examples", media["examples"])
        return out

    def _path_parameters(
        self, found: OperationNode, merged: dict[tuple[str, str], MappingNode], out: SequenceNode
    ) -> None:
        for name in re.findall(r"\{([^{}]*)\}", found.path):
            if ("path", name) in merged:
                continue
            self.findings.warn(
                "undeclared-path-parameter",
                found.item.location,
                f"the path parameter {name!r} isn't declared; read as a string",
                "Declare it under 'parameters', with 'in: path'.",
            )
            location = found.item.location
            members = {"name": name, "in": "path", "required": True}
            schema = MappingNode(location, {"type": "string"})
            parameter = MappingNode(location, {**members, "schema": schema})
            merged[("path", name)] = parameter
            out.append(parameter)

    def _one_querystring(self, merged: dict[tuple[str, str], MappingNode]) -> None:
        whole = [node for (place, _), node in merged.items() if place == "querystring"]
        if whole and (len(whole) > 1 or any(place == "query" for place, _ in merged)):
            self.findings.refuse(
                "parameter",
                whole[-1].location,
                "a parameter in querystring is the whole query, so no other can be in it",
                "Remove this parameter, or the others in the query.",
            )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, found: OperationNode, hint: str) -> MappingNode:
        node = found.node
        out = MappingNode(node.location)
        if "responses" not in node:
            self.findings.warn(
                "responses",
                node.location,
                "the operation documents no response",
                "Add 'responses'; until then every success reads as None.",
            )
            return out
        given = self.refs.mapping(node["responses"], node.at("responses"), "responses")
        out.positions = given.positions
        successes = [status for status in given if status.startswith("2")]
        for status, value in given.items():
            if status.startswith("x-"):
                continue
            name = status.upper() if status != "default" else status
            if not _STATUS.match(name):
                self.findings.refuse(
                    "status",
                    given.at(status),
                    f"{status!r} isn't a status",
                    "Use a code such as '200', a range such as '2XX', or 'default'.",
                )
                continue
            word = "response" if [status] == successes else f"response.{status}"
            with suppress(Unsupported):
                out[name] = self._response(value, given.at(status), f"{hint}.{word}", found)
        return out

    def _response(
        self, value: Value, location: Location, hint: str, found: OperationNode
    ) -> MappingNode:
        response = self.refs.follow(value, location, "a response")
        description = {"description": response.get("description", "")}
        copy = MappingNode(response.location, description, response.positions)
        headers = response.get("headers")
        if isinstance(headers, MappingNode):
            copy["headers"] = self.content.headers(headers, hint)
        if "content" in response:
            copy["content"] = self.content.content(response, hint)
        if links := self.content.own_links(response, found):
            copy["links"] = links
        return copy
