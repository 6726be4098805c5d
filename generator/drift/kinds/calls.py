"""Parameters, bodies, media types, statuses and headers."""

from __future__ import annotations

from ..changes import BREAKING, RISK, SAFE
from .table import ALL_COME, FEWER, FEWER_COME, MORE, ONLY_READ, ONLY_SENT, kind

kind(
    "parameter/optional/added",
    "removed",
    "an optional parameter is new",
    (SAFE, "it need not be sent"),
    alone=ONLY_SENT,
)
kind(
    "parameter/optional/removed",
    "added",
    "an optional parameter is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone=ONLY_SENT,
)
kind(
    "parameter/required/added",
    "removed",
    "a required parameter is new",
    (BREAKING, "a call without it may be refused"),
    alone=ONLY_SENT,
)
kind(
    "parameter/required/removed",
    "added",
    "a required parameter is gone",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone=ONLY_SENT,
)
kind(
    "parameter/presence/required",
    "optional",
    "the parameter became required",
    (BREAKING, "a call without it may be refused"),
    alone=ONLY_SENT,
)
kind(
    "parameter/presence/optional",
    "required",
    "the parameter became optional",
    (SAFE, "it may still be sent"),
    alone=ONLY_SENT,
)
kind(
    "parameter/default/added",
    "removed",
    "what is taken where the parameter isn't sent: said now",
    (RISK, "a call without it may come to mean something else"),
    alone=ONLY_SENT,
)
kind(
    "parameter/default/removed",
    "added",
    "what is taken where the parameter isn't sent: no longer said",
    (RISK, "a call without it may come to mean something else"),
    alone=ONLY_SENT,
)
kind(
    "parameter/default/changed",
    "changed",
    "what is taken where the parameter isn't sent is another value",
    (RISK, "a call without it means something else"),
    alone=ONLY_SENT,
)
kind(
    "parameter/serialization/changed",
    "changed",
    "the value is written otherwise (style, explode, media type)",
    (BREAKING, "the API reads what the program sends as something else"),
    alone=ONLY_SENT,
)
kind(
    "parameter/deprecated/added",
    "removed",
    "the parameter is deprecated",
    (SAFE, "it works until it is removed"),
    alone=ONLY_SENT,
)
kind(
    "parameter/deprecated/removed",
    "added",
    "the parameter is no longer deprecated",
    (SAFE, "nothing ends"),
    alone=ONLY_SENT,
)
kind(
    "parameter/sunset/added",
    "removed",
    "a day is given on which the parameter ends",
    (RISK, "it stops on that day"),
    alone=ONLY_SENT,
)
kind(
    "parameter/sunset/removed",
    "added",
    "the day on which the parameter ends is withdrawn",
    (RISK, "a removal need not be announced any more"),
    alone=ONLY_SENT,
)
kind(
    "parameter/sunset/changed",
    "changed",
    "the day on which the parameter ends is another one",
    (RISK, "it may stop earlier"),
    alone=ONLY_SENT,
)
kind(
    "body/presence/added",
    "removed",
    "the operation takes a body",
    (SAFE, "it need not be sent"),
    alone="a response's body is a media type's",
)
kind(
    "body/presence/removed",
    "added",
    "the operation takes no body any more",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone="a response's body is a media type's",
)
kind(
    "body/presence/added-required",
    "removed-required",
    "the operation needs a body",
    (BREAKING, "a call without it may be refused"),
    alone="a response's body is a media type's",
)
kind(
    "body/presence/removed-required",
    "added-required",
    "the operation takes no body any more",
    (BREAKING, "the API may refuse it, or no longer heed it"),
    alone="a response's body is a media type's",
)
kind(
    "body/required/added",
    "removed",
    "the body became required",
    (BREAKING, "a call without it may be refused"),
    alone="a response's body is a media type's",
)
kind(
    "body/required/removed",
    "added",
    "the body became optional",
    (SAFE, "it may still be sent"),
    alone="a response's body is a media type's",
)
kind(
    "body/media-type/added",
    "removed",
    "a media type is new",
    (SAFE, "nobody need use it"),
    (SAFE, "it comes if it is asked for"),
)
kind(
    "body/media-type/removed",
    "added",
    "a media type is gone",
    (BREAKING, "a body in that media type may be refused"),
    (BREAKING, "a program that reads that media type gets another"),
)
kind("body/schema/added", "removed", "what the body is: said now", FEWER, FEWER_COME)
kind("body/schema/removed", "added", "what the body is: no longer said", MORE, ALL_COME)
kind(
    "body/encoding/changed",
    "changed",
    "the parts of the body are written otherwise",
    (BREAKING, "the API reads what the program sends as something else"),
    (BREAKING, "the program reads what comes as something else"),
)

kind(
    "status/success/added",
    "removed",
    "a success status is new",
    response=(RISK, "a program that goes by the status meets a new one"),
    alone=ONLY_READ,
)
kind(
    "status/success/removed",
    "added",
    "a success status is gone",
    response=(BREAKING, "a program that goes by that status no longer meets it"),
    alone=ONLY_READ,
)
kind(
    "status/error/added",
    "removed",
    "an error status is described",
    response=(SAFE, "errors of any status may come anyway"),
    alone=ONLY_READ,
)
kind(
    "status/error/removed",
    "added",
    "an error status is no longer described",
    response=(SAFE, "errors of any status may come anyway"),
    alone=ONLY_READ,
)
kind(
    "status/default/added",
    "removed",
    "all other statuses are described",
    response=(SAFE, "they may come anyway"),
    alone=ONLY_READ,
)
kind(
    "status/default/removed",
    "added",
    "all other statuses are no longer described",
    response=(BREAKING, "a program that reads such answers as described has nothing to go by"),
    alone=ONLY_READ,
)
kind(
    "header/optional/added",
    "removed",
    "a response header is new",
    response=(SAFE, "a program that doesn't know it ignores it"),
    alone=ONLY_READ,
)
kind(
    "header/optional/removed",
    "added",
    "a response header is gone",
    response=(RISK, "a program that reads it may find nothing"),
    alone=ONLY_READ,
)
kind(
    "header/required/added",
    "removed",
    "a response header that always comes is new",
    response=(SAFE, "a program that doesn't know it ignores it"),
    alone=ONLY_READ,
)
kind(
    "header/required/removed",
    "added",
    "a response header that always came is gone",
    response=(BREAKING, "a program that relies on it finds nothing"),
    alone=ONLY_READ,
)
kind(
    "header/presence/required",
    "optional",
    "a response header always comes",
    response=(SAFE, "it came anyway"),
    alone=ONLY_READ,
)
kind(
    "header/presence/optional",
    "required",
    "a response header need no longer come",
    response=(BREAKING, "a program that relies on it may find nothing"),
    alone=ONLY_READ,
)
