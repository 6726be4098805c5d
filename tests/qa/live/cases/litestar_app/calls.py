"""The calls of Litestar's app, in the order of its files."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from generator import Pagination
from tests.qa.live.rows import Row, call

pagination = (Pagination("offset", parameter="offset", items="items", total="total"),)
NIL = UUID(int=0)
FILE = (Path(__file__).parent / "answers.py").read_bytes()


def settings(_: Any) -> dict[str, Any]:
    """Return the client's arguments."""
    return {"token": "secret"}


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the state of the app."""
    return [
        *tasks(package.models),
        *values(package.models, package.files),
        *answers(package.models),
    ]


def tasks(m: Any) -> list[Row]:
    """Tasks."""
    ink, pen = uuid5(NIL, "Ink"), uuid5(NIL, "Pen")
    due = datetime(2026, 2, 28, 23, 59, 59, 999999, timezone(timedelta(hours=5, minutes=30)))
    new = {"name": "Ink", "price": "1.50", "due": due, "size": m.Size.L, "labels": ["ü", ""]}
    plain = {"name": "Pen", "price": "2", "due": None, "size": m.Size.S, "labels": []}
    listed = [
        m.ListTasksTaskResponseBody(**new, id=ink),
        m.ListTasksTaskResponseBody(**plain, id=pen),
    ]

    def page(items: list[Any], limit: int, total: int) -> Any:
        return m.TasksListTasksResponse(items=items, limit=limit, offset=0, total=total)

    return [
        call("tasks.create_task", m.CreateTaskTaskRequestBody(**new)).gives(
            m.CreateTaskTaskResponseBody(**new, id=ink), 201
        ),
        call("tasks.create_task", m.CreateTaskTaskRequestBody(name="Pen", price="2")).gives(
            m.CreateTaskTaskResponseBody(**plain, id=pen), 201
        ),
        call("tasks.create_task", m.CreateTaskTaskRequestBody(name="Pen", price="x")).raises(
            400,
            m.TasksResponse400(status_code=400, detail="Invalid decimal string - at `$.price`"),
        ),
        call("tasks.list_tasks").gives(page(listed, 2, 2)),
        call("tasks.list_tasks", sizes=[m.Size.S], limit=1).gives(page(listed[1:], 1, 1)),
        call("tasks.list_tasks", limit=0).refuses(),
        call("tasks.list_tasks_all", limit=1).gives(listed),
        call("tasks.task_id_get_task", ink).gives(m.GetTaskTaskResponseBody(**new, id=ink)),
        call("tasks.task_id_get_task", NIL).raises(
            404,
            m.TasksTaskIdGetTaskResponse404(
                status_code=404, detail=f"no task {NIL}", extra={"id": str(NIL)}
            ),
        ),
        call(
            "tasks.task_id_update_task", ink, m.UpdateTaskTaskRequestBody(due=None, labels=[])
        ).gives(m.UpdateTaskTaskResponseBody(**{**new, "due": None, "labels": []}, id=ink)),
        call("tasks.task_id_delete_task", pen).answers(204),
    ]


def values(m: Any, files: Any) -> list[Row]:
    """Parameters, unions, forms and files."""
    zone = timezone(timedelta(hours=-3))
    circle, png = m.Circle(radius=1.5, type="circle"), files.File(b"\x89PNG\r\n", name="ü.png")
    square = m.Square(side=3, type="square", inner=circle)
    upload = m.Upload
    return [
        call(
            "types_day_at_wait_price_share_rest_get_types", date(2026, 3, 1),
            datetime(2026, 1, 1, 12, tzinfo=zone), timedelta(days=1, seconds=2), "1.10", 0.1,
            "a/b c", [1, -2], on=True,
        ).gives([
            "datetime.date(2026, 3, 1)",
            repr(datetime(2026, 1, 1, 12, tzinfo=zone)),
            "datetime.timedelta(days=1, seconds=2)", "Decimal('1.10')", "0.1", "'/a/b c'",
            "[1, -2]", "True",
        ]),
        call("sent_get_sent", NIL, session="a", page_number=3).gives(
            {"version": NIL, "session": "a", "page": 3}
        ),
        call("sent_get_sent", NIL).gives({"version": NIL, "session": None, "page": 1}),
        call("shapes_put_shape", square).gives(m.Square(side=2, type="square", inner=square)),
        call("shapes_put_shape", circle).gives(m.Square(side=2, type="square", inner=circle)),
        call("uploads_create_upload", upload(title="a b", file=png, count=2)).gives(
            {"title": "a b", "name": "ü.png", "size": 12}, 201
        ),
        call("uploads_create_upload", upload(title="ü", file=Path(__file__))).gives(
            {"title": "ü", "name": "calls.py", "size": Path(__file__).stat().st_size}, 201
        ),
        call(
            "uploads_many_create_uploads", m.UploadsManyCreateUploadsRequest(files=[png, png])
        ).gives(["ü.png", "ü.png"], 201),
        call("feedback_send_feedback", m.Feedback(text="a&b=ü", stars=4, tags=["x", "y"])).gives(
            m.Feedback(text="a&b=ü", stars=4, tags=["x", "y"]), 202
        ),
        call("feedback_send_feedback", m.Feedback(text=" ")).gives(
            m.Feedback(text=" ", tags=[]), 202
        ),
    ]  # fmt: skip


def answers(m: Any) -> list[Row]:
    """Streams, files, other media types, and handlers that need a credential."""
    return [
        call("stream_get_stream").gives(b"".join(bytes([n]) * 1000 for n in range(3))),
        call("stream_get_stream_stream").gives(b"".join(bytes([n]) * 1000 for n in range(3))),
        call("events_get_events").gives(["one\ntwo", {"count": 2}]),
        call("file_get_file").gives(FILE.decode()),
        call("packed_get_packed").gives(b"\x81\xa1a\x01"),
        call("me_get_me").gives({"token": "Bearer secret", "key": None}),
        call("me_get_me").by(token=None, api_key="key").gives({"token": None, "key": "key"}),
        call("me_get_me")
        .by(token="x")
        .raises(401, body={"status_code": 401, "detail": "who are you?"}),
    ]


recorded = {
    "request/schema/format/changed uri",
    "response/schema/format/changed date-time",
    "response/status/error/added 401",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""
