"""The rules of the drift check, one table: the sentence, the verdict in each direction, the reason.

A rule is direction/area/subject/action. A row of the table gives a rule's action and the action
that undoes it, a sentence, and a verdict for each direction in which the change can happen. How to
add a rule: add a row and its opposite, record it in ``compare/``, add a case to
``tests/drift/cases``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .changes import BREAKING, NONE, RISK, SAFE

REQUEST, RESPONSE, API = "request", "response", "api"

_LOOK = "Run `speclock generate`, and review the code that uses the client."
_TAKE = "Run `speclock drift --write` to take the change into your description."
_SEND = "Change what your program sends before the API enforces it."
_READ = "Change what your program reads before the API sends it."
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The severity of a change in one direction, and the reason."""

    wire: str
    why: str
    python: bool = False
    """Whether code that uses the changed part stops working though its types stay the same."""


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
    """What to do."""
    opposite: str
    """The id of the rule for the change the other way round."""
    python: bool = False

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
ONE_DIRECTION = {
    "parameter": "only requests have parameters",
    "body/presence": "a response's body is one of its media types",
    "body/required": "a response's body is one of its media types",
    "status": "only responses have a status",
    "header": "headers of a request are parameters",
}
"""Area, or area and subject, of rules for one direction only → the reason."""


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
    request: Verdict | None = None,
    response: Verdict | None = None,
    neutral: Verdict | None = None,
) -> None:
    """Add a row: a rule for each direction with a verdict; ``|`` separates the sentences."""
    other = f"{name.rpartition('/')[0]}/{opposite}"
    for direction, verdict, act in (
        (REQUEST, request, _SEND), (RESPONSE, response, _READ), (API, neutral, _LOOK),
    ):  # fmt: skip
        if verdict is not None:
            RULES[f"{direction}/{name}"] = Rule(
                f"{direction}/{name}",
                verdict.wire,
                tuple(sentences.split("|")),
                verdict.why,
                act if verdict.wire in (RISK, BREAKING) else _TAKE,
                f"{direction}/{other}",
                verdict.python,
            )


def _request(name: str, opposite: str, sentences: str, verdict: Verdict) -> None:
    _rule(name, opposite, sentences, verdict)


def _response(name: str, opposite: str, sentences: str, verdict: Verdict) -> None:
    _rule(name, opposite, sentences, None, verdict)


def _neutral(name: str, opposite: str, sentences: str, wire: str, why: str) -> None:
    _rule(name, opposite, sentences, neutral=Verdict(wire, why))


# ── verdicts that rules share ────────────────────────────────────────────────────────────────

# Requests.
_REJECTED = Verdict(BREAKING, "the API may reject a value that it accepted before")
_ACCEPTED = Verdict(SAFE, "the API still accepts every value that it accepted before")
_NEEDED = Verdict(BREAKING, "the API may reject a call without it")
_UNKNOWN = Verdict(BREAKING, "the API may reject or ignore it")
_OPTIONAL = Verdict(SAFE, "it doesn't have to be sent")
_SENDABLE = Verdict(SAFE, "it may still be sent")
_OTHER_MEANING = Verdict(RISK, "a call without it may come to mean something else")
_MISREAD = Verdict(BREAKING, "the API misreads what the program sends")
# Responses.
_KNOWN = Verdict(SAFE, "the API could return every one of these values before")
_NEW_VALUE = Verdict(RISK, "the API may return a value that it didn't return before")
_UNREADABLE = Verdict(BREAKING, "a program that expects the old form can't read the new values")
_IGNORED = Verdict(SAFE, "a program ignores what it doesn't know")
_ABSENT = Verdict(BREAKING, "a program that reads it finds nothing")
_NO_DEFAULT = Verdict(NONE, "defaults apply to requests only")
# Both.
_WORKS = Verdict(SAFE, "it works until it is removed")
_STAYS = Verdict(SAFE, "it stays")
_ENDS = Verdict(RISK, "it stops working on that day")
_ENDS_EARLIER = Verdict(RISK, "it may stop working earlier")
_UNANNOUNCED = Verdict(RISK, "it may now be removed without notice")

# fmt: off
# ── schemas: single values ───────────────────────────────────────────────────────────────────

_rule("schema/type/changed", "changed", "type changed from {old} to {new}|type changed",
      Verdict(BREAKING, "the API may reject values of the old type"),
      Verdict(BREAKING, "the API returns values of a type that the program doesn't expect"))
