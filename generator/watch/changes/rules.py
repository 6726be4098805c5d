"""The rules of the drift check, one table: the sentence, the effect in each direction, the reason.

A rule is direction/area/subject/action. A row of the table has actions on one subject, with an
effect for each direction in which the change can happen. How to add a rule: add an action and its
opposite to a row, record it in ``compare/``, add a case to ``tests/watch/drift/cases``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from ...base.immutable import immutable
from ...reading.openapi.keywords import (
    ASSERTIONS,
    SERVER_ONLY,
    Compare,
    FlagKeyword,
    NumberKeyword,
    TextKeyword,
)
from .change import BREAKING, NONE, RISK, SAFE

REQUEST, RESPONSE, API = "request", "response", "api"

_LOOK = "Run `speclock update`, and review the code that calls the API."
_TAKE = "Run `speclock update` to take the change into your description."
_KEEP = (
    "Run `speclock update`; with `--keep-names` the names in Python stay, as with "
    """`calls."GET /pets" = "pets.list"` or `names."Pets" = "Animals"` in the settings."""
)
_SEND = "Change what your program sends before the API enforces it."
_READ = "Change what your program reads before the API sends it."
_FIELD = re.compile(r"\{(\w+)\}")
_PAIRS = (
    ("added", "removed"), ("narrowed", "widened"), ("required", "optional"), ("closed", "opened"),
    ("forbidden", "allowed"), ("unreadable", "readable"), ("refused", "taken"),
)  # fmt: skip
_OPPOSITES = {action: other for pair in _PAIRS for action, other in (pair, pair[::-1])}
"""Actions to those that undo them; any other one undoes itself."""


@immutable
class Effect:
    """The severity of a change in one direction, and the reason."""

    wire: str
    why: str


@immutable(eq=False)
class Rule:
    """One change in one direction."""

    id: str
    """direction/area/subject/action, as ``request/schema/enum/value-removed``."""
    name: str
    """The id without the direction."""
    direction: str
    """``request``, ``response``, or empty for what has no direction."""
    area: str
    subject: str
    action: str
    wire: str
    sentences: tuple[str, ...]
    """Templates of the message; the first whose values are all given is used. The last has no
    values: it describes the rule."""
    why: str
    """Why it matters to a caller, or why it doesn't."""
    do: str
    """The remedy."""

    @property
    def opposite(self) -> str:
        """The id of the rule for the change the other way round."""
        word = next((word for word in self.action.split("-") if word in _OPPOSITES), self.action)
        action = self.action.replace(word, _OPPOSITES.get(word, word))
        return f"{self.id.removesuffix(self.action)}{action}"

    @property
    def what(self) -> str:
        """The change in general."""
        return self.sentences[-1]

    def message(self, values: Mapping[str, str]) -> str:
        """Return the sentence for one change."""
        for sentence in self.sentences:
            if all(map(values.get, _FIELD.findall(sentence))):
                return _FIELD.sub(lambda match: values[match[1]], sentence)
        return self.what


RULES: dict[str, Rule] = {}
"""Every rule by its id."""

_Effects: TypeAlias = Effect | tuple[Effect | None, ...]
"""The effects in requests and in responses; or the one of a change that has no direction."""


def rule_of(name: str, direction: str) -> Rule:
    """Return the rule for a name without direction and the direction of a comparison."""
    return RULES.get(f"{API}/{name}") or RULES[f"{direction}/{name}"]


def _rule(name: str, sentences: str, effects: _Effects, remedy: str = _TAKE) -> None:
    """Add a rule for each direction with an effect; ``|`` separates the sentences.

    ``remedy`` is that of an effect that breaks nothing.
    """
    sides = effects if isinstance(effects, tuple) else (None, None, effects)
    area, subject, action = name.split("/")
    for direction, effect, act in zip(
        (REQUEST, RESPONSE, ""), sides, (_SEND, _READ, _LOOK), strict=False
    ):
        if effect is not None:
            id_ = f"{direction or API}/{name}"
            do = act if effect.wire in (RISK, BREAKING) else remedy
            parts = (id_, name, direction, area, subject, action)
            RULES[id_] = Rule(*parts, effect.wire, tuple(sentences.split("|")), effect.why, do)


