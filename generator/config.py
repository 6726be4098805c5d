"""``[tool.speclock]`` in pyproject.toml as frozen dataclasses; an unknown key is an error."""

from __future__ import annotations

import difflib
import keyword
import posixpath
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias, cast, get_type_hints

from .budget import MOST, RunBudget, RunLimits
from .errors import UsageError
from .portable import is_device, parse_toml, read_bytes, read_text
from .printable import display_path, shortened

Toml: TypeAlias = "dict[str, Toml] | list[Toml] | str | int | float"
Table: TypeAlias = dict[str, Toml]

OUTPUT: Final = "generated"
"""The folder of the clients by default."""
HTTP_LIBRARIES: Final = ("httpx", "httpx2")
PINS: Final = ("calls", "content_type", "accept")
"""The settings that are tables of operations."""
RESET_UNITS: Final = ("seconds", "epoch")
ARGUMENTS: Final = ("body", "fields")
TESTS: Final = ("examples", "all")
"""The texts that the setting of the tests may be."""
FEATURES: Final = ("recorder", "response_headers", "pytest_plugin", "text")
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110 §5.6.2)."""


@dataclass(frozen=True, slots=True)
class Pagination:
    """``[tool.speclock.clients.<package>.pagination]``: the pagination of some operations.

    Members of a response are named by a dotted path or by a JSON pointer (RFC 6901).
    """

    style: str
    """``cursor``, ``offset``, ``page`` or ``link``."""
    operations: tuple[str, ...] = ()
    """Selectors; every GET operation with such parameters and members if left out."""
    parameter: str = ""
    """The query parameter that asks for a page; ``link`` has none."""
    items: str = ""
    """The member that holds the list; left out if the response is the list."""
    next: str = ""
    """The member that holds the next cursor, or with ``link`` the next page's URL."""
    header: str = ""
    """The response header that holds the next cursor, instead of ``next``."""
    total: str = ""
    """The member that counts all items, or with ``page`` all pages."""
    first: int | None = None
    """The number of the first page; the parameter's default, or 1, if left out."""


@dataclass(frozen=True, slots=True)
class WebhookSignature:
    """``[tool.speclock.clients.<package>.webhook_signature]``: how webhooks are signed."""

    scheme: str
    """``standard-webhooks``, ``hmac`` for a header with the HMAC of the body, or ``none``."""
    header: str = ""
    """``hmac``: the header with the signature, for instance ``X-Hub-Signature-256``."""
    algorithm: str = "sha256"
    """``hmac``: the hash function, ``sha1``, ``sha256``, ``sha384`` or ``sha512``."""
    encoding: str = "hex"
    """``hmac``: the form of the digest, ``hex`` or ``base64``."""
    prefix: str = ""
    """``hmac``: the text before the digest, for instance ``sha256=``."""


