"""Operations, resources, classes, parameters and members that collide: all are there."""

from __future__ import annotations

import json

import pytest

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, sent


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("get_ships", "GET /ships"),
        ("get_crews", "GET /crews"),
        ("get_vessels", "GET /vessels"),
        ("piers.get_piers", "GET /piers"),
        ("piers.put_piers", "PUT /piers"),
        ("post_piers", "POST /piers"),
        ("async_piers.clear", "DELETE /piers"),
        ("get_piers_id", "GET /piers/id"),
        ("errors.write", "PUT /faults"),
        ("models.add", "POST /faults"),
        ("client.change", "PATCH /faults"),
        ("warning.clear", "DELETE /faults"),
        ("maps.get_stream", "PUT /maps"),
    ],
)
def test_each_operation_has_a_call(case: Case, call: str, sent: str) -> None:
    server = Recorder()
    assert method_of(case.connect(server), call)() is None
    assert server.targets == [sent]


def test_a_call_may_have_the_name_of_a_streaming_one(case: Case) -> None:
    server = answering(200, b"%PDF", content_type="application/pdf")
    with case.connect(server) as client, client.maps.get_stream_() as stream:
        assert b"".join(stream) == b"%PDF"


def test_each_schema_has_a_class(case: Case) -> None:
    models = case.models
    plan = models.BerthPlan(
        next=models.BerthDotPlan(state=models.BerthPlanState(since="noon")),
        state=models.BerthPlanStateEnum.FREE,
    )
    assert sent(plan) == {"next": {"state": {"since": "noon"}}, "state": "free"}
    fault = models.Warning(cause=models.ValueError(text="a"), parts=[models.Exception(text="b")])
    with case.connect(answering(200, sent(fault))) as client:
        assert client.import_error.read() == fault


def test_parameters_and_fields_of_one_name(case: Case) -> None:
    models, server = case.models, Recorder({"next": {}})
    sort = models.BerthsAssignSort
    assert [(one.name, one.value) for one in sort] == [
        ("NAME", "name"), ("MINUS_NAME", "-name"), ("NAME_CAPITALIZED", "Name"),
    ]  # fmt: skip
    with case.connect(server) as client:
        client.berths.assign(
            models.BerthUnderscorePlan(at_id="x", id="y", plus_1=1, minus_1=2),
            sort=sort.MINUS_NAME, filter_dot_a_query="1", filter_left_a_right_query="2",
            filter_underscore_a_query="3", filter_a_header="4", filter_a_query="5",
        )  # fmt: skip
    request = server.request
    assert dict(request.url.params) == {
        "sort": "-name", "filter.a": "1", "filter[a]": "2", "filter_a": "3", "filter_a_query": "5",
    }  # fmt: skip
    assert request.headers["filter_a"] == "4"
    assert json.loads(request.content) == {"@id": "x", "id": "y", "+1": 1, "-1": 2}


def test_descriptions_in_schemas_of_parameters(case: Case) -> None:
    berths = case.modules["resources.berths"]
    assert "sort: The order." in berths.BerthsResource.assign.__doc__
