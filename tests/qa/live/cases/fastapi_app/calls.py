"""The calls of FastAPI's app, in the order of its files."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from generator import Pagination
from tests.qa.live.rows import MEDIA_TYPE, STATUS, Row, call

pagination = (Pagination("offset", parameter="offset", items="items", total="total"),)
ROOT = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
OTHER = UUID("00000000-0000-0000-0000-000000000000")
MEDIA = (Path(__file__).parent / "media.py").read_bytes()
DOWNLOADED = "".join(chr(number) * 1000 for number in range(3))


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the state of the app."""
    made = [*items(package.models), *values(package.models), *schemas(package.models)]
    return [*made, *media(package.models, package.files), *users(package.models)]


def items(m: Any) -> list[Row]:
    """Items, tasks and models."""
    parts = {"tax": 0.5, "tags": ["ü&"], "released": date(2026, 2, 28)}
    pen = {**parts, "name": "Pen", "priority": m.Priority.VALUE_2}
    image = m.Image(url="http://example.com/a%20b.png", name=None)
    pen_id, ink_id = uuid5(ROOT, "Pen"), uuid5(ROOT, "Ink")
    pen_made = m.Item(**pen, price="9.9", images=[image], id=pen_id, created=NOW)
    ink_made = m.Item(
        name="Ink", price="3", tax=None, tags=[], images=None, priority=m.Priority.VALUE_1,
        released=None, id=ink_id, created=NOW,
    )  # fmt: skip
    changed = pen_made.model_copy(update={"price": "12", "released": None})
    missing = [
        m.ValidationError(
            type="greater_than",
            loc=["body", "price"],
            msg="Input should be greater than 0",
            input="-1",
            ctx={"gt": 0},
        )
    ]
    return [
        call("items.get_model", m.ModelName.LE_NET).gives({"name": m.ModelName.LE_NET}),
        call("items.get_model", "resnet").refuses(),
        call(
            "items.create_item", m.NewItemInput(**pen, price=Decimal("9.90"), images=[image])
        ).gives(pen_made, 201),
        call("items.create_item", m.NewItemInput(name="Ink", price=3)).gives(ink_made, 201),
        call("items.create_item", m.NewItemInput(name="Ink", price="-1")).raises(
            422, m.HTTPValidationError(detail=missing)
        ),
        call("items.read_items").gives(m.Page(items=[pen_made, ink_made], total=2)),
        call("items.read_items", limit=1, order_by=m.ReadItemsOrderBy.NAME).gives(
            m.Page(items=[ink_made], total=2)
        ),
        call("items.read_items", tags=["ü&"], offset=0).gives(m.Page(items=[pen_made], total=1)),
        call("items.read_items_all", limit=1).gives([pen_made, ink_made]),
        call("items.read_item", pen_id).gives(pen_made),
        call("items.read_item", OTHER).raises(404, m.Message(message="no such item")),
        call("items.update_item", pen_id, m.ItemChange(price=12, released=None)).gives(changed),
        call("items.update_item", OTHER, m.ItemChange()).raises(
            404, body={"detail": "Item not found"}
        ),
        call("items.delete_item", ink_id).answers(204),
        call("items.get_or_create_task", "a/b").raises(404, body={"detail": "Not Found"}),
        call("items.get_or_create_task", "foo bar")
        .gives(m.Message(message="this is foo bar"), 201)
        .deviates(STATUS),
        call("items.get_or_create_task", "foo bar").gives(m.Message(message="this is foo bar")),
    ]


