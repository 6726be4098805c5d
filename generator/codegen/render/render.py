"""Rendering of templates; the only module that imports Jinja.

In source, every printed value must be an identifier, code made by the generator, or the output of
the ``docstring`` or ``literal`` filter; raw text of a description cannot be printed. In a page of a
report, every printed value is made visible and escaped.
"""

from __future__ import annotations

import base64
import hashlib
import json
import keyword
import os
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from ...base.errors import UsageError
from ...base.printable import on_one_line
from ...base.recursion import deeply_recursive
from ..ir.models import Model, Module
from ..ir.operations import Case
from ..ir.package import Api
from ..ir.types import Code, Text
from ..templates import Templates, templates_folder
from .former_names import former_names
from .model_input import ModelInput, model_inputs
from .models import ModelSource, generate_models, model_tools
from .reuse import Reuse
from .source.docstrings import docstring, markdown, py_literal
from .views.agents import AgentsView
from .views.package import ApiView
from .views.test_modules import ModelTestsView, build_test_modules

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

_VALUE = re.compile(r"'(?:generator|speclock)\.[\w.]+\.(\w+) object'")
"""A value that a template receives, as Jinja's errors name it."""
RESOURCES = '"""The methods of the clients, a module for each resource."""\n'


def _finalize(value: object) -> object:
    """Return a value that may be printed, such as the output of a filter; raise ``TypeError``."""
    if isinstance(value, Code) or value == "":
        return value
    if type(value) is not str and isinstance(value, str) and _is_name(value):
        return value  # a subclass of str: an identifier made by the names module
    if isinstance(value, jinja2.Undefined):
        return value  # StrictUndefined raises by itself
    shown = "text" if isinstance(value, (str, Text)) else type(value).__name__
    raise TypeError(f"a template printed raw {shown}; use the docstring or the literal filter")


def _visible(value: object) -> object:
    """Return a value of a page as text, in which only line breaks are control characters."""
    if isinstance(value, jinja2.Undefined):
        return value
    return "\n".join(map(on_one_line, str(value).replace("\r\n", "\n").split("\n")))


def _is_name(value: str) -> bool:
    return value.isidentifier() and not keyword.iskeyword(value)


def _names(values: Iterable[str]) -> Code:
    listed = list(values)
    for value in listed:
        if not _is_name(value):
            raise TypeError(f"{value!r} isn't an identifier")
    return Code(", ".join(listed))


def bytecode_cache(*folders: Path) -> jinja2.BytecodeCache | None:
    """Return where compiled templates are kept: beside speclock's own, as Python keeps modules.

    None for a user's templates, and where that folder cannot be written.
    """
    folder = Path(cache_from_source(str(templates_folder() / "template.py"))).parent
    if len(folders) > 1 or sys.dont_write_bytecode:
        return None
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return None
    return jinja2.FileSystemBytecodeCache(str(folder))


@cache
def environment(*folders: Path, html: bool = False) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=html,
        bytecode_cache=bytecode_cache(*folders),
    )
    made.finalize = _visible if html else _finalize
    if not html:
        made.filters |= {"docstring": docstring, "literal": py_literal, "names": _names}
        made.filters["markdown"] = markdown
    return made


class ModelFiles:
    """The modules of the models, which a process may make while others are rendered."""

    def __init__(
        self, view: ApiView, templates: Templates, reuse: Reuse, process: Executor | None = None
    ) -> None:
        """Models that ``reuse`` finds are left out; others are made in ``process``, if any."""
        self._view = view
        self._templates = templates
        modules = view.ir.modules
        given_inputs = zip(map(_models_file, modules), model_inputs(modules), strict=True)
        self._names = [*map(_models_file, modules)]
        self._inputs: dict[str, ModelInput] = {}
        tools = model_tools(templates)
        for module, (name, given) in zip(modules, given_inputs, strict=True):
            others = [c for c in module.components if not isinstance(c, Model)]
            if not reuse.has(name, f"{tools}\0{view.ir.client}\0{others}\0{given.text}"):
                self._inputs[name] = given
        self._future: Future[list[ModelSource]] | None = None
        if process and self._inputs:
            self._future = process.submit(generate_models, [*self._inputs.values()], templates)

    def files(self) -> dict[str, str]:
        """Return the source by file name, unformatted.

        Raises :class:`UsageError` with file and line for a template of the user's.
        """
        part = _Part(self._templates, "models")
        if self._future is None:
            sources = generate_models([*self._inputs.values()], self._templates)
        else:
            sources = self._future.result()
        source_of = dict(zip(self._inputs, sources, strict=True))
        files: dict[str, str] = {}
        for name, shown in zip(self._names, self._view.modules, strict=True):
            if name in source_of:
                source = source_of[name]
                context = {"imports": source.imports, "body": source.body}
                files[name] = part.render(
                    "module.py.jinja", api=self._view, module=shown, **context
                )
        return files


def api_view(api: Api) -> ApiView:
    """Return what templates read of an API."""
    return ApiView(api, former_names())


