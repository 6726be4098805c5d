"""A client's settings in a pyproject.toml: added at its end, or changed in place."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, replace
from pathlib import Path
from typing import Any, TypeAlias, cast

from ....base.config import OUTPUT, Client, Pagination
from ....base.errors import UsageError
from ....base.portable import parse_toml
from ....base.printable import escaped_json
from ....base.records import fields_of, read
from ....codegen.names import pascal
from ...settings_file import parse_settings

Setting: TypeAlias = Sequence[str] | Mapping[str, str] | Sequence[Pagination]
Changes: TypeAlias = Mapping[str, Setting]
"""Settings of one client that change."""
_WIDTH = 88
"""The characters of a list that is written in one line."""


def with_client(old: bytes | None, client: Client, name: str) -> tuple[bytes, Client]:
    """Return the file with the client's table added, and the client as it is read from there.

    ``old`` is None if there is no file, ``client.output`` empty to use the section's. Raise
    :class:`UsageError`, which calls the file ``name``, if no table can be added at its end.
    """
    text = (old or b"").decode("utf-8")
    section = parse_toml(text, name).get("tool", {}).get("speclock")
    lines: list[str] = []
    output = OUTPUT if section is None else section.get("output", OUTPUT)
    if section is None and client.output not in ("", OUTPUT):
        output = client.output
        lines += ["[tool.speclock]", f"output = {_toml(output)}", ""]
    lines += [f"[tool.speclock.clients.{_key(client.package)}]"]
    for key in fields_of(Client):
        value = getattr(client, key.name)
        if not value or key.name == "pagination" or value == _default(client, key, output):
            continue
        lines.append(f"{key.name} = {_toml(value)}")
    added = "\n".join(lines) + "\n"
    if client.pagination:
        added += f"\n{pagination_text(client.package, client.pagination)}"
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    new = text + (gap + added).replace("\n", end)
    try:
        clients = parse_settings(new, Path("pyproject.toml")).clients
        (written,) = (table for table in clients if table.package == client.package)
    except (UsageError, ValueError):
        command = f"update {client.package}" if client.upstream else f"generate {client.package}"
        raise UsageError(
            f"{name} is written so that no table can be added at its end; nothing was written. Add "
            f"this yourself, in its own style, and run: speclock {command}\n\n{added}"
        ) from None
    return new.encode("utf-8"), written


def _default(client: Client, key: Field[Any], output: str) -> object:
    """Return the value of a client's setting where it is left out; ``output`` is the section's."""
    if key.name == "output":
        return output
    if key.name == "client":
        is_derived = pascal(client.client) == pascal(pascal(client.package))
        return client.client if is_derived else ""
    if key.name == "root":
        folder = posixpath.dirname(posixpath.normpath(client.spec))
        is_own = not client.upstream and posixpath.normpath(client.root) == (folder or ".")
        return client.root if is_own else ""
    return None if key.default is MISSING else key.default


def pagination_text(package: str, rules: Sequence[Pagination]) -> str:
    """Return rules of pagination as tables in TOML, as commands show and write them."""
    tables: list[str] = []
    for rule in rules:
        head = f"[[tool.speclock.clients.{_key(package)}.pagination]]"
        tables.append("\n".join([head, *(f"{key} = {text}" for key, text in _members(rule)), ""]))
    return "\n".join(tables)


def setting_text(key: str, value: str | Sequence[str] | Mapping[str, str]) -> str:
    """Return a setting in TOML, as commands show it; empty without a value."""
    return f"{key} = {_toml(value)}" if value else ""


def _members(rule: Pagination) -> Iterator[tuple[str, str]]:
    """Yield the settings of a rule with their values in TOML, those that have one."""
    for key in fields_of(Pagination):
        value = getattr(rule, key.name)
        if value in ("", (), None):
            continue
        text = _toml(value)
        if key.name == "operations" and len(text) > _WIDTH:
            lines = "".join(f"\n    {_toml(operation)}," for operation in rule.operations)
            text = f"[{lines}\n]"
        yield key.name, text


def with_settings(old: bytes, package: str, changes: Changes, name: str) -> bytes:
    """Return the file with settings of a client changed, in the style that it is written in.

    A text or a list replaces the setting's; a mapping adds entries to the setting's table, and
    removes those with an empty value. Rules of pagination are those that are there, with other
    ``operations`` or without some of them, and then new ones. Raise :class:`UsageError`, which
    calls the file ``name``, if it is written so that this isn't possible.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    text = old.decode("utf-8").replace("\r\n", "\n")
    (client,) = (c for c in parse_settings(text, Path(name)).clients if c.package == package)
    wanted = with_changes(client, changes)
    try:
        document = tomlkit.parse(text)
        table: Any = document
        for key in ("tool", "speclock", "clients", package):
            table = table[key]
        for key, value in changes.items():
            _set(table, key, value)
        changed = tomlkit.dumps(document)  # pyright: ignore[reportUnknownMemberType]
        text = changed if text.endswith("\n\n") else f"{changed.rstrip()}\n"
        written = parse_settings(text, Path(name)).clients
    except (TOMLKitError, UsageError, ValueError, LookupError, TypeError, RecursionError):
        written = ()
    if wanted not in written:
        lines = "".join(f"\n  {line}".rstrip() for line in _lines_to_type(wanted, changes))
        raise UsageError(
            f"{name} is written so that [tool.speclock.clients.{package}] cannot be changed in it. "
            f"Change this yourself, and run the command again:{lines}"
        )
    return text.replace("\n", "\r\n" if b"\r\n" in old else "\n").encode("utf-8")


