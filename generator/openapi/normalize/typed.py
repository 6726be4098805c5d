"""The canonical tree as the typed document of :mod:`..model`.

The only module that reads keywords of the canonical form by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from ...document.operations import OperationNode
from ...document.tree import MappingNode, SequenceNode, Value
from .. import model
from ..model import MISSING, Json, Number, Schema
from .all_of import PREFIX
from .intersect import ANNOTATIONS, CHECKED
from .schema_analysis import LIFTED

_TYPES: Mapping[object, model.Type] = {
    "string": "string", "number": "number", "integer": "integer", "boolean": "boolean",
    "array": "array", "object": "object", "null": "null",
}  # fmt: skip
_PLACES: Mapping[object, model.ParameterIn] = {
    "path": "path", "query": "query", "header": "header", "cookie": "cookie",
    "querystring": "querystring",
}  # fmt: skip


def document(
    root: MappingNode, openapi: str, operations: Sequence[OperationNode]
) -> model.Document:
    """Return the typed form of a canonical tree that holds ``operations``."""
    info = _mapping(root.get("info")) or MappingNode(root.location)
    paths = _mapping(root.get("paths")) or MappingNode(root.location)
    components = _mapping(root.get("components")) or MappingNode(root.location)
    schemas = dict(_members(components.get("schemas")))
    made: list[model.Operation] = []
    for operation in operations:
        item = _mapping(paths.get(operation.path))
        node = _mapping(item.get(operation.method)) if item is not None else None
        if node is not None:
            made.append(_operation(operation.path, operation.method, node))
    return model.Document(
        root.location,
        positions=root.positions,
        openapi=openapi,
        title=_text(info, "title"),
        version=_text(info, "version"),
        operations=tuple(made),
        schemas={key: schema(node) for key, node in schemas.items()},
        declared=frozenset(key for key, node in schemas.items() if _is_declared(node)),
        security_schemes={k: _scheme(n) for k, n in _members(components.get("securitySchemes"))},
        servers=_servers(root.get("servers")) or (),
        tags=tuple(map(_tag, _mappings(root.get("tags")))),
        tree=root,
        description=_text(info, "description"),
    )


def _tag(node: MappingNode) -> model.Tag:
    return model.Tag(
        node.location,
        positions=node.positions,
        name=_text(node, "name"),
        description=_text(node, "description"),
    )


def data(value: Value) -> Json:
    """Return a value of a description as JSON data in Python's own containers."""
    if isinstance(value, dict):
        return {key: data(inner) for key, inner in cast("dict[str, Value]", value).items()}
    if isinstance(value, list):
        return [data(inner) for inner in cast("list[Value]", value)]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"not JSON data: {type(value).__name__}")


