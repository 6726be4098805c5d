"""``speclock add`` and ``remove``, and operations in use that upstream removed or renamed."""

from __future__ import annotations

import json

import pytest
import yaml

from generator.project.settings_file import find_settings_file, read_settings
from tests.project.services.update.conftest import SLICE, UPSTREAM, Shop

pytestmark = pytest.mark.slow


def operations(project: Shop) -> tuple[str, ...]:
    return read_settings(project.root / "pyproject.toml").clients[0].operations


def described(project: Shop) -> list[str]:
    paths = yaml.safe_load(project.described)["paths"]
    return [f"{method} {path}" for path, item in paths.items() for method in item]


def calls(project: Shop) -> list[str]:
    folder = project.root / "generated" / "shop" / "resources"
    return sorted(path.stem for path in folder.glob("[a-z]*.py"))


def test_add_and_remove(project: Shop) -> None:
    project.update()
    said = project.does("add", "people/list", "POST /pets", "--yes").out
    assert "added to shop: pets/make, people/list" in said
    assert operations(project) == ("pets/list", "people/list", "POST /pets")
    assert described(project) == ["get /pets", "post /pets", "get /people"]
    assert calls(project) == ["people", "pets"]
    requests = len(project.server.requests)
    assert "removed from shop: people/list" in project.does("remove", "people/list", "--yes").out
    assert operations(project) == ("pets/list", "POST /pets")
    assert described(project) == ["get /pets", "post /pets"]
    assert calls(project) == ["pets"]
    assert len(project.server.requests) == requests, "upstream isn't needed"
    project.does("drift")
    project.does("remove", "pets/list", "--yes")
    assert "Pets" not in project.described, "what only it used"
    assert "these are all operations of shop" in project.refuses("remove", "pets/make", "--yes")


def test_what_the_settings_already_name_is_taken(project: Shop) -> None:
    """Somebody adds an operation to the settings by hand, and generates."""
    project.update()
    project.settings(upstream=project.server.url(), operations=["pets/list", "people/list"])
    for command in ("generate", "check", "drift"):
        error = project.refuses(command)
        assert "no operation 'people/list' in spec/shop.yaml" in error
        assert "It is a slice of http://127.0.0.1:" in error
        assert "To take the operation from upstream: speclock update shop" in error
    project.does("update", "shop", "--yes")
    assert calls(project) == ["people", "pets"]
    project.does("drift")
    assert "no operation 'pets/mak' in spec/shop.yaml" in project.refuses("show", "pets/mak")


def test_an_unknown_operation(project: Shop) -> None:
    project.update()
    error = project.refuses("add", "people/lst", "--yes")
    assert f"no operation 'people/lst' in {project.server.url()}" in error
    assert "Did you mean 'people/list'" in error
    assert "no operation 'people/list' in the client shop" in project.refuses(
        "remove", "people/list", "--yes"
    )


def test_groups_of_operations(project: Shop) -> None:
    project.settings(upstream=project.server.url(), operations=["/pets", "!method:post"])
    project.update()
    assert described(project) == ["get /pets"]
    project.does("add", "/people", "--yes")
    assert operations(project) == ("/pets", "!method:post", "/people")
    project.does("generate")
    project.does("remove", "GET /people", "--yes")
    assert operations(project) == ("/pets", "!method:post")
    assert described(project) == ["get /pets"]


def test_without_operations_in_the_settings_the_description_lists_them(project: Shop) -> None:
    project.settings(upstream=project.server.url())
    project.update()
    text = project.read("pyproject.toml")
    lines = [line for line in text.splitlines(True) if "operations" not in line]
    (project.root / "pyproject.toml").write_text("".join(lines))
    project.publish(UPSTREAM.replace("1.0.0", "2.0.0"))
    project.update()
    assert described(project) == ["get /pets"]
    project.does("add", "people/list", "--yes")
    assert described(project) == ["get /pets", "get /people"]
    project.does("remove", "pets/list", "--yes")
    assert described(project) == ["get /people"]
    path = find_settings_file(project.root)
    assert path is not None and read_settings(path).clients[0].operations == ()


