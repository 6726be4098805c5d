"""A row of docs/support.md: a tiny description, and what must be true of its client."""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import httpx
import pytest
import yaml
from pydantic import BaseModel

from generator.base.config import FEATURES, Client, Pagination
from generator.base.errors import Problem
from generator.project.services.generation.generate import render_client
from tests.support.command import without_layout

Json: TypeAlias = Any
Check: TypeAlias = Callable[["Made"], None]
_PACKAGES = itertools.count()


@dataclass(frozen=True, slots=True)
class Row:
    """The description that a row of the table is about, and what else must hold of its client."""

    files: Mapping[str, str]
    """File name to text; the first is the description."""
    check: Check | None = None
    beside: tuple[str, ...] = ()
    """Codes of warnings that the description earns for something that the row isn't about."""
    shows: str = ""
    """What the table's last column must show: what goes out, or an annotation."""
    without: str = ""
    """Of a construct of no effect: the description without it, which gives the same modules."""
    pagination: Pagination | None = None
    """The client's ``pagination`` in the settings."""
    models: bool = False
    """The client's ``models`` in the settings."""


@dataclass(slots=True)
class Made:
    folder: Path
    package: str
    warnings: tuple[Problem, ...]
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(204))
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])

    @property
    def module(self) -> ModuleType:
        return importlib.import_module(self.package)

    @property
    def models(self) -> ModuleType:
        return importlib.import_module(f"{self.package}.models")

    def submodule(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")

    def source(self, name: str) -> str:
        return self.files[f"{self.package}/{name}"].decode()

    def client(self, **settings: Any) -> Any:
        settings.setdefault("retry", self.module.Retry(attempts=1))
        return self.module.Sample(transport=httpx.MockTransport(self._respond), **settings)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        return copy.copy(self.answer)

    def call(self, *arguments: Any, **named: Any) -> Any:
        with self.client() as client:
            return client.call(*arguments, **named)

    def sent(self, *arguments: Any, **named: Any) -> httpx.Request:
        self.call(*arguments, **named)
        return self.requests[-1]

    def informed(self, answer: httpx.Response) -> Any:
        """What ``ResponseInfo`` has after this answer, of which ``client.call`` returns nothing."""
        self.answer, info = answer, self.module.ResponseInfo()
        assert self.call(options=self.module.Options(response=info)) is None
        return info

    def answered(self, answer: httpx.Response) -> Any:
        """What ``client.call`` returns for this answer."""
        self.answer = answer
        return self.call()

    def target(self, *arguments: Any, **named: Any) -> str:
        return self.sent(*arguments, **named).url.raw_path.decode()

    def field(self) -> str:
        tree = ast.parse(self.source("models.py"))
        (m,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "M")
        (v,) = (n for n in m.body if isinstance(n, ast.AnnAssign))
        return ast.unparse(v.annotation)

    def docs(self) -> str:
        """The docstring of ``call``, on one line."""
        return " ".join(str(self.module.Sample.call.__doc__).split())

    def method(self) -> str:
        for node in ast.walk(ast.parse(self.source("client.py"))):
            if isinstance(node, ast.FunctionDef) and node.name == "call":
                return ast.unparse(node).partition(":\n")[0]
        raise LookupError


@contextlib.contextmanager
def make(row: Row, folder: Path) -> Iterator[Made]:
    """Generate a row's client below ``folder``; it can be imported until the end.

    The layout is left out; what it says is the same. Raises what the generator raises.
    """
    for name, text in row.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    package = f"row_{next(_PACKAGES)}"
    client = Client(
        spec=next(iter(row.files)),
        package=package,
        output=".",
        client="Sample",
        pagination=(row.pagination,) if row.pagination else (),
        models=row.models,
        features=() if row.models else FEATURES,
    )
    with without_layout(), contextlib.chdir(folder):
        made = render_client(client, folder, lambda _: None)
    for name, data in made.files.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    left_out = tuple(left.problem.code for left in made.left_out)
    sys.path.insert(0, str(folder))
    yield Made(folder, package, made.warnings, made.files.files, left_out)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


# ── checks ───────────────────────────────────────────────────────────────────────────────────────


def equal(found: object, expected: object) -> None:
    assert found == expected


def plain(value: Any) -> Any:
    """Return a value with data in the place of models."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_unset=True)
    return [plain(item) for item in value] if isinstance(value, list) else value


def returns(*exchanges: tuple[httpx.Response, Any]) -> Check:
    """Return a check: of each answer ``call`` returns that value, or a model with that data."""

    def check(made: Made) -> None:
        for answer, result in exchanges:
            made.answer = answer
            found = plain(made.call())
            assert (type(found), found) == (type(result), result)

    return check


def sends(
    expected: Mapping[str, str | None],
    target: str = "/x",
    method: str = "GET",
    call: str = "call",
    **settings: Any,
) -> Check:
    def check(made: Made) -> None:
        with made.client(**settings) as client:
            attrgetter(call)(client)()
        request = made.requests[-1]
        assert (request.method, request.url.raw_path.decode()) == (method, target)
        assert {name: request.headers.get(name) for name in expected} == expected

    return check


def shows(text: str, module: str = "client.py") -> Check:
    def check(made: Made) -> None:
        assert text in made.source(module)

    return check


# ── descriptions ─────────────────────────────────────────────────────────────────────────────────


def _read(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


def described(
    *,
    version: str = "3.1.0",
    path: str = "/x",
    method: str = "get",
    operation: str = "{}",
    schemas: str = "{}",
    root: str = "{}",
) -> str:
    whole: Json = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            path: {method: {"operationId": "call", "responses": {"204": {"description": "Done."}}}}
        },
    }
    whole["paths"][path][method] |= _read(operation)
    if found := _read(schemas):
        whole["components"] = {"schemas": found}
    for key, value in _read(root).items():
        whole[key] = {**whole.get(key, {}), **value} if key == "components" else value
    return json.dumps(whole, indent=1)


def row(
    check: Check | None = None,
    beside: Sequence[str] = (),
    shows: str = "",
    without: str = "",
    **parts: str,
) -> Row:
    """A row about one operation; ``without`` names the parts that hold a construct of no effect."""
    others = {name: text for name, text in parts.items() if name not in without.split()}
    plain = described(**others) if without else ""
    return Row({"spec.json": described(**parts)}, check, tuple(beside), shows, plain)


def parameter(
    text: str,
    value: Any = None,
    target: str = "",
    *,
    path: str = "/x",
    header: tuple[str, str] | None = None,
    check: Check | None = None,
    beside: Sequence[str] = (),
    version: str = "3.1.0",
) -> Row:
    """A row about a parameter ``p``: with that value that target, or that header, goes out."""

    def checked(made: Made) -> None:
        if target or header:
            request = made.sent(p=value)
            assert not target or request.url.raw_path.decode() == target
            assert not header or request.headers[header[0]] == header[1]
        if check:
            check(made)

    operation = f"parameters: [{{{text}}}]"
    shows = f"{header[0]}: {header[1]}" if header else target
    return row(checked, beside, shows, path=path, operation=operation, version=version)


def schema(
    text: str,
    hint: str = "",
    *,
    good: Sequence[tuple[Json, Any]] = (),
    bad: Sequence[Any] = (),
    broken: Sequence[Any] = (),
    version: str = "3.1.0",
    required: bool = True,
    schemas: str = "",
    check: Check | None = None,
    beside: Sequence[str] = (),
    without: str = "",
) -> Row:
    """A row about the schema of ``M.v``: its annotation, what it reads as what, what it refuses to
    send, and ``broken``, what it sends although the schema doesn't admit it.
    """

    def checked(made: Made) -> None:
        if hint:
            # any value of a request may have decimals
            is_marked = "Any" in hint and "DIGITS" not in hint
            assert made.field() == (f"Annotated[{hint}, DIGITS]" if is_marked else hint)
        for wire, value in good:
            model = made.models.M.model_validate({"v": wire})
            assert model.v == value
            assert type(model.v) is type(value)
        for value in bad:
            with pytest.raises(ValueError, match="validation error"):
                made.models.M(v=value)
        for value in broken:
            text = made.models.M(v=value).model_dump_json(exclude_unset=True, by_alias=True)
            assert json.loads(text) == {"v": value}
        if check:
            check(made)

    needed = "required: [v], " if required else ""

    def whole(text: str) -> str:
        return described(
            version=version,
            method="post",
            operation="requestBody: {required: true, content: {application/json: "
            "{schema: {$ref: '#/components/schemas/M'}}}}",
            schemas=f"M: {{type: object, {needed}properties: {{v: {text}}}}}\n{schemas}",
        )

    plain = whole(without) if without else ""
    return Row({"spec.json": whole(text)}, checked, tuple(beside), hint, plain)


def response(
    content: str,
    answer: httpx.Response | None = None,
    result: Any = None,
    *,
    status: str = "200",
    check: Check | None = None,
    **parts: Any,
) -> Row:
    def checked(made: Made) -> None:
        if answer is not None:
            returns((answer, result))(made)
        if check:
            check(made)

    found = f"responses: {{'{status}': {{description: A, content: {content}}}}}"
    return row(checked, operation=found, **parts)