def render(view: ApiView, templates: Templates) -> dict[str, str]:
    """Return the source of the package's modules by file name, without models, unformatted.

    Raises :class:`UsageError` with file and line for a template of the user's.
    """
    part = _Part(templates, "client")
    files = part.files(view)
    if view.is_split:
        files["models/__init__.py"] = part.render("_models.py.jinja", api=view)
    if view.resources:
        files["resources/__init__.py"] = RESOURCES
    for resource in view.resources:
        text = part.render("_resource.py.jinja", api=view, resource=resource)
        files[f"resources/{resource.ir.name}.py"] = text
    files["py.typed"] = ""
    return files


def _models_file(module: Module) -> str:
    return f"models/{module.name}.py" if module.name else "models.py"


class _Part:
    def __init__(self, templates: Templates, part: str) -> None:
        self.templates = templates
        self.part = part
        self.environment = environment(*templates.folders(part))

    def files(self, view: ApiView) -> dict[str, str]:
        """Return the plain files, and those whose templates are needed."""
        files: dict[str, str] = {}
        for name in self.templates.names(self.part):
            if name.endswith(".py"):
                files[name] = self.templates.text(f"{self.part}/{name}")
            elif name.endswith(".py.jinja") and _is_needed(name, view):
                files[name.removesuffix(".jinja")] = self.render(name, api=view)
        return files

    def render(self, name: str, **context: object) -> str:
        """Render one template."""
        try:
            return self.environment.get_template(name).render(**context)
        except Exception as error:
            place = _place(error, self.templates)
            if not place:
                raise
            fact = _VALUE.sub(r"the \1", str(error))
            raise UsageError(
                f"{place}: the template cannot be rendered: {fact}. Correct it; docs/templates.md "
                "lists its variables, and docs/upgrading.md those that are gone."
            ) from None


def _place(error: BaseException, templates: Templates) -> str:
    """Return file and line of an error in one of the user's templates; empty if it isn't."""
    own = templates.own
    if own is None:
        return ""
    places = [(at.filename, at.lineno) for at in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, jinja2.TemplateSyntaxError):
        places.append((error.filename or "", error.lineno))
    for file, line in reversed(places):
        if Path(file).is_relative_to(own):
            return f"{templates.shown}/{Path(file).relative_to(own).as_posix()}:{line}"
    return ""


_PARTS = (
    "_getattr.py.jinja",
    "_method.py.jinja",
    "_value.py.jinja",
    "_resource.py.jinja",
    "_models.py.jinja",
)
"""Templates of a part of a file, or of several files."""


def _is_needed(name: str, view: ApiView) -> bool:
    """Return whether a template that isn't copied is needed."""
    needed = {
        "__init__.py.jinja": True,
        "errors.py.jinja": view.has_client or bool(view.ir.webhooks),
        "testing.py.jinja": view.ir.has_fake,
        "pytest_plugin.py.jinja": view.ir.has_fake and "testing" in view.ir.features,
        "files.py.jinja": view.uses_uploads,
        "webhooks.py.jinja": bool(view.ir.webhooks),
        "response_headers.py.jinja": bool(view.header_classes),
        "params.py.jinja": bool(view.params),
        "_remembered.py.jinja": view.ir.has_fake and "remember" in view.ir.features,
        "_operations.py.jinja": bool(view.root_operations),
    }
    return needed.get(name, name not in _PARTS and view.has_client)


@deeply_recursive
def render_tests(
    view: ApiView,
    cases: Sequence[Case],
    classes: Sequence[tuple[str, str]],
    templates: Templates,
    *,
    is_brief: bool,
    root: str,
    above: str,
) -> dict[str, str]:
    """Return the source of the generated tests by file name; raises as :func:`render`.

    ``classes`` are pairs of a class of the models and the key of its schema; ``is_brief`` means one
    example of each operation; ``root`` is the output folder, relative to that of the tests, and
    ``above`` the folder that a shared runtime is imported from, relative to the output folder.
    """
    part, files = _Part(templates, "tests"), dict[str, str]()
    if classes:
        models = ModelTestsView(Code(view.ir.package), classes)
        files["test_models.py"] = part.render("test_models.py.jinja", models=models)
    for module in build_test_modules(view.ir, cases, is_brief=is_brief):
        files[f"test_{module.name}.py"] = part.render("_resource.py.jinja", tests=module)
    if files:
        place = Code(json.dumps(root, ensure_ascii=False))  # copies replace it
        context = {"api": view, "root": place, "above": Code(above)}
        files["conftest.py"] = part.render("conftest.py.jinja", **context)
    return files


def render_pages(view: ApiView, cases: Sequence[Case], templates: Templates) -> dict[str, str]:
    """Return the unformatted ``AGENTS.md`` and, if it is a feature, ``README.md``.

    Raises as :func:`render`.
    """
    part = _Part(templates, "client")
    context = {"api": view, "agents": AgentsView(view, cases)}
    names = ["AGENTS.md", *(["README.md"] if "readme" in view.ir.features else [])]
    return {name: part.render(f"{name}.jinja", **context) for name in names}


def render_page(name: str, view: object) -> str:
    """Render ``report/NAME.html.jinja`` with ``view`` as an HTML page that loads nothing.

    The template includes its style sheet, ``report/NAME.css``; ``style_source`` is the source
    expression that allows only this one (Content Security Policy Level 3, 2.3.1).
    """
    folder = templates_folder() / "report"
    style = (folder / f"{name}.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        environment(folder, html=True)
        .get_template(f"{name}.html.jinja")
        .render(page=view, style_source=f"'sha256-{digest}'")
    )
