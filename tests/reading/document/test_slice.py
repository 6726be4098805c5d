"""``speclock slice``: what is kept, what goes, and that the text says the same as before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from generator.project.cli import main
from tests.reading.document.conftest import GET, PETS, answering, cut, described, ref


def test_the_lines_of_the_original(pets: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cut(pets, "pets/get") == GET
    assert json.loads(cut(pets, "pets/get", out="out.json")) == yaml.safe_load(GET)
    capsysbinary.readouterr()
    assert main(["slice", str(pets), "--operation", "pets/get", "--quiet"]) == 0
    assert capsysbinary.readouterr().out.decode() == GET
    pets.write_text(GET)
    assert cut(pets, "pets/get", out="again.yaml") == GET


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  /people:\n", "  /people: &p\n"),
        ("paths:\n", "x-shared: &shared {description: Gone}\npaths:\n"),
    ],
)
def test_an_anchor_that_is_not_used_does_no_harm(old: str, new: str, pets: Path) -> None:
    pets.write_text(PETS.replace(old, new))
    assert cut(pets, "pets/get") == GET


def test_another_operation_keeps_other_things(pets: Path) -> None:
    text = cut(pets, "pets/delete")
    found = yaml.safe_load(text)
    assert "Gone for good" in text and "Pets come first" not in text
    assert "security" not in found
    assert found["tags"] == [{"name": "people"}]
    assert set(found["paths"]["/pets/{id}"]) == {"parameters", "delete"}
    assert found["components"].keys() == {"parameters", "securitySchemes"}
    assert found["components"]["securitySchemes"].keys() == {"oauth"}


def test_a_block_scalar_that_looks_like_comments_stays_whole(pets: Path) -> None:
    found = yaml.safe_load(cut(pets, "people/make"))
    description = found["paths"]["/people"]["post"]["responses"]["default"]["description"]
    assert description == "Whatever.\n# no comment\n\n# none either\n"
    assert found["components"]["schemas"].keys() == {"Person"}


def test_all_operations_lose_only_what_none_uses(pets: Path) -> None:
    text = cut(pets, "*")
    found, whole = yaml.safe_load(text), yaml.safe_load(PETS)
    assert found["paths"] == whole["paths"]
    assert found["components"]["schemas"].keys() == whole["components"]["schemas"].keys() - {
        "Puppy"
    }
    assert found["components"]["links"] == whole["components"]["links"]
    assert found["components"]["responses"] == whole["components"]["responses"]


@pytest.mark.parametrize("start", ["---\n", "%YAML 1.2\n---\n", "\ufeff"])
def test_line_ends_and_beginnings(pets: Path, start: str) -> None:
    for ends in ("\r\n", "\n"):
        pets.write_bytes((start + PETS).replace("\n", ends).encode())
        assert cut(pets, "pets/get").removeprefix(start) == GET


@pytest.mark.parametrize(
    ("given", "base", "wanted"),
    [
        (
            "{type: object, 'no': ['012', 1e3, 010]}",
            " *base",
            {"type": "object", "no": ["012", 1e3, 10]},  # as YAML 1.2 has it
        ),
        ("{type: object}", "\n      <<: *base\n      title: B", {"type": "object", "title": "B"}),
    ],
    ids=["alias", "merge key"],
)
def test_an_alias_across_the_cut(given: str, base: str, wanted: object, pets: Path) -> None:
    text = PETS.replace("    Base: {type: object}", f"    Base:{base}")
    pets.write_text(text.replace("x-owner: me", f"x-base: &base {given}"))
    got = cut(pets, "pets/get")
    assert "#" not in got.split("\n")[0]
    found, slice_ = yaml.safe_load(got), yaml.safe_load(GET)
    slice_["components"]["schemas"]["Base"] = wanted
    assert json.loads(cut(pets, "pets/get", out="out.json")) == found == slice_


def test_flow_style_and_json(pets: Path) -> None:
    whole = yaml.safe_load(PETS)
    whole["paths"]["/pets/{id}"]["delete"]["responses"] = {"204": {"description": "Gone"}}
    pets.write_text(json.dumps(whole))
    got = cut(pets, "pets/get")
    assert json.loads(cut(pets, "pets/get", out="out.json")) == yaml.safe_load(GET)
    assert yaml.safe_load(got) == yaml.safe_load(GET)
    assert not got.startswith("{")


def test_text_that_readers_disagree_about_is_quoted(tmp_path: Path) -> None:
    words: list[object] = [
        "no", "On", "y", "~", "null", "", "012", "0o17", "08", "1e3", "1:30", "0x1F", "1_000", ".5",
        "2026-11-24", "=", "<<", "-", "- a", "a: b", "a #b", "#", "&a", "*a", "!a", "%a", "@a",
        "`a", "{",
        "[", " a", "a ", "\t", "a\n", "\na", "a\n\n", " a\nb", "a\u2028b", "a\x85b", "\x7f",
        "é", "😀", "'", '"', "\\", "---", "...", "true", "1.0", ".inf", "a" * 200 + " b" * 50,
    ]  # fmt: skip
    numbers: list[object] = [1, 1.0, 1e16, 1e-7, 10**25, True, None, {}, []]
    schema = {"type": "string", "x-words": words, "default": "1e3", "x-numbers": numbers}
    path = described(tmp_path, {"/": {"get": answering(ref("A"))}}, {"schemas": {"A": schema}})
    text = cut(path, "GET /")
    assert not text.startswith("{")
    found = yaml.safe_load(text)["components"]["schemas"]["A"]
    assert found == schema
    assert [type(n) for n in found["x-numbers"]] == [type(n) for n in numbers]
    path.write_text(text)
    assert json.loads(cut(path, "GET /", out="again.json"))["components"]["schemas"]["A"] == schema


def test_an_enumeration_keeps_its_numbers_as_written(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {operationId: a, "
        "responses: {'200': {description: OK, content: {text/plain: {schema: "
        "{type: string, enum: [012, 1e3, b]}}}}}}}, /b: {get: {responses: {}}}}\n"
    )
    assert "- 012\n" in cut(path, "a")