def _rules(subject: str, nouns: str, **actions: _Effects) -> None:
    """Add the rules for actions on a subject; ``{}`` in ``nouns`` is its value."""
    for action, effects in actions.items():
        verb = action.partition("-")[0]
        if verb in ("added", "removed"):
            value = "{new}" if verb == "added" else "{old}"
            sentence = f"{nouns}|".replace("{}", value).replace("|", f" was {verb}|")
        else:
            sentence = f"{nouns}|".replace("|", f" {verb}|")
            sentence = sentence.replace(f" {{}} {verb}", f" {verb} from {{old}} to {{new}}")
        _rule(f"{subject}/{action}", sentence.removesuffix("|"), effects)


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
_NOT_FOUND = Effect(RISK, "a program that reads it may find nothing")
_NOT_SENT = Effect(BREAKING, "a program that relies on it finds nothing")
# Both.
_UNUSED = Effect(SAFE, "it doesn't have to be used")
_WORKS = Effect(SAFE, "it works until it is removed")
_STAYS = Effect(SAFE, "it stays")
_ENDS = Effect(RISK, "it stops working on that day")
_ENDS_EARLIER = Effect(RISK, "it may stop working earlier")
_UNANNOUNCED = Effect(RISK, "it may now be removed without notice")
# Requests and responses.
_RESTRICTS = {"added": (_REJECTED, _KNOWN), "removed": (_ACCEPTED, _NEW_VALUE)}
_REPLACES = {**_RESTRICTS, "changed": (_REJECTED, _NEW_VALUE)}
_FEWER_VALUES = Effect(BREAKING, "the API may reject the values that it no longer lists")
_MORE_VALUES = Effect(RISK, "a program that handles every known value may meet a new one")
_CLOSED = Effect(BREAKING, "the API may reject properties that aren't described")
_NO_BRANCH = Effect(BREAKING, "the API may return a value that fits no branch that is known")
_LOSES_BRANCH = (
    Effect(BREAKING, "the API may reject values of that branch"),
    Effect(SAFE, "the API no longer returns values of that branch"),
)
_NO_ANSWER = Effect(BREAKING, "the API may take an answer with that status as a failure")
_ANY_ERROR = Effect(SAFE, "the API may return any error status anyway")
# Without a direction.
_FIRST = Effect(RISK, "the regenerated client calls another address")
_OLD_ADDRESS = Effect(
    BREAKING,
    "the old address may no longer answer, and a `base_url` in your code may need another path",
)
_OTHERS_WORK = Effect(SAFE, "the others still work")
_NOT_COMPARED = Effect(RISK, "that part cannot be compared")
_NAMES = Effect(NONE, "names of the client are never sent")
_NO_CLIENT = Effect(NONE, "the API may not have changed")

# fmt: off
# ── schemas: single values ───────────────────────────────────────────────────────────────────

_rules("schema/type", "type {}|type",
       changed=(Effect(BREAKING, "the API may reject values of the old type"), Effect(
           BREAKING, "the API returns values of a type that the program doesn't expect")),
       narrowed=(Effect(BREAKING, "the API may reject values of a type that it accepted before"),
                 _KNOWN),
       widened=(_ACCEPTED, Effect(
           BREAKING, "the API may return values of a type that the program doesn't expect")))
_rule("schema/nullable/removed", "null is no longer allowed",
      (Effect(BREAKING, "the API may reject null"), Effect(SAFE, "the API no longer returns null")))
_rule("schema/nullable/added", "null is allowed",
      (Effect(SAFE, "null doesn't have to be sent"),
       Effect(BREAKING, "a program that relies on a value may get null")))
_rules("schema/enum", "enum {}|enum", **_RESTRICTS)
for _name, _noun in (("enum", "enum"), ("mapping", "the discriminator")):
    _rule(f"schema/{_name}/value-removed",
          f"{_noun} lost {{removed}}|values were removed from {_noun}", (_FEWER_VALUES, _KNOWN))
    _rule(f"schema/{_name}/value-added",
          f"{_noun} gained {{added}}|values were added to {_noun}", (_ACCEPTED, _MORE_VALUES))
    _rule(f"schema/{_name}/changed", f"{_noun} lost {{removed}} and gained {{added}}"
          f"|values were removed from {_noun} and others added", (_FEWER_VALUES, _MORE_VALUES))