_rule("schema/type/narrowed", "widened", "type narrowed from {old} to {new}|type narrowed",
      Verdict(BREAKING, "the API may reject values of a type that it accepted before"), _KNOWN)
_rule("schema/type/widened", "narrowed", "type widened from {old} to {new}|type widened",
      _ACCEPTED,
      Verdict(BREAKING, "the API may return values of a type that the program doesn't expect"))
_rule("schema/nullable/removed", "added", "null is no longer allowed",
      Verdict(BREAKING, "the API may reject null"),
      Verdict(SAFE, "the API no longer returns null"))
_rule("schema/nullable/added", "removed", "null is allowed",
      Verdict(SAFE, "null doesn't have to be sent"),
      Verdict(BREAKING, "a program that relies on a value may get null"))
_rule("schema/enum/added", "removed", "enum {new} was added|enum was added", _REJECTED, _KNOWN)
_rule("schema/enum/removed", "added", "enum {old} was removed|enum was removed",
      _ACCEPTED, _NEW_VALUE)
_FEWER_VALUES = Verdict(BREAKING, "the API may reject the values that it no longer lists")
_MORE_VALUES = Verdict(RISK, "a program that handles every known value may meet a new one")
_rule("schema/enum/value-removed", "value-added",
      "enum lost {removed}|values were removed from enum", _FEWER_VALUES, _KNOWN)
_rule("schema/enum/value-added", "value-removed",
      "enum gained {added}|values were added to enum", _ACCEPTED, _MORE_VALUES)
_rule("schema/enum/changed", "changed",
      "enum lost {removed} and gained {added}|values were removed from enum and others added",
      _FEWER_VALUES, _MORE_VALUES)
for _keyword in (
    "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
    "minProperties", "maxProperties", "minContains", "maxContains",
):
    _less, _more = "decreased", "increased"
    if _keyword.startswith("min"):
        _less, _more = _more, _less
    _rule(f"schema/{_keyword}/narrowed", "widened",
          f"{_keyword} {_less} from {{old}} to {{new}}|{_keyword} {{new}} was added"
          f"|{_keyword} {_less} or was added", _REJECTED, _KNOWN)
    _rule(f"schema/{_keyword}/widened", "narrowed",
          f"{_keyword} {_more} from {{old}} to {{new}}|{_keyword} {{old}} was removed"
          f"|{_keyword} {_more} or was removed", _ACCEPTED, _NEW_VALUE)
for _keyword in ("pattern", "multipleOf", "contentEncoding", "contentMediaType"):
    _rule(f"schema/{_keyword}/added", "removed",
          f"{_keyword} {{new}} was added|{_keyword} was added", _REJECTED, _KNOWN)
    _rule(f"schema/{_keyword}/removed", "added",
          f"{_keyword} {{old}} was removed|{_keyword} was removed", _ACCEPTED, _NEW_VALUE)
    _rule(f"schema/{_keyword}/changed", "changed",
          f"{_keyword} changed from {{old}} to {{new}}|{_keyword} changed", _REJECTED, _NEW_VALUE)
_rule("schema/uniqueItems/added", "removed", "uniqueItems was added", _REJECTED, _KNOWN)
_rule("schema/uniqueItems/removed", "added", "uniqueItems was removed", _ACCEPTED, _NEW_VALUE)
for _keyword in (
    "contentSchema", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "dependentRequired", "dependentSchemas", "patternProperties",
    "anyOf", "oneOf", "allOf",
):
    _rule(f"schema/{_keyword}/added", "removed", f"`{_keyword}` was added", _REJECTED, _KNOWN)
    _rule(f"schema/{_keyword}/removed", "added", f"`{_keyword}` was removed",
          _ACCEPTED, _NEW_VALUE)
    _rule(f"schema/{_keyword}/changed", "changed", f"`{_keyword}` changed",
          _REJECTED, _NEW_VALUE)
_rule("schema/format/added", "removed", "format {new} was added|format was added",
      _REJECTED, _KNOWN)
_rule("schema/format/removed", "added", "format {old} was removed|format was removed", _ACCEPTED,
      Verdict(BREAKING, "a program that parses the old format fails on other values"))
_rule("schema/format/narrowed", "widened",
      "format narrowed from {old} to {new}|format narrowed", _REJECTED, _KNOWN)
_rule("schema/format/widened", "narrowed",
      "format widened from {old} to {new}|format widened", _ACCEPTED, _NEW_VALUE)
_rule("schema/format/changed", "changed", "format changed from {old} to {new}|format changed",
      Verdict(BREAKING, "the API may reject values in the old format"), _UNREADABLE)
