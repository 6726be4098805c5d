"""A client's package: its API and test cases, and its files, formatted and checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...base.config import Client
from ...base.errors import Findings, SpeclockError
from ...base.immutable import immutable
from ...base.printable import counted
from ...reading.openapi.json_schema import description_of
from ...reading.openapi.model.document import Document
from ..ir.operations import Case
from ..ir.package import Api
from ..render.own_templates import check_templates
from ..render.render import ModelFiles, api_view, render, render_pages, render_tests
from ..render.reuse import Reuse
from ..render.source.format import format_files
from ..render.source.imports import without_unused
from ..render.source.runtime_imports import absolute, relative
from ..render.source.validate_source import validate_source
from ..templates import HEADERS, Templates
from ..testdata import build_cases, with_remembered
from ..testdata.class_examples import class_examples
from ..testdata.fake_replies import fake_replies
from ..testdata.schema_classes import schema_classes

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..render.views.package import ApiView


@immutable
class Package:
    """The source of a client's files: every name, type and test case decided."""

    client: Client
    canonical: Document
    """The description as it was read."""
    api: Api
    cases: tuple[Case, ...]
    findings: Findings
    """What was found in the description, to which making the files adds warnings."""


def build_package(client: Client, canonical: Document, api: Api, findings: Findings) -> Package:
    """Return a client's package with its test cases.

    Raise :class:`SpecError` with all problems of the description.
    """
    api = with_remembered(canonical, api)
    cases = build_cases(canonical, api, findings)
    findings.raise_refusals()
    return Package(client, canonical, api, cases, findings)


@immutable
class Rendering:
    """With what a package's files are made."""

    templates: Templates
    earlier: Mapping[str, tuple[str, str]]
    """Files that need not be made again if their sources are the same: the SHA-256 of the sources,
    and the text, by name."""
    tests_root: str
    """The output folder, relative to the folder of the tests."""
    above_runtime: str
    """The folder that a shared runtime is imported from, relative to the output folder."""
    process: Executor | None
    """The process that makes the models, if it isn't this one."""
    progress: Callable[[str], None]


@immutable
class PackageFiles:
    """The files of a package and its tests, by their names in the package."""

    files: dict[str, str]
    sources: dict[str, str]
    """The SHA-256 of the sources of each file that is made of them alone."""


def package_files(package: Package, rendering: Rendering) -> PackageFiles:
    """Return the files of a package and its tests, formatted and checked.

    Raise :class:`UsageError` for a fault of a project's own template.
    """
    client, templates = package.client, rendering.templates
    reuse = Reuse(rendering.earlier, client.runtime)
    rendering.progress(f"writing {counted(len(package.api.components), 'model')}")
    view = api_view(package.api)
    models = ModelFiles(view, templates, reuse, rendering.process)
    files = render(view, templates)
    files |= render_pages(view, package.cases, templates)
    tests: dict[str, str] = {}
    if client.tests:
        tests = _tests(package, view, rendering)
    files |= models.files()
    for name, text in files.items():
        files[name] = absolute(text, client.runtime)
    files |= tests
    rendering.progress("formatting")
    files = _finished(files, client, templates, reuse)
    files |= _data(package, files)
    return PackageFiles(files, reuse.sources)


def _tests(package: Package, view: ApiView, rendering: Rendering) -> dict[str, str]:
    """Return the files of the tests, below ``tests/``, not yet formatted."""
    tests = package.client.tests
    classes: list[tuple[str, str]] = []
    if tests == "all":
        classes += schema_classes(package.api, package.canonical)
    files = render_tests(
        view,
        package.cases,
        classes,
        rendering.templates,
        is_brief=tests is True,
        root=rendering.tests_root,
        above=rendering.above_runtime,
    )
    return {f"tests/{name}": text for name, text in files.items()}


def _finished(
    files: dict[str, str], client: Client, templates: Templates, reuse: Reuse
) -> dict[str, str]:
    """Return files that are needed, by their names in the package, formatted and validated."""
    plain, own = templates.plain(), templates.plain(own=True)
    waiting: dict[str, str] = {}
    for name, text in files.items():
        # Files without substitutions are formatted and checked in templates/.
        if name in plain and name not in own:
            continue
        if not reuse.has(name, text):
            waiting[name] = text
    try:
        laid_out = format_files(waiting, first_party=client.runtime.partition(".")[0])
        _validate(laid_out, client, own)
    except SpeclockError as error:
        made = {f"{client.package}/{name}": text for name, text in files.items()}
        raise templates.blamed(error, made) from None
    files |= laid_out | reuse.found
    needed = without_unused(_with_relative_imports(files, client), plain)
    check_templates(needed, client.package, templates)
    finished: dict[str, str] = {}
    for name in needed:
        finished[name] = HEADERS.get(Path(name).suffix, "") + files[name]
    return finished


def _validate(files: Mapping[str, str], client: Client, own: Collection[str]) -> None:
    """Check the source of the files that have text of a description; ``own`` are templates."""
    fixed = {"tests/conftest.py", "tests/test_models.py", *own}
    rendered: dict[str, str] = {}
    for name, text in files.items():
        if name.endswith(".py") and name not in fixed:
            rendered[name] = text
    validate_source(_with_relative_imports(rendered, client), client.package)


def _with_relative_imports(files: Mapping[str, str], client: Client) -> dict[str, str]:
    """Return files that import a shared runtime as if each package had its own."""
    return {name: relative(text, client.runtime, name) for name, text in files.items()}


def _data(package: Package, files: Mapping[str, str]) -> dict[str, str]:
    """Return the files in JSON that the package and its tests, ``files``, read."""
    api, canonical = package.api, package.canonical
    data: dict[str, str] = {}
    if package.client.tests == "all" and any(name.startswith("tests/") for name in files):
        data["tests/openapi.json"] = description_of(canonical)
    if api.has_fake:
        data["_examples.json"] = fake_replies(api, package.cases)
        if "testing" in api.features:
            data["_values.json"] = class_examples(api, package.cases, canonical, package.findings)
    return data
