"""``[tool.speclock]`` in pyproject.toml as frozen dataclasses; ``settings_file`` reads them.

The traits of a client's setting, by which functions treat all of them, are in its field's metadata.
"""

from __future__ import annotations

import json
import keyword
import posixpath
import re
from collections.abc import Mapping
from dataclasses import MISSING, field, fields, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias

from .budget import RunBudget, RunLimits
from .errors import Place, RecordError, UsageError
from .immutable import immutable
from .portable import DEVICES, parse_toml, read_text
from .printable import display_path, escaped_json
from .records import NOT_IN_FILE, Schema, also
from .version import RUNTIME_PACKAGE

_TRAITS: Final = "traits"


class InHash(Enum):
    """The part of a setting in the hash of those that shape a client's files."""

    NOTHING = auto()
    """It changes no file."""
    VALUE = auto()
    """Its value, unless that is the default: the hash is that of a version without the setting."""
    EVERY_VALUE = auto()
    """Its value, also the default; no new setting has this, since it changes every hash."""
    FILE_NAMES = auto()
    """The names of the files that its paths lead to, unless there are none."""


class KeyKind(Enum):
    """A part of a description that an entry of a table is for, by the entry's key."""

    OPERATION = auto()
    SCHEMA = auto()
    SECURITY_SCHEME = auto()
    API_KEY = auto()
    """A security scheme whose credential is a key."""


@immutable
class Traits:
    """The statement about one setting."""

    in_hash: InHash
    entries_for: KeyKind | None = None
    """The target of its entries, if it is a table of texts."""
    is_locked: bool = False
    """True for a table of names, which commands write to ``speclock.lock``."""
    is_rule: bool = False
    """True if generating stops where no operation fits the setting."""
    is_path: bool = False
    """True for a path, and for a list of them."""
    needs_operations: bool = False
    """True if a client of models alone cannot have the setting."""


def setting(
    in_hash: InHash,
    *,
    entries_for: KeyKind | None = None,
    is_locked: bool = False,
    is_rule: bool = False,
    is_path: bool = False,
    needs_operations: bool = False,
) -> dict[str, Any]:
    """Return the metadata of a setting's field: its traits."""
    traits = Traits(in_hash, entries_for, is_locked, is_rule, is_path, needs_operations)
    return {_TRAITS: traits}


def traits_of(kind: Any) -> Mapping[str, Traits]:
    """Return the traits of each field of a dataclass, by the field's name.

    Raise :class:`TypeError` for a field without them.
    """
    traits: dict[str, Traits] = {}
    for each in fields(kind):
        if _TRAITS not in each.metadata:
            raise TypeError(f"{kind.__name__}.{each.name} has no traits: metadata=setting(...)")
        traits[each.name] = each.metadata[_TRAITS]
    return traits


def defaults_of(kind: Any) -> Mapping[str, Any]:
    """Return the default of each field of a dataclass that has one, by the field's name."""
    defaults: dict[str, Any] = {}
    for each in fields(kind):
        if each.default_factory is not MISSING:
            defaults[each.name] = each.default_factory()
        elif each.default is not MISSING:
            defaults[each.name] = each.default
    return defaults


