"""One OpenAPI 3.1 document that holds the selected operations and nothing else.

References to parameters, headers, responses, request bodies and examples are resolved where they
stand, so ``components`` holds schemas and security schemes only. The generator, the generated tests
and the drift check all read this form.

Sources: OpenAPI 3.0.4 and 3.1.1, §4.7/§4.8 (Schema of the document).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from ..errors import Findings, Unsupported
from .composition import PREFIX, tag_branches
from .nodes import Document, Map, Origin, Seq, Value
from .refs import References
from .schemas import Schemas
from .select import Found, version_of

_STATUS = re.compile(r"[1-5](\d\d|XX)\Z|default\Z")
_PLACES = ("path", "query", "header", "cookie")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110 §5.6.2


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical document, and what it was made from."""

    root: Map
    openapi: str
    """The version that the description was written in."""
    operations: tuple[Found, ...]


def canonicalise(
    document: Document, refs: References, operations: Sequence[Found], findings: Findings
) -> Canonical:
    """Bring ``operations`` and what they reach to canonical form.

    What can't be represented is recorded in ``findings`` and left out of the result.
    """
    version = version_of(document)
    return Canonical(
        _Writer(document, refs, findings, version).document(operations), version, tuple(operations)
    )


def reachable(node: Value, components: Mapping[str, Value]) -> set[str]:
    """The keys of the components that references at or below ``node`` lead to, transitively."""
    found: set[str] = set()
    todo: list[Value] = [node]
    while todo:
        value = todo.pop()
        if isinstance(value, Map):
            ref = value.get("$ref")
            key = ref.removeprefix(PREFIX) if isinstance(ref, str) else ""
            if key in components and key not in found:
                found.add(key)
                todo.append(components[key])
            todo += value.values()
        elif isinstance(value, Seq):
            todo += value
    return found


