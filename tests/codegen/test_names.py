"""Identifiers from wire names, by the rules of the house.

A character that no identifier holds is a word boundary, never deleted; a reserved name gets a
trailing underscore; what collides is spelled out by its wire name, and what is added last renames
nothing.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pinterest_audiences._runtime.fake import FakeTransport

from generator.base.errors import UsageError
from generator.codegen import names

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

texts = st.text(max_size=120)
steady = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("wire", "wanted"),
    [
        ("name", "name"),
        ("adAccountId", "ad_account_id"),
        ("ad_account_id", "ad_account_id"),
        ("ad-account.id", "ad_account_id"),
        ("AdAccountID", "ad_account_id"),
        ("HTTPServer", "http_server"),
        ("URLPath2", "url_path2"),
        ("oauth2Token", "oauth2_token"),
        ("X-Request-ID", "x_request_id"),
        ("audiences/create", "audiences_create"),
        ("event_data.line_items", "event_data_line_items"),
        ("filter[name]", "filter_name"),
        ("a  b", "a_b"),
        ("__private__", "private"),
        ("_id", "id"),
        ("@type", "type"),
        ("$ref", "ref"),
        ("#", "number"),
        ("+1", "plus_1"),
        ("-1", "minus_1"),
        ("-", "minus"),
        ("", "empty"),
        ("1", "field_1"),
        ("2fa", "field_2fa"),
        ("class", "class_"),
        ("Class", "class_"),
        ("None", "none"),
        ("async", "async_"),
        ("match", "match"),
        ("über", "über"),
        ("日本", "日本"),
        ("ﬁle", "file"),
        ("naïve-Name", "naïve_name"),
        ("→", "u2192"),
        ("😀", "u1f600"),
        ("a😀b", "a_b"),
    ],
)
def test_snake(wire: str, wanted: str) -> None:
    assert names.snake(wire) == wanted


@pytest.mark.parametrize(
    ("wire", "scope", "wanted"),
    [
        ("model_config", "FIELDS", "model_config_"), ("copy", "FIELDS", "copy_"),
        ("schema", "FIELDS", "schema_"), ("model_dump", "FIELDS", "model_dump_"),
        ("int", "FIELDS", "int_"), ("date", "FIELDS", "date_"), ("list", "FIELDS", "list_"),
        ("name", "FIELDS", "name"), ("model", "FIELDS", "model"), ("self", "FIELDS", "self_"),
        ("self", "ARGUMENTS", "self_"), ("body", "ARGUMENTS", "body_"),
        ("options", "ARGUMENTS", "options_"), ("operations", "ARGUMENTS", "operations_"),
        ("int", "ARGUMENTS", "int_"), ("id", "ARGUMENTS", "id"),
        ("Options", "ARGUMENTS", "options_"),
        ("close", "METHODS", "close_"), ("aclose", "METHODS", "aclose_"), ("get", "METHODS", "get"),
    ],
)  # fmt: skip
def test_reserved_names(wire: str, scope: str, wanted: str) -> None:
    assert names.snake(wire, getattr(names, scope)) == wanted


@pytest.mark.parametrize(
    ("wire", "wanted"),
    [
        ("VISITOR", "VISITOR"), ("web-mobile", "WEB_MOBILE"), ("webMobile", "WEB_MOBILE"),
        ("a/b", "A_B"), ("+1", "PLUS_1"), ("-1", "MINUS_1"), ("1", "VALUE_1"), ("1d", "VALUE_1D"),
        ("", "EMPTY"), ("*", "STAR"), (">=", "GREATER_EQUAL"), ("%", "PERCENT"), ("None", "NONE"),
        ("mro", "MRO"), ("name", "NAME"), ("é", "É"), ("日本", "日本"), (" ", "SPACE"),
        ("ONE_TO_ONE", "ONE_TO_ONE"), ("v1.2", "V1_2"), ("_", "UNDERSCORE"), ("--", "MINUS_MINUS"),
    ],
)  # fmt: skip
def test_constant(wire: str, wanted: str) -> None:
    assert names.constant(wire) == wanted


@pytest.mark.parametrize(
    ("wire", "wanted"),
    [
        ("Audience", "Audience"), ("audience", "Audience"), ("audienceRule", "AudienceRule"),
        ("Pinterest.Lib.Error", "PinterestLibError"), ("ad-account", "AdAccount"),
        ("ad_account_id", "AdAccountId"), ("audiences/create.request", "AudiencesCreateRequest"),
        ("HTTPError", "HTTPError"), ("2FA", "Type2FA"), ("Model", "Model_"), ("None", "None_"),
        ("BaseModel", "BaseModel_"), ("Field", "Field_"), ("list", "List_"), ("é", "É"),
        ("日本", "日本"), ("Foo«Bar»", "FooBar"), ("Page[Item]", "PageItem"), ("+", "Plus"),
    ],
)  # fmt: skip
def test_pascal(wire: str, wanted: str) -> None:
    assert names.pascal(wire) == wanted


def _snake(wire: str, level: names.Spelling) -> names.Identifier:
    return names.snake(wire, level=level)


@pytest.mark.parametrize(
    ("make", "wires", "wanted"),
    [
        (_snake, ["a-b", "a_b", "c"], ["a_hyphen_b", "a_b", "c"]),
        (_snake, ["a-b", "a.b", "aB"], ["a_b", "a_dot_b", "ab"]),
        (_snake, ["id", "@id", "_id", "ID"], ["id", "at_id", "underscore_id", "id_upper"]),
        (_snake, ["adAccountId", "ad_account_id"], ["adaccountid", "ad_account_id"]),
        (_snake, ["fooBar", "FooBar", "foo_bar"], ["foobar", "foo_bar_pascal", "foo_bar"]),
        (_snake, ["Id", "ID"], ["id", "id_upper"]),
        (_snake, ["ID", "Id", "id"], ["id_upper", "id_capitalized", "id"]),
        (_snake, ["+1", "plus_1"], ["plus_1_lower", "plus_1"]),
        (_snake, ["class", "class_"], ["class_", "class_underscore"]),
        (names.constant, ["name", "-name"], ["NAME", "MINUS_NAME"]),
        (names.constant, ["asc", "ASC", "Asc"], ["ASC_LOWER", "ASC", "ASC_CAPITALIZED"]),
        (names.constant, ["Asc", "asc"], ["ASC", "ASC_LOWER"]),
        (names.constant, ["+name", "name", "Name"], ["PLUS_NAME", "NAME", "NAME_CAPITALIZED"]),
        (names.constant, ["GMT-4", "GMT+4"], ["GMT_MINUS_4", "GMT_PLUS_4"]),
        (names.constant, ["a b", "a_b"], ["A_B", "A_UNDERSCORE_B"]),
        (
            names.constant,
            ["FooBar", "Foo-Bar", "foo_bar"],
            ["FOO_BAR", "FOO_HYPHEN_BAR", "FOO_UNDERSCORE_BAR"],
        ),
        (names.constant, ["x=1", "x>1", "x 1"], ["X_EQUAL_1", "X_GREATER_1", "X_1"]),
    ],
)
def test_what_collides_is_spelled_out(
    make: Callable[[str, names.Spelling], names.Identifier], wires: list[str], wanted: list[str]
) -> None:
    keeper = names.first_without_signs if make is names.constant else names.spelled_or_first
    assert list(names.make_distinct(wires, make, keeper).values()) == wanted


def test_a_hash_only_where_nothing_else_differs() -> None:
    found = names.make_distinct(["fooBAR", "foobAR"], names.constant)
    assert all(
        re.fullmatch(r"FOOB?_?AR_[0-9a-f]{6}|FOO_BAR|FOOB_AR", name) for name in found.values()
    )
    found = names.make_distinct(["\u0301", "x" * 99 + "a", "x" * 99 + "b"], _snake)
    assert len(set(found.values())) == 3


@steady
@given(
    st.lists(
        st.sampled_from(
            ["a-b", "a_b", "a.b", "aB", "a b", "A_B", "class", "class_", "a_hyphen_b", "A-hyphen-B"]
        ),
        min_size=1,
        unique=True,
    )
)
def test_what_is_added_last_renames_nothing(wires: list[str]) -> None:
    """Unless it is spelled like the name."""
    *before, last = wires
    found = names.make_distinct(wires, _snake)
    changed = {
        wire: name
        for wire, name in names.make_distinct(before, _snake).items()
        if found[wire] != name
    }
    assert not changed or last in [name.rstrip("_") for name in changed.values()]
    assert len(set(found.values())) == len(wires)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found.values())


def test_a_name_of_one_level_cannot_meet_another_name() -> None:
    """A wire name that spells the longer name of another."""
    wires = ["-name", "name", "minus_name", "MINUS_NAME"]
    found = names.make_distinct(wires, names.constant)
    assert len(set(found.values())) == 4
    assert found["MINUS_NAME"] == "MINUS_NAME"


@steady
@given(texts)
@example("")
@example("_")
@example("ªº")
@example("\u2160")
@example("\u0661")
@example("x" * 200)
@example("\U0001d4d0")
@example("ß")
@example("ŉ")
@example("\ud800")
def test_every_text_makes_a_name(text: str) -> None:
    """A valid identifier, in the form that Python itself normalises it to."""
    for name in (
        names.snake(text), names.constant(text), names.pascal(text),
        names.snake(text, names.FIELDS),
    ):  # fmt: skip
        assert isinstance(name, names.Identifier)
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert len(name) <= names.MAX_LENGTH + 1
        assert not name.startswith("_")
        scope: dict[str, object] = {}
        exec(f"{name} = 1", scope)  # noqa: S102 - a name, just shown to be one
        assert name in scope
    assert names.snake(names.snake(text)) == names.snake(text) or len(names.snake(text)) > 60


@pytest.mark.parametrize("template", ["_operations.py.jinja", "_resource.py.jinja"])
def test_no_operation_has_the_name_of_an_import_of_its_module(template: str) -> None:
    text = (TEMPLATES / "client" / template).read_text(encoding="utf-8")
    lines = re.findall(r"^ *(?:from \S+ )?import (.+)$", text, re.MULTILINE)
    imports = {name for line in lines for name in re.findall(r"\w+", line)}
    assert "UUID" in imports
    assert not {names.constant_of(name.lower()).upper() for name in imports} & imports


def test_no_operation_has_the_name_of_an_attribute_of_the_fake() -> None:
    attributes = {name for name in dir(FakeTransport) if not name.startswith("_")}
    assert not {names.constant_of(name) for name in attributes} & attributes


@pytest.mark.parametrize("bad", ["", "a b", "a-b", "1a", "class", "a.b", "x;y"])
def test_a_pin_must_be_a_name(bad: str) -> None:
    with pytest.raises(UsageError, match="cannot be a Python name"):
        names.check_pinned(bad, "calls")


def test_long_names_keep_their_first_and_last_words() -> None:
    key = "shops/orders.response." + "properties.value." * 9 + "address.street"
    assert names.pascal(key) == (
        "ShopsOrdersResponsePropertiesValuePropertiesValuePropertiesValueAddressStreet"
    )
    assert len(names.snake(key)) <= names.MAX_LENGTH
    assert names.snake(key).endswith("_address_street")


def test_one_word_beyond_the_limit_keeps_a_hash() -> None:
    first, second = names.snake("x" * 100 + "a"), names.snake("x" * 100 + "b")
    assert first != second
    assert len(first) <= names.MAX_LENGTH