SECTION: Final = ("tool", "speclock")
OUTPUT: Final = "generated"
"""The folder of the clients by default."""
HTTP_LIBRARIES: Final = ("httpx", "httpx2")
RESET_UNITS: Final = ("seconds", "epoch")
ARGUMENTS: Final = ("body", "fields")
TESTS: Final = ("examples", "all")
"""The texts that the setting of the tests may be."""
FEATURES: Final = ("testing", "response_headers", "text", "readme", "typed_dicts", "remember")
PARTS_OF_TESTING: Final = ("fake_server", "examples", "recorder", "pytest_plugin")
"""Names that the feature ``testing`` had when its parts were features of their own."""
# fastjsonschema takes every `$` of a pattern as its end.
_TOKEN: Final = r"[!#\x24%&'*+.^_`|~0-9A-Za-z-]+"
"""The name of a header (RFC 9110 §5.6.2)."""
_HEADER = also(pattern=f"^({_TOKEN})$", title="the name of a header")
_HEADER_OR_NONE = also(pattern=f"^({_TOKEN})?$", title="the name of a header")
VARIABLE: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
"""A variable of the environment in the text of a header."""
_OF_VARIABLES = r"^[ -#%-~]*(\x24SPECLOCK_[A-Z0-9_]+([ -#%-/:-@\[-^`a-~][ -#%-~]*)?)+$"
"""No other variable: the author of a checkout could send its value to a server of theirs."""
_OF_HEADERS = (
    "a table of headers, each with a variable SPECLOCK_… of the environment for the secret, as "
    'Authorization = "Bearer $SPECLOCK_TOKEN"'
)
_HEADERS = also(
    propertyNames={"pattern": f"^({_TOKEN})$", "title": _OF_HEADERS},
    additionalProperties={"type": "string", "pattern": _OF_VARIABLES},
    title=_OF_HEADERS,
)
_MEMBER_AND_VALUE = (
    r"^[^\s=]([^=]*[^\s=])? *== *"
    r'(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?|"[^"\\\x00-\x1f]*")$'
)
_OF_CONDITION = "a member and a JSON value, as `ok == false`"
_CONDITION = also(
    pattern=_MEMBER_AND_VALUE,
    title=f"{_OF_CONDITION}, or a table of them by operation",
    additionalProperties={
        "type": "string",
        "pattern": _MEMBER_AND_VALUE,
        "title": _OF_CONDITION,
    },
)
_ASCII: Schema = {"type": "string", "pattern": "^[ -~]*$", "title": "printable ASCII"}
_PATH: Schema = {"type": "string", "pattern": "^[^\\\\]*$", "title": "a path with slashes"}
_PATHS = also(items=_PATH)
_NOT_EMPTY = also(minLength=1)
_PARAMETERS = also(
    items={
        "type": "string",
        "pattern": "^(path|query|header|cookie) [^\\x00-\\x1f]+$",
        "title": "a parameter's place and name, as `header X-Tenant`",
    }
)
_FOLDERS_OF_NONE = [
    "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in name)
    for name in sorted({*DEVICES, "tests"})
    if name.isidentifier()
]
"""Patterns of the folders that no package can be, in any case."""
# Every character beyond ASCII passes: `\w` differs between engines.
_NAME = "[^\\x00-@\\[-^`{-\\x7f][^\\x00-/:-@\\[-^`{-\\x7f]*"
_DOTTED: Schema = {
    "pattern": rf"^({_NAME}(\.{_NAME})*)?$",
    "title": "the dotted name of a package",
}
_NO_PACKAGES: list[Schema] = [
    {"enum": [*keyword.kwlist, "__main__"]},
    {"pattern": f"^({'|'.join(_FOLDERS_OF_NONE)})$"},
]
_OF_BINDINGS = 'a full name with a URL or a schema, as "shop.BASE" = "https://…"'
_BINDING: Schema = {
    "type": "string",
    "pattern": r"^(https?://[^\s]+|#/components/schemas/[^/\s]+)$",
    "title": _OF_BINDINGS,
}
_BINDINGS = also(
    propertyNames={"pattern": rf"^{_NAME}(\.{_NAME})+$", "title": _OF_BINDINGS},
    additionalProperties=_BINDING,
    title=_OF_BINDINGS,
)
_PACKAGE: Schema = {"pattern": f"^{_NAME}$", "not": {"anyOf": _NO_PACKAGES}}
_OF_OPERATIONS = setting(InHash.EVERY_VALUE, entries_for=KeyKind.OPERATION, needs_operations=True)
# A path is printable; this excludes the control characters, and backslashes as in the others.
_FOLDER: Schema = {
    "type": "string",
    "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f\\\\]+$",
    "title": "the path of a folder",
}


