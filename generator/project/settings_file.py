"""``[tool.speclock]`` of a pyproject.toml, read and checked; an unknown key is an error."""

from __future__ import annotations

import posixpath
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, cast

from ..base.budget import RunBudget
from ..base.config import (
    PARTS_OF_TESTING,
    PATHS,
    SECTION,
    Client,
    ProjectSettings,
    Settings,
)
from ..base.errors import DeprecatedSetting, RecordError, UsageError
from ..base.portable import (
    free_name,
    is_hiding,
    package_fault,
    package_name,
    parse_toml,
    read_bytes,
    read_text,
)
from ..base.printable import shortened
from ..base.records import member, read, to_data
from ..base.version import RUNTIME_PACKAGE

_WRITTEN = ("spec", "output", "tests_output", "runtime", "vendored")
"""Those that a command may write to."""


ONE_FOLDER = "on Windows and macOS they are one folder"
"""The reason against packages whose names differ only in case."""


def find_settings_file(start: Path) -> Path | None:
    """Return the nearest pyproject.toml at or above ``start`` with ``[tool.speclock]``."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and _has_section(path):
            return path
    return None


def _has_section(path: Path) -> bool:
    """Return whether a pyproject.toml has the section, in any of TOML's forms."""
    data = read_bytes(path)
    if b"[tool.speclock" in data:  # no need to parse it
        return True
    if b"speclock" not in data:
        return False
    table: Any = parse_toml(read_text(path, path.name), path.name)
    for key in SECTION:
        table = cast("dict[str, Any]", table).get(key) if isinstance(table, dict) else None
    return table is not None


def read_settings(path: Path) -> Settings:
    """Read the section; raises :class:`UsageError` with the wrong key."""
    return parse_settings(read_text(path, path.name), path)


def parse_settings(text: str, path: Path) -> Settings:
    """Return the settings in the text of the pyproject.toml at ``path``.

    Raises :class:`UsageError` for a wrong setting.
    """
    data: Any = parse_toml(text, path.name)
    for key in SECTION:
        data = member(data, key, {})
    try:
        _prepare(data)
        section = read(ProjectSettings, data)
    except RecordError as error:
        from ..base.record_faults import usage_error  # here, since most settings are right

        raise usage_error(error, text, path.name, *SECTION) from None
    budget = RunBudget(section.limits)
    spellings: dict[str, str] = {}
    clients: list[Client] = []
    for name, client in section.clients.items():
        if (other := spellings.setdefault(name.lower(), name)) != name:
            fact = f"has a name that differs from {other!r} only in case: {ONE_FOLDER}"
            lower_case = {package.lower() for package in section.clients}
            remedy = f"Rename it: [tool.speclock.clients.{free_name(name, lower_case)}]"
            fault = RecordError(("clients", name), fact, remedy)
            from ..base.record_faults import usage_error

            raise usage_error(fault, text, path.name, *SECTION)
        output = client.output or section.output
        client = replace(client, package=name, output=output, budget=budget)
        clients.append(replace(client, bindings=section.bindings, written=(path.name, text)))
    _check_folders(clients)
    clients = [_with_neighbours(client, clients) for client in clients]
    return Settings(path.parent, tuple(clients), path.name, frozenset(_WRITTEN), budget)


def _with_neighbours(client: Client, clients: Sequence[Client]) -> Client:
    """Return a client with the others in its folder.

    Raise :class:`UsageError` for settings that differ between clients which share a runtime.
    """
    for other in clients:
        is_shared = client.writes_shared_runtime and other.runtime.lower() == client.runtime.lower()
        for key in ("runtime", "output", "http", "templates") if is_shared else ():
            if getattr(client, key) != getattr(other, key):
                raise UsageError(
                    f"[tool.speclock.clients.{client.package}] {key} differs from that of "
                    f"{other.package}, which shares the runtime {other.runtime}. Make them equal, "
                    "or name another runtime."
                )
    if client.runtime == RUNTIME_PACKAGE and client.http != "httpx":
        raise UsageError(
            f"[tool.speclock.clients.{client.package}] http is {client.http}, and the runtime "
            "speclock_runtime is made for httpx. Name a runtime of your own, or leave it out."
        )
    beside = [c.package for c in clients if c.output == client.output and c is not client]
    return replace(client, beside=tuple(beside))


