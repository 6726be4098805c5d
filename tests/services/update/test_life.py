"""A client lives through the releases of an API, by URL, by file, and with an own description."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from tests.services.update.life import Life, Publish, Release, by_file, live_through
from tests.support.answers import Server, answer
from tests.support.project import settings

pytestmark = pytest.mark.slow

RELEASES = Path(__file__).parent / "releases"
"""Of an orchard: a field is new (1.1.0), values are gone and a text changes (1.2.0), types change
(2.0.0), a schema becomes a component (2.1.0), another operation changes (2.2.0)."""
REAL = os.environ.get("SPECLOCK_RELEASES", "")
REAL_OPERATIONS = ["audiences/create", "audiences/list", "audiences/get", "audiences/update"]
OPERATIONS, MORE = ["trees/plant"], ["harvests/list", "trees/get", "DELETE /trees/{id}"]


def releases() -> list[Release]:
    return [Release(path.stem, path.read_bytes()) for path in sorted(RELEASES.glob("*.yaml"))]


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


def by_url(server: Server, folder: Path) -> tuple[str, Publish]:
    """An upstream that is a server on this machine."""
    path = f"/{folder.name}.yaml"

    def publish(data: bytes) -> None:
        server.answers[path] = answer(data)

    return server.url(path), publish


@pytest.mark.parametrize("way", ["file", pytest.param("url", marks=pytest.mark.nightly)])
def test_releases(way: str, tmp_path: Path, server: Server) -> None:
    every = releases()
    some = every if way == "url" else [every[0], every[2], every[-1]]
    upstream = by_file if way == "file" else partial(by_url, server)
    live_through(tmp_path / "life", some, OPERATIONS, MORE, upstream)


@pytest.mark.skipif(not REAL, reason="SPECLOCK_RELEASES names no folder")
@pytest.mark.parametrize("way", ["file", "url"])
def test_real_releases(way: str, tmp_path: Path, server: Server) -> None:
    """Those of a large API, in a folder of files ``v1.2.3.yaml``."""
    every = [Release(path.stem[1:], path.read_bytes()) for path in sorted(Path(REAL).glob("v*"))]
    upstream = by_file if way == "file" else partial(by_url, server)
    first, *more = REAL_OPERATIONS
    live_through(tmp_path / "life", every, [first], more, upstream)


HEAD = "# Our own description of the orchard.\n"
OVERLAY = """\
overlay: 1.1.0
info: {title: Ours, version: "1"}
actions:
  - target: $.components.schemas.NewTree.properties
    update: {note: {type: string}}
"""
ALLOWED = """\
[[allowed]]
fingerprint = "{}"
change = "plum is gone"
reason = "The server takes it."
owner = "me"
expires = 2999-01-01
"""


@pytest.mark.nightly
def test_with_a_description_of_ones_own(tmp_path: Path) -> None:
    """With an allow-list and an overlay; its texts stay, and a person makes the edits left."""
    every = releases()
    upstream, publish = by_file(tmp_path / "life")
    publish(every[0].data)
    life = Life(tmp_path / "life", "orchard", upstream, publish)
    text = every[0].data.decode().replace("description: The tree.", "description: Ours.  # mine")
    own = HEAD + text.replace("        place:", "        # where, in rows\n        place:")
    life.write("spec/orchard.yaml", own)
    life.write("spec/orchard.overlay.yaml", OVERLAY)
    client = {
        "spec": "spec/orchard.yaml",
        "overlays": ["spec/orchard.overlay.yaml"],
        "operations": ["trees/plant", "trees/get"],
        "upstream": upstream,
    }
    life.write("pyproject.toml", settings({"orchard": client}))
    life.generate()
    life.does("update", "--yes")
    assert life.read("spec/orchard.yaml") == own
    for release in every[1:]:
        life.publish(release.data)
        if release.version == "1.2.0":  # the server still takes the value, a person found
            (gone,) = [c for c in life.drift().counted if c.wire == "breaking"]
            life.write("spec/orchard.allowed.toml", ALLOWED.format(gone.fingerprint))
        outcome = life.does("update", "--yes")
        assert "Left to you" not in outcome.out
        if release.version == "2.1.0":  # a class would be called otherwise, which isn't taken in
            steps = life.does("drift").out.partition("Next:")[2]
            assert "Edit the description by hand at spec/orchard.yaml" in steps
            assert "speclock update" not in steps
        life.does("check", "--full")
        life.does("drift")
        assert life.drift().wire in ("none", "safe")
        assert life.description()["info"]["version"] == release.version
        assert life.lock["info.version"] == release.version
        assert life.lock["slice_sha256"] == ""
    text = life.read("spec/orchard.yaml")
    assert text.startswith(HEAD) and "description: Ours.  # mine" in text and "# where" in text
    assert life.description()["components"]["schemas"]["Kind"]["enum"] == ["apple", "pear", "plum"]
    models = life.read("generated/orchard/models.py")
    assert "note: str | None" in models and "age: str" in models and "planted" in models
    life.does("add", "harvests/list", "--yes")
    life.does("check", "--full")
    life.does("drift")
    life.test()
    assert life.read("spec/orchard.yaml").startswith(HEAD)
    life.does("remove", "trees/get", "--yes")
    life.does("check", "--full")
    assert life.load().clients[0].operations == ("trees/plant", "harvests/list")
