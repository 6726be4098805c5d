"""The rules of the drift check, one table: the sentence, the effect in each direction, the reason.

A rule is direction/area/subject/action. A row of the table gives a rule's action and the action
that undoes it, a sentence, and an effect for each direction in which the change can happen. How to
add a rule: add a row and its opposite, record it in ``compare/``, add a case to
``tests/drift/cases``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..openapi.keywords import (
    ASSERTIONS,
    SERVER_ONLY,
    Compare,
    FlagKeyword,
    NumberKeyword,
    TextKeyword,
)
from .changes import BREAKING, NONE, RISK, SAFE

REQUEST, RESPONSE, API = "request", "response", "api"

_LOOK = "Run `speclock generate`, and review the code that uses the client."
_TAKE = "Run `speclock drift --write` to take the change into your description."
_SEND = "Change what your program sends before the API enforces it."
_READ = "Change what your program reads before the API sends it."
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Effect:
    """The severity of a change in one direction, and the reason."""

    wire: str
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One change in one direction."""

    id: str
    """direction/area/subject/action, as ``request/schema/enum/value-removed``."""
    wire: str
    sentences: tuple[str, ...]
    """Templates of the message; the first whose values are all given is used. The last has no
    values: it describes the rule."""
    why: str
    """Why it matters to a caller, or why it doesn't."""
    do: str
    """The remedy."""
    opposite: str
    """The id of the rule for the change the other way round."""

    @property
    def what(self) -> str:
        """The change in general."""
        return self.sentences[-1]

    def message(self, values: Mapping[str, str]) -> str:
        """Return the sentence for one change."""
        for sentence in self.sentences:
            if all(map(values.get, _FIELD.findall(sentence))):
                return _FIELD.sub(lambda found: values[found[1]], sentence)
        return self.what


RULES: dict[str, Rule] = {}
"""Every rule by its id."""


def is_neutral(name: str) -> bool:
    """Return whether a rule, named without its direction, is for no direction."""
    return f"{API}/{name}" in RULES


def rule_of(name: str, direction: str) -> Rule:
    """Return the rule for a name without direction and the direction of a comparison."""
    return RULES[f"{API if is_neutral(name) else direction}/{name}"]


def _rule(
    name: str,
    opposite: str,
    sentences: str,
    request: Effect | None = None,
    response: Effect | None = None,
    neutral: Effect | None = None,
) -> None:
    """Add a rule for each direction with an effect; ``|`` separates the sentences."""
    other = f"{name.rpartition('/')[0]}/{opposite}"
    for direction, effect, act in (
        (REQUEST, request, _SEND), (RESPONSE, response, _READ), (API, neutral, _LOOK),
    ):  # fmt: skip
        if effect is not None:
            RULES[f"{direction}/{name}"] = Rule(
                f"{direction}/{name}",
                effect.wire,
                tuple(sentences.split("|")),
                effect.why,
                act if effect.wire in (RISK, BREAKING) else _TAKE,
                f"{direction}/{other}",
            )


def _pair(
    name: str,
    nouns: str,
    request: tuple[Effect, Effect] | None = None,
    response: tuple[Effect, Effect] | None = None,
    neutral: tuple[Effect, Effect] | None = None,
    suffix: str = "",
) -> None:
    """Add the rules for a part that is added or removed; ``{}`` in ``nouns`` is its value."""
    actions = ("added", "new"), ("removed", "old")
    for index, (action, value) in enumerate(actions):
        field = f"{{{value}}}"
        sentences = (f"{noun.replace('{}', field)} was {action}" for noun in nouns.split("|"))
        sides = (pair[index] if pair else None for pair in (request, response, neutral))
        opposite = f"{actions[1 - index][0]}{suffix}"
        _rule(f"{name}/{action}{suffix}", opposite, "|".join(sentences), *sides)


def _neutral(name: str, opposite: str, sentences: str, wire: str, why: str) -> None:
    _rule(name, opposite, sentences, neutral=Effect(wire, why))


# ── effects that rules share ────────────────────────────────────────────────────────────────

