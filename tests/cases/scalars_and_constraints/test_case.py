"""Scalars, their bounds, and fields that are not set."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from tests.support.generated_case import Case, refused, sent


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "R1x"), ("name", "r-1"), ("name", "R" * 40 + "1"), ("name", "Rye-\u0663"),
        ("grams", 50), ("grams", 120), ("grams", 5050), ("grams", 200.5),
        ("salt", 0), ("salt", 3.5), ("salt", None),
        ("tins", []), ("tins", [1, 2, 3, 4]), ("tins", [0]), ("seeds", ["\u0663g"]),
        ("frost", 1), ("cellar", -1),
        ("seeds", ["g"]),
        ("sliced", "perhaps"), ("grams", None), ("weight", 1),
    ],
)  # fmt: skip
def test_constraints_are_kept(field: str, value: object, case: Case) -> None:
    values = {"name": "Rye-1", "grams": 750, field: value}
    assert len(refused(case.models.Loaf, **values)) == 1


def test_what_was_not_set_is_not_sent(case: Case) -> None:
    loaf = case.models.Loaf
    assert sent(loaf(name="Rye-1", grams=100)) == {"name": "Rye-1", "grams": 100}
    assert sent(loaf(name="Rye-1", grams=100, note=None, sliced=True)) == {
        "name": "Rye-1", "grams": 100, "note": None, "sliced": True,
    }  # fmt: skip


def test_the_words_of_the_description_are_docstrings(case: Case) -> None:
    source = inspect.getsource(case.models)
    assert '"""One loaf of bread."""' in source
    assert '"""How dark, from 1 to 5."""' in source


def test_a_deprecated_field_warns_if_it_is_read(case: Case) -> None:
    """Not while a model is made, read, sent, copied, compared or pickled; warnings are errors."""
    loaf = case.models.Loaf
    made = loaf(name="Rye-1", grams=100, oven=2)
    made.oven = 3
    read = loaf.model_validate({"name": "Rye-1", "grams": 100, "oven": "3"})

    assert made == read
    assert sent(made) == sent(read) == {"name": "Rye-1", "grams": 100, "oven": 3}
    for again in (copy.copy(read), copy.deepcopy(read), pickle.loads(pickle.dumps(read))):  # noqa: S301
        assert again == read
    warning = r"\ALoaf\.oven is deprecated: Ovens are chosen by the baker now\.\Z"
    with pytest.warns(DeprecationWarning, match=warning):
        assert read.oven == 3
