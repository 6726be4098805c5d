"""Names that every client had in an earlier version, which stay importable for a minor version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...base.portable import parse_toml, read_text
from ...base.version import __version__
from ..ir.types import Code
from ..templates import templates_folder
from .views.package import FormerName

TABLE = "former_names.toml"
MODULES = ("__init__", "errors", "testing")
"""The modules that every client has, and that may have names of an earlier version."""


def former_names() -> Mapping[str, Sequence[FormerName]]:
    """Return the former names that clients of this version have, by module."""
    names: dict[str, list[FormerName]] = {module: [] for module in MODULES}
    for module, former in every_former_name():
        if is_kept(former):
            names[module].append(former)
    return names


def is_kept(former: FormerName) -> bool:
    """Return whether a name left in this minor version."""
    return former.left.split(".")[:2] == __version__.split(".")[:2]


def every_former_name() -> list[tuple[str, FormerName]]:
    """Return all entries of ``templates/former_names.toml``, each with its module."""
    path = templates_folder() / TABLE
    entries: list[dict[str, str]] = parse_toml(read_text(path, TABLE), TABLE).get("name", [])
    names: list[tuple[str, FormerName]] = []
    for entry in entries:
        old, new = Code(entry["old"]), Code(entry["new"])
        warning = f"{old} is {new} now, and leaves in the next minor version of speclock"
        names.append((entry["module"], FormerName(old, new, warning, entry["left"])))
    return names
