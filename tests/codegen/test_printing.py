"""Values in templates: code and names are printed, raw text goes through two sinks."""

from __future__ import annotations

import ast
import importlib
import json
import re
import tokenize
from pathlib import Path

import jinja2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.codegen import ir
from generator.codegen.render.docstrings import docstring, py_literal, wrap
from generator.codegen.render.templates import templates_folder
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


def test_what_is_missing_is_an_error(environment: jinja2.Environment) -> None:
    assert environment.undefined is jinja2.StrictUndefined
    for source in (
        "{{ nothing }}",
        "{% if nothing %}{% endif %}",
        "{% for x in nothing %}{% endfor %}",
    ):
        with pytest.raises(jinja2.UndefinedError):
            environment.from_string(source).render()


@pytest.mark.parametrize(
    "value",
    [
        ir.Text("a name of the description"),
        ir.Text("import os"),
        ir.Text("name"),
        "some text of the description",
        "x = 1",
        "a.b",
        "a\nb",
        "class",
        "'quoted'",
        7,
        1.5,
        True,
        None,
        ["a"],
        ("a",),
        {"a": 1},
        b"a",
    ],
)
def test_raw_values_cannot_be_printed(value: object, environment: jinja2.Environment) -> None:
    for source in ("{{ value }}", "x = {{ value }}\n", "{% for v in [value] %}{{ v }}{% endfor %}"):
        with pytest.raises(TypeError):
            environment.from_string(source).render(value=value)


def test_plain_text_that_looks_like_a_name_cannot_be_printed(
    environment: jinja2.Environment,
) -> None:
    """A name is printed because ``names`` made it, not because it happens to look like one."""
    with pytest.raises(TypeError):
        environment.from_string("{{ value }}").render(value="os")


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


def test_every_module_comes_from_the_folder() -> None:
    assert templates_folder() == FOLDER


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


def evaluated(source: str, indent: int) -> str:
    """The docstring of a function whose body is ``source``, as Python reads it."""
    lines = {
        0: source,
        4: f"def f():\n    {source}",
        8: f"class C:\n    def f():\n        {source}",
    }
    tree = ast.parse(lines[indent] + "\n")
    compile(tree, "<docstring>", "exec")
    body: list[ast.stmt] = tree.body
    while isinstance(body[0], (ast.FunctionDef, ast.ClassDef)):
        body = body[0].body
    assert len(body) == 1, "the text left its string"
    assert isinstance(body[0], ast.Expr)
    value = ast.literal_eval(body[0].value)
    assert isinstance(value, str)
    return value


def unindented(value: str, indent: int) -> str:
    """A docstring without the indentation that its place in the source gives it."""
    lines = value.split("\n")
    return "\n".join(
        [lines[0], *(line.removeprefix(" " * indent) for line in lines[1:])]
    ).removesuffix("\n")


@pytest.mark.parametrize("indent", [0, 4, 8])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_docstring_says_the_text(text: str, indent: int) -> None:
    source = docstring(ir.Text(text), indent)
    assert isinstance(source, ir.Code)
    assert unindented(evaluated(source, indent), indent) == wrap(text, 96 - indent)
    assert docstring(text, indent) == source


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_wrapping_loses_no_word(text: str) -> None:
    assert wrap(text, 60).split() == text.split()


@steady
@given(st.text(max_size=300), st.sampled_from([0, 4, 8]))
@example('\\"""', 4)
@example('"', 0)
@example("a\n\\", 8)
def test_no_text_leaves_its_docstring(text: str, indent: int) -> None:
    assert unindented(evaluated(docstring(text, indent), indent), indent) == wrap(text, 96 - indent)


@steady
@given(st.text(alphabet="\"\\\n'{}# ab\x85\u2028", max_size=60))
def test_no_mixture_of_quotes_leaves_its_docstring(text: str) -> None:
    assert unindented(evaluated(docstring(text, 4), 4), 4) == wrap(text, 92)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_docstring_is_plain_to_read(text: str) -> None:
    """No invisible character, and no line end but LF, in the source itself."""
    source = docstring(text)
    assert all(char == "\n" or char.isprintable() for char in source)
    assert source.encode("utf-8")


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


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_literal_is_the_text(text: str) -> None:
    source = py_literal(ir.Text(text))
    assert isinstance(source, ir.Code)
    assert ast.literal_eval(source) == text
    assert "\n" not in source


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"a", {"a"}, object()],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_literal_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        py_literal(value)


def hostile_description() -> dict[str, object]:
    """Every hostile text, in every place that ends up in the package."""
    texts = [
        text for text in HOSTILE if text.isprintable() or not re.search("[\ud800-\udfff]", text)
    ]
    schemas: dict[str, object] = {}
    paths: dict[str, object] = {}
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


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the client of that description."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "spec.json").write_text(json.dumps(hostile_description()), encoding="utf-8")
    found = speclock(
        folder, "generate", "--quiet", "--spec", "spec.json", "--package", "hostile",
        "--client", "Hostile", "--output", "out",
    )  # fmt: skip
    assert found.code == 0, found.err
    return folder / "out"


@pytest.mark.slow
def test_no_text_of_a_description_becomes_code(hostile: Path) -> None:
    """Everything compiles, and what the texts say stands in strings alone."""
    for path in sorted(hostile.rglob("*.py")):
        with path.open("rb") as file:
            tokens = list(tokenize.tokenize(file.readline))
        words = {token.string for token in tokens if token.type == tokenize.NAME}
        assert not words & {"indented", "BULLET", "jinja"}, path.name
        comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
        assert not [comment for comment in comments if "comment" in comment or "jinja" in comment]
        assert "\r" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_docstrings_of_models_say_the_text(hostile: Path) -> None:
    tree = ast.parse((hostile / "hostile" / "models.py").read_text(encoding="utf-8"))
    wanted: dict[str, str] = {}
    schemas = hostile_description()["components"]
    assert isinstance(schemas, dict)
    for name, schema in schemas["schemas"].items():
        wanted[name] = schema["description"]
    wrong: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in wanted:
            said = (ast.get_docstring(node) or "").split()
            if said != wanted[node.name].split():
                wrong[node.name] = (" ".join(said)[:60], wanted[node.name][:60])
    assert wrong == {}