@dataclass(frozen=True, slots=True)
class Client:
    """``[tool.speclock.clients.<package>]``: one client to generate."""

    spec: str
    """The description: a path relative to pyproject.toml."""
    package: str = ""
    """The package's name, which is the table's name."""
    output: str = ""
    """The folder of ``<package>/`` and ``tests/<package>/``; ``[tool.speclock] output``."""
    client: str = ""
    """The name of the client class; derived from the package's name if left out."""
    operations: tuple[str, ...] = ()
    """Selectors of the operations to generate, at least one; all if left out."""
    models: bool = False
    """Generate the models of all schemas under ``components/schemas`` alone, and no client. It
    excludes the settings about operations."""
    strict: bool = False
    """Stop at each fault of the description, instead of leaving operations out and assuming."""
    tests: bool | str = True
    """Write tests of the client: ``true`` for one example of each operation and its errors,
    ``"examples"`` for at most three of each request, result and stream, ``"all"`` for those and
    the models, or ``false``. Tests of operations use the fake server: without it there are none.
    """
    tests_output: str = ""
    """The folder of the tests; ``<output>/tests/<package>`` if left out."""
    fake: bool = True
    """Include the fake server (``testing``) for the tests of the client's users."""
    arguments: str = "body"
    """How the methods take a body that is one object: as ``body``, or with ``fields`` also as
    keyword arguments, one for each field."""
    features: tuple[str, ...] = ()
    """Parts of the client that are left out otherwise: ``recorder`` (``testing.Recorder``),
    ``response_headers`` (a class for those of each operation), ``pytest_plugin`` (the fake server
    as a fixture), ``text`` (a media type of text, such as XML, beside JSON)."""
    http: str = "httpx"
    """The HTTP library of the generated client: ``httpx`` or ``httpx2``."""
    calls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pinned calls: operationId (or ``METHOD /path``) = ``resource.method`` or ``method``."""
    content_type: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pinned media types of requests: operationId (or ``METHOD /path``) = the default of the
    argument ``content_type``."""
    accept: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pinned media types of responses: operationId (or ``METHOD /path``) = the default of the
    argument ``accept``."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pinned class names: schema key = class name."""
    path_slashes: tuple[str, ...] = ()
    """Path parameters whose slashes are sent as they are: names, or ``METHOD /path:name``."""
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pinned names of credentials: security scheme = argument of the client."""
    credential_prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    """The text before the value of a key that only its description tells: security scheme = text,
    for instance ``"Token "``."""
    idempotency_header: str = ""
    """The request header for a key that the client makes for each POST and PATCH."""
    request_id_header: str = ""
    """The response header that holds the server's request id."""
    rate_limit_reset_header: str = ""
    """The response header with the time at which calls are allowed again."""
    rate_limit_reset_unit: str = "seconds"
    """The unit of that header: ``seconds`` from now, or ``epoch`` seconds."""
    root: str = ""
    """The folder that a ``$ref`` to a file may not leave; that of ``spec`` if left out."""
    upstream: str = ""
    """The origin of the description: an https URL, or a file's path like ``spec``."""
    insecure: bool = False
    """True if ``upstream`` may be fetched by http, where anybody on the way can change it."""
    remote: tuple[str, ...] = ()
    """Hosts, besides that of ``upstream``, whose documents an update may take in for a ``$ref``."""
    allowed: str = ""
    """The allow-list of ``speclock drift``; ``<spec>.allowed.toml`` if left out."""
    redacted: tuple[str, ...] = ()
    """Texts that recordings have in place of secrets; values with them aren't compared."""
    vendored: tuple[str, ...] = ()
    """The folders of the client's copies, for ``verify --all`` and ``upgrade --all``; paths."""
    overlays: tuple[str, ...] = ()
    """OpenAPI Overlays, applied to the description in this order; paths like ``spec``."""
    allow_unmatched: bool = False
    """True if an overlay's action that matches nothing is a warning instead of an error."""
    templates: str = ""
    """A folder of templates that replace speclock's own of the same name; a path."""
    pagination: tuple[Pagination, ...] = ()
    """A table, or a list of tables; the first that fits an operation is used."""
    webhook_signature: WebhookSignature | None = None
    """A table; by default the scheme that the headers of all webhooks in the description show."""
    budget: RunBudget = field(default_factory=RunBudget, repr=False, compare=False)
    """What the clients of one run may read together, by ``[tool.speclock.limits]``."""

    @property
    def tests_folder(self) -> str:
        """The folder of the tests, relative to the settings' file as ``output`` is."""
        return self.tests_output or f"{self.output}/tests/{self.package}"

    def with_pins_of(self, operations: Container[str]) -> Client:
        """Return these settings with the pins of some operations alone."""
        pins: dict[str, Any] = {
            setting: {key: pin for key, pin in getattr(self, setting).items() if key in operations}
            for setting in PINS
        }
        return replace(self, **pins)