def test_an_operation_that_upstream_renamed(project: Shop) -> None:
    project.update()
    project.publish(UPSTREAM.replace("pets/list", "pets/all"))
    error = project.update(code=2).err
    assert "has no operation 'pets/list'. 'GET /pets' is 'pets/all' there." in error
    assert 'In [tool.speclock.clients.shop], change "pets/list" in `operations` to "pets/' in error
    command = error[error.index("speclock update") :].split()[1:]
    assert command == ["update", "shop", "--keep-names"]
    project.does(*command, "--yes")
    assert "def list(" in project.read("generated/shop/resources/pets.py")


MEDIA = """\
openapi: 3.0.3
info: {title: Media, version: "1"}
servers: [{url: https://media.example}]
paths:
  /2/media: {post: {operationId: createMediaV2, responses: {"204": {description: None}}}}
  /media: {post: {operationId: createMedia, deprecated: true, responses: {"204": {description: None}}}}
  /users: {get: {operationId: users, responses: {"204": {description: None}}}}
"""  # noqa: E501


@pytest.mark.parametrize("clients", [1, 2])
def test_an_operation_that_upstream_removed(clients: int, project: Shop) -> None:
    """One with a similar name isn't proposed; the printed command works as it is."""
    keys = {"operations": ["createMediaV2", "users"], "upstream": project.server.url()}
    others = {"other": {"upstream": "", "spec": "spec/other.yaml"}} if clients > 1 else {}
    project.settings(shop=keys, **others)
    project.publish(MEDIA)
    project.update("shop")
    lines = MEDIA.splitlines(keepends=True)
    project.publish("".join(line for line in lines if "createMediaV2" not in line))
    error = project.update("shop", code=2).err.rstrip("\n")
    assert "has no operation 'createMediaV2'. To go on without it, run this, then" in error
    assert '"createMedia"' not in error and "?" not in error
    command = error[error.index("speclock remove") :].split()[1:]
    assert command == ["remove", "createMediaV2", *(["--client", "shop"] if clients > 1 else [])]
    project.does(*command, "--yes")
    assert "up to date" in project.update("shop").out + project.update("shop").out


def test_the_successor_of_an_operation_is_a_question(project: Shop) -> None:
    project.settings(operations=["createMediaV2"], upstream=project.server.url())
    project.publish(MEDIA)
    project.update()
    project.publish(MEDIA.replace("/2/media", "/3/media").replace("createMediaV2", "makeMedia"))
    error = project.update(code=2).err
    assert 'Is "makeMedia", the same path in another version, its successor? Then write' in error
    project.settings(operations=["makeMedia"], upstream=project.server.url())
    project.update()
    assert project.calls() == {"makeMedia": "make_media"}


def test_a_selector_that_never_matched(project: Shop) -> None:
    project.settings(operations=["pets/lists"], upstream=project.server.url())
    error = project.update(code=2).err
    assert "has no operation 'pets/lists'. Did you mean \"pets/list\"? Then write that for" in error


def test_one_that_is_taken_by_a_group_goes_with_it(project: Shop) -> None:
    project.settings(upstream=project.server.url(), operations=["/pets"])
    project.update()
    assert described(project) == ["get /pets", "post /pets"]
    start, end = UPSTREAM.index("    post:"), UPSTREAM.index("  /people:")
    project.publish(UPSTREAM[:start] + UPSTREAM[end:])
    assert "breaking" in project.update().out
    assert described(project) == ["get /pets"]


