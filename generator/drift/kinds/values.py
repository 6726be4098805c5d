"""What single values may be: types, enumerations, bounds, formats, defaults."""

from __future__ import annotations

from ..changes import BREAKING, NONE, RISK, SAFE
from .table import ALL_COME, FEWER, FEWER_COME, MORE, MORE_COME, kind

kind(
    "schema/type/changed",
    "changed",
    "the type is another one",
    (BREAKING, "values of the old type may be refused"),
    (BREAKING, "values of a type that the program doesn't expect"),
)
kind(
    "schema/type/narrowed",
    "widened",
    "fewer types than before",
    (BREAKING, "values of a type that was taken may be refused"),
    FEWER_COME,
)
kind(
    "schema/type/widened",
    "narrowed",
    "more types than before",
    MORE,
    (BREAKING, "values of a type that the program doesn't expect"),
)
kind(
    "schema/nullable/removed",
    "added",
    "null is no longer a value",
    (BREAKING, "null may be refused"),
    (SAFE, "null no longer comes"),
)
kind(
    "schema/nullable/added",
    "removed",
    "null is a value",
    (SAFE, "null need not be sent"),
    (BREAKING, "a program that relies on a value gets null"),
)
kind("schema/enum/added", "removed", "the values are listed", FEWER, FEWER_COME)
kind("schema/enum/removed", "added", "the values are no longer listed", MORE, MORE_COME)
kind(
    "schema/enum/value-removed",
    "value-added",
    "values are gone from the list",
    (BREAKING, "the API may refuse the values that it no longer lists"),
    FEWER_COME,
)
kind(
    "schema/enum/value-added",
    "value-removed",
    "values are new in the list",
    MORE,
    (RISK, "a program that handles every known value meets a new one"),
)
kind(
    "schema/enum/changed",
    "changed",
    "values are gone from the list and others are new in it",
    (BREAKING, "the API may refuse the values that it no longer lists"),
    (RISK, "a program that handles every known value meets a new one"),
)
for _name, _words in (
    ("minimum", "the lowest number"), ("maximum", "the highest number"),
    ("minLength", "the shortest text"), ("maxLength", "the longest text"),
    ("minItems", "the shortest list"), ("maxItems", "the longest list"),
    ("minProperties", "the fewest members"), ("maxProperties", "the most members"),
    ("minContains", "how many items must match `contains`"),
    ("maxContains", "how many items may match `contains`"),
):  # fmt: skip
    kind(
        f"schema/{_name}/narrowed",
        "widened",
        f"{_words} is bounded more tightly",
        FEWER,
        FEWER_COME,
    )
    kind(
        f"schema/{_name}/widened",
        "narrowed",
        f"{_words} is bounded less tightly",
        MORE,
        MORE_COME,
    )
for _name, _words in (
    ("pattern", "a regular expression that texts match"),
    ("multipleOf", "what numbers are multiples of"),
    ("uniqueItems", "that items differ"),
    ("contentEncoding", "how a text encodes bytes"),
    ("contentMediaType", "what a text holds"),
    ("contentSchema", "the schema of what a text holds"),
    ("not", "what values must not be"),
    ("if", "a condition"),
    ("then", "what holds if the condition does"),
    ("else", "what holds if the condition doesn't"),
    ("contains", "what some item must be"),
    ("propertyNames", "what members may be called"),
    ("unevaluatedItems", "what further items may be"),
    ("unevaluatedProperties", "what further members may be"),
    ("dependentRequired", "which members need which others"),
    ("dependentSchemas", "what holds where a member is present"),
    ("patternProperties", "what members of certain names are"),
    ("anyOf", "which members must be there"),
    ("oneOf", "which members must be there, one way only"),
    ("allOf", "what holds besides"),
):
    kind(f"schema/{_name}/added", "removed", f"{_words}: said now", FEWER, FEWER_COME)
    kind(f"schema/{_name}/removed", "added", f"{_words}: no longer said", MORE, MORE_COME)
    if _name != "uniqueItems":  # there is only one thing that it can say
        kind(f"schema/{_name}/changed", "changed", f"{_words}: said otherwise", FEWER, MORE_COME)
kind("schema/format/added", "removed", "the format is given", FEWER, FEWER_COME)
kind(
    "schema/format/removed",
    "added",
    "the format is no longer given",
    MORE,
    (BREAKING, "a program that reads the old format fails on a value that isn't of it"),
)
kind("schema/format/narrowed", "widened", "the format is a narrower one", FEWER, FEWER_COME)
kind("schema/format/widened", "narrowed", "the format is a wider one", MORE, MORE_COME)
kind(
    "schema/format/changed",
    "changed",
    "the format is another one",
    (BREAKING, "values of the old format may be refused"),
    ALL_COME,
)
kind(
    "schema/default/added",
    "removed",
    "what is taken where nothing is sent: said now",
    (SAFE, "it says what was left open"),
    (NONE, "a response has what it has"),
)
kind(
    "schema/default/removed",
    "added",
    "what is taken where nothing is sent: no longer said",
    (RISK, "a call that leaves the value out may mean something else"),
    (NONE, "a response has what it has"),
)
kind(
    "schema/default/changed",
    "changed",
    "what is taken where nothing is sent is another value",
    (RISK, "a call that leaves the value out means something else"),
    (NONE, "a response has what it has"),
)
