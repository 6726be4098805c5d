"""The API description is valid, and says what Pinterest's documentation says.

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

SPEC_PATH = Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml"
SPEC: dict[str, Any] = yaml.safe_load(SPEC_PATH.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]
OPERATION: dict[str, Any] = SPEC["paths"]["/ad_accounts/{ad_account_id}/audiences"]["post"]

URI = "urn:pinterest-audiences"
REGISTRY: Registry[Any] = Registry().with_resource(URI, DRAFT4.create_resource(SPEC))

RULE_KEYS = (
    "country",
    "customer_list_id",
    "engagement_domain",
    "engagement_type",
    "event",
    "event_data",
    "event_data.currency",
    "event_data.lead_type",
    "event_data.line_items",
    "event_data.line_items.product_brand",
    "event_data.line_items.product_category",
    "event_data.line_items.product_id",
    "event_data.line_items.product_name",
    "event_data.line_items.product_price",
    "event_data.line_items.product_quantity",
    "event_data.line_items.product_variant",
    "event_data.line_items.product_variant_id",
    "event_data.order_id",
    "event_data.order_quantity",
    "event_data.page_name",
    "event_data.promo_code",
    "event_data.property",
    "event_data.search_query",
    "event_data.value",
    "event_data.video_title",
    "percentage",
    "pin_id",
    "prefill",
    "retention_days",
    "seed_id",
    "url",
    "visitor_source_id",
    "engager_type",
    "campaign_id",
    "ad_id",
    "objective_type",
    "ad_account_id",
)

REQUEST_KEYS = (
    "audience_type",
    "name",
    "rule",
    *(f"rule.{key}" for key in RULE_KEYS),
    "ad_account_id",
    "description",
)

RESPONSE_KEYS = (
    "ad_account_id",
    "id",
    "name",
    "audience_type",
    "description",
    "rule",
    *(f"rule.{key}" for key in RULE_KEYS),
    "rule.event_source",
    "rule.ingestion_source",
    "size",
    "status",
    "type",
    "created_timestamp",
    "updated_timestamp",
)

NULLABLE = {
    ("Audience", "description"),
    ("Audience", "size"),
    ("Audience", "created_timestamp"),
    ("Audience", "updated_timestamp"),
    ("Audience", "created_by_company_name"),
}

# Schema, property, declared type (of the items, for a list): everything that is not structural.
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


def fits(schema: str, instance: object) -> bool:
    """Whether the instance is valid against the named component schema."""
    validator = OAS30Validator({"$ref": f"{URI}#/components/schemas/{schema}"}, registry=REGISTRY)
    return bool(validator.is_valid(instance))


def complaints(schema: str, instance: object) -> list[str]:
    """What the validator has to say against the instance."""
    validator = OAS30Validator({"$ref": f"{URI}#/components/schemas/{schema}"}, registry=REGISTRY)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def media(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]
    return found


def request_example(name: str) -> dict[str, Any]:
    """A copy of a request example, safe to change."""
    value: dict[str, Any] = media(OPERATION["requestBody"])["examples"][name]["value"]
    return copy.deepcopy(value)


def response_example(status: str, name: str) -> dict[str, Any]:
    value: dict[str, Any] = media(OPERATION["responses"][status])["examples"][name]["value"]
    return copy.deepcopy(value)


def request_with_rule(**rule: object) -> dict[str, Any]:
    request = request_example("visitor")
    request["rule"].update(rule)
    return request


def all_examples() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each example as where it is, the name of its schema, and the example itself."""
    holders = {"request": OPERATION["requestBody"], **OPERATION["responses"]}
    for where, holder in holders.items():
        schema = media(holder)["schema"]["$ref"].rsplit("/", 1)[-1]
        for name, example in media(holder)["examples"].items():
            yield f"{where}-{name}", schema, example