# Requests.
_REJECTED = Effect(BREAKING, "the API may reject a value that it accepted before")
_ACCEPTED = Effect(SAFE, "the API still accepts every value that it accepted before")
_NEEDED = Effect(BREAKING, "the API may reject a call without it")
_UNKNOWN = Effect(BREAKING, "the API may reject or ignore it")
_OPTIONAL = Effect(SAFE, "it doesn't have to be sent")
_SENDABLE = Effect(SAFE, "it may still be sent")
_SENT = Effect(NONE, "it may still be sent")
_OTHER_MEANING = Effect(RISK, "a call without it may come to mean something else")
_MISREAD = Effect(BREAKING, "the API misreads what the program sends")
# Responses.
_KNOWN = Effect(SAFE, "the API could return every one of these values before")
_NEW_VALUE = Effect(RISK, "the API may return a value that it didn't return before")
_UNREADABLE = Effect(BREAKING, "a program that expects the old form can't read the new values")
_IGNORED = Effect(SAFE, "a program ignores what it doesn't know")
_ABSENT = Effect(BREAKING, "a program that reads it finds nothing")
_MAYBE_ABSENT = Effect(BREAKING, "a program that relies on it may find nothing")
_ALWAYS = Effect(SAFE, "what might have been missing is always there")
_RETURNED = Effect(NONE, "it is still returned")
_NO_DEFAULT = Effect(NONE, "defaults apply to requests only")
# Both.
_UNUSED = Effect(SAFE, "it doesn't have to be used")
_WORKS = Effect(SAFE, "it works until it is removed")
_STAYS = Effect(SAFE, "it stays")
_ENDS = Effect(RISK, "it stops working on that day")
_ENDS_EARLIER = Effect(RISK, "it may stop working earlier")
_UNANNOUNCED = Effect(RISK, "it may now be removed without notice")
# Pairs: added, removed.
_RESTRICTS = (_REJECTED, _ACCEPTED), (_KNOWN, _NEW_VALUE)
_ENTERS = (_OPTIONAL, _UNKNOWN), (_NEEDED, _UNKNOWN)
"""Of what is optional, and of what is required."""

# fmt: off
# ── schemas: single values ───────────────────────────────────────────────────────────────────

_rule("schema/type/changed", "changed", "type changed from {old} to {new}|type changed",
      Effect(BREAKING, "the API may reject values of the old type"),
      Effect(BREAKING, "the API returns values of a type that the program doesn't expect"))
_rule("schema/type/narrowed", "widened", "type narrowed from {old} to {new}|type narrowed",
      Effect(BREAKING, "the API may reject values of a type that it accepted before"), _KNOWN)
_rule("schema/type/widened", "narrowed", "type widened from {old} to {new}|type widened",
      _ACCEPTED,
      Effect(BREAKING, "the API may return values of a type that the program doesn't expect"))
_rule("schema/nullable/removed", "added", "null is no longer allowed",
      Effect(BREAKING, "the API may reject null"),
      Effect(SAFE, "the API no longer returns null"))
_rule("schema/nullable/added", "removed", "null is allowed",
      Effect(SAFE, "null doesn't have to be sent"),
      Effect(BREAKING, "a program that relies on a value may get null"))
_pair("schema/enum", "enum {}|enum", *_RESTRICTS)
_FEWER_VALUES = Effect(BREAKING, "the API may reject the values that it no longer lists")
_MORE_VALUES = Effect(RISK, "a program that handles every known value may meet a new one")
_rule("schema/enum/value-removed", "value-added",
      "enum lost {removed}|values were removed from enum", _FEWER_VALUES, _KNOWN)
_rule("schema/enum/value-added", "value-removed",
      "enum gained {added}|values were added to enum", _ACCEPTED, _MORE_VALUES)
_rule("schema/enum/changed", "changed",
      "enum lost {removed} and gained {added}|values were removed from enum and others added",
      _FEWER_VALUES, _MORE_VALUES)
