"""What reading a response costs: unions of many branches, much out of few bytes, one deviation."""

from __future__ import annotations

import gzip
import json
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import answering
from tests.support.generated_case import Case, GeneratedCases, load_spec

pytestmark = pytest.mark.slow

BRANCHES = 40
FEW = ("FewTagged", "FewLoose", "FewImplied")
"""Unions of three branches, which pydantic alone tries one after the other."""
_TEXT = {"type": "string"}
_REFS = "#/components/schemas/"


def _branches(
    name: str,
    *,
    is_tagged: bool,
    required: bool = True,
    is_constant: bool = False,
    count: int = BRANCHES,
) -> dict[str, Any]:
    """Return schemas of a union, of which each branch may have a list of the union."""
    keys = [f"{name}{number}" for number in range(count)]
    union: dict[str, Any] = {"oneOf": [{"$ref": _REFS + key} for key in keys]}
    if is_tagged:
        mapping = {key.lower(): _REFS + key for key in keys}
        union["discriminator"] = {"propertyName": "kind", "mapping": mapping}
    schemas: dict[str, Any] = {name: union}
    for number, key in enumerate(keys):
        members = {
            "kind": {"const": key.lower()} if is_constant else _TEXT,
            f"own{number}": _TEXT,
            "size": {"type": "integer"},
            "born": {"type": "string", "format": "date-time"},
            "inner": {"type": "array", "items": {"$ref": _REFS + name}},
        }
        schemas[key] = {"type": "object", "properties": members}
        if required:
            schemas[key]["required"] = ["kind", f"own{number}"]
    return schemas


def _spec() -> str:
    item = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "name": _TEXT,
            "mood": {"type": "string", "enum": ["calm", "wild"]},
            "weight": {"type": "number"},
            "born": {"type": "string", "format": "date"},
            "owner": {"type": "object", "properties": {"name": _TEXT}},
        },
    }
    schemas = {
        **_branches("Plain", is_tagged=False),
        **_branches("Tagged", is_tagged=True),
        **_branches("Loose", is_tagged=True, required=False),
        **_branches("Implied", is_tagged=False, is_constant=True),
        **_branches("FewTagged", is_tagged=True, count=3),
        **_branches("FewLoose", is_tagged=True, required=False, count=3),
        **_branches("FewImplied", is_tagged=False, is_constant=True, count=3),
        "Item": item,
        "Page": {
            "type": "object",
            "properties": {"items": {"type": "array", "items": {"$ref": _REFS + "Item"}}},
        },
    }
    bodies: dict[str, Any] = {
        name.lower(): {"type": "array", "items": {"$ref": _REFS + name}}
        for name in ("Plain", "Tagged", "Loose", "Implied", "Item", *FEW)
    }
    bodies["page"] = {"$ref": _REFS + "Page"}
    bodies["map"] = {"type": "object", "additionalProperties": {"$ref": _REFS + "Tagged"}}
    paths = {
        f"/{name}": {
            "get": {
                "operationId": f"things/{name}",
                "responses": {
                    "200": {"description": "ok", "content": {"application/json": {"schema": body}}}
                },
            }
        }
        for name, body in bodies.items()
    }
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Costs", "version": "1"},
            "servers": [{"url": "https://costs.example"}],
            "paths": paths,
            "components": {"schemas": schemas},
        }
    )


@pytest.fixture(scope="module")
def case(cases: GeneratedCases) -> Case:
    return load_spec(cases, "costs_of_reading", _spec())


class Reading:
    """Calls operations, and counts what reading the responses costs."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.deviations: list[tuple[str, str]] = []
        self.calls = 0
        """The functions of Python that the last call called."""

    def __call__(self, name: str, body: Any, *, packed: bool = True, **settings: Any) -> Any:
        """Return what an operation returns for a body."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content_type": "application/json"}
        if packed:
            headers["content_encoding"] = "gzip"
            content = gzip.compress(content)
        self.calls = 0
        self.deviations.clear()
        settings = {"on_deviation": self._note, **settings}
        with self.case.connect(answering(200, content, **headers), **settings) as client:
            call = getattr(client.things, name)
            sys.setprofile(self._count)
            try:
                return call()
            finally:
                sys.setprofile(None)

    def _note(self, deviation: Any) -> None:
        rule = deviation.rule.removeprefix("response/schema/")
        self.deviations.append((rule, deviation.pointer))

    def _count(self, _frame: object, event: str, _argument: object) -> None:
        self.calls += event == "call"


