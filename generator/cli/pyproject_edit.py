"""A client's settings as text at the end of a pyproject.toml, of which nothing else changes."""

from __future__ import annotations

import json
import tempfile
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import cast

from .. import config
from ..config import ClientSettings
from ..errors import SpeclockError, UsageError

OUTPUT = "generated"


def with_client(old: bytes | None, client: ClientSettings, name: str) -> bytes:
    """The file with the client's table added; ``old`` is None where there is no file.

    ``client.output`` is empty where the section's own counts. Raises :class:`UsageError` where the
    file is written so that no table can be added at its end; ``name`` is how that calls it.
    """
    text = (old or b"").decode("utf-8")
    section = tomllib.loads(text).get("tool", {}).get("speclock")
    lines: list[str] = []
    if section is None:
        lines += ["[tool.speclock]", f"output = {_toml(client.output or OUTPUT)}", ""]
    lines += [f"[tool.speclock.clients.{client.package}]"]
    for key in fields(ClientSettings):
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
        _check(new, client.package)
    except (SpeclockError, tomllib.TOMLDecodeError):
        raise UsageError(
            f"{name} is written so that no table can be added at its end. Add this yourself, in "
            f"its own style, and run speclock generate:\n\n{added}"
        ) from None
    return new.encode("utf-8")


def _check(text: str, package: str) -> None:
    tomllib.loads(text)
    with tempfile.TemporaryDirectory(prefix="speclock-") as folder:
        path = Path(folder) / "pyproject.toml"
        path.write_text(text, encoding="utf-8", newline="")
        if not any(c.package == package for c in config.load(path).clients):
            raise UsageError(package)


def _toml(value: object) -> str:
    """A value in TOML; its basic strings are those of JSON, but for the character DEL."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, cast('tuple[object, ...]', value)))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
