"""Header parameters that hold a call's key.

The calls are in ``tests/client/test_idempotency.py``.
"""

from __future__ import annotations

import inspect

import pytest

from tests.support.generated_case import Case


@pytest.mark.parametrize(
    ("resource", "method", "annotation"),
    [
        ("payments", "create", "str | None"),
        ("payments", "change", "UUID | None"),
        ("payments", "list", "str | None"),
        ("refunds", "create", "str"),
        ("refunds", "change", "str | None"),
    ],
)
def test_the_parameter_of_a_key_is_optional_if_it_admits_a_uuid(
    resource: str, method: str, annotation: str, case: Case
) -> None:
    module = case.modules[f"resources.{resource}"]
    method_ = getattr(getattr(module, f"{resource.capitalize()}Resource"), method)
    found = [
        parameter
        for name, parameter in inspect.signature(method_).parameters.items()
        if name.endswith("idempotency_key")
    ]
    assert [parameter.annotation for parameter in found] == [annotation]
    assert (found[0].default is None) is annotation.endswith("None")


def test_the_docstring_tells_that_the_client_makes_it(case: Case) -> None:
    docs = " ".join(str(case.modules["resources.payments"].PaymentsResource.create.__doc__).split())
    assert "Tells a repetition from another payment. The client makes a key for each call" in docs
