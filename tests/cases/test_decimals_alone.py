"""Numbers with ``format: decimal`` in a description that has no text with a format."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case, GeneratedCases, load_spec

pytestmark = pytest.mark.slow

SPEC = """\
openapi: 3.1.0
info: {title: Till, version: "1"}
servers: [{url: https://till.example}]
paths:
  /price:
    get:
      operationId: prices/show
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Price"}}}
components:
  schemas:
    Price:
      type: object
      required: [amount]
      properties:
        amount: {type: number, format: decimal}
        shares: {type: object, additionalProperties: {type: number, format: decimal, minimum: 0}}
"""


@pytest.fixture(scope="module")
def case(cases: GeneratedCases) -> Case:
    return load_spec(cases, "decimals_alone", SPEC)


@pytest.mark.parametrize("text", ["0.10000000000000000001", "5", "-1.5", "2.50"])
def test_a_decimal_is_read_with_its_digits(case: Case, text: str) -> None:
    body = f'{{"amount": {text}, "shares": {{"a": {text.removeprefix("-")}}}}}'
    found: list[object] = []
    server = answering(200, body.encode(), content_type="application/json")
    with case.connect(server, on_deviation=found.append) as client:
        price = client.prices.show()
    assert (str(price.amount), price.shares["a"]) == (text, abs(Decimal(text)))
    assert found == []