EXAMPLES = list(all_examples())


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the document."""
    if "$ref" not in node:
        return node
    target: Any = SPEC
    for part in node["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    found: dict[str, Any] = target
    return found


def properties_under(node: dict[str, Any]) -> dict[str, Any]:
    """The properties that a value of this schema may have, whichever alternative it takes."""
    node = resolve(node)
    found: dict[str, Any] = dict(node.get("properties", {}))
    for alternative in node.get("oneOf", ()):
        found.update(properties_under(alternative))
    if "items" in node:
        found.update(properties_under(node["items"]))
    return found


def schema_has(name: str, path: str) -> bool:
    node = SCHEMAS[name]
    for key in path.split("."):
        below = properties_under(node)
        if key not in below:
            return False
        node = below[key]
    return True


def example_has(value: object, path: str) -> bool:
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def walk(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every mapping in a document, with the keys that lead to it."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, str(index)))


def schema_nodes() -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema in the components, leaving out the mappings that only hold properties."""
    for path, node in walk(SCHEMAS):
        if path and (path[-1] != "properties" or path[-2:-1] == ("properties",)):
            yield path, node


# The document as a whole


def test_document_is_valid_openapi() -> None:
    validate(SPEC)
    assert SPEC["openapi"] == "3.0.3"
    assert SPEC["info"]["version"] == "5.23.0"


def test_one_operation() -> None:
    assert list(SPEC["paths"]) == ["/ad_accounts/{ad_account_id}/audiences"]
    assert list(SPEC["paths"]["/ad_accounts/{ad_account_id}/audiences"]) == ["post"]
    assert OPERATION["operationId"] == "audiences/create"
    assert OPERATION["tags"] == ["audiences"]
    assert [tag["name"] for tag in SPEC["tags"]] == ["audiences"]
    assert list(OPERATION["responses"]) == ["200", "default"]


def test_only_the_needed_scope() -> None:
    assert OPERATION["security"] == [{"pinterest_oauth2": ["ads:write"]}]
    (flow,) = SPEC["components"]["securitySchemes"]["pinterest_oauth2"]["flows"].values()
    assert list(flow["scopes"]) == ["ads:write"]
    assert flow["authorizationUrl"] == "https://www.pinterest.com/oauth/"
    assert flow["tokenUrl"] == "https://api.pinterest.com/v5/oauth/token"


def test_path_parameter() -> None:
    (parameter,) = (resolve(node) for node in OPERATION["parameters"])
    assert parameter["name"] == "ad_account_id"
    assert parameter["schema"] == {"type": "string", "pattern": r"^\d+$", "maxLength": 18}


@pytest.mark.parametrize("status", ["200", "default"])
def test_headers_on_both_responses(status: str) -> None:
    headers = OPERATION["responses"][status]["headers"]
    assert {name: resolve(node)["schema"]["type"] for name, node in headers.items()} == {
        "x-pinterest-rid": "string",
        "X-RateLimit-Limit": "string",
        "X-RateLimit-Remaining": "integer",
        "X-RateLimit-Reset": "integer",
    }


# Descriptions


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_and_properties_are_described(name: str) -> None:
    assert SCHEMAS[name]["description"].strip()
    for key, node in SCHEMAS[name].get("properties", {}).items():
        if "$ref" in node:
            assert list(node) == ["$ref"], f"{key}: nothing may stand beside a reference"
        assert resolve(node)["description"].strip(), key


def test_descriptions_have_no_markup() -> None:
    for path, node in walk(SPEC):
        for key in ("description", "summary"):
            text = node.get(key)
            if isinstance(text, str):
                assert "<" not in text and "](" not in text, path


# Examples


@pytest.mark.parametrize(
    ("schema", "example"),
    [(schema, example) for _, schema, example in EXAMPLES],
    ids=[name for name, _, _ in EXAMPLES],
)
def test_example_fits_its_schema(schema: str, example: dict[str, Any]) -> None:
    assert example["summary"].strip()
    assert complaints(schema, example["value"]) == []