for _row in ASSERTIONS:
    _name = _row.name
    match _row.compare:
        case Compare.LOWER_BOUND | Compare.UPPER_BOUND:
            if isinstance(_row, NumberKeyword) and _row.inclusive:
                continue  # a rule of the inclusive bound
            _less, _more = "decreased", "increased"
            if _row.compare is Compare.LOWER_BOUND:
                _less, _more = _more, _less
            _rule(f"schema/{_name}/narrowed",
                  f"{_name} {_less} from {{old}} to {{new}}|{_name} {{new}} was added"
                  f"|{_name} {_less} or was added", (_REJECTED, _KNOWN))
            _rule(f"schema/{_name}/widened",
                  f"{_name} {_more} from {{old}} to {{new}}|{_name} {{old}} was removed"
                  f"|{_name} {_more} or was removed", (_ACCEPTED, _NEW_VALUE))
        case Compare.VALUE if isinstance(_row, FlagKeyword):
            _rules(f"schema/{_name}", _name, **_RESTRICTS)
        case Compare.VALUE | Compare.VALUES if isinstance(_row, NumberKeyword | TextKeyword):
            _rules(f"schema/{_name}", f"{_name} {{}}|{_name}", **_REPLACES)
        case Compare.VALUE | Compare.SCHEMA | Compare.NEGATED_SCHEMA:
            _rules(f"schema/{_name}", f"`{_name}`", **_REPLACES)
        case _:
            pass
for _name in (*SERVER_ONLY, "anyOf", "oneOf", "allOf"):
    _rules(f"schema/{_name}", f"`{_name}`", **_REPLACES)
_rules("schema/format", "format {}|format",
       added=(_REJECTED, _KNOWN), narrowed=(_REJECTED, _KNOWN), widened=(_ACCEPTED, _NEW_VALUE),
       removed=(_ACCEPTED, Effect(
           BREAKING, "a program that parses the old format fails on other values")),
       changed=(Effect(BREAKING, "the API may reject values in the old format"), _UNREADABLE))
_rules("schema/default", "the default value {}|a default value",
       added=(Effect(SAFE, "it documents what was left open"), _NO_DEFAULT),
       removed=(Effect(RISK, "a call without the value may come to mean something else"),
                _NO_DEFAULT),
       changed=(Effect(RISK, "a call without the value means something else"), _NO_DEFAULT))

_rule("schema/comparison/incomplete",
      "the schemas are too different to compare in detail", _NOT_COMPARED)
_rules("schema/presence", "schema {}|a schema",
       added=Effect(SAFE, "nothing uses it yet"),
       removed=Effect(BREAKING, "values of it may no longer be sent or accepted"))

# ── schemas: objects, arrays and unions ──────────────────────────────────────────────────────

for _need, _entry, _suffix in (("optional", _OPTIONAL, ""), ("required", _NEEDED, "-required")):
    _rules("schema/property", f"{_need} property", **{
        f"added{_suffix}": (_entry, _IGNORED), f"removed{_suffix}": (_UNKNOWN, _ABSENT)})
    _rules("body/presence", f"{_need} request body", **{
        f"added{_suffix}": (_entry, _IGNORED), f"removed{_suffix}": (_UNKNOWN, _ABSENT)})
    _lost = _NOT_SENT if _suffix else _NOT_FOUND
    _rules(f"parameter/{_need}", f"{_need} parameter",
           added=(_entry, _IGNORED), removed=(_UNKNOWN, _lost))
    _rules(f"header/{_need}", f"{_need} header {{}}|{'an' if not _suffix else 'a'} {_need} header",
           added=(_entry, _IGNORED), removed=(_UNKNOWN, _lost))
_rule("schema/required/added", "the property became required", (_NEEDED, _ALWAYS))
_rule("schema/required/removed", "the property became optional", (_SENDABLE, _MAYBE_ABSENT))
_rules("schema/readOnly", "readOnly",
       added=(Effect(BREAKING, "the API may reject or ignore it in a request"), _RETURNED),
       removed=(Effect(SAFE, "it may now be sent"), _RETURNED))
_rules("schema/writeOnly", "writeOnly",
       added=(_SENT, _ABSENT), removed=(_SENT, Effect(SAFE, "it is now returned as well")))
_rule("schema/additionalProperties/closed",
      "additionalProperties changed from {old} to false|additionalProperties became false",
      (_CLOSED, _KNOWN))
_rule("schema/additionalProperties/opened",
      "additionalProperties changed from false to {new}|additionalProperties is no longer false",
      (_ACCEPTED, _IGNORED))
_rule("schema/additionalProperties/forbidden", "additionalProperties: false was added",
      (_CLOSED, _KNOWN))
_rule("schema/additionalProperties/allowed", "additionalProperties: false was removed",
      (_ACCEPTED, _IGNORED))
