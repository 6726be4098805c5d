"""Names of fields and calls that Python cannot hold as they are."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent


def test_names_of_fields(case: Case) -> None:
    models = case.models
    fields = {
        name if info.alias is None else info.alias: name
        for name, info in models.AcmeLibOddThing.model_fields.items()
    }
    assert fields == {
        "class": "class_", "None": "none", "model_config": "model_config_", "copy": "copy_",
        "+1": "plus_1", "-1": "minus_1", "ad_account_id": "ad_account_id", "über": "über",
        "日本": "日本", "_private": "private", "int": "int_", "other_int": "other_int",
        "list": "list_", "others": "others", "2fa": "field_2fa", "URLPath": "url_path",
        "adAccountId": "adaccountid", "a-b": "a_b", "a.b": "a_dot_b",
        "$ref$": "ref", "date": "date_", "other_date": "other_date", "Field": "field",
        "größe": "größe",
    }  # fmt: skip
    thing = models.AcmeLibOddThing(class_="a", none="b", plus_1=1, other_date="2026-01-02")
    assert sent(thing) == {"class": "a", "None": "b", "+1": 1, "other_date": "2026-01-02"}


def test_names_of_calls(case: Case) -> None:
    server = Recorder({"Field": "f"})
    with case.connect(server) as client:
        body = case.models.AcmeLibOddThing(class_="a")
        made = getattr(client, "import_").class_("a/b", 7, body, x_trace_id="t")  # noqa: B009
    assert made.field == "f"
    assert server.requests[0].url.raw_path == b"/things/a%2Fb/7"
    assert server.requests[0].headers["x-trace-id"] == "t"
    with case.connect(answering(204)) as client:
        assert client.list() is None