def test_a_description_in_use_is_not_overwritten_by_slice(project: Shop) -> None:
    project.update()
    before = project.files()
    upstream = project.root / "upstream.yaml"
    upstream.write_text(UPSTREAM)
    slicing = ["slice", "upstream.yaml", "--operation", "people/list", "-o", "spec/shop.yaml"]
    error = project.refuses(*slicing)
    assert "spec/shop.yaml is the description of the client shop" in error
    assert "speclock add OPERATION" in error and "--force" in error
    upstream.unlink()
    assert project.files() == before
    upstream.write_text(UPSTREAM)
    project.does(*slicing, "--force")
    assert described(project) == ["get /people"]


OWN = """\
  /mine:
    get:
      operationId: mine/get
      responses: {'204': {description: None}}
"""


@pytest.mark.parametrize("named", [True, False])
def test_an_operation_of_ones_own_description_that_upstream_lacks(
    named: bool, project: Shop
) -> None:
    """It is never removed; a named one stops the update until the allow-list accepts that."""
    names = {"operations": ["pets/list", "mine/get"] if named else ["*"]}
    project.settings(upstream=project.server.url(), **names)
    project.describe_by_hand(SLICE.replace("components:", OWN + "components:"))
    said = project.update(code=2 if named else 0)
    if named:
        assert "has no operation 'mine/get'" in said.err
    else:
        assert (
            "GET /mine was removed (remove the operation by hand, or allow the change)" in said.out
        )
    allow(project)
    project.publish(UPSTREAM.replace("type: string", "type: integer"))
    project.update()
    assert "get /mine" in described(project)
    assert "type: integer" in project.described
    project.does("drift")


def test_the_pin_of_a_removed_operation_is_removed(project: Shop) -> None:
    names = {"operations": ["pets/list", "people/list"]}
    project.settings(upstream=project.server.url(), **names)
    path = project.root / "pyproject.toml"
    path.write_text(
        path.read_text() + 'calls = { "people/list" = "people.all", "pets/list" = "pets.all" }\n'
    )
    project.update()
    project.does("remove", "people/list", "--yes")
    assert read_settings(path).clients[0].calls == {"pets/list": "pets.all"}
    project.does("check")


def test_the_python_api_of_added_operations(project: Shop) -> None:
    """An operation may bring a credential, so that the constructor changes."""
    secured = UPSTREAM.replace(
        "      operationId: people/list\n",
        "      operationId: people/list\n      security: [{key: []}]\n",
    ).replace(
        "components:\n",
        "components:\n  securitySchemes: {key: {type: apiKey, in: header, name: x-key}}\n",
    )
    project.publish(secured)
    project.update()
    said = project.does("add", "people/list", "--yes").out
    assert "needs no new version" not in said
    assert "Python API of shop: " in said and " version\n" in said
    said = project.does("remove", "people/list", "--yes", "--format", "markdown").out
    assert "### Python API of shop: " in said and "needs a new major version" in said
    assert "removed   people" in said, said


def test_a_renamed_operation_of_ones_own_description(project: Shop) -> None:
    """The remedy as printed works: the edit of the settings, then the update."""
    project.describe_by_hand("# Mine.\n" + SLICE.replace("description: OK", "description: Mine"))
    project.publish(UPSTREAM.replace("pets/list", "pets/all").replace("string", "integer"))
    error = project.update(code=2).err
    assert 'change "pets/list" in `operations` to "pets/all"' in error
    project.settings(upstream=project.server.url(), operations=["pets/all"])
    project.update()
    text = project.described
    assert "operationId: pets/all" in text and "description: Mine" in text and "# Mine." in text
    assert "def all" in project.read("generated/shop/resources/pets.py")
    project.update()
    assert "type: integer" in project.described
    project.does("drift")


def allow(project: Shop) -> None:
    out = project.does("drift", "--format", "json", "--fail-on", "never").out
    changes = json.loads(out[out.index("{") :])["changes"]
    (change,) = (one for one in changes if one["wire"] == "breaking")
    texts = f'fingerprint = "{change["fingerprint"]}"\nchange = "a"\nreason = "b"\nowner = "c"\n'
    project.write("spec/shop.allowed.toml", f"[[allowed]]\n{texts}expires = 2999-01-01\n")