_rule("schema/default/added", "removed",
      "the default value {new} was added|a default value was added",
      Verdict(SAFE, "it documents what was left open"), _NO_DEFAULT)
_rule("schema/default/removed", "added",
      "the default value {old} was removed|the default value was removed",
      Verdict(RISK, "a call without the value may come to mean something else"), _NO_DEFAULT)
_rule("schema/default/changed", "changed",
      "the default value changed from {old} to {new}|the default value changed",
      Verdict(RISK, "a call without the value means something else"), _NO_DEFAULT)

# ── schemas: objects, arrays and unions ──────────────────────────────────────────────────────

_rule("schema/property/added", "removed", "optional property was added", _OPTIONAL, _IGNORED)
_rule("schema/property/removed", "added", "optional property was removed", _UNKNOWN, _ABSENT)
_rule("schema/property/added-required", "removed-required", "required property was added",
      _NEEDED, _IGNORED)
_rule("schema/property/removed-required", "added-required", "required property was removed",
      _UNKNOWN, _ABSENT)
_rule("schema/required/added", "removed", "the property became required", _NEEDED,
      Verdict(SAFE, "a property that might have been missing is always there"))
_rule("schema/required/removed", "added", "the property became optional", _SENDABLE,
      Verdict(BREAKING, "a program that relies on it may find nothing"))
_rule("schema/readOnly/added", "removed", "readOnly was added",
      Verdict(BREAKING, "the API may reject or ignore it in a request", python=True),
      Verdict(NONE, "it is still returned"))
_rule("schema/readOnly/removed", "added", "readOnly was removed",
      Verdict(SAFE, "it may now be sent"), Verdict(NONE, "it is still returned"))
_rule("schema/writeOnly/added", "removed", "writeOnly was added",
      Verdict(NONE, "it may still be sent"),
      Verdict(BREAKING, "a program that reads it finds nothing", python=True))
_rule("schema/writeOnly/removed", "added", "writeOnly was removed",
      Verdict(NONE, "it may still be sent"), Verdict(SAFE, "it is now returned as well"))
_CLOSED = Verdict(BREAKING, "the API may reject properties that aren't described")
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
_rule("schema/items/added", "removed", "`items` was added", _REJECTED, _KNOWN)
_rule("schema/items/removed", "added", "`items` was removed", _ACCEPTED, _UNREADABLE)
_rule("schema/prefixItems/added", "removed",
      "prefixItems grew from {was} to {now} items|prefixItems describes more items",
      _REJECTED, _KNOWN)
_rule("schema/prefixItems/removed", "added",
      "prefixItems shrank from {was} to {now} items|prefixItems describes fewer items",
      _ACCEPTED, _NEW_VALUE)
_NO_BRANCH = Verdict(BREAKING, "the API may return a value that fits no branch that is known")
_BRANCH_LOST = Verdict(BREAKING, "the API may reject values of that branch")
_BRANCH_UNUSED = Verdict(SAFE, "the API no longer returns values of that branch")
_rule("schema/branch/added", "removed",
      "{new} was added to the union|a branch was added to the union (oneOf, anyOf)",
      _ACCEPTED, _NO_BRANCH)
_rule("schema/branch/removed", "added",
      "{old} was removed from the union|a branch was removed from the union (oneOf, anyOf)",
      _BRANCH_LOST, _BRANCH_UNUSED)
_rule("schema/branch/added-known", "removed-known",
      "{new} was added to the union, with a discriminator value of its own"
      "|a branch with a discriminator value of its own was added to the union",
      _ACCEPTED, Verdict(RISK, "the API may return a discriminator value that isn't known"))
_rule("schema/branch/removed-known", "added-known",
      "{old} was removed from the union, and its discriminator value"
      "|a branch with a discriminator value of its own was removed from the union",
      _BRANCH_LOST, _BRANCH_UNUSED)
_rule("schema/branch/added-overlapping", "removed-overlapping",
      "{new} was added to the union, and overlaps with another branch"
      "|a branch that overlaps with another one was added to the union",
      Verdict(BREAKING, "`oneOf` rejects a value that fits two branches"), _NO_BRANCH)
_rule("schema/branch/removed-overlapping", "added-overlapping",
      "{old} was removed from the union, and overlapped with another branch"
      "|a branch that overlapped with another one was removed from the union",
      _BRANCH_LOST, _BRANCH_UNUSED)
