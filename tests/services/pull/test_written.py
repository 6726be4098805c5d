"""``speclock pull``: upstream's operations in the checked-in description, and the lock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from generator.cli import main
from tests.services.pull.project import SLICE, UPSTREAM, Project, sha256
from tests.support.skip_formatting import without_layout

pytestmark = pytest.mark.slow

RELEASES = Path(__file__).parents[4] / "shared" / "pinterest" / "releases"


def test_a_first_pull(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.publish(UPSTREAM, etag='"one"')
    project.pull()
    assert project.spec.read_text() == SLICE
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
    assert project.files().keys() == {"pyproject.toml", "spec/shop.yaml", "spec/speclock.lock"}
    said = capsys.readouterr()
    assert said.out.startswith("spec/shop.yaml: 1 operation(s) of http://127.0.0.1:")
    assert "version 1.0.0; new, " in said.out
    assert said.err == ""


def test_a_second_pull_changes_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.pull()
    before = project.files()
    capsys.readouterr()
    project.pull()
    assert project.files() == before
    assert "already up to date" in capsys.readouterr().out


def test_what_is_pulled_can_be_generated(project: Project) -> None:
    project.pull()
    with without_layout():
        assert main(["generate"]) == 0
    assert "def list" in (project.folder / "generated/shop/resources/pets.py").read_text()


def test_comments_and_layout_survive(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.pull()
    mine = SLICE.replace("info: {", "# Ours.\ninfo: {").replace("'200':", '"200":  # good')
    project.spec.write_text(mine)
    new = UPSTREAM.replace("1.0.0", "1.1.0").replace("type: string", "type: integer")
    project.publish(new)
    capsys.readouterr()
    project.pull()
    text = project.spec.read_text()
    assert "# Ours.\n" in text and '"200":  # good' in text
    assert yaml.safe_load(text) == yaml.safe_load(
        mine.replace("1.0.0", "1.1.0").replace("type: string", "type: integer")
    )
    said = capsys.readouterr()
    assert "version 1.0.0 → 1.1.0" in said.out and "2 line(s) added, 2 removed" in said.out
    assert said.err == ""
    project.pull()
    assert project.spec.read_text() == text


def test_line_ends_survive(project: Project) -> None:
    project.pull()
    project.spec.write_bytes(SLICE.replace("\n", "\r\n").encode())
    project.publish(UPSTREAM.replace("description: OK", "description: Fine"))
    project.pull()
    assert project.spec.read_bytes() == (
        SLICE.replace("description: OK", "description: Fine").replace("\n", "\r\n").encode()
    )


@pytest.mark.parametrize("name", ["spec/shop.json", "spec/shop.yaml"])
@pytest.mark.parametrize("is_json", [True, False])
def test_either_format_from_either(name: str, is_json: bool, project: Project) -> None:
    project.settings(spec=name, upstream=project.server.url())
    for version in ("1.0.0", "2.0.0"):
        whole = yaml.safe_load(UPSTREAM.replace("1.0.0", version))
        project.publish(json.dumps(whole) if is_json else yaml.safe_dump(whole, sort_keys=False))
        project.pull()
        text = Path(name).read_text()
        assert yaml.safe_load(text) == yaml.safe_load(SLICE.replace("1.0.0", version))
        assert text.startswith("{") == name.endswith(".json")


def test_upstream_may_be_a_file(project: Project, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(UPSTREAM)
    project.settings(upstream="../api.yaml")
    (project.folder / "deep").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.folder / "deep")
        assert main(["pull"]) == 0
    assert project.spec.read_text() == SLICE
    assert project.lock["shop.yaml"]["upstream"] == "../api.yaml"


def test_clients_that_share_a_description(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    url = project.server.url()
    project.settings(
        one={"upstream": url}, two={"operations": ["/people", "!POST *"]}, three={"spec": "x.yaml"}
    )
    project.pull("one")
    found = yaml.safe_load(project.spec.read_text())
    assert {path: list(item) for path, item in found["paths"].items()} == {
        "/pets": ["get"],
        "/people": ["get"],
    }
    assert len(project.server.requests) == 1
    project.pull("three", code=2)
    assert "no upstream is known for three" in capsys.readouterr().err
    project.settings(one={"upstream": url}, two={"upstream": url + "?2"})
    project.pull(code=2)
    assert "one and two share spec/shop.yaml" in capsys.readouterr().err


def test_other_entries_of_the_lock_stay(project: Project) -> None:
    project.pull()
    more = {"spec": "spec/more.yaml", "operations": ["people/list"]}
    project.settings(**more, upstream=project.server.url())
    project.pull()
    assert project.lock.keys() == {"more.yaml", "shop.yaml"}


def test_an_upstream_does_not_make_the_client_stale(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.pull()
    project.settings()
    with without_layout():
        assert main(["generate"]) == 0
    project.settings(upstream="https://example.com/elsewhere.yaml")
    capsys.readouterr()
    assert main(["check"]) == 0
    assert "up to date (by recorded hashes)" in capsys.readouterr().out


@pytest.mark.skipif(not RELEASES.is_dir(), reason=f"no {RELEASES.parent.name} releases here")
def test_each_release_of_a_large_description(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.settings(upstream=project.server.url(), operations=["audiences/create"])
    seen: list[str] = []
    for path in sorted(RELEASES.glob("*.yaml")):
        project.publish(path.read_text())
        project.pull()
        assert project.spec.stat().st_size < 25_000
        seen.append(project.lock["shop.yaml"]["info.version"])
        with without_layout():
            assert main(["generate"]) == 0
    assert seen == ["5.14.0", "5.15.0", "5.16.0", "5.21.0", "5.22.0", "5.23.0"]
    assert "same-version" not in capsys.readouterr().err
