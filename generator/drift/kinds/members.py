"""What objects, lists and unions are made of."""

from __future__ import annotations

from ..changes import BREAKING, NONE, RISK, SAFE
from .table import ALL_COME, FEWER, FEWER_COME, MORE, MORE_COME, kind

kind(
    "schema/property/added",
    "removed",
    "an optional member is new",
    (SAFE, "it need not be sent"),
    (SAFE, "a program that doesn't know it ignores it"),
)
kind(
    "schema/property/removed",
    "added",
    "an optional member is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    (BREAKING, "a program that reads it finds nothing"),
)
kind(
    "schema/property/added-required",
    "removed-required",
    "a required member is new",
    (BREAKING, "a call without it may be refused"),
    (SAFE, "a program that doesn't know it ignores it"),
)
kind(
    "schema/property/removed-required",
    "added-required",
    "a required member is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    (BREAKING, "a program that reads it finds nothing"),
)
kind(
    "schema/required/added",
    "removed",
    "a member became required",
    (BREAKING, "a call without it may be refused"),
    (SAFE, "what might have been missing is there"),
)
kind(
    "schema/required/removed",
    "added",
    "a member became optional",
    (SAFE, "it may still be sent"),
    (BREAKING, "a program that relies on it may find nothing"),
)
kind(
    "schema/readOnly/added",
    "removed",
    "the member became read-only",
    (BREAKING, "it is no part of a request any more, so the API may refuse or ignore it"),
    (NONE, "it still comes"),
)
kind(
    "schema/readOnly/removed",
    "added",
    "the member is no longer read-only",
    (SAFE, "it may now be sent"),
    (NONE, "it still comes"),
)
kind(
    "schema/writeOnly/added",
    "removed",
    "the member became write-only",
    (NONE, "it may still be sent"),
    (BREAKING, "a program that reads it finds nothing"),
)
kind(
    "schema/writeOnly/removed",
    "added",
    "the member is no longer write-only",
    (NONE, "it may still be sent"),
    (SAFE, "it now comes too"),
)
kind(
    "schema/additionalProperties/closed",
    "opened",
    "members that aren't described are no longer taken",
    (BREAKING, "a call with members of its own may be refused"),
    FEWER_COME,
)
kind(
    "schema/additionalProperties/opened",
    "closed",
    "members that aren't described are taken",
    MORE,
    (SAFE, "a program ignores members that it doesn't know"),
)
kind(
    "schema/additionalProperties/forbidden",
    "allowed",
    "members that aren't described are forbidden",
    (BREAKING, "a call with members that nobody described may be refused"),
    FEWER_COME,
)
kind(
    "schema/additionalProperties/allowed",
    "forbidden",
    "members that aren't described are no longer forbidden",
    MORE,
    (SAFE, "a program ignores members that it doesn't know"),
)
kind("schema/items/added", "removed", "what items are: said now", FEWER, FEWER_COME)
kind("schema/items/removed", "added", "what items are: no longer said", MORE, ALL_COME)
kind(
    "schema/prefixItems/added",
    "removed",
    "what the first items are: said of more",
    FEWER,
    FEWER_COME,
)
kind(
    "schema/prefixItems/removed",
    "added",
    "what the first items are: said of fewer",
    MORE,
    MORE_COME,
)
kind(
    "schema/branch/added",
    "removed",
    "the union has a further branch",
    MORE,
    (BREAKING, "a value may come that fits none of the branches that the program knows"),
)
kind(
    "schema/branch/removed",
    "added",
    "a branch of the union is gone",
    (BREAKING, "values of that branch may be refused"),
    (SAFE, "values of that branch no longer come"),
)
kind(
    "schema/branch/added-known",
    "removed-known",
    "the union has a further branch, told by its discriminator",
    MORE,
    (RISK, "a value of a kind that the program doesn't know may come"),
)
kind(
    "schema/branch/removed-known",
    "added-known",
    "a branch of the union, told by its discriminator, is gone",
    (BREAKING, "values of that branch may be refused"),
    (SAFE, "values of that branch no longer come"),
)
kind(
    "schema/branch/added-overlapping",
    "removed-overlapping",
    "the union has a further branch, which values of another one may fit as well",
    (BREAKING, "`oneOf` refuses a value that fits two branches"),
    (BREAKING, "a value may come that fits none of the branches that the program knows"),
)
kind(
    "schema/branch/removed-overlapping",
    "added-overlapping",
    "a branch of the union is gone, which values of another one might fit as well",
    (BREAKING, "values of that branch may be refused"),
    (SAFE, "values of that branch no longer come"),
)
kind(
    "schema/discriminator/added",
    "removed",
    "a member tells the branches apart",
    (RISK, "values without that member, or with another value, may be refused"),
    (SAFE, "values that come fit the same branches"),
)
kind(
    "schema/discriminator/removed",
    "added",
    "no member tells the branches apart any more",
    MORE,
    (RISK, "a program that goes by that member may not find it"),
)
kind(
    "schema/discriminator/changed",
    "changed",
    "another member, or other values, tell the branches apart",
    (BREAKING, "values with the old member may be refused"),
    (BREAKING, "a program that goes by the old member reads the wrong branch"),
)
kind(
    "schema/deprecated/added",
    "removed",
    "it is deprecated",
    (SAFE, "it works until it is removed"),
    (SAFE, "it comes until it is removed"),
)
kind(
    "schema/deprecated/removed",
    "added",
    "it is no longer deprecated",
    (SAFE, "nothing ends"),
    (SAFE, "nothing ends"),
)
kind(
    "schema/sunset/added",
    "removed",
    "a day is given on which it ends",
    (RISK, "it stops on that day"),
    (RISK, "it stops on that day"),
)
kind(
    "schema/sunset/removed",
    "added",
    "the day on which it ends is withdrawn",
    (SAFE, "nothing ends on that day"),
    (SAFE, "nothing ends on that day"),
)
kind(
    "schema/sunset/changed",
    "changed",
    "the day on which it ends is another one",
    (RISK, "it may stop earlier"),
    (RISK, "it may stop earlier"),
)
