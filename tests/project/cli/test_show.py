"""``speclock show``: what is shown of an operation is what is generated, and the example works."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest

from tests.support.command import speclock

WORKSHOP = """\
openapi: 3.1.0
info: {title: Workshop, version: "1"}
servers: [{url: https://workshop.example/v1}]
paths:
  /tools:
    get:
      operationId: tools/list
      summary: Every tool
      tags: [tools]
      parameters:
        - name: kind
          in: query
          description: Only these.
          schema: {$ref: "#/components/schemas/Kind"}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        "200":
          description: The tools.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Tool"}}
    post:
      operationId: tools/add
      tags: [tools]
      security: [{key: []}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Tool"}}}
      responses: {"204": {description: Added.}}
  /tools/{id}/{since}/picture:
    put:
      operationId: tools/picture
      tags: [tools]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: since, in: path, required: true, schema: {type: string, format: date}}
      requestBody:
        required: true
        content:
          image/png: {}
          text/plain: {schema: {type: string}}
      responses:
        "200":
          description: The tool.
          content:
            application/json: {schema: {$ref: "#/components/schemas/Tool"}}
            text/plain: {schema: {type: string}}
  /news:
    get:
      operationId: news/follow
      security: [{basic: []}]
      responses:
        "200":
          description: News.
          content: {text/event-stream: {schema: {type: object, properties: {data: {type: string}}}}}
  /:
    get:
      responses: {"204": {description: Alive.}}
  /broken:
    get:
      operationId: broken
      requestBody: {content: {application/json: {schema: {$ref: "gone.yaml"}}}}
      responses: {"204": {description: Never.}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
  schemas:
    Kind: {type: string, enum: [hand, power]}
    Nail: {type: object, required: [length], properties: {length: {type: number}}}
    Screw: {type: object, required: [thread], properties: {thread: {type: string}}}
    Tool:
      type: object
      required: [name, kind, made, class]
      properties:
        name: {type: string, example: saw}
        kind: {$ref: "#/components/schemas/Kind"}
        made: {type: string, format: date-time}
        class: {type: integer}
        rest: {type: string, format: duration}
        price: {type: string, format: decimal}
        note: {type: [string, "null"]}
        parts:
          type: object
          additionalProperties:
            type: array
            items:
              oneOf: [{$ref: "#/components/schemas/Nail"}, {$ref: "#/components/schemas/Screw"}]
"""
OPERATIONS = ["tools/list", "tools/add", "tools/picture", "news/follow", "GET /"]
CONFIG = """\
[tool.speclock.clients.tool_shop]
spec = "workshop.yaml"
client = "Shop"
operations = ["tools/*", "news/follow", "GET /"]
features = ["text"]
calls = { "tools/add" = "tools.buy" }
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workshop")
    (root / "workshop.yaml").write_text(WORKSHOP, encoding="utf-8")
    (root / "bare").mkdir()
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    found = speclock(root, "generate")
    assert found.code == 0, found.err
    return root


def sections(text: str) -> dict[str, str]:
    """Heading to its text, without the indentation."""
    parts = [part.partition("\n") for part in text.split("\n\n") if part]
    found: dict[str, str] = {}
    name = ""
    for head, _, rest in parts:
        if head.startswith(" "):
            found[name] += "\n\n" + textwrap.dedent(f"{head}\n{rest}").strip()
        else:
            name = head
            found[name] = textwrap.dedent(rest).strip()
    return found


def shown(folder: Path, operation: str, *more: str) -> dict[str, str]:
    found = speclock(folder, "show", operation, *more)
    assert found.code == 0, found.err
    assert found.err == ""
    return sections(found.out)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_call_is_as_generated(project: Path, operation: str) -> None:
    call = shown(project, operation)["Call"].partition("\n\n")[2]
    modules = [
        project / "generated/tool_shop/client.py",
        *(project / "generated/tool_shop/resources").iterdir(),
    ]
    texts = [path.read_text(encoding="utf-8") for path in modules if path.suffix == ".py"]
    sources = ["\n".join(line for line in text.splitlines() if line) for text in texts]
    assert call.startswith(("def ", "@overload\n"))
    assert any(textwrap.indent(call, "    ") in source for source in sources)


def test_overloads_are_shown(project: Path) -> None:
    call = shown(project, "tools/picture")["Call"]
    assert call.count("@overload") == 6
    assert call.count("def picture(") == 7


def test_the_methods_beside_an_operation_are_shown(project: Path) -> None:
    assert shown(project, "news/follow")["Call"].count("def ") == 1
    assert "-> Stream[models." in shown(project, "news/follow")["Call"]


def test_the_body_one_level_deep(project: Path) -> None:
    body = shown(project, "tools/add")["Body"].splitlines()
    assert [" ".join(line.split()) for line in body] == [
        "models.Tool (application/json)",
        "name: str",
        "kind: models.Kind | str",
        "made: datetime",
        "class_: int sent as 'class'",
        "rest: timedelta | None = None",
        "price: Decimal | None = None",
        "note: str | None = None null may be sent",
        "parts: dict[str, list[models.Nail | models.Screw]] | None = None",
    ]


def test_the_request(project: Path) -> None:
    assert shown(project, "tools/list")["Request"].splitlines() == [
        "GET https://workshop.example/v1/tools",
        "Accept: application/json",
        "query   kind     kind     Only these.",
        "header  X-Trace  x_trace",
    ]
    request = shown(project, "tools/add")["Request"]
    assert "Content-Type: application/json" in request
    assert "header  X-Key  Shop(key=…)" in request
    assert "Authorization" in shown(project, "news/follow")["Request"]


def test_the_example_builds_typed_values(project: Path) -> None:
    program = shown(project, "tools/add")["Example"]
    (call,) = (
        node for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "models.Tool"
    )  # fmt: skip
    given = {word.arg: ast.unparse(word.value) for word in call.keywords}
    assert given["kind"] == "models.Kind.HAND"
    assert given["class_"] == "1"
    assert given["made"].startswith("datetime.fromisoformat(")
    assert given["rest"] == "timedelta(seconds=86400)"
    assert given["price"].startswith("Decimal(")
    assert "models.Nail(length=" in given["parts"]


def test_the_answer(project: Path) -> None:
    answer = shown(project, "tools/list")["Answer"]
    assert answer.startswith("200 → list[models.Tool]\n\n[\n")
    assert '"name": "saw"' in answer
    assert shown(project, "tools/add")["Answer"] == "204 → None"


def test_settings_count_where_the_client_selects_the_operation(project: Path) -> None:
    assert shown(project, "tools/add")["Call"].startswith("Shop.tools.buy\n")
    with_file = shown(project, "tools/add", "workshop.yaml")["Call"]
    assert with_file.startswith("Shop.tools.buy\n")


def test_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "tool-shed.yaml").write_text(WORKSHOP, encoding="utf-8")
    found = speclock(tmp_path, "show", "POST /tools", "tool-shed.yaml")
    assert found.code == 0, found.err
    assert "ToolShed.tools.add" in found.out
    assert "from tool_shed import ToolShed, models" in found.out
    assert "A client with it alone has " in found.out
    assert [path.name for path in tmp_path.iterdir()] == ["tool-shed.yaml"]


def test_the_price_is_what_adding_the_operation_brings(tmp_path: Path) -> None:
    (tmp_path / "workshop.yaml").write_text(WORKSHOP, encoding="utf-8")
    small = CONFIG.replace('"tools/*", "news/follow", ', "").replace("calls", "# calls")
    (tmp_path / "pyproject.toml").write_text(small, encoding="utf-8")
    assert speclock(tmp_path, "generate").code == 0
    package = tmp_path / "generated/tool_shop"
    before = files_of(package)
    price = shown(tmp_path, "tools/list")["Price"]
    (tmp_path / "pyproject.toml").write_text(
        small.replace('["GET /"]', '["GET /", "tools/list"]'), encoding="utf-8"
    )
    assert speclock(tmp_path, "generate").code == 0
    after = files_of(package)

    classes = re.findall(r"^class (\w+)", after["models.py"], re.MULTILINE)
    modules = sorted(after.keys() - before.keys() - {"resources/__init__.py", "resources/tools.py"})
    runtime = [module.removeprefix("_runtime/").removesuffix(".py") for module in modules]
    runtime_lines = sum(len(after[module].splitlines()) for module in modules)
    match = re.fullmatch(
        r"It adds to tool_shop (\d+) lines, with 4 classes: ([\w, ]+)\.\n"
        r"The runtime gets ([\d,]+) lines, in \d+ modules: ([\w, ]+)\.",
        price,
    )
    assert match is not None, price
    assert match[2].split(", ") == sorted(classes)
    assert match[3] == f"{runtime_lines:,}"
    assert match[4].split(", ") == runtime
    grown = sum(text.count("\n") for name, text in after.items() if name not in modules)
    added = grown - sum(text.count("\n") for text in before.values())
    assert 0 <= added - int(match[1]) < 50  # without imports, headers and blank lines


def files_of(package: Path) -> dict[str, str]:
    """Return the Python files of a package by their paths in it."""
    files: dict[str, str] = {}
    for path in package.rglob("*.py"):
        files[path.relative_to(package).as_posix()] = path.read_text(encoding="utf-8")
    return files


def test_the_price_of_what_a_client_has(project: Path) -> None:
    price = shown(project, "tools/list")["Price"]
    assert price == "None: it is one of the operations of tool_shop."


def test_an_operation_that_is_not_selected(project: Path) -> None:
    found = speclock(project, "show", "broken")
    assert found.code == 2
    assert "workshop.yaml:" in found.err
    assert "cannot be read" in found.err


def test_a_name_that_nothing_or_too_much_has(project: Path) -> None:
    found = speclock(project, "show", "tools/lst")
    assert (found.code, found.out) == (2, "")
    assert "Did you mean 'tools/list' or" in found.err
    found = speclock(project, "show", "tools/*")
    assert found.code == 2
    assert "names 3 operations: 'tools/list', 'tools/add', 'tools/picture'" in found.err


STRANGE = """\
openapi: 3.1.0
info: {title: Strange, version: "1"}
paths:
  /parameter/{id}:
    get:
      operationId: no/parameter
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, minLength: 5, maxLength: 2}}
      responses: {"204": {description: Fine.}}
  /body:
    post:
      operationId: no/body
      requestBody: {required: true, content: {application/json: {schema: NEVER}}}
      responses: {"204": {description: Fine.}}
  /optional:
    post:
      operationId: some/optional
      requestBody: {content: {application/json: {schema: NEVER}}}
      responses: {"204": {description: Fine.}}
  /second:
    post:
      operationId: some/second
      requestBody: {required: true, content: {application/json: {schema: NEVER}, image/png: {}}}
      responses: {"204": {description: Fine.}}
  /undeclared:
    post:
      operationId: some/undeclared
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                part: {anyOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}]}
            example: {part: {b: 1, other: 2}, other: 3}
      responses: {"204": {description: Fine.}}
  /answer:
    get:
      operationId: some/answer
      responses: {"200": {description: Fine., content: {application/json: {schema: NEVER}}}}
  /duration:
    get:
      operationId: some/duration
      parameters:
        - name: age
          in: query
          required: true
          schema: {type: string, format: duration, example: P400DT1S}
      responses: {"204": {description: Fine.}}
  /text:
    get:
      operationId: some/text
      responses:
        "200": {description: Fine., content: {application/json: {schema: {type: string}}}}
components:
  schemas:
    A: {type: object, required: [a], properties: {a: {type: integer}}}
    B: {type: object, required: [b], properties: {b: {type: integer}}}
""".replace(
    "NEVER", "{type: object, required: [a], properties: {a: {enum: [1], not: {enum: [1]}}}}"
)


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    (tmp_path / "strange.yaml").write_text(STRANGE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("operation", "place"), [("no/parameter", "strange.yaml:8:"), ("no/body", "strange.yaml:13:")]
)
def test_a_value_that_cannot_be_made_is_told(strange: Path, operation: str, place: str) -> None:
    found = shown(strange, operation, "strange.yaml")
    assert found["Example"].startswith("no example could be generated: ")
    assert place in found["Example"]
    assert found["Answer"] == "204 → None"


def test_an_answer_that_cannot_be_made_is_told(strange: Path) -> None:
    found = shown(strange, "some/answer", "strange.yaml")
    assert "client.some.answer()" in found["Example"]
    head, _, why = found["Answer"].partition("\n\n")
    assert head.startswith("models.")
    assert why.startswith("no example could be generated: ")


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("some/optional", "client.some.optional()"),
        ("some/second", 'client.some.second(b"example", content_type="image/png")'),
        ("some/undeclared", "models.B(b=1)"),
        ("some/duration", "timedelta(seconds=34560001)"),
    ],
)
def test_the_example_is_one_that_the_client_takes(strange: Path, operation: str, call: str) -> None:
    program = shown(strange, operation, "strange.yaml")["Example"]
    assert call in program
    assert "other" not in program


def test_an_answer_in_json_is_shown_as_json(strange: Path) -> None:
    assert shown(strange, "some/text", "strange.yaml")["Answer"] == '200 → str\n\n"example"'
