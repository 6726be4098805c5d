"""Operations, and other parts for which OpenAPI has no references, in files of their own."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent

CRATE = {"id": 7, "label": "apples"}


def test_operations_in_other_files_are_called(case: Case) -> None:
    server = Recorder(answering(200, [CRATE]))
    with case.connect(server) as client:
        (crate,) = client.crates.list(limit=5)
    assert sent(crate) == CRATE
    assert server.targets == ["GET /v1/crates?limit=5"]

    server = Recorder(answering(201, CRATE))
    with case.connect(server) as client:
        assert client.crates.store(crate) == crate
    assert server.targets == ["POST /v1/crates"]


def test_several_operations_refer_to_one_target(case: Case) -> None:
    server = Recorder(answering(204, None))
    with case.connect(server) as client:
        client.crates.remove(7)
        client.bins.remove(8)
    assert server.targets == ["DELETE /v1/crates/7", "DELETE /v1/bins/8"]