def _of_style(style: str, needed: set[str], optional: set[str]) -> Schema:
    """Return the condition of a style: the settings that it needs and may have."""
    order = (
        "style", "operations", "parameter", "items", "next", "header", "last", "total", "more",
        "first",
    )  # fmt: skip
    allowed = {"style", "operations", "items"} | needed | optional
    then: Schema = {
        "title": f"with the style {style!r}",
        "required": sorted(needed),
        "propertyNames": {"enum": [name for name in order if name in allowed]},
    }
    if style == "cursor":
        then["oneOf"] = [{"required": [name]} for name in ("next", "header", "last")]
    is_style = {"properties": {"style": {"const": style}}, "required": ["style"]}
    return {"if": is_style, "then": then}


@immutable
class Pin:
    """An entry of a client's settings that keeps a name in Python."""

    table: str
    """``calls``, ``names`` or ``credentials``."""
    key: str
    name: str

    def __str__(self) -> str:
        """Return its line in TOML, whose strings are those of JSON without invisible controls."""
        key = json.dumps(self.key, ensure_ascii=False)
        name = json.dumps(self.name, ensure_ascii=False)
        return escaped_json(f"{self.table}.{key} = {name}")


Pins: TypeAlias = dict[str, dict[str, str]]
"""Entries of tables in a client's settings, by table; an empty one is removed."""


@immutable
class LockedPins:
    """The names of a client that commands pinned, beside those that a person typed."""

    file: str
    """The path of ``speclock.lock``, as messages call it."""
    pins: Mapping[str, Mapping[str, str]]
    """The pins in that file: by table, and there by key."""
    typed: Mapping[str, Mapping[str, str]]
    """The pins of the same tables in pyproject.toml, which win."""
    is_recorded: bool
    """True if the file has the client; a command that writes it adds the client otherwise."""

    @property
    def may_move(self) -> bool:
        """True if pins in pyproject.toml may be those that commands wrote there earlier."""
        return not self.is_recorded and any(self.typed.values())

    def in_force(self, table: str) -> dict[str, str]:
        """Return a table of pins, the typed ones first.

        A pin of the file whose key or name a person typed is left out.
        """
        typed = self.typed.get(table, {})
        pins = {**typed}
        for key, name in self.pins.get(table, {}).items():
            if key not in typed and name not in typed.values():
                pins[key] = name
        return pins

    def has(self, table: str, key: str) -> bool:
        """Return whether a pin that is in force is one of the file."""
        return key in self.pins.get(table, {}) and key not in self.typed.get(table, {})


@immutable
class Pagination:
    """``[tool.speclock.clients.<package>.pagination]``: the pagination of some operations.

    Members of a response are named by a dotted path or by a JSON pointer (RFC 6901).
    """

    style: str = field(metadata=also(enum=["cursor", "offset", "page", "link"]))
    """``cursor``, ``offset``, ``page`` or ``link``."""
    operations: tuple[str, ...] = field(default=(), metadata=also(minItems=1))
    """Selectors; every GET operation with such parameters and members if left out."""
    parameter: str = field(default="", metadata=_NOT_EMPTY)
    """The query parameter that asks for a page; ``link`` has none."""
    items: str = ""
    """The member that holds the list; left out if the response is the list, or has only one."""
    next: str = field(default="", metadata=_NOT_EMPTY)
    """The member that holds the next cursor, or with ``link`` the next page's URL; with ``offset``
    and ``page`` one that is absent, null or empty in the last page."""
    header: str = field(default="", metadata=_NOT_EMPTY)
    """The response header that holds the next cursor, instead of ``next``."""
    last: str = field(default="", metadata=_NOT_EMPTY)
    """The member of a page's last item that holds the next cursor, instead of ``next``."""
    total: str = field(default="", metadata=_NOT_EMPTY)
    """The member that counts all items, or with ``page`` all pages."""
    more: str = field(default="", metadata=_NOT_EMPTY)
    """The member that is false in the last page."""
    first: int | None = None
    """The number of the first page; the parameter's default, or 1, if left out."""

    CONDITIONS: ClassVar[Schema] = {
        "allOf": [
            _of_style("cursor", {"parameter"}, {"next", "header", "last", "more"}),
            _of_style("offset", {"parameter"}, {"next", "total", "more"}),
            _of_style("page", {"parameter"}, {"next", "total", "more", "first"}),
            _of_style("link", set(), {"next"}),
        ]
    }


