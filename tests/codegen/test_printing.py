"""Values in templates: code and names are printed, raw text goes through two sinks."""

from __future__ import annotations

import ast
import importlib
import json
import re
import tokenize
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.codegen import ir
from generator.codegen.render.docstrings import docstring, py_literal, wrap
from tests.support.command import speclock

FOLDER = Path(__file__).resolve().parents[2] / "templates"

steady = settings(deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def environment() -> jinja2.Environment:
    """The environment that the generator itself renders in."""
    module = importlib.import_module("generator.codegen.render.render")
    made = getattr(module, "_environment")(FOLDER / "client")  # noqa: B009
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
    "value", [*TEXTS, *map(ir.Text, TEXTS), 7, 1.5, True, None, ["a"], ("a",), {"a": 1}, b"a"]
)
def test_raw_values_cannot_be_printed(value: object, environment: jinja2.Environment) -> None:
    for source in ("{{ value }}", "x = {{ value }}\n", "{% for v in [value] %}{{ v }}{% endfor %}"):
        with pytest.raises(TypeError):
            environment.from_string(source).render(value=value)


def test_code_and_names_are_printed(environment: jinja2.Environment) -> None:
    from generator.codegen.names import snake

    shown = environment.from_string("{{ a }} {{ b }}").render(a=ir.Code("x | None"), b=snake("aB"))
    assert shown == "x | None a_b"


def test_text_goes_through_the_sinks(environment: jinja2.Environment) -> None:
    source = "{{ value | docstring }}\nx = {{ value | literal }}\n"
    hostile = '""" + __import__("os").system("true") + """ \\'
    shown = environment.from_string(source).render(value=ir.Text(hostile))
    first, second = ast.parse(shown).body
    assert isinstance(first, ast.Expr)
    assert isinstance(second, ast.Assign)
    assert ast.literal_eval(first.value) == hostile
    assert ast.literal_eval(second.value) == hostile


@pytest.mark.parametrize("value", ["a b", "a-b", "a;b", "class", "", "1"])
def test_the_names_filter_takes_names_only(value: str, environment: jinja2.Environment) -> None:
    with pytest.raises(TypeError):
        environment.from_string("import {{ value | names }}").render(value=["good", value])


def test_text_has_no_string_form() -> None:
    text = ir.Text("secret words")
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


def assert_is_docstring(source: ir.Code, text: str, indent: int) -> None:
    """A source is the literal of the wrapped text, indented as its place needs, and no more."""
    nested = f"class C:\n def f():\n  if x:\n{' ' * indent}{source}\n" if indent else source
    tree = ast.parse(nested)
    compile(tree, "<docstring>", "exec")
    (statement,) = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    assert isinstance(statement.value, ast.Constant), "the text left its string"
    first, *rest = str(statement.value.value).split("\n")
    lines = [first, *(line.removeprefix(" " * indent) for line in rest)]
    assert "\n".join(lines).removesuffix("\n") == wrap(text, 96 - indent)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_the_value_of_its_docstring_and_literal(text: str) -> None:
    """Without an invisible character in the source, or a line end but LF."""
    assert wrap(text, 60).split() == text.split()
    for indent in (0, 4, 8):
        source = docstring(ir.Text(text), indent)
        assert isinstance(source, ir.Code)
        assert_is_docstring(source, text, indent)
        assert docstring(text, indent) == source
        assert all(char == "\n" or char.isprintable() for char in source)
    literal = py_literal(ir.Text(text))
    assert isinstance(literal, ir.Code)
    assert ast.literal_eval(literal) == text
    assert "\n" not in literal


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


def hostile_description() -> dict[str, Any]:
    """Every hostile text, in every place that ends up in the package."""
    texts = [
        text for text in HOSTILE if text.isprintable() or not re.search("[\ud800-\udfff]", text)
    ]
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for index, text in enumerate(texts):
        schemas[f"Words{index}"] = {
            "type": "object",
            "title": text,
            "description": text,
            "properties": {
                "field": {"type": "string", "description": text, "default": text, "example": text},
                f"x{text}": {"type": "string", "enum": [text]},
                "kind": {"type": "string", "description": text, "enum": [f"a{text}", f"b{text}"]},
                "old": {"type": "integer", "deprecated": True, "description": text},
            },
        }
        schemas[f"Colour{index}"] = {"type": "string", "enum": ["a", "b"], "description": text}
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/Words{index}"}}}
        paths[f"/words/{index}/{{id}}"] = {
            "post": {
                "operationId": f"say{index}",
                "tags": [text],
                "summary": text,
                "description": f"{text}\n\n{text}",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "description": text,
                     "schema": {"$ref": f"#/components/schemas/Colour{index}"}},
                    {"name": f"q{text}", "in": "query", "description": text,
                     "schema": {"type": "string", "enum": [text]}},
                ],
                "requestBody": {"required": True, "description": text, "content": content},
                "responses": {
                    "200": {"description": text, "content": content},
                    "default": {"description": text, "content": content},
                },
            }
        }  # fmt: skip
    name = HOSTILE[13]
    return {
        "openapi": "3.0.3",
        "info": {"title": name, "version": name, "description": name},
        "tags": [{"name": text, "description": text} for text in texts],
        "servers": [{"url": "https://hostile.example", "description": name}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


@pytest.mark.slow
def test_no_text_of_a_description_becomes_code(tmp_path: Path) -> None:
    """Everything compiles, strings alone contain the texts, and docstrings of models are whole."""
    description = hostile_description()
    (tmp_path / "spec.json").write_text(json.dumps(description), encoding="utf-8")
    where = ("--spec", "spec.json", "--package", "hostile", "--output", "out")
    found = speclock(tmp_path, "generate", "--quiet", "--client", "Hostile", *where)
    assert found.code == 0, found.err
    for path in sorted((tmp_path / "out").rglob("*.py")):
        with path.open("rb") as file:
            tokens = list(tokenize.tokenize(file.readline))
        words = {token.string for token in tokens if token.type == tokenize.NAME}
        assert not words & {"indented", "BULLET", "jinja"}, path.name
        comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
        assert not [comment for comment in comments if "comment" in comment or "jinja" in comment]
        assert "\r" not in path.read_text(encoding="utf-8")
    models = ast.parse((tmp_path / "out/hostile/models.py").read_text(encoding="utf-8"))
    classes = {node.name: node for node in models.body if isinstance(node, ast.ClassDef)}
    for name, schema in description["components"]["schemas"].items():
        if name in classes:
            said = (ast.get_docstring(classes[name]) or "").split()
            assert said == schema["description"].split(), name
