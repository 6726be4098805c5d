"""References of upstream's description to documents at other URLs."""

from __future__ import annotations

import pytest

from tests.services.update.project import UPSTREAM, Project
from tests.support.http_server import Server, answer, serving

COMMON = """\
Pet:
  type: object
  required: [id]
  properties:
    id: {type: string}
    owner: {$ref: "people.yaml#/Person"}
"""
PEOPLE = """\
Person: {type: object, properties: {name: {type: string}}}
"""


def refer(url: str) -> str:
    """The description, with the pets' schema elsewhere."""
    text = UPSTREAM.replace("    Pet:\n", "    Animal:\n")
    return text.replace("'#/components/schemas/Pet'", f"'{url}#/Pet'")


def publish(server: Server) -> None:
    server.answers["/shared/common.yaml"] = answer(COMMON.encode())
    server.answers["/shared/people.yaml"] = answer(PEOPLE.encode())


@pytest.mark.parametrize("url", ["shared/common.yaml", "/shared/common.yaml", "ABSOLUTE"])
def test_documents_of_the_same_host_are_taken_in(url: str, project: Project) -> None:
    publish(project.server)
    url = project.server.url("/shared/common.yaml") if url == "ABSOLUTE" else url
    project.publish(refer(url))
    project.update()
    text = project.spec.read_text("utf-8")
    assert "common.yaml" not in text
    assert "$ref: '#/components/schemas/Pet'" in text
    assert "Person:" in text
    before = project.files()
    project.update()
    assert project.files() == before


def test_another_host_has_to_be_allowed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as other:
        publish(other)
        project.publish(refer(other.url("/shared/common.yaml")))
        project.update(code=2)
        assert not other.requests
        error = capsys.readouterr().err
        assert f'Add "127.0.0.1:{other.port}" to `remote` of the client' in error
        assert not project.spec.exists()
        project.settings(upstream=project.server.url(), remote=[f"127.0.0.1:{other.port}"])
        project.update()
        assert other.url() not in project.spec.read_text("utf-8")
        assert "Person:" in project.spec.read_text("utf-8")


def test_a_document_that_is_not_there_stops_the_run(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.publish(refer("shared/common.yaml"))
    before = project.files()
    project.update(code=3)
    assert "/shared/common.yaml: " in capsys.readouterr().err
    assert project.files() == before


def test_drift_sees_a_change_in_a_document_that_was_taken_in(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    from generator.cli import main

    publish(project.server)
    project.publish(refer("shared/common.yaml"))
    project.update()
    assert main(["drift"]) == 0
    changed = COMMON.replace("id: {type: string}", "id: {type: integer}")
    project.server.answers["/shared/common.yaml"] = answer(changed.encode())
    capsys.readouterr()
    assert main(["drift"]) == 1
    assert "type changed from string to integer" in capsys.readouterr().out
