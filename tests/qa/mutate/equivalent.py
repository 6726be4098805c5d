"""Faults that change nothing which a caller or a server could tell, each with the reason.

A fault belongs here only if *no* test could notice it, however it is written. What the generated
tests merely don't try is a survivor. The rows are tried like all others: one that is noticed after
all, or that fits no fault, is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.qa.mutate.source import Fault


@dataclass(frozen=True, slots=True)
class Equivalent:
    """The faults that one reason covers; ``scope``, ``before`` and ``after`` may hold wildcards."""

    kind: str
    scope: str
    before: str
    after: str
    reason: str

    def covers(self, fault: Fault) -> bool:
        """Is this fault one of those?"""
        return (
            fault.kind == self.kind
            and fnmatchcase(fault.scope, self.scope)
            and fnmatchcase(fault.before, self.before)
            and fnmatchcase(fault.after, self.after)
        )


_LAST_WORD = (
    "httpx's own default is not to follow, and each call says so again when it sends, which decides"
)
_NO_FILE = "no body of the one operation is a file, so that this is never reached"
_NO_CHOICE = "the one operation offers one media type each way, so that nothing can be chosen"
_A_POST = "the one operation is a POST, so that of other methods nothing is asked"
_READ_AGAIN = "reading again without limits meets the same fault, and raises it"
_ASKED_LATER = (
    "asked only of a status that begins with 2; what streams asks of others isn't emitted"
)
_ONE_STATUS = (
    "the one operation documents 200 and the error `default` alone, so that looking up any other "
    "key finds nothing, whatever the key"
)

EQUIVALENT: Sequence[Equivalent] = (
    Equivalent(
        "raise",
        "Credential.write",
        "raise NotImplementedError",
        "*",
        "the base class is private and never made; every credential class has its own write()",
    ),
    Equivalent(
        "raise",
        "Path.write",
        "raise RequestError(*can't stand in a path*",
        "*",
        "the only path parameter has the pattern ^[0-9]+$, which refuses '', '.' and '..' before",
    ),
    Equivalent(
        "raise",
        "quoted",
        "raise RequestError(*surrogate*",
        "*",
        "only a path parameter comes here, and the only one has the pattern ^[0-9]+$",
    ),
    Equivalent(
        "raise",
        "Settings._chosen",
        "raise RequestError(*this operation needs*",
        "*",
        "the only credential is a required argument of the constructor, so the first choice is met",
    ),
    Equivalent(
        "raise",
        "Operation.read",
        "raise ResponseError(*not UTF-8*",
        "*",
        "the only success is JSON, and pydantic's reader reports bad UTF-8 as a ValidationError",
    ),
    Equivalent(
        "raise",
        "_open_number",
        "raise",
        "*",
        "the description has no enumeration of integers, so that nothing is read by it",
    ),
    Equivalent("argument", "*Pinterest.__init__*", "follow_redirects=False", "*", _LAST_WORD),
    Equivalent("status", "Operation.read", "self.errors.get(status)", "(left out)", _ONE_STATUS),
    Equivalent("status", "Operation.read", "self.errors.get(f*XX*)", "*", _ONE_STATUS),
    Equivalent("status", "Operation.read", "answer", "(left out)", _ONE_STATUS),
    Equivalent("status", "Operation.success", 'answers.get("2XX")', "*", _ONE_STATUS),
    Equivalent("status", "Operation.success", 'answers.get("default")', "*", _ONE_STATUS),
    Equivalent("status", "Operation.success", "200 <= status < 300", "*<= 300", _ASKED_LATER),
    Equivalent("status", "Operation.success", "300", "301", _ASKED_LATER),
    Equivalent("raise", "Json.read", "raise", "pass", _READ_AGAIN),
    Equivalent("argument", "Call._upload", "*", "*", _NO_FILE),
    Equivalent("raise", "_offered", "*", "*", _NO_CHOICE),
    Equivalent("header", "Operation.choose", "*", "*", _NO_CHOICE),
    Equivalent("status", "Script._body", "known.get(kind)", "*", _NO_CHOICE),
    Equivalent(
        "header", "_accepted", '"accept"', "*", "no answer of the one operation is streamed"
    ),
    Equivalent("method", "module", '"HEAD"', "*", _A_POST),
    Equivalent("method", "module", '"OPTIONS"', "*", _A_POST),
    Equivalent(
        "header",
        "Settings.__init__",
        '"accept"',
        "'x-accept'",
        "every operation writes its own accept, which wins over the client's headers",
    ),
    Equivalent(
        "header",
        "Call.request",
        '"cookie"',
        "'x-cookie'",
        "no parameter and no credential goes into a cookie, so that this line is never reached",
    ),
    Equivalent(
        "method",
        "Call.request",
        "*",
        "*",
        "asked only for a request without a body, and the one operation requires a body",
    ),
)


def reason(fault: Fault) -> Equivalent | None:
    """The row that says why a fault can't be noticed."""
    return next((row for row in EQUIVALENT if row.covers(fault)), None)
