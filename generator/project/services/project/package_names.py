"""The names of packages that a new client cannot have in its project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ....base.config import Client
from ....base.errors import UsageError
from ....base.portable import free_name, is_hiding
from ....base.printable import display_path
from ...settings_file import ONE_FOLDER


def check_taken(package: str, packages: Sequence[str], settings_file: Path) -> None:
    """Raise :class:`UsageError` for a package that is there, be it in upper or lower case."""
    packages_by_case = {other.lower(): other for other in packages}
    other = packages_by_case.get(package.lower())
    if other is None:
        return
    why = "" if other == package else f", which differs from {package!r} only in case: {ONE_FOLDER}"
    raise UsageError(
        f"{display_path(settings_file)} already has the client {other!r}{why}. Name another: "
        f"--package {free_name(package, packages_by_case)}; or change its settings there and run: "
        f"speclock generate {other}"
    )


def check_hiding(client: Client, root: Path) -> None:
    """Raise :class:`UsageError` for a package that hides a module, unless it is in a package."""
    if is_hiding(client.package) and not (root / client.output / "__init__.py").is_file():
        raise UsageError(
            f"the package {client.package!r} would hide the module of that name, which the client "
            f"needs. Name another: --package {client.package}_api; or put it into a package, a "
            "folder with an __init__.py: --output DIR"
        )