def test_example_names() -> None:
    assert {name for name, _, _ in EXAMPLES} == {
        "request-customer_list",
        "request-visitor",
        "request-engagement",
        "request-actalike",
        "request-persona",
        "request-visitor_url_condition",
        "request-visitor_line_items",
        "request-full",
        "200-created",
        "200-full",
        "default-authentication_failed",
        "default-rate_limited",
        "default-trial_app",
    }


@pytest.mark.parametrize("audience_type", SCHEMAS["AudienceType"]["enum"])
def test_an_example_for_each_audience_type(audience_type: str) -> None:
    assert request_example(audience_type.lower())["audience_type"] == audience_type


@pytest.mark.parametrize(
    ("name", "code"), [("authentication_failed", 2), ("rate_limited", 8), ("trial_app", 29)]
)
def test_error_codes(name: str, code: int) -> None:
    assert response_example("default", name)["code"] == code


@pytest.mark.parametrize("path", REQUEST_KEYS)
def test_documented_request_key(path: str) -> None:
    assert schema_has("AudienceCreateRequest", path)
    assert example_has(request_example("full"), path)


@pytest.mark.parametrize("path", RESPONSE_KEYS)
def test_documented_response_key(path: str) -> None:
    assert schema_has("Audience", path)
    assert example_has(response_example("200", "full"), path)


def test_key_lookup_can_fail() -> None:
    assert not schema_has("Audience", "rule.event_data.line_items.colour")
    assert not example_has(request_example("full"), "rule.event_data.line_items.colour")


# Facts


def test_required_fields() -> None:
    required = {name: node["required"] for name, node in SCHEMAS.items() if "required" in node}
    assert required == {
        "AudienceCreateRequest": ["audience_type", "name", "rule"],
        "Error": ["code", "message"],
    }


@pytest.mark.parametrize("key", ["audience_type", "name", "rule"])
def test_request_without_a_required_field_is_refused(key: str) -> None:
    request = request_example("visitor")
    del request[key]
    assert not fits("AudienceCreateRequest", request)


def test_nullable_fields() -> None:
    found = {(path[0], path[-1]) for path, node in schema_nodes() if node.get("nullable") is True}
    assert found == NULLABLE


@pytest.mark.parametrize("key", [*SCHEMAS["Audience"]["properties"]])
def test_null_in_a_response(key: str) -> None:
    assert fits("Audience", {key: None}) is (("Audience", key) in NULLABLE)


@pytest.mark.parametrize("key", [*SCHEMAS["AudienceCreateRequest"]["properties"]])
def test_null_in_a_request_is_refused(key: str) -> None:
    assert not fits("AudienceCreateRequest", {**request_example("visitor"), key: None})


@pytest.mark.parametrize("key", [*SCHEMAS["AudienceRule"]["properties"]])
def test_null_in_a_rule_is_refused(key: str) -> None:
    assert not fits("AudienceCreateRequest", request_with_rule(**{key: None}))


def test_empty_response_is_an_audience() -> None:
    assert fits("Audience", {})


def test_audience_types() -> None:
    assert SCHEMAS["AudienceType"]["enum"] == [
        "CUSTOMER_LIST",
        "VISITOR",
        "ENGAGEMENT",
        "ACTALIKE",
        "PERSONA",
    ]


def test_audience_type_is_open_in_the_response_only() -> None:
    assert fits("Audience", {"audience_type": "SOMETHING_NEW"})
    assert not fits(
        "AudienceCreateRequest", {**request_example("visitor"), "audience_type": "SOMETHING_NEW"}
    )


def test_objectives() -> None:
    assert SCHEMAS["ObjectiveType"]["enum"] == [
        "AWARENESS",
        "CONSIDERATION",
        "WEB_CONVERSION",
        "CATALOG_SALES",
        "VIDEO_COMPLETION",
        "VIDEO_VIEW",
        "WEB_SESSIONS",
    ]


