"""The setting for the text before a key that only the description of its scheme tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import python, run_tests
from tests.support.project import make_project

pytestmark = pytest.mark.slow

SPEC = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
security: [{Token: []}]
paths:
  /kites: {get: {operationId: list, responses: {"204": {description: None.}}}}
components:
  securitySchemes:
    Token: {type: apiKey, in: header, name: Authorization, description: "Write `Token KEY`."}
"""
PROGRAM = """\
import httpx
from kites import Kites

def answer(request):
    print(request.headers["authorization"])
    return httpx.Response(204)

for key in ("abc", "Token abc"):
    Kites(token=key, transport=httpx.MockTransport(answer)).list()
"""


def test_a_key_has_the_prefix_of_the_settings(tmp_path: Path) -> None:
    project = make_project(tmp_path, SPEC, "kites")
    project.configure('credential_prefixes."Token" = "Token "')
    project.does("generate")
    assert python(project.output, "-c", PROGRAM).out.splitlines() == ["Token abc", "Token abc"]
    run_tests(project.output, "tests/kites")