class _Writer:
    def __init__(
        self, document: Document, refs: References, findings: Findings, version: str
    ) -> None:
        self.source = document
        self.refs = refs
        self.findings = findings
        self.schemas = Schemas(refs, findings, version=version)
        self.schemes: dict[str, Map] = {}

    def document(self, operations: Sequence[Found]) -> Map:
        root = Map(self.source.root.origin)
        root["openapi"] = "3.1.0"
        root["info"] = self._info()
        servers = self._servers(self.source.root)
        if servers is not None:
            root["servers"] = servers
        tags = self._tags(operations)
        if tags:
            root["tags"] = tags
        paths = Map(self.source.root.origin)
        for found in operations:
            item = paths.setdefault(found.path, Map(found.item.origin))
            try:
                cast("Map", item)[found.method] = self._operation(found)
            except Unsupported:
                continue
        root["paths"] = paths
        components = Map(self.source.root.origin)
        tag_branches(paths, self.schemas.components)
        reached = reachable(paths, self.schemas.components)
        if reached:
            schemas = Map(self.source.root.origin)
            schemas.update((key, self.schemas.components[key]) for key in sorted(reached))
            components["schemas"] = schemas
        if self.schemes:
            schemes = Map(self.source.root.origin)
            schemes.update(sorted(self.schemes.items()))
            components["securitySchemes"] = schemes
        if components:
            root["components"] = components
        return root

    def _info(self) -> Map:
        found = self.source.root.get("info")
        info = Map(self.source.root.origin)
        source = found if isinstance(found, Map) else Map(info.origin)
        for key in ("title", "version", "summary", "description"):
            value = source.get(key)
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                info[key] = str(value)
        info.setdefault("title", "API")
        info.setdefault("version", "")
        return info

    def _servers(self, node: Map) -> Seq | None:
        found = node.get("servers")
        if not isinstance(found, Seq):
            return None
        servers = Seq(found.origin)
        for index, value in enumerate(found):
            server = self.refs.mapping(value, found.at(index), "a server")
            copy = Map(server.origin)
            copy.marks = server.marks
            for key in ("url", "description", "variables"):
                if key in server:
                    copy[key] = server[key]
            servers.append(copy)
        return servers

    def _tags(self, operations: Sequence[Found]) -> Seq:
        used = {
            name
            for op in operations
            for name in cast("list[Value]", op.node.get("tags") or [])
            if isinstance(name, str)
        }
        tags = Seq(self.source.root.origin)
        found = self.source.root.get("tags")
        for value in found if isinstance(found, Seq) else ():
            if isinstance(value, Map) and value.get("name") in used:
                tag = Map(value.origin)
                tag.update({k: value[k] for k in ("name", "description") if k in value})
                tags.append(tag)
        return tags

    # ── operations ───────────────────────────────────────────────────────────────────────────

    def _operation(self, found: Found) -> Map:
        node = found.node
        out = Map(node.origin)
        out.marks = node.marks
        for key in ("operationId", "summary", "description", "deprecated"):
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
            out["responses"] = self._responses(node, hint)
        security = node.get("security", self.source.root.get("security"))
        if security is not None:
            with suppress(Unsupported):
                out["security"] = self._security(security, node)
        for level in (node, found.item):
            servers = self._servers(level)
            if servers is not None:
                out["servers"] = servers
                break
        for key in ("callbacks",):
            if key in node:
                self.findings.warn(
                    "callbacks",
                    node.at(key),
                    "callbacks are calls that the server makes; a client has none",
                    "Nothing needs doing.",
                )
        return out

    def _body(self, node: Map, hint: str) -> Map:
        body = self.refs.follow(node["requestBody"], node.at("requestBody"), "the request body")
        copy = Map(body.origin)
        copy.update({k: body[k] for k in ("description", "required") if k in body})
        copy["content"] = self._content(body, hint)
        return copy

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
                try:
                    node = self.refs.follow(value, listed.at(index), "a parameter")
                except Unsupported:
                    continue
                place, name = node.get("in"), node.get("name")
                if not isinstance(name, str) or place not in _PLACES:
                    raise self.findings.refuse(
                        "parameter",
                        node.origin,
                        "a parameter needs a name, and 'in' as path, query, header or cookie",
                        "Add what is missing.",
                    )
                ignored = ("accept", "content-type", "authorization")
                if place == "header" and name.lower() in ignored:
                    continue  # OpenAPI 3.1.1 §4.8.12.2: such a definition shall be ignored
                if place in ("header", "cookie") and not _TOKEN.match(name):
                    raise self.findings.refuse(
                        "header-name",
                        node.at("name"),
                        f"{name!r} can't be the name of a header or cookie",
                        "Use letters, digits and hyphens.",
                    )
                merged[(place, name)] = node
        out = Seq(found.node.origin)
        for (place, name), node in merged.items():
            with suppress(Unsupported):
                out.append(self._parameter(node, place, name, f"{hint}.{name}", found))
        self._path_parameters(found, merged, out)
        return out

    def _parameter(self, node: Map, place: str, name: str, hint: str, found: Found) -> Map:
        out = Map(node.origin)
        out.marks = node.marks
        out["name"] = name
        out["in"] = place
        for key in ("description", "required", "deprecated", "style", "explode", "allowReserved"):
            if key in node:
                out[key] = node[key]
        if place == "path":
            if f"{{{name}}}" not in found.path:
                raise self.findings.refuse(
                    "path-parameter",
                    node.origin,
                    f"the path {found.path} has no {{{name}}}",
                    "Remove the parameter, or put it into the path.",
                )
            out["required"] = True
        if "content" in node:
            out["content"] = self._content(node, hint)
        else:
            out["schema"] = (
                self.schemas.visit(node["schema"], hint, node.at("schema"))
                if "schema" in node
                else Map(node.origin)
            )
        self._examples(node, out)
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

    def _content(self, node: Map, hint: str) -> Map:
        content = self.refs.mapping(node.get("content"), node.at("content"), "content")
        out = Map(content.origin)
        out.marks = content.marks
        for name, value in content.items():
            media = self.refs.follow(value, content.at(name), "a media type")
            copy = Map(media.origin)
            copy.marks = media.marks
            for key in ("schema", "itemSchema"):
                if key in media:
                    copy[key] = self.schemas.visit(media[key], hint, media.at(key))
            if "encoding" in media:
                copy["encoding"] = media["encoding"]
            self._examples(media, copy)
            out[name] = copy
        return out

    def _examples(self, node: Map, out: Map) -> None:
        found = node.get("examples")
        examples = Map(node.at("example" if "example" in node else "examples"))
        if isinstance(found, Map):
            examples = Map(found.origin)
            examples.marks = found.marks
            for name, value in found.items():
                example = self.refs.follow(value, found.at(name), "an example")
                copy = Map(example.origin)
                copy.marks = example.marks
                if isinstance(example.get("summary"), str):
                    copy["summary"] = example["summary"]
                for key in ("dataValue", "value"):
                    if key in example:
                        copy["value"] = example[key]
                        break
                else:
                    continue  # externalValue: nothing is fetched
                examples[name] = copy
        elif "example" in node:
            copy = Map(node.at("example"))
            copy["value"] = node["example"]
            examples["example"] = copy
        if examples:
            out["examples"] = examples

    def _responses(self, node: Map, hint: str) -> Map:
        out = Map(node.origin)
        if "responses" not in node:
            self.findings.warn(
                "responses",
                node.origin,
                "the operation documents no response",
                "Add 'responses'; until then every success reads as None.",
            )
            return out
        found = self.refs.mapping(node["responses"], node.at("responses"), "responses")
        out.marks = found.marks
        successes = [status for status in found if status.startswith("2")]
        for status, value in found.items():
            if status.startswith("x-"):
                continue
            if not _STATUS.match(status.upper() if status != "default" else status):
                raise self.findings.refuse(
                    "status",
                    found.at(status),
                    f"{status!r} is no status",
                    "Use a code such as '200', a range such as '2XX', or 'default'.",
                )
            word = "response" if [status] == successes else f"response.{status}"
            with suppress(Unsupported):
                name = status.upper() if status != "default" else status
                out[name] = self._response(value, found.at(status), f"{hint}.{word}")
        return out

    def _response(self, value: Value, origin: Origin, hint: str) -> Map:
        response = self.refs.follow(value, origin, "a response")
        copy = Map(response.origin)
        copy.marks = response.marks
        copy["description"] = response.get("description", "")
        if isinstance(response.get("headers"), Map):
            copy["headers"] = self._headers(cast("Map", response["headers"]), hint)
        if "content" in response:
            copy["content"] = self._content(response, hint)
        return copy

    def _headers(self, headers: Map, hint: str) -> Map:
        out = Map(headers.origin)
        for name, value in headers.items():
            header = self.refs.follow(value, headers.at(name), "a header")
            copy = Map(header.origin)
            copy.marks = header.marks
            for key in ("description", "required", "deprecated"):
                if key in header:
                    copy[key] = header[key]
            if "schema" in header:
                copy["schema"] = self.schemas.visit(
                    header["schema"], f"{hint}.{name}", header.at("schema")
                )
            out[name] = copy
        return out

    # ── security ─────────────────────────────────────────────────────────────────────────────

    def _security(self, value: Value, node: Map) -> Seq:
        origin = node.at("security") if "security" in node else self.source.root.at("security")
        if not isinstance(value, Seq):
            raise self.findings.refuse(
                "shape", origin, "security must be a list", "Correct its shape."
            )
        for alternative in value:
            if isinstance(alternative, Map):
                for name in alternative:
                    self._scheme(name, alternative.at(name))
        return value

    def _scheme(self, name: str, origin: Origin) -> None:
        if name in self.schemes:
            return
        components = self.source.root.get("components")
        declared = components.get("securitySchemes") if isinstance(components, Map) else None
        if not isinstance(declared, Map) or name not in declared:
            raise self.findings.refuse(
                "security-scheme",
                origin.place,
                f"no security scheme is called {name!r}",
                "Declare it under components/securitySchemes.",
            )
        scheme = self.refs.follow(declared[name], declared.at(name), "a security scheme")
        copy = Map(scheme.origin)
        copy.marks = scheme.marks
        copy.update({key: value for key, value in scheme.items() if not key.startswith("x-")})
        self.schemes[name] = copy