def schema(node: MappingNode) -> Schema:
    """Return the typed form of a canonical schema."""
    core, nullable = node, False
    branches = _mappings(node.get("anyOf"))
    options = [branch for branch in branches if branch.get("type") != "null"]
    if len(options) < len(branches):
        nullable = True
        if len(options) == 1 and not (node.keys() - {"anyOf", *ANNOTATIONS}):
            core, options = options[0], []
    if core is not node and (inner := _mappings(core.get("anyOf"))):
        options = [branch for branch in inner if branch.get("type") != "null"]
    kinds = core.get("type")
    given = kinds if isinstance(kinds, SequenceNode) else [kinds]
    listed: list[model.Type] = [_TYPES[kind] for kind in given if kind in _TYPES]
    if len(listed) > 1 and "null" in listed:
        nullable = True
        listed = [kind for kind in listed if kind != "null"]
    ref, enum, prefix = core.get("$ref"), core.get("enum"), core.get("prefixItems")
    noted = {**{key: core[key] for key in ANNOTATIONS if key in core}, **node}
    examples = noted.get("examples")
    checked = noted.get(CHECKED)
    extra = core.get("additionalProperties")
    return Schema(
        node.location,
        positions=node.positions if core is node or not core.positions else core.positions,
        ref=ref.removeprefix(PREFIX) if isinstance(ref, str) else "",
        types=tuple(listed),
        nullable=nullable,
        enum=tuple(map(data, enum)) if isinstance(enum, SequenceNode) else None,
        union=_union(core, options),
        format=_text(core, "format"),
        minimum=_number(core, "minimum"),
        maximum=_number(core, "maximum"),
        exclusive_minimum=_number(core, "exclusiveMinimum"),
        exclusive_maximum=_number(core, "exclusiveMaximum"),
        multiple_of=_number(core, "multipleOf"),
        min_length=_number(core, "minLength"),
        max_length=_number(core, "maxLength"),
        pattern=_optional_text(core, "pattern"),
        content_encoding=_optional_text(core, "contentEncoding"),
        content_media_type=_optional_text(core, "contentMediaType"),
        content_schema=_subschema(core, "contentSchema"),
        items=_subschema(core, "items"),
        prefix_items=tuple(map(schema, _mappings(prefix))) if prefix is not None else None,
        min_items=_number(core, "minItems"),
        max_items=_number(core, "maxItems"),
        unique_items=core.get("uniqueItems") is True,
        contains=_subschema(core, "contains"),
        min_contains=_number(core, "minContains"),
        max_contains=_number(core, "maxContains"),
        unevaluated_items=_subschema(core, "unevaluatedItems"),
        properties={name: schema(inner) for name, inner in _members(core["properties"])}
        if "properties" in core
        else None,
        required=_texts(core.get("required")),
        additional_properties=extra
        if isinstance(extra, bool)
        else _subschema(core, "additionalProperties"),
        property_names=_subschema(core, "propertyNames"),
        min_properties=_number(core, "minProperties"),
        max_properties=_number(core, "maxProperties"),
        dependent_required=_dependent_required(core),
        not_=_subschema(core, "not"),
        if_=_subschema(core, "if"),
        then=_subschema(core, "then"),
        else_=_subschema(core, "else"),
        description=_text(noted, "description"),
        deprecated=noted.get("deprecated") is True,
        sunset=_text(noted, "x-sunset"),
        read_only=noted.get("readOnly") is True,
        write_only=noted.get("writeOnly") is True,
        default=data(core["default"]) if "default" in core else MISSING,
        examples=tuple(map(data, examples)) if isinstance(examples, SequenceNode) else (),
        server_checked={key: data(value) for key, value in checked.items()}
        if isinstance(checked, MappingNode)
        else {},
    )


def _union(node: MappingNode, options: Sequence[MappingNode]) -> model.Union | None:
    keyword: Literal["oneOf", "anyOf"] = "oneOf" if "oneOf" in node else "anyOf"
    branches = _mappings(node.get("oneOf")) if keyword == "oneOf" else options
    if not branches:
        return None
    listed = node.get(keyword)
    found = _mapping(node.get("discriminator"))
    return model.Union(
        keyword,
        tuple(map(schema, branches)),
        listed.location if isinstance(listed, SequenceNode) else node.location,
        _discriminator(found) if found is not None else None,
    )


def _discriminator(node: MappingNode) -> model.Discriminator:
    return model.Discriminator(
        node.location,
        positions=node.positions,
        property_name=_text(node, "propertyName"),
        mapping={
            value: str(ref).removeprefix(PREFIX) for value, ref in _items(node.get("mapping"))
        },
        default_mapping=_text(node, "defaultMapping").removeprefix(PREFIX),
    )


def _dependent_required(node: MappingNode) -> dict[str, tuple[str, ...]] | None:
    found = _mapping(node.get("dependentRequired"))
    return None if found is None else {name: _texts(needed) for name, needed in found.items()}


