"""The calls of the app of Connexion."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.qa.live.rows import MEDIA_TYPE, Row, call


def settings(_: Any) -> dict[str, Any]:
    """Return the client's arguments."""
    return {"key": "secret", "basic": ("jo", "pa:ss")}


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the notes."""
    files, m = package.files, package.models
    new = {
        "text": "ü", "color": "red", "due": datetime(2026, 2, 28, 12, 30, tzinfo=UTC),
        "tags": ["a", "b,c"],
    }  # fmt: skip
    first, listed = m.AppGetNoteResponse(**new, id=1), m.AppListNotesResponseItem
    png = files.File(b"\x89PNG\r\n", name="a.png", media_type="image/png")
    picture = m.AppPutPictureRequest
    missing = m.AppResponse404(
        type="about:blank", status=404, title="Not Found", detail="no note 9"
    )
    days = [date(2026, 1, 1), date(2026, 2, 28)]
    return [
        call("app.add_note", m.AppAddNoteRequest(**new)).gives(
            m.AppAddNoteResponse(**new, id=1), 201
        ),
        call("app.add_note", {"text": "b", "color": None}).gives(
            m.AppAddNoteResponse(text="b", color=None, id=2), 201
        ),
        call("app.add_note", {"text": "c", "tags": ["a", "a"]})
        .raises(
            400,
            m.AppAddNoteResponse400(
                type="about:blank",
                status=400,
                title="Bad Request",
                detail="['a', 'a'] has non-unique elements - 'tags'",
            ),
        )
        .deviates(MEDIA_TYPE),
        call("app.list_notes", tags=["a", "b,c"]).gives([listed(**new, id=1)]),
        call("app.list_notes", ids=[1, 2], limit=1, x_trace="t").gives([listed(**new, id=1)]),
        call("app.list_notes", limit=11).refuses(),
        call("app.list_notes").by(key="x", basic=("a", "b")).raises(401),
        call("app.get_note", 1).gives(first),
        call("app.get_note", 9).raises(404, missing).deviates(MEDIA_TYPE),
        call("app.put_picture", 1, picture(file=png, title="ü", labels=["a", "b"])).gives(
            m.AppPutPictureResponse(title="ü", size=8, labels=["a", "b"])
        ),
        call("app.get_picture", 1).gives(b"\x89PNG\r\n"),
        call("app.get_picture_stream", 1).gives(b"\x89PNG\r\n"),
        call("app.sign", m.AppSignRequest(name="a&b=ü", times=2, days=days)).gives(
            {"name": "a&b=ü", "times": 2, "days": ["2026-01-01", "2026-02-28"]}
        ),
        call("app.who").gives(m.AppWhoResponse(name="jo")),
        call("app.delete_note", 2, reason="").answers(204),
        call("app.delete_note", 9).raises(404, missing).deviates(MEDIA_TYPE),
    ]


recorded = {
    "request/schema/uniqueItems/removed True",
    "response/body/media-type/added application/problem+json",
    "response/status/error/added 401",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""