for _name in ("schema/items", "body/schema"):
    _rules(_name, "`items`" if _name == "schema/items" else "a schema",
           added=(_REJECTED, _KNOWN), removed=(_ACCEPTED, _UNREADABLE))
_rule("schema/prefixItems/added",
      "prefixItems grew from {was} to {now} items|prefixItems describes more items",
      (_REJECTED, _KNOWN))
_rule("schema/prefixItems/removed",
      "prefixItems shrank from {was} to {now} items|prefixItems describes fewer items",
      (_ACCEPTED, _NEW_VALUE))
_rule("schema/branch/added",
      "{new} was added to the union|a branch was added to the union (oneOf, anyOf)",
      (_ACCEPTED, _NO_BRANCH))
_rule("schema/branch/removed",
      "{old} was removed from the union|a branch was removed from the union (oneOf, anyOf)",
      _LOSES_BRANCH)
_rule("schema/branch/added-known",
      "{new} was added to the union, with a discriminator value of its own"
      "|a branch with a discriminator value of its own was added to the union",
      (_ACCEPTED, Effect(RISK, "the API may return a discriminator value that isn't known")))
_rule("schema/branch/removed-known",
      "{old} was removed from the union, and its discriminator value"
      "|a branch with a discriminator value of its own was removed from the union",
      _LOSES_BRANCH)
_rule("schema/branch/added-overlapping",
      "{new} was added to the union, and overlaps with another branch"
      "|a branch that overlaps with another one was added to the union",
      (Effect(BREAKING, "`oneOf` rejects a value that fits two branches"), _NO_BRANCH))
_rule("schema/branch/removed-overlapping",
      "{old} was removed from the union, and overlapped with another branch"
      "|a branch that overlapped with another one was removed from the union",
      _LOSES_BRANCH)
_rules("schema/discriminator", "discriminator {}|a discriminator",
       added=(Effect(
           RISK, "the API may reject values without that property, or with another value"),
           Effect(SAFE, "values fit the same branches")),
       removed=(_ACCEPTED, Effect(
           RISK, "a program that relies on that property may not find it")),
       changed=(Effect(BREAKING, "the API may reject values with the old property"), Effect(
           BREAKING, "a program that relies on the old property reads the wrong branch")))
_rules("schema/defaultMapping", "the defaultMapping of the discriminator {}"
       "|the defaultMapping of a discriminator",
       added=(_ACCEPTED, Effect(
           RISK, "the API may return objects without that property, or with another value")),
       removed=(Effect(
           RISK, "the API may reject objects without that property, or with another value"),
           Effect(SAFE, "values fit the same branches")),
       changed=(Effect(RISK, "the API may read such objects as another schema"), Effect(
           BREAKING, "a program reads such objects as the wrong branch")))
_rules("schema/sunset", "the sunset date {}|a sunset date (x-sunset)", added=(_ENDS, _ENDS),
       removed=(_STAYS, _STAYS), changed=(_ENDS_EARLIER, _ENDS_EARLIER))
_rule("schema/deprecated/added", "became deprecated", (_WORKS, _WORKS))
_rule("schema/deprecated/removed", "is no longer deprecated", (_STAYS, _STAYS))

# ── parameters, bodies and responses ─────────────────────────────────────────────────────────

_rule("parameter/presence/required", "the parameter became required", (_NEEDED, _ALWAYS))
_rule("parameter/presence/optional", "the parameter became optional", (_SENDABLE, _MAYBE_ABSENT))
_rules("parameter/default", "the default value {}|a default value",
       added=(_OTHER_MEANING, _NO_DEFAULT), removed=(_OTHER_MEANING, _NO_DEFAULT),
       changed=(Effect(RISK, "a call without it means something else"), _NO_DEFAULT))
_rules("parameter/serialization", "serialization {}|serialization (style, explode or media type)",
       changed=(_MISREAD, _UNREADABLE))
_rules("parameter/sunset", "the sunset date {}|a sunset date (x-sunset)",
       added=(_ENDS, _ENDS), removed=(_UNANNOUNCED, _UNANNOUNCED),
       changed=(_ENDS_EARLIER, _ENDS_EARLIER))