_rule("schema/discriminator/added", "removed",
      "discriminator {new} was added|a discriminator was added",
      Verdict(RISK, "the API may reject values without that property, or with another value"),
      Verdict(SAFE, "values fit the same branches"))
_rule("schema/discriminator/removed", "added",
      "discriminator {old} was removed|the discriminator was removed", _ACCEPTED,
      Verdict(RISK, "a program that relies on that property may not find it"))
_rule("schema/discriminator/changed", "changed",
      "discriminator changed from {old} to {new}|the discriminator changed",
      Verdict(BREAKING, "the API may reject values with the old property"),
      Verdict(BREAKING, "a program that relies on the old property reads the wrong branch"))
_rule("schema/deprecated/added", "removed", "became deprecated", _WORKS, _WORKS)
_rule("schema/deprecated/removed", "added", "is no longer deprecated", _STAYS, _STAYS)
_SUNSET_ADDED = "the sunset date {new} was added|a sunset date (x-sunset) was added"
_SUNSET_REMOVED = "the sunset date {old} was removed|the sunset date (x-sunset) was removed"
_SUNSET_CHANGED = (
    "the sunset date changed from {old} to {new}|the sunset date (x-sunset) changed"
)
_rule("schema/sunset/added", "removed", _SUNSET_ADDED, _ENDS, _ENDS)
_rule("schema/sunset/removed", "added", _SUNSET_REMOVED, _STAYS, _STAYS)
_rule("schema/sunset/changed", "changed", _SUNSET_CHANGED, _ENDS_EARLIER, _ENDS_EARLIER)

# ── parameters, bodies and responses ─────────────────────────────────────────────────────────

_request("parameter/optional/added", "removed", "optional parameter was added", _OPTIONAL)
_request("parameter/optional/removed", "added", "optional parameter was removed", _UNKNOWN)
_request("parameter/required/added", "removed", "required parameter was added", _NEEDED)
_request("parameter/required/removed", "added", "required parameter was removed", _UNKNOWN)
_request("parameter/presence/required", "optional", "the parameter became required", _NEEDED)
_request("parameter/presence/optional", "required", "the parameter became optional", _SENDABLE)
_request("parameter/default/added", "removed",
         "the default value {new} was added|a default value was added", _OTHER_MEANING)
_request("parameter/default/removed", "added",
         "the default value {old} was removed|the default value was removed", _OTHER_MEANING)
_request("parameter/default/changed", "changed",
         "the default value changed from {old} to {new}|the default value changed",
         Verdict(RISK, "a call without it means something else"))
_request("parameter/serialization/changed", "changed",
         "serialization changed from {old} to {new}"
         "|serialization (style, explode or media type) changed", _MISREAD)
_request("parameter/deprecated/added", "removed", "became deprecated", _WORKS)
_request("parameter/deprecated/removed", "added", "is no longer deprecated", _STAYS)
_request("parameter/sunset/added", "removed", _SUNSET_ADDED, _ENDS)
_request("parameter/sunset/removed", "added", _SUNSET_REMOVED, _UNANNOUNCED)
_request("parameter/sunset/changed", "changed", _SUNSET_CHANGED, _ENDS_EARLIER)
_request("body/presence/added", "removed", "optional request body was added", _OPTIONAL)
_request("body/presence/removed", "added", "optional request body was removed", _UNKNOWN)
_request("body/presence/added-required", "removed-required", "required request body was added",
         _NEEDED)
_request("body/presence/removed-required", "added-required", "required request body was removed",
         _UNKNOWN)
_request("body/required/added", "removed", "the request body became required", _NEEDED)
_request("body/required/removed", "added", "the request body became optional", _SENDABLE)
_rule("body/media-type/added", "removed", "media type {new} was added|a media type was added",
      Verdict(SAFE, "it doesn't have to be used"),
      Verdict(SAFE, "it is returned only where it is asked for"))
_rule("body/media-type/removed", "added",
      "media type {old} was removed|a media type was removed",
      Verdict(BREAKING, "the API may reject a body in that media type"),
      Verdict(BREAKING, "a program that reads that media type gets another one"))
_rule("body/schema/added", "removed", "a schema was added", _REJECTED, _KNOWN)
_rule("body/schema/removed", "added", "the schema was removed", _ACCEPTED, _UNREADABLE)
_rule("body/encoding/changed", "changed", "the encoding of the parts changed", _MISREAD,
      Verdict(BREAKING, "the program misreads what the API returns"))
