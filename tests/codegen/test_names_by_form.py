"""Names of methods, classes and credentials that depend on the form of what a description has."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from generator.base.config import Client
from generator.base.errors import Findings, UsageError
from generator.codegen.build.naming import class_names
from generator.codegen.build.security import build_security
from generator.codegen.description.pins import pins_that_keep
from generator.project.services.project.pyproject_edit import with_changes
from generator.reading.document.load import load, parse
from generator.reading.document.operation_names import names_of_operation
from generator.reading.document.slice.slice_document import slice_document
from generator.reading.document.tree import SourceFile
from tests.codegen.kiosk import Names, calls_of, content, document, read, shuffled, source, success
from tests.support.cases import CASES, spec_of, topics

OBJECT = {"type": "object", "properties": {"id": {"type": "string"}}}


@pytest.mark.parametrize(
    ("operation_id", "tag", "method", "path", "calls"),
    [
        ("CatsController_findAll", "cats", "get", "/cats",
         ["cats.findAll", "cats.CatsController_findAll"]),
        ("CatsController_findAll", "", "get", "/cats",
         ["Cats.findAll", ".CatsController_findAll"]),
        ("Controller_find", "cats", "get", "/cats", ["cats.Controller_find"]),
        ("list_items_api_items_get", "", "get", "/api/items",
         [".list_items", ".list_items_api_items_get"]),
        ("droplets_list", "Droplets", "get", "/v2/droplets",
         ["Droplets.list", "Droplets.droplets_list"]),
        ("droplets_list", "Droplet", "get", "/droplets", ["Droplet.droplets_list"]),
        ("droplets", "droplets", "get", "/droplets", ["droplets.droplets"]),
        ("droplets_2fa", "droplets", "get", "/droplets", ["droplets.droplets_2fa"]),
        ("pets/petsList", "x", "get", "/pets", ["pets.List", "pets.petsList"]),
        ("api_v1_pets_list", "api", "get", "/api/v1/pets/",
         ["api.pets_list", "api.api_v1_pets_list"]),
        ("getApiV1Pets", "", "get", "/api/v1/pets", [".get_Pets", ".getApiV1Pets"]),
        ("api_keys_list", "", "get", "/api/api-keys", [".api_keys_list"]),
        ("api_keys_list", "", "get", "/keys", [".api_keys_list"]),
        ("rest_stop", "", "get", "/rest", [".rest_stop"]),
        ("", "", "get", "/rest/api/3/issue", [".get_issue", ".get_rest_api_3_issue"]),
        ("", "", "get", "/v1beta2/{id}", [".get_id", ".get_v1beta2_id"]),
        ("", "", "get", "/api/v1", [".get_api_v1"]),
        ("", "pets", "get", "/v1/pets", ["pets.get", "pets.get_pets", "pets.get_v1_pets"]),
        ("", "pets", "delete", "/pets/{id}", ["pets.delete_id", "pets.delete_pets_id"]),
        # without a form that says nothing
        ("audiences/create", "", "post", "/a", ["audiences.create"]),
        ("audiences.create", "other", "post", "/a", ["audiences.create"]),
        ("a/b/c", "", "post", "/a", ["a/b.c"]), ("a.b/c", "", "post", "/a", ["a.b.c"]),
        ("a/b.c", "", "post", "/a", ["a/b.c"]),
        ("createAudience", "Audiences", "post", "/a", ["Audiences.createAudience"]),
        ("create-audience", "Audiences", "post", "/a", ["Audiences.create-audience"]),
        ("createAudience", "", "post", "/a", [".createAudience"]),
        ("create/", "t", "post", "/a", ["t.create/"]),
        ("/create", "t", "post", "/a", ["t./create"]),
        ("", "", "get", "/models/{id}/unions", [".get_models_id_unions"]),
        ("", "", "get", "/", [".get_root"]),
        ("", "", "delete", "/ad-accounts/{adAccountId}", [".delete_ad_accounts_ad_Account_Id"]),
    ],
)  # fmt: skip
def test_what_says_nothing_is_recognised_by_its_form(
    operation_id: str, tag: str, method: str, path: str, calls: list[str]
) -> None:
    found = names_of_operation(operation_id, (tag,) if tag else (), method, path)
    assert [".".join(one) for one in found.calls][: len(calls)] == calls
    assert found.full == len(calls) - 1


def _all_names(
    source: SourceFile, client: Client | None = None, operations: tuple[str, ...] = ()
) -> tuple[Names, Names, Names]:
    """Return the calls by ``METHOD /path``, the classes by place, the credentials by scheme."""
    client = client or Client(spec="s.yaml", package="kiosk")
    canonical, settings = read(source, client, operations)
    classes, _ = class_names(canonical, settings)
    secrets = build_security(canonical, settings, Findings()).arguments
    return (
        calls_of(canonical, settings),
        {place: name for key, name in classes.items() for place in canonical.places(key)},
        {key: one.name for key, one in secrets.items() if one is not None},
    )


def test_a_short_name_yields_to_a_whole_one() -> None:
    calls, _, _ = _all_names(
        source(
            document(
                {
                    "GET /a": {"operationId": "pets_list", "tags": ["pets"]},
                    "GET /b": {"operationId": "list", "tags": ["pets"]},
                    "GET /v1/c": {},
                    "GET /v2/c": {},
                    "GET /v2/d": {},
                }
            )
        )
    )
    assert calls == {
        "GET /a": "pets.pets_list", "GET /b": "pets.list",
        "GET /v1/c": "get_v1_c", "GET /v2/c": "get_v2_c", "GET /v2/d": "get_d",
    }  # fmt: skip


def test_a_component_gives_one_class() -> None:
    """A response, a body or a parameter under components is written once."""
    state = {"type": "string", "enum": ["open", "shut"]}
    use = {
        "parameters": [{"$ref": "#/components/parameters/State"}],
        "requestBody": {"$ref": "#/components/requestBodies/NewBody"},
        "responses": {
            "200": {"$ref": "#/components/responses/Found"},
            "404": {"$ref": "#/components/responses/404Response"},
        },
    }
    whole = document(
        {"POST /a": use, "POST /b": use},
        parameters={"State": {"name": "s", "in": "query", "schema": state}},
        requestBodies={"NewBody": content(OBJECT)},
        responses={
            "Found": {"description": "It.", **content({**OBJECT, "required": ["id"]})},
            "404Response": {"description": "No.", **content(OBJECT)},
        },
    )
    _, classes, _ = _all_names(source(whole))
    assert {*classes.values()} == {
        "State", "NewBodyRequest", "FoundResponse", "Type404Response",
    }  # fmt: skip


def test_equal_inline_schemas_of_a_resource_are_one_class() -> None:
    links = {"type": "object", "properties": {"next": {"type": "string"}}}
    sort = {"name": "sort", "in": "query", "schema": {"enum": ["name", "age"]}}

    def page(name: str) -> dict[str, Any]:
        schema = {"type": "object", "properties": {name: {"type": "array"}, "links": links}}
        return {"tags": ["Pets"], "parameters": [sort], **success(schema)}

    operations = {
        "GET /pets": page("pets"),
        "GET /pets/owners": page("owners"),
        "GET /shops": {**page("shops"), "tags": ["Shops"]},
    }
    whole = source(document(operations))
    _, classes, _ = _all_names(whole)
    assert {*classes.values()} == {
        "PetsSort", "PetsResponseLinks", "GetPetsResponse", "GetPetsOwnersResponse",
        "GetShopsSort", "GetShopsResponse", "GetShopsResponseLinks",
    }  # fmt: skip
    _, selected, _ = _all_names(whole, operations=("GET /pets",))
    assert {*selected.values()} == {"PetsSort", "PetsResponseLinks", "GetPetsResponse"}


SCHEMES = {
    "Token": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "Login": {"type": "http", "scheme": "bearer"},
}


def test_a_credential_is_named_like_its_scheme() -> None:
    operations: dict[str, Any] = {
        "GET /a": {"security": [{"Token": []}]},
        "GET /b": {"security": [{"Login": []}]},
    }
    kiosk = source(document(operations, securitySchemes=SCHEMES))
    _, _, secrets = _all_names(kiosk)
    assert secrets == {"Token": "token", "Login": "login_token"}
    client = Client(spec="s", package="kiosk", credentials={"Token": "key", "Login": "token"})
    assert _all_names(kiosk, client)[2] == {"Token": "key", "Login": "token"}
    assert _all_names(kiosk, operations=("GET /b",))[2] == {"Login": "login_token"}


def test_two_credentials_of_one_name_are_not_possible() -> None:
    security: list[Any] = [{"Token": []}, {"Login": []}]
    kiosk = source(document({"GET /a": {"security": security}}, securitySchemes=SCHEMES))
    client = Client(spec="s", package="kiosk", credentials={"Token": "a", "Login": "a"})
    with pytest.raises(UsageError, match="'Login' and 'Token' are both named 'a'"):
        _all_names(kiosk, client)


REF = {"$ref": "#/components/schemas/Zone"}


@pytest.mark.parametrize(
    ("branches", "names"),
    [
        # each has what the one before has, and more
        ([{"properties": {"a": {}}}, {"properties": {"a": {}, "b": {}}},
          {"properties": {"a": {}, "b": {}, "c": {}}}], ["AResult", "A", "B", "C"]),
        # only the required members differ
        ([{"properties": {"a": {}, "b": {}}, "required": ["a"]},
          {"properties": {"a": {}, "b": {}}, "required": ["b"]}], ["AResult", "A", "B"]),
        # only a reference differs
        ([{"properties": {"a": {"type": "array", "items": REF}}},
          {"properties": {"a": {"type": "array", "items": {"$ref": "#/components/schemas/Y"}}}}],
         ["AResult", "Y", "Zone"]),
        # only a member of a member differs
        ([{"properties": {"a": {"type": "object", "properties": {"x": {}}}}},
          {"properties": {"a": {"type": "object", "properties": {"y": {}}}}}],
         ["AResult", "AX", "AY"]),
        # only a limit differs
        ([{"properties": {"a": {"type": "string", "maxLength": 5}}},
          {"properties": {"a": {"type": "string", "maxLength": 9}}}],
         ["AResult", "AMaxLength5", "AMaxLength9"]),
    ],
)  # fmt: skip
def test_branches_are_named_by_what_tells_them_apart(branches: list[Any], names: list[str]) -> None:
    result = {"oneOf": [{"type": "object", **branch} for branch in branches]}
    whole = document(
        {"GET /a": success({"$ref": "#/components/schemas/AResult"})},
        schemas={"AResult": result, "Zone": OBJECT, "Y": {**OBJECT, "required": ["id"]}},
    )
    _, classes, _ = _all_names(source(whole))
    found = {name for name in classes.values() if name.startswith("AResult")}
    assert {names[0], *(f"AResult{one}" for one in names[1:])} <= found
    assert not any(ordinal in name for name in found for ordinal in ("First", "Second", "Third"))


ALONE = ("models_alone", "webhooks_alone", "discriminator_values")
"""The cases without operations, and one with a reference that a slice refuses."""


@pytest.mark.slow
@pytest.mark.parametrize("topic", [one for one in topics(CASES) if one not in ALONE])
def test_slices_selections_and_another_order_rename_nothing(topic: str) -> None:
    path = spec_of(CASES / topic)
    whole = load(path)
    every = _all_names(whole)
    client = Client(spec=path.name, package="kiosk")
    rnd = random.Random(7)
    places = [*every[0]]
    for size in (1, 1, 2, 4):
        chosen = tuple(rnd.sample(places, min(size, len(places))))
        part = parse(slice_document(whole, chosen).text().encode(), path=path, name="slice")
        pins = pins_that_keep([whole], part, client)
        for found in (
            _all_names(part, with_changes(client, pins)),
            _all_names(whole, None, chosen),
        ):
            for kind, names in zip(found, every, strict=True):
                assert {key: names.get(key, one) for key, one in kind.items()} == kind
    if topic != "several_files":
        text = json.dumps(shuffled(json.loads(json.dumps(whole.root)), rnd))
        again = parse(text.encode(), path=path, name="shuffled")
        assert _all_names(again) == every
