"""Names that templates had in earlier versions, and where their contents are now."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

FORMER_TEMPLATES: Final = {
    "client/_client.py.jinja": ("client/client.py.jinja", "client/_runtime/clients.py"),
    "client/_enums.py": ("client/_runtime/model.py",),
    "client/_exchange.py.jinja": ("client/_runtime/errors.py",),
    "client/_http.py.jinja": ("client/_runtime/http.py.jinja",),
    "client/_raw.py": ("client/_runtime/clients.py",),
    "client/_reading.py": ("client/_runtime/readers.py", "client/_runtime/reading.py"),
    "client/_runtime/content_types.py": ("client/_runtime/content.py",),
    "client/_runtime/decoding.py": ("client/_runtime/content.py",),
    "client/_runtime/pieces.py": ("client/_runtime/reading.py",),
    "client/_runtime/resources.py": ("client/_runtime/clients.py", "client/_runtime/operation.py"),
    "client/_runtime/secret_forms.py": ("client/_runtime/words.py",),
    "client/_runtime/settings.py": ("client/_runtime/options.py",),
    "client/_runtime/undescribed.py": ("client/_runtime/options.py",),
    "client/_servers.py": ("client/_runtime/options.py",),
    "client/files.py": ("client/files.py.jinja", "client/_runtime/files.py"),
}
"""The templates that have the code of a former one, which isn't there any more."""
FORMER_FIXTURES: Final = {
    "errors": "`from PACKAGE import errors`",
    "models": "`from PACKAGE import models`",
    "options": "`PACKAGE.Options`",
    "server": "the fixture `fake`",
}
"""What to use in generated tests for a fixture that their conftest.py had."""
_FORMER_MODULE = re.compile(r"client/_(\w+)\.py(?:\.jinja)?")


def successors(name: str, names: Container[str]) -> tuple[str, ...]:
    """Return the templates among ``names`` that have the code of a former one, none if unknown.

    Most modules have moved: ``client/_retry.py.jinja`` is ``client/_runtime/retry.py``.
    """
    module = _FORMER_MODULE.fullmatch(name)
    moved = f"client/_runtime/{module[1]}.py" if module else ""
    for former in (name, moved):
        if former in FORMER_TEMPLATES:
            return FORMER_TEMPLATES[former]
    return (moved,) if moved in names else ()
