"""``speclock update``: clients that are refused, allowed removals, and names that change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.project.services.update.conftest import UPSTREAM, Shop
from tests.support.project import git, make_project
from tests.support.sockets import Server, answer

ALLOWED = """\
[[allowed]]
fingerprint = "{}"
change = "The id is gone."
reason = "Nobody reads it."
owner = "we"
expires = 2999-12-31
"""


@pytest.fixture
def shop(server: Server, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path / "project")


def of_three(shop: Shop) -> None:
    """Three clients with descriptions of their own are up to date."""
    clients = {
        name: {"spec": f"spec/{name}.yaml", "upstream": shop.server.url(f"/{name}.yaml")}
        for name in ("first", "second", "third")
    }
    for name in clients:
        shop.server.answers[f"/{name}.yaml"] = answer(UPSTREAM.encode())
    shop.settings(**clients)
    shop.update()


def allow_a_removal(shop: Shop) -> None:
    """Upstream has no id any more, and the allow-list accepts that."""
    shop.update()
    shop.publish(UPSTREAM.replace("        id:\n", "        sku:\n"))
    changes = json.loads(shop.run("drift", "--format", "json").out)["changes"]
    entries = "".join(ALLOWED.format(one["fingerprint"]) for one in changes)
    shop.write("spec/shop.allowed.toml", entries)


def commit(shop: Shop) -> None:
    git(shop.root, "init", "--quiet")
    git(shop.root, "add", "--all")
    git(shop.root, "commit", "--quiet", "--message", "Work")


@pytest.mark.parametrize("line_format", ["text", "markdown"])
def test_an_allowed_removal_that_is_written_counts_in_python(shop: Shop, line_format: str) -> None:
    allow_a_removal(shop)
    drift = shop.does("drift", "--fail-on", "python").out
    assert "Accepted, and not counted:" in drift and "needs no new version" in drift
    said = shop.update("--format", line_format).out
    assert "Accepted, and counted in Python alone:" in said
    assert "The client needs a new major version: code that uses it may have to change." in said
    name, breaks = ("Pet.id", "breaks code")
    if line_format == "markdown":
        name, breaks = f"`{name}`", f"**{breaks}**"
    assert f"{name} ({breaks}" in said
    assert "sku: " in shop.read("generated/shop/models.py")


def test_a_refused_client_stops_no_other(shop: Shop) -> None:
    of_three(shop)
    shop.server.answers["/second.yaml"] = answer(b"no description")
    for name in ("first", "third"):
        text = UPSTREAM.replace("        id:", "        name: {type: string}\n        id:")
        shop.server.answers[f"/{name}.yaml"] = answer(text.encode())
    drift = shop.run("drift", "--fail-on", "safe", code=2)
    assert drift.out.count("safe: ") == 2
    assert "1 refused.\n" in drift.err
    said = shop.run("update", "--yes", code=2)
    assert "1 refused; nothing was written for second.\n" in said.err
    assert said.out.count("Written: ") == 2
    for name in ("first", "third"):
        assert "name:" in shop.read(f"generated/{name}/models.py")
    del shop.server.answers["/first.yaml"]
    assert shop.run("drift", code=3).out.count("nothing changed") == 1


def test_a_refused_description_stops_no_other_client(shop: Shop) -> None:
    of_three(shop)
    for name in ("first", "third"):
        path = shop.root / f"spec/{name}.yaml"
        path.write_text(path.read_text().replace("        id:", "        ean:"))
    (shop.root / "spec/second.yaml").write_text("openapi: 3.0.3\n")
    checked = shop.run("check", "--full", code=2)
    assert "changed: generated/third/models.py" in checked.err
    shop.run("generate", code=2)
    for name in ("first", "third"):
        assert "ean:" in shop.read(f"generated/{name}/models.py")
    assert shop.run("check", code=2).out.count("up to date") == 2


def test_clients_of_one_description_stay_together(shop: Shop) -> None:
    upstream = shop.server.url()
    shop.settings(one={"upstream": upstream}, two={"operations": ["people/list"]})
    shop.update()
    before = shop.files()
    shop.publish(UPSTREAM.replace("people/list", "persons/list").replace("1.0.0", "1.1.0"))
    assert "error: one and two: " not in shop.run("update", "--yes", code=2).err
    assert shop.files() == before


def test_a_refused_copy_stops_no_other(shop: Shop) -> None:
    shop.update()
    for name in ("a", "b"):
        shop.does("vendor", f"copies/{name}")
    (shop.root / "generated/shop/speclock.json").write_text("{}")
    said = shop.run("verify", "copies/a", "generated/shop", "copies/b", code=2)
    assert said.err.count("unknown: ") == 3
    listed = json.loads(shop.run("verify", "--json", "copies/a", "copies/b", code=2).out)
    assert [one["state"] for one in listed] == ["unknown", "unknown"]


RENAMED = (
    UPSTREAM.replace("pets/list", "animals/all")
    .replace("Pet:", "Animal:")
    .replace("schemas/Pet'", "schemas/Animal'")
)
LINES = ['calls."GET /pets" = "pets.list"', 'names."Animal" = "Pet"']


def test_drift_prints_the_pins_of_names_that_change(shop: Shop) -> None:
    shop.settings(operations=["/pets"], upstream=shop.server.url())
    shop.update()
    shop.publish(RENAMED)
    said = shop.run("drift", "--fail-on", "python", code=1).out
    assert all(f"      to keep it: {line}\n" in said for line in LINES)
    assert "`speclock update shop --keep-names`" in said
    markdown = shop.does("drift", "--format", "markdown").out
    assert all(f"to keep it: `{line}`\n" in markdown for line in LINES)
    report = json.loads(shop.does("drift", "--format", "json").out)
    pins = [one["pin"] for change in report["changes"] for one in change["signatures"]]
    assert {*filter(None, pins)} == {*LINES}
    assert all(
        line in shop.does("drift", "--format", "html").out.replace("&#34;", '"') for line in LINES
    )
    assert "with `--keep-names`" in shop.does("explain", "api/operation/id/changed").out


def test_the_printed_pins_work(shop: Shop) -> None:
    shop.settings(operations=["/pets"], upstream=shop.server.url())
    shop.update()
    shop.publish(RENAMED)
    said = shop.update("--dry-run", yes=False, code=1).out
    assert all(line in said for line in LINES)
    shop.write("pyproject.toml", "\n".join([shop.read("pyproject.toml"), *LINES, ""]))
    assert "needs a new patch version" in shop.update().out


@pytest.mark.parametrize("selector", ["/pets", "pets/list"])
def test_the_names_in_python_are_kept(shop: Shop, selector: str) -> None:
    shop.settings(operations=[selector], upstream=shop.server.url())
    shop.update()
    before = shop.files()
    shop.publish(RENAMED)
    if selector != "/pets":
        assert "speclock update shop --keep-names" in shop.update(code=2).err
    said = shop.update("--keep-names").out
    assert "needs a new patch version" in said and "breaks code" not in said
    assert "GET /pets keeps its name pets.list" in said
    assert "pets.list" not in shop.read("pyproject.toml")
    pins = json.loads(shop.read("spec/speclock.lock"))["clients"]["shop"]
    assert pins == {"calls": {"GET /pets": "pets.list"}, "names": {"Animal": "Pet"}}
    after = shop.files()
    for name in ("models.py", "resources/pets.py", "testing.py"):
        assert after[f"generated/shop/{name}"] == before[f"generated/shop/{name}"], name
    assert "animals/all" in shop.described
    shop.does("check", "--full")
    assert "up to date" in shop.update().out


def test_pins_follow_an_operation_and_a_schema_with_a_new_id(shop: Shop) -> None:
    pins = [
        'calls."pets/list" = "zoo.all"',
        'accept."pets/list" = "application/json"',
        'names.Pet = "Beast"',
    ]
    shop.settings(operations=["/pets"], upstream=shop.server.url())
    shop.write("pyproject.toml", "\n".join([shop.read("pyproject.toml"), *pins, ""]))
    shop.update()
    shop.publish(RENAMED)
    said = shop.update().out
    assert "GET /pets keeps its name zoo.all" in said and "pets/list: removed" in said
    text = shop.read("pyproject.toml")
    assert '"GET /pets" = "zoo.all"' in text and 'Animal = "Beast"' in text
    assert '"GET /pets" = "application/json"' in text and "pets/list" not in text
    assert json.loads(shop.read("spec/speclock.lock"))["clients"] == {"shop": {}}
    assert "class Beast" in shop.read("generated/shop/models.py")
    shop.does("check", "--full")


@pytest.mark.parametrize("is_gone", [True, False])
def test_the_proposal_has_the_clients_that_are_not_refused(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_gone: bool
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    of_three(shop)
    commit(shop)
    if is_gone:
        del shop.server.answers["/second.yaml"]
    else:
        shop.server.answers["/second.yaml"] = answer(b"no description")
    proposal = tmp_path / "proposal"
    code = shop.run("propose", "update", str(proposal)).code
    assert code == int(is_gone), "a fault of the network alone is no issue"
    text = UPSTREAM.replace("        id:", "        name: {type: string}\n        id:")
    shop.server.answers["/third.yaml"] = answer(text.encode())
    shop.does("propose", "update", str(proposal))
    assert (tmp_path / "output").read_text().endswith("found=yes\n")
    assert (proposal / "verdict.txt").read_text() == "refused"
    report = (proposal / "report.md").read_text()
    assert report.startswith("The update was refused:\n\n    ")
    assert "spec/third.yaml" in report
    assert "generated/third/models.py" in (proposal / "changes.diff").read_text()
    assert report == (tmp_path / "summary").read_text()[-len(report) :]


def test_a_file_in_the_way_of_one_client_stops_no_other(shop: Shop) -> None:
    upstream = shop.server.url()
    shop.settings(
        **{name: {"upstream": upstream, "spec": f"spec/{name}.yaml"} for name in ("a", "b")}
    )
    shop.write("generated/a/client.py", "mine")
    said = shop.run("update", "--yes", code=2)
    assert "error: a: " in said.err and "generated/a/client.py exists" in said.err
    shop.does("check", "b")


def test_the_proposal_of_an_allowed_removal_is_left_to_a_person(shop: Shop, tmp_path: Path) -> None:
    """It is written all the same: the pull request is made, and its run is red."""
    allow_a_removal(shop)
    commit(shop)
    proposal = tmp_path / "proposal"
    shop.does("propose", "update", str(proposal))
    assert (proposal / "verdict.txt").read_text() == "decide"
    assert "The client needs a new major version" in (proposal / "report.md").read_text()
    assert "sku: " in (proposal / "changes.diff").read_text()


@pytest.mark.parametrize(
    "servers",
    [
        {"basePath": "/v2"},
        {"host": "b.example", "basePath": "/v1", "schemes": ["https"]},
        {"host": "a.example", "schemes": ["http", "https"]},
    ],
)
def test_servers_of_swagger_are_taken_into_an_own_description(
    tmp_path: Path, servers: dict[str, object]
) -> None:
    """They are several members, and are set together."""
    get = {"operationId": "list", "responses": {"200": {"description": "OK"}}}
    info = {"title": "Shop", "version": "1"}
    spec = {"swagger": "2.0", "info": info, "paths": {"/orders": {"get": get}}}
    own = spec | {"host": "a.example", "basePath": "/v1", "schemes": ["https"]}
    project = make_project(tmp_path, json.dumps(own), upstream="upstream.json")
    project.generate()
    project.write("upstream.json", json.dumps(spec | servers))
    assert "Left to you" not in project.does("update", "--yes").out
    written = yaml.safe_load(project.read("spec/orchard.yaml"))
    assert written == spec | servers
    assert "nothing changed" in project.does("drift").out


def test_the_schemes_of_an_operation_are_left_to_a_person(tmp_path: Path) -> None:
    get = {"operationId": "list", "responses": {"200": {"description": "OK"}}}
    info = {"title": "Shop", "version": "1"}
    spec = {"swagger": "2.0", "info": info, "host": "a.example", "schemes": ["https"]}
    project = make_project(
        tmp_path, json.dumps(spec | {"paths": {"/orders": {"get": get}}}), upstream="upstream.json"
    )
    project.generate()
    paths = {"/orders": {"get": get | {"schemes": ["http"]}}}
    project.write("upstream.json", json.dumps(spec | {"paths": paths}))
    assert "(it is in the `schemes` of an operation)" in project.does("update", "--yes").out


def test_a_key_that_occurs_twice_is_refused_at_its_line(tmp_path: Path) -> None:
    text = 'openapi: 3.1.0\ninfo: {title: Shop, version: "1"}\npaths: {/orders: {get: GET}}\n'
    get = "{operationId: list, responses: {'200': {description: OK}}}"
    own = text.replace("GET", get)
    project = make_project(tmp_path, f"{own}x-a: 1\nx-a: 2\n", upstream="upstream.yaml")
    project.write("upstream.yaml", own.replace("description: OK", "description: Good"))
    outcome = project.run("update", "--yes")
    assert outcome.code == 2
    assert "spec/orchard.yaml:5:1: error: the key 'x-a' occurs twice" in outcome.err
    assert project.read("spec/orchard.yaml").endswith("x-a: 1\nx-a: 2\n")