_with_schema = [*SERVER_ONLY, "anyOf", "oneOf", "allOf"]
for _row in ASSERTIONS:
    _name = _row.name
    match _row.compare:
        case Compare.LOWER_BOUND | Compare.UPPER_BOUND:
            if isinstance(_row, NumberKeyword) and _row.inclusive:
                continue  # a rule of the inclusive bound
            _less, _more = "decreased", "increased"
            if _row.compare is Compare.LOWER_BOUND:
                _less, _more = _more, _less
            _rule(f"schema/{_name}/narrowed", "widened",
                  f"{_name} {_less} from {{old}} to {{new}}|{_name} {{new}} was added"
                  f"|{_name} {_less} or was added", _REJECTED, _KNOWN)
            _rule(f"schema/{_name}/widened", "narrowed",
                  f"{_name} {_more} from {{old}} to {{new}}|{_name} {{old}} was removed"
                  f"|{_name} {_more} or was removed", _ACCEPTED, _NEW_VALUE)
        case Compare.VALUE if isinstance(_row, FlagKeyword):
            _pair(f"schema/{_name}", _name, *_RESTRICTS)
        case Compare.VALUE | Compare.VALUES if isinstance(_row, NumberKeyword | TextKeyword):
            _pair(f"schema/{_name}", f"{_name} {{}}|{_name}", *_RESTRICTS)
            _rule(f"schema/{_name}/changed", "changed",
                  f"{_name} changed from {{old}} to {{new}}|{_name} changed",
                  _REJECTED, _NEW_VALUE)
        case Compare.VALUE | Compare.SCHEMA | Compare.NEGATED_SCHEMA:
            _with_schema.append(_name)
        case _:
            pass
for _name in _with_schema:
    _pair(f"schema/{_name}", f"`{_name}`", *_RESTRICTS)
    _rule(f"schema/{_name}/changed", "changed", f"`{_name}` changed", _REJECTED, _NEW_VALUE)
_pair("schema/format", "format {}|format", (_REJECTED, _ACCEPTED),
      (_KNOWN, Effect(BREAKING, "a program that parses the old format fails on other values")))
_rule("schema/format/narrowed", "widened",
      "format narrowed from {old} to {new}|format narrowed", _REJECTED, _KNOWN)
_rule("schema/format/widened", "narrowed",
      "format widened from {old} to {new}|format widened", _ACCEPTED, _NEW_VALUE)
_rule("schema/format/changed", "changed", "format changed from {old} to {new}|format changed",
      Effect(BREAKING, "the API may reject values in the old format"), _UNREADABLE)
_pair("schema/default", "the default value {}|a default value",
      (Effect(SAFE, "it documents what was left open"),
       Effect(RISK, "a call without the value may come to mean something else")),
      (_NO_DEFAULT, _NO_DEFAULT))
_rule("schema/default/changed", "changed",
      "the default value changed from {old} to {new}|the default value changed",
      Effect(RISK, "a call without the value means something else"), _NO_DEFAULT)

# ── schemas: objects, arrays and unions ──────────────────────────────────────────────────────

_pair("schema/property", "optional property", _ENTERS[0], (_IGNORED, _ABSENT))
_pair("schema/property", "required property", _ENTERS[1], (_IGNORED, _ABSENT), suffix="-required")
_rule("schema/required/added", "removed", "the property became required", _NEEDED, _ALWAYS)
_rule("schema/required/removed", "added", "the property became optional",
      _SENDABLE, _MAYBE_ABSENT)
_pair("schema/readOnly", "readOnly",
      (Effect(BREAKING, "the API may reject or ignore it in a request"),
       Effect(SAFE, "it may now be sent")), (_RETURNED, _RETURNED))
_pair("schema/writeOnly", "writeOnly", (_SENT, _SENT),
      (_ABSENT, Effect(SAFE, "it is now returned as well")))
_CLOSED = Effect(BREAKING, "the API may reject properties that aren't described")
_rule("schema/additionalProperties/closed", "opened",
      "additionalProperties changed from {old} to false|additionalProperties became false",
      _CLOSED, _KNOWN)
_rule("schema/additionalProperties/opened", "closed",
      "additionalProperties changed from false to {new}|additionalProperties is no longer false",
      _ACCEPTED, _IGNORED)
