"""References in a circle, wherever OpenAPI has one: each ends with the fault ``ref-cycle``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.reading.openapi.typed import canonical
from tests.support.command import ROOT, clean_environment

KINDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "parameters": ("parameters", lambda ref: [ref]),
    "requestBodies": ("requestBody", lambda ref: ref),
    "responses": ("responses", lambda ref: {"200": ref}),
    "headers": (
        "responses",
        lambda ref: {"200": {"description": "-", "headers": {"X-Count": ref}}},
    ),
}
PROGRAM = """\
import json, sys
from tests.reading.openapi.test_reference_circles import codes_of
print(json.dumps([codes_of(*row) for row in json.loads(sys.argv[1])]))
"""


def description(kind: str, length: int) -> Any:
    """Return a description whose one operation has a reference into a circle."""
    member, place = KINDS[kind]
    names = [f"C{number}" for number in range(length)]
    refs = [{"$ref": f"#/components/{kind}/{name}"} for name in names]
    operation: Any = {"operationId": "list", "responses": {"204": {"description": "-"}}}
    operation[member] = place(refs[0])
    return {
        "openapi": "3.0.3",
        "info": {"title": "Circles", "version": "1"},
        "paths": {"/things": {"post": operation}},
        "components": {kind: dict(zip(names, [*refs[1:], refs[0]], strict=True))},
    }


def codes_of(kind: str, length: int) -> list[str]:
    """Return the codes of all findings of such a description."""
    _, findings, _ = canonical(description(kind, length))
    problems = [*findings.warnings, *findings.refusals]
    problems += [left.problem for left in findings.left_out]
    return [problem.code for problem in problems]


def test_a_circle_of_references_ends() -> None:
    """In a process of its own, since without its check the reader would never end."""
    rows = [(kind, length) for kind in KINDS for length in (1, 2, 3)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(rows)],
        cwd=ROOT, env=clean_environment([ROOT]), capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    for row, codes in zip(rows, json.loads(done.stdout), strict=True):
        assert "ref-cycle" in codes, (row, codes)
