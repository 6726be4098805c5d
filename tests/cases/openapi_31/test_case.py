"""Keywords that came with OpenAPI 3.1."""

from __future__ import annotations

import typing
from typing import Any

from tests.support.generated_case import Case, refused, sent


def test_keywords_of_31(case: Case) -> None:
    models = case.models
    hints = typing.get_type_hints(models.Report)
    assert hints["kind"] == typing.Literal["report"]
    assert hints["version"] == typing.Literal[2]
    good: tuple[dict[str, Any], ...] = (
        {"temperature": 1.5, "version": 2}, {"temperature": "cold"},
        {"temperature": 1, "anything": None},
        {"temperature": 1, "wind": {"speed": 2.5}}, {"temperature": 1, "point": [1.0, 2.0]},
        {"temperature": 1, "place": "Oslo"},
    )  # fmt: skip
    for values in good:
        assert sent(models.Report(kind="report", **values)) == {"kind": "report", **values}
    bad: tuple[dict[str, Any], ...] = (
        {"version": 3}, {"temperature": None}, {"wind": {"speed": 0}}, {"gust": {}}, {"place": "O"},
        {"place": "Trondheim"}, {"point": [1.0]}, {"point": [1.0, "x"]},
    )  # fmt: skip
    for values in bad:
        assert refused(models.Report, **{"kind": "report", "temperature": 1, **values}) != []
    assert typing.get_type_hints(models.Report)["wind"] is models.Wind
    warning = "Report.wind is deprecated: The wind at ten metres."
    assert models.Report.model_fields["wind"].deprecated == warning
