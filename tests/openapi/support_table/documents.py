"""Rows about documents, operations, security and servers (OpenAPI 3.1.1 §4, 3.2.0 §4)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import json

import httpx
import pytest
import yaml
from pydantic import TypeAdapter

from generator.config import Pagination
from tests.openapi.support_table.harness import Check, Made, Row, described, row, schema

_BODY = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}"
_CURSOR = Pagination(style="cursor", parameter="page", items="items", next="next")
_OTHER = "Part: {type: object, properties: {a: {type: string}}}\n"
_SALE = "Sale: {type: object, properties: {price: {type: integer}}}\n"
_PAYLOAD = (
    "requestBody: {required: true, content: {application/json: {schema: {$ref: "
    "'#/components/schemas/Sale'}}}}, responses: {'204': {description: A}}"
)
_NAMES = ("id", "timestamp", "signature")
_LISTED = ", ".join(f"{{name: webhook-{n}, in: header, schema: {{type: string}}}}" for n in _NAMES)
_HOOK_HEADERS = f"parameters: [{_LISTED}]"
_REFERRING = "parameters: [{name: p, in: query, schema: {$ref: '%s#/Part'}}]"


_SCHEMAS = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {
            "schemas": {
                "M": {
                    "type": "object",
                    "required": ["v"],
                    "properties": {"v": {"type": "integer"}},
                },
                "L": {"type": "array", "items": {"$ref": "#/components/schemas/M"}},
            }
        },
    }
)


def _models_alone(made: Made) -> None:
    assert made.models.M(v=1).model_dump_json() == '{"v":1}'
    (read,) = TypeAdapter(made.models.L).validate_json('[{"v": "2"}]')
    assert (type(read), read.v) == (made.models.M, 2)
    assert f"{made.package}/_client.py" not in made.files


def _called(made: Made) -> None:
    assert made.target() == "/x"


def _webhook(made: Made) -> None:
    assert made.submodule("webhooks").parse("pet.sold", '{"price": 3}', {}) == made.models.Sale(
        price=3
    )
    assert made.submodule("webhooks").NAMES == {"pet.sold": ""}


def _callback(made: Made) -> None:
    assert made.submodule("webhooks").parse("done", '{"price": 3}', {}) == made.models.Sale(price=3)


def _signed(made: Made) -> None:
    webhooks = made.submodule("webhooks")
    headers = webhooks.sign('{"price": 3}', "whsec_YQ==")
    assert webhooks.parse("pet.sold", '{"price": 3}', headers, key="whsec_YQ==").price == 3
    with pytest.raises(made.submodule("errors").SignatureError):
        webhooks.parse("pet.sold", '{"price": 4}', headers, key="whsec_YQ==")


def _yaml(**parts: str) -> str:
    return yaml.safe_dump(json.loads(described(**parts)), sort_keys=False)


def _files(ref: str, check: Check | None = None, **others: str) -> Row:
    return Row({"spec.json": described(operation=_REFERRING % ref), **others}, check)


def _method(name: str, version: str = "3.1.0") -> Row:
    def check(made: Made) -> None:
        assert made.sent().method == name.upper()

    return row(check, method=name, version=version)


def _paths(
    text: str,
    check: Check | None = None,
    version: str = "3.1.0",
    components: str = "{}",
    beside: tuple[str, ...] = (),
) -> Row:
    root = f"paths: {text}\ncomponents: {components}"
    return row(check, beside, root=root, version=version)


def _documented(made: Made) -> None:
    assert "What it does." in made.source("_client.py")


def _fragment(made: Made) -> None:
    with made.client() as client:
        client.one()
        client.two()
    assert [request.url.raw_path for request in made.requests] == [b"/x", b"/x"]


def _resource(made: Made) -> None:
    with made.client() as client:
        client.pets.list()
    assert made.requests[-1].url.raw_path == b"/x"


def _unnamed(made: Made) -> None:
    with made.client() as client:
        client.get_x_all()


def _additional(made: Made) -> None:
    with made.client() as client:
        client.copy_x()
    assert made.requests[-1].method == "COPY"


def _deprecated(made: Made) -> None:
    assert "deprecated" in made.source("_client.py")


def _unused(made: Made) -> None:
    assert "Unused" not in made.source("models.py")


def _pages(made: Made) -> None:
    """``call_all`` goes through two pages; the second is asked for by what the first says."""
    pages = iter([{"items": [1, 2], "next": 7}, {"items": [3], "next": None}])
    seen: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path.decode())
        return httpx.Response(200, json=next(pages))

    with made.module.Sample(transport=httpx.MockTransport(respond)) as client:
        assert list(client.call_all()) == [1, 2, 3]
    assert seen == ["/x", "/x?page=7"]


def _no_pages(made: Made) -> None:
    assert not hasattr(made.module.Sample, "call_all")


def _paged(links: str = "{}") -> str:
    """An operation whose lists come in pages."""
    return (
        "parameters: [{name: page, in: query, schema: {type: integer}}]\nresponses: {'200': "
        "{description: A, content: {application/json: {schema: {type: object, properties: {items: "
        "{type: array, items: {type: integer}}, next: {type: [integer, 'null']}}}}}, "
        f"links: {links}}}}}"
    )


def _scopes(made: Made) -> None:
    assert "Scopes: read (See pets) and write." in made.docs()


def _text_of_yaml(made: Made) -> None:
    assert [member.value for member in made.models.MV] == ["no", "2020-01-01"]


def _part(made: Made) -> None:
    assert made.target(p=made.models.Part(a="x")) == "/x?a=x"


def _merged(made: Made) -> None:
    assert made.target(a="1", b="2") == "/x?a=1&b=2"


def _linked(target: str) -> Row:
    def check(made: Made) -> None:
        told = "Links: `$response.body#/id` is the argument `pet` of `other`."
        assert (told in made.docs()) == (target == "other")

    return _paths(
        "{/x: {get: {operationId: call, responses: {'204': {description: A, links: {pet: {operationId: "
        f"{target}, parameters: {{pet: '$response.body#/id'}}}}}}}}}}}}}}, /y: {{get: {{operationId: other, parameters: "
        "[{name: pet, in: query, schema: {type: string}}], responses: {'204': {description: A}}}}}", check,
    )  # fmt: skip


def _no_secret(made: Made) -> None:
    with made.client(key="s3cr3t") as client:
        client.call()
        client.other()
    assert [request.headers.get("x-key") for request in made.requests] == [None, "s3cr3t"]


def _secured(
    scheme: str, expected: dict[str, str], *, target: str = "/x", **settings: object
) -> Row:
    """A row about a security scheme ``key``: with those arguments of the client these headers go out."""

    def check(made: Made) -> None:
        with made.client(**settings) as client:
            client.call()
        request = made.requests[-1]
        assert request.url.raw_path.decode() == target
        assert {name: request.headers.get(name) for name in expected} == expected

    return row(
        check,
        operation="security: [{key: []}]",
        root=f"components: {{securitySchemes: {{key: {scheme}}}}}",
    )


def _schemes(security: str, check: Check | None = None, beside: tuple[str, ...] = ()) -> Row:
    return row(
        check, beside, operation=f"security: {security}",
        root="components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, token: {type: http, scheme: bearer}, "
        "other: {type: apiKey, in: header, name: x-key}}}",
    )  # fmt: skip


def _either(made: Made) -> None:
    with made.client(token="t") as client:
        client.call()
    assert made.requests[-1].headers["authorization"] == "Bearer t"
    assert "x-key" not in made.requests[-1].headers


def _both(made: Made) -> None:
    with made.client(token="t", key="k") as client:
        client.call()
    assert made.requests[-1].headers["authorization"] == "Bearer t"
    assert made.requests[-1].headers["x-key"] == "k"


def _certificate(made: Made) -> None:
    assert "certificate" in made.source("_client.py")


def _oauth(made: Made) -> None:
    assert made.module.ClientCredentials
    assert made.module.RefreshToken


def _own_token(made: Made) -> None:
    assert not hasattr(made.module, "ClientCredentials")
    with made.client(token="t") as client:
        client.call()


def _server(servers: str, url: str, check: Check | None = None, **parts: str) -> Row:
    def checked(made: Made) -> None:
        assert str(made.sent().url) == url

    return row(checked if url else check, root=f"servers: {servers}", **parts)


def _server_variable(made: Made) -> None:
    assert str(made.sent().url) == "https://a.example.com/x"
    with made.client(h="b") as client:
        client.call()
    assert str(made.requests[-1].url) == "https://b.example.com/x"


def _needs_base_url(made: Made) -> None:
    with pytest.raises(TypeError, match="base_url"):
        made.client()
    with made.client(base_url="https://a.example.com") as client:
        client.call()
    assert str(made.requests[-1].url) in ("https://a.example.com/x", "https://a.example.com/v1/x")


ROWS: dict[str, dict[str, Row]] = {
    "Documents": {
        "OpenAPI 3.0": schema("{type: string, nullable: true}", good=[(None, None)], version="3.0.4"),
        "OpenAPI 3.1": schema("{type: [string, 'null']}", good=[(None, None)], version="3.1.1"),
        "OpenAPI 3.2": _method("query", "3.2.0"),
        "Swagger 2.0": Row({"spec.json": '{"swagger": "2.0", "paths": {}}'}),
        "any other version": row(version="4.0.0"),
        "YAML": Row({"spec.yaml": _yaml(method="post", operation=_BODY) + "components: {schemas: {M: {type: object, properties: {v: {type: string, enum: [no, 2020-01-01]}}}}}\n"}, _text_of_yaml),
        "JSON": Row({"spec.yaml": "\t" + described().replace(": ", ":\t")}, _called),
        "several files in one folder": _files("parts/more.yaml", _part, **{"parts/more.yaml": _OTHER}),
        "a file that does not exist": _files("absent.yaml"),
        "`$ref` to a file outside the folder": Row({"in/spec.json": described(operation=_REFERRING % "../more.yaml"), "more.yaml": _OTHER}),
        "`$ref` to a URL": _files("https://example.com/more.yaml"),
        "`$ref` to a target that does not exist": row(operation="parameters: [{$ref: '#/components/parameters/absent'}]"),
        "`$self` (3.2)": row(
            _part, version="3.2.0", root="$self: https://api.example.com/spec.json", schemas=_OTHER,
            operation=_REFERRING.replace("%s#", "https://api.example.com/spec.json#/components/schemas")),
        "YAML aliases and merge keys": Row({"spec.yaml": "x-p: &p {name: a, in: query, schema: &s {type: string}}\n" + _yaml(
            operation="parameters: [1, 2]").replace("- 1", "- *p").replace("- 2", "- {<<: *p, name: b, schema: *s}")}, _merged),
        "a duplicate key": Row({"spec.yaml": _yaml() + "openapi: 3.1.0\n"}),
        "several documents in one file": Row({"spec.yaml": _yaml() + "---\na: 1\n"}),
        "YAML tags": Row({"spec.yaml": _yaml() + "x-a: !thing 1\n"}),
        "infinite numbers and NaN": Row({"spec.yaml": _yaml() + "x-a: .nan\n"}),
        "extensions (`x-…`)": row(_called, without="root operation", root="x-anything: {a: 1}", operation="x-more: [1]"),
        "an unknown member of an OpenAPI object": row(_called, operation="madeUp: 1"),
        "a misspelt member": row(_called, operation="requestBdy: {content: {}}"),
        "components that no selected operation needs": row(_unused, schemas="Unused: {type: object, properties: {a: {type: string}}}"),
        "schemas without operations": Row({"spec.json": _SCHEMAS}, _models_alone, models=True),
        "`webhooks`": row(_webhook, root=f"webhooks: {{pet.sold: {{post: {{{_PAYLOAD}}}}}}}", schemas=_SALE),
        "signatures of webhooks": row(_signed, root=f"webhooks: {{pet.sold: {{post: {{{_HOOK_HEADERS}, {_PAYLOAD}}}}}}}", schemas=_SALE),
    },
    "Paths and operations": {
        "`get`, `put`, `post`, `delete`, `options`, `head`, `patch`, `trace`": _method("trace"),
        "`query` (3.2)": _method("query", "3.2.0"),
        "`additionalOperations` (3.2)": _paths(
            "{/x: {additionalOperations: {COPY: {responses: {'204': {description: A}}}}}}", _additional, "3.2.0"),
        "an additional method that isn't in upper case": _paths(
            "{/x: {additionalOperations: {copy: {responses: {'204': {description: A}}}}}}", version="3.2.0"),
        "`operationId`": _paths("{/x: {get: {operationId: pets/list, responses: {'204': {description: A}}}}}", _resource),
        "no `operationId`": _paths("{/x/all: {get: {responses: {'204': {description: A}}}}}", _unnamed),
        "two operations with the same name": _paths(
            "{/x: {get: {operationId: a-b, responses: {'204': {description: A}}}}, /y: {get: {operationId: a_b, responses: {'204': {description: A}}}}}"),
        "two schemas with the same class name": _paths(
            "{/x: {get: {operationId: call, responses: {'200': {description: A, content: {application/json: {schema: "
            "{$ref: '#/components/schemas/b_c'}}}}, default: {description: A, content: {application/json: {schema: "
            "{$ref: '#/components/schemas/b-c'}}}}}}}}",
            components="{schemas: {b_c: {type: object, properties: {a: {type: string}}}, b-c: {type: object, properties: "
            "{d: {type: string}}}}}"),
        "`summary`, `description`": row(_documented, operation="description: What it does."),
        "`deprecated`": row(_deprecated, operation="deprecated: true"),
        "`$ref` of a path item": _paths(
            "{/x: {$ref: '#/components/pathItems/P', parameters: [{name: p, in: query, schema: {type: string}}]}}",
            lambda made: _equal(made.target(p="a"), "/x?p=a"), beside=("meta-schema",),
            components="{pathItems: {P: {get: {operationId: call, responses: {'204': {description: A}}}}}}"),
        "a `#fragment` in a path": _paths(
            "{'/x#a': {get: {operationId: one, responses: {'204': {description: A}}}}, '/x#b': {get: {operationId: two, "
            "responses: {'204': {description: A}}}}}", _fragment),
        "a `?query` in a path": _paths(
            "{'/x?kind=a': {get: {operationId: call, parameters: [{name: p, in: query, schema: {type: string}}], responses: {'204': "
            "{description: A}}}}}", lambda made: _equal(made.target(p="b"), "/x?kind=a&p=b")),
        "a path that does not start with `/`": _paths(
            "{/x: {get: {operationId: call, responses: {'204': {description: A}}}}, y: {get: {responses: {'204': {description: A}}}}}", _called),
        "an unknown HTTP method": _paths("{/x: {get: {operationId: call, responses: {'204': {description: A}}}, fetch: {}}}", _called),
        "no operation at all": _paths("{}"),
        "`callbacks`": row(_callback, operation=f"callbacks: {{done: {{'{{$request.body#/url}}': {{post: {{{_PAYLOAD}}}}}}}}}", schemas=_SALE),
        "`links`": _linked("other"),
        "`links` to an operation that is not in the client": _linked("absent"),
        "`externalDocs`": row(_called, without="operation", operation="externalDocs: {url: 'https://example.com'}"),
    },
    "Pagination": {
        "a link to the next page": row(_pages, operation=_paged("{next: {operationId: call, parameters: {page: '$response.body#/next'}}}")),
        "a `pagination` table in the settings": Row({"spec.json": described(operation=_paged())}, _pages, pagination=_CURSOR),
        "neither of both": row(_no_pages, operation=_paged()),
    },
    "Security": {
        "bearer tokens (`http`)": _secured("{type: http, scheme: bearer}", {"authorization": "Bearer t"}, token="t"),
        "basic (`http`)": _secured("{type: http, scheme: basic}", {"authorization": "Basic YTpi"}, basic=("a", "b")),
        "`http` in any other scheme": _secured("{type: http, scheme: digest}", {}, key=httpx.DigestAuth("a", "b")),
        "an API key in a header": _secured("{type: apiKey, in: header, name: X-Key}", {"x-key": "k"}, key="k"),
        "an API key in the query": _secured("{type: apiKey, in: query, name: k}", {}, target="/x?k=s", key="s"),
        "an API key in a cookie": _secured("{type: apiKey, in: cookie, name: sid}", {"cookie": "sid=k"}, key="k"),
        "an API key in a header that HTTP itself uses": row(operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: apiKey, in: header, name: Host}}}"),
        "OAuth 2 with client credentials or a `refreshUrl`": row(
            _oauth, operation="security: [{key: []}]",
            root="components: {securitySchemes: {key: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://api.example.com/t', refreshUrl: "
            "'https://api.example.com/r', scopes: {}}}}}}"),
        "OAuth 2 in any other flow": _secured(
            "{type: oauth2, flows: {implicit: {authorizationUrl: 'https://api.example.com/a', scopes: {}}}}", {"authorization": "Bearer t"}, token="t"),
        "OpenID Connect": _secured(
            "{type: openIdConnect, openIdConnectUrl: 'https://api.example.com/o'}", {"authorization": "Bearer t"}, token="t"),
        "the scopes of a requirement": row(
            _scopes, shows="Scopes: read (See pets) and write.", operation="security: [{key: [read, write]}]",
            root="components: {securitySchemes: {key: {type: oauth2, flows: {implicit: {authorizationUrl: "
            "'https://api.example.com/a', scopes: {read: See pets., write: ''}}}}}}"),
        "mutual TLS": row(_certificate, operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: mutualTLS}}}"),
        "alternatives": _schemes("[{key: []}, {token: []}]", _either),
        "combinations": _schemes("[{key: [], token: []}]", _both),
        "a combination of two schemes for the same header or parameter": _schemes("[{key: [], other: []}]"),
        "no security for one operation (`security: []`)": _paths(
            "{/x: {get: {operationId: call, security: [], responses: {'204': {description: A}}}}, "
            "/y: {get: {operationId: other, responses: {'204': {description: A}}}}}\nsecurity: [{key: []}]", _no_secret,
            components="{securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}"),
        "an undeclared scheme": _schemes("[{absent: []}]", _called),
        "a scheme of an unknown type": row(operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: magic}}}"),
        "a token URL that is not a URL": row(operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: oauth2, flows: "
            "{clientCredentials: {tokenUrl: 'ftp://a b', scopes: {}}}}}}", check=_own_token),
    },
    "Servers": {
        "absolute": _server("[{url: 'https://a.example.com/v1'}]", "https://a.example.com/v1/x"),
        "with variables that have defaults": row(
            _server_variable, root="servers: [{url: 'https://{h}.example.com', variables: {h: {default: a, enum: [a, b]}}}]"),
        "with a variable that has no default": _server("[{url: 'https://{h}.example.com'}]", "", _needs_base_url),
        "without a scheme, or with an impossible host": _server("[{url: a.example.com/v1}]", "", _needs_base_url),
        "with its default port": _server("[{url: 'https://a.example.com:443/v1'}]", "https://a.example.com/v1/x"),
        "relative": _server("[{url: /v1}]", "", _needs_base_url),
        "none": _server("[]", "", _needs_base_url),
        "plain `http://`, except to this machine": _server("[{url: 'http://a.example.com'}]", "http://a.example.com/x"),
        "with a user, a query, a fragment or another scheme": _server("[{url: 'https://u@a.example.com'}]", ""),
        "of a path or of an operation": row(
            lambda made: _equal(str(made.sent().url), "https://b.example.com/x"), operation="servers: [{url: 'https://b.example.com'}]"),
        "several": _server("[{url: 'https://a.example.com'}, {url: 'https://b.example.com'}]", "https://a.example.com/x"),
    },
}  # fmt: skip


def _equal(found: object, expected: object) -> None:
    assert found == expected
