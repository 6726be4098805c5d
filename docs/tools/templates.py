"""The tables of ``docs/templates.md``, from the templates and the types that they receive."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .pages import DOCS, ROOT, with_part

PATHS = (DOCS / "templates.md",)
TEMPLATES = ROOT / "templates"
VIEWS = (
    "agents", "package", "client", "operations", "methods", "response_headers", "test_modules",
    "webhooks",
)  # fmt: skip
SOURCES = [
    ROOT / "generator" / "codegen" / name
    for name in (
        *(f"ir/{part}.py" for part in ("types", "models", "operations", "package")),
        *(f"render/views/{view}.py" for view in VIEWS),
    )
]
PARTS = ("models", "client", "tests")
PASSED_ON = {
    "EnumerationView": "Enumeration",
    "ApiView": "Api",
    "ResourceView": "Resource",
    "OperationView": "ClientOperation",
    "ModuleView": "Module",
    "CredentialView": "Credential",
    "ServerArgumentView": "ServerArgument",
    "ParameterView": "MethodParameter",
    "HeaderFieldView": "HeaderField",
}
"""Views to the IR type whose attributes they pass on."""
WITHOUT_WORDS = {
    "client/AGENTS.md.jinja": "What a reader needs who has only the folder of the package.",
    "client/README.md.jinja": "The page of the client, with the feature `readme`.",
    "client/_call.md.jinja": "A call, of `AGENTS.md` and `README.md`; included.",
    "client/_errors.md.jinja": "The exceptions, of `AGENTS.md` and `README.md`; included.",
    "client/_test.md.jinja": "A test, of `AGENTS.md` and `README.md`; included.",
    "models/module.py.jinja": "A module of the models: its enumerations, then classes, "
    "aliases and other names: `imports` and `body` are by datamodel-code-generator.",
    "client/__init__.py.jinja": "The public face of the package.",
    "client/_method.py.jinja": "A method with its overloads; included for each of both clients.",
    "client/_resource.py.jinja": "A module of methods, the same for both clients, and of values.",
    "client/_getattr.py.jinja": "Modules that are imported late, and deprecated names; included.",
    "client/_value.py.jinja": "An operation as a value: what it sends and may answer; included.",
    "tests/_resource.py.jinja": "The tests of one resource: a function for each example.",
    "tests/conftest.py.jinja": "The fixtures: the fake server, and the clients that it answers. "
    "`root` is the folder that has the package, relative to that of the tests, in quotes.",
    "client/response_headers.py.jinja": "The described response headers, as classes.",
    "client/webhooks.py.jinja": "The requests that the API sends: `parse` and its overloads.",
    "client/testing.py.jinja": "The fake server for the tests of the client's users.",
}
"""The descriptions of templates whose docstring is itself a substitution."""
GIVEN = {
    "api": "ApiView",
    "agents": "AgentsView",
    "agents.call": "ExampleCall",
    "resource": "ResourceView",
    "operation": "OperationView",
    "flavour": "Flavour",
    "method": "MethodView",
    "signature": "SignatureView",
    "credential": "CredentialView",
    "variable": "ServerArgumentView",
    "webhook": "WebhookView",
    "module": "ModuleView",
    "module_getattr": "ModuleGetattr",
    "former": "FormerName",
    "enumeration": "EnumerationView",
    "other": "Alias",
    "parameter": "ParameterView",
    "headers": "HeaderClassView",
    "field": "HeaderFieldView",
    "tests": "TestModuleView",
    "function": "FunctionView",
    "models": "ModelTestsView",
}
"""The names of the values in templates, and their classes."""


def first_sentence(text: str) -> str:
    """Return the first sentence on one line, for a cell of a table."""
    line = " ".join(text.split())
    return re.split(r"(?<=[.])\s", line, maxsplit=1)[0].replace("|", "\\|")


def count_lines(path: Path) -> int:
    """Return the lines of code of a module, without blank lines, comments and docstrings."""
    source = path.read_text(encoding="utf-8")
    prose: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                prose.update(range(node.lineno, (node.end_lineno or 0) + 1))
            case _:
                pass
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in layout | {tokenize.ENDMARKER}:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - prose)


def receives(name: str) -> tuple[str, str]:
    """Return what a template receives, by its first line, and its description."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    if name.endswith(".py"):
        doc = ast.get_docstring(ast.parse(text)) or ""
        lines = count_lines(TEMPLATES / name)
        return f"nothing: a Python file, {lines} lines of code", first_sentence(doc)
    first = text.splitlines()[0].removeprefix("{#-").removesuffix("-#}").removesuffix("#}").strip()
    if ". Receives " in first:
        what, _, rest = first.partition(". Receives ")
        return rest.partition(" (")[0], f"{what} of the models."
    kinds = ", ".join(f"`{kind}`" for kind in re.findall(r"(?:ir|views)\.\w+", first))
    said = re.search(r'^"""(.+?)(?:"""|$)', text, re.MULTILINE)
    if name in WITHOUT_WORDS:
        return kinds, WITHOUT_WORDS[name]
    assert said, f"{name} has no docstring: add a line to WITHOUT_WORDS"
    return kinds, first_sentence(said[1])


