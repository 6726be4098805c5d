"""Any text anywhere in a description: the output passes the fence and gives the text back."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from generator.codegen.render.docstrings import docstring, py_literal, wrap
from generator.config import Client
from generator.errors import SpecError
from generator.services.generate import RenderedClient, render_client

pytestmark = pytest.mark.slow

BREAKOUTS = (
    '"""', "'''", '\\"""', '"', "\\", '\\"', "\n", "\r", "\x00", "\x85", "\u2028", "{x}", "{{ x }}",
    "{% x %}", "{# x #}", "# noqa", "# type: ignore", "# fmt: off", "$(x)", "%s", "'); exec('1')",
    '"""\nimport pwn\n"""', "\ufeff", "\U0001f600", "é", "\x1b[31m", "$", "/", "~1",
)  # fmt: skip
TEXT = st.lists(
    st.one_of(st.sampled_from(BREAKOUTS), st.text(st.characters(exclude_categories=["Cs"]))),
    min_size=1,
    max_size=4,
).map("".join)
SLOW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(TEXT)
@example('ends in a quote"')
@example("\\")
def test_a_docstring_gives_its_text_back(text: str) -> None:
    """Wrapped, and within one string."""
    for indent in (0, 4, 8):
        source = "if True:\n" + " " * max(indent, 1) + docstring(text, indent) + "\n"
        (block,) = ast.parse(source).body
        assert isinstance(block, ast.If)
        (node,) = block.body
        assert isinstance(node, ast.Expr)
        found = ast.literal_eval(node.value)
        assert bare(found) == bare(wrap(text, 96 - indent))


def bare(text: str) -> str:
    """A text without the white space that a docstring's layout adds."""
    return "\n".join(line.strip() for line in text.split("\n")).strip()


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | TEXT,
        lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(TEXT, inner),
        max_leaves=8,
    )
)
def test_a_literal_gives_its_value_back(value: object) -> None:
    """Whatever plain data it is."""
    assert ast.literal_eval(py_literal(value)) == value


def description(text: str) -> dict[str, object]:
    """A small description with one text wherever text may stand."""
    words = {"type": "string", "description": text}
    thing = {
        "type": "object",
        "description": text,
        "properties": {
            "plain": {**words, "default": text, "example": text, "title": text},
            "kind": {**words, "enum": [text, "other"]},
            "one": {"type": "string", "enum": [text]},
            f"{text}x": words,
        },
    }
    answer = {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text, "description": text},
        "servers": [{"url": "https://things.example", "description": text}],
        "tags": [{"name": text, "description": text}],
        "paths": {
            "/things": {
                "post": {
                    "operationId": f"things/{text}x",
                    "tags": [text],
                    "summary": text,
                    "description": text,
                    "parameters": [
                        {"name": f"{text}x", "in": "query", "description": text, "schema": words},
                    ],
                    "requestBody": answer,
                    "responses": {"200": answer},
                }
            }
        },
        "components": {"schemas": {"Thing": thing}},
    }


def strings(generated: RenderedClient) -> Iterator[str]:
    """Every string literal of the package."""
    for name, data in generated.files.files.items():
        if name.startswith("things/") and name.endswith(".py"):
            for node in ast.walk(ast.parse(data)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


@SLOW
@given(TEXT)
@example('"""\nimport pwn\n"""')
@example("\\")
@example("'); exec('1')")
def test_any_text_anywhere(tmp_path: Path, text: str) -> None:
    """The pipeline ends in output that has the text, or in a refusal that names a place."""
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(description(text)), encoding="utf-8")
    client = Client(spec="spec.json", package="things", output="out")
    try:
        generated = render_client(client, tmp_path, lambda _: None)
    except SpecError as refused:
        event("refused")
        places = [problem.place for problem in refused.problems]
        assert all(place.line for place in places)
        return
    found = set(strings(generated))
    assert {text, f"{text}x"} <= found