_rule("schema/additionalProperties/forbidden", "allowed",
      "additionalProperties: false was added", _CLOSED, _KNOWN)
_rule("schema/additionalProperties/allowed", "forbidden",
      "additionalProperties: false was removed", _ACCEPTED, _IGNORED)
_pair("schema/items", "`items`", _RESTRICTS[0], (_KNOWN, _UNREADABLE))
_rule("schema/prefixItems/added", "removed",
      "prefixItems grew from {was} to {now} items|prefixItems describes more items",
      _REJECTED, _KNOWN)
_rule("schema/prefixItems/removed", "added",
      "prefixItems shrank from {was} to {now} items|prefixItems describes fewer items",
      _ACCEPTED, _NEW_VALUE)
_NO_BRANCH = Effect(BREAKING, "the API may return a value that fits no branch that is known")
_BRANCH_LOST = Effect(BREAKING, "the API may reject values of that branch")
_BRANCH_UNUSED = Effect(SAFE, "the API no longer returns values of that branch")
_rule("schema/branch/added", "removed",
      "{new} was added to the union|a branch was added to the union (oneOf, anyOf)",
      _ACCEPTED, _NO_BRANCH)
_rule("schema/branch/removed", "added",
      "{old} was removed from the union|a branch was removed from the union (oneOf, anyOf)",
      _BRANCH_LOST, _BRANCH_UNUSED)
_rule("schema/branch/added-known", "removed-known",
      "{new} was added to the union, with a discriminator value of its own"
      "|a branch with a discriminator value of its own was added to the union",
      _ACCEPTED, Effect(RISK, "the API may return a discriminator value that isn't known"))
_rule("schema/branch/removed-known", "added-known",
      "{old} was removed from the union, and its discriminator value"
      "|a branch with a discriminator value of its own was removed from the union",
      _BRANCH_LOST, _BRANCH_UNUSED)
_rule("schema/branch/added-overlapping", "removed-overlapping",
      "{new} was added to the union, and overlaps with another branch"
      "|a branch that overlaps with another one was added to the union",
      Effect(BREAKING, "`oneOf` rejects a value that fits two branches"), _NO_BRANCH)
_rule("schema/branch/removed-overlapping", "added-overlapping",
      "{old} was removed from the union, and overlapped with another branch"
      "|a branch that overlapped with another one was removed from the union",
      _BRANCH_LOST, _BRANCH_UNUSED)
_pair("schema/discriminator", "discriminator {}|a discriminator",
      (Effect(RISK, "the API may reject values without that property, or with another value"),
       _ACCEPTED),
      (Effect(SAFE, "values fit the same branches"),
       Effect(RISK, "a program that relies on that property may not find it")))
_rule("schema/discriminator/changed", "changed",
      "discriminator changed from {old} to {new}|the discriminator changed",
      Effect(BREAKING, "the API may reject values with the old property"),
      Effect(BREAKING, "a program that relies on the old property reads the wrong branch"))
_rule("schema/deprecated/added", "removed", "became deprecated", _WORKS, _WORKS)
_rule("schema/deprecated/removed", "added", "is no longer deprecated", _STAYS, _STAYS)
_SUNSET = "the sunset date {}|a sunset date (x-sunset)"
_SUNSET_CHANGED = (
    "the sunset date changed from {old} to {new}|the sunset date (x-sunset) changed"
)
_pair("schema/sunset", _SUNSET, (_ENDS, _STAYS), (_ENDS, _STAYS))
_rule("schema/sunset/changed", "changed", _SUNSET_CHANGED, _ENDS_EARLIER, _ENDS_EARLIER)

# ── parameters, bodies and responses ─────────────────────────────────────────────────────────

_pair("parameter/optional", "optional parameter", _ENTERS[0])
_pair("parameter/required", "required parameter", _ENTERS[1])
_rule("parameter/presence/required", "optional", "the parameter became required", _NEEDED)
_rule("parameter/presence/optional", "required", "the parameter became optional", _SENDABLE)
_pair("parameter/default", "the default value {}|a default value", (_OTHER_MEANING, _OTHER_MEANING))
_rule("parameter/default/changed", "changed",
      "the default value changed from {old} to {new}|the default value changed",
      Effect(RISK, "a call without it means something else"))
