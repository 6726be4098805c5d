"""``speclock pull``: upstream's operations into the checked-in description, and what it records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from generator.cli import main
from tests.support.http_server import Server, answer, serving
from tests.support.skip_formatting import without_layout

pytestmark = pytest.mark.slow

RELEASES = Path(__file__).parents[3] / "shared" / "pinterest" / "releases"
UPSTREAM = """\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
servers:
  - url: https://api.example.com
paths:
  /pets:
    get:
      operationId: pets/list
      responses:
        '200':
          description: OK
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Pets'
    post:
      operationId: pets/make
      responses:
        '204':
          description: Made
  /people:
    get:
      operationId: people/list
      responses:
        '204':
          description: None
components:
  schemas:
    Pets:
      type: array
      items:
        $ref: '#/components/schemas/Pet'
    Pet:
      type: object
      properties:
        id:
          type: string
    Other:
      type: object
"""
SLICE = (
    UPSTREAM.partition("    post:")[0]
    + UPSTREAM[UPSTREAM.index("components:") :].partition("    Other:")[0]
)


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


class Project:
    """A project with one client, whose upstream is a server on this machine."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.spec = folder / "spec" / "shop.yaml"
        self.settings(upstream=server.url())
        self.publish(UPSTREAM)

    def settings(self, **clients_or_keys: object) -> None:
        """One client with these keys, or several by name."""
        keys = {"spec": "spec/shop.yaml", "operations": ["pets/list"]}
        several = any(isinstance(value, dict) for value in clients_or_keys.values())
        clients = clients_or_keys if several else {"shop": clients_or_keys}
        text = ""
        for name, given in clients.items():
            assert isinstance(given, dict)
            text += f"[tool.speclock.clients.{name}]\n"
            text += "".join(f"{k} = {json.dumps(v)}\n" for k, v in {**keys, **given}.items())
        (self.folder / "pyproject.toml").write_text(text)

    def publish(self, text: str, etag: str = "") -> None:
        self.server.answers["/api.yaml"] = answer(text.encode(), etag=etag)

    def pull(self, *arguments: str, code: int = 0) -> None:
        assert main(["pull", "--insecure", *arguments]) == code

    @property
    def lock(self) -> dict[str, dict[str, str]]:
        text = self.spec.with_name("speclock.lock").read_text()
        found: dict[str, dict[str, str]] = json.loads(text)
        return found

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def project(server: Server) -> Project:
    return Project(server, Path.cwd())


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ── what is written ──────────────────────────────────────────────────────────────────────────────


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


