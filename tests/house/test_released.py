"""The rules of Semantic Versioning, on made-up releases and on the working tree."""

from __future__ import annotations

import pytest

from tests.house import released
from tests.house.released import Output, Release

pytestmark = pytest.mark.slow


def release(
    version: str, surface: str, code: str = "", spec: str = "1", names: str = "Pet", **since: str
) -> Release:
    output = {"case": Output(spec, code, names.split())}
    return Release(version, surface.split(), output, since)


ALLOWED = {
    "nothing": (release("1.2.3", "a b"), release("1.2.3", "a b")),
    "patch": (release("1.2.3", "a b"), release("1.2.4", "a b")),
    "minor adds": (release("1.2.3", "a"), release("1.3.0", "a b")),
    "minor changes code": (release("1.2.3", "a", "x"), release("1.3.0", "a", "y")),
    "another description": (release("1.2.3", "a", "x", "1"), release("1.2.4", "a", "y", "2")),
    "minor adds names": (release("1.2.3", "a"), release("1.3.0", "a", names="Pet Cat")),
    "major removes": (release("1.2.3", "a b", b="1.1.0"), release("2.0.0", "a")),
    "major renames": (release("1.2.3", "a", names="Pet"), release("2.0.0", "a", names="Cat")),
    "minor removes before 1.0": (release("0.3.3", "a b", b="0.2.0"), release("0.4.0", "a")),
    "minor renames before 1.0": (release("0.2.3", "a"), release("0.3.0", "a", names="Cat")),
}
REFUSED = {
    "patch adds": (release("1.2.3", "a"), release("1.2.4", "a b")),
    "the same version adds": (release("1.2.3", "a"), release("1.2.3", "a b")),
    "patch changes code": (release("1.2.3", "a", "x"), release("1.2.4", "a", "y")),
    "patch before 1.0 changes code": (release("0.2.3", "a", "x"), release("0.2.4", "a", "y")),
    "minor removes": (release("1.2.3", "a b", b="1.0.0"), release("1.3.0", "a")),
    "minor renames": (release("1.2.3", "a"), release("1.3.0", "a", names="Cat")),
    "patch removes before 1.0": (release("0.3.3", "a b", b="0.1.0"), release("0.3.4", "a")),
    "patch renames before 1.0": (release("0.2.3", "a"), release("0.2.4", "a", names="Cat")),
    "removed without a warning": (release("0.2.3", "a b"), release("0.3.0", "a")),
    "removed after one minor": (release("0.2.3", "a b", b="0.2.0"), release("0.3.0", "a")),
    "an older version": (release("1.2.3", "a"), release("1.1.9", "a b")),
}


@pytest.mark.parametrize("pair", ALLOWED.values(), ids=ALLOWED.keys())
def test_allowed(pair: tuple[Release, Release]) -> None:
    assert list(released.faults(*pair)) == []


@pytest.mark.parametrize("pair", REFUSED.values(), ids=REFUSED.keys())
def test_refused(pair: tuple[Release, Release]) -> None:
    assert len(list(released.faults(*pair))) == 1


def test_the_working_tree_keeps_the_promises_of_the_last_release() -> None:
    versions = released.released_versions()
    if not versions:
        assert not released.FILE.exists()
        pytest.skip("no version has been released")
    assert released.FILE.exists(), f"To record the release: {released.COMMAND}"
    before = released.read()
    assert before.version == versions[0], f"To record the release: {released.COMMAND}"
    assert list(released.faults(before, released.working_tree())) == []


def test_the_surface() -> None:
    """Something of each kind is in it."""
    now = released.working_tree()
    assert {
        "exit code 3", "command init", "argument ls --format", "argument ls --format json",
        "argument slice -o",
        "argument ls FILE|URL|CLIENT", "setting section output",
        "setting client http httpx2", "setting pagination first", "python Client.spec",
        "python generate(settings)", "python SpecError", "document drift /wire",
        "document traffic /request/method",
    } <= {*now.surface}  # fmt: skip
    assert {"models.py Owner", "models.py Owner.name"} <= {*now.output["all_of"].names}
    assert "client.py Sample.from_env" in now.output["oauth"].names
