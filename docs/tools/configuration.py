"""``docs/configuration.md``, from the dataclasses of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from generator.base import config
from generator.base.records import about, descriptions, fields_of

from .pages import DOCS, written_by

PATHS = (DOCS / "configuration.md",)
PLAIN = {
    str: "string", bool: "boolean", bool | str: "boolean or string",
    int: "integer", int | None: "integer",
    tuple[str, ...]: "array of strings", Mapping[str, str]: "table of strings",
    str | Mapping[str, str]: "string, or table of strings",
}  # fmt: skip
EXAMPLE = """\
[tool.speclock]
output = "src"

[tool.speclock.clients.my_api]
spec = "spec/my-api.yaml"
client = "MyApi"
operations = ["pets/list", "tag:orders", "!DELETE *"]
calls = { "findPetsByTags" = "pets.tagged" }

[tool.speclock.clients.my_api.pagination]
style = "cursor"
parameter = "cursor"
next = "meta.next"
items = "data"
"""
HEAD = f"""\
# Configuration

{written_by("configuration", "generator/base/config.py")}

The settings are in `pyproject.toml`. Every command reads the nearest one with a `[tool.speclock]`
section, in the current folder or above it, or the file that `--config` names. Paths are relative to
the folder of that file, with slashes on every system. Commands write only to paths inside the
repository, or inside the folder of that file if there is none. An unknown key is an error.

```toml
{EXAMPLE}```
"""
TAIL = """\
## Names

| name | is made from |
|---|---|
| resource | the part of the operationId before its last `/` or `.`, else the first tag |
| method | the rest of the operationId, else method and path |
| class | the key of the component; of an inline schema the names on the way to it |
| class of a resource | the resource and `Resource`: `PetsResource` |
| credential | the key of the security scheme; `token` or `basic` for the only one of its kind |
| member of an enumeration | `x-enum-varnames`, `x-enumNames` or `x-ms-enum`, else the value |

What tells nothing is left out, where the rest is a name that no other operation of the description
has: the class of NestJS (`CatsController_findAll`), FastAPI's path and method
(`{function}_{path}_{method}`), leading segments of the path such as `/api`, `/rest` and `/v1`, also
where an operationId repeats them, and the resource at the beginning (`droplets.droplets_list` is
`droplets.list`). Names count over the whole description, so selecting operations renames nothing;
`init`, `add`, `remove` and `update` pin a name that a slice of it would change.

A response or body under `components` gives one class, named by its key and `Response` or `Request`;
a parameter one that is named by its key. Inline schemas that are equal at the same path below
several operations of a resource are one class, named by the resource and that path
(`PetsResponseLinks`); where something else has that name, by the first of these operations. A
branch of a union is named by a constant, property, required member, reference, type or limit that
it alone has, else by its position. A `title` is never used.

Names that would be the same are told apart by their own wire names, so that a new one renames no
third one. Operations get the method and path as a name (`get_pets`). Of other names, the one that
is spelled like the wire name keeps it; else, of members and parameters, the first in the
description, so that a new one at the end renames nothing. The others are spelled out: `-name` is
`MINUS_NAME`, `@id` is `at_id`, `asc` beside `ASC` is `ASC_LOWER`, `ID` after `Id` is `id_upper`; of
enumeration values that differ in a sign, such as `+1h` and `-1h`, all are. An inline schema yields
to a component (`PetStatusEnum`). The classes of an operation begin with its method and path instead
of its operationId where another operation or a component would have one of them. A definition in
`$defs` is named by its key, or by the path to it where another definition has that key. Only what
differs in nothing readable has a hash.

If operations or classes collide, `generate` prints a line that keeps the plain name for one of
them. `init` and `update` pin it, as other names, in `speclock.lock` beside the description: commit
that. A name in the settings wins. `generate` and `update` print each method and class that has
another name than on disk, with the line that keeps the old one:

```toml
[tool.speclock.clients.my_api]
spec = "spec/my-api.yaml"
calls."GET /pets" = "list"
names."pet" = "Pet"
credentials."ApiKeyAuth" = "key"
```

An entry of `calls`, `names`, `credentials`, `content_type`, `accept`, `credential_prefixes` or
`globals` that names nothing has no effect: a warning has its line.

Some APIs expect text before a key, such as `Authorization: Token …`. A setting adds it to a key
that doesn't begin with it:

```toml
[tool.speclock.clients.my_api]
spec = "spec/my-api.yaml"
credential_prefixes."ApiKeyAuth" = "Token "
```

## Arguments of the client

Parameters that callers give to the client:

```toml
[tool.speclock.clients.my_api]
spec = "spec/my-api.yaml"
globals = ["header X-Tenant", "query api_version", "path account_id"]
```

The constructor takes `x_tenant`, with the types that it has in any operation. A call without
`x_tenant`, or with `None`, sends the client's. If it is required and there is neither, the call
raises a `TypeError`. A required one that may be null, or one whose name or place a credential or a
setting has, is refused. `init` shows what at least three operations, and 80 % of all, require.

## Selectors

| selector | selects |
|---|---|
| `pets/list` | the operation with this operationId |
| `GET /pets`, `/pets` | one operation of a path, all operations of a path |
| `tag:pets`, `method:get` | all operations with this tag, with this method |
| `/pets*`, `GET /pets/*`, `pets_*` | `*` matches any text |
| `webhook pet.sold`, `webhook *` | webhooks by name; callbacks belong to their operation |
| `!tag:admin` | excludes these operations; if all selectors start with `!`, selects all others |