_rule("parameter/serialization/changed", "changed",
      "serialization changed from {old} to {new}"
      "|serialization (style, explode or media type) changed", _MISREAD)
_rule("parameter/deprecated/added", "removed", "became deprecated", _WORKS)
_rule("parameter/deprecated/removed", "added", "is no longer deprecated", _STAYS)
_pair("parameter/sunset", _SUNSET, (_ENDS, _UNANNOUNCED))
_rule("parameter/sunset/changed", "changed", _SUNSET_CHANGED, _ENDS_EARLIER)
_pair("body/presence", "optional request body", _ENTERS[0])
_pair("body/presence", "required request body", _ENTERS[1], suffix="-required")
_rule("body/required/added", "removed", "the request body became required", _NEEDED)
_rule("body/required/removed", "added", "the request body became optional", _SENDABLE)
_pair("body/media-type", "media type {}|a media type",
      (_UNUSED, Effect(BREAKING, "the API may reject a body in that media type")),
      (Effect(SAFE, "it is returned only where it is asked for"),
       Effect(BREAKING, "a program that reads that media type gets another one")))
_pair("body/schema", "a schema", _RESTRICTS[0], (_KNOWN, _UNREADABLE))
_rule("body/encoding/changed", "changed", "the encoding of the parts changed", _MISREAD,
      Effect(BREAKING, "the program misreads what the API returns"))
_ANY_ERROR = Effect(SAFE, "the API may return any error status anyway")
_pair("status/success", "response {}|a success response", None,
      (Effect(RISK, "a program that checks the status may meet a new one"),
       Effect(BREAKING, "a program that checks for that status no longer gets it")))
_pair("status/error", "error response {}|an error response", None, (_ANY_ERROR, _ANY_ERROR))
_pair("status/default", "the default response", None,
      (Effect(SAFE, "the API may return other statuses anyway"),
       Effect(BREAKING, "a program that reads other statuses as described can't rely on it")))
_pair("header/optional", "optional header {}|an optional response header", None,
      (_IGNORED, Effect(RISK, "a program that reads it may find nothing")))
_pair("header/required", "required header {}|a required response header", None,
      (_IGNORED, Effect(BREAKING, "a program that relies on it finds nothing")))
_rule("header/presence/required", "optional",
      "header {name} became required|a response header became required", None, _ALWAYS)
_rule("header/presence/optional", "required",
      "header {name} became optional|a response header became optional", None, _MAYBE_ABSENT)

# ── operations, servers and security ─────────────────────────────────────────────────────────

_pair("operation/presence", "{}|the operation", neutral=(
      Effect(SAFE, "nothing calls it yet"), Effect(BREAKING, "calls of it fail")))
_neutral("operation/path/changed", "changed",
      "{old} became {new}|the path or the method changed", BREAKING, "calls of the old one fail")
_neutral("operation/id/changed", "changed",
      "operationId changed from {old} to {new}|operationId changed", NONE, "it is never sent")
_rule("operation/deprecated/added", "removed", "the operation became deprecated", neutral=_WORKS)
_rule("operation/deprecated/removed", "added", "the operation is no longer deprecated",
      neutral=_STAYS)
_pair("operation/sunset", _SUNSET, neutral=(_ENDS, _UNANNOUNCED))
_rule("operation/sunset/changed", "changed", _SUNSET_CHANGED, neutral=_ENDS_EARLIER)
_neutral("operation/part/unreadable", "readable",
      "a part of the new description cannot be read: {fact}"
      "|a part of the new description cannot be read",
      RISK, "that part cannot be compared")
_neutral("operation/part/readable", "unreadable",
      "a part of the old description cannot be read: {fact}"
      "|a part can be read that could not be read in the old description",
      RISK, "that part cannot be compared")
_FIRST = "the regenerated client calls another address"
_OLD_ADDRESS = "the old address may no longer answer"
_pair("server/url", "server {}|a server", neutral=(
      _UNUSED, Effect(RISK, "a program that calls it may get no answer")))
