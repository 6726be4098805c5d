"""``speclock update``: warnings and errors, and what is left as it was."""

from __future__ import annotations

import pytest
import yaml

from tests.project.services.update.conftest import SLICE, UPSTREAM, Shop, sha256
from tests.support.sockets import answer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Other", "Another", "the operations in use are unchanged"),
        ("description: OK", "description: Fine", "the operations in use changed, too"),
    ],
)
def test_a_change_under_the_same_version_is_called_out(
    old: str, new: str, said: str, project: Shop
) -> None:
    assert "same-version" not in project.update().err
    project.publish(UPSTREAM.replace(old, new))
    text = project.update("--docs").err
    assert "info.version is still '1.0.0'" in text and said in text and "[same-version]" in text
    assert project.lock["shop.yaml"]["sha256"] == sha256(UPSTREAM.replace(old, new))
    assert "same-version" not in project.update().err


def test_a_description_of_ones_own_is_only_replaced_if_asked(project: Shop) -> None:
    own = "# By hand.\n" + SLICE.replace("description: OK", "description: Mine")
    project.describe_by_hand(own)
    project.update()
    assert project.described == own
    assert project.lock["shop.yaml"]["slice_sha256"] == ""
    assert "-          description: Mine" in project.update("--replace").err
    assert yaml.safe_load(project.described) == yaml.safe_load(SLICE)
    assert project.described.startswith("# By hand.\n")
    assert project.lock["shop.yaml"]["slice_sha256"] != ""


def test_one_that_says_the_same_is_taken_over(project: Shop) -> None:
    """For instance one that ``slice`` wrote."""
    project.describe_by_hand("# By hand.\n" + SLICE)
    project.update()
    assert project.described == "# By hand.\n" + SLICE
    assert "shop.yaml" in project.lock


def test_one_that_cannot_be_read(project: Shop) -> None:
    project.describe_by_hand("a: [\n")
    assert "spec/shop.yaml:2:" in project.update(code=2).err
    project.update("--replace")
    assert project.described == SLICE


def test_a_lock_that_cannot_be_read(project: Shop) -> None:
    project.update()
    for text in ("[]", '{"shop.yaml": {"etag": 1}}', '{"shop.yaml": 1}', "{\n"):
        project.spec.with_name("speclock.lock").write_text(text)
        for command in ("update", "check", "drift", "ls"):
            said = project.run(command, code=2).err
            assert "isn't the lock file that speclock wrote. Restore it from version" in said
            assert "remove" not in said
    assert "spec/speclock.lock:2 isn't" in said


@pytest.mark.parametrize("how", ["--dry-run", "no terminal"])
def test_without_a_yes_nothing_is_written(how: str, project: Shop) -> None:
    arguments = ["--dry-run", "--verbose"] if how == "--dry-run" else ["--verbose"]
    said = project.update(*arguments, code=1, yes=how == "--dry-run")
    assert "spec/shop.yaml: new" in said.out
    project.update()
    project.publish(UPSTREAM.replace("description: OK", "description: Fine"))
    said = project.update(*arguments, "--docs", code=1, yes=how == "--dry-run")
    assert "spec/shop.yaml: 1 line added, 1 removed" in said.out
    assert "-          description: OK" in said.err and "+          description: Fine" in said.err
    assert ("There is no terminal to ask on" in said.err) == (how == "no terminal")


def test_upstream_that_is_out_of_reach(project: Shop) -> None:
    project.update()
    before = project.files()
    project.server.answers["/api.yaml"] = answer(status="503 Busy")
    assert "the server answered with status 503" in project.update(code=3).err
    project.server.answers["/api.yaml"] = answer(UPSTREAM.encode(), content_length="5000")
    project.update(code=3)
    project.settings(upstream=project.server.url(), insecure=False)
    project.update(code=2)  # http needs to be allowed
    assert project.files().keys() == before.keys()


def test_upstream_that_is_no_description(project: Shop) -> None:
    project.publish("<html>Please sign in</html>")
    project.update(code=2)
    project.publish(UPSTREAM.replace("pets/list", "pets/all"))
    assert "no operation 'pets/list'" in project.update(code=2).err
    assert not project.spec.exists()


@pytest.mark.parametrize("where", ["path item", "schema"])
def test_a_fetched_description_in_several_files(where: str, project: Shop) -> None:
    """No file that happens to stand here is taken for one of upstream's."""
    (project.root / "more.yaml").write_text("Pet: {type: object}\nitem: {get: {}}\n")
    if where == "schema":
        project.publish(UPSTREAM.replace("#/components/schemas/Pet'", "more.yaml#/Pet'"))
    else:
        project.publish(UPSTREAM.partition("    get:")[0] + "    $ref: more.yaml#/item\n")
    error, missing = project.update(code=3).err, project.server.url("/more.yaml")
    assert f"{missing}: the server answered with status 404, for the $ref at http" in error
    assert "/api.yaml:" in error
    assert not project.spec.exists()


def test_what_is_new_stands_as_upstream_wrote_it(project: Shop) -> None:
    project.update()
    lines = ["        # Many.", "        tags: {type: array, items: {type: string}}   # or none"]
    lines += [
        "        text:",
        "          description: >-",
        "            Folded",
        "            text.",
    ]
    more = "\n".join([*lines, "        id:"])
    project.publish(UPSTREAM.replace("        id:", more))
    project.update()
    assert more in project.described


def test_a_client_that_is_refused_stops_no_other(project: Shop) -> None:
    url = project.server.url()
    project.settings(two={"upstream": url + "gone", "spec": "spec/two.yaml"}, one={"upstream": url})
    assert "error: two: http://127.0.0.1:" in project.run("update", "--yes", code=3).err
    assert project.sources() == {"pyproject.toml", "spec/shop.yaml", "spec/speclock.lock"}
    project.does("check", "one")


def test_a_file_that_cannot_be_written(project: Shop) -> None:
    project.spec.parent.write_text("in the way")
    assert "cannot be written" in project.update(code=2).err


def test_secrets_stay_in_the_settings(project: Shop) -> None:
    project.server.answers["/api.yaml?token=hunter2"] = answer(UPSTREAM.encode())
    url = project.server.url("/api.yaml?token=hunter2").replace("//", "//me:secret@")
    project.settings(upstream=url)
    said = project.update()
    seen = said.out + said.err + project.spec.with_name("speclock.lock").read_text()
    assert "token=…" in seen
    assert not any(secret in seen for secret in ("hunter2", "secret", "me:"))
