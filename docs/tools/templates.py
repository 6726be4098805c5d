"""The tables of ``docs/templates.md``, from the templates and the types that they receive."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .pages import DOCS, ROOT, with_part

PATHS = (DOCS / "templates.md",)
TEMPLATES = ROOT / "templates"
VIEWS = (
    "agents", "package", "client", "operations", "methods", "params", "response_headers",
    "test_modules", "webhooks",
)  # fmt: skip
SOURCES = [
    ROOT / "generator" / "codegen" / name
    for name in (
        *(f"ir/{part}.py" for part in ("types", "models", "operations", "package", "remembered")),
        *(f"render/views/{view}.py" for view in VIEWS),
    )
]
RUNTIME = "client/_runtime/"
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
    "ClientArgumentView": "ClientArgument",
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
    "argument": "ClientArgumentView",
    "webhook": "WebhookView",
    "module": "ModuleView",
    "module_getattr": "ModuleGetattr",
    "former": "FormerName",
    "enumeration": "EnumerationView",
    "other": "Alias",
    "parameter": "ParameterView",
    "headers": "HeaderClassView",
    "field": "HeaderFieldView",
    "remembered": "RememberedResource",
    "call": "RememberedCall",
    "params": "ParamsView",
    "alias": "ParamAliasView",
    "dictionary": "TypedDictView",
    "key": "KeyView",
    "tests": "TestModuleView",
    "function": "FunctionView",
    "models": "ModelTestsView",
}
"""The names of the values in templates, and their classes."""


def first_sentence(text: str) -> str:
    """Return the first sentence on one line, for a cell of a table."""
    line = " ".join(text.split())
    return re.split(r"(?<=[.])\s", line, maxsplit=1)[0].replace("|", "\\|")


def receives(name: str) -> tuple[str, str]:
    """Return what a Jinja template receives, by its first line, and its description."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
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
    """Return the table of Jinja templates, and the names of the Python files."""
    rows = ["| template | receives | description |", "|---|---|---|"]
    modules: list[str] = []
    for name in names():
        if name.endswith(".py"):
            modules.append(f"`{name.removeprefix(RUNTIME)}`")
        else:
            kinds, what = receives(name)
            rows.append(f"| `{name}` | {kinds} | {what} |")
    files = f"The Python files of [`{RUNTIME}`](../templates/{RUNTIME}):"
    return "\n".join([*rows, "", f"{files} {', '.join(modules)}."])


@dataclass(frozen=True, slots=True)
class Described:
    """A class, the page's link to its file, its description and its public attributes."""

    link: str
    doc: str
    attributes: set[str]


def classes() -> dict[str, Described]:
    """Return every class of the IR and of the views, by name."""
    found: dict[str, Described] = {}
    for path in SOURCES:
        file = f"../{path.relative_to(ROOT).as_posix()}"
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                public = {name for name in attributes_of(node) if not name.startswith("_")}
                link = f"[`{node.name}`]({file})"
                found[node.name] = Described(link, ast.get_docstring(node) or "", public)
    return found


def attributes_of(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names of the fields, properties and methods of a class."""
    yield from assigned_in(node.body)
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=name, body=body) if name.startswith("_"):  # and its steps
                yield from assigned_in(body, "self.")
            case ast.FunctionDef(name=name, decorator_list=[]):
                yield f"{name}()"
            case ast.FunctionDef(name=name):
                yield name
            case _:
                pass


def assigned_in(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Yield the names after ``prefix`` that a body assigns to."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[*_, target]) | ast.AnnAssign(target=target):
                text = ast.unparse(target)
                if text.startswith(prefix):
                    yield text.removeprefix(prefix)
            case _:
                pass


def context() -> str:
    """Return one section for each value that a template can use."""
    known = classes()
    parts: list[str] = []
    for name, view in GIVEN.items():
        described = [known[view]]
        if view in PASSED_ON:
            described.append(known[PASSED_ON[view]])
        attributes = set[str]().union(*(part.attributes for part in described)) - {"ir"}
        listed = ", ".join(f"`{attribute}`" for attribute in sorted(attributes))
        links = ", ".join(part.link for part in described)
        parts.append(f"### `{name}`\n\n{first_sentence(known[view].doc)} {links}:\n")
        parts.append(f"{listed}\n")
    return "\n".join(parts).rstrip()


def written(text: str) -> str:
    """Return the page with its two generated parts replaced."""
    for name, part in (("listing", listing()), ("context", context())):
        text = with_part(text, name, f"{part}\n")
    return text
