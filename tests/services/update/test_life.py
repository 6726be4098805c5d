"""A client lives through the releases of an API, by URL, by file, and with an own description."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.services.update.life import Life, Release, by_file, live_through
from tests.support.answers import Server, answer

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
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def test_by_file(tmp_path: Path) -> None:
    live_through(tmp_path / "life", releases(), OPERATIONS, MORE, by_file)


def by_url(server: Server, folder: Path) -> tuple[str, Callable[[bytes], None]]:
    """An upstream that is a server on this machine."""
    path = f"/{folder.name}.yaml"

    def publish(data: bytes) -> None:
        server.answers[path] = answer(data)

    return server.url(path), publish


def test_by_url(tmp_path: Path, server: Server) -> None:
    live_through(tmp_path / "life", releases(), OPERATIONS, MORE, partial(by_url, server))


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


def test_with_a_description_of_ones_own(tmp_path: Path) -> None:
    """With an allow-list and an overlay; its texts stay, and a person makes the edits left."""
    every = releases()
    upstream, publish = by_file(tmp_path / "life")
    publish(every[0].data)
    life = Life(tmp_path / "life", "orchard", upstream, publish)
    spec = life.folder / "spec"
    spec.mkdir()
    text = every[0].data.decode().replace("description: The tree.", "description: Ours.  # mine")
    own = HEAD + text.replace("        place:", "        # where, in rows\n        place:")
    (spec / "orchard.yaml").write_text(own)
    (spec / "orchard.overlay.yaml").write_text(OVERLAY)
    (life.folder / "pyproject.toml").write_text(
        f"""[tool.speclock.clients.orchard]
spec = "spec/orchard.yaml"
overlays = ["spec/orchard.overlay.yaml"]
operations = ["trees/plant", "trees/get"]
upstream = "{upstream}"
"""
    )
    life.run("generate")
    life.run("update", "--yes")
    assert (spec / "orchard.yaml").read_text() == own
    for release in every[1:]:
        life.publish(release.data)
        if release.version == "1.2.0":  # the server still takes the value, a person found
            (gone,) = [c for c in life.drift().counted if c.wire == "breaking"]
            (spec / "orchard.allowed.toml").write_text(ALLOWED.format(gone.fingerprint))
        outcome = life.run("update", "--yes")
        assert "Left to you" not in outcome.out
        if release.version == "2.1.0":  # a class would be called otherwise, which isn't taken in
            steps = life.run("drift").out.partition("Next:")[2]
            assert "Edit the description by hand at spec/orchard.yaml" in steps
            assert "speclock update" not in steps
        life.run("check", "--full")
        life.run("drift")
        life.test()
        assert life.drift().wire in ("none", "safe")
        assert life.tree()["info"]["version"] == release.version
        assert life.lock["info.version"] == release.version
        assert life.lock["slice_sha256"] == ""
    text = (spec / "orchard.yaml").read_text()
    assert text.startswith(HEAD) and "description: Ours.  # mine" in text and "# where" in text
    assert life.tree()["components"]["schemas"]["Kind"]["enum"] == ["apple", "pear", "plum"]
    models = (life.folder / "generated" / "orchard" / "models.py").read_text()
    assert "note: str | None" in models and "age: str" in models and "planted" in models
    life.run("add", "harvests/list", "--yes")
    life.run("check", "--full")
    life.run("drift")
    life.test()
    assert (spec / "orchard.yaml").read_text().startswith(HEAD)
    life.run("remove", "trees/get", "--yes")
    life.run("check", "--full")
    assert life.settings.clients[0].operations == ("trees/plant", "harvests/list")