@immutable
class Poll:
    """``[tool.speclock.clients.<package>.poll]``: methods that start something and wait for it.

    Each entry is a table, named after the operation that starts it: operationId (or
    ``METHOD /path``). Its method ``create`` gets a second one, ``create_and_wait``.
    """

    operation: str = field(metadata=_NOT_EMPTY)
    """The operation that is asked for the result: operationId (or ``METHOD /path``)."""
    status: str = field(metadata=_NOT_EMPTY)
    """The member of its response that holds the status: a dotted path or a JSON pointer."""
    until: tuple[str, ...] = field(metadata=also(minItems=1))
    """The statuses that end the wait, as texts: ``"READY"``, ``"true"``, ``"3"``."""
    failed: tuple[str, ...] = ()
    """The statuses that are an error. Any other one doesn't end the wait."""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parameters of ``operation`` that aren't told by links or names: parameter = member of the
    first response."""


@immutable
class WebhookSignature:
    """``[tool.speclock.clients.<package>.webhook_signature]``: how webhooks are signed."""

    scheme: str = field(metadata=also(enum=["standard-webhooks", "hmac", "none"]))
    """``standard-webhooks``, ``hmac`` for a header with the HMAC of the body, or ``none``."""
    header: str = field(default="", metadata=_HEADER)
    """``hmac``: the header with the signature, for instance ``X-Hub-Signature-256``."""
    algorithm: str = field(
        default="sha256", metadata=also(enum=["sha1", "sha256", "sha384", "sha512"])
    )
    """``hmac``: the hash function, ``sha1``, ``sha256``, ``sha384`` or ``sha512``."""
    encoding: str = field(default="hex", metadata=also(enum=["hex", "base64"]))
    """``hmac``: the form of the digest, ``hex`` or ``base64``."""
    prefix: str = field(default="", metadata=also(**_ASCII))
    """``hmac``: the text before the digest, for instance ``sha256=``."""

    CONDITIONS: ClassVar[Schema] = {
        "if": {"properties": {"scheme": {"const": "hmac"}}, "required": ["scheme"]},
        "then": {"title": "with the scheme 'hmac'", "required": ["header"]},
        "else": {
            "title": "without the scheme 'hmac'",
            "propertyNames": {"enum": ["scheme"]},
        },
    }


@immutable
class Client:
    """``[tool.speclock.clients.<package>]``: one client to generate."""

    spec: str = field(metadata=also(**_PATH) | setting(InHash.FILE_NAMES, is_path=True))
    """The description: a path relative to pyproject.toml."""
    package: str = field(default="", metadata=NOT_IN_FILE | setting(InHash.EVERY_VALUE))
    """The package's name, which is the table's name."""
    output: str = field(default="", metadata=also(**_PATH) | setting(InHash.NOTHING, is_path=True))
    """The folder of ``<package>/`` and ``tests/<package>/``; ``[tool.speclock] output``."""
    client: str = field(default="", metadata=setting(InHash.EVERY_VALUE))
    """The name of the client class; derived from the package's name if left out."""
    operations: tuple[str, ...] = field(
        default=(), metadata=also(minItems=1) | setting(InHash.EVERY_VALUE, needs_operations=True)
    )
    """Selectors of the operations to generate, at least one; all if left out."""
    models: bool = field(default=False, metadata=setting(InHash.VALUE))
    """Generate the models of all schemas under ``components/schemas`` alone, and no client. It
    excludes the settings about operations."""
    strict: bool = field(default=False, metadata=setting(InHash.VALUE))
    """Stop at each fault of the description, instead of leaving operations out and assuming."""
    tests: bool | str = field(
        default=True, metadata=also(enum=[True, False, *TESTS]) | setting(InHash.VALUE)
    )
    """Write tests of the client: ``true`` for one example of each operation and its errors,
    ``"examples"`` for at most three of each request, result and stream, ``"all"`` for those and
    the models, or ``false``. Tests of operations use the fake server: without it there are none.
    """
    tests_output: str = field(
        default="", metadata=also(**_PATH) | setting(InHash.VALUE, is_path=True)
    )
    """The folder of the tests; ``<output>/tests/<package>`` if left out."""
    runtime: str = field(default="", metadata=also(**_DOTTED) | setting(InHash.VALUE))
    """The package whose folder ``_runtime`` several clients share, as they import it:
    ``acme.clients``, or ``speclock_runtime`` of the wheel ``speclock-runtime``. Each client has its
    own if left out."""
    beside: tuple[str, ...] = field(
        default=(), compare=False, metadata=NOT_IN_FILE | setting(InHash.NOTHING)
    )
    """The packages of the other clients in ``output``."""
    fake: bool = field(default=True, metadata=setting(InHash.VALUE))
    """Include the fake server (``testing``) for the tests of the client's users."""
    arguments: str = field(default="body", metadata=also(enum=[*ARGUMENTS]) | setting(InHash.VALUE))
    """How the methods take a body that is one object: as ``body``, or with ``fields`` also as
    keyword arguments, one for each field."""
    features: tuple[str, ...] = field(
        default=(),
        metadata=also(items={"type": "string", "enum": [*FEATURES]}) | setting(InHash.VALUE),
    )
    """Parts of the client that are left out otherwise: ``testing`` (the fake over HTTP, ``python -m
    PACKAGE.testing``; ``testing.example`` for values of the models; ``testing.Recorder``; and
    ``pytest_plugin``, the fake as a fixture), ``response_headers`` (a class for those of each
    operation), ``text`` (a media type of text, such as XML, beside JSON), ``readme`` (``README.md``
    in the package), ``typed_dicts`` (``params``: a ``TypedDict`` for each class of requests),
    ``remember`` (a fake that answers with what requests made)."""
    http: str = field(
        default="httpx", metadata=also(enum=[*HTTP_LIBRARIES]) | setting(InHash.EVERY_VALUE)
    )
    """The HTTP library of the generated client: ``httpx`` or ``httpx2``."""
    calls: Mapping[str, str] = field(
        default_factory=dict[str, str],
        metadata=setting(
            InHash.EVERY_VALUE,
            entries_for=KeyKind.OPERATION,
            is_locked=True,
            needs_operations=True,
        ),
    )
    """Pinned calls: operationId (or ``METHOD /path``) = ``resource.method`` or ``method``."""
    content_type: Mapping[str, str] = field(default_factory=dict[str, str], metadata=_OF_OPERATIONS)
    """Pinned media types of requests: operationId (or ``METHOD /path``) = the default of the
    argument ``content_type``."""
    accept: Mapping[str, str] = field(default_factory=dict[str, str], metadata=_OF_OPERATIONS)
    """Pinned media types of responses: operationId (or ``METHOD /path``) = the default of the
    argument ``accept``."""
    names: Mapping[str, str] = field(
        default_factory=dict[str, str],
        metadata=setting(InHash.EVERY_VALUE, entries_for=KeyKind.SCHEMA, is_locked=True),
    )
    """Pinned class names: schema key = class name."""
    path_slashes: tuple[str, ...] = field(
        default=(), metadata=setting(InHash.EVERY_VALUE, is_rule=True)
    )
    """Path parameters whose slashes are sent as they are: names, or ``METHOD /path:name``."""
    globals: tuple[str, ...] = field(
        default=(), metadata=_PARAMETERS | setting(InHash.EVERY_VALUE, needs_operations=True)
    )
    """Parameters that may be given to the client, for all calls: ``header X-Tenant``."""
    credentials: Mapping[str, str] = field(
        default_factory=dict[str, str],
        metadata=setting(
            InHash.VALUE,
            entries_for=KeyKind.SECURITY_SCHEME,
            is_locked=True,
            needs_operations=True,
        ),
    )
    """Pinned names of credentials: security scheme = argument of the client."""
    credential_prefixes: Mapping[str, str] = field(
        default_factory=dict[str, str],
        metadata=also(additionalProperties=_ASCII)
        | setting(InHash.VALUE, entries_for=KeyKind.API_KEY, needs_operations=True),
    )
    """The text before the value of a key that only its description tells: security scheme = text,
    for instance ``"Token "``."""
    error_when: str | Mapping[str, str] = field(default="", metadata=_CONDITION | _OF_OPERATIONS)
    """The member of a success, and its value, by which the success is an error: `ok == false`. It
    is for all operations, or a table: operationId (or ``METHOD /path``) = member and value."""
    idempotency_header: str = field(
        default="", metadata=_HEADER_OR_NONE | setting(InHash.EVERY_VALUE)
    )
    """The request header for a key that the client makes for each POST and PATCH."""
    request_id_header: str = field(default="", metadata=setting(InHash.EVERY_VALUE))
    """The response header that holds the server's request id."""
    rate_limit_reset_header: str = field(default="", metadata=setting(InHash.EVERY_VALUE))
    """The response header with the time at which calls are allowed again."""
    rate_limit_reset_unit: str = field(
        default="seconds", metadata=also(enum=[*RESET_UNITS]) | setting(InHash.EVERY_VALUE)
    )
    """The unit of that header: ``seconds`` from now, or ``epoch`` seconds."""
    root: str = field(default="", metadata=also(**_PATH) | setting(InHash.FILE_NAMES, is_path=True))
    """The folder that a ``$ref`` to a file may not leave; that of ``spec`` if left out."""
    upstream: str = field(
        default="", metadata=also(**_PATH) | setting(InHash.NOTHING, is_path=True)
    )
    """The origin of the description: an https URL, or a file's path like ``spec``."""
    insecure: bool = field(default=False, metadata=setting(InHash.NOTHING))
    """True if ``upstream`` may be fetched by http, where anybody on the way can change it."""
    remote: tuple[str, ...] = field(default=(), metadata=setting(InHash.NOTHING))
    """Hosts, besides that of ``upstream``, whose documents an update may take in for a ``$ref``."""
    upstream_headers: Mapping[str, str] = field(
        default_factory=dict[str, str], metadata=_HEADERS | setting(InHash.NOTHING)
    )
    """Headers of the requests to the host of ``upstream``: name = text with a variable of the
    environment that begins with ``SPECLOCK_``: ``Authorization = "Bearer $SPECLOCK_TOKEN"``."""
    allowed: str = field(default="", metadata=also(**_PATH) | setting(InHash.NOTHING, is_path=True))
    """The allow-list of ``speclock drift``; ``<spec>.allowed.toml`` if left out."""
    code: tuple[str, ...] = field(
        default=(), metadata=_PATHS | setting(InHash.NOTHING, is_path=True)
    )
    """Folders and files of your program, for ``drift`` and ``update`` without ``--code``; paths."""
    redacted: tuple[str, ...] = field(default=(), metadata=setting(InHash.NOTHING))
    """Texts that recordings have in place of secrets; values with them aren't compared."""
    vendored: tuple[str, ...] = field(
        default=(), metadata=also(items=_FOLDER) | setting(InHash.NOTHING, is_path=True)
    )
    """The folders of the client's copies, for ``verify --all`` and ``upgrade --all``; paths."""
    overlays: tuple[str, ...] = field(
        default=(), metadata=_PATHS | setting(InHash.FILE_NAMES, is_path=True)
    )
    """OpenAPI Overlays, applied to the description in this order; paths like ``spec``."""
    allow_unmatched: bool = field(default=False, metadata=setting(InHash.VALUE))
    """True if an overlay's action that matches nothing is a warning instead of an error."""
    templates: str = field(
        default="", metadata=also(**_PATH) | setting(InHash.FILE_NAMES, is_path=True)
    )
    """A folder of templates that replace speclock's own of the same name; a path."""
    pagination: tuple[Pagination, ...] = field(
        default=(), metadata=setting(InHash.EVERY_VALUE, is_rule=True, needs_operations=True)
    )
    """A table, or a list of tables; the first that fits an operation is used."""
    poll: Mapping[str, Poll] = field(
        default_factory=dict[str, Poll],
        metadata=setting(InHash.VALUE, is_rule=True, needs_operations=True),
    )
    """Operations whose result another operation is asked for: a table for each."""
    webhook_signature: WebhookSignature | None = field(default=None, metadata=setting(InHash.VALUE))
    """A table; by default the scheme that the headers of all webhooks in the description show."""
    bindings: Mapping[str, str] = field(
        default_factory=dict[str, str], metadata=NOT_IN_FILE | setting(InHash.NOTHING)
    )
    """The bindings of ``[tool.speclock.bindings]``."""
    budget: RunBudget = field(
        default_factory=RunBudget,
        repr=False,
        compare=False,
        metadata=NOT_IN_FILE | setting(InHash.NOTHING),
    )
    """What the clients of one run may read together, by ``[tool.speclock.limits]``."""

    lock: LockedPins | None = field(
        default=None, repr=False, compare=False, metadata=NOT_IN_FILE | setting(InHash.NOTHING)
    )
    """The pins of ``speclock.lock``, which ``calls``, ``names`` and ``credentials`` have, too; None
    without settings in a file, or for a description outside of the project."""
    written: tuple[str, str] = field(
        default=("", ""), repr=False, compare=False, metadata=NOT_IN_FILE | setting(InHash.NOTHING)
    )
    """The name and the text of the settings' file; empty without one."""

    CONDITIONS: ClassVar[Schema] = {}

    @property
    def tests_folder(self) -> str:
        """The folder of the tests, relative to the settings' file as ``output`` is."""
        return self.tests_output or f"{self.output}/tests/{self.package}"

    def fault(self, error: RecordError) -> UsageError:
        """Return the error for a setting of this client, with its file and line."""
        from .record_faults import usage_error  # here and below, since most settings are right

        name, text = self.written
        return usage_error(error, text, name or "the settings", *SECTION, "clients", self.package)

    @property
    def option(self) -> str:
        """The option of a command that names this client, if there are others: `` --client X``."""
        name, text = self.written
        data: Any = parse_toml(text, name)
        for key in (*SECTION, "clients"):
            data = data.get(key, {})
        return f" --client {self.package}" if len(data) > 1 else ""

    def place(self, *path: str | int) -> Place:
        """Return the file and the line of a setting, or of the smallest table around it."""
        from .record_faults import line_of, lines_of

        name, text = self.written
        if self.is_locked(*map(str, path)):
            assert self.lock is not None
            return Place(self.lock.file)
        line = line_of(lines_of(text), (*SECTION, "clients", self.package, *path)) if text else 0
        table = f"[{'.'.join((*SECTION, 'clients', self.package))}]"
        return Place(name or table, line, min(line, 1))

    @property
    def runtime_root(self) -> str:
        """The folder that ``runtime`` is imported from, relative to the settings' file.

        It is above the folder of ``output`` with the first name of ``runtime``, or else ``output``.
        """
        output = posixpath.normpath(self.output).split("/")
        first = self.runtime.partition(".")[0]
        end = len(output) - 1 - output[::-1].index(first) if first in output else len(output)
        return posixpath.normpath("/".join(output[:end]) or ".")

    @property
    def writes_shared_runtime(self) -> bool:
        """True if the client's runtime is in a folder of several clients, and not installed."""
        return self.runtime not in ("", RUNTIME_PACKAGE)

    @property
    def runtime_folder(self) -> str:
        """The folder ``_runtime``, relative to the settings' file; of one that isn't installed."""
        if not self.runtime:
            return f"{self.output}/{self.package}/_runtime"
        return f"{self.runtime_root}/{self.runtime.replace('.', '/')}/_runtime"

    def without_entries(self, *targets: KeyKind) -> Client:
        """Return these settings without the entries for some kinds of targets."""
        emptied: dict[str, Any] = {}
        for name, traits in CLIENT_TRAITS.items():
            is_table = isinstance(getattr(self, name), Mapping)
            if is_table and traits.entries_for in targets:
                emptied[name] = {}
        return replace(self, **emptied)

    def without_rules(self) -> Client:
        """Return these settings without those that are refused where no operation fits them."""
        defaults: dict[str, Any] = {}
        for name, traits in CLIENT_TRAITS.items():
            if traits.is_rule:
                defaults[name] = CLIENT_DEFAULTS[name]
        return replace(self, **defaults)

    def with_lock(self, lock: LockedPins) -> Client:
        """Return these settings with the pins that are in force by a lock."""
        pins: dict[str, Any] = {table: lock.in_force(table) for table in LOCKED}
        return replace(self, lock=lock, **pins)

    def is_locked(self, table: str = "", key: str = "", *_: str) -> bool:
        """Return whether an entry of a table is a pin of ``speclock.lock``."""
        return self.lock is not None and self.lock.has(table, key)

    def pins(self, setting: str) -> Mapping[str, str]:
        """Return the table of a setting in ``PINS``; an empty one if it is a text."""
        table: Mapping[str, str] | str = getattr(self, setting)
        return {} if isinstance(table, str) else table