_rule("parameter/deprecated/added", "became deprecated", (_WORKS, _WORKS))
_rule("parameter/deprecated/removed", "is no longer deprecated", (_STAYS, _STAYS))
_rule("body/required/added", "the request body became required", (_NEEDED, _ALWAYS))
_rule("body/required/removed", "the request body became optional", (_SENDABLE, _MAYBE_ABSENT))
_rules("body/media-type", "media type {}|a media type",
       added=(_UNUSED, Effect(SAFE, "it is returned only where it is asked for")),
       removed=(Effect(BREAKING, "the API may reject a body in that media type"),
                Effect(BREAKING, "a program that reads that media type gets another one")))
_rule("body/content/malformed", "the body isn't what its media type requires",
      (_MISREAD, _UNREADABLE))
_rules("body/encoding", "the encoding of {name} {}|the encoding of {name}|the encoding of a part",
       changed=(_MISREAD, Effect(BREAKING, "the program misreads what the API returns")))
_rules("body/part-type", "the media type of {name} {}|the media type of a part",
       changed=(Effect(BREAKING, "the API may reject a part in the old media type"), _UNREADABLE),
       narrowed=(Effect(BREAKING, "the API may reject a media type that it accepted before"),
                 _KNOWN),
       widened=(_ACCEPTED, Effect(
           BREAKING, "the API may return a part in a media type that the program can't read")))
_rules("status/success", "response {}|a success response",
       added=(_UNUSED, Effect(RISK, "a program that checks the status may meet a new one")),
       removed=(_NO_ANSWER, Effect(
           BREAKING, "a program that checks for that status no longer gets it")))
_rules("status/error", "error response {}|an error response",
       added=(_UNUSED, _ANY_ERROR),
       removed=(Effect(SAFE, "the API takes any other status as a failure"), Effect(
           RISK, "a program that handles this error by its status or body may no longer get it")))
_rules("status/default", "the default response",
       added=(_UNUSED, Effect(SAFE, "the API may return other statuses anyway")),
       removed=(_NO_ANSWER, Effect(
           BREAKING, "a program that reads other statuses as described can't rely on it")))
_rule("header/presence/required", "header {name} became required|a header became required",
      (_NEEDED, _ALWAYS))
_rule("header/presence/optional", "header {name} became optional|a header became optional",
      (_SENDABLE, _MAYBE_ABSENT))
_rules("header/serialization",
       "serialization of {name} {}|serialization of a header (explode or media type)",
       changed=(_MISREAD, _UNREADABLE))
_rules("link/presence", "link {}|a link", added=(None, _UNUSED), removed=(None, Effect(
       RISK, "a program that follows it may find that the call fails")))
_rules("link/target", "the target of link {name} {}|the target of a link",
       changed=(None, Effect(RISK, "a program that follows it may come to another call")))
_rules("link/values", "the values of link {name} {}|the values that a link passes",
       changed=(None, Effect(RISK, "a program that follows it may pass other values")))

# ── webhooks and callbacks ───────────────────────────────────────────────────────────────────

for _name in ("webhook", "callback"):
    _rules(f"incoming/{_name}", f"{_name} {{}}|a {_name}",
           added=Effect(SAFE, "nothing waits for it yet"),
           removed=Effect(BREAKING, "a program that waits for it gets nothing"))
_rules("incoming/url", "the request {}|the URL or the method of a webhook or callback",
       changed=Effect(BREAKING, "a program that waits for the old request gets nothing"))
_rules("incoming/security", "security {}|security of a webhook or callback",
       added=Effect(SAFE, "a program that doesn't check the credential ignores it"),
       removed=Effect(BREAKING, "a program that checks the credential rejects the request"),
       changed=Effect(BREAKING, "a program that checks the old credential rejects the request"))
_rules("incoming/media-type", "media type {}|a media type of the body",
       added=Effect(BREAKING, "the API may send a body that the program can't read"),
       removed=Effect(SAFE, "the program gets one of the others"))

# ── operations, servers and security ─────────────────────────────────────────────────────────

_rules("operation/presence", "{}|the operation",
       added=Effect(SAFE, "nothing calls it yet"), removed=Effect(BREAKING, "calls of it fail"))
_rule("operation/path/changed", "{old} became {new}|the path or the method changed",
      Effect(BREAKING, "calls of the old one fail"))
_rule("operation/id/changed", "operationId changed from {old} to {new}|operationId changed",
      Effect(NONE, "it is never sent"), _KEEP)
_rules("operation/sunset", "the sunset date {}|a sunset date (x-sunset)",
       added=_ENDS, removed=_UNANNOUNCED, changed=_ENDS_EARLIER)
