"""``[tool.speclock]`` in pyproject.toml, as frozen, typed settings; an unknown key is an error."""

from __future__ import annotations

import difflib
import keyword
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import cast, get_type_hints

from .errors import UsageError


@dataclass(frozen=True, slots=True)
class Pagination:
    """``[tool.speclock.clients.<package>.pagination]``: how some lists come in pages.

    Members of an answer are named by a dotted path, or by a JSON pointer (RFC 6901).
    """

    style: str
    """``cursor``, ``offset``, ``page`` or ``link``."""
    operations: tuple[str, ...] = ()
    """Selectors; every GET operation that fits if left out."""
    parameter: str = ""
    """The query parameter that asks for a page; of ``link`` none."""
    items: str = ""
    """The member that holds the list; left out where the answer is the list."""
    next: str = ""
    """The member that holds the next cursor, or with ``link`` the next page's URL."""
    header: str = ""
    """The response header that holds the next cursor, in place of ``next``."""
    total: str = ""
    """The member that counts all items, or with ``page`` all pages."""
    first: int | None = None
    """The number of the first page; the parameter's default, or 1, if left out."""


@dataclass(frozen=True, slots=True)
class Client:
    """``[tool.speclock.clients.<package>]``: one client to generate."""

    spec: str
    """The description: a path relative to pyproject.toml."""
    package: str = ""
    """The package's name; the table's own name, so it isn't written."""
    output: str = ""
    """The folder that gets ``<package>/`` and ``tests/<package>/``; ``[tool.speclock] output``."""
    client: str = ""
    """The client class; made from the package's name if left out."""
    operations: tuple[str, ...] = ()
    """Selectors of the operations to emit; all if left out."""
    accept: tuple[str, ...] = ()
    """Codes of refusals that leave an operation out instead of stopping the run."""
    http: str = "httpx"
    """The HTTP library of the generated client: ``httpx`` or ``httpx2``."""
    calls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pins of calls: operationId (or ``METHOD /path``) = ``resource.method`` or ``method``."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pins of class names: schema key = class name."""
    request_id_header: str = ""
    """The response header that holds the server's request id."""
    rate_limit_reset_header: str = ""
    """The response header that tells when calls are allowed again."""
    rate_limit_reset_unit: str = "seconds"
    """What that header counts: ``seconds`` from now, or ``epoch`` seconds."""
    upstream: str = ""
    """Where the description comes from: an https URL, or a file's path like ``spec``."""
    allowed: str = ""
    """The allow-list of ``speclock drift``; ``.allowed.toml`` beside ``spec`` if left out."""
    overlays: tuple[str, ...] = ()
    """OpenAPI Overlays, applied to the description in this order; paths like ``spec``."""
    allow_unmatched: bool = False
    """Whether an overlay's action that matches nothing is a warning instead of an error."""
    templates: str = ""
    """A folder of templates that stand in for speclock's own of the same name; a path."""
    pagination: tuple[Pagination, ...] = ()
    """A table, or a list of tables of which the first that fits an operation counts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole section."""

    root: Path
    """The folder that paths are relative to."""
    clients: tuple[Client, ...]