# ── what is called out or refused ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Other", "Another", "the operations in use are unchanged"),
        ("description: OK", "description: Fine", "the operations in use changed, too"),
    ],
)
def test_a_change_under_the_same_version_is_called_out(
    old: str, new: str, said: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.pull()
    assert "same-version" not in capsys.readouterr().err
    project.publish(UPSTREAM.replace(old, new))
    project.pull()
    text = capsys.readouterr().err
    assert "info.version is still '1.0.0'" in text and said in text and "[same-version]" in text
    assert project.lock["shop.yaml"]["sha256"] == sha256(UPSTREAM.replace(old, new))
    project.pull()
    assert "same-version" not in capsys.readouterr().err


def test_corrections_by_hand_are_not_lost(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.pull()
    mine = SLICE.replace("type: string", "type: integer")
    project.spec.write_text(mine)
    before = project.files()
    project.pull(code=2)
    assert project.files() == before
    said = capsys.readouterr().err
    assert "was changed by hand since it was pulled" in said
    assert "overlay" in said and "--force" in said
    project.pull("--force")
    assert project.spec.read_text() == SLICE
    project.pull()


def test_a_description_that_pull_did_not_write(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.spec.parent.mkdir()
    info = "info: {title: T, version: '1'}"
    project.spec.write_text(f"# By hand.\nopenapi: 3.0.3\n{info}\npaths: {{}}\n")
    before = project.files()
    project.pull(code=2)
    assert project.files() == before
    assert "speclock.lock has no entry for it" in capsys.readouterr().err
    project.pull("--force")
    assert yaml.safe_load(project.spec.read_text()) == yaml.safe_load(SLICE)
    assert project.spec.read_text().startswith("# By hand.\n")


def test_one_that_says_the_same_is_taken_over(project: Project) -> None:
    """So a pull that was stopped between its two files can be repeated."""
    project.spec.parent.mkdir()
    project.spec.write_text("# By hand.\n" + SLICE)
    project.pull()
    assert project.spec.read_text() == "# By hand.\n" + SLICE
    assert "shop.yaml" in project.lock


def test_one_that_cannot_be_read(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.spec.parent.mkdir()
    project.spec.write_text("a: [\n")
    project.pull(code=2)
    assert "spec/shop.yaml:2:" in capsys.readouterr().err
    project.pull("--force")
    assert project.spec.read_text() == SLICE


def test_a_lock_that_cannot_be_read(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.pull()
    for text in ("<<<<<<< HEAD\n", "[]", '{"shop.yaml": {"etag": 1}}', '{"shop.yaml": 1}'):
        project.spec.with_name("speclock.lock").write_text(text)
        project.pull(code=2)
        assert "speclock.lock isn't the lock file" in capsys.readouterr().err


def test_a_dry_run_writes_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.files()
    project.pull("--dry-run")
    assert project.files() == before
    assert "would be new: spec/shop.yaml" in capsys.readouterr().err
    project.pull()
    before = project.files()
    project.publish(UPSTREAM.replace("description: OK", "description: Fine"))
    project.pull("--dry-run")
    assert project.files() == before
    said = capsys.readouterr().err
    assert "would change: spec/shop.yaml" in said
    assert "-          description: OK" in said and "+          description: Fine" in said


def test_upstream_that_is_out_of_reach(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.pull()
    before = project.files()
    project.server.answers["/api.yaml"] = answer(status="503 Busy")
    project.pull(code=3)
    assert "the server answered with status 503" in capsys.readouterr().err
    project.server.answers["/api.yaml"] = answer(UPSTREAM.encode(), content_length="5000")
    project.pull(code=3)
    assert main(["pull"]) == 2  # http needs to be allowed
    assert project.files() == before


def test_upstream_that_is_no_description(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.publish("<html>Please sign in</html>")
    project.pull(code=2)
    project.publish(UPSTREAM.replace("pets/list", "pets/all"))
    project.pull(code=2)
    assert "no operation 'pets/list'" in capsys.readouterr().err
    assert not project.spec.exists()


@pytest.mark.parametrize("where", ["path item", "schema"])
def test_a_fetched_description_in_several_files(
    where: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file that happens to stand here is taken for one of upstream's."""
    (project.folder / "more.yaml").write_text("Pet: {type: object}\nitem: {get: {}}\n")
    if where == "schema":
        project.publish(UPSTREAM.replace("#/components/schemas/Pet'", "more.yaml#/Pet'"))
    else:
        project.publish(UPSTREAM.partition("    get:")[0] + "    $ref: more.yaml#/item\n")
    project.pull(code=2)
    said = capsys.readouterr().err
    assert "'more.yaml'" in said and "only this document was fetched" in said
    assert "Bundle" in said
    assert not project.spec.exists()


def test_what_is_new_stands_as_upstream_wrote_it(project: Project) -> None:
    project.pull()
    lines = ["        # Many.", "        tags: {type: array, items: {type: string}}   # or none"]
    lines += [
        "        text:",
        "          description: >-",
        "            Folded",
        "            text.",
    ]
    more = "\n".join([*lines, "        id:"])
    project.publish(UPSTREAM.replace("        id:", more))
    project.pull()
    assert more in project.spec.read_text()


def test_no_client_is_half_pulled(project: Project) -> None:
    """All is known before anything is written."""
    url = project.server.url()
    project.settings(one={"upstream": url}, two={"upstream": url + "gone", "spec": "spec/two.yaml"})
    project.pull(code=3)
    assert project.files().keys() == {"pyproject.toml"}


def test_a_file_that_cannot_be_written(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.spec.parent.write_text("in the way")
    project.pull(code=2)
    assert "cannot be written" in capsys.readouterr().err


def test_secrets_stay_in_the_settings(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.server.answers["/api.yaml?token=hunter2"] = answer(UPSTREAM.encode())
    url = project.server.url("/api.yaml?token=hunter2").replace("//", "//me:secret@")
    project.settings(upstream=url)
    project.pull()
    said = capsys.readouterr()
    seen = said.out + said.err + project.spec.with_name("speclock.lock").read_text()
    assert "token=…" in seen
    assert not any(secret in seen for secret in ("hunter2", "secret", "me:"))


# ── real releases ────────────────────────────────────────────────────────────────────────────────


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
