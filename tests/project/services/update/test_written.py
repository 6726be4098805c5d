"""``speclock update``: upstream's slice in the checked-in description, and the lock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.project.services.update.conftest import SLICE, UPSTREAM, Shop, sha256
from tests.support.command import speclock

pytestmark = pytest.mark.slow


def test_a_first_update(project: Shop) -> None:
    project.publish(UPSTREAM, etag='"one"')
    said = project.update()
    assert project.described == SLICE
    plain = json.dumps(yaml.safe_load(SLICE), sort_keys=True, separators=(",", ":"))
    assert project.lock == {
        "shop.yaml": {
            "upstream": project.server.url(),
            "etag": '"one"',
            "sha256": sha256(UPSTREAM),
            "slice_sha256": sha256(plain),
            "info.version": "1.0.0",
        }
    }
    assert project.sources() == {"pyproject.toml", "spec/shop.yaml", "spec/speclock.lock"}
    assert "  spec/shop.yaml: new; the slice of http://127.0.0.1:" in said.out
    assert "version 1.0.0; 1 operation\n" in said.out
    assert said.err == ""
    assert "def list" in project.read("generated/shop/resources/pets.py")
    project.does("check", "--full")


def test_comments_and_layout_survive(project: Shop) -> None:
    project.update()
    mine = SLICE.replace("info: {", "# Ours.\ninfo: {").replace("'200':", '"200":  # good')
    project.describe_by_hand(mine)
    new = UPSTREAM.replace("1.0.0", "1.1.0").replace("type: string", "type: integer")
    project.publish(new)
    said = project.update()
    text = project.described
    assert "# Ours.\n" in text and '"200":  # good' in text
    assert yaml.safe_load(text) == yaml.safe_load(
        mine.replace("1.0.0", "1.1.0").replace("type: string", "type: integer")
    )
    assert "version 1.0.0 → 1.1.0" in said.out and "2 lines added, 2 removed" in said.out
    assert said.err == ""
    project.update()
    assert project.described == text


@pytest.mark.parametrize("name", ["spec/shop.json", "spec/shop.yaml"])
@pytest.mark.parametrize("is_json", [True, False])
def test_either_format_from_either(name: str, is_json: bool, project: Shop) -> None:
    project.settings(spec=name, upstream=project.server.url())
    for version in ("1.0.0", "2.0.0"):
        whole = yaml.safe_load(UPSTREAM.replace("1.0.0", version))
        project.publish(json.dumps(whole) if is_json else yaml.safe_dump(whole, sort_keys=False))
        project.update()
        text = project.read(name)
        assert yaml.safe_load(text) == yaml.safe_load(SLICE.replace("1.0.0", version))
        assert text.startswith("{") == name.endswith(".json")


def test_upstream_may_be_a_file(project: Shop, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(UPSTREAM)
    project.settings(upstream="../api.yaml")
    (project.root / "deep").mkdir()
    assert speclock(project.root / "deep", "update", "--yes", layout=False).code == 0
    assert project.described == SLICE
    assert project.lock["shop.yaml"]["upstream"] == "../api.yaml"


def test_clients_that_share_a_description(project: Shop) -> None:
    url = project.server.url()
    project.settings(
        one={"upstream": url}, two={"operations": ["/people", "!POST *"]}, three={"spec": "x.yaml"}
    )
    project.update("one")
    assert (project.root / "generated" / "two").is_dir()
    found = yaml.safe_load(project.described)
    assert {path: list(item) for path, item in found["paths"].items()} == {
        "/pets": ["get"],
        "/people": ["get"],
    }
    assert len(project.server.requests) == 1
    assert "no upstream is known for three" in project.update("three", code=2).err
    project.settings(one={"upstream": url}, two={"upstream": url + "?2"})
    assert "one and two share spec/shop.yaml" in project.update(code=2).err


def test_other_entries_of_the_lock_stay(project: Shop) -> None:
    project.update()
    more = {"spec": "spec/more.yaml", "operations": ["people/list"]}
    project.settings(**more, upstream=project.server.url())
    project.update()
    assert project.lock.keys() == {"more.yaml", "shop.yaml"}


def test_an_upstream_does_not_make_the_client_stale(project: Shop) -> None:
    project.update()
    project.settings(upstream="https://example.com/elsewhere.yaml")
    assert "up to date (by recorded hashes)" in project.does("check").out
