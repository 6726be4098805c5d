"""Operations that are left out, each with its own reason alone."""

from __future__ import annotations

from pathlib import Path

from tests.support.project import make_project

SPEC = """\
openapi: 3.1.0
info: {title: Mill, version: '1'}
servers: [{url: https://mill.example}]
paths:
  /bread:
    get:
      operationId: bread/list
      responses: {'204': {description: OK}}
  /flour:
    get:
      operationId: flour/list
      security: [{odd: []}]
      responses: {'204': {description: OK}}
webhooks:
  ground:
    post:
      security: [{odd: []}]
      responses: {'200': {description: OK}}
components:
  securitySchemes:
    odd: {type: apiKey, in: header, name: Host}
"""


def test_a_scheme_without_a_credential_costs_its_operation_alone(tmp_path: Path) -> None:
    project = make_project(tmp_path, SPEC, "mill", fake=False)
    outcome = project.run("generate")
    assert outcome.code == 0, outcome.err
    assert outcome.err.count("[security-scheme]") == 1
    assert "the key of the security scheme 'odd' cannot be sent in the header 'Host'" in outcome.err
    assert "[meta-schema]" not in outcome.err
    text = project.read("generated/mill/client.py")
    assert "bread" in text
    assert "flour" not in text
    assert "'ground'" in project.read("generated/mill/webhooks.py").replace('"', "'")
