"""Operations without ``operationId`` and tags."""

from __future__ import annotations

from tests.support.answers import answering
from tests.support.generated_case import Case


def test_without_ids_and_tags(case: Case) -> None:
    public = {name for name in vars(case.package.Sample) if not name.startswith("_")}
    assert public == {
        "get_root", "get_models_id_unions", "delete_models_id_unions", "post_close",
    }  # fmt: skip
    with case.connect(answering(200, {"count": 2})) as client:
        assert client.post_close().count == 2
