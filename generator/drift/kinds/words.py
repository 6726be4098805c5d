"""Prose, and the names and types of the generated client."""

from __future__ import annotations

from ..changes import NONE
from .table import NEUTRAL, kind

kind(
    "docs/text/changed",
    "changed",
    "a summary or description says something else",
    neutral=(NONE, "prose never reaches the wire"),
    alone=NEUTRAL,
)
kind(
    "docs/text/added",
    "removed",
    "a summary or description is new",
    neutral=(NONE, "prose never reaches the wire"),
    alone=NEUTRAL,
)
kind(
    "docs/text/removed",
    "added",
    "a summary or description is gone",
    neutral=(NONE, "prose never reaches the wire"),
    alone=NEUTRAL,
)
kind(
    "docs/example/changed",
    "changed",
    "an example is another one",
    neutral=(NONE, "examples never reach the wire"),
    alone=NEUTRAL,
)
kind(
    "docs/example/added",
    "removed",
    "an example is new",
    neutral=(NONE, "examples never reach the wire"),
    alone=NEUTRAL,
)
kind(
    "docs/example/removed",
    "added",
    "an example is gone",
    neutral=(NONE, "examples never reach the wire"),
    alone=NEUTRAL,
)
kind(
    "python/name/changed",
    "changed",
    "a name of the generated client is another one",
    neutral=(NONE, "names of the client are never sent"),
    alone=NEUTRAL,
)
kind(
    "python/name/added",
    "removed",
    "the generated client has a new name",
    neutral=(NONE, "names of the client are never sent"),
    alone=NEUTRAL,
)
kind(
    "python/name/removed",
    "added",
    "the generated client lacks a name",
    neutral=(NONE, "names of the client are never sent"),
    alone=NEUTRAL,
)
kind(
    "python/type/changed",
    "changed",
    "a type in the generated client is another one",
    neutral=(NONE, "types of the client are never sent"),
    alone=NEUTRAL,
)
kind(
    "python/client/refused",
    "taken",
    "no client can be generated of the new description",
    neutral=(NONE, "the API may be as it was"),
    alone=NEUTRAL,
)
kind(
    "python/client/taken",
    "refused",
    "a client can be generated, which couldn't be before",
    neutral=(NONE, "the API may be as it was"),
    alone=NEUTRAL,
)
