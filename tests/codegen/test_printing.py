"""Values in templates: code and names are printed, raw text goes through two sinks."""

from __future__ import annotations

import ast
import importlib
import io
import json
import re
import tokenize
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from generator.base.config import Client
from generator.base.errors import SpecError
from generator.codegen.ir.types import Code, Text
from generator.codegen.render.source.docstrings import docstring, py_literal, wrap
from generator.project.services.generation.generate import render_client

FOLDER = Path(__file__).resolve().parents[2] / "templates"

steady = settings(deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def environment() -> jinja2.Environment:
    module = importlib.import_module("generator.codegen.render.render")
    made = getattr(module, "environment")(FOLDER / "client")  # noqa: B009
    assert isinstance(made, jinja2.Environment)
    return made


@pytest.mark.parametrize(
    "source",
    ["{{ nothing }}", "{% if nothing %}{% endif %}", "{% for x in nothing %}{% endfor %}"],
)
def test_what_is_missing_is_an_error(source: str, environment: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string(source).render()


TEXTS = ("some text of the description", "import os", "os", "x = 1", "a.b", "a\nb", "'quoted'")


@pytest.mark.parametrize(
    "value", [*TEXTS, *map(Text, TEXTS), 7, 1.5, True, None, ["a"], ("a",), {"a": 1}, b"a"]
)
def test_raw_values_cannot_be_printed(value: object, environment: jinja2.Environment) -> None:
    for source in ("{{ value }}", "x = {{ value }}\n", "{% for v in [value] %}{{ v }}{% endfor %}"):
        with pytest.raises(TypeError):
            environment.from_string(source).render(value=value)


def test_code_and_names_are_printed(environment: jinja2.Environment) -> None:
    from generator.codegen.names import snake

    shown = environment.from_string("{{ a }} {{ b }}").render(a=Code("x | None"), b=snake("aB"))
    assert shown == "x | None a_b"


def test_text_goes_through_the_sinks(environment: jinja2.Environment) -> None:
    source = "{{ value | docstring }}\nx = {{ value | literal }}\n"
    hostile = '""" + __import__("os").system("true") + """ \\'
    shown = environment.from_string(source).render(value=Text(hostile))
    first, second = ast.parse(shown).body
    assert isinstance(first, ast.Expr)
    assert isinstance(second, ast.Assign)
    assert ast.literal_eval(first.value) == hostile
    assert ast.literal_eval(second.value) == hostile


@pytest.mark.parametrize("value", ["a b", "a-b", "a;b", "class", "", "1"])
def test_the_names_filter_takes_names_only(value: str, environment: jinja2.Environment) -> None:
    template = environment.from_string("import {{ value | names }}")
    assert template.render(value=["good", "b"]) == "import good, b"
    with pytest.raises(TypeError):
        template.render(value=["good", value])


def test_text_has_no_string_form() -> None:
    text = Text("secret words")
    for attempt in (str, "{}".format, lambda t: f"{t}"):
        with pytest.raises(TypeError):
            attempt(text)


HOSTILE = [
    "plain",
    "",
    " ",
    'ends with a quote"',
    'ends with two quotes""',
    'ends with three quotes"""',
    '"starts with a quote',
    '"""',
    '"' * 7,
    '""""; import os; """"',
    "ends with a backslash\\",
    "ends with two\\\\",
    '\\"',
    '\\"""',
    "\\n is not a line end",
    "\\N{BULLET} \\x41 \\u0041",
    "quotes ''' of the other kind '",
    "tab\there",
    "nul\x00 and bell\x07 and escape\x1b[31m",
    "form\x0cfeed, vertical\x0btab",
    "carriage\rreturn",
    "dos\r\nline ends",
    "next line\x85mark",
    "line\u2028separator and paragraph\u2029separator",
    "\x1c\x1d\x1e separators",
    "zero width\u200b, joiner\u200d, byte order\ufeff",
    "right to left\u202e override",
    "lone surrogate \ud800",
    "emoji 😀 and a family 👩‍👩‍👧",
    "{{ jinja }} {% raw %} {# comment #}",
    "{braces} %s %(x)s {0}",
    "# comment\n    indented\nnot",
    "- a list\n- of two\n\n\n\nand a gap",
    "```\ncode   with   spaces\n```",
    "x" * 300,
    " ".join(["word"] * 80),
    "a" * 95 + '"',
    ("a" * 20 + " ") * 10 + "\\",
]


def assert_is_docstring(source: Code, text: str, indent: int) -> None:
    """A source is the literal of the wrapped text, indented as its place needs, and no more."""
    nested = f"class C:\n def f():\n  if x:\n{' ' * indent}{source}\n" if indent else source
    tree = ast.parse(nested)
    compile(tree, "<docstring>", "exec")
    (statement,) = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    assert isinstance(statement.value, ast.Constant), "the text left its string"
    first, *rest = str(statement.value.value).split("\n")
    lines = [first, *(line.removeprefix(" " * indent) for line in rest)]
    told = re.sub("[\ud800-\udfff]", "\ufffd", wrap(text, 96 - indent))
    assert "\n".join(lines).removesuffix("\n") == told


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_the_value_of_its_docstring_and_literal(text: str) -> None:
    """Without an invisible character in the source, or a line end but LF."""
    assert wrap(text, 60).split() == text.split()
    for indent in (0, 4, 8):
        source = docstring(Text(text), indent)
        assert isinstance(source, Code)
        assert_is_docstring(source, text, indent)
        assert docstring(text, indent) == source
        assert all(char == "\n" or char.isprintable() for char in source)
    literal = py_literal(Text(text))
    assert isinstance(literal, Code)
    assert ast.literal_eval(literal) == text
    assert "\n" not in literal


@pytest.mark.slow
@steady
@given(
    st.text(max_size=300) | st.text(alphabet="\"\\\n'{}# ab\x85\u2028", max_size=60),
    st.sampled_from([0, 4, 8]),
)
@example('\\"""', 4)
@example('"', 0)
@example("a\n\\", 8)
def test_no_text_leaves_its_docstring(text: str, indent: int) -> None:
    assert_is_docstring(docstring(text, indent), text, indent)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


@steady
@given(json_values)
def test_a_literal_is_the_value(value: object) -> None:
    assert ast.literal_eval(py_literal(value)) == value


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"a", {"a"}, object()],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_literal_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        py_literal(value)


def description(text: str, version: str = "", values: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a small description with one text wherever text may be."""
    words = {"type": "string", "description": text}
    thing = {
        "type": "object",
        "description": text,
        "properties": {
            "plain": {**words, "default": text, "example": text, "title": text},
            "kind": {**words, "enum": [*(values or (text, "other"))]},
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
        "info": {"title": text, "version": version or text, "description": text},
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


TEXT = st.lists(
    st.sampled_from([text for text in HOSTILE if "\ud800" not in text])
    | st.sampled_from(["{x}", "# noqa", "# fmt: off", "$(x)", "'); exec('1')", "$", "/", "~1"])
    | st.text(st.characters(exclude_categories=["Cs"])),
    min_size=1,
    max_size=4,
).map("".join)


BREAKOUTS = {"pwn", "exec", "jinja", "indented"}
"""What would be a name of the code if the text left its string."""


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXT)
@example('"""\nimport pwn\n"""')
@example('""""; import os; """"')
@example("\\")
@example("'); exec('1')")
@example("{{ jinja }} {% raw %} {# comment #}")
@example("# comment\r\n    indented\nnot")
def test_any_text_anywhere(tmp_path: Path, text: str) -> None:
    """The output passes the fence and has the text in strings alone, or a refusal has a place."""
    (tmp_path / "spec.json").write_text(json.dumps(description(text)), encoding="utf-8")
    client = Client(spec="spec.json", package="things", output="out")
    try:
        files = render_client(client, tmp_path, lambda _: None).files.files
    except SpecError as refused:
        event("refused")
        places = [problem.place.line for problem in refused.problems]
        assert all(places)
        return
    strings: set[str] = set()
    for name, data in files.items():
        if name.endswith(".py"):
            assert b"\r" not in data
            tokens = [*tokenize.tokenize(io.BytesIO(data).readline)]
            assert not {one.string for one in tokens if one.type == tokenize.NAME} & BREAKOUTS
            found = (n.value for n in ast.walk(ast.parse(data)) if isinstance(n, ast.Constant))
            strings |= {value for value in found if isinstance(value, str)}
    assert {text, f"{text}x"} <= strings
