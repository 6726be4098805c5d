"""References of upstream's description to documents at other URLs."""

from __future__ import annotations

import json

import pytest

from tests.project.services.update.conftest import UPSTREAM, Shop
from tests.support.sockets import Peer, Server, answer

pytestmark = pytest.mark.slow

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
    text = UPSTREAM.replace("    Pet:\n", "    Animal:\n")
    return text.replace("'#/components/schemas/Pet'", f"'{url}#/Pet'")


def publish(server: Server) -> None:
    server.answers["/shared/common.yaml"] = answer(COMMON.encode())
    server.answers["/shared/people.yaml"] = answer(PEOPLE.encode())


@pytest.mark.parametrize("url", ["shared/common.yaml", "/shared/common.yaml", "ABSOLUTE"])
def test_documents_of_the_same_host_are_taken_in(url: str, project: Shop) -> None:
    publish(project.server)
    url = project.server.url("/shared/common.yaml") if url == "ABSOLUTE" else url
    project.publish(refer(url))
    project.update()
    text = project.described
    assert "common.yaml" not in text
    assert "$ref: '#/components/schemas/Pet'" in text
    assert "Person:" in text
    before = project.files()
    project.update()
    assert project.files() == before


def test_another_host_has_to_be_allowed(project: Shop) -> None:
    with Server() as other:
        publish(other)
        project.publish(refer(other.url("/shared/common.yaml")))
        error = project.update(code=2).err
        assert not other.requests
        assert f'Add "127.0.0.1:{other.port}" to `remote` of [tool.speclock.clients.' in error
        assert not project.spec.exists()
        project.settings(upstream=project.server.url(), remote=[f"127.0.0.1:{other.port}"])
        project.update()
        assert other.url() not in project.described
        assert "Person:" in project.described


def test_drift_sees_a_change_in_a_document_that_was_taken_in(project: Shop) -> None:
    publish(project.server)
    project.publish(refer("shared/common.yaml"))
    project.update()
    project.does("drift")
    changed = COMMON.replace("id: {type: string}", "id: {type: integer}")
    project.server.answers["/shared/common.yaml"] = answer(changed.encode())
    assert "type changed from string to integer" in project.run("drift", code=1).out


def endless(server: Server, *, query: bool = False, size: int = 0) -> None:
    """Publish documents of which each refers to the next one, without end."""

    def next_one(peer: Peer) -> None:
        number = int(peer.request.target.rpartition("=" if query else "/n")[2] or 0) + 1
        url = f"/n?of={number}" if query else f"/n{number}"
        schema = f"{{type: object, properties: {{a: {{$ref: '{url}#/Pet'}}}}}}"
        peer.send(answer(f"x: {'y' * size}\nPet: {schema}\n".encode()))

    paths = [f"/n?of={n}" for n in range(100)] if query else [f"/n{n}" for n in range(100)]
    server.answers |= dict.fromkeys(paths, next_one)


def set_limits(project: Shop, limits: str) -> None:
    project.configure(f"[tool.speclock.limits]\n{limits}\n")


@pytest.mark.parametrize(
    ("command", "query", "limit", "requests", "fact"),
    [
        ("update", False, "documents = 7", 7, "more than 7 documents"),
        ("update", True, "documents = 7", 7, "more than 7 documents"),
        ("drift", False, "documents = 7", 7, "more than 7 documents"),
        ("update", False, "bytes = 6000", 6, "more than 6,000 bytes"),
    ],
)
def test_an_upstream_without_end_is_left(
    command: str, query: bool, limit: str, requests: int, fact: str, project: Shop
) -> None:
    project.update()
    project.server.requests.clear()
    endless(project.server, query=query, size=1_000 if "bytes" in limit else 0)
    project.publish(refer("/n?of=0" if query else "/n0"))
    set_limits(project, limit)
    error = project.refuses(command)
    assert len(project.server.requests) <= requests
    assert f"leads beyond the limit of a run: {fact}" in error
    assert f"set `{limit.partition(' ')[0]}` in [tool.speclock.limits], at most " in error


def test_the_time_of_all_documents_is_limited(project: Shop) -> None:
    """A server that never answers is left when the run's time is over, which is before its own."""

    def wait(peer: Peer) -> None:
        peer.sock.recv(1)

    project.server.answers["/slow"] = wait
    project.publish(refer("/slow"))
    set_limits(project, "seconds = 1")
    error = project.update(code=2).err
    assert "'http" in error
    assert "/slow' leads beyond the limit of a run: more than 1 seconds" in error
    assert "set `seconds`" in error


