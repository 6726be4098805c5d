"""Values of the models for tests of the client's users: ``testing.example``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.cases import CASES, settings_of, topics
from tests.support.command import ROOT, python
from tests.support.generated_case import Case, GeneratedCases


@pytest.fixture(scope="module")
def example(case: Case) -> Any:
    return case.modules["testing"].example


def test_an_example_of_the_description(case: Case, example: Any) -> None:
    """Of a body, without what the class doesn't declare; its parts are values of their classes."""
    dog = example(case.models.Dog)
    assert (dog.name, dog.born_on) == ("Rex", date(2026, 1, 2))
    assert dog.owner == case.models.Person(name="Ann", phone="1")
    assert dog.model_extra == {}
    assert example(case.models.Person).name == "Ann"
    assert example(case.models.Tree).kind == "oak"


def test_the_code_of_the_page(case: Case) -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    code = page.partition("```python\nfrom kennel import models\n")[2].partition("```")[0]
    values: dict[str, Any] = {"models": case.models}
    exec(code.replace("kennel", case.package.__name__), values)  # noqa: S102
    assert (values["dog"].name, values["other"].owner.name) == ("Rex", "Ann")


def test_fields_are_replaced(case: Case, example: Any) -> None:
    person = example(case.models.Person, name="Bo")
    dog = example(case.models.Dog, owner=person, born_on=date(2026, 5, 6))
    assert (dog.owner.name, dog.owner.phone, dog.born_on) == ("Bo", "1", date(2026, 5, 6))
    assert example(case.models.Dog, owner={"name": "Cy"}).owner.name == "Cy"
    assert example(case.models.Dog).owner.name == "Ann", "a value is nobody else's"


def test_values_are_equal_and_apart(case: Case, example: Any) -> None:
    one, other = example(case.models.Dog), example(case.models.Dog)
    assert one == other
    one.owner.name = "Zoe"
    assert other.owner.name == example(case.models.Dog).owner.name == "Ann"


@pytest.mark.parametrize("fields", [{"name": ""}, {"owner": 1}, {"nickname": "R"}, {"owner": {}}])
def test_a_wrong_field(fields: dict[str, Any], case: Case, example: Any) -> None:
    with pytest.raises(ValidationError):
        example(case.models.Dog, **fields)


def test_a_file_is_bytes(case: Case, example: Any) -> None:
    picture = example(case.models.Picture, title="Dusk")
    assert (picture.file, picture.more, picture.title) == (b"example", [b"example"], "Dusk")
    fake = case.fake()
    with case.package.Sample(transport=fake) as client:
        client.pictures.add(picture)
        client.dogs.add(example(case.models.Dog))
    assert fake.dogs_add.calls[0].body == example(case.models.Dog)


def test_a_class_without_a_value(case: Case, example: Any, cases: GeneratedCases) -> None:
    with pytest.raises(ValidationError, match="again"):
        example(case.models.Endless, note="n")
    assert "no example could be generated for Endless" in cases.outcome("values_of_classes").err


def test_type_checkers_know_the_class(case: Case, cases: GeneratedCases, tmp_path: Path) -> None:
    name = case.package.__name__
    program = (
        f"from {name}.models import Dog\nfrom {name}.testing import example\n"
        'name: str = example(Dog, name="x").name\nreveal_type(example(Dog))\n'
    )
    (tmp_path / "use.py").write_text(program, encoding="utf-8")
    words = ("-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", ".c", "use.py")
    outcome = python(tmp_path, *words, path=[cases.folder], MYPYPATH=str(cases.folder))
    assert f'Revealed type is "{name}.models.Dog"' in outcome.out


@pytest.mark.slow
@pytest.mark.parametrize("topic", [one for one in topics(CASES) if not settings_of(one).models])
def test_values_of_every_case(topic: str, cases: GeneratedCases) -> None:
    """A constructor takes what a value has."""
    case = cases.load(topic)
    folder = Path(str(case.package.__file__)).parent
    if not (folder / "_values.json").is_file():
        assert not (folder / "testing.py").is_file()
        return
    for name in json.loads((folder / "_values.json").read_text(encoding="utf-8")):
        model = getattr(case.models, name)
        value = case.modules["testing"].example(model)
        assert type(value) is model
        data = vars(value) | (value.model_extra or {})
        model(**{field: data[field] for field in value.model_fields_set})
