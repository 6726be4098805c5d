"""The API description is valid, and says what Pinterest's documentation says.

The checks use public validators only, so they do not lean on the package under test.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from tests.house.pinterest_description import (
    OPERATION,
    REGISTRY,
    SCHEMAS,
    SPEC,
    URI,
    media,
    request_example,
    walk,
)

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


def complaints(schema: str, instance: object) -> list[str]:
    """What the validator has to say against the instance."""
    validator = OAS30Validator({"$ref": f"{URI}#/components/schemas/{schema}"}, registry=REGISTRY)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def response_example(status: str, name: str) -> dict[str, Any]:
    value: dict[str, Any] = media(OPERATION["responses"][status])["examples"][name]["value"]
    return copy.deepcopy(value)


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
