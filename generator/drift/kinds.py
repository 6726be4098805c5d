"""The kinds of change and what each means in each direction: the table behind the rules.

A kind is area/kind/action. In a direction where it can happen it has a wire level and a reason;
where it can't, ``alone`` says why. Every kind names its opposite, which is what the comparison the
other way round finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from .changes import BREAKING, NONE, RISK, SAFE

REQUEST, RESPONSE = "request", "response"
LOOK = "Regenerate the client and look at the code that uses it."
PULL = "Take the change into the checked-in description when it suits you."
SEND = "Change what your program sends before the API enforces it."
READ = "Change what your program reads before the API sends it."


@dataclass(frozen=True, slots=True)
class Side:
    """What a kind means in one direction."""

    wire: str
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change, of both directions."""

    id: str
    """area/kind/action."""
    opposite: str
    what: str
    request: Side | None = None
    response: Side | None = None
    neutral: Side | None = None
    """For what has no direction: servers, security, the operation itself."""
    alone: str = ""
    """Why a direction is missing."""

    def side(self, direction: str) -> Side:
        """What it means in a direction; for one without, what it means at all."""
        found = {REQUEST: self.request, RESPONSE: self.response, "": self.neutral}[direction]
        assert found is not None, (self.id, direction)
        return found


KINDS: dict[str, Kind] = {}


def _kind(
    id: str,  # noqa: A002 - what it is
    opposite: str,
    what: str,
    request: tuple[str, str] | None = None,
    response: tuple[str, str] | None = None,
    neutral: tuple[str, str] | None = None,
    alone: str = "",
) -> None:
    area, kind, _ = id.split("/")
    sides = [
        Side(given[0], given[1], (act if given[0] in (RISK, BREAKING) else PULL)) if given else None
        for given, act in ((request, SEND), (response, READ), (neutral, LOOK))
    ]
    first, second, third = sides
    KINDS[id] = Kind(id, f"{area}/{kind}/{opposite}", what, first, second, third, alone)


ONLY_SENT = "only requests have it"
ONLY_READ = "only responses have it"
NEUTRAL = "it belongs to the operation, not to one direction"

# ── schemas ──────────────────────────────────────────────────────────────────────────────────────

_FEWER = (BREAKING, "a value that was taken may now be refused")
_MORE = (SAFE, "every value that was taken still is")
_FEWER_COME = (SAFE, "every value that may come could come before")
_MORE_COME = (RISK, "a value may come that could not come before")
_ALL_COME = (BREAKING, "a program that relies on the old form fails on a value of the new one")

