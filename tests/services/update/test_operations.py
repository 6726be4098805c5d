"""``speclock add`` and ``remove``, and operations in use that upstream removed or renamed."""

from __future__ import annotations

import json

import pytest
import yaml

from generator.cli import main
from generator.config import find, load
from tests.services.update.project import SLICE, UPSTREAM, Project
from tests.support.command import without_layout

pytestmark = pytest.mark.slow


def run(*arguments: str) -> int:
    with without_layout():
        return main([*arguments])


def operations(project: Project) -> tuple[str, ...]:
    return load(project.folder / "pyproject.toml").clients[0].operations


def described(project: Project) -> list[str]:
    paths = yaml.safe_load(project.spec.read_text())["paths"]
    return [f"{method} {path}" for path, item in paths.items() for method in item]


def calls(project: Project) -> list[str]:
    folder = project.folder / "generated" / "shop" / "resources"
    return sorted(path.stem for path in folder.glob("[a-z]*.py"))


def test_add_and_remove(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.update()
    assert run("add", "people/list", "POST /pets", "--yes") == 0
    said = capsys.readouterr().out
    assert "added to shop: pets/make, people/list" in said
    assert operations(project) == ("pets/list", "people/list", "POST /pets")
    assert described(project) == ["get /pets", "post /pets", "get /people"]
    assert calls(project) == ["people", "pets"]
    requests = len(project.server.requests)
    assert run("remove", "people/list", "--yes") == 0
    assert "removed from shop: people/list" in capsys.readouterr().out
    assert operations(project) == ("pets/list", "POST /pets")
    assert described(project) == ["get /pets", "post /pets"]
    assert calls(project) == ["pets"]
    assert len(project.server.requests) == requests, "upstream isn't needed"
    assert run("drift") == 0
    assert run("remove", "pets/list", "--yes") == 0
    assert "Pets" not in project.spec.read_text(), "what only it used"
    assert run("remove", "pets/make", "--yes") == 2
    assert "these are all operations of shop" in capsys.readouterr().err


def test_what_the_settings_already_name_is_taken(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody adds an operation to the settings by hand, and generates."""
    project.update()
    project.settings(upstream=project.server.url(), operations=["pets/list", "people/list"])
    capsys.readouterr()
    for command in ("generate", "check", "drift"):
        assert run(command) == 2
        error = capsys.readouterr().err
        assert "no operation 'people/list' in spec/shop.yaml" in error
        assert "It is a slice of http://127.0.0.1:" in error
        assert "To take the operation from upstream: speclock update shop" in error
    assert run("update", "shop", "--yes") == 0
    assert calls(project) == ["people", "pets"]
    assert run("drift") == 0
    assert run("show", "pets/mak") == 2
    assert "no operation 'pets/mak' in spec/shop.yaml" in capsys.readouterr().err


def test_an_unknown_operation(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.update()
    before = project.files()
    assert run("add", "people/lst", "--yes") == 2
    error = capsys.readouterr().err
    assert f"no operation 'people/lst' in {project.server.url()}" in error
    assert "Did you mean 'people/list'" in error
    assert run("remove", "people/list", "--yes") == 2
    assert "no operation 'people/list' in the client shop" in capsys.readouterr().err
    assert project.files() == before


def test_groups_of_operations(project: Project) -> None:
    project.settings(upstream=project.server.url(), operations=["/pets", "!method:post"])
    project.update()
    assert described(project) == ["get /pets"]
    assert run("add", "/people", "--yes") == 0
    assert operations(project) == ("/pets", "!method:post", "/people")
    assert run("generate") == 0
    assert run("remove", "GET /people", "--yes") == 0
    assert operations(project) == ("pets/list",)
    assert described(project) == ["get /pets"]


def test_without_operations_in_the_settings_the_description_lists_them(project: Project) -> None:
    project.settings(upstream=project.server.url())
    project.update()
    text = (project.folder / "pyproject.toml").read_text()
    lines = [line for line in text.splitlines(True) if "operations" not in line]
    (project.folder / "pyproject.toml").write_text("".join(lines))
    project.publish(UPSTREAM.replace("1.0.0", "2.0.0"))
    project.update()
    assert described(project) == ["get /pets"]
    assert run("add", "people/list", "--yes") == 0
    assert described(project) == ["get /pets", "get /people"]
    assert run("remove", "pets/list", "--yes") == 0
    assert described(project) == ["get /people"]
    path = find(project.folder)
    assert path is not None and load(path).clients[0].operations == ()


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("pets/list", "pets/all", "'GET /pets' is 'pets/all' there."),
        ("get:\n      operationId: pets/list", "put:\n      operationId: pets/lists", "pets/lists"),
    ],
)
def test_an_operation_that_upstream_renamed_or_removed(
    old: str, new: str, near: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.update()
    assert old in UPSTREAM
    project.publish(UPSTREAM.replace(old, new))
    before = project.files()
    project.update(code=2)
    error = capsys.readouterr().err
    assert "has no operation 'pets/list'" in error
    assert near in error
    assert 'In [tool.speclock.clients.shop], change "pets/list" in `operations` to "pets/' in error
    assert project.files() == before


def test_one_that_is_taken_by_a_group_goes_with_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.settings(upstream=project.server.url(), operations=["/pets"])
    project.update()
    assert described(project) == ["get /pets", "post /pets"]
    start, end = UPSTREAM.index("    post:"), UPSTREAM.index("  /people:")
    project.publish(UPSTREAM[:start] + UPSTREAM[end:])
    project.update()
    assert "breaking" in capsys.readouterr().out
    assert described(project) == ["get /pets"]


def test_a_description_in_use_is_not_overwritten_by_slice(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.update()
    before = project.files()
    upstream = project.folder / "upstream.yaml"
    upstream.write_text(UPSTREAM)
    slicing = ["slice", "upstream.yaml", "--operation", "people/list", "-o", "spec/shop.yaml"]
    assert run(*slicing) == 2
    error = capsys.readouterr().err
    assert "spec/shop.yaml is the description of the client shop" in error
    assert "speclock add OPERATION" in error and "--force" in error
    upstream.unlink()
    assert project.files() == before
    upstream.write_text(UPSTREAM)
    assert run(*slicing, "--force") == 0
    assert described(project) == ["get /people"]


@pytest.mark.parametrize("words", [["pull"], ["drift", "--write"]])
def test_old_spellings_name_the_new_one(
    words: list[str], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "speclock update" in capsys.readouterr().err
    assert project.files().keys() == {"pyproject.toml"}


def test_only_exclusions(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.settings(upstream=project.server.url(), operations=["!method:post"])
    project.update()
    assert described(project) == ["get /pets", "get /people"]
    capsys.readouterr()
    project.publish(UPSTREAM.replace("description: OK", "description: Fine"))
    project.update()
    said = capsys.readouterr().out
    assert "Documentation: 1 change" in said and "added to" not in said
    assert described(project) == ["get /pets", "get /people"]


OWN = """\
  /mine:
    get:
      operationId: mine/get
      responses: {'204': {description: None}}
"""


@pytest.mark.parametrize("named", [True, False])
def test_an_operation_of_ones_own_description_that_upstream_lacks(
    named: bool, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is never removed; a named one stops the update until the allow-list accepts that."""
    names = {"operations": ["pets/list", "mine/get"] if named else ["*"]}
    project.settings(upstream=project.server.url(), **names)
    project.spec.parent.mkdir()
    project.spec.write_text(SLICE.replace("components:", OWN + "components:"))
    project.update(code=2 if named else 0)
    said = capsys.readouterr()
    if named:
        assert "has no operation 'mine/get'" in said.err
    else:
        assert (
            "GET /mine was removed (remove the operation by hand, or allow the change)" in said.out
        )
    assert main(["drift", "--format", "json", "--fail-on", "never"]) == 0
    (change,) = [
        c for c in json.loads(capsys.readouterr().out)["changes"] if c["wire"] == "breaking"
    ]
    project.spec.with_name("shop.allowed.toml").write_text(
        f"""[[allowed]]
fingerprint = "{change["fingerprint"]}"
change = "mine"
reason = "Upstream doesn't describe it."
owner = "me"
expires = 2999-01-01
"""
    )
    project.publish(UPSTREAM.replace("type: string", "type: integer"))
    project.update()
    assert "get /mine" in described(project)
    assert "type: integer" in project.spec.read_text()
    assert run("drift") == 0


def test_the_pin_of_a_removed_operation_is_removed(project: Project) -> None:
    names = {"operations": ["pets/list", "people/list"]}
    project.settings(upstream=project.server.url(), **names)
    path = project.folder / "pyproject.toml"
    path.write_text(
        path.read_text() + 'calls = { "people/list" = "people.all", "pets/list" = "pets.all" }\n'
    )
    project.update()
    assert run("remove", "people/list", "--yes") == 0
    assert load(path).clients[0].calls == {"pets/list": "pets.all"}
    assert run("check") == 0


def test_the_python_api_of_added_operations(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
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
    capsys.readouterr()
    assert run("add", "people/list", "--yes") == 0
    said = capsys.readouterr().out
    assert "needs no new version" not in said
    assert "Python API of shop: " in said and " version\n" in said
    assert run("remove", "people/list", "--yes", "--format", "markdown") == 0
    said = capsys.readouterr().out
    assert "### Python API of shop: " in said and "needs a new major version" in said
    assert "removed   people" in said, said


def test_a_renamed_operation_of_ones_own_description(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """The remedy as printed works: the edit of the settings, then the update."""
    project.spec.parent.mkdir()
    project.spec.write_text("# Mine.\n" + SLICE.replace("description: OK", "description: Mine"))
    project.publish(UPSTREAM.replace("pets/list", "pets/all").replace("string", "integer"))
    project.update(code=2)
    error = capsys.readouterr().err
    assert 'change "pets/list" in `operations` to "pets/all"' in error
    project.settings(upstream=project.server.url(), operations=["pets/all"])
    project.update()
    text = project.spec.read_text()
    assert "operationId: pets/all" in text and "description: Mine" in text and "# Mine." in text
    assert "def all" in (project.folder / "generated/shop/resources/pets.py").read_text()
    project.update()
    assert "type: integer" in project.spec.read_text()
    assert run("drift") == 0


def test_an_allowed_change_is_taken_into_a_pulled_description(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.update()
    project.publish(UPSTREAM.replace("type: string", "type: integer"))
    assert main(["drift", "--format", "json", "--fail-on", "never"]) == 0
    out = capsys.readouterr().out
    (change,) = json.loads(out[out.index("{") :])["changes"]
    allowed = f'fingerprint = "{change["fingerprint"]}"\nchange = "a"\nreason = "b"\nowner = "c"\n'
    entry = f"[[allowed]]\n{allowed}expires = 2999-01-01\n"
    project.spec.with_name("shop.allowed.toml").write_text(entry)
    project.update()
    said = capsys.readouterr().out
    assert "spec/shop.allowed.toml:1:1: the change that it allows is taken in now" in said


def test_drift_of_an_edited_or_unfinished_description(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.update()
    project.spec.write_text(SLICE.replace("type: string", "type: integer"))
    run("drift")
    said = capsys.readouterr().out
    assert "spec/shop.yaml was edited by hand since it was pulled" in said
    lock = project.spec.with_name("speclock.lock")
    data = json.loads(lock.read_text())
    data["shop.yaml"]["unfinished_sha256"] = "0" * 64
    lock.write_text(json.dumps(data))
    run("drift")
    assert "An update was interrupted. Finish it: `speclock update shop`" in capsys.readouterr().out
    assert run("check") == 1
    said = capsys.readouterr().err
    assert said.count("speclock update shop") == 1 and "To fix:" not in said


def test_markdown_has_a_limit(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Also with many changes that are left to the user, and long names."""
    project.spec.parent.mkdir()
    members = "".join(f"        m{n}_{'x' * 200}: {{type: string}}\n" for n in range(400))
    many = UPSTREAM.replace("        id:\n          type: string\n", members)
    project.spec.write_text(many.replace("description: OK", "description: Mine"))
    project.publish(many.replace("{type: string}", "{type: string, nullable: true}"))
    project.update("--dry-run", "--format", "markdown", code=1, yes=False)
    shown = capsys.readouterr().out
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


def hooks(project: Project) -> list[str]:
    return [*yaml.safe_load(project.spec.read_text()).get("webhooks", ())]


def test_webhooks_are_added_updated_and_removed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    upstream = UPSTREAM.replace("3.0.3", "3.1.0").replace("components:\n", f"{HOOKS}components:\n")
    project.publish(upstream + SALE)
    project.update()
    assert hooks(project) == []
    assert run("add", "webhook pet.sold", "--yes") == 0
    assert "added to shop: webhook pet.sold" in capsys.readouterr().out
    assert operations(project) == ("pets/list", "webhook pet.sold")
    assert hooks(project) == ["pet.sold"]
    models = project.folder / "generated" / "shop" / "models.py"
    assert "class Sale" in models.read_text()
    assert run("drift") == 0

    project.publish(upstream + SALE + "        price: {type: integer}\n")
    assert run("drift") == 0
    out = capsys.readouterr().out
    assert "nothing changed for pets/list and webhook pet.sold" in out
    assert "response/schema/property/added" in out
    project.update()
    assert "price: int | None" in models.read_text()

    project.publish(upstream.replace("pet.sold", "pet.given") + SALE)
    assert run("drift") == 1
    assert "incoming/webhook/removed" in capsys.readouterr().out
    assert run("update", "--yes") == 2
    assert "no operation 'webhook pet.sold'" in capsys.readouterr().err
    assert run("remove", "webhook pet.sold", "--yes") == 0
    assert (hooks(project), operations(project)) == ([], ("pets/list",))


def test_an_own_description_gets_webhooks(project: Project) -> None:
    upstream = UPSTREAM.replace("3.0.3", "3.1.0").replace("components:\n", f"{HOOKS}components:\n")
    project.publish(upstream + SALE)
    project.spec.parent.mkdir()
    project.spec.write_text(SLICE.replace("3.0.3", "3.1.0"))
    assert run("generate") == 0
    assert run("add", "webhook pet.sold", "--yes") == 0
    assert hooks(project) == ["pet.sold"]
    assert "Sale" in project.spec.read_text()