def _is_declared(node: MappingNode) -> bool:
    """Return whether the description has a component under this name."""
    pointer = node.location.pointer
    direct = pointer.startswith("/components/schemas/") and pointer.count("/") == 3
    return direct and LIFTED not in node


# ── operations ───────────────────────────────────────────────────────────────────────────────


def _operation(path: str, method: str, node: MappingNode) -> model.Operation:
    responses = _mapping(node.get("responses")) or MappingNode(node.location)
    body = _mapping(node.get("requestBody"))
    return model.Operation(
        node.location,
        positions=node.positions,
        path=path,
        method=method,
        responses={status: _response(response) for status, response in _members(responses)},
        responses_location=responses.location,
        operation_id=_text(node, "operationId"),
        summary=_text(node, "summary"),
        description=_text(node, "description"),
        deprecated=node.get("deprecated") is True,
        sunset=_text(node, "x-sunset"),
        tags=_texts(node.get("tags")),
        parameters=tuple(map(_parameter, _mappings(node.get("parameters")))),
        request_body=_request_body(body) if body is not None else None,
        servers=_servers(node.get("servers")),
        security=tuple(map(_requirement, _mappings(node.get("security")))),
    )


def _parameter(node: MappingNode) -> model.Parameter:
    explode = node.get("explode")
    return model.Parameter(
        node.location,
        positions=node.positions,
        name=_text(node, "name"),
        in_=_PLACES[node.get("in")],
        required=node.get("required") is True,
        schema=_subschema(node, "schema"),
        content=_content(node),
        style=_text(node, "style"),
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.get("allowReserved") is True,
        deprecated=node.get("deprecated") is True,
        sunset=_text(node, "x-sunset"),
        description=_text(node, "description"),
        examples=_examples(node),
    )


def _request_body(node: MappingNode) -> model.RequestBody:
    return model.RequestBody(
        node.location,
        positions=node.positions,
        content=_content(node) or model.Content(node.location, media_types={}),
        required=node.get("required") is True,
        description=_text(node, "description"),
    )


def _response(node: MappingNode) -> model.Response:
    return model.Response(
        node.location,
        positions=node.positions,
        description=_text(node, "description"),
        headers=_headers(node),
        content=_content(node),
        links={
            name: model.Link(
                link.location,
                positions=link.positions,
                parameters={k: data(v) for k, v in _items(link.get("parameters"))},
                description=_text(link, "description"),
            )
            for name, link in _members(node.get("links"))
        },
    )


def _headers(node: MappingNode) -> dict[str, model.Header]:
    return {
        name: model.Header(
            header.location,
            positions=header.positions,
            schema=_subschema(header, "schema"),
            content=_content(header),
            required=header.get("required") is True,
            deprecated=header.get("deprecated") is True,
            description=_text(header, "description"),
        )
        for name, header in _members(node.get("headers"))
    }


def _content(node: MappingNode) -> model.Content | None:
    content = _mapping(node.get("content"))
    if content is None:
        return None
    return model.Content(
        content.location,
        positions=content.positions,
        media_types={
            name: model.MediaType(
                media.location,
                positions=media.positions,
                schema=_subschema(media, "schema"),
                item_schema=_subschema(media, "itemSchema"),
                examples=_examples(media),
                encoding={n: _encoding(e) for n, e in _members(media.get("encoding"))},
                item_encoding=_optional_encoding(media),
                prefix_encoding=tuple(map(_encoding, _mappings(media.get("prefixEncoding")))),
            )
            for name, media in _members(content)
        },
    )


def _encoding(node: MappingNode) -> model.Encoding:
    explode = node.get("explode")
    return model.Encoding(
        node.location,
        positions=node.positions,
        content_type=_text(node, "contentType"),
        headers=_headers(node),
        style=_text(node, "style"),
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.get("allowReserved") is True,
        encoding={name: _encoding(inner) for name, inner in _members(node.get("encoding"))},
        item_encoding=_optional_encoding(node),
        prefix_encoding=tuple(map(_encoding, _mappings(node.get("prefixEncoding")))),
    )


