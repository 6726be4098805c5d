"""A shop whose lists come in pages, and the client that is generated for it."""

from __future__ import annotations

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

OFFSET = 'style = "offset"\nparameter = "offset"\nitems = "data"\n'

PAGE = 'style = "page"\nparameter = "page"\nitems = "data"\n'

CURSOR = 'style = "cursor"\nparameter = "cursor"\nitems = "data"\nnext = "next"\n'

LINK = 'style = "link"\nitems = "data"\nnext = "next"\n'

AGAIN = "[[…]]\n"
"""The head of a rule among several."""

Answer = Callable[[httpx.Request], httpx.Response]


def run(folder: Path, rules: str, package: str = "shop") -> Outcome:
    """Generate with these settings below ``[tool.speclock.clients.<package>]``."""
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    settings = f'[tool.speclock]\noutput = "out"\n[tool.speclock.clients.{package}]\n'
    one = f"[tool.speclock.clients.{package}.pagination]\n"
    table = rules.replace(AGAIN, f"[{one.strip()}]\n") if AGAIN in rules else one + rules
    text = f'{settings}spec = "spec.yaml"\nclient = "Shop"\n{table}'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return speclock(folder, "generate")


def serving(sent: list[httpx.Request], bodies: Sequence[object], **headers: str) -> Answer:
    """A server that gives these answers in turn; ``headers`` come with the first."""
    left: Iterator[object] = iter(bodies)

    def respond(request: httpx.Request) -> httpx.Response:
        first = not sent
        sent.append(request)
        return httpx.Response(200, json=next(left), headers=headers if first else {})

    return respond


def queries(sent: list[httpx.Request]) -> list[dict[str, str]]:
    return [dict(request.url.params) for request in sent]