CLIENT_TRAITS: Final = traits_of(Client)
"""The traits of a client's settings, by name."""
CLIENT_DEFAULTS: Final = defaults_of(Client)
"""The default of each setting that may be left out."""
PINS: Final = tuple(
    name for name, traits in CLIENT_TRAITS.items() if traits.entries_for is KeyKind.OPERATION
)
"""The settings that are tables of operations; ``error_when`` may be a text instead."""
PATHS: Final = tuple(name for name, traits in CLIENT_TRAITS.items() if traits.is_path)
"""The settings that are paths, or lists of them."""
LOCKED: Final = tuple(name for name, traits in CLIENT_TRAITS.items() if traits.is_locked)
"""The tables of names, which commands write to ``speclock.lock``."""


def _models_alone() -> Schema:
    """Return the condition that a client of models alone has no setting about operations."""
    settings: dict[str, Schema | bool] = {}
    for name, traits in CLIENT_TRAITS.items():
        if not traits.needs_operations:
            continue
        match CLIENT_DEFAULTS[name]:
            case Mapping():
                settings[name] = {"maxProperties": 0}
            case tuple():
                settings[name] = {"type": "array", "maxItems": 0}
            case _:
                settings[name] = False
    then = {"title": "with models = true, which has no operations", "properties": settings}
    is_alone = {"properties": {"models": {"const": True}}, "required": ["models"]}
    return {"if": is_alone, "then": then}


Client.CONDITIONS = _models_alone()


@immutable
class ProjectSettings:
    """``[tool.speclock]``: the settings of all clients."""

    output: str = field(default=OUTPUT, metadata=also(**_PATH))
    """The folder into which ``<package>/`` and ``tests/<package>/`` are written."""
    clients: Mapping[str, Client] = field(
        default_factory=dict[str, Client], metadata=also(propertyNames=_PACKAGE)
    )
    """One table for each client, named after its package. The name is not ``tests``, nor that of a
    device on Windows (``con``, ``aux``), and no two names differ only in case."""
    bindings: Mapping[str, str] = field(default_factory=dict[str, str], metadata=_BINDINGS)
    """Full names of a program with the base URL of a constant or an attribute, or with the schema
    of a class."""
    limits: RunLimits = field(default_factory=RunLimits)
    """What the documents that one run reads may cost together."""


@immutable
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
        from .record_faults import lines_of

        path = self.root / self.file
        table = (*SECTION, "clients", package)
        lines = lines_of(read_text(path, self.file)) if path.is_file() else {}
        wanted = ((*table, key), (*SECTION, key), table)
        line = next((f":{lines[keys]}" for keys in wanted if keys in lines), "")
        return f"{display_path(path)}{line}: {key}"