`speclock ls` marks the selected operations. `speclock ls --operation SELECTOR` tries a selector.

## In an editor

[speclock.schema.json](speclock.schema.json) is the JSON Schema of `[tool.speclock]`. Where speclock
is installed, `validate-pyproject pyproject.toml` refuses by it what speclock refuses when it reads
the settings, except for files that don't exist, what matches nothing, `1.0` for `1`, and some
characters beyond ASCII.

Taplo and Even Better TOML read the first line `#:schema ./pyproject.schema.json` of a
pyproject.toml. To write that file, run this program in the folder of pyproject.toml, with a Python
in which speclock is installed. Run it again after an update of speclock:

```python
import json
from pathlib import Path

from speclock.project.settings_schema import tool_schema

schema = {
    "allOf": [{"$ref": "https://json.schemastore.org/pyproject.json"}],
    "properties": {"tool": {"properties": {"speclock": tool_schema()}}},
}
Path("pyproject.schema.json").write_text(json.dumps(schema, indent=2), encoding="utf-8")
```

## Flags and variables

The arguments of `speclock generate` and `speclock check` (`--output`, `--client`, `--operation`, …)
override the settings of the same name. Output is UTF-8, except on a terminal.

| environment variable | effect |
|---|---|
| `NO_COLOR` | disables colors |
| `COLUMNS` | the width of tables; the terminal's by default, and 200 for `ls` into a pipe |
| `GITHUB_ACTIONS` | if `true`, `drift`, `probe` and `propose` print annotations |
| `GITHUB_STEP_SUMMARY` | the file to which `drift`, `probe` and `propose` append their reports |
| `GITHUB_OUTPUT` | the file to which `propose` appends `found=yes` |
| `GITHUB_TOKEN` | the token of `--comment` and `propose --publish` |
| `ACTION_TOKEN` | the same, from the action; removed from the environment when the command starts |
| `GITHUB_EVENT_NAME`, `GITHUB_EVENT_PATH` | the event and its file, for `--comment` |
| `GITHUB_REPOSITORY`, `GITHUB_REF_NAME` | its repository, and the branch for its pull request |
| `GITHUB_API_URL`, `GITHUB_SERVER_URL` | its addresses, by default those of github.com |
| `https_proxy`, `http_proxy`, `no_proxy` | the proxy of a fetch, as in Python's `urllib.request` |
| `SSL_CERT_FILE`, `SSL_CERT_DIR` | the certificates of a fetch, as in OpenSSL |
| `VIRTUAL_ENV`, `MYPYPATH` | the environment of `drift --checker`, and more folders of mypy |
| `VIRTUAL_ENV`, `CONDA_PREFIX`, `UV` | the installer that messages suggest |
| `XDG_CACHE_HOME` | on Linux, the folder of the cache of fetched documents |
| `_ARGCOMPLETE`, `COMP_LINE`, `COMP_POINT` | set by the shell that asks for a completion |

`update`, `add` and `drift` also read those that `upstream_headers` names; `init`, `ls`, `show` and
`slice` those of `--header`.
"""


def written(_text: str) -> str:
    """Return the whole page."""
    parts = [
        HEAD,
        *_tables(config.ProjectSettings, "tool.speclock"),
        TAIL,
    ]
    return "\n".join(parts)


def _tables(kind: type, name: str) -> Iterator[str]:
    """Yield the table of a dataclass's settings, and those of the dataclasses in it."""
    hints, docs = get_type_hints(kind), descriptions(kind)
    rows: list[str] = []
    inner: list[tuple[type, str]] = []
    for field in fields_of(kind):
        hint = hints[field.name]
        nested = next((one for one in (hint, *get_args(hint)) if is_dataclass(one)), None)
        if isinstance(nested, type):
            is_map = get_origin(hint) is Mapping
            key = ".<package>" if kind is config.ProjectSettings else '."<operation>"'
            inner.append((nested, f"{name}.{field.name}{key * is_map}"))
            words = "table of tables" if is_map else "table"
            words = "table, or array of tables" if get_origin(hint) is tuple else words
        else:
            words = PLAIN[hint]  # a KeyError here: add the new type to PLAIN
        words += _default(field)
        rows.append(f"| `{field.name}` | {words} | {_cell(docs[field.name])} |")
    yield _table(name, about(kind), rows)
    for nested, name_ in inner:
        yield from _tables(nested, name_)


def _table(name: str, text: str, rows: list[str]) -> str:
    text = f"{text}\n\n" if text else ""
    head = "| key | type, and default | description |\n|---|---|---|\n"
    return f"## `[{name}]`\n\n{text}{head}" + "\n".join(rows) + "\n"


def _default(field: Any) -> str:
    """Return the default of a setting, after its type; empty without one."""
    if field.default is MISSING and field.default_factory is MISSING:
        return ", required"
    if isinstance(field.default, bool):
        return f", `{str(field.default).lower()}`"
    if isinstance(field.default, int):
        return f", `{field.default:_}`"
    has_text = isinstance(field.default, str) and field.default
    return f', `"{field.default}"`' if has_text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
