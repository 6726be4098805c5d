"""Names that FastAPI's operationIds and extensions of enumerations give."""

from __future__ import annotations

from tests.support.answers import Recorder
from tests.support.generated_case import Case


def test_operation_ids_of_fastapi(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.lamps.drop_lamps_lamp_id_delete(7)
        client.lamps.drop_lamps_delete()
        client.root()
    assert [f"{one.method} {one.url.path}" for one in server.requests] == [
        "DELETE /lamps/7", "DELETE /lamps", "GET /",
    ]  # fmt: skip
    lamp = Recorder({"level": 1})
    with case.connect(lamp) as client:
        read = client.read_lamp(7, part=case.models.ReadLampPart.BULB)
    assert read.level is case.models.LampLevel.UP


def test_names_of_values(case: Case) -> None:
    models = case.models
    members = {
        name: {one.name: one.value for one in getattr(models, f"Lamp{name}")}
        for name in ("Level", "Mode", "Shape", "Short", "Twice")
    }
    assert members == {
        "Level": {"DOWN": -1, "FLAT": 0, "UP": 1},
        "Mode": {"AUTO": "a", "BEAM_LOW": "b", "CLASS": "c"},
        "Shape": {"ROUND": "1", "SQUARE": "2"},
        "Short": {"VALUE_1": 1, "VALUE_2": 2},
        "Twice": {"VALUE_1": 1, "VALUE_2": 2},
    }