@pytest.mark.parametrize("objective", ["VIDEO_VIEW", "WEB_SESSIONS"])
def test_older_objectives_are_kept(objective: str) -> None:
    assert fits("AudienceCreateRequest", request_with_rule(objective_type=[objective]))
    assert fits("Audience", {"rule": {"objective_type": [objective]}})


@pytest.mark.parametrize(
    "url",
    [
        ["https://shop.example.com/lamps"],
        [],
        "https://shop.example.com/lamps",
        {"=": "https://shop.example.com/lamps"},
        {"!=": "https://shop.example.com/lamps"},
        {"contains": "/lamps"},
        {"not_contains": "/lamps"},
    ],
)
def test_url_accepts(url: object) -> None:
    assert fits("AudienceCreateRequest", request_with_rule(url=url))


@pytest.mark.parametrize("url", [{"starts_with": "/lamps"}, {"contains": 1}, [1], 1])
def test_url_refuses(url: object) -> None:
    assert not fits("AudienceCreateRequest", request_with_rule(url=url))


@pytest.mark.parametrize("items", [{"product_id": 1}, [], [{"product_id": 1}, {"product_id": 2}]])
def test_line_items_one_or_many(items: object) -> None:
    assert fits("AudienceCreateRequest", request_with_rule(event_data={"line_items": items}))


@pytest.mark.parametrize("items", ["1", [1], {"product_id": "1"}, [{"product_price": 1}]])
def test_line_items_refuses(items: object) -> None:
    assert not fits("AudienceCreateRequest", request_with_rule(event_data={"line_items": items}))


@pytest.mark.parametrize("source", ["12", ["12"], ["12", "34"]])
def test_visitor_source_id_one_or_many(source: object) -> None:
    assert fits("AudienceCreateRequest", request_with_rule(visitor_source_id=source))


@pytest.mark.parametrize("source", ["abc", ["abc"], 12, [12]])
def test_visitor_source_id_refuses(source: object) -> None:
    assert not fits("AudienceCreateRequest", request_with_rule(visitor_source_id=source))


@pytest.mark.parametrize("key", ["event_source", "ingestion_source"])
def test_sources_are_lists_by_operator(key: str) -> None:
    assert fits("AudienceCreateRequest", request_with_rule(**{key: {}}))
    assert fits("AudienceCreateRequest", request_with_rule(**{key: {"=": ["a"], "!=": ["b"]}}))
    assert not fits("AudienceCreateRequest", request_with_rule(**{key: {"=": "a"}}))


@pytest.mark.parametrize(("schema", "key", "declared"), DECLARED_TYPES)
def test_declared_type(schema: str, key: str, declared: str) -> None:
    samples: dict[str, object] = {"integer": 1, "string": "1", "boolean": True}
    assert SCHEMAS[schema]["properties"][key]["type"] == declared
    for kind, sample in samples.items():
        errors = OAS30Validator(SCHEMAS[schema]["properties"][key]).iter_errors(sample)
        assert (next(iter(errors), None) is None) is (kind == declared), sample


def test_ids_are_digits() -> None:
    for name in ("AudienceCreateRequest", "AudienceRule", "Audience"):
        for key, node in SCHEMAS[name]["properties"].items():
            if key.endswith("id") and "oneOf" not in node:
                assert node.get("items", node)["pattern"] == r"^\d+$", (name, key)


def test_no_ranges_and_no_inheritance() -> None:
    words = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "allOf"}
    for path, node in schema_nodes():
        assert not words & set(node), path


def test_unknown_fields_are_allowed_but_in_a_url_condition() -> None:
    closed = {
        path[-1] for path, node in schema_nodes() if node.get("additionalProperties") is False
    }
    assert closed == {"UrlCondition"}
    assert fits("Audience", {"something_new": 1})
    assert fits("AudienceCreateRequest", request_with_rule(something_new=1))
    assert fits("AudienceCreateRequest", request_with_rule(event_data={"house_style": "modern"}))