@dataclass(frozen=True, slots=True)
class Settings:
    """The section ``[tool.speclock]``."""

    root: Path
    """The folder that paths are relative to."""
    clients: tuple[Client, ...]
    file: str = "pyproject.toml"
    """The name of the file in ``root``."""
    from_file: frozenset[str] = frozenset()
    """The settings that anybody may have written into that file; the caller has given the rest."""
    budget: RunBudget = field(default_factory=RunBudget, repr=False, compare=False)
    """That of each client."""

    def place(self, key: str, package: str) -> str:
        """Return where a client's setting is, for messages: ``pyproject.toml:7: output``."""
        path = self.root / self.file
        table = ("tool", "speclock", "clients", package)
        lines = _lines_of_keys(read_text(path, self.file)) if path.is_file() else {}
        wanted = ((*table, key), (*table[:2], key), table)
        line = next((f":{lines[keys]}" for keys in wanted if keys in lines), "")
        return f"{display_path(path)}{line}: {key}"


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Return the 1-based line of each table and key that begins a line, by its dotted name."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        is_table = line.lstrip().startswith("[")
        keys = _keys_in(line if is_table else f"{line.partition('=')[0]}= 0")
        if keys and is_table:
            table, keys = keys, ()
        found.setdefault((*table, *keys), number)
    return found


def _keys_in(line: str) -> tuple[str, ...]:
    """Return the dotted name in a line of TOML; nothing if it has none."""
    keys: list[str] = []
    try:
        value: object = parse_toml(line, "")
    except UsageError:
        return ()
    while isinstance(value, dict) and value:
        (key, value), *_ = cast("dict[str, object]", value).items()
        keys.append(key)
    return tuple(keys)


def find(start: Path) -> Path | None:
    """Return the nearest pyproject.toml at or above ``start`` with ``[tool.speclock]``."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and b"[tool.speclock" in read_bytes(path):
            return path
    return None


def load(path: Path) -> Settings:
    """Read the section; raises :class:`UsageError` with the wrong key."""
    return parse(read_text(path, path.name), path)


def parse(text: str, path: Path) -> Settings:
    """Return the settings in the text of the pyproject.toml at ``path``.

    Raises :class:`UsageError` for a wrong setting.
    """
    data: Table = parse_toml(text, path.name)
    section = _table(_table(data.get("tool", {}), "tool").get("speclock", {}), "tool.speclock")
    _check_keys(section, ("output", "clients", "limits"), "tool.speclock")
    budget = RunBudget(_limits(_table(section.get("limits", {}), "tool.speclock.limits")))
    output = section.get("output", OUTPUT)
    if not isinstance(output, str):
        raise UsageError("[tool.speclock] output must be text: the path of a folder.")
    _check_path("output", output, "tool.speclock")
    tables = _table(section.get("clients", {}), "tool.speclock.clients")
    clients = tuple(
        _client(name, _table(table, f"tool.speclock.clients.{name}"), output, budget)
        for name, table in tables.items()
    )
    known: dict[str, str] = {}
    for name in tables:
        if (other := known.setdefault(name.lower(), name)) != name:
            raise UsageError(
                f"[tool.speclock.clients] {other!r} and {name!r} differ only in case; on Windows "
                "and macOS they are one folder. Rename one."
            )
    _check_folders(clients)
    return Settings(path.parent, clients, path.name, frozenset(_WRITTEN), budget)


def _check_folders(clients: Sequence[Client]) -> None:
    """Raise :class:`UsageError` for tests in a folder inside or around another one of a client."""
    folders = [(c.package, f"{c.output}/{c.package}") for c in clients]
    folders += [(c.package, c.tests_folder) for c in clients if c.tests]
    for client in (one for one in clients if one.tests and one.tests_output):
        tests = PurePosixPath(posixpath.normpath(client.tests_folder).lower())
        for package, name in folders:
            if (package, name) == (client.package, client.tests_folder):
                continue
            other = PurePosixPath(posixpath.normpath(name).lower())
            if tests.is_relative_to(other) or other.is_relative_to(tests):
                raise UsageError(
                    f"[tool.speclock.clients.{client.package}] tests_output, "
                    f"{client.tests_output}, and {name}, a folder of {package}, are the same or "
                    "one is in the other. Name a folder for these tests alone."
                )


def _limits(table: Table) -> RunLimits:
    where, default = "tool.speclock.limits", RunLimits()
    _check_keys(table, [f.name for f in fields(RunLimits)], where)
    for key, value in table.items():
        most = MOST * getattr(default, key)
        if type(value) is not int or not 0 < value <= most:
            raise UsageError(f"[{where}] {key} must be a whole number from 1 to {most:,}.")
    return replace(default, **cast("dict[str, Any]", table))


NOT_KEYS: Final = ("package", "budget")
"""The fields of :class:`Client` that aren't settings in its table."""


def _client(name: str, table: Table, output: str, budget: RunBudget) -> Client:
    where = f"tool.speclock.clients.{name}"
    _check_keys(table, [f.name for f in fields(Client) if f.name not in NOT_KEYS], where)
    if "spec" not in table:
        raise UsageError(f"[{where}] lacks 'spec'. Add it: the path of the OpenAPI description.")
    hints = get_type_hints(Client)
    values: dict[str, Any] = {"package": name, "output": output, "budget": budget}
    for key, value in table.items():
        hint = hints[key]
        if key in _PATHS:
            _check_path(key, value, where)
        if key == "pagination":
            rules = value if isinstance(value, list) else [value]
            place = f"{where}.pagination"
            values[key] = tuple(_pagination(_table(rule, place), place) for rule in rules)
        elif key == "webhook_signature":
            place = f"{where}.{key}"
            values[key] = _webhook_signature(_table(value, place), place)
        elif key == "operations" and value == []:
            raise UsageError(f"[{where}] operations is empty. List selectors, or remove it.")
        elif (hint in (str, bool) and type(value) is hint) or (
            key == "tests" and (value in TESTS or isinstance(value, bool))
        ):
            values[key] = value
        elif hint == tuple[str, ...] and isinstance(value, list) and _all_text(value):
            values[key] = tuple(value)
        elif hint == Mapping[str, str] and isinstance(value, dict) and _all_text(value.values()):
            values[key] = value
        else:
            words: dict[object, str] = {
                str: "text",
                bool: "true or false",
                bool | str: 'true, false, "examples" or "all"',
                tuple[str, ...]: "a list of text",
            }
            raise UsageError(f"[{where}] {key} must be {words.get(hint, 'a table of text')}.")
    return check(Client(**values), where)


_PATHS = (
    "spec", "output", "tests_output", "root", "upstream", "allowed", "vendored", "overlays",
    "templates",
)  # fmt: skip


_WRITTEN = ("spec", "output", "tests_output", "vendored")
"""Those that a command may write to."""


def _check_path(key: str, value: Toml, where: str) -> None:
    """Raise :class:`UsageError` for a path, or a list with one, that not every system takes."""
    for path in value if isinstance(value, list) else [value]:
        if not isinstance(path, str):
            continue
        if "\\" in path:
            right = path.replace("\\", "/")
            raise UsageError(f"[{where}] {key}: write {path!r} with slashes: {right!r}.")
        fault = "contains a NUL" if "\0" in path and key != "vendored" else ""
        if "://" not in path and (len(path) > 1_000 or max(map(len, path.split("/"))) > 255):
            fault = "is too long"
        if fault:
            shown = shortened(repr(path), 80)
            raise UsageError(f"[{where}] {key}: {shown} {fault}. Name another file or folder.")


STYLES = {
    "cursor": ({"parameter"}, {"next", "header"}),
    "offset": ({"parameter"}, {"total"}),
    "page": ({"parameter"}, {"total", "first"}),
    "link": (set[str](), {"next"}),
}
"""The settings of each style: the required ones, and the optional ones besides ``items``."""
_TYPES = {"operations": (list, "a list of text"), "first": (int, "a number")}


def _pagination(table: Table, where: str) -> Pagination:
    _check_keys(table, [f.name for f in fields(Pagination)], where)
    for key, value in table.items():
        kind, words = _TYPES.get(key, (str, "text"))
        is_list = isinstance(value, list) and _all_text(value)
        if not isinstance(value, kind) or isinstance(value, bool) or (kind is list and not is_list):
            shown = shortened(repr(value), 100)
            raise UsageError(f"[{where}] {key} must be {words}, not {shown}.")
        if value in ("", []) and key != "items":
            raise UsageError(f"[{where}] {key} is empty. Give it a value, or remove it.")
    style = table.get("style", "")
    if not isinstance(style, str) or style not in STYLES:
        near = difflib.get_close_matches(str(style), STYLES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        given = f", not {shortened(repr(style), 100)}" if style else "; it is missing"
        raise UsageError(f"[{where}] style must be one of {', '.join(STYLES)}{given}.{hint}")
    needed, more = STYLES[style]
    if "parameter" in needed - table.keys():
        raise UsageError(
            f"[{where}] lacks 'parameter', which the style {style!r} requires. Add it: the query "
            "parameter that asks for a page."
        )
    known = {"style", "operations", "items"} | needed | more
    for key in (key for key in table if key not in known):
        raise UsageError(
            f"[{where}] {key!r} isn't a setting of the style {style!r}. Remove it; the style has "
            f"{', '.join(f.name for f in fields(Pagination) if f.name in known)}."
        )
    if style == "cursor" and ("next" in table) == ("header" in table):
        raise UsageError(
            f"[{where}] needs either 'next' or 'header', the place of the next cursor, and has "
            f"{'both. Remove one' if 'next' in table else 'neither. Add one'}."
        )
    values: dict[str, Any] = {**table}
    values["operations"] = tuple(values.get("operations", ()))
    return Pagination(**values)


SIGNATURE_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "scheme": ("standard-webhooks", "hmac", "none"),
    "algorithm": ("sha1", "sha256", "sha384", "sha512"),
    "encoding": ("hex", "base64"),
}
"""The settings of a signature with a few values."""


def _webhook_signature(table: Table, where: str) -> WebhookSignature:
    _check_keys(table, [f.name for f in fields(WebhookSignature)], where)
    if "scheme" not in table:
        schemes = ", ".join(SIGNATURE_CHOICES["scheme"])
        raise UsageError(f"[{where}] lacks 'scheme'. Add it: one of {schemes}.")
    given: dict[str, str] = {}
    for key, value in table.items():
        if not isinstance(value, str):
            raise UsageError(f"[{where}] {key} must be text, not {shortened(repr(value), 100)}.")
        choices = SIGNATURE_CHOICES.get(key)
        if choices and value not in choices:
            shown = shortened(repr(value), 100)
            raise UsageError(f"[{where}] {key} must be one of {', '.join(choices)}, not {shown}.")
        given[key] = value
    made = WebhookSignature(**given)
    if made.scheme == "hmac" and not TOKEN.fullmatch(made.header):
        raise UsageError(f"[{where}] header must be the name of the header with the signature.")
    others = [key for key in given if key != "scheme"]
    if made.scheme != "hmac" and others:
        raise UsageError(f"[{where}] {others[0]!r} belongs to the scheme 'hmac'. Remove it.")
    if not made.prefix.isascii() or not made.prefix.isprintable():
        raise UsageError(f"[{where}] prefix must be printable ASCII.")
    return made


def check(client: Client, where: str) -> Client:
    """Return ``client``; raises :class:`UsageError` for a value that isn't allowed."""
    if not client.package.isidentifier() or keyword.iskeyword(client.package):
        raise UsageError(
            f"{where}: {client.package!r} cannot be a package's name. Use letters, digits and _."
        )
    if is_device(client.package) or client.package.lower() == "tests":
        reason = "is a device on Windows" if is_device(client.package) else "has the tests"
        raise UsageError(
            f"{where}: {client.package!r} cannot be a package's name: the folder of that name "
            f"{reason}. Choose another one."
        )
    if client.models:
        for key in ("operations", *PINS, "credentials", "credential_prefixes", "pagination"):
            if getattr(client, key):
                raise UsageError(
                    f"{where}: {key} is about operations, and with models = true there are none. "
                    f"Remove {key}, or models = true."
                )
    if client.http not in HTTP_LIBRARIES:
        raise UsageError(f"{where}: http must be 'httpx' or 'httpx2', not {client.http!r}.")
    if client.arguments not in ARGUMENTS:
        raise UsageError(f"{where}: arguments must be 'body' or 'fields'.")
    for feature in client.features:
        if feature not in FEATURES:
            listed = ", ".join(FEATURES)
            raise UsageError(
                f"{where}: features has {shortened(repr(feature), 80)}. The features are {listed}."
            )
    if client.idempotency_header and not TOKEN.fullmatch(client.idempotency_header):
        raise UsageError(f"{where}: idempotency_header must be the name of a header.")
    if client.rate_limit_reset_unit not in RESET_UNITS:
        raise UsageError(f"{where}: rate_limit_reset_unit must be 'seconds' or 'epoch'.")
    for key, prefix in client.credential_prefixes.items():
        if not prefix.isascii() or not prefix.isprintable():
            raise UsageError(
                f"{where}: credential_prefixes {shortened(repr(key), 80)} must be printable ASCII."
            )
    if not all(path and path.isprintable() for path in client.vendored):
        raise UsageError(f"{where}: vendored must list the paths of folders.")
    return client


def _table(value: Toml, where: str) -> Table:
    if not isinstance(value, dict):
        raise UsageError(f"[{where}] must be a table.")
    return value


def _all_text(values: Iterable[Toml]) -> bool:
    return all(isinstance(value, str) for value in values)


def _check_keys(table: Table, known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
            raise UsageError(f"[{where}] has no setting {key!r}. {hint}")
