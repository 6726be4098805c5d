"""What differs between two packages, read from their source."""

# ruff: noqa: E501 - a table

from __future__ import annotations

import pytest

from generator.codegen.apidiff.api import PublicApi
from generator.codegen.apidiff.compare import compare
from generator.codegen.apidiff.from_source import from_source
from tests.support.cases import CASES, topics
from tests.support.generated_case import GeneratedCases

HEAD = """\
class Kind(StrEnum):
    CAT = "cat"
Ids = TypeAliasType("Ids", list[int])
class Pet(Model):
    name: str
    note: str | None = None
    kind: Opt[OrStr[Kind]] = None
    age: Opt[Annotated[int, Field(le=30)]] = None
    sort: Opt[Literal["a", "b"]] = None
    home: Opt[Home] = None
class Home(Model):
    street: str
class Answer(OpenModel):
    pet: Pet
    ids: Opt[Ids] = None
    size: int
    code: int | str
"""
CALLS = """\
class Pets:
    def __init__(self, sender: Sender) -> None: ...
    @overload
    def add(self, id: str, body: Pet, *, limit: int = 3) -> Answer: ...
    @overload
    def add(self, id: str, body: Pet, *, limit: int = 3, accept: Literal["text/csv"]) -> str: ...
    def add(self, id: str, body: Pet, *, limit: int = 3, accept: str = "") -> Answer | str: ...
class AsyncPets:
    async def add(self, id: str) -> None: ...
"""
ERRORS = """\
class Base(Exception): ...
class ApiError(Base):
    error: Fault | None
    def __init__(self, url: str) -> None: ...
    def again(self) -> None: ...
"""


def files(old: str = "", new: str = "") -> dict[str, bytes]:
    """The package, with one text in the place of another."""
    modules = {"models.py": HEAD, "resources/pets.py": CALLS, "errors.py": ERRORS}
    assert not old or any(old in text for text in modules.values())
    return {path: text.replace(old, new).encode() for path, text in modules.items()}


CHANGES = {
    "nothing": ("", "", []),
    "alternatives in another order": ("int | str", "str | int", []),
    "values in another order": ('Literal["a", "b"]', 'Literal["b", "a"]', []),
    "a union as it was written before 3.10": ("int | str", "Union[int, str]", []),
    "a type in quotes": ("pet: Pet", 'pet: "Pet"', []),
    "a module in front": ("body: Pet", "body: models.Pet", []),
    "an alias that is spelt out": ("Opt[Ids]", "Opt[list[int]]", ["  changed Answer.ids"]),
    "a field that is gone": ("    size: int\n", "", ["! removed Answer.size"]),
    "a field that needs a value, in what is sent": ("    name: str\n", "    name: str\n    b: int\n", ["! added Pet.b"]),
    "a field that needs a value, in what is received": ("    size: int\n", "    size: int\n    b: int\n", ["  added Answer.b"]),
    "a field that needn't be given any more": ("    street: str\n", "    street: Opt[str] = None\n", ["! widened Home.street"]),
    "null that can't be sent any more": ("note: str | None", "note: Opt[str]", ["! narrowed Pet.note"]),
    "null that can be sent": ("Opt[OrStr[Kind]]", "OrStr[Kind] | None", ["  widened Pet.kind"]),
    "a wider type of what is received": ("size: int", "size: int | str", ["! widened Answer.size"]),
    "a narrower type of what is received": ("code: int | str", "code: int", ["  narrowed Answer.code"]),
    "an enumeration of what was any text": ("code: int | str", "code: int | OrStr[Kind]", ["  changed Answer.code"]),
    "an integer where a number was": ("size: int", "size: float", ["! widened Answer.size"]),
    "a bound that is tighter": ("le=30", "le=20", ["! narrowed Pet.age"]),
    "a bound that is looser": ("le=30", "le=40", ["  widened Pet.age"]),
    "a bound that is gone": (", Field(le=30)", ", Field()", ["  widened Pet.age"]),
    "one value less": ('"a", "b"', '"a"', ["! narrowed Pet.sort"]),
    "any text where values were": ('Literal["a", "b"]', "str", ["! widened Pet.sort"]),
    "a class that is one of several": ("Opt[Home]", "Opt[Home | Answer]", ["! widened Pet.home"]),
    "a member with another value": ('CAT = "cat"', 'CAT = "CAT"', ["! changed Kind.CAT"]),
    "a name that is another member's now": ("    street: str\n", '    street: Annotated[str, Field(alias="Street")]\n    street_lower: Annotated[str, Field(alias="street")]\n', ["! renamed Home.street", "! added Home.street"]),
    "a member that is gone, with its name in use": ("    size: int\n    code: int | str\n", '    size: Annotated[int, Field(alias="code")]\n', ["! renamed Answer.code", "! removed Answer.size"]),
    "a class that has another name": ("Home", "House", ["! renamed Home"]),
    "an enumeration that has another name": ("Kind", "Sort", ["! renamed Kind"]),
    "a class that is an alias now": ("class Home(Model):\n    street: str", 'Home = TypeAliasType("Home", str)', ["! changed Home", "! removed Home.street"]),
    "fields that nobody declared": ("OpenModel", "Model", ["  changed Answer"]),
    "an alias with another type": ("list[int]", "list[str]", ["! changed Ids"]),
    "an argument with another name": ("id: str, body", "key: str, body", ["! renamed pets.add id"]),
    "arguments in another order": ("id: str, body: Pet", "body: Pet, id: str", ["! changed pets.add body", "! changed pets.add id"]),
    "a default that is gone": ("limit: int = 3)", "limit: int)", ["! narrowed pets.add limit"]),
    "another default": ("limit: int = 3)", "limit: int = 4)", ["  changed pets.add limit"]),
    "an overload that is gone": ('accept: Literal["text/csv"]', 'accept: Literal["text/xml"]', ["! removed pets.add", "  added pets.add"]),
    "a method with another name": ("def add(", "def put(", ["! removed pets.add", "! removed pets.add", "  added pets.put", "  added pets.put"]),
    "another base": ("ApiError(Base)", "ApiError(Exception)", ["! changed errors.ApiError"]),
    "a constructor": ("self, url: str", "self, url: str, status: int", ["! added errors.ApiError status"]),
    "a class that is gone, with its methods": ("class ApiError", "class _ApiError", ["! removed errors.ApiError"]),
    "a type that takes another value": ("size: int", "size: str", ["! changed Answer.size"]),
    "one value more": ('"a", "b"', '"a", "b", "c"', ["! widened Pet.sort"]),
    "another value": ('"a", "b"', '"a", "c"', ["! changed Pet.sort"]),
    "a bound that moves": ("Field(le=30)", "Field(ge=30)", ["! changed Pet.age"]),
    "a default that is gone from a wider type": ("limit: int = 3)", "limit: int | str)", ["! changed pets.add limit"]),
    "an alias of less": ("list[int]", "list[Literal[1]]", ["  narrowed Ids"]),
}  # fmt: skip
"""Edits of the package, and its changes: ``!`` marks one that breaks callers; the term is about the
values of a type, whether it breaks a caller or not."""


