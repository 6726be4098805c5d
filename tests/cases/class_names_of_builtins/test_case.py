"""Schemas with the names of builtins, and of what the models import."""

from __future__ import annotations

import builtins

from tests.support.answers import answering
from tests.support.generated_case import Case, sent


def test_names_of_exceptions_are_classes(case: Case) -> None:
    models = case.models
    for name in ("Warning", "Exception", "TimeoutError"):
        assert getattr(models, name) is not getattr(builtins, name)
        assert getattr(models, name).__module__ == models.__name__


def test_such_classes_refer_to_each_other(case: Case) -> None:
    models = case.models
    warning = models.Warning(text="hot", report=models.Report(warnings=[models.Warning()]))
    members = {"text": "hot", "report": {"warnings": [{}]}}
    assert sent(models.Report(warnings=[warning])) == {"warnings": [members]}
    answer = {"code": 7, "cause": {"code": 8}}
    with case.connect(answering(200, answer)) as client:
        read = client.reports.send(models.Report(reason=models.TimeoutError.SLOW))
    assert type(read.cause) is models.Exception
    assert sent(read) == answer


def test_names_of_imports(case: Case) -> None:
    members = {
        "any": {"value": [1]}, "optional": {"value": None}, "field": {"value": "abc"},
        "list": {"values": ["a"]}, "list_": "b", "str": {"value": "a"}, "exact": {"value": 1},
        "open": {"value": "a"}, "İd": {"value": "a"},
    }  # fmt: skip
    assert sent(case.models.Report(**members)) == members
    assert sent(case.models.Report(list_="b")) == {"list_": "b"}
