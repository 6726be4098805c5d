"""A client's settings, added as text at the end of a pyproject.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields
from pathlib import Path

from .. import config
from ..config import Client
from ..errors import UsageError
from .pins import Pins

OUTPUT = "generated"


def with_client(old: bytes | None, client: Client, name: str) -> tuple[bytes, Client]:
    """Return the file with the client's table added, and the client as it is read from there.

    ``old`` is None if there is no file, ``client.output`` empty to use the section's. Raise
    :class:`UsageError`, which calls the file ``name``, if no table can be added at its end.
    """
    text = (old or b"").decode("utf-8")
    section = tomllib.loads(text).get("tool", {}).get("speclock")
    lines: list[str] = []
    if section is None:
        lines += ["[tool.speclock]", f"output = {_toml(client.output or OUTPUT)}", ""]
    lines += [f"[tool.speclock.clients.{client.package}]"]
    for key in fields(Client):
        value = getattr(client, key.name)
        default = () if key.default is MISSING else key.default
        is_implied = key.name == "package" or (key.name == "output" and section is None)
        if is_implied or value == default or not value:
            continue
        lines.append(f"{key.name} = {_toml(value)}")
    added = "\n".join(lines) + "\n"
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    new = text + (gap + added).replace("\n", end)
    try:
        clients = config.parse(new, Path("pyproject.toml")).clients
        (written,) = (one for one in clients if one.package == client.package)
    except (UsageError, ValueError):
        raise UsageError(
            f"{name} is written so that no table can be added at its end. Add this yourself, in "
            f"its own style, and run speclock generate:\n\n{added}"
        ) from None
    return new.encode("utf-8"), written


def with_pins(old: bytes, added: Iterable[Pins], name: str) -> bytes:
    """Return the file with pins added to the settings ``calls`` and ``names`` of clients.

    Raise :class:`UsageError`, which calls the file ``name``, if it is written so that none can be
    added.
    """
    text = old.decode("utf-8")
    for pins in added:
        for setting, entries in (("calls", pins.calls), ("names", pins.names)):
            for pin in entries.items():
                text = _with_pin(text, pins.package, setting, pin, name)
    return text.encode("utf-8")


def _with_pin(text: str, package: str, setting: str, pin: tuple[str, str], name: str) -> str:
    """Return the text with one pin, in the place that its own style has for it."""
    (client,) = (c for c in config.parse(text, Path(name)).clients if c.package == package)
    wanted = {**(client.calls if setting == "calls" else client.names), pin[0]: pin[1]}
    key, value = map(_toml, pin)
    header = rf"tool\s*\.\s*speclock\s*\.\s*clients\s*\.\s*[\"']?{package}[\"']?"
    end = "\r\n" if "\r\n" in text else "\n"
    places = (
        (rf"(?m)^[ \t]*\[\s*{header}\s*\][^\n]*\n", f"{setting}.{key} = {value}{end}"),
        (rf"(?m)^[ \t]*\[\s*{header}\s*\.\s*{setting}\s*\][^\n]*\n", f"{key} = {value}{end}"),
        (rf"(?m)^(?:[^\n#]*\.)?[ \t]*{setting}[ \t]*=[ \t]*\{{[ \t]*", f"{key} = {value}, "),
        (rf"(?m)^(?:[^\n#]*\.)?[ \t]*{setting}[ \t]*=[ \t]*\{{[ \t]*", f"{key} = {value} "),
    )
    for pattern, line in places:
        for match in re.finditer(pattern, text):
            changed = text[: match.end()] + line + text[match.end() :]
            with suppress(UsageError):
                for one in config.parse(changed, Path(name)).clients:
                    found = one.calls if setting == "calls" else one.names
                    if one.package == package and found == wanted:
                        return changed
    raise UsageError(
        f"{name} is written so that no pin can be added to it. Add this to `{setting}` of "
        f"[tool.speclock.clients.{package}] yourself, and run this once more: {key} = {value}"
    )


def _toml(value: str | bool | tuple[str, ...] | Mapping[str, str]) -> str:
    """Return a value in TOML, whose strings are JSON's except for the character DEL."""
    if isinstance(value, Mapping):
        members = ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {members} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
