"""Reports made by hand, for the tests of what is written about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from generator.base.errors import Place, Problem
from generator.watch.changes.change import Allowance, Change, Report, Side, Signature, Verdict

BASE = "spec/audiences.yaml"
UPSTREAM = "https://api.example/openapi.yaml"
MODELS = "src/pinterest_audiences/models.py"
POINTER = "/components/schemas/AudienceRule/properties/objective_type"

OBJECTIVES = Change(
    verdicts=(
        Verdict("request/schema/enum/value-removed", "request", "breaking"),
        Verdict("response/schema/enum/value-removed", "response", "safe"),
    ),
    operations=("audiences/create",),
    pointer=f"{POINTER}/items/enum",
    message="`AudienceRule.objective_type[]` no longer takes VIDEO_VIEW and WEB_SESSIONS",
    before="AWARENESS, CONSIDERATION, VIDEO_VIEW, CATALOG_SALES, WEB_SESSIONS, VIDEO_COMPLETION",
    after="AWARENESS, CONSIDERATION, CATALOG_SALES, VIDEO_COMPLETION",
    base=Place(BASE, 214, 17, f"{POINTER}/items/enum"),
    revision=Place(UPSTREAM, 10231, 11, f"{POINTER}/items/enum"),
    fingerprint="9c1e5d0a77b2",
    signatures=tuple(
        Signature(f"ObjectiveType.{name}", f'{name} = "{name}"', "", breaks=True, place=place)
        for name, place in (
            ("VIDEO_VIEW", Place(MODELS, 88, 5)),
            ("WEB_SESSIONS", Place(MODELS, 92, 5)),
        )
    ),
)

COMPANY = Change(
    verdicts=(Verdict("response/schema/property/added", "response", "safe"),),
    operations=("audiences/create",),
    pointer="/components/schemas/Audience/properties/created_by_company_name",
    message="`Audience.created_by_company_name` is new",
    before="",
    after="string or null, optional",
    base=None,
    revision=Place(
        UPSTREAM, 8770, 9, "/components/schemas/Audience/properties/created_by_company_name"
    ),
    fingerprint="00aa11bb22cc",
    signatures=(
        Signature(
            "Audience.created_by_company_name",
            "",
            "created_by_company_name: str | None = None",
            breaks=False,
        ),
    ),
)

RETENTION = Change(
    verdicts=(Verdict("request/schema/maximum/narrowed", "request", "breaking"),),
    operations=("audiences/create", "audiences/update"),
    pointer="/components/schemas/AudienceRule/properties/retention_days/maximum",
    message="`AudienceRule.retention_days` is at most 180, and was at most 540",
    before="540",
    after="180",
    base=Place(BASE, 240, 18, "/components/schemas/AudienceRule/properties/retention_days"),
    revision=Place(UPSTREAM, 10290, 20),
    fingerprint="5566778899aa",
    allowed=Allowance(
        "5566778899aa",
        "We never keep visitors for more than 90 days",
        "ads-team",
        dt.date(2027, 3, 1),
        Place("spec/drift.toml", 4, 1),
    ),
)

STATUS = Change(
    verdicts=(Verdict("response/schema/enum/value-added", "response", "risk"),),
    operations=("audiences/list", "audiences/get"),
    pointer="/components/schemas/Audience/properties/status/enum",
    message="`Audience.status` may be ARCHIVED, which no code knows yet",
    before="READY, INITIALIZING, TOO_SMALL",
    after="READY, INITIALIZING, TOO_SMALL, ARCHIVED",
    base=Place(BASE, 300, 13),
    revision=Place(UPSTREAM, 9001, 13),
    fingerprint="ab12ab12ab12",
)


def prose(number: int, before: str, after: str) -> Change:
    return Change(
        verdicts=(Verdict("api/docs/text/changed", "", "none"),),
        operations=("audiences/create",),
        pointer=f"/components/schemas/Audience/properties/p{number}/description",
        message=f"The description of `Audience.p{number}` was reworded",
        before=before,
        after=after,
        base=Place(BASE, 400 + number, 9),
        revision=Place(UPSTREAM, 9400 + number, 9),
        fingerprint=f"d0c5{number:08x}",
        docs=True,
    )


REPORT = Report(
    package="pinterest_audiences",
    base=Side(BASE, "Audiences", "5.15.0", "5f" * 32),
    revision=Side(UPSTREAM, "Pinterest REST API", "5.16.0", "a7" * 32),
    operations=("audiences/create",),
    changes=(
        OBJECTIVES,
        COMPANY,
        prose(
            1,
            "The number of days that a visitor stays in the audience, at most 540.",
            "How many days a visitor stays in the audience after the last visit, at most 540.",
        ),
        prose(2, "Audience ID.", "Audience ID.\nAlways made of digits."),
    ),
    steps=(
        "Read what `objective_type` means to your calls.",
        "Take the changes in: `speclock update audiences`",
        "Run `make generate`, and release the client with a new major version.",
    ),
)
"""What a release took away from the request, and added to the response."""

WHOLE = replace(
    REPORT,
    operations=("audiences/create", "audiences/update", "audiences/list", "audiences/get"),
    changes=(OBJECTIVES, RETENTION, STATUS, *REPORT.changes[1:]),
    faults=(
        Problem(
            "allow-list",
            "The entry 1234567890ab matches no change any more.",
            "Remove it.",
            Place("spec/drift.toml", 9, 1),
        ),
        Problem(
            "allow-list",
            "The entry 5566778899aa expired on 2026-10-01.",
            "Decide again, or remove it.",
            Place("spec/drift.toml", 14, 1),
        ),
    ),
)
"""One of each sort."""

NOTHING = replace(REPORT, changes=(), steps=())

HOSTILE_TEXT = (
    "<script>document.title='owned'</script><img src=https://out.example/a.png onerror=alert(1)>"
    "</pre></style></title>{{ 7*7 }}`code`\n::error file=x::owned\r\n##[add-mask]a"
    "\x1b[31mred\x07\u202egnp\u0000 @everyone #1 [a](https://out.example) ``` *b* 100%,a:b\\"
)
"""What somebody could put into a description to be more than text."""


def hostile(text: str = HOSTILE_TEXT) -> Report:
    change = replace(
        OBJECTIVES,
        operations=(text,),
        pointer=f"/{text}",
        message=text,
        before=f"{text} old",
        after=f"{text} new",
        base=Place(BASE, 2, 3, f"/{text}"),
        revision=Place(f"https://api.example/{text}", 2, 3, f"/{text}"),
        signatures=(Signature(text, text, f"{text} new", breaks=True),),
    )
    allowed = replace(
        change,
        allowed=Allowance(
            "aabbccddeeff", text, text, dt.date(2027, 3, 1), Place("spec/drift.toml", 1, 1)
        ),
    )
    return Report(
        package="hostile",
        base=Side("spec/hostile.yaml", text, text, "00" * 32),
        revision=Side(f"https://api.example/{text}", text, text, "11" * 32),
        operations=(text,),
        changes=(change, allowed, replace(change, docs=True, verdicts=change.verdicts[1:])),
        faults=(Problem("allow-list", text, text, Place("spec/drift.toml", 1, 1)),),
        steps=(text,),
    )


HOSTILE = hostile()
REPORTS = {"whole": WHOLE, "release": REPORT, "nothing": NOTHING, "hostile": HOSTILE}
every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def with_changes(*changes: Change) -> Report:
    return replace(REPORT, changes=changes)


def on_the_wire(level: str, *operations: str) -> Change:
    verdicts = (Verdict("request/schema/type/changed", "request", level),)
    return replace(OBJECTIVES, verdicts=verdicts, operations=operations, signatures=())


RENAMED = replace(
    on_the_wire("none", "audiences/create"),
    signatures=(Signature("Audience", "class Audience(Model)", "class A(Model)", breaks=True),),
)
MANY = replace(
    WHOLE,
    changes=(
        OBJECTIVES,
        *(
            replace(STATUS, operations=(f"audiences/{n}",), fingerprint=f"{n:012}")
            for n in range(500)
        ),
        *(prose(n, "a", "b") for n in range(90)),
    ),
)
"""Far more than fits into a comment."""