def test_the_hosts_of_a_run_are_limited(project: Shop) -> None:
    with Server() as other:
        publish(other)
        project.settings(upstream=project.server.url(), remote=[f"127.0.0.1:{other.port}"])
        project.publish(refer(other.url("/shared/common.yaml")))
        set_limits(project, "hosts = 1")
        assert "more than 1 hosts" in project.update(code=2).err
        assert not other.requests


def test_clients_of_one_run_share_its_limits(project: Shop) -> None:
    clients = {
        name: {"spec": f"spec/{name}.yaml", "upstream": project.server.url(f"/{name}.yaml")}
        for name in ("one", "two", "three")
    }
    for name in clients:
        project.server.answers[f"/{name}.yaml"] = answer(UPSTREAM.encode())
    project.settings(**clients)
    set_limits(project, "documents = 2")
    error = project.run("update", "--yes", code=3).err
    assert [request.target for request in project.server.requests] == ["/one.yaml", "/two.yaml"]
    assert "/three.yaml: beyond the limit of a run: more than 2 documents." in error
    assert "set `documents`" in error


def test_a_document_is_fetched_once(project: Shop) -> None:
    """Neither the fragment nor the case of the host makes it another one."""
    port = project.server.port
    two = f"{{type: object, properties: {{a: {{$ref: 'HTTP://127.0.0.1:{port}/c.yaml#/A'}}, b: "
    two += f"{{$ref: 'http://127.0.0.1:{port}/c.yaml#/B'}}}}}}"
    project.server.answers["/c.yaml"] = answer(
        f"Pet: {two}\nA: {{type: string}}\nB: {{type: integer}}\n".encode()
    )
    project.publish(refer("c.yaml"))
    project.update()
    assert [request.target for request in project.server.requests] == ["/api.yaml", "/c.yaml"]


def test_documents_that_differ_in_the_query_alone_are_two(project: Shop) -> None:
    """Messages don't show the values of a query."""
    for name, kind in (("a", "string"), ("b", "integer")):
        text = f"Pet: {{type: object, properties: {{{name}: {{type: {kind}}}"
        text += ", next: {$ref: '?of=b#/Pet'}}}\n" if name == "a" else "}}\n"
        project.server.answers[f"/c?of={name}"] = answer(text.encode())
    project.publish(refer("/c?of=a"))
    project.update()
    text = project.described
    assert "type: string" in text
    assert "type: integer" in text


MALFORMED = [
    "http://[", "https://:99999/", "https://h:99999/x", "https://h:x/", "https://h:0/", "//[::1",
    "//other.example/x", "file:///etc/passwd", "file:x", "data:text/plain,a", "https://?x",
    "https://user:secret@h.example/x", "https://h example/", "https://xn--/x", "ftp://h/x",
    "https://bücher.example/x", "https://\u202e.example/", "urn:x:y", "x://y", "a\0b.yaml",
    "https://h\0.example/", f"https://{'a' * 70_000}/", f"https://h.example/{'a' * 70_000}",
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "url"),
    [
        *(("$ref", url) for url in MALFORMED),
        *((place, url) for place in ("$id", "mapping", "externalValue") for url in MALFORMED[:3]),
    ],
    ids=lambda text: ascii(text[:24]),
)
def test_a_malformed_reference_is_a_located_problem(place: str, url: str, project: Shop) -> None:
    written = json.dumps(url)
    if place == "$ref":
        text = UPSTREAM.replace("'#/components/schemas/Pet'", written)
    elif place == "$id":
        text = UPSTREAM.replace("    Pet:\n", f"    Pet:\n      $id: {written}\n")
    elif place == "mapping":
        union = f"oneOf: [], discriminator: {{propertyName: t, mapping: {{a: {written}}}}}"
        text = UPSTREAM.replace("$ref: '#/components/schemas/Pet'", f"{{{union}}}")
    else:
        text = UPSTREAM.replace(
            "              schema:\n                $ref: '#/components/schemas/Pets'",
            f"              examples: {{a: {{externalValue: {written}}}}}\n"
            "              schema: {$ref: '#/components/schemas/Pets'}",
        )
    project.publish(text)
    found = project.run("update", "--yes")
    error = found.err
    assert found.code in ((2,) if place == "$ref" else (0, 2)), error
    assert len(project.server.requests) == 1
    if place == "$ref":
        assert "spec/shop.yaml:" in error or "/api.yaml:" in error
        assert "[ref-" in error