def values(m: Any) -> list[Row]:
    """Parameters and bodies."""
    new = m.NewItemInput(name="Pen", price="1.50")
    back = m.NewItemOutput(
        name="Pen", price="1.50", tax=None, tags=[], images=None, priority=m.Priority.VALUE_1,
        released=None,
    )  # fmt: skip
    zone = timezone(timedelta(hours=-3))
    extra = m.Extra(
        start=datetime(2026, 1, 1, 12, 30, 1, 5, zone), process_after=timedelta(days=1, seconds=2),
        repeat_at=time(14, 23, 55, 3), day=date(2028, 2, 28),
    )  # fmt: skip
    shifted = m.Extra(
        id=OTHER, start=datetime(2026, 1, 2, 12, 30, 3, 5, zone),
        process_after=timedelta(days=2, seconds=4), repeat_at=time(14, 59, 55, 3),
        day=date(2028, 2, 29),
    )  # fmt: skip
    puppy = m.DogInput(kind="dog", good=False, friend=m.Cat(kind="cat", lives=3))
    grown = m.DogOutput(kind="dog", good=False, friend=m.Cat(kind="cat", lives=3))
    body = m.BodyUpdateBothValuesBothItemIdPut
    value = m.BodyCreateValueValuesValuesPost
    return [
        call("values.update_both", 3, body(item=new, user=m.Message(message="hi"))).gives(
            {"id": 3, "item": back, "user": m.Message(message="hi"), "importance": 5}
        ),
        call("values.update_both", 3, body(item=new, user=None, importance=7)).gives(
            {"id": 3, "item": back, "user": None, "importance": 7}
        ),
        call("values.update_both", 1001, body(item=new)).refuses(),
        call("values.shift_extra_types", OTHER, extra).gives(shifted),
        call("values.create_index_weights", {"2": 1.5, "3": 1}).gives({"3": 0.75, "4": 0.5}),
        call("values.create_animal", puppy).gives(
            m.DogOutput(kind="dog", good=True, friend=grown)
        ),
        call("values.create_animal", m.Cat(kind="cat")).gives(
            m.DogOutput(kind="dog", good=True, friend=m.Cat(kind="cat", lives=9))
        ),
        call("values.create_value", value(value=12)).gives(m.Value(value=12, kind="int")),
        call("values.create_value", value(value="12")).gives(m.Value(value="12", kind="str")),
        call("values.create_value", value(value=None)).gives(m.Value(value=None, kind="NoneType")),
        call("values.create_value", value(value=m.Message(message="x"))).gives(
            m.Value(value=m.Message(message="x"), kind="Message")
        ),
        call(
            "values.read_day", date(2026, 3, 1), -7, 0.1, True, datetime(2026, 1, 1, tzinfo=zone),
            [OTHER, ROOT], level=[m.Priority.VALUE_2], price=Decimal("1.10"),
        ).gives([
            "datetime.date(2026, 3, 1)", "-7", "0.1", "True",
            "datetime.datetime(2026, 1, 1, 0, 0, tzinfo=TzInfo(-10800))", f"[{OTHER!r}, {ROOT!r}]",
            "{<Priority.HIGH: 2>}", "Decimal('1.10')", "'fixedquery'",
        ]),
        call(
            "values.read_sent", user_agent="a/1", x_token=["foo", "bar"], if_newer=NOW,
            strange_header=True, ads_id="a b;c", fatebook_tracker=1,
        ).gives([
            "'a/1'", "['foo,bar']",
            "datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=TzInfo(0))", "True",
            "'a%20b%3Bc'", "1", "application/json",
        ]),
        call("values.read_sent", user_agent="a").gives(
            ["'a'", "None", "None", "None", "None", "7", "application/json"]
        ),
    ]  # fmt: skip


def schemas(m: Any) -> list[Row]:
    """Models of every kind."""
    circle = m.CircleInput.model_validate({"radiusCm": 1.5, "class": "big", "colour": "red"})
    drawn = {"radiusCm": 1.5, "corners": 0, "class": "big", "diameter": 3.0, "colour": "red"}
    place = m.Place(name="x", at=[1, 2.5])
    seen = m.Place(name="x", at=[1.0, 2.5])
    lengths = {"1": timedelta(hours=1), "2": timedelta(days=-1)}
    tree, leaf = m.TreeInput, m.TreeOutput(value=True, children=[])
    account = {"picture": "iVBORw==", "address": "10.0.0.1"}
    return [
        call("schemas.read_numbers", after=-3).gives(m.SliceInt(items=[-2, -1], after=-3)),
        call("schemas.read_names").gives(m.SliceNames(items=[["a"], []], after=None)),
        call("schemas.put_names", ["ab", "ü"]).gives(["ü", "ab"]),
        call("schemas.put_names", ["123456"]).refuses(),
        call("schemas.create_circles", {"a/b": circle}).gives(
            {"a/b": m.CircleOutput.model_validate(drawn)}
        ),
        call("schemas.create_circles", {"a": m.CircleInput(radius_cm=2)}).gives(
            {"a": m.CircleOutput(radius_cm=2.0, corners=0, class_="round", diameter=4.0)}
        ),
        call("schemas.create_account", m.Account(password="secret", **account)).gives(
            m.Account(password="**********", **account)
        ),
        call("schemas.create_account", {}).refuses(),
        call("schemas.create_account", m.Account(password="secret")).gives(
            m.Account(password="**********")
        ),
        call(
            "schemas.create_trip",
            m.TripInput(
                places=[place],
                lengths=lengths,
                tree=tree(value=7, children=[tree(value=True), tree(value=None)]),
            ),
        ).gives(
            m.TripOutput(
                places=[seen],
                lengths=lengths,
                tree=m.TreeOutput(
                    value=7, children=[leaf, m.TreeOutput(value=None, children=[])]
                ),
            )
        ),
        call("schemas.add", ["0.10", "2"]).gives("2.10"),
        call("schemas.add", "0.10").gives("0.10"),
        call("schemas.read_models", "s", x_day=date(2026, 1, 2), level=m.Priority.VALUE_2).gives([
            m.Headers(x_tag=[], x_day=date(2026, 1, 2), dnt=False),
            m.Cookies(session="s", level=m.Priority.VALUE_2),
        ]),
        call("schemas.read_many", numbers=[1, -2], word=m.ReadManyWord.B, big=2**70).gives(
            {"numbers": [1, -2], "word": "b", "big": 2**70, "none": None}
        ),
        call("schemas.read_many").gives(
            {"numbers": None, "word": None, "big": 2**60, "none": None}
        ),
        call("schemas.read_many", numbers=[1, 2, 3, 4]).refuses(),
    ]  # fmt: skip


