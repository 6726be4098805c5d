"""Links that lead to other calls, in the docstrings of methods (OpenAPI 3.1.1 §4.8.20)."""

from __future__ import annotations

import inspect

import pytest

from tests.support.cases import CASES
from tests.support.generated_case import Case

ID = "`$response.body#/id` is the"


@pytest.mark.parametrize(
    ("call", "links"),
    [
        (
            "create",
            (
                f"{ID} argument `pet_id` of `pets.get`. {ID} argument `pet_id` and "
                "`$request.header.X` is the argument `pet_id_header` and `true` is the argument "
                "`loud` and `$request.body` is the argument `body` of `pets.replace`. "
                "To `pets.get`."
            ),
        ),
        (
            "get",
            (f'{ID} argument `pet_id` of `pets.get`. {ID} argument `pet"""Id` of `pets.create`.'),
        ),
        ("replace", ""),
    ],
)
def test_a_docstring_has_the_links(call: str, links: str, case: Case) -> None:
    docs = str(inspect.getdoc(getattr(case.modules["resources.pets"].PetsResource, call)))
    assert " ".join(docs.partition("Links: ")[2].split()) == links


def test_links_out_of_the_client_are_noted() -> None:
    told = (CASES / "links" / "expected" / "warnings.txt").read_text(encoding="utf-8")
    facts = [line for line in told.splitlines() if line.endswith("[link]")]
    assert [fact.partition(" the link ")[2].split()[0] for fact in facts] == [
        "has", "'absent'", "'elsewhere'", "'served'",
    ]  # fmt: skip