def _lines_to_type(wanted: Client, changes: Changes) -> Iterator[str]:
    """Yield what the user has to write for the changed settings: each as it is in the end."""
    for key in changes:
        value = getattr(wanted, key)
        if not value:
            yield f"remove {key}"
        elif key != "pagination":
            yield setting_text(key, value)
    if wanted.pagination and "pagination" in changes:
        yield from pagination_text(wanted.package, wanted.pagination).splitlines()


def with_changes(client: Client, changes: Changes) -> Client:
    """Return the settings of a client as they are read from the changed file."""
    settings: dict[str, Any] = {}
    for key, value in changes.items():
        if isinstance(value, Mapping):
            entries = {**getattr(client, key), **value}
            settings[key] = {name: entry for name, entry in entries.items() if entry}
        else:
            settings[key] = value if isinstance(value, str) else tuple(value)
    return replace(client, **settings)


def _set(table: Any, key: str, value: Setting) -> None:
    """Change one setting in a table of tomlkit."""
    import tomlkit

    if key == "pagination":
        _set_rules(table, [rule for rule in value if isinstance(rule, Pagination)])
        return
    if isinstance(value, Mapping):
        entries = table.setdefault(key, tomlkit.inline_table())
        entries.update({name: item for name, item in value.items() if item})
        for name in [name for name, item in value.items() if not item]:
            entries.pop(name, None)
        if not entries:
            table.pop(key)
        return
    if not value:
        table.pop(key, None)
        return
    if isinstance(value, str) or key not in table:
        table[key] = value if isinstance(value, str) else list(value)
        return
    array = table[key]
    for old in [item for item in array if item not in value]:
        array.remove(old)
    has_lines = "\n" in array.as_string()
    for new in (item for item in value if item not in array):
        array.add_line(new) if has_lines else array.append(new)
    if list(array) != list(value):  # in another order
        table[key] = list(value)


def _set_rules(table: Any, rules: Sequence[Pagination]) -> None:
    """Change the rules of pagination in a client's table of tomlkit."""
    import tomlkit
    from tomlkit.items import AoT

    known = table.get("pagination")
    old: list[Any] = [known] if isinstance(known, Mapping) else [*(known or ())]
    kept: list[Any] = []
    rest = [*rules]
    for each in old:
        own = read(Pagination, each.unwrap())
        same = [rule for rule in rest if replace(rule, operations=own.operations) == own]
        if same:
            rest.remove(same[0])
            if same[0].operations != own.operations:
                _set(each, "operations", same[0].operations)
            kept.append(each)
    if kept == old and not rest:
        return
    is_array: bool = kept == old and isinstance(known, AoT)
    tables: Any = cast("Any", known) if is_array else tomlkit.aot()
    for each in [*(() if tables is known else kept), *rest]:
        entries = _members(each) if isinstance(each, Pagination) else each.items()
        added = tomlkit.table()
        for name, value in entries:
            added.add(name, tomlkit.value(value) if isinstance(each, Pagination) else value)
        added.add(tomlkit.nl())
        tables.append(added)
    if tables is not known:
        table.pop("pagination", None)
        if tables:
            table["pagination"] = tables


def _key(name: str) -> str:
    """Return a key of TOML, which is quoted unless it is of letters in ASCII, digits, _ and -."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: str | bool | int | Sequence[str] | Mapping[str, str]) -> str:
    """Return a value in TOML, whose strings are those of JSON without invisible controls."""
    if isinstance(value, Mapping):
        members = ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {members} }}"
    if not isinstance(value, (str, bool, int)):
        return f"[{', '.join(map(_toml, value))}]"
    return escaped_json(json.dumps(value, ensure_ascii=False))
