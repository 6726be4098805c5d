"""Names that a template imports and its output doesn't read are gone before ruff runs."""

from __future__ import annotations

import pytest

from generator.codegen.render.source.format import format_files
from generator.codegen.render.source.imports import without_unread_names

BELOW = "\n\nclass Pin(Model):\n    created: datetime | None = None\n"


def module(imports: str, docstring: str = '"""Pins."""\n\n') -> str:
    return f"{docstring}from __future__ import annotations\n\n{imports}{BELOW}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("from .model import Model\n", "from .model import Model\n"),
        ("from .formats import UUID, Decimal, datetime\n", "from .formats import datetime\n"),
        ("from .formats import UUID, Decimal\n", ""),
        ("import json\n", ""),
        ("import Model.fields\n", "import Model.fields\n"),
        ("from .m import base as Model, time as date_\n", "from .m import base as Model\n"),
        ("from .m import Other as Other\n", "from .m import Other as Other\n"),
        ("from .m import other  # noqa: F401\n", "from .m import other  # noqa: F401\n"),
        ("from .m import (\n    other,\n)\n", "from .m import (\n    other,\n)\n"),
    ],
)
def test_only_names_that_occur_below_are_left(given: str, expected: str) -> None:
    assert without_unread_names(module(given)) == module(expected)


@pytest.mark.parametrize(
    "docstring",
    [
        '"""An example:\n\nfrom json import dumps\n"""\n\n',
        '"""A quote: \\"\\"\\"\nfrom json import dumps\n"""\n\n',
        'r"""A quote "" and more\n\nimport json\n"""\n\n',
    ],
)
def test_text_of_a_description_is_left_as_it_is(docstring: str) -> None:
    source = module("from .m import Model\n", docstring)
    assert without_unread_names(source) == source


def test_imports_below_the_first_statement_are_left_to_ruff() -> None:
    source = module("from .m import Model\n") + "\nimport json\n"
    assert without_unread_names(source) == source
    assert "json" not in format_files({"pins.py": source})["pins.py"]
