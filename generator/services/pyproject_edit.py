"""A client's settings, added as text at the end of a pyproject.toml."""

from __future__ import annotations

import json
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path

from .. import config
from ..config import Client
from ..errors import UsageError

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


def _toml(value: str | bool | tuple[str, ...]) -> str:
    """Return a value in TOML, whose strings are JSON's except for the character DEL."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
