"""Pinterest's description is valid, and accepts and refuses what Pinterest does.

The checks use public validators only, so they do not lean on the package under test.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT4

PATH = Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml"
SPEC: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]
OPERATION: dict[str, Any] = SPEC["paths"]["/ad_accounts/{ad_account_id}/audiences"]["post"]
HOLDERS = {"request": OPERATION["requestBody"], **OPERATION["responses"]}
URI = "urn:pinterest-audiences"
REGISTRY: Registry[Any] = Registry().with_resource(URI, DRAFT4.create_resource(SPEC))
NULLABLE = {
    ("Audience", "description"),
    ("Audience", "size"),
    ("Audience", "created_timestamp"),
    ("Audience", "updated_timestamp"),
    ("Audience", "created_by_company_name"),
}
DECLARED_TYPES = (
    ("AudienceRule", "percentage", "integer"),
    ("AudienceRule", "retention_days", "integer"),
    ("AudienceRule", "engager_type", "integer"),
    ("AudienceRule", "prefill", "boolean"),
    ("EventData", "order_quantity", "integer"),
    ("EventData", "value", "string"),
    ("LineItem", "product_id", "integer"),
    ("LineItem", "product_quantity", "integer"),
    ("LineItem", "product_price", "string"),
    ("Audience", "audience_type", "string"),
    ("Audience", "status", "string"),
    ("Audience", "type", "string"),
    ("Audience", "size", "integer"),
    ("Error", "code", "integer"),
    ("Error", "message", "string"),
)
"""Every property whose type the names don't show; of a list, the type of its items."""


def faults(schema: str, instance: object) -> list[str]:
    """Return what a component schema doesn't allow in an instance."""
    validator = OAS30Validator({"$ref": f"{URI}#/components/schemas/{schema}"}, registry=REGISTRY)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def fits(schema: str, instance: object) -> bool:
    return not faults(schema, instance)


def examples(holder: str) -> dict[str, Any]:
    found: dict[str, Any] = HOLDERS[holder]["content"]["application/json"]["examples"]
    return found


def request_with_rule(**rule: object) -> dict[str, Any]:
    request: dict[str, Any] = copy.deepcopy(examples("request")["visitor"]["value"])
    request["rule"].update(rule)
    return request


