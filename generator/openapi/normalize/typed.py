"""The canonical tree as the typed document of :mod:`..model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...document.operations import OperationNode
from ...document.tree import MappingNode, SequenceNode, Value
from .. import model
from .node_values import (
    data,
    items,
    mapping,
    mappings,
    members,
    sequence,
    text,
    texts,
)
from .typed_schema import optional_schema, schema

_PLACES: Mapping[object, model.ParameterIn] = {
    "path": "path", "query": "query", "header": "header", "cookie": "cookie",
    "querystring": "querystring",
}  # fmt: skip


def document(
    root: MappingNode, openapi: str, operations: Sequence[OperationNode], declared: frozenset[str]
) -> model.Document:
    """Return the typed form of a canonical tree that contains ``operations``.

    ``declared`` are the keys of the schemas that the description declares as components.
    """
    info = mapping(root.get("info")) or MappingNode(root.location)
    paths = mapping(root.get("paths")) or MappingNode(root.location)
    components = mapping(root.get("components")) or MappingNode(root.location)
    schemas = dict(members(components.get("schemas")))
    made: list[model.Operation] = []
    for operation in operations:
        item = mapping(paths.get(operation.path))
        node = mapping(item.get(operation.method)) if item is not None else None
        if node is not None:
            made.append(_operation(operation.path, operation.method, node))
    return model.Document(
        root.location,
        positions=root.positions,
        openapi=openapi,
        title=text(info, "title"),
        version=text(info, "version"),
        operations=tuple(made),
        schemas={key: schema(node) for key, node in schemas.items()},
        declared=declared,
        security_schemes={k: _scheme(n) for k, n in members(components.get("securitySchemes"))},
        servers=_servers(root.get("servers")) or (),
        tags=tuple(map(_tag, mappings(root.get("tags")))),
        tree=root,
        description=text(info, "description"),
    )


def _tag(node: MappingNode) -> model.Tag:
    return model.Tag(
        node.location,
        positions=node.positions,
        name=text(node, "name"),
        description=text(node, "description"),
    )


# ── operations ───────────────────────────────────────────────────────────────────────────────


def _operation(path: str, method: str, node: MappingNode) -> model.Operation:
    responses = mapping(node.get("responses")) or MappingNode(node.location)
    body = mapping(node.get("requestBody"))
    security = node.get("security")
    return model.Operation(
        node.location,
        positions=node.positions,
        path=path,
        method=method,
        responses={status: _response(response) for status, response in members(responses)},
        responses_location=responses.location,
        operation_id=text(node, "operationId"),
        summary=text(node, "summary"),
        description=text(node, "description"),
        deprecated=node.get("deprecated") is True,
        sunset=text(node, "x-sunset"),
        tags=texts(node.get("tags")),
        parameters=tuple(map(_parameter, mappings(node.get("parameters")))),
        request_body=_request_body(body) if body is not None else None,
        servers=_servers(node.get("servers")),
        security=tuple(map(_requirement, mappings(security))),
        security_location=security.location if isinstance(security, SequenceNode) else None,
    )


def _parameter(node: MappingNode) -> model.Parameter:
    explode = node.get("explode")
    return model.Parameter(
        node.location,
        positions=node.positions,
        name=text(node, "name"),
        in_=_PLACES[node.get("in")],
        required=node.get("required") is True,
        schema=optional_schema(node.get("schema")),
        content=_content(node),
        style=text(node, "style"),
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.get("allowReserved") is True,
        deprecated=node.get("deprecated") is True,
        sunset=text(node, "x-sunset"),
        description=text(node, "description"),
        examples=_examples(node),
    )


def _request_body(node: MappingNode) -> model.RequestBody:
    return model.RequestBody(
        node.location,
        positions=node.positions,
        content=_content(node) or model.Content(node.location, media_types={}),
        required=node.get("required") is True,
        description=text(node, "description"),
    )


def _response(node: MappingNode) -> model.Response:
    return model.Response(
        node.location,
        positions=node.positions,
        description=text(node, "description"),
        headers=_headers(node),
        content=_content(node),
        links={
            name: model.Link(
                link.location,
                positions=link.positions,
                parameters={k: data(v) for k, v in items(link.get("parameters"))},
                description=text(link, "description"),
            )
            for name, link in members(node.get("links"))
        },
    )


def _headers(node: MappingNode) -> dict[str, model.Header]:
    return {
        name: model.Header(
            header.location,
            positions=header.positions,
            schema=optional_schema(header.get("schema")),
            content=_content(header),
            required=header.get("required") is True,
            deprecated=header.get("deprecated") is True,
            description=text(header, "description"),
        )
        for name, header in members(node.get("headers"))
    }


def _content(node: MappingNode) -> model.Content | None:
    content = mapping(node.get("content"))
    if content is None:
        return None
    return model.Content(
        content.location,
        positions=content.positions,
        media_types={
            name: model.MediaType(
                media.location,
                positions=media.positions,
                schema=optional_schema(media.get("schema")),
                item_schema=optional_schema(media.get("itemSchema")),
                examples=_examples(media),
                encoding={n: _encoding(e) for n, e in members(media.get("encoding"))},
                item_encoding=_optional_encoding(media),
                prefix_encoding=tuple(map(_encoding, mappings(media.get("prefixEncoding")))),
            )
            for name, media in members(content)
        },
    )


def _encoding(node: MappingNode) -> model.Encoding:
    explode = node.get("explode")
    return model.Encoding(
        node.location,
        positions=node.positions,
        content_type=text(node, "contentType"),
        headers=_headers(node),
        style=text(node, "style"),
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.get("allowReserved") is True,
        encoding={name: _encoding(inner) for name, inner in members(node.get("encoding"))},
        item_encoding=_optional_encoding(node),
        prefix_encoding=tuple(map(_encoding, mappings(node.get("prefixEncoding")))),
    )


def _optional_encoding(node: MappingNode) -> model.Encoding | None:
    found = mapping(node.get("itemEncoding"))
    return None if found is None else _encoding(found)


def _examples(node: MappingNode) -> dict[str, model.Example]:
    examples = mapping(node.get("examples"))
    if examples is None:
        return {}
    return {
        name: model.Example(
            examples.at(name), value=data(example.get("value")), summary=text(example, "summary")
        )
        for name, example in members(examples)
    }


# ── servers and security ─────────────────────────────────────────────────────────────────────


def _servers(value: Value) -> tuple[model.Server, ...] | None:
    if not isinstance(value, SequenceNode):
        return None
    return tuple(
        model.Server(
            node.location,
            positions=node.positions,
            url=text(node, "url"),
            description=text(node, "description"),
            variables={
                name: model.ServerVariable(
                    variable.location,
                    positions=variable.positions,
                    default=_scalar(variable.get("default")),
                    enum=tuple(map(str, sequence(variable.get("enum")))),
                    description=text(variable, "description"),
                )
                for name, variable in members(node.get("variables"))
            },
        )
        for node in mappings(value)
    )


def _scalar(value: Value) -> str | None:
    return None if value is None or isinstance(value, (MappingNode, SequenceNode)) else str(value)


def _requirement(node: MappingNode) -> model.SecurityRequirement:
    return model.SecurityRequirement(
        node.location,
        positions=node.positions,
        schemes={name: texts(scopes) for name, scopes in node.items()},
    )


def _scheme(node: MappingNode) -> model.SecurityScheme:
    return model.SecurityScheme(
        node.location,
        positions=node.positions,
        type=text(node, "type"),
        name=text(node, "name"),
        in_=text(node, "in"),
        scheme=text(node, "scheme"),
        bearer_format=text(node, "bearerFormat"),
        flows={
            name: model.OAuthFlow(
                flow.location,
                positions=flow.positions,
                authorization_url=text(flow, "authorizationUrl"),
                token_url=text(flow, "tokenUrl"),
                refresh_url=text(flow, "refreshUrl"),
                device_authorization_url=text(flow, "deviceAuthorizationUrl"),
                scopes={
                    scope: text if isinstance(text, str) else ""
                    for scope, text in items(flow.get("scopes"))
                },
            )
            for name, flow in members(node.get("flows"))
        },
        open_id_connect_url=text(node, "openIdConnectUrl"),
        oauth2_metadata_url=text(node, "oauth2MetadataUrl"),
        deprecated=node.get("deprecated") is True,
        description=text(node, "description"),
    )