_kind(
    "schema/type/changed",
    "changed",
    "the type is another one",
    (BREAKING, "values of the old type may be refused"),
    (BREAKING, "values of a type that the program doesn't expect"),
)
_kind(
    "schema/type/narrowed",
    "widened",
    "fewer types than before",
    (BREAKING, "values of a type that was taken may be refused"),
    _FEWER_COME,
)
_kind(
    "schema/type/widened",
    "narrowed",
    "more types than before",
    _MORE,
    (BREAKING, "values of a type that the program doesn't expect"),
)
_kind(
    "schema/nullable/removed",
    "added",
    "null is no longer a value",
    (BREAKING, "null may be refused"),
    (SAFE, "null no longer comes"),
)
_kind(
    "schema/nullable/added",
    "removed",
    "null is a value",
    (SAFE, "null need not be sent"),
    (BREAKING, "a program that relies on a value gets null"),
)
_kind("schema/enum/added", "removed", "the values are listed", _FEWER, _FEWER_COME)
_kind("schema/enum/removed", "added", "the values are no longer listed", _MORE, _MORE_COME)
_kind(
    "schema/enum/value-removed",
    "value-added",
    "values are gone from the list",
    (BREAKING, "the API may refuse the values that it no longer lists"),
    _FEWER_COME,
)
_kind(
    "schema/enum/value-added",
    "value-removed",
    "values are new in the list",
    _MORE,
    (RISK, "a program that handles every known value meets a new one"),
)
_kind(
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
    _kind(
        f"schema/{_name}/narrowed",
        "widened",
        f"{_words} is bounded more tightly",
        _FEWER,
        _FEWER_COME,
    )
    _kind(
        f"schema/{_name}/widened",
        "narrowed",
        f"{_words} is bounded less tightly",
        _MORE,
        _MORE_COME,
    )
for _name, _words in (
    ("pattern", "a regular expression that texts match"), ("multipleOf", "what numbers are multiples of"),
    ("uniqueItems", "that items differ"), ("contentEncoding", "how a text encodes bytes"),
    ("contentMediaType", "what a text holds"), ("contentSchema", "the schema of what a text holds"),
    ("not", "what values must not be"), ("if", "a condition"), ("then", "what holds if the condition does"),
    ("else", "what holds if the condition doesn't"), ("contains", "what some item must be"),
    ("propertyNames", "what members may be called"), ("unevaluatedItems", "what further items may be"),
    ("unevaluatedProperties", "what further members may be"),
    ("dependentRequired", "which members need which others"),
    ("dependentSchemas", "what holds where a member is present"),
    ("patternProperties", "what members of certain names are"), ("anyOf", "which members must be there"),
    ("oneOf", "which members must be there, one way only"), ("allOf", "what holds besides"),
):  # fmt: skip
    _kind(f"schema/{_name}/added", "removed", f"{_words}: said now", _FEWER, _FEWER_COME)
    _kind(f"schema/{_name}/removed", "added", f"{_words}: no longer said", _MORE, _MORE_COME)
    _kind(f"schema/{_name}/changed", "changed", f"{_words}: said otherwise", _FEWER, _MORE_COME)
_kind("schema/format/added", "removed", "the format is given", _FEWER, _FEWER_COME)
_kind(
    "schema/format/removed",
    "added",
    "the format is no longer given",
    _MORE,
    (RISK, "a text or number may come that isn't of the old format"),
)
_kind("schema/format/narrowed", "widened", "the format is a narrower one", _FEWER, _FEWER_COME)
_kind("schema/format/widened", "narrowed", "the format is a wider one", _MORE, _MORE_COME)
_kind(
    "schema/format/changed",
    "changed",
    "the format is another one",
    (BREAKING, "values of the old format may be refused"),
    _ALL_COME,
)
_kind(
    "schema/default/added",
    "removed",
    "what is taken where nothing is sent: said now",
    (SAFE, "it says what was left open"),
    (NONE, "a response has what it has"),
)
_kind(
    "schema/default/removed",
    "added",
    "what is taken where nothing is sent: no longer said",
    (RISK, "a call that leaves the value out may mean something else"),
    (NONE, "a response has what it has"),
)
_kind(
    "schema/default/changed",
    "changed",
    "what is taken where nothing is sent is another value",
    (RISK, "a call that leaves the value out means something else"),
    (NONE, "a response has what it has"),
)
_kind(
    "schema/property/added",
    "removed",
    "an optional member is new",
    (SAFE, "it need not be sent"),
    (SAFE, "a program that doesn't know it ignores it"),
)
_kind(
    "schema/property/removed",
    "added",
    "an optional member is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    (BREAKING, "a program that reads it finds nothing"),
)
_kind(
    "schema/property/added-required",
    "removed-required",
    "a required member is new",
    (BREAKING, "a call without it may be refused"),
    (SAFE, "a program that doesn't know it ignores it"),
)
_kind(
    "schema/property/removed-required",
    "added-required",
    "a required member is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    (BREAKING, "a program that reads it finds nothing"),
)
_kind(
    "schema/required/added",
    "removed",
    "a member became required",
    (BREAKING, "a call without it may be refused"),
    (SAFE, "what might have been missing is there"),
)
_kind(
    "schema/required/removed",
    "added",
    "a member became optional",
    (SAFE, "it may still be sent"),
    (BREAKING, "a program that relies on it may find nothing"),
)
_kind(
    "schema/readOnly/added",
    "removed",
    "the member became read-only",
    (RISK, "the API may refuse or ignore it"),
    (NONE, "it still comes"),
)
_kind(
    "schema/readOnly/removed",
    "added",
    "the member is no longer read-only",
    (SAFE, "it may now be sent"),
    (NONE, "it still comes"),
)
_kind(
    "schema/writeOnly/added",
    "removed",
    "the member became write-only",
    (NONE, "it may still be sent"),
    (BREAKING, "a program that reads it finds nothing"),
)
_kind(
    "schema/writeOnly/removed",
    "added",
    "the member is no longer write-only",
    (NONE, "it may still be sent"),
    (SAFE, "it now comes too"),
)
_kind(
    "schema/additionalProperties/closed",
    "opened",
    "members that aren't described are no longer taken",
    (BREAKING, "a call with members of its own may be refused"),
    _FEWER_COME,
)
_kind(
    "schema/additionalProperties/opened",
    "closed",
    "members that aren't described are taken",
    _MORE,
    (SAFE, "a program ignores members that it doesn't know"),
)
_kind(
    "schema/additionalProperties/forbidden",
    "allowed",
    "members that aren't described are forbidden",
    (RISK, "a call with members that nobody described may be refused"),
    _FEWER_COME,
)
_kind(
    "schema/additionalProperties/allowed",
    "forbidden",
    "members that aren't described are no longer forbidden",
    _MORE,
    (SAFE, "a program ignores members that it doesn't know"),
)
_kind("schema/items/added", "removed", "what items are: said now", _FEWER, _FEWER_COME)
_kind("schema/items/removed", "added", "what items are: no longer said", _MORE, _ALL_COME)
_kind(
    "schema/prefixItems/added",
    "removed",
    "what the first items are: said of more",
    _FEWER,
    _FEWER_COME,
)
_kind(
    "schema/prefixItems/removed",
    "added",
    "what the first items are: said of fewer",
    _MORE,
    _MORE_COME,
)
_kind(
    "schema/branch/added",
    "removed",
    "the union has a further branch",
    _MORE,
    (BREAKING, "a value may come that fits none of the branches that the program knows"),
)
_kind(
    "schema/branch/removed",
    "added",
    "a branch of the union is gone",
    (BREAKING, "values of that branch may be refused"),
    (SAFE, "values of that branch no longer come"),
)
_kind(
    "schema/branch/added-known",
    "removed-known",
    "the union has a further branch, told by its discriminator",
    _MORE,
    (RISK, "a value of a kind that the program doesn't know may come"),
)
_kind(
    "schema/branch/removed-known",
    "added-known",
    "a branch of the union, told by its discriminator, is gone",
    (BREAKING, "values of that branch may be refused"),
    (SAFE, "values of that branch no longer come"),
)
_kind(
    "schema/branch/added-overlapping",
    "removed-overlapping",
    "the union has a further branch, which values of another one may fit as well",
    (BREAKING, "`oneOf` refuses a value that fits two branches"),
    (BREAKING, "a value may come that fits none of the branches that the program knows"),
)
_kind(
    "schema/branch/removed-overlapping",
    "added-overlapping",
    "a branch of the union is gone, which values of another one might fit as well",
    (BREAKING, "values of that branch may be refused"),
    (SAFE, "values of that branch no longer come"),
)
_kind(
    "schema/branch/changed",
    "changed",
    "the union is made otherwise",
    (BREAKING, "values that fitted may fit no branch"),
    _ALL_COME,
)
_kind(
    "schema/discriminator/added",
    "removed",
    "a member tells the branches apart",
    (RISK, "values without that member, or with another value, may be refused"),
    (SAFE, "values that come fit the same branches"),
)
_kind(
    "schema/discriminator/removed",
    "added",
    "no member tells the branches apart any more",
    _MORE,
    (RISK, "a program that goes by that member may not find it"),
)
_kind(
    "schema/discriminator/changed",
    "changed",
    "another member, or other values, tell the branches apart",
    (BREAKING, "values with the old member may be refused"),
    (BREAKING, "a program that goes by the old member reads the wrong branch"),
)
_kind(
    "schema/deprecated/added",
    "removed",
    "it is deprecated",
    (SAFE, "it works until it is removed"),
    (SAFE, "it comes until it is removed"),
)
_kind(
    "schema/deprecated/removed",
    "added",
    "it is no longer deprecated",
    (SAFE, "nothing ends"),
    (SAFE, "nothing ends"),
)
_kind(
    "schema/sunset/added",
    "removed",
    "a day is given on which it ends",
    (RISK, "it stops on that day"),
    (RISK, "it stops on that day"),
)
_kind(
    "schema/sunset/removed",
    "added",
    "the day on which it ends is withdrawn",
    (SAFE, "nothing ends on that day"),
    (SAFE, "nothing ends on that day"),
)
_kind(
    "schema/sunset/changed",
    "changed",
    "the day on which it ends is another one",
    (RISK, "it may stop earlier"),
    (RISK, "it may stop earlier"),
)

# ── parameters, bodies, media types ──────────────────────────────────────────────────────────────

_kind(
    "parameter/optional/added",
    "removed",
    "an optional parameter is new",
    (SAFE, "it need not be sent"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/optional/removed",
    "added",
    "an optional parameter is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/required/added",
    "removed",
    "a required parameter is new",
    (BREAKING, "a call without it may be refused"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/required/removed",
    "added",
    "a required parameter is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/presence/required",
    "optional",
    "the parameter became required",
    (BREAKING, "a call without it may be refused"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/presence/optional",
    "required",
    "the parameter became optional",
    (SAFE, "it may still be sent"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/default/added",
    "removed",
    "what is taken where the parameter isn't sent: said now",
    (RISK, "a call without it may come to mean something else"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/default/removed",
    "added",
    "what is taken where the parameter isn't sent: no longer said",
    (RISK, "a call without it may come to mean something else"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/default/changed",
    "changed",
    "what is taken where the parameter isn't sent is another value",
    (RISK, "a call without it means something else"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/serialization/changed",
    "changed",
    "the value is written otherwise (style, explode, media type)",
    (BREAKING, "the API reads what the program sends as something else"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/deprecated/added",
    "removed",
    "the parameter is deprecated",
    (SAFE, "it works until it is removed"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/deprecated/removed",
    "added",
    "the parameter is no longer deprecated",
    (SAFE, "nothing ends"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/sunset/added",
    "removed",
    "a day is given on which the parameter ends",
    (RISK, "it stops on that day"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/sunset/removed",
    "added",
    "the day on which the parameter ends is withdrawn",
    (RISK, "a removal need not be announced any more"),
    alone=ONLY_SENT,
)
_kind(
    "parameter/sunset/changed",
    "changed",
    "the day on which the parameter ends is another one",
    (RISK, "it may stop earlier"),
    alone=ONLY_SENT,
)
_kind(
    "body/presence/added",
    "removed",
    "the operation takes a body",
    (SAFE, "it need not be sent"),
    alone="a response's body is a media type's",
)
_kind(
    "body/presence/removed",
    "added",
    "the operation takes no body any more",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone="a response's body is a media type's",
)
_kind(
    "body/presence/added-required",
    "removed-required",
    "the operation needs a body",
    (BREAKING, "a call without it may be refused"),
    alone="a response's body is a media type's",
)
_kind(
    "body/presence/removed-required",
    "added-required",
    "the operation takes no body any more",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone="a response's body is a media type's",
)
_kind(
    "body/required/added",
    "removed",
    "the body became required",
    (BREAKING, "a call without it may be refused"),
    alone="a response's body is a media type's",
)
_kind(
    "body/required/removed",
    "added",
    "the body became optional",
    (SAFE, "it may still be sent"),
    alone="a response's body is a media type's",
)
_kind(
    "body/media-type/added",
    "removed",
    "a media type is new",
    (SAFE, "nobody need use it"),
    (SAFE, "it comes if it is asked for"),
)
_kind(
    "body/media-type/removed",
    "added",
    "a media type is gone",
    (BREAKING, "a body in that media type may be refused"),
    (BREAKING, "a program that reads that media type gets another"),
)
_kind("body/schema/added", "removed", "what the body is: said now", _FEWER, _FEWER_COME)
_kind("body/schema/removed", "added", "what the body is: no longer said", _MORE, _ALL_COME)
_kind(
    "body/encoding/changed",
    "changed",
    "the parts of the body are written otherwise",
    (BREAKING, "the API reads what the program sends as something else"),
    (BREAKING, "the program reads what comes as something else"),
)

# ── responses ────────────────────────────────────────────────────────────────────────────────────

_kind(
    "status/success/added",
    "removed",
    "a success status is new",
    response=(RISK, "a program that goes by the status meets a new one"),
    alone=ONLY_READ,
)
_kind(
    "status/success/removed",
    "added",
    "a success status is gone",
    response=(BREAKING, "a program that goes by that status no longer meets it"),
    alone=ONLY_READ,
)
_kind(
    "status/error/added",
    "removed",
    "an error status is described",
    response=(SAFE, "errors of any status may come anyway"),
    alone=ONLY_READ,
)
_kind(
    "status/error/removed",
    "added",
    "an error status is no longer described",
    response=(SAFE, "errors of any status may come anyway"),
    alone=ONLY_READ,
)
_kind(
    "status/default/added",
    "removed",
    "all other statuses are described",
    response=(SAFE, "they may come anyway"),
    alone=ONLY_READ,
)
_kind(
    "status/default/removed",
    "added",
    "all other statuses are no longer described",
    response=(RISK, "a program that reads such answers as described may fail"),
    alone=ONLY_READ,
)
_kind(
    "header/optional/added",
    "removed",
    "a response header is new",
    response=(SAFE, "a program that doesn't know it ignores it"),
    alone=ONLY_READ,
)
_kind(
    "header/optional/removed",
    "added",
    "a response header is gone",
    response=(RISK, "a program that reads it may find nothing"),
    alone=ONLY_READ,
)
_kind(
    "header/required/added",
    "removed",
    "a response header that always comes is new",
    response=(SAFE, "a program that doesn't know it ignores it"),
    alone=ONLY_READ,
)
_kind(
    "header/required/removed",
    "added",
    "a response header that always came is gone",
    response=(BREAKING, "a program that relies on it finds nothing"),
    alone=ONLY_READ,
)
_kind(
    "header/presence/required",
    "optional",
    "a response header always comes",
    response=(SAFE, "it came anyway"),
    alone=ONLY_READ,
)
_kind(
    "header/presence/optional",
    "required",
    "a response header need no longer come",
    response=(BREAKING, "a program that relies on it may find nothing"),
    alone=ONLY_READ,
)

# ── operations, servers, security ────────────────────────────────────────────────────────────────

_kind(
    "operation/presence/removed",
    "added",
    "the operation is gone",
    neutral=(BREAKING, "calls of it fail"),
    alone=NEUTRAL,
)
_kind(
    "operation/presence/added",
    "removed",
    "the operation is new",
    neutral=(SAFE, "nobody calls it yet"),
    alone=NEUTRAL,
)
_kind(
    "operation/path/changed",
    "changed",
    "the operation has another path or method",
    neutral=(BREAKING, "calls of the old one fail"),
    alone=NEUTRAL,
)
_kind(
    "operation/id/changed",
    "changed",
    "the operation has another operationId",
    neutral=(NONE, "it is never sent"),
    alone=NEUTRAL,
)
_kind(
    "operation/deprecated/added",
    "removed",
    "the operation is deprecated",
    neutral=(SAFE, "it works until it is removed"),
    alone=NEUTRAL,
)
_kind(
    "operation/deprecated/removed",
    "added",
    "the operation is no longer deprecated",
    neutral=(SAFE, "nothing ends"),
    alone=NEUTRAL,
)
_kind(
    "operation/sunset/added",
    "removed",
    "a day is given on which the operation ends",
    neutral=(RISK, "calls fail from that day on"),
    alone=NEUTRAL,
)
_kind(
    "operation/sunset/removed",
    "added",
    "the day on which the operation ends is withdrawn",
    neutral=(RISK, "a removal need not be announced any more"),
    alone=NEUTRAL,
)
_kind(
    "operation/sunset/changed",
    "changed",
    "the day on which the operation ends is another one",
    neutral=(RISK, "calls may fail earlier"),
    alone=NEUTRAL,
)
_kind(
    "operation/part/unreadable",
    "readable",
    "a part can't be read",
    neutral=(RISK, "what it says can't be compared"),
    alone=NEUTRAL,
)
_kind(
    "operation/part/readable",
    "unreadable",
    "a part that couldn't be read can be",
    neutral=(RISK, "what it said before can't be compared"),
    alone=NEUTRAL,
)
_kind(
    "server/url/added",
    "removed",
    "a server is new",
    neutral=(SAFE, "nobody need call it"),
    alone=NEUTRAL,
)
_kind(
    "server/url/removed",
    "added",
    "a server is gone",
    neutral=(RISK, "a program that calls it may get no answer"),
    alone=NEUTRAL,
)
_kind(
    "server/main/changed",
    "changed",
    "the server that is called is another one, and the old one is gone",
    neutral=(BREAKING, "the old address may no longer answer"),
    alone=NEUTRAL,
)
_kind(
    "server/main/reordered",
    "reordered",
    "another server comes first",
    neutral=(RISK, "the regenerated client calls another address"),
    alone=NEUTRAL,
)
_kind(
    "security/alternative/added",
    "removed",
    "there is a further way to authenticate",
    neutral=(SAFE, "the old ones still work"),
    alone=NEUTRAL,
)
_kind(
    "security/alternative/removed",
    "added",
    "a way to authenticate is gone",
    neutral=(BREAKING, "calls with those credentials may be refused"),
    alone=NEUTRAL,
)
_kind(
    "security/scheme/added",
    "removed",
    "another credential is needed besides",
    neutral=(BREAKING, "calls without it may be refused"),
    alone=NEUTRAL,
)
_kind(
    "security/scheme/removed",
    "added",
    "a credential is no longer needed",
    neutral=(SAFE, "it may still be sent"),
    alone=NEUTRAL,
)
_kind(
    "security/scheme/changed",
    "changed",
    "the credential is another one, or goes elsewhere",
    neutral=(BREAKING, "calls with the old one may be refused"),
    alone=NEUTRAL,
)
_kind(
    "security/scope/added",
    "removed",
    "a further scope is needed",
    neutral=(BREAKING, "calls with a token without it are refused"),
    alone=NEUTRAL,
)
_kind(
    "security/scope/removed",
    "added",
    "a scope is no longer needed",
    neutral=(SAFE, "a token with it still works"),
    alone=NEUTRAL,
)
_kind(
    "security/requirement/added",
    "removed",
    "a credential is needed where none was",
    neutral=(BREAKING, "calls without one may be refused"),
    alone=NEUTRAL,
)
_kind(
    "security/requirement/removed",
    "added",
    "no credential is needed any more",
    neutral=(SAFE, "one may still be sent"),
    alone=NEUTRAL,
)
_kind(
    "security/flow/added",
    "removed",
    "there is a further way to get a token",
    neutral=(SAFE, "the old ones still work"),
    alone=NEUTRAL,
)
_kind(
    "security/flow/removed",
    "added",
    "a way to get a token is gone",
    neutral=(BREAKING, "a program that uses it gets no token"),
    alone=NEUTRAL,
)
_kind(
    "security/url/changed",
    "changed",
    "tokens come from another address",
    neutral=(BREAKING, "the old address may no longer give tokens"),
    alone=NEUTRAL,
)
_kind(
    "security/url/added",
    "removed",
    "an address for tokens is given",
    neutral=(SAFE, "nobody need use it"),
    alone=NEUTRAL,
)
_kind(
    "security/url/removed",
    "added",
    "an address for tokens is no longer given",
    neutral=(RISK, "it may no longer give tokens"),
    alone=NEUTRAL,
)

# ── prose, Python ────────────────────────────────────────────────────────────────────────────────

_kind(
    "docs/text/changed",
    "changed",
    "a summary or description says something else",
    neutral=(NONE, "prose never reaches the wire"),
    alone=NEUTRAL,
)
_kind(
    "docs/text/added",
    "removed",
    "a summary or description is new",
    neutral=(NONE, "prose never reaches the wire"),
    alone=NEUTRAL,
)
_kind(
    "docs/text/removed",
    "added",
    "a summary or description is gone",
    neutral=(NONE, "prose never reaches the wire"),
    alone=NEUTRAL,
)
_kind(
    "docs/example/changed",
    "changed",
    "an example is another one",
    neutral=(NONE, "examples never reach the wire"),
    alone=NEUTRAL,
)
_kind(
    "docs/example/added",
    "removed",
    "an example is new",
    neutral=(NONE, "examples never reach the wire"),
    alone=NEUTRAL,
)
_kind(
    "docs/example/removed",
    "added",
    "an example is gone",
    neutral=(NONE, "examples never reach the wire"),
    alone=NEUTRAL,
)
_kind(
    "python/name/changed",
    "changed",
    "a name of the generated client is another one",
    neutral=(NONE, "names of the client are never sent"),
    alone=NEUTRAL,
)
_kind(
    "python/name/added",
    "removed",
    "the generated client has a new name",
    neutral=(NONE, "names of the client are never sent"),
    alone=NEUTRAL,
)
_kind(
    "python/name/removed",
    "added",
    "the generated client lacks a name",
    neutral=(NONE, "names of the client are never sent"),
    alone=NEUTRAL,
)
_kind(
    "python/type/changed",
    "changed",
    "a type in the generated client is another one",
    neutral=(NONE, "types of the client are never sent"),
    alone=NEUTRAL,
)
_kind(
    "python/client/refused",
    "taken",
    "no client can be generated of the new description",
    neutral=(NONE, "the API may be as it was"),
    alone=NEUTRAL,
)
_kind(
    "python/client/taken",
    "refused",
    "a client can be generated, which couldn't be before",
    neutral=(NONE, "the API may be as it was"),
    alone=NEUTRAL,
)
