"""A check of what templates of the user's make: a package that can be imported, tests that can run.

Nothing is run: imports within the package, names and fixtures are looked up in the source.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ...base.errors import UsageError
from ..former_templates import FORMER_FIXTURES, successors
from ..templates import Templates
from .source.unresolved import Unresolved, undefined_names, unresolved_imports

_SHOWN = 8
"""How many faults a message has; the others are counted."""
_PARTS_OF = {
    "resources/": (
        "client/_resource.py.jinja",
        "client/_method.py.jinja",
        "client/_value.py.jinja",
    ),
    "models": ("client/_models.py.jinja", "models/"),
    "tests/test_": ("tests/_resource.py.jinja",),
    "client.py": ("client/_method.py.jinja", "client/_operations.py.jinja"),
}
"""Beginnings of paths in a package, and of the names of other templates that make such files, or
parts of them."""
_CONFTEST = "tests/conftest.py"


def check_templates(files: Mapping[str, str], package: str, templates: Templates) -> None:
    """Raise :class:`UsageError` if templates of the user's make a package that is broken.

    ``files`` are the formatted files of the package by path, with relative imports. The error names
    the template, its line if the name is written there, what is missing, and where that is now.
    """
    if not templates.replaced:
        return
    faults = [*unresolved_imports(files, package), *undefined_names(files)]
    messages = [_import_fault(fault, templates) for fault in faults]
    messages += _fixture_faults(files, templates)
    messages = [*dict.fromkeys(messages)]
    if not messages:
        return
    lines = messages[:_SHOWN]
    if len(messages) > _SHOWN:
        lines.append(f"and {len(messages) - _SHOWN} more")
    raise UsageError(
        "with your templates, no program can import the client, or its tests fail; nothing was "
        "written.\n  " + "\n  ".join(lines) + "\nStart again from copies of speclock's own "
        "templates (docs/upgrading.md), or run with --no-templates."
    )


def _import_fault(fault: Unresolved, templates: Templates) -> str:
    """Return the place in a template, what is missing, and its successor."""
    own, line = _place(fault.file, fault.name, templates)
    where = f"{templates.shown}/{own}" if own else f"{fault.file}:{fault.line}"
    if line:
        where += f":{line}"
    if fault.provider:
        maker, _ = _place(fault.provider, fault.name, templates)
        if maker and not line:  # the module that should have the name is the user's
            return f"{templates.shown}/{maker}: has no {fault.name}, which {fault.file} imports"
        return f"{where}: {fault.provider} has no {fault.name}"
    if not fault.name.startswith("."):
        return f"{where}: nothing defines {fault.name}, which {fault.file} uses"
    message = f"{where}: there is no module {fault.name}"
    moved = _moved(fault.name, templates)
    if moved:
        message += f"; its code is now in {' and '.join(moved)}"
    return message


def _moved(name: str, templates: Templates) -> tuple[str, ...]:
    """Return the templates that have the code of a module that isn't there, as ``._retry``."""
    module = name.lstrip(".")
    for former in (f"client/{module}.py", f"client/{module}.py.jinja"):
        moved = successors(former, templates.sources)
        if moved:
            return moved
    return ()


def _place(file: str, name: str, templates: Templates) -> tuple[str, int]:
    """Return the user's template that made a file, and the line of a name there.

    The line is 0 if the template doesn't have the name, and the template empty if speclock's own
    templates made the file.
    """
    owners = [own for own in templates.replaced if _makes(own, file)]
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    for own in owners:
        for number, line in enumerate(templates.text(own).splitlines(), 1):
            if word.search(line):
                return own, number
    return (owners[0] if owners else ""), 0


def _makes(template: str, file: str) -> bool:
    """Return whether a template makes a file of the package, or a part of it."""
    part, _, name = template.partition("/")
    path = f"tests/{name}" if part == "tests" else name
    if path.removesuffix(".jinja") == file:
        return True
    for beginning, templates in _PARTS_OF.items():
        if file.startswith(beginning) and template.startswith(templates):
            return True
    return False


def _fixture_faults(files: Mapping[str, str], templates: Templates) -> Iterator[str]:
    """Yield fixtures that generated tests need and ``conftest.py`` doesn't have.

    Tests of a user's template may use the fixtures of any plugin, but for those that an earlier
    conftest.py had.
    """
    fixtures = _functions(files.get(_CONFTEST, ""))
    for file, text in files.items():
        if not file.startswith("tests/test_"):
            continue
        owner, _ = _place(file, "", templates)
        for function, arguments in _functions(text).items():
            if not function.startswith("test_"):
                continue
            for name in arguments - fixtures.keys():
                if owner and name in FORMER_FIXTURES:
                    _, line = _place(file, name, templates)
                    instead = FORMER_FIXTURES[name]
                    yield f"{templates.shown}/{owner}:{line}: no fixture {name}; use {instead}"
                elif not owner and "tests/conftest.py.jinja" in templates.replaced:
                    yield f"{templates.shown}/tests/conftest.py.jinja: no fixture {name} for {file}"


def _functions(text: str) -> dict[str, set[str]]:
    """Return the arguments of each function of a module, without those that its marks name."""
    functions: dict[str, set[str]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {argument.arg for argument in node.args.args}
            for mark in node.decorator_list:
                names.difference_update(re.findall(r"\w+", ast.unparse(mark)))
            functions[node.name] = names
    return functions
