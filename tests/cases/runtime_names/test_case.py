"""A description that uses the names of the client's own modules."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from pydantic import BaseModel

from generator.codegen.names import FIELDS
from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case


def test_names_of_the_runtime_may_be_used_by_a_description(case: Case) -> None:
    fault = {"message": "no"}
    with (
        case.connect(answering(400, fault)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.json.operation("x", {"path": {"text": {"kind": "a"}}})
    assert caught.value.error.message == "no"
    with case.connect(answering(200, {"sender": "s"})) as client:
        assert client.retry.get_retry().sender == "s"
        assert client.options.get_options() is not None
    with case.connect(answering(200, {"register": "r", "mro": "m"})) as client:
        read = client.retry.get_retry()
    assert (read.register_, read.mro_) == ("r", "m")


def test_each_public_name_of_a_pydantic_class_is_reserved() -> None:
    """Those of its metaclass too, of which pydantic warns."""
    known = {*dir(BaseModel), *dir(type(BaseModel))}
    assert {name for name in known if not name.startswith("_")} - FIELDS == set()


def test_names_of_imports_may_be_calls(case: Case) -> None:
    identifier = "6f1c3f9e-0b51-4b8a-9d52-0c1f6f5a7e21"
    testing = case.modules["testing"]
    fake = testing.Fake()
    fake.uuid_.answers(testing.Reply(200, json.dumps(identifier)))
    with case.connect(transport=fake) as client:
        assert client.uuid() == UUID(identifier)
        assert client.exact() is not None
        assert client.type.checking() is not None
    assert len(fake.exact_.calls) == len(fake.type_checking_.calls) == 1


def test_an_argument_may_have_the_name_of_its_operation(case: Case) -> None:
    server = Recorder()
    case.connect(server).料.日(料_日_="x")  # a letter without upper case
    assert server.request.url.params["料_日"] == "x"