def names() -> list[str]:
    """Return the path of every template of a client, below ``templates/``."""
    found = (path for part in PARTS for path in (TEMPLATES / part).rglob("*") if path.is_file())
    return sorted(
        path.relative_to(TEMPLATES).as_posix() for path in found if "__pycache__" not in path.parts
    )


def listing() -> str:
    """Return the table with one row for each template."""
    rows = ["| template | receives | description |", "|---|---|---|"]
    for name in names():
        kinds, what = receives(name)
        rows.append(f"| `{name}` | {kinds} | {what} |")
    return "\n".join(rows)


@dataclass(frozen=True, slots=True)
class Described:
    """The description of a class and of its public attributes."""

    doc: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])


def classes() -> dict[str, Described]:
    """Return every class of the IR and of the views, by name."""
    found: dict[str, Described] = {}
    for path in SOURCES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                attributes = {name: what for name, what in attributes_of(node) if name[0] != "_"}
                found[node.name] = Described(ast.get_docstring(node) or "", attributes)
    return found


def attributes_of(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the fields, properties and methods of a class with their docstrings."""
    yield from assigned_in(node.body)
    for at in node.body:
        if isinstance(at, ast.FunctionDef) and at.name in ("__init__", "_note_features"):
            yield from assigned_in(at.body, "self.")
        elif isinstance(at, ast.FunctionDef):
            made = "" if at.decorator_list else "()"
            yield at.name + made, ast.get_docstring(at) or ""


def assigned_in(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the names after ``prefix`` that a body assigns to, with the strings below them."""
    name = ""
    for at in body:
        match at:
            case ast.Expr(value=ast.Constant(value=str(doc))) if name:
                yield name, doc
            case ast.Assign(targets=[*_, target]) | ast.AnnAssign(target=target):
                text = ast.unparse(target)
                name = text.removeprefix(prefix) if text.startswith(prefix) else ""
                yield name or "_", ""
            case _:
                name = ""


def context() -> str:
    """Return one section for each value that a template can use."""
    known = classes()
    parts: list[str] = []
    for name, view in GIVEN.items():
        attributes = dict(known[view].attributes)
        attributes.pop("ir", None)
        if view in PASSED_ON:
            attributes = {**known[PASSED_ON[view]].attributes, **attributes}
        parts.append(f"### `{name}`\n\n{first_sentence(known[view].doc)}\n")
        told = {n: first_sentence(what) for n, what in sorted(attributes.items())}
        parts += [f"- `{n}`: {what}" for n, what in told.items() if what]
        plain = [f"`{n}`" for n, what in told.items() if not what]
        if plain:
            parts.append(f"- other attributes: {', '.join(plain)}")
        parts.append("")
    return "\n".join(parts).rstrip()


def written(text: str) -> str:
    """Return the page with its two generated parts replaced."""
    for name, part in (("listing", listing()), ("context", context())):
        text = with_part(text, name, f"{part}\n")
    return text