def walk(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every mapping in a document, with the keys that lead to it."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, str(index)))


def schema_nodes() -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield every schema in the components, without the mappings that only hold properties."""
    for path, node in walk(SCHEMAS):
        if path and (path[-1] != "properties" or path[-2:-1] == ("properties",)):
            yield path, node


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the document."""
    target: Any = SPEC if "$ref" in node else node
    for part in node.get("$ref", "").removeprefix("#/").split("/"):
        target = target[part] if part else target
    found: dict[str, Any] = target
    return found


def property_paths(node: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the paths of the properties that a value may have, whichever alternative it takes."""
    node = resolve(node)
    for alternative in (*node.get("oneOf", ()), *([node["items"]] if "items" in node else [])):
        yield from property_paths(alternative, prefix)
    for key, below in node.get("properties", {}).items():
        yield f"{prefix}{key}"
        yield from property_paths(below, f"{prefix}{key}.")


def value_paths(value: object, prefix: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield f"{prefix}{key}"
            yield from value_paths(below, f"{prefix}{key}.")


def test_the_document() -> None:
    validate(SPEC)
    assert (SPEC["openapi"], SPEC["info"]["version"]) == ("3.0.3", "5.23.0")
    assert list(SPEC["paths"]) == ["/ad_accounts/{ad_account_id}/audiences"]
    assert (OPERATION["operationId"], OPERATION["tags"]) == ("audiences/create", ["audiences"])
    assert OPERATION["security"] == [{"pinterest_oauth2": ["ads:write"]}]
    (flow,) = SPEC["components"]["securitySchemes"]["pinterest_oauth2"]["flows"].values()
    assert list(flow["scopes"]) == ["ads:write"]
    assert flow["authorizationUrl"] == "https://www.pinterest.com/oauth/"
    assert flow["tokenUrl"] == "https://api.pinterest.com/v5/oauth/token"
    (parameter,) = map(resolve, OPERATION["parameters"])
    assert parameter["name"] == "ad_account_id"
    assert parameter["schema"] == {"type": "string", "pattern": r"^\d+$", "maxLength": 18}
    assert list(OPERATION["responses"]) == ["200", "default"]
    for response in OPERATION["responses"].values():
        headers = {name: resolve(node) for name, node in response["headers"].items()}
        assert {name: node["schema"]["type"] for name, node in headers.items()} == {
            "x-pinterest-rid": "string",
            "X-RateLimit-Limit": "string",
            "X-RateLimit-Remaining": "integer",
            "X-RateLimit-Reset": "integer",
        }


def test_everything_is_described_without_markup() -> None:
    for name, schema in SCHEMAS.items():
        assert schema["description"].strip()
        for key, node in schema.get("properties", {}).items():
            assert "$ref" not in node or list(node) == ["$ref"], (name, key)
            assert resolve(node)["description"].strip(), (name, key)
    for path, node in walk(SPEC):
        for key in ("description", "summary"):
            text = node.get(key)
            assert not isinstance(text, str) or ("<" not in text and "](" not in text), path


def test_examples() -> None:
    assert {holder: [*examples(holder)] for holder in HOLDERS} == {
        "request": [
            "customer_list", "visitor", "engagement", "actalike", "persona",
            "visitor_url_condition", "visitor_line_items", "full",
        ],
        "200": ["created", "full"],
        "default": ["authentication_failed", "rate_limited", "trial_app"],
    }  # fmt: skip
    for holder, node in HOLDERS.items():
        schema = node["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        for example in examples(holder).values():
            assert example["summary"].strip()
            assert faults(schema, example["value"]) == []
    for audience_type in SCHEMAS["AudienceType"]["enum"]:
        example = examples("request")[audience_type.lower()]
        assert example["value"]["audience_type"] == audience_type
    codes = [example["value"]["code"] for example in examples("default").values()]
    assert codes == [2, 8, 29]


@pytest.mark.parametrize(
    ("schema", "holder", "extra"),
    [
        ("AudienceCreateRequest", "request", {"rule.event_source", "rule.ingestion_source"}),
        ("Audience", "200", set()),
    ],
)
def test_the_full_examples_have_every_property(schema: str, holder: str, extra: set[str]) -> None:
    described, shown = (
        {*property_paths(SCHEMAS[schema])},
        {*value_paths(examples(holder)["full"]["value"])},
    )
    assert {path for path in described - shown if "url." not in path} == extra
    assert len(described) >= 41


@pytest.mark.parametrize("key", ["audience_type", "name", "rule"])
def test_a_required_property(key: str) -> None:
    request = request_with_rule()
    del request[key]
    assert not fits("AudienceCreateRequest", request)


def test_null() -> None:
    found = {(path[0], path[-1]) for path, node in schema_nodes() if node.get("nullable") is True}
    assert found == NULLABLE
    for key in SCHEMAS["Audience"]["properties"]:
        assert fits("Audience", {key: None}) is (("Audience", key) in NULLABLE)
    for key in SCHEMAS["AudienceCreateRequest"]["properties"]:
        assert not fits("AudienceCreateRequest", {**request_with_rule(), key: None})
    for key in SCHEMAS["AudienceRule"]["properties"]:
        assert not fits("AudienceCreateRequest", request_with_rule(**{key: None}))


def test_what_is_required_and_closed() -> None:
    required = {name: node["required"] for name, node in SCHEMAS.items() if "required" in node}
    assert required == {
        "AudienceCreateRequest": ["audience_type", "name", "rule"],
        "Error": ["code", "message"],
    }
    closed = [path for path, node in schema_nodes() if node.get("additionalProperties") is False]
    assert [path[-1] for path in closed] == ["UrlCondition"]
    assert fits("Audience", {"something_new": 1})
    assert fits("AudienceCreateRequest", request_with_rule(event_data={"house_style": "modern"}))
    words = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "allOf"}
    assert not [path for path, node in schema_nodes() if words & set(node)]


def test_enumerations() -> None:
    assert SCHEMAS["AudienceType"]["enum"] == [
        "CUSTOMER_LIST", "VISITOR", "ENGAGEMENT", "ACTALIKE", "PERSONA",
    ]  # fmt: skip
    assert SCHEMAS["ObjectiveType"]["enum"] == [
        "AWARENESS", "CONSIDERATION", "WEB_CONVERSION", "CATALOG_SALES", "VIDEO_COMPLETION",
        "VIDEO_VIEW", "WEB_SESSIONS",
    ]  # fmt: skip
    new = {"audience_type": "SOMETHING_NEW"}
    assert fits("Audience", new)
    assert not fits("AudienceCreateRequest", {**request_with_rule(), **new})


@pytest.mark.parametrize(
    ("key", "allowed", "refused"),
    [
        (
            "url",
            [["https://shop.example.com/lamps"], [], "https://shop.example.com/lamps"]
            + [{word: "/lamps"} for word in ("=", "!=", "contains", "not_contains")],
            [{"starts_with": "/lamps"}, {"contains": 1}, [1], 1],
        ),
        (
            "event_data",
            [{"line_items": items} for items in ({"product_id": 1}, [], [{"product_id": 1}] * 2)],
            [
                {"line_items": items}
                for items in ("1", [1], {"product_id": "1"}, [{"product_price": 1}])
            ],
        ),
        ("visitor_source_id", ["12", ["12"], ["12", "34"]], ["abc", ["abc"], 12, [12]]),
        ("objective_type", [["VIDEO_VIEW"], ["WEB_SESSIONS"]], [["OTHER"]]),
        *(
            (key, [{}, {"=": ["a"], "!=": ["b"]}], [{"=": "a"}])
            for key in ("event_source", "ingestion_source")
        ),
    ],
)
def test_the_values_of_a_rule(key: str, allowed: list[object], refused: list[object]) -> None:
    for value in allowed:
        assert faults("AudienceCreateRequest", request_with_rule(**{key: value})) == []
    for value in refused:
        assert not fits("AudienceCreateRequest", request_with_rule(**{key: value})), value


@pytest.mark.parametrize(("schema", "key", "declared"), DECLARED_TYPES)
def test_declared_type(schema: str, key: str, declared: str) -> None:
    samples: dict[str, object] = {"integer": 1, "string": "1", "boolean": True}
    node = SCHEMAS[schema]["properties"][key]
    for kind, sample in samples.items():
        assert OAS30Validator(node).is_valid(sample) is (kind == declared), sample


def test_ids_are_digits() -> None:
    for name in ("AudienceCreateRequest", "AudienceRule", "Audience"):
        for key, node in SCHEMAS[name]["properties"].items():
            if key.endswith("id") and "oneOf" not in node:
                assert node.get("items", node)["pattern"] == r"^\d+$", (name, key)