_rule("operation/deprecated/added", "the operation became deprecated", _WORKS)
_rule("operation/deprecated/removed", "the operation is no longer deprecated", _STAYS)
_rule("operation/part/unreadable",
      "a part of the new description cannot be read: {fact}"
      "|a part of the new description cannot be read", _NOT_COMPARED)
_rule("operation/part/readable",
      "a part of the old description cannot be read: {fact}"
      "|a part can be read that could not be read in the old description", _NOT_COMPARED)
_rules("server/url", "server {}|a server", added=_UNUSED,
       removed=Effect(RISK, "a program that calls it may get no answer"))
_rule("server/main/added",
      "server {new} was added before {old}|a server was added before the first one", _FIRST)
_rule("server/main/removed",
      "the first server {old} was removed, {new} is the first now"
      "|the first server was removed, and another one took its place", _OLD_ADDRESS)
_rules("server/main", "the first server {}|the first server", changed=_OLD_ADDRESS)
_rule("server/main/reordered",
      "server {new} moved before {old}|another server became the first", _FIRST)
_rules("server/variable", "server variable {}|a server variable",
       added=Effect(SAFE, "its default value gives the same server as before"),
       removed=Effect(RISK, "a program that chose another server by it calls the default one"))
_rule("server/variable/value-added",
      "value {new} of a server variable was added|a value of a server variable was added",
      Effect(SAFE, "no program has chosen it yet"))
_rule("server/variable/value-removed",
      "value {old} of a server variable was removed|a value of a server variable was removed",
      Effect(RISK, "a program that chose it may get no answer"))
_rule("security/alternative/added",
      "{new} is accepted as well|an alternative security requirement was added", _OTHERS_WORK)
_rule("security/alternative/removed",
      "{old} is no longer accepted|an alternative security requirement was removed",
      Effect(BREAKING, "the API may reject calls with those credentials"))
_rule("security/scheme/added",
      "{added} is required in addition|a further security scheme is required",
      Effect(BREAKING, "the API may reject calls without it"))
_rule("security/scheme/removed",
      "{removed} is no longer required|a security scheme is no longer required",
      Effect(SAFE, "it may still be sent"))
_rule("security/scheme/changed",
      "{new} is required instead of {old}|another security scheme is required",
      Effect(BREAKING, "the API may reject calls with the old credential"))
_rule("security/scope/added", "scope {new} is required|a further scope is required",
      Effect(BREAKING, "the API rejects calls with a token without it"))
_rule("security/scope/removed", "scope {old} is no longer required|a scope is no longer required",
      Effect(SAFE, "a token with it still works"))
_rule("security/requirement/added",
      "authentication is required: {new}|authentication is required",
      Effect(BREAKING, "the API may reject calls without a credential"))
_rule("security/requirement/removed", "authentication is no longer required",
      Effect(SAFE, "a credential may still be sent"))
_rules("security/flow", "OAuth flow {}|an OAuth flow", added=_OTHERS_WORK,
       removed=Effect(BREAKING, "a program that uses it gets no token"))
_rules("security/url", "{url} {} of the OAuth flow {flow}|a URL of an OAuth flow",
       added=_UNUSED, removed=Effect(RISK, "the old address may no longer issue tokens"))
_rule("security/url/changed",
      "{url} of the OAuth flow {flow} changed from {old} to {new}"
      "|a URL of an OAuth flow changed",
      Effect(BREAKING, "the old address may no longer issue tokens"))

# ── documentation, and the generated client ──────────────────────────────────────────────────

for _name, _nouns, _why in (
    ("docs/text", "{keyword}|a summary or description", "descriptions are never sent"),
    ("docs/example", "an example", "examples are never sent"),
):
    _rules(_name, _nouns, **dict.fromkeys(("changed", "added", "removed"), Effect(NONE, _why)))
_rule("python/name/changed",
      "{old} became {new}|a name in the generated client changed", _NAMES, _KEEP)
_rule("python/name/added", "a name was added to the generated client", _NAMES)
_rule("python/name/removed",
      "was removed from the client|a name was removed from the generated client", _NAMES)
_rules("python/type", "type {}|a type in the generated client",
       changed=Effect(NONE, "types of the client are never sent"))
_rule("python/client/refused",
      "no client can be generated from the new description: {fact}"
      "|no client can be generated from the new description", _NO_CLIENT)
_rule("python/client/taken",
      "a client can be generated; it couldn't from the old description: {fact}"
      "|a client can be generated, which wasn't possible from the old description", _NO_CLIENT)
# fmt: on
