"""An object of a kind that the description doesn't know, which callers match on."""

from typing import assert_never

import case_implied_discriminators
from case_implied_discriminators import Sample, models
from case_implied_discriminators.models import UnknownVariant


def good(client: Sample) -> str:
    match client.entries.get():
        case models.Deposit():
            return "deposit"
        case models.Fee():
            return "fee"
        case models.UnknownVariant() as other:
            return str(other.model_extra)


def is_unknown(value: object) -> bool:
    return isinstance(value, (UnknownVariant, case_implied_discriminators.models.UnknownVariant))


def bad(client: Sample) -> str:
    match client.entries.get():
        case models.Deposit() | models.Fee():
            return "described"
        case other:
            assert_never(other)  # wrong