def _check_folders(clients: Sequence[Client]) -> None:
    """Raise :class:`UsageError` for a folder of tests or of a shared runtime that is inside or
    around another one of a client.
    """
    folders = [(c.package, f"{c.output}/{c.package}") for c in clients]
    folders += [(c.package, c.tests_folder) for c in clients if c.tests]
    named = [(c, "tests_output", c.tests_folder) for c in clients if c.tests and c.tests_output]
    named += [(c, "runtime", c.runtime_folder) for c in clients if c.writes_shared_runtime]
    for client, key, folder in named:
        own = PurePosixPath(posixpath.normpath(folder).lower())
        for package, name in folders:
            if (package, name) == (client.package, folder):
                continue
            other = PurePosixPath(posixpath.normpath(name).lower())
            if own.is_relative_to(other) or other.is_relative_to(own):
                use = "these tests" if key == "tests_output" else "the runtime"
                raise UsageError(
                    f"[tool.speclock.clients.{client.package}] {key}, "
                    f"{getattr(client, key)}, and {name}, a folder of {package}, are the same or "
                    f"one is in the other. Name a folder for {use} alone."
                )


def _prepare(section: Any) -> None:
    """Make a table of pagination a list with it, and check each path.

    Raises :class:`RecordError` for a path that not every system has.
    """
    _check_path(("output",), member(section, "output", ""))
    former: list[str] = []
    clients = member(section, "clients")
    tables = cast("dict[str, Any]", clients) if isinstance(clients, dict) else {}
    for name, table in tables.items():
        if reason := _package_fault(name):
            fact = f"cannot be the package {name!r}: {reason}"
            remedy = f"Rename it: [tool.speclock.clients.{package_name(name)}]"
            raise RecordError(("clients", name), fact, remedy)
        if isinstance(runtime := member(table, "runtime"), str) and runtime:
            where = f"tool.speclock.clients.{name}.runtime"
            for part in runtime.split("."):
                if reason := _package_fault(part):
                    raise UsageError(f"{where}: {part!r} cannot be a package's name: {reason}.")
            if is_hiding(runtime.partition(".")[0]):
                fact = "hides a module that the client needs. Choose another name."
                raise UsageError(f"{where}: {shortened(repr(runtime), 80)} {fact}")
        features = member(table, "features")
        if isinstance(features, list):
            names = cast("list[object]", features)
            former += [part for part in PARTS_OF_TESTING if part in names]
            table["features"] = _current_features(names)
        pages = member(table, "pagination")
        if isinstance(pages, dict):
            table["pagination"] = [pages]
        for key in PATHS:
            value = member(table, key)
            paths = cast("list[object]", value) if isinstance(value, list) else [value]
            for path in paths:
                _check_path(("clients", name, key), path)
    if former:
        words = ", ".join(f'"{part}"' for part in dict.fromkeys(former))
        fact = f'[tool.speclock] features: {words} is deprecated. Write "testing" instead.'
        warnings.warn(fact, DeprecatedSetting, stacklevel=2)


def _current_features(names: Sequence[object]) -> list[object]:
    """Return features by their present names."""
    current = ["testing" if name in PARTS_OF_TESTING else name for name in names]
    return [*dict.fromkeys(current)]


def _check_path(place: tuple[str, ...], path: object) -> None:
    if not isinstance(path, str):
        return
    shown = shortened(repr(path), 80)
    if "\\" in path:
        right = path.replace("\\", "/")
        raise RecordError(place, f"must be a path with slashes, not {shown}", f"Write {right!r}.")
    parts = path.split("/")
    if "://" not in path and (len(path) > 1_000 or max(map(len, parts)) > 255):
        raise RecordError(place, f"is too long: {shown}", "Name another file or folder.")
    if "\0" in path or (place[-1] == "vendored" and not path.isprintable()):
        raise RecordError(place, f"contains a control character: {shown}", "Name another one.")


def check_client(client: Client, where: str) -> Client:
    """Return ``client``; raises :class:`UsageError` for a value, but a path, that isn't allowed."""
    check_package(client.package, where)
    data = {k: v for k, v in to_data(client).items() if k not in PATHS}
    try:
        read(Client, {"spec": "", **data})
    except RecordError as error:
        raise UsageError(f"{where}: {error}.") from None
    return client


def check_package(name: str, where: str) -> None:
    """Raise :class:`UsageError` for a name, an option's value, that no package can have."""
    if reason := _package_fault(name):
        raise UsageError(
            f"{where}: {name!r} cannot be a package's name: {reason}. Name another: "
            f"--package {package_name(name)}"
        )


def _package_fault(name: str) -> str:
    """Return why no client's package can have a name, as a clause; empty if one can."""
    if name.lower() == "tests":
        return "the folder of that name has the tests"
    return package_fault(name)