@pytest.fixture
def read(case: Case) -> Reading:
    reading = Reading(case)
    for name in ("plain", "tagged", "loose", "item", "page", "map"):  # builds the classes
        reading(name, b"{}" if name in ("page", "map") else b"[]")
        reading(name, b'{"a": [1]}' if name == "map" else b"[[1]]")
    return reading


# ── unions of many branches ──────────────────────────────────────────────────────────────────────

MANY = 2000


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("plain", {}),
        ("plain", {"kind": "x", "own7": "y"}),
        ("plain", {"kind": "x", "own7": "y", "new": 1}),
        ("plain", 1),
        ("tagged", {}),
        ("tagged", {"kind": "new"}),
        ("tagged", {"kind": "new", "own7": "y", "inner": [{}, {"kind": "new"}]}),
        ("tagged", {"kind": "tagged7"}),
        ("loose", {"own7": "y"}),
        ("implied", {}),
        ("implied", {"own7": "y"}),
        ("implied", {"kind": "new"}),
        ("implied", {"kind": "new", "own7": "y", "inner": [{}, {"kind": "new"}]}),
        ("implied", {"kind": "implied7"}),
        ("implied", 1),
    ],
    ids=str,
)
def test_few_branches_are_read(name: str, item: Any, read: Reading) -> None:
    """Those that the tag or the names of members tell, not all forty."""
    read(name, [item] * 100)
    before = read.calls
    read(name, [item] * MANY)
    assert read.calls - before < 30 * (MANY - 100)


def test_the_branch_is_the_one_that_fits_best(read: Reading) -> None:
    items = [{"kind": "x", f"own{number}": "y", "inner": []} for number in range(BRANCHES)]
    names = [type(item).__name__ for item in read("plain", items)]
    assert names == [f"Plain{number}" for number in range(BRANCHES)]
    assert read.deviations == []
    (item,) = read("plain", [{"kind": "x", "own7": 1, "new": 2}])
    assert type(item).__name__ == "Plain7"
    assert read.deviations == [("type/changed", "/0/own7"), ("property/added", "/0/new")]


def test_an_object_without_a_tag_that_all_need_is_of_no_class(read: Reading) -> None:
    data = [{"own7": "y", "inner": [{"own8": "z"}]}]
    (item,) = read("tagged", data)
    assert type(item).__name__ == "UnknownVariant"
    assert item.model_dump(mode="json") == data[0]
    assert read.deviations == [("required/removed", "/0/kind")]


def test_an_object_without_a_tag_that_none_needs_is_as_described(read: Reading) -> None:
    (item,) = read("loose", [{"own7": "y", "born": "2026-01-02T03:04:05Z"}])
    assert (type(item).__name__, item.born.year) == ("Loose7", 2026)
    assert read.deviations == []


@pytest.mark.parametrize("tag", ["", '"kind": "new", '], ids=["no tag", "new tag"])
@pytest.mark.parametrize("name", [name.lower() for name in FEW])
def test_a_chain_of_objects_of_no_known_class(name: str, tag: str, read: Reading) -> None:
    """Each branch at each of 60 levels is too many: pydantic's first reading tries none."""
    typed = getattr(read.case.modules["resources.things"], f"THINGS_{name.upper()}").answers["200"]
    with pytest.raises(ValidationError) as caught:
        typed.adapter.validate_json(_chain(8, tag), strict=True)
    assert caught.value.error_count() == 1
    read(name, _chain(60, tag))
    assert read.calls < 20_000


def _chain(levels: int, tag: str) -> bytes:
    """Return JSON of lists with an object, each inside the other."""
    return (f'[{{{tag}"inner": ' * levels + "[]" + "}]" * levels).encode()