_neutral("server/main/added", "removed",
      "server {new} was added before {old}|a server was added before the first one",
      RISK, _FIRST)
_neutral("server/main/removed", "added",
      "the first server {old} was removed, {new} is the first now"
      "|the first server was removed, and another one took its place", BREAKING, _OLD_ADDRESS)
_neutral("server/main/changed", "changed",
      "the first server changed from {old} to {new}|the first server changed",
      BREAKING, _OLD_ADDRESS)
_neutral("server/main/reordered", "reordered",
      "server {new} moved before {old}|another server became the first", RISK, _FIRST)
_OTHERS_WORK = "the others still work"
_neutral("security/alternative/added", "removed",
      "{new} is accepted as well|an alternative security requirement was added",
      SAFE, _OTHERS_WORK)
_neutral("security/alternative/removed", "added",
      "{old} is no longer accepted|an alternative security requirement was removed",
      BREAKING, "the API may reject calls with those credentials")
_neutral("security/scheme/added", "removed",
      "{added} is required in addition|a further security scheme is required",
      BREAKING, "the API may reject calls without it")
_neutral("security/scheme/removed", "added",
      "{removed} is no longer required|a security scheme is no longer required",
      SAFE, "it may still be sent")
_neutral("security/scheme/changed", "changed",
      "{new} is required instead of {old}|another security scheme is required",
      BREAKING, "the API may reject calls with the old credential")
_neutral("security/scope/added", "removed", "scope {new} is required|a further scope is required",
      BREAKING, "the API rejects calls with a token without it")
_neutral("security/scope/removed", "added",
      "scope {old} is no longer required|a scope is no longer required",
      SAFE, "a token with it still works")
_neutral("security/requirement/added", "removed",
      "authentication is required: {new}|authentication is required",
      BREAKING, "the API may reject calls without a credential")
_neutral("security/requirement/removed", "added", "authentication is no longer required",
      SAFE, "a credential may still be sent")
_pair("security/flow", "OAuth flow {}|an OAuth flow", neutral=(
      Effect(SAFE, _OTHERS_WORK), Effect(BREAKING, "a program that uses it gets no token")))
_neutral("security/url/changed", "changed",
      "{url} of the OAuth flow {flow} changed from {old} to {new}"
      "|a URL of an OAuth flow changed",
      BREAKING, "the old address may no longer issue tokens")
_pair("security/url", "{url} {} of the OAuth flow {flow}|a URL of an OAuth flow", neutral=(
      _UNUSED, Effect(RISK, "the old address may no longer issue tokens")))

# ── documentation, and the generated client ──────────────────────────────────────────────────

for _subject, _words, _why in (
    ("text", "{{keyword}} {0}|a summary or description {0}", "descriptions are never sent"),
    ("example", "an example {0}", "examples are never sent"),
):
    for _action, _undo in (("changed", "changed"), ("added", "removed"), ("removed", "added")):
        _verb = _action if _action == "changed" else f"was {_action}"
        _neutral(f"docs/{_subject}/{_action}", _undo, _words.format(_verb), NONE, _why)
_NAMES = "names of the client are never sent"
_neutral("python/name/changed", "changed",
      "{old} became {new}|a name in the generated client changed", NONE, _NAMES)
_neutral("python/name/added", "removed", "a name was added to the generated client", NONE, _NAMES)
_neutral("python/name/removed", "added",
      "was removed from the client|a name was removed from the generated client", NONE, _NAMES)
_neutral("python/type/changed", "changed",
      "type changed from {old} to {new}|a type in the generated client changed",
      NONE, "types of the client are never sent")
_NO_CLIENT = "the API may not have changed"
_neutral("python/client/refused", "taken",
      "no client can be generated from the new description: {fact}"
      "|no client can be generated from the new description", NONE, _NO_CLIENT)
_neutral("python/client/taken", "refused",
      "a client can be generated; it couldn't from the old description: {fact}"
      "|a client can be generated, which wasn't possible from the old description",
      NONE, _NO_CLIENT)
# fmt: on