@pytest.mark.parametrize("case", CHANGES)
def test_what_differs(case: str) -> None:
    old, new, expected = CHANGES[case]
    before, after = from_source(files()), from_source(files(old, new))
    found = compare(before, after)
    assert [
        f"{'!' if one.breaks else ' '} {one.term} {one.name}"
        + (f" {one.declaration.name}" if one.declaration.kind == "parameter" else "")
        for one in found
    ] == expected
    if case != "arguments in another order":
        assert all(str(one.old) != str(one.new) for one in found)
    opposite = {"narrowed": "widened", "widened": "narrowed"}
    if len(found) == 1 and found[0].term in opposite:
        assert [one.term for one in compare(after, before)] == [opposite[found[0].term]]


def test_places_are_those_of_the_source() -> None:
    places = from_source(files()).source.places
    assert str(places["Pet.age"]) == "models.py:8:5"
    assert str(places["Kind.CAT"]) == "models.py:2:5"
    assert str(places["pets.add"]) == "resources/pets.py:4:5"


def test_a_module_that_is_no_python() -> None:
    with pytest.raises(SyntaxError) as caught:
        from_source({"models.py": b"class ???"})
    assert (caught.value.filename, caught.value.lineno) == ("models.py", 1)


@pytest.mark.slow
@pytest.mark.parametrize("topic", topics(CASES))
def test_every_part_of_a_case_is_missed_when_it_is_gone(topic: str, cases: GeneratedCases) -> None:
    sources = cases.sources(topic)
    sources["__init__.py"] = b"from .client import Sample"
    whole = from_source(sources)
    assert whole.declarations
    assert compare(whole, from_source(sources)) == ()
    parts = [
        one for one in whole.declarations.values() if one.kind in ("field", "member", "method")
    ]
    for one in parts[:4]:
        declared = [other for other in whole.declarations.values() if other != one]
        (change,) = compare(whole, PublicApi(declared, whole.requests, whole.errors))
        assert (change.old, change.action, change.breaks) == (one, "removed", True)


def test_expressions_where_the_generator_writes_literals() -> None:
    edited = files('CAT = "cat"', "CAT = auto()") | {"errors.py": b"class E(Model, open=N): ..."}
    changed = [one.name for one in compare(from_source(files()), from_source(edited))]
    assert "Kind.CAT" in changed


def test_two_classes_that_became_one() -> None:
    old = from_source({"models.py": b"class A(Model):\n    x: int\nclass B(Model):\n    y: int\n"})
    new = from_source({"models.py": b"class C(Model):\n    x: int\n    y: int\n"})
    found = compare(old, new, renamed=[("A", "C"), ("B", "C")])
    assert [(one.name, one.action) for one in found] == [
        ("A", "renamed"),
        ("A.y", "added"),
        ("B", "renamed"),
        ("B.x", "added"),
    ]


def test_private_bases_are_read_once() -> None:
    """Each has the next one twice, which Python would refuse."""
    bases = "".join(f"class _B{n}(_B{n + 1}, _B{n + 1}):\n    b{n}: int\n" for n in range(40))
    api = from_source({"models.py": f"{bases}class _B40(_B0): ...\nclass Pet(_B0): ...\n".encode()})

    assert [one.name for one in api.declarations.values()] == ["", *(f"b{n}" for n in range(40))]


def test_members_of_private_bases_have_a_budget() -> None:
    members = "".join(f"    b{n}: int\n" for n in range(1000))
    pets = "".join(f"class Pet{n}(_Base): ...\n" for n in range(1000))
    with pytest.raises(SyntaxError, match="more than 200,000 members"):
        from_source({"models.py": f"class _Base(Model):\n{members}{pets}".encode()})


@pytest.mark.slow
def test_aliases_of_each_other_are_compared_once() -> None:
    """Each leads to the next two: the number of ways is exponential, and the way is long."""

    def api(last: str) -> bytes:
        names = (
            f"A{n} = TypeAliasType('A{n}', list[A{n + 1}] | list[A{n + 2}])\n" for n in range(3000)
        )
        return f"{''.join(names)}A3000 = TypeAliasType('A3000', {last})\n".encode()

    old, new = (from_source({"models.py": api(last)}) for last in ("int", "int | str"))
    assert [one.name for one in compare(old, new)] == ["A3000"]
