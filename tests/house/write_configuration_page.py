"""Write ``docs/configuration.md`` from the settings' types.

Run it with ``python -m tests.house.write_configuration_page``.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from generator import config
from generator.errors import UsageError

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
COMMAND = "python -m tests.house.write_configuration_page"
PLAIN = {
    str: "text", bool: "true or false", int: "number", int | None: "number",
    tuple[str, ...]: "list of text", Mapping[str, str]: "table of text",
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
SECTION = {
    "output": (
        "text",
        '`"generated"`',
        "The folder that gets `<package>/` and `tests/<package>/`.",
    ),
    "clients": ("table of tables", "–", "A table for each client, under its package's name."),
}
HEAD = f"""\
# Configuration

<!-- Written by `{COMMAND}` from generator/config.py. -->

Settings stand in `pyproject.toml`; every command takes the nearest one with a `[tool.speclock]`
section, from where you stand upwards, or the one that `--config` names. Paths in it are relative to
its folder. An unknown key is an error that names the nearest known one. `speclock init` writes the
first settings for you.

```toml
{EXAMPLE}```
"""
TAIL = """\
## Selectors

| selector | names |
|---|---|
| `pets/list` | the operation with that operationId |
| `GET /pets`, `/pets` | one method of a path, all of them |
| `tag:pets`, `method:get` | all with that tag, that method |
| `/pets*`, `GET /pets/*`, `pets_*` | `*` stands for any text |
| `!tag:admin` | not these; if all selectors are such: all but these |

`speclock ls` marks what they take; `speclock ls --operation SELECTOR` tries one.

## Flags and variables

Arguments of `speclock generate` and `speclock check` (`--output`, `--client`, `--operation`, …)
take the place of the setting of that name. Every command has `--quiet` (say only what is wrong) and
`--verbose` (time the stages, show whole differences). `NO_COLOR` turns colours off, `COLUMNS` is
the width of tables.

## Exit codes

| code | means |
|---|---|
| 0 | all is well |
| 1 | `check`: files are not as generated; `drift`, `verify`: something differs |
| 2 | the description was refused, or the command misused |
| 3 | upstream can't be reached |
| 70 | a fault in speclock itself; the message asks for a report |
"""


def page() -> str:
    """The page as it should be."""
    parts = [HEAD, _section(), *_tables(config.Client, "tool.speclock.clients.<package>"), TAIL]
    return "\n".join(parts)


def _section() -> str:
    """The section's own keys, which no dataclass has; compared with what is really known."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pyproject.toml"
        path.write_text("[tool.speclock]\nqqqqqqqqq = 1\n", encoding="utf-8")
        try:
            config.load(path)
        except UsageError as error:
            known = str(error).rpartition("Known: ")[2].rstrip(".").split(", ")
    rows = [f"| `{key}` | {' | '.join(SECTION[key])} |" for key in known]
    return _table("tool.speclock", "", rows)


def _tables(kind: type, name: str) -> Iterator[str]:
    """The table of a dataclass's settings, and those of the dataclasses in it."""
    hints, docs = get_type_hints(kind), _docs(kind)
    rows: list[str] = []
    inner: list[tuple[type, str]] = []
    for field in fields(kind):
        if (kind, field.name) == (config.Client, "package"):
            continue
        hint = hints[field.name]
        nested = next((one for one in (hint, *get_args(hint)) if is_dataclass(one)), None)
        if isinstance(nested, type):
            inner.append((nested, f"{name}.{field.name}"))
            words = "table, or list of tables" if get_args(hint) else "table"
        else:
            words = PLAIN[hint]  # a KeyError here asks for the words of a new type
        rows.append(f"| `{field.name}` | {words} | {_default(field)} | {docs[field.name]} |")
    yield _table(name, _plain(inspect.getdoc(kind) or "").partition(": ")[2], rows)
    for nested, name_ in inner:
        yield from _tables(nested, name_)


def _table(name: str, about: str, rows: list[str]) -> str:
    text = f"{about[:1].upper()}{about[1:]}\n\n" if about else ""
    head = "| key | value | if left out | what it is |\n|---|---|---|---|\n"
    return f"## `[{name}]`\n\n{text}{head}" + "\n".join(rows) + "\n"


def _default(field: Any) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "must be given"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f'`"{field.default}"`' if isinstance(field.default, str) and field.default else "–"


def _docs(kind: type) -> dict[str, str]:
    """Each field's docstring: the text that follows it in the source."""
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    found: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(after, ast.Expr), (
                f"{kind.__name__}.{field.target.id} has no docstring"
            )
            assert isinstance(after.value, ast.Constant)
            found[field.target.id] = _plain(str(after.value.value))
    return found


def _plain(text: str) -> str:
    """A docstring as a cell of a Markdown table."""
    text = re.sub(r"\s*See :\w+:`[^`]*`\.", "", " ".join(text.split()))
    return re.sub(r"``(.+?)``", r"`\1`", text).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{PAGE.name}: {len(page().splitlines())} lines\n")
