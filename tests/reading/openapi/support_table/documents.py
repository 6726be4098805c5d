"""Rows about documents, operations, security and servers (OpenAPI 3.1.1 §4, 3.2.0 §4)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import yaml
from pydantic import TypeAdapter

from generator.base.config import Pagination
from tests.reading.openapi.support_table.harness import (
    Check,
    Made,
    Row,
    described,
    equal,
    row,
    schema,
    sends,
    shows,
)

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


_SCHEMAS = """
openapi: 3.1.0
info: {title: T, version: "1"}
components: {schemas: {M: {type: object, required: [v], properties: {v: {type: integer}}}, L: {type: array, items: {$ref: "#/components/schemas/M"}}}}
"""


def _models_alone(made: Made) -> None:
    assert made.models.M(v=1).model_dump_json() == '{"v":1}'
    (read,) = TypeAdapter(made.models.L).validate_json('[{"v": "2"}]')
    assert (type(read), read.v) == (made.models.M, 2)
    assert f"{made.package}/client.py" not in made.files


def _webhook(name: str) -> Check:
    def check(made: Made) -> None:
        sale = made.submodule("webhooks").parse(name, '{"price": 3}', {})
        assert sale == made.models.Sale(price=3)
        assert list(made.submodule("webhooks").NAMES) == [name]

    return check


def _part(made: Made) -> None:
    assert made.target(p=made.models.Part(a="x")) == "/x?a=x"


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


def _paths(
    text: str,
    check: Check | None = None,
    version: str = "3.1.0",
    components: str = "{}",
    beside: tuple[str, ...] = (),
) -> Row:
    root = f"paths: {text}\ncomponents: {components}"
    return row(check, beside, root=root, version=version)


def _fragment(made: Made) -> None:
    with made.client() as client:
        client.one()
        client.two()
    assert [request.url.raw_path for request in made.requests] == [b"/x", b"/x"]


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


def _paged(links: str = "{}") -> str:
    """An operation whose lists come in pages."""
    return (
        "parameters: [{name: page, in: query, schema: {type: integer}}]\nresponses: {'200': "
        "{description: A, content: {application/json: {schema: {type: object, properties: {items: "
        "{type: array, items: {type: integer}}, next: {type: [integer, 'null']}}}}}, "
        f"links: {links}}}}}"
    )


def _linked(target: str) -> Row:
    def check(made: Made) -> None:
        told = "Links: `$response.body#/id` is the argument `pet` of `other`."
        assert (told in made.docs()) == (target == "other")

    return _paths(
        "{/x: {get: {operationId: call, responses: {'204': {description: A, links: {pet: {operationId: "
        f"{target}, parameters: {{pet: '$response.body#/id'}}}}}}}}}}}}}}, /y: {{get: {{operationId: other, parameters: "
        "[{name: pet, in: query, schema: {type: string}}], responses: {'204': {description: A}}}}}", check,
    )  # fmt: skip


def _method(name: str, version: str = "3.1.0") -> Row:
    return row(sends({}, method=name.upper()), method=name, version=version)


def _secured(scheme: str, expected: dict[str, str], target: str = "/x", **settings: Any) -> Row:
    """A row about a security scheme ``key``: with those arguments of the client these headers go out."""
    root = f"components: {{securitySchemes: {{key: {scheme}}}}}"
    check = sends(expected, target, **settings) if settings else None
    return row(check, operation="security: [{key: []}]", root=root)


def _own_token(made: Made) -> None:
    assert not hasattr(made.module, "ClientCredentials")
    sends({"authorization": "Bearer t"}, token="t")(made)


def _no_secret(made: Made) -> None:
    sends({"x-key": None}, key="s3cr3t")(made)
    sends({"x-key": "s3cr3t"}, "/y", call="other", key="s3cr3t")(made)


def _schemes(security: str, check: Check | None = None, beside: tuple[str, ...] = ()) -> Row:
    return row(
        check, beside, operation=f"security: {security}",
        root="components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, token: {type: http, scheme: bearer}, "
        "other: {type: apiKey, in: header, name: x-key}}}",
    )  # fmt: skip


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
        "any other version": row(version="4.0.0"),
        "YAML": Row({"spec.yaml": _yaml(method="post", operation=_BODY) + "components: {schemas: {M: {type: object, properties: {v: {type: string, enum: [no, 2020-01-01]}}}}}\n"}, lambda made: equal([member.value for member in made.models.MV], ["no", "2020-01-01"])),
        "JSON": Row({"spec.yaml": "\t" + described().replace(": ", ":\t")}, sends({})),
        "several files in one folder": _files("parts/more.yaml", _part, **{"parts/more.yaml": _OTHER}),
        "a file that does not exist": _files("absent.yaml"),
        "`$ref` to a file outside the folder": Row({"in/spec.json": described(operation=_REFERRING % "../more.yaml"), "more.yaml": _OTHER}),
        "`$ref` to a URL": _files("https://example.com/more.yaml"),
        "`$ref` to a target that does not exist": row(operation="parameters: [{$ref: '#/components/parameters/absent'}]"),
        "`$ref` in place of another object or list, such as `servers`, `headers` or `components`": row(
            sends({}, target="/v2/x"), root="servers: {$ref: '#/x-all'}\nx-all: [{url: 'https://api.example.com/v2'}]"),
        "such a `$ref` without a target in an optional part": row(sends({}), operation="servers: {$ref: '#/x-all'}"),
        "`$self` (3.2)": row(
            _part, version="3.2.0", root="$self: https://api.example.com/spec.json", schemas=_OTHER,
            operation=_REFERRING.replace("%s#", "https://api.example.com/spec.json#/components/schemas")),
        "YAML aliases and merge keys": Row({"spec.yaml": "x-p: &p {name: a, in: query, schema: &s {type: string}}\n" + _yaml(
            operation="parameters: [1, 2]").replace("- 1", "- *p").replace("- 2", "- {<<: *p, name: b, schema: *s}")}, lambda made: equal(made.target(a="1", b="2"), "/x?a=1&b=2")),
        "a duplicate key": Row({"spec.yaml": _yaml() + "openapi: 3.1.0\n"}),
        "several documents in one file": Row({"spec.yaml": _yaml() + "---\na: 1\n"}),
        "YAML tags": Row({"spec.yaml": _yaml() + "x-a: !thing 1\n"}),
        "infinite numbers and NaN": Row({"spec.yaml": _yaml() + "x-a: .nan\n"}),
        "extensions (`x-…`)": row(sends({}), without="root operation", root="x-anything: {a: 1}", operation="x-more: [1]"),
        "an unknown member of an OpenAPI object": row(sends({}), operation="madeUp: 1"),
        "a construct of a later version": row(lambda made: equal("v: Opt[Literal" in made.source("models.py"), True), version="3.0.3", schemas="M: {type: object, properties: {v: {const: a}}}", operation="requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}"),
        "a misspelt member": row(sends({}), operation="requestBdy: {content: {}}"),
        "components that no selected operation needs": row(lambda made: equal("Unused" in made.source("models.py"), False), schemas="Unused: {type: object, properties: {a: {type: string}}}"),
        "schemas without operations": Row({"spec.yaml": _SCHEMAS}, _models_alone, models=True),
        "`webhooks`": row(_webhook("pet.sold"), root=f"webhooks: {{pet.sold: {{post: {{{_PAYLOAD}}}}}}}", schemas=_SALE),
        "signatures of webhooks": row(_signed, root=f"webhooks: {{pet.sold: {{post: {{{_HOOK_HEADERS}, {_PAYLOAD}}}}}}}", schemas=_SALE),
    },
    "Paths and operations": {
        "`get`, `put`, `post`, `delete`, `options`, `head`, `patch`, `trace`": _method("trace"),
        "`query` (3.2)": _method("query", "3.2.0"),
        "`additionalOperations` (3.2)": _paths(
            "{/x: {additionalOperations: {COPY: {responses: {'204': {description: A}}}}}}", sends({}, method="COPY", call="copy_x"), "3.2.0"),
        "an additional method that isn't in upper case": _paths(
            "{/x: {additionalOperations: {copy: {responses: {'204': {description: A}}}}}}", version="3.2.0"),
        "`operationId`": _paths("{/x: {get: {operationId: pets/list, responses: {'204': {description: A}}}}}", sends({}, call="pets.list")),
        "no `operationId`": _paths("{/x/all: {get: {responses: {'204': {description: A}}}}}", sends({}, "/x/all", call="get_x_all")),
        "two operations with the same name": _paths(
            "{/x: {get: {operationId: a-b, responses: {'204': {description: A}}}}, /y: {get: {operationId: a_b, responses: {'204': {description: A}}}}}"),
        "two schemas with the same class name": _paths(
            "{/x: {get: {operationId: call, responses: {'200': {description: A, content: {application/json: {schema: "
            "{$ref: '#/components/schemas/b_c'}}}}, default: {description: A, content: {application/json: {schema: "
            "{$ref: '#/components/schemas/b-c'}}}}}}}}",
            components="{schemas: {b_c: {type: object, properties: {a: {type: string}}}, b-c: {type: object, properties: "
            "{d: {type: string}}}}}"),
        "`summary`, `description`": row(shows("What it does."), operation="description: What it does."),
        "`deprecated`": row(shows("deprecated"), operation="deprecated: true"),
        "`$ref` of a path item": _paths(
            "{/x: {$ref: '#/components/pathItems/P', parameters: [{name: p, in: query, schema: {type: string}}]}}",
            lambda made: equal(made.target(p="a"), "/x?p=a"), beside=("meta-schema",),
            components="{pathItems: {P: {get: {operationId: call, responses: {'204': {description: A}}}}}}"),
        "a member both next to the `$ref` of a path item and in its target": _paths(
            "{/x: {$ref: '#/components/x-item', get: {operationId: call, responses: {'204': {description: A}}}}}",
            lambda made: equal(made.target(), "/x"), beside=("meta-schema",),
            components="{x-item: {get: {operationId: other, responses: {'204': {description: A}}}}}"),
        "`parameters` that is a mapping": row(
            lambda made: equal(made.target(p="a"), "/x?p=a"),
            operation="parameters: {p: {name: p, in: query, schema: {type: string}}}"),
        "`$ref` of an operation": _paths(
            "{/x: {get: {$ref: '#/components/x-get', parameters: [{name: p, in: query, schema: {type: string}}]}}}",
            lambda made: equal(made.target(p="a"), "/x?p=a"),
            components="{x-get: {operationId: call, responses: {'204': {description: A}}}}"),
        "a member both next to the `$ref` of an operation and in its target": _paths(
            "{/x: {get: {$ref: '#/components/x-get', operationId: call}}}",
            lambda made: equal(made.target(), "/x"),
            components="{x-get: {operationId: other, responses: {'204': {description: A}}}}"),
        "a `#fragment` in a path": _paths(
            "{'/x#a': {get: {operationId: one, responses: {'204': {description: A}}}}, '/x#b': {get: {operationId: two, "
            "responses: {'204': {description: A}}}}}", _fragment),
        "a `?query` in a path": _paths(
            "{'/x?kind=a': {get: {operationId: call, parameters: [{name: p, in: query, schema: {type: string}}], responses: {'204': "
            "{description: A}}}}}", lambda made: equal(made.target(p="b"), "/x?kind=a&p=b")),
        "a `?query` in a path that a parameter has, too": _paths(
            "{'/x?kind=a&p=c': {get: {operationId: call, parameters: [{name: p, in: query, schema: {type: string}}], responses: {'204': "
            "{description: A}}}}}", lambda made: equal(made.target(p="b"), "/x?kind=a&p=b")),
        "a query template in a path": _paths(
            "{'/x{?p}': {get: {operationId: call, parameters: [{name: p, in: query, schema: {type: string}}], responses: {'204': "
            "{description: A}}}}}", lambda made: equal(made.target(p="b"), "/x?p=b")),
        "a path that does not start with `/`": _paths(
            "{x: {get: {operationId: call, responses: {'204': {description: A}}}}}", sends({})),
        "such a path beside the same one with `/`, or a URL": _paths(
            "{/x: {get: {operationId: call, responses: {'204': {description: A}}}}, x: {get: {responses: {'204': {description: A}}}}, "
            "https://a.example/x: {get: {responses: {'204': {description: A}}}}}", sends({})),
        "an unknown HTTP method": _paths("{/x: {get: {operationId: call, responses: {'204': {description: A}}}, fetch: {}}}", sends({})),
        "no operation at all": _paths("{}"),
        "`callbacks`": row(_webhook("done"), operation=f"callbacks: {{done: {{'{{$request.body#/url}}': {{post: {{{_PAYLOAD}}}}}}}}}", schemas=_SALE),
        "`links`": _linked("other"),
        "`links` to an operation that is not in the client": _linked("absent"),
        "`externalDocs`": row(sends({}), without="operation", operation="externalDocs: {url: 'https://example.com'}"),
    },
    "Pagination": {
        "a link to the next page": row(_pages, operation=_paged("{next: {operationId: call, parameters: {page: '$response.body#/next'}}}")),
        "a `pagination` table in the settings": Row({"spec.json": described(operation=_paged())}, _pages, pagination=_CURSOR),
        "neither of both": row(lambda made: equal(hasattr(made.module.Sample, "call_all"), False), operation=_paged()),
    },
    "Security": {
        "bearer tokens (`http`)": _secured("{type: http, scheme: bearer}", {"authorization": "Bearer t"}, token="t"),
        "basic (`http`)": _secured("{type: http, scheme: basic}", {"authorization": "Basic YTpi"}, basic=("a", "b")),
        "`http` in any other scheme": _secured("{type: http, scheme: digest}", {}, key=httpx.DigestAuth("a", "b")),
        "an API key in a header": _secured("{type: apiKey, in: header, name: X-Key}", {"x-key": "k"}, key="k"),
        "an API key in the query": _secured("{type: apiKey, in: query, name: k}", {}, "/x?k=s", key="s"),
        "an API key in a cookie": _secured("{type: apiKey, in: cookie, name: sid}", {"cookie": "sid=k"}, key="k"),
        "an API key in a header that HTTP itself uses": row(operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: apiKey, in: header, name: Host}}}"),
        "OAuth 2 with client credentials or a `refreshUrl`": row(
            shows("ClientCredentials", "__init__.py"), operation="security: [{key: []}]",
            root="components: {securitySchemes: {key: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://api.example.com/t', refreshUrl: "
            "'https://api.example.com/r', scopes: {}}}}}}"),
        "OAuth 2 in any other flow": _secured(
            "{type: oauth2, flows: {implicit: {authorizationUrl: 'https://api.example.com/a', scopes: {}}}}", {"authorization": "Bearer t"}, token="t"),
        "OpenID Connect": _secured(
            "{type: openIdConnect, openIdConnectUrl: 'https://api.example.com/o'}", {"authorization": "Bearer t"}, token="t"),
        "the scopes of a requirement": row(
            lambda made: equal("Scopes: read (See pets) and write." in made.docs(), True), shows="Scopes: read (See pets) and write.", operation="security: [{key: [read, write]}]",
            root="components: {securitySchemes: {key: {type: oauth2, flows: {implicit: {authorizationUrl: "
            "'https://api.example.com/a', scopes: {read: See pets., write: ''}}}}}}"),
        "mutual TLS": row(shows("certificate"), operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: mutualTLS}}}"),
        "alternatives": _schemes("[{key: []}, {token: []}]", sends({"authorization": "Bearer t", "x-key": None}, token="t")),
        "combinations": _schemes("[{key: [], token: []}]", sends({"authorization": "Bearer t", "x-key": "k"}, token="t", key="k")),
        "a combination of two schemes for the same header or parameter": _schemes("[{key: [], other: []}]"),
        "such a combination beside other alternatives": _schemes("[{key: [], other: []}, {token: []}]", sends({"authorization": "Bearer t"}, token="t")),
        "no security for one operation (`security: []`)": _paths(
            "{/x: {get: {operationId: call, security: [], responses: {'204': {description: A}}}}, "
            "/y: {get: {operationId: other, responses: {'204': {description: A}}}}}\nsecurity: [{key: []}]", _no_secret,
            components="{securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}"),
        "an undeclared scheme": _schemes("[{absent: []}]", sends({})),
        "a scheme of an unknown type": row(sends({}), operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: magic}}}"),
        "`security` that isn't a list": row(sends({}), operation="security: key", root="components: {securitySchemes: {key: {type: http, scheme: bearer}}}"),
        "a token URL that is not a URL": row(operation="security: [{key: []}]", root="components: {securitySchemes: {key: {type: oauth2, flows: "
            "{clientCredentials: {tokenUrl: 'ftp://a b', scopes: {}}}}}}", check=_own_token),
    },
    "Servers": {
        "absolute": _server("[{url: 'https://a.example.com/v1'}]", "https://a.example.com/v1/x"),
        "with variables that have defaults": row(
            _server_variable, root="servers: [{url: 'https://{h}.example.com', variables: {h: {default: a, enum: [a, b]}}}]"),
        "with a variable that has no default": _server("[{url: 'https://{h}.example.com'}]", "", _needs_base_url),
        "without a scheme, without `//` after it, or with an impossible host": _server("[{url: a.example.com/v1}]", "", _needs_base_url),
        "with its default port": _server("[{url: 'https://a.example.com:443/v1'}]", "https://a.example.com/v1/x"),
        "relative": _server("[{url: /v1}]", "", _needs_base_url),
        "none": _server("[]", "", _needs_base_url),
        "plain `http://`, except to this machine": _server("[{url: 'http://a.example.com'}]", "http://a.example.com/x"),
        "with a user, a query, a fragment or another scheme": _server("[{url: 'https://u@a.example.com'}]", ""),
        "of a path or of an operation": row(
            lambda made: equal(str(made.sent().url), "https://b.example.com/x"), operation="servers: [{url: 'https://b.example.com'}]"),
        "several": _server("[{url: 'https://a.example.com'}, {url: 'https://b.example.com'}]", "https://a.example.com/x"),
    },
}  # fmt: skip