_ANY_ERROR = Verdict(SAFE, "the API may return any error status anyway")
_response("status/success/added", "removed",
          "response {new} was added|a success response was added",
          Verdict(RISK, "a program that checks the status may meet a new one"))
_response("status/success/removed", "added",
          "response {old} was removed|a success response was removed",
          Verdict(BREAKING, "a program that checks for that status no longer gets it"))
_response("status/error/added", "removed",
          "error response {new} was added|an error response was added", _ANY_ERROR)
_response("status/error/removed", "added",
          "error response {old} was removed|an error response was removed", _ANY_ERROR)
_response("status/default/added", "removed", "the default response was added",
          Verdict(SAFE, "the API may return other statuses anyway"))
_response("status/default/removed", "added", "the default response was removed",
          Verdict(BREAKING, "a program that reads other statuses as described can't rely on it"))
_response("header/optional/added", "removed",
          "optional header {new} was added|an optional response header was added", _IGNORED)
_response("header/optional/removed", "added",
          "optional header {old} was removed|an optional response header was removed",
          Verdict(RISK, "a program that reads it may find nothing"))
_response("header/required/added", "removed",
          "required header {new} was added|a required response header was added", _IGNORED)
_response("header/required/removed", "added",
          "required header {old} was removed|a required response header was removed",
          Verdict(BREAKING, "a program that relies on it finds nothing"))
_response("header/presence/required", "optional",
          "header {name} became required|a response header became required",
          Verdict(SAFE, "a header that might have been missing is always there"))
_response("header/presence/optional", "required",
          "header {name} became optional|a response header became optional",
          Verdict(BREAKING, "a program that relies on it may find nothing"))

# ── operations, servers and security ─────────────────────────────────────────────────────────

_neutral("operation/presence/removed", "added", "{old} was removed|the operation was removed",
         BREAKING, "calls of it fail")
_neutral("operation/presence/added", "removed", "{new} was added|the operation was added",
         SAFE, "nothing calls it yet")
_neutral("operation/path/changed", "changed",
         "{old} became {new}|the path or the method changed", BREAKING, "calls of the old one fail")
_neutral("operation/id/changed", "changed",
         "operationId changed from {old} to {new}|operationId changed", NONE, "it is never sent")
_neutral("operation/deprecated/added", "removed", "the operation became deprecated",
         SAFE, "it works until it is removed")
_neutral("operation/deprecated/removed", "added", "the operation is no longer deprecated",
         SAFE, "it stays")
_neutral("operation/sunset/added", "removed", _SUNSET_ADDED, RISK, "calls fail from that day on")
_neutral("operation/sunset/removed", "added", _SUNSET_REMOVED,
         RISK, "it may now be removed without notice")
_neutral("operation/sunset/changed", "changed", _SUNSET_CHANGED, RISK, "calls may fail earlier")
_neutral("operation/part/unreadable", "readable",
         "a part of the new description can't be read: {fact}"
         "|a part of the new description can't be read",
         RISK, "that part can't be compared")
_neutral("operation/part/readable", "unreadable",
         "a part of the old description can't be read: {fact}"
         "|a part can be read that couldn't be read in the old description",
         RISK, "that part can't be compared")
_FIRST = "the regenerated client calls another address"
_OLD_ADDRESS = "the old address may no longer answer"
_neutral("server/url/added", "removed", "server {new} was added|a server was added",
         SAFE, "it doesn't have to be called")
_neutral("server/url/removed", "added", "server {old} was removed|a server was removed",
         RISK, "a program that calls it may get no answer")
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
_neutral("security/flow/added", "removed", "OAuth flow {new} was added|an OAuth flow was added",
         SAFE, _OTHERS_WORK)
_neutral("security/flow/removed", "added",
         "OAuth flow {old} was removed|an OAuth flow was removed",
         BREAKING, "a program that uses it gets no token")
_neutral("security/url/changed", "changed",
         "{url} of the OAuth flow {flow} changed from {old} to {new}"
         "|a URL of an OAuth flow changed",
         BREAKING, "the old address may no longer issue tokens")
_neutral("security/url/added", "removed",
         "{url} {new} was added to the OAuth flow {flow}|a URL was added to an OAuth flow",
         SAFE, "it doesn't have to be used")
_neutral("security/url/removed", "added",
         "{url} {old} was removed from the OAuth flow {flow}|a URL was removed from an OAuth flow",
         RISK, "the old address may no longer issue tokens")

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
         "{old} was removed|a name was removed from the generated client", NONE, _NAMES)
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
