"""OpenAPI 3.2's methods, the whole query as one parameter, and cookies."""

from __future__ import annotations

from tests.support.answers import Recorder
from tests.support.generated_case import Case


def test_each_method_is_sent(case: Case) -> None:
    models = case.models
    server = Recorder()
    with case.connect(server) as client:
        client.papers.find(models.PapersFindRequest(title="a b"))
        client.papers.search(models.PapersSearchSearch(title="a b&c", page=2))
        client.papers.purge(session="s+1=")
        client.papers.copy()
    assert server.targets == [
        "QUERY /papers", "GET /papers?title=a%20b%26c&page=2", "PURGE /papers", "COPY /papers",
    ]  # fmt: skip
    assert server.requests[0].content == b'{"title":"a b"}'
    assert server.requests[2].headers["cookie"] == "session=s+1="
