"""The kinds of change and what each means in each direction: the table behind the rules.

A kind is area/kind/action. In a direction where it can happen it has a wire level and a reason;
where it can't, ``alone`` says why. Every kind names its opposite, which is what the comparison the
other way round finds.
"""

from __future__ import annotations

from . import access, calls, members, values, words
from .table import KINDS, REQUEST, RESPONSE, Kind, Side

__all__ = ["KINDS", "REQUEST", "RESPONSE", "Kind", "Side"]

_ = access, calls, members, values, words  # each fills the table
