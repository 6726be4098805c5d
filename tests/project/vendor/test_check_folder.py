"""``speclock check FOLDER`` is what ``speclock verify FOLDER`` is; a client's name is a client."""

from __future__ import annotations

import pytest

from tests.support.project import FIG, Farm

pytestmark = pytest.mark.slow

WORDS = [
    ["fruit"],
    ["./fruit"],
    ["fruit", "../maker/generated/orchard"],
    ["fruit", "--json"],
    ["fruit", "--from", "../maker/generated/orchard"],
    ["fruit", "--against", "../maker/generated/orchard/speclock.json"],
    ["nowhere/fruit"],
    ["fruit", "nowhere/fruit", "--json"],
    ["--all"],
    ["--json"],
    ["fruit", "--from", "../maker/generated/orchard", "--against", "../maker/generated/orchard"],
    ["fruit", "../maker/generated/orchard", "--from", "../maker/generated/orchard"],
]


@pytest.mark.parametrize("state", ["untouched", "edited", "older"])
def test_it_is_verify(farm: Farm, state: str) -> None:
    if state == "edited":
        path = farm.copy / "models.py"
        path.write_bytes(path.read_bytes() + b"# edited\n")
    if state == "older":
        farm.maker.describe(('version: "1.0"', 'version: "1.10"'), FIG)
    before = farm.files()
    codes: set[int] = set()
    for words in WORDS:
        found = farm.run("check", *words)
        assert found == farm.run("verify", *words), words
        codes.add(found.code)
    assert {0 if state == "untouched" else 1, 2} <= codes
    assert farm.files() == before


def test_all_copies_of_the_settings(farm: Farm) -> None:
    farm.maker.configure('vendored = ["../farm/fruit"]\n')
    found = farm.maker.does("check", "--all")
    assert "a copy of orchard" in found.out
    assert found == farm.maker.does("verify", "--all")


def test_the_name_of_a_client_is_no_folder(farm: Farm) -> None:
    maker = farm.maker
    maker.write("orchard/mine.py", "")
    assert "by recorded hashes" in maker.does("check", "orchard").out
    assert "has no speclock.json" in maker.refuses("check", "./orchard")
    assert "untouched; generated" in maker.does("check", "generated/orchard").out


def test_a_word_that_is_neither(farm: Farm) -> None:
    assert "no client 'orchrd' in pyproject.toml. Known: orchard." in farm.maker.refuses(
        "check", "orchrd"
    )


@pytest.mark.parametrize(
    ("words", "about_clients", "about_folders"),
    [
        (["orchard", "generated/orchard"], "orchard", "generated/orchard"),
        (["generated/orchard", "--full"], "--full", "generated/orchard"),
        (["generated/orchard", "--strict"], "--strict", "generated/orchard"),
        (["generated/orchard", "--spec", "x.yaml"], "--spec", "generated/orchard"),
        (["orchard", "--json"], "orchard", "--json"),
        (["orchard", "--from", "generated/orchard"], "orchard", "--from"),
        (["--all", "--full"], "--full", "--all"),
    ],
)
def test_clients_and_folders_are_not_mixed(
    farm: Farm, words: list[str], about_clients: str, about_folders: str
) -> None:
    fact = f"{about_clients} is about clients of pyproject.toml, and {about_folders} about a folder"
    assert fact in farm.maker.refuses("check", *words)
