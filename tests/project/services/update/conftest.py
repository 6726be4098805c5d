"""A project whose upstream is a server on this machine."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.support import project as projects
from tests.support.command import Outcome
from tests.support.project import Project
from tests.support.sockets import Server, answer

UPSTREAM = """\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
servers:
  - url: https://api.example.com
paths:
  /pets:
    get:
      operationId: pets/list
      responses:
        '200':
          description: OK
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Pets'
    post:
      operationId: pets/make
      responses:
        '204':
          description: Made
  /people:
    get:
      operationId: people/list
      responses:
        '204':
          description: None
components:
  schemas:
    Pets:
      type: array
      items:
        $ref: '#/components/schemas/Pet'
    Pet:
      type: object
      properties:
        id:
          type: string
    Other:
      type: object
"""
SLICE = (
    UPSTREAM.partition("    post:")[0]
    + UPSTREAM[UPSTREAM.index("components:") :].partition("    Other:")[0]
)


class Shop(Project):
    def __init__(self, server: Server, root: Path) -> None:
        super().__init__(root, "shop")
        root.mkdir()
        self.server = server
        self.settings(upstream=server.url())
        self.publish(UPSTREAM)

    def settings(self, **clients_or_keys: object) -> None:
        keys = {"spec": "spec/shop.yaml", "operations": ["pets/list"], "insecure": True}
        several = any(isinstance(value, dict) for value in clients_or_keys.values())
        clients = clients_or_keys if several else {"shop": clients_or_keys}
        merged = {n: {**keys, **given} for n, given in clients.items() if isinstance(given, dict)}
        self.write("pyproject.toml", projects.settings(merged))

    def publish(self, text: str, etag: str = "") -> None:
        self.server.answers["/api.yaml"] = answer(text.encode(), etag=etag)

    def update(self, *words: str, code: int = 0, yes: bool = True) -> Outcome:
        before = self.files() if code else {}
        outcome = self.run("update", *words, *(["--yes"] if yes else []), code=code)
        assert not code or self.files() == before, "nothing is written without success"
        return outcome

    @property
    def described(self) -> str:
        return self.read("spec/shop.yaml")

    def describe_by_hand(self, text: str) -> None:
        self.write("spec/shop.yaml", text)

    @property
    def lock(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = json.loads(self.read("spec/speclock.lock"))[
            "descriptions"
        ]
        return found

    def sources(self) -> set[str]:
        return {name for name in self.files() if not name.startswith("generated/")}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path / "project")