def find(start: Path) -> Path | None:
    """The nearest pyproject.toml with a ``[tool.speclock]`` section, from ``start`` upwards."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and b"[tool.speclock" in path.read_bytes():
            return path
    return None


def load(path: Path) -> Settings:
    """Read the section; raises :class:`UsageError` naming the key that is wrong."""
    return parse(path.read_text(encoding="utf-8"), path)


def parse(text: str, path: Path) -> Settings:
    """Return the settings in the text of the pyproject.toml at ``path``.

    Raise :class:`UsageError` for a setting that is wrong.
    """
    try:
        data: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name}: not well-formed TOML: {error}") from None
    section = _table(_table(data.get("tool", {}), "tool").get("speclock", {}), "tool.speclock")
    _known(section, ("output", "clients"), "tool.speclock")
    output = section.get("output", "generated")
    if not isinstance(output, str):
        raise UsageError("[tool.speclock] output must be text, a folder's path.")
    tables = _table(section.get("clients", {}), "tool.speclock.clients")
    clients = tuple(
        _client(name, _table(table, f"tool.speclock.clients.{name}"), output)
        for name, table in tables.items()
    )
    return Settings(path.parent, clients)


def _client(name: str, table: dict[str, object], output: str) -> Client:
    where = f"tool.speclock.clients.{name}"
    _known(table, [f.name for f in fields(Client) if f.name != "package"], where)
    values: dict[str, object] = {"package": name, "output": output}
    hints = get_type_hints(Client)
    for key in fields(Client):
        if key.name not in table:
            if key.default is MISSING and key.default_factory is MISSING:
                raise UsageError(f"[{where}] lacks {key.name!r}.")
            continue
        value = table[key.name]
        hint = hints[key.name]
        if key.name == "pagination":
            rules = cast("list[object]", value) if isinstance(value, list) else [value]
            place = f"{where}.pagination"
            values[key.name] = tuple(_pagination(_table(one, place), place) for one in rules)
        elif hint in (str, bool) and type(value) is hint:
            values[key.name] = value
        elif hint == tuple[str, ...] and isinstance(value, list):
            values[key.name] = tuple(str(item) for item in cast("list[object]", value))
        elif isinstance(value, dict) and "Mapping" in str(hint):
            pins = cast("dict[str, object]", value)
            values[key.name] = {k: str(v) for k, v in pins.items()}
        else:
            words = {str: "text", bool: "true or false", tuple[str, ...]: "a list of text"}
            raise UsageError(f"[{where}] {key.name} must be {words.get(hint, 'a table')}.")
    return check(Client(**values), where)  # type: ignore[arg-type]


_RULES = {
    "cursor": ({"parameter"}, {"next", "header"}),
    "offset": ({"parameter"}, {"total"}),
    "page": ({"parameter"}, {"total", "first"}),
    "link": (set[str](), {"next"}),
}
"""What a style of pagination needs, and what it can do with beside ``operations`` and ``items``."""
_KINDS: Mapping[str, tuple[type, str]] = {
    "operations": (list, "a list of text"),
    "first": (int, "a number"),
}


def _pagination(table: dict[str, object], where: str) -> Pagination:
    _known(table, [f.name for f in fields(Pagination)], where)
    for key, value in table.items():
        kind, words = _KINDS.get(key, (str, "text"))
        if not isinstance(value, kind) or isinstance(value, bool):
            raise UsageError(f"[{where}] {key} must be {words}.")
    style = table.get("style")
    if not isinstance(style, str) or style not in _RULES:
        raise UsageError(f"[{where}] style must be one of {', '.join(_RULES)}.")
    needed, more = _RULES[style]
    for key in sorted(needed - table.keys()):
        raise UsageError(f"[{where}] lacks {key!r}, which the style {style!r} needs.")
    for key in sorted(table.keys() - {"style", "operations", "items"} - needed - more):
        raise UsageError(f"[{where}] {key!r} means nothing with the style {style!r}.")
    if style == "cursor" and ("next" in table) == ("header" in table):
        raise UsageError(f"[{where}] needs either 'next' or 'header': where the next cursor is.")
    selectors = tuple(map(str, cast("list[object]", table.get("operations", []))))
    return Pagination(**{**table, "operations": selectors})  # type: ignore[arg-type]


def check(client: Client, where: str) -> Client:
    """``client`` if its values make sense; else :class:`UsageError`."""
    if not client.package.isidentifier() or keyword.iskeyword(client.package):
        raise UsageError(f"{where}: {client.package!r} can't be a package's name.")
    if client.http not in ("httpx", "httpx2"):
        raise UsageError(f"{where}: http must be 'httpx' or 'httpx2', not {client.http!r}.")
    if client.rate_limit_reset_unit not in ("seconds", "epoch"):
        raise UsageError(f"{where}: rate_limit_reset_unit must be 'seconds' or 'epoch'.")
    return client


def _table(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UsageError(f"[{where}] must be a table.")
    return cast("dict[str, object]", value)


def _known(table: Mapping[str, object], keys: list[str] | tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(keys)}."
            raise UsageError(f"[{where}] has no setting {key!r}.{hint}")