@pytest.mark.parametrize("name", ["map", "tagged"])
def test_the_errors_of_pydantic_are_few(name: str, read: Reading) -> None:
    """An unknown tag is one error, and the first one of a list is enough."""
    typed = getattr(read.case.modules["resources.things"], f"THINGS_{name.upper()}").answers["200"]
    for kind in (b'{"kind": "new"}', b"{}"):
        body = b'{"a": %b}' % kind if name == "map" else b"[%b, %b, %b]" % (kind, kind, kind)
        with pytest.raises(ValidationError) as caught:
            typed.adapter.validate_json(body, strict=True)
        assert caught.value.error_count() == 1


# ── the limit of values ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "extra",
    [
        [0] * 200_000,
        [[0.0] * 511 + [1.0]] * 1000,
        "0,[{" * 1_000_000,
        '","[' * 500_000,
        " " * 3_000_000,
        [{"ok": True, "n": 0, "e": None}] * 60_000,
    ],
    ids=["zeros", "sparse vectors", "commas", "quotation marks", "blanks", "equal rows"],
)
def test_ordinary_values_that_are_well_packed_are_read(extra: Any, read: Reading) -> None:
    page = read("page", {"items": [], "extra": extra})
    assert page.extra == extra
    assert read.deviations == [("property/added", "/extra")]


@pytest.mark.parametrize("name", ["plain", "item", "page", "tagged"])
def test_very_many_objects_out_of_few_bytes_are_an_error(name: str, read: Reading) -> None:
    body = b"[" + b"{}," * 200_000 + b"{}]"
    if name == "page":
        body = b'{"items": %b}' % body
    with pytest.raises(read.case.errors.ResponseError, match="the limit of values") as caught:
        read(name, body)
    assert "more than 3,0" in str(caught.value)
    assert "max_size=None lifts this limit" in str(caught.value)


def test_what_is_not_packed_is_read(read: Reading) -> None:
    body = b"[" + b"{}," * 200_000 + b"{}]"
    assert len(read("item", body, packed=False)) == 200_001
    assert len(read("item", body, max_size=None)) == 200_001


def test_branches_that_are_tried_count(read: Reading) -> None:
    """No name of a member tells the branches apart, and each deviates."""
    item = b'{"kind": 1, "size": "q", "born": "z", "inner": [{"size": "q"}]},'
    with pytest.raises(read.case.errors.ResponseError, match="to read in branches of unions"):
        read("plain", b"[" + item * 5_000 + b"{}]")


def test_the_deadline_holds_while_a_response_is_read(read: Reading) -> None:
    body = b"[" + b'{"id": "x", "born": "z"},' * 60_000 + b"{}]"
    with pytest.raises(read.case.errors.TransportError, match="deadline") as caught:
        read("item", body, packed=False, deadline=0.3, retry=read.case.package.Retry(attempts=1))
    assert caught.value.may_have_reached_server


# ── deviations ───────────────────────────────────────────────────────────────────────────────────

ITEM = {"id": 1, "name": "a", "mood": "calm", "weight": 1.5, "born": "2026-01-02", "owner": {}}
ODD: list[dict[str, Any]] = [
    {"new": 1},
    {"name": None},
    {"mood": "sad"},
    {"weight": "1.5"},
    {"born": "2026-01-02T00:00:00Z"},
    {"owner": {"new": 1}},
    {"owner": 1},
    {"id": 1.0},
    {"weight": 1e400},
]


@pytest.mark.parametrize("where", [0, 700, 1999])
@pytest.mark.parametrize("name", ["item", "page"])
def test_only_deviating_items_are_read_with_tolerance(name: str, where: int, read: Reading) -> None:
    items = [ITEM] * MANY
    items[where] = {**ITEM, "new": 1}
    read(name, items if name == "item" else {"items": items})
    front = "" if name == "item" else "/items"
    assert read.deviations == [("property/added", f"{front}/{where}/new")]
    assert read.calls < 5 * MANY // 2


BRACES = ["}, {", "{", "}", '"items": [{', "\\", '"}]']


