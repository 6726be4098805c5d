"""Values that YAML 1.1 read otherwise, and names that look like others."""

from __future__ import annotations

from tests.support.answers import Recorder
from tests.support.generated_case import Case, sent

AREAS = ["yes", "no", "on", "1_000", "1:30", "2020-01-01", "012", "0x1F", ".5"]


def test_an_enumeration_holds_its_values_as_they_are_written(case: Case) -> None:
    assert [member.value for member in case.models.CodeArea] == AREAS
    server = Recorder()
    with case.connect(server) as client:
        for area in AREAS:
            client.codes.add(case.models.Code(area=area))
    assert [r.content.decode() for r in server.requests] == [f'{{"area":"{a}"}}' for a in AREAS]


def test_names_that_look_alike_are_different_fields(case: Case) -> None:
    wires = ["user", "us\u0435r", "us\u200ber"]
    names = {info.alias or name: name for name, info in case.models.Code.model_fields.items()}
    assert len({names[wire] for wire in wires}) == 3
    values = {names[wire]: str(index) for index, wire in enumerate(wires)}
    assert sent(case.models.Code(area="no", **values)) == {
        "area": "no", "user": "0", "us\u0435r": "1", "us\u200ber": "2",
    }  # fmt: skip


def test_a_default_with_a_line_break_is_not_sent(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.codes.add(case.models.Code(area="no"))
    assert "x-trace" not in server.requests[0].headers
    assert "x-injected" not in server.requests[0].headers
    assert server.targets == ["POST /codes"]
