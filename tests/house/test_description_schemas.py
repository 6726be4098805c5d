"""The schemas of Pinterest's description accept and refuse what Pinterest does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from tests.house.pinterest_description import REGISTRY, SCHEMAS, URI, request_example, walk

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


def request_with_rule(**rule: object) -> dict[str, Any]:
    request = request_example("visitor")
    request["rule"].update(rule)
    return request


def schema_nodes() -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema in the components, leaving out the mappings that only hold properties."""
    for path, node in walk(SCHEMAS):
        if path and (path[-1] != "properties" or path[-2:-1] == ("properties",)):
            yield path, node


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