def test_an_allowed_change_is_taken_into_a_pulled_description(project: Shop) -> None:
    project.update()
    project.publish(UPSTREAM.replace("type: string", "type: integer"))
    allow(project)
    said = project.update().out
    assert "spec/shop.allowed.toml:1:1: the change that it allows is taken in now" in said


def test_drift_of_an_edited_or_unfinished_description(project: Shop) -> None:
    project.update()
    project.describe_by_hand(SLICE.replace("type: string", "type: integer"))
    said = project.run("drift").out
    assert "spec/shop.yaml was edited by hand since it was pulled" in said
    lock = project.spec.with_name("speclock.lock")
    data = json.loads(lock.read_text())
    data["descriptions"]["shop.yaml"]["unfinished_sha256"] = "0" * 64
    lock.write_text(json.dumps(data))
    said = project.run("drift").out
    assert "An update was interrupted. Finish it: `speclock update shop`" in said
    said = project.run("check", code=1).err
    assert said.count("speclock update shop") == 1 and "To fix:" not in said


def test_markdown_has_a_limit(project: Shop) -> None:
    """Also with many changes that are left to the user, and long names."""
    members = "".join(f"        m{n}_{'x' * 200}: {{type: string}}\n" for n in range(400))
    many = UPSTREAM.replace("        id:\n          type: string\n", members)
    project.describe_by_hand(many.replace("description: OK", "description: Mine"))
    project.publish(many.replace("{type: string}", "{type: string, nullable: true}"))
    shown = project.update("--dry-run", "--format", "markdown", code=1, yes=False).out
    assert 40_000 < len(shown) <= 60_000
    assert "### Left to you" in shown and "not shown here" in shown


HOOKS = """\
webhooks:
  pet.sold:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Sale'}}}}
      responses: {'204': {description: Seen}}
  pet.lost:
    post:
      responses: {'204': {description: Seen}}
"""
SALE = "    Sale:\n      type: object\n      properties:\n        id: {type: string}\n"


def hooks(project: Shop) -> list[str]:
    return [*yaml.safe_load(project.described).get("webhooks", ())]


def test_webhooks_are_added_updated_and_removed(project: Shop) -> None:
    upstream = UPSTREAM.replace("3.0.3", "3.1.0").replace("components:\n", f"{HOOKS}components:\n")
    project.publish(upstream + SALE)
    project.update()
    assert hooks(project) == []
    assert "added to shop: webhook pet.sold" in project.does("add", "webhook pet.sold", "--yes").out
    assert operations(project) == ("pets/list", "webhook pet.sold")
    assert hooks(project) == ["pet.sold"]
    models = project.root / "generated" / "shop" / "models.py"
    assert "class Sale" in models.read_text()
    assert "nothing changed for pets/list and webhook pet.sold" in project.does("drift").out

    project.publish(upstream + SALE + "        price: {type: integer}\n")
    assert "response/schema/property/added" in project.does("drift").out
    project.update()
    assert "price: Opt[int]" in models.read_text()

    project.publish(upstream.replace("pet.sold", "pet.given") + SALE)
    assert "incoming/webhook/removed" in project.run("drift", code=1).out
    assert "no operation 'webhook pet.sold'" in project.refuses("update", "--yes")
    project.does("remove", "webhook pet.sold", "--yes")
    assert (hooks(project), operations(project)) == ([], ("pets/list",))


def test_an_own_description_gets_webhooks(project: Shop) -> None:
    upstream = UPSTREAM.replace("3.0.3", "3.1.0").replace("components:\n", f"{HOOKS}components:\n")
    project.publish(upstream + SALE)
    project.describe_by_hand(SLICE.replace("3.0.3", "3.1.0"))
    project.does("generate")
    project.does("add", "webhook pet.sold", "--yes")
    assert hooks(project) == ["pet.sold"]
    assert "Sale" in project.described
