"""A shop whose lists come in pages, and the client that is generated for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx

from tests.support.command import Outcome, speclock

SPEC = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: https://api.example.com/v1}]
security: [{key: []}]
paths:
  /things:
    get:
      operationId: things/list
      parameters:
        - {name: offset, in: query, schema: {type: integer}}
        - {name: page, in: query, schema: {type: integer}}
        - {name: cursor, in: query, schema: {type: string}}
        - {name: X-Shop, in: header, schema: {type: string}}
      responses:
        "200":
          description: Some things
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {type: [array, "null"], items: {type: integer}}
                  total: {type: integer}
                  next: {type: [string, "null"]}
                  "odd.next": {type: string}
  /names:
    get:
      operationId: names/list
      responses:
        "200":
          description: Some names
          content: {application/json: {schema: {type: array, items: {type: string}}}}
  /names/find:
    post:
      operationId: names/find
      parameters:
        - {name: cursor, in: query, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {like: {type: string}}}}}
      responses:
        "200":
          description: Some names
          content: {application/json: {schema: {type: array, items: {type: string}}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
"""

Rule = dict[str, object]
"""A rule of pagination in the settings."""
OFFSET: Rule = {"style": "offset", "parameter": "offset", "items": "data"}
PAGE: Rule = {"style": "page", "parameter": "page", "items": "data"}
CURSOR: Rule = {"style": "cursor", "parameter": "cursor", "items": "data", "next": "next"}
LINK: Rule = {"style": "link", "items": "data", "next": "next"}

Answer = Callable[[httpx.Request], httpx.Response]


def run(folder: Path, *rules: Rule, package: str = "shop") -> Outcome:
    """Generate with these rules; one alone is a table, several are an array of tables."""
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    client = f"tool.speclock.clients.{package}"
    head = f"[{client}.pagination]" if len(rules) == 1 else f"[[{client}.pagination]]"
    lines = ["[tool.speclock]", 'output = "out"', f"[{client}]"]
    lines += ['spec = "spec.yaml"', 'client = "Shop"']
    for rule in rules:
        lines += [head, *(f"{name} = {json.dumps(value)}" for name, value in rule.items())]
    (folder / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    return speclock(folder, "generate", layout=False)


def serving(sent: list[httpx.Request], bodies: Sequence[object], **headers: str) -> Answer:
    """A server that gives these answers in turn; ``headers`` come with the first."""
    left: Iterator[object] = iter(bodies)

    def respond(request: httpx.Request) -> httpx.Response:
        first = not sent
        sent.append(request)
        body = next(left)
        if isinstance(body, httpx.Response):
            return body
        return httpx.Response(200, json=body, headers=headers if first else {})

    return respond


def queries(sent: list[httpx.Request]) -> list[dict[str, str]]:
    return [dict(request.url.params) for request in sent]
