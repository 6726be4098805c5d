"""A project whose upstream is a server on this machine."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from generator.cli import main
from tests.support.answers import Server, answer
from tests.support.skip_formatting import without_layout

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


class Project:
    """A project with one client, whose upstream is a server on this machine."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.spec = folder / "spec" / "shop.yaml"
        self.settings(upstream=server.url())
        self.publish(UPSTREAM)

    def settings(self, **clients_or_keys: object) -> None:
        """One client with these keys, or several by name."""
        keys = {"spec": "spec/shop.yaml", "operations": ["pets/list"], "insecure": True}
        several = any(isinstance(value, dict) for value in clients_or_keys.values())
        clients = clients_or_keys if several else {"shop": clients_or_keys}
        text = ""
        for name, given in clients.items():
            assert isinstance(given, dict)
            text += f"[tool.speclock.clients.{name}]\n"
            text += "".join(f"{k} = {json.dumps(v)}\n" for k, v in {**keys, **given}.items())
        (self.folder / "pyproject.toml").write_text(text)

    def publish(self, text: str, etag: str = "") -> None:
        self.server.answers["/api.yaml"] = answer(text.encode(), etag=etag)

    def update(self, *arguments: str, code: int = 0, yes: bool = True) -> None:
        with without_layout():
            assert main(["update", *arguments, *(["--yes"] if yes else [])]) == code

    @property
    def lock(self) -> dict[str, dict[str, str]]:
        text = self.spec.with_name("speclock.lock").read_text()
        found: dict[str, dict[str, str]] = json.loads(text)
        return found

    def sources(self) -> set[str]:
        """The names of the files that aren't generated."""
        return {name for name in self.files() if not name.startswith("generated/")}

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
