"""Operations, servers and security."""

from __future__ import annotations

from ..changes import BREAKING, NONE, RISK, SAFE
from .table import NEUTRAL, kind

kind(
    "operation/presence/removed",
    "added",
    "the operation is gone",
    neutral=(BREAKING, "calls of it fail"),
    alone=NEUTRAL,
)
kind(
    "operation/presence/added",
    "removed",
    "the operation is new",
    neutral=(SAFE, "nobody calls it yet"),
    alone=NEUTRAL,
)
kind(
    "operation/path/changed",
    "changed",
    "the operation has another path or method",
    neutral=(BREAKING, "calls of the old one fail"),
    alone=NEUTRAL,
)
kind(
    "operation/id/changed",
    "changed",
    "the operation has another operationId",
    neutral=(NONE, "it is never sent"),
    alone=NEUTRAL,
)
kind(
    "operation/deprecated/added",
    "removed",
    "the operation is deprecated",
    neutral=(SAFE, "it works until it is removed"),
    alone=NEUTRAL,
)
kind(
    "operation/deprecated/removed",
    "added",
    "the operation is no longer deprecated",
    neutral=(SAFE, "nothing ends"),
    alone=NEUTRAL,
)
kind(
    "operation/sunset/added",
    "removed",
    "a day is given on which the operation ends",
    neutral=(RISK, "calls fail from that day on"),
    alone=NEUTRAL,
)
kind(
    "operation/sunset/removed",
    "added",
    "the day on which the operation ends is withdrawn",
    neutral=(RISK, "a removal need not be announced any more"),
    alone=NEUTRAL,
)
kind(
    "operation/sunset/changed",
    "changed",
    "the day on which the operation ends is another one",
    neutral=(RISK, "calls may fail earlier"),
    alone=NEUTRAL,
)
kind(
    "operation/part/unreadable",
    "readable",
    "a part can't be read",
    neutral=(RISK, "what it says can't be compared"),
    alone=NEUTRAL,
)
kind(
    "operation/part/readable",
    "unreadable",
    "a part that couldn't be read can be",
    neutral=(RISK, "what it said before can't be compared"),
    alone=NEUTRAL,
)
kind(
    "server/url/added",
    "removed",
    "a server is new",
    neutral=(SAFE, "nobody need call it"),
    alone=NEUTRAL,
)
kind(
    "server/url/removed",
    "added",
    "a server is gone",
    neutral=(RISK, "a program that calls it may get no answer"),
    alone=NEUTRAL,
)
kind(
    "server/main/added",
    "removed",
    "a new server comes first",
    neutral=(RISK, "the regenerated client calls another address"),
    alone=NEUTRAL,
)
kind(
    "server/main/removed",
    "added",
    "the server that is called is gone, and the next one is called",
    neutral=(BREAKING, "the old address may no longer answer"),
    alone=NEUTRAL,
)
kind(
    "server/main/changed",
    "changed",
    "the server that is called is a new one, and the old one is gone",
    neutral=(BREAKING, "the old address may no longer answer"),
    alone=NEUTRAL,
)
kind(
    "server/main/reordered",
    "reordered",
    "another server comes first",
    neutral=(RISK, "the regenerated client calls another address"),
    alone=NEUTRAL,
)
kind(
    "security/alternative/added",
    "removed",
    "there is a further way to authenticate",
    neutral=(SAFE, "the old ones still work"),
    alone=NEUTRAL,
)
kind(
    "security/alternative/removed",
    "added",
    "a way to authenticate is gone",
    neutral=(BREAKING, "calls with those credentials may be refused"),
    alone=NEUTRAL,
)
kind(
    "security/scheme/added",
    "removed",
    "another credential is needed besides",
    neutral=(BREAKING, "calls without it may be refused"),
    alone=NEUTRAL,
)
kind(
    "security/scheme/removed",
    "added",
    "a credential is no longer needed",
    neutral=(SAFE, "it may still be sent"),
    alone=NEUTRAL,
)
kind(
    "security/scheme/changed",
    "changed",
    "the credential is another one, or goes elsewhere",
    neutral=(BREAKING, "calls with the old one may be refused"),
    alone=NEUTRAL,
)
kind(
    "security/scope/added",
    "removed",
    "a further scope is needed",
    neutral=(BREAKING, "calls with a token without it are refused"),
    alone=NEUTRAL,
)
kind(
    "security/scope/removed",
    "added",
    "a scope is no longer needed",
    neutral=(SAFE, "a token with it still works"),
    alone=NEUTRAL,
)
kind(
    "security/requirement/added",
    "removed",
    "a credential is needed where none was",
    neutral=(BREAKING, "calls without one may be refused"),
    alone=NEUTRAL,
)
kind(
    "security/requirement/removed",
    "added",
    "no credential is needed any more",
    neutral=(SAFE, "one may still be sent"),
    alone=NEUTRAL,
)
kind(
    "security/flow/added",
    "removed",
    "there is a further way to get a token",
    neutral=(SAFE, "the old ones still work"),
    alone=NEUTRAL,
)
kind(
    "security/flow/removed",
    "added",
    "a way to get a token is gone",
    neutral=(BREAKING, "a program that uses it gets no token"),
    alone=NEUTRAL,
)
kind(
    "security/url/changed",
    "changed",
    "tokens come from another address",
    neutral=(BREAKING, "the old address may no longer give tokens"),
    alone=NEUTRAL,
)
kind(
    "security/url/added",
    "removed",
    "an address for tokens is given",
    neutral=(SAFE, "nobody need use it"),
    alone=NEUTRAL,
)
kind(
    "security/url/removed",
    "added",
    "an address for tokens is no longer given",
    neutral=(RISK, "it may no longer give tokens"),
    alone=NEUTRAL,
)