def media(m: Any, files: Any) -> list[Row]:
    """Files, forms, streams, and answers that aren't JSON."""
    words = [
        m.Word(number=1, text="grüße\n2"),
        m.Word(number=2, text=None),
        m.Word(number=3, text=""),
    ]
    texts = [
        '{"number":1,"text":"grüße\\n2"}',
        '{"number":2,"text":null}',
        '{"number":3,"text":""}',
    ]
    png = files.File(b"\x89PNG", name='ü "1".png', media_type="image/png")
    upload = m.BodyCreateUploadsUploadsPost
    received = [
        m.Received(filename="ü %221%22.png", content_type="image/png", size=4, start="\x89PNG"),
        m.Received(
            filename="media.py", content_type="text/x-python", size=len(MEDIA), start='"""Files'
        ),
    ]
    event = m.StreamChatResponseItem
    return [
        call("media.create_file", m.BodyCreateFileFilesPost(file=b"12", token="x y")).gives(
            m.Received(filename=None, content_type=None, size=2, start="2 x y")
        ),
        call(
            "media.create_file",
            m.BodyCreateFileFilesPost(file=io.BytesIO(b"1"), token="t", extra=png),
        ).gives(received[0]),
        call("media.create_uploads", upload(files=[png, Path(__file__).parent / "media.py"])).gives(
            received
        ),
        call("media.create_uploads", upload(files=[png, b""], notes=[1, 2])).gives(received[:1]),
        call(
            "media.register", m.Registration(username="a&b=ü", age=3, tags=["x", "y z"], born=NOW)
        ).gives(m.Registration(username="a&b=ü", age=3, tags=["x", "y z"], born=NOW)),
        call("media.register", m.Registration(username="a")).gives(
            m.Registration(username="a", age=None, tags=[], born=None)
        ),
        call("media.read_picture", "a b/ü.py").gives(MEDIA),
        call("media.read_picture_stream", "a b/ü.py").gives(MEDIA),
        call("media.read_picture", "x").raises(404, body={"detail": "no picture x"}),
        # Bytes without a media type are text where they are UTF-8.
        call("media.download").gives(DOWNLOADED).deviates(MEDIA_TYPE),
        call("media.stream_lines").gives(words),
        call("media.stream_events").gives(
            [m.StreamEventsResponseItem(data=text) for text in texts]
        ),
        call("media.stream_chat", m.Word(number=1)).gives([
            event(data='{"number":1,"text":null}', event="word", id="1", retry=5000),
            event(data="two\nlines", event="raw"), event(data="[DONE]"),
        ]),
        call("media.read_page").gives("<p>grüße</p>"),
        call("media.read_text").gives("Hello World"),
        call("media.check_text").gives(None),
        call("media.read_old").gives(None, 302),
        call("media.read_legacy").gives("<shampoo/>").deviates(MEDIA_TYPE),
    ]  # fmt: skip


def users(m: Any) -> list[Row]:
    """Security, and errors of the app's own."""
    login = m.BodyLoginUsersTokenPost
    token = m.Token(access_token="jo ['a', 'b'] password", token_type="bearer")
    return [
        call("users.login", login(
            grant_type="password", username="jo", password="pass word&", scope="a b"
        )).gives(token),
        call("users.login", login(grant_type="password", username="jo", password="no")).raises(
            400, body={"detail": "Incorrect username or password"}
        ),
        call("users.read_me").by(o_auth2_password_bearer_token="secret").gives(
            m.User(name="johndoe", email=None)
        ),
        call("users.read_me").by(o_auth2_password_bearer_token="other").raises(
            401, body={"detail": "Could not validate credentials"}
        ),
        call("users.read_me").refuses("RequestError"),
        call("users.read_basic").by(basic=("jo", "pa:ss")).gives(m.User(name="jo", email=None)),
        call("users.read_basic").by(basic=("jo", "")).raises(401, body={"detail": "Unauthorized"}),
        call("users.read_bearer").by(http_bearer_token="t").gives(m.User(name="t", email=None)),
        call("users.read_header").by(api_key_header="h").gives(m.User(name="h", email=None)),
        call("users.read_query").by(api_key_query="a&b c").gives(m.User(name="a&b c", email=None)),
        call("users.read_cookie").by(api_key_cookie="c").gives(m.User(name="c", email=None)),
        call("users.send_note", "a+b@example.com").by(http_bearer_token="t").answers(202),
        call("unicorns.read_unicorn", "ü?#").gives("ü?#"),
        call("unicorns.read_unicorn", "yolo").raises(
            418, body={"message": "Oops! yolo did something."}
        ),
        # A background task writes the note.
        call("users.read_notes").gives(["a+b@example.com"]),
    ]  # fmt: skip


recorded = {
    "response/body/media-type/added a body",
    "response/body/media-type/added application/xml",
    "response/header/optional/added x-length",
    "response/status/error/added 400",
    "response/status/error/added 401",
    "response/status/error/added 404",
    "response/status/error/added 418",
    "response/status/success/added 201",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""