def _strange(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return bodies whose lists don't end where braces and names alone say."""
    named = [{**item, "name": BRACES[n % 6]} for n, item in enumerate(items)]
    halves = [{**ITEM, "name": "{" * (n % 2)} for n in range(len(items))]
    inner = [{**item, "owner": {"items": [{"a": {}}, {}]}} for item in items]
    twice = f'{{"items": {json.dumps(items)}, "items": {json.dumps(inner)}}}'
    return {
        "item": [items, named, halves, inner, [*items, None, *items], [*items, [], 1, {}]],
        "page": [
            {"items": named, "more": [{"a": 1}, {}]},
            {"first": [1], "meta": {"items": [1]}, "items": items},
            {"meta": {"items": items}, "items": []},
            {"meta": {"items": items}},
            {"more": items, "items": inner},
            {"items": halves, "text": "}]"},
            {'"items': 1, "items": inner, "rest": inner},
            [{"items": items}],
            twice.encode(),
        ],
    }


def _rule(name: str) -> str:
    return name.removeprefix("response/schema/")


@pytest.mark.parametrize("name", ["item", "page"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_large_list_is_what_the_parsed_one_is(
    indent: int | None, name: str, read: Reading
) -> None:
    typed = getattr(read.case.modules["resources.things"], f"THINGS_{name.upper()}").answers["200"]
    items = [ITEM] * 300 + [{**ITEM, "new": 1, "name": None}] * 200 + [ITEM] * 300
    for body in _strange(items)[name]:
        content = body if isinstance(body, bytes) else json.dumps(body, indent=indent).encode()
        noted: list[tuple[str, str]] = []
        parsed = typed.read_value(
            json.loads(content), lambda rule, at, _, to=noted: to.append((_rule(rule), at))
        )
        value = read(name, content)
        assert repr(value) == repr(parsed)
        assert read.deviations == noted


@pytest.mark.parametrize("text", ["}]", "}, {", '"}]'])
def test_a_text_that_looks_like_the_end_of_a_list(text: str, read: Reading) -> None:
    """Wherever it is."""
    typed = read.case.modules["resources.things"].THINGS_PAGE.answers["200"]
    for where in range(60, 100):
        items = [ITEM] * 200
        items[where] = {**ITEM, "name": text}
        value = typed.read_json(json.dumps({"items": items}), lambda *_: None)
        assert [item.name for item in value.items].index(text) == where


@pytest.mark.parametrize("name", ["item", "page"])
@pytest.mark.parametrize("cut", [1, 2, 40_000])
def test_a_large_list_that_is_not_json(cut: int, name: str, read: Reading) -> None:
    items = [ITEM] * MANY
    content = json.dumps(items if name == "item" else {"items": items}).encode()
    for wrong in (content[:-cut], content + b"]", content[:-cut] + b"," + content[-cut:]):
        with pytest.raises(read.case.errors.ResponseError, match="not JSON"):
            read(name, wrong)


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_a_value_does_not_depend_on_its_neighbours(odd: dict[str, Any], read: Reading) -> None:
    """Items are read alone, among those as described, and among those that deviate."""
    text = json.dumps({**ITEM, **odd}).replace("Infinity", "1e400")
    usual = json.dumps(ITEM)
    (alone,) = read("item", f"[{text}]".encode())
    (as_described,) = read("item", f"[{usual}]".encode())
    for others in (usual, '{"id": null}'):
        texts = [others, usual] * 60 + [text] + [others, usual] * 600
        items = read("item", f"[{','.join(texts)}]".encode())
        assert items[120] == alone
        assert items[120].model_fields_set == alone.model_fields_set
        assert repr(items[120]) == repr(alone)
        assert items[121:-1:2].count(items[121]) == 600
        assert items[-1] == as_described


def test_a_deviation_after_very_many_others_is_told(read: Reading) -> None:
    """Of equal ones the first is told, however many there are."""
    items = [{**ITEM, "name": None, "owner": {"old": 1}}] * 5_000
    read("item", [*items, {**ITEM, "owner": {"new": 1}}, *items])
    assert read.deviations == [
        ("nullable/added", "/0/name"),
        ("property/added", "/0/owner/old"),
        ("property/added", "/5000/owner/new"),
    ]