def _optional_encoding(node: MappingNode) -> model.Encoding | None:
    found = _mapping(node.get("itemEncoding"))
    return None if found is None else _encoding(found)


def _examples(node: MappingNode) -> dict[str, model.Example]:
    examples = _mapping(node.get("examples"))
    if examples is None:
        return {}
    return {
        name: model.Example(
            examples.at(name), value=data(example.get("value")), summary=_text(example, "summary")
        )
        for name, example in _members(examples)
    }


# ── servers and security ─────────────────────────────────────────────────────────────────────


def _servers(value: Value) -> tuple[model.Server, ...] | None:
    if not isinstance(value, SequenceNode):
        return None
    return tuple(
        model.Server(
            node.location,
            positions=node.positions,
            url=_text(node, "url"),
            description=_text(node, "description"),
            variables={
                name: model.ServerVariable(
                    variable.location,
                    positions=variable.positions,
                    default=_scalar(variable.get("default")),
                    enum=tuple(map(str, _sequence(variable.get("enum")))),
                    description=_text(variable, "description"),
                )
                for name, variable in _members(node.get("variables"))
            },
        )
        for node in _mappings(value)
    )


def _scalar(value: Value) -> str | None:
    return None if value is None or isinstance(value, (MappingNode, SequenceNode)) else str(value)


def _requirement(node: MappingNode) -> model.SecurityRequirement:
    return model.SecurityRequirement(
        node.location,
        positions=node.positions,
        schemes={name: _texts(scopes) for name, scopes in node.items()},
    )


def _scheme(node: MappingNode) -> model.SecurityScheme:
    return model.SecurityScheme(
        node.location,
        positions=node.positions,
        type=_text(node, "type"),
        name=_text(node, "name"),
        in_=_text(node, "in"),
        scheme=_text(node, "scheme"),
        bearer_format=_text(node, "bearerFormat"),
        flows={
            name: model.OAuthFlow(
                flow.location,
                positions=flow.positions,
                authorization_url=_text(flow, "authorizationUrl"),
                token_url=_text(flow, "tokenUrl"),
                refresh_url=_text(flow, "refreshUrl"),
                device_authorization_url=_text(flow, "deviceAuthorizationUrl"),
                scopes={
                    scope: text if isinstance(text, str) else ""
                    for scope, text in _items(flow.get("scopes"))
                },
            )
            for name, flow in _members(node.get("flows"))
        },
        open_id_connect_url=_text(node, "openIdConnectUrl"),
        oauth2_metadata_url=_text(node, "oauth2MetadataUrl"),
        deprecated=node.get("deprecated") is True,
        description=_text(node, "description"),
    )


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _mapping(value: Value) -> MappingNode | None:
    return value if isinstance(value, MappingNode) else None


def _items(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, MappingNode):
        yield from value.items()


def _members(value: Value) -> Iterator[tuple[str, MappingNode]]:
    if isinstance(value, MappingNode):
        yield from ((key, node) for key, node in value.items() if isinstance(node, MappingNode))


def _sequence(value: Value) -> Sequence[Value]:
    return value if isinstance(value, SequenceNode) else ()


def _mappings(value: Value) -> list[MappingNode]:
    return [item for item in _sequence(value) if isinstance(item, MappingNode)]


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(item for item in _sequence(value) if isinstance(item, str))


def _text(node: Mapping[str, Value], key: str) -> str:
    return _optional_text(node, key) or ""


def _optional_text(node: Mapping[str, Value], key: str) -> str | None:
    value = node.get(key)
    return value if isinstance(value, str) else None


def _number(node: MappingNode, key: str) -> Number | None:
    value = node.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _subschema(node: MappingNode, key: str) -> Schema | None:
    value = node.get(key)
    return schema(value) if isinstance(value, MappingNode) else None
