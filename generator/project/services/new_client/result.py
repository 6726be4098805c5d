"""A client that was started."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ....base.config import Client
from ....base.errors import LeftOut, Problem
from ....base.immutable import immutable
from ..project.git_attributes import AttributesChange


@immutable
class NewClient:
    """A client as :func:`init` started it."""

    root: Path
    """The project's folder, which holds pyproject.toml."""
    client: Client
    """Its settings."""
    operations: int
    """The number of operations."""
    schemas: int
    """The number of schemas, where models alone are generated; else 0."""
    copied: bool
    """True if the description was written; False if it was in ``spec/`` already."""
    workflow: Path | None
    """The GitHub workflow that was written; None if there is one already, or none was wanted."""
    unchanged: str
    """What an existing workflow does for this client, and what to add; empty if there is none."""
    attributes: AttributesChange | None
    """The line of ``.gitattributes`` for the runtime; None without one."""
    tool_settings: tuple[str, ...]
    """The lines of pyproject.toml that pytest and mypy need for several clients, as far as they
    aren't there; empty for a first client."""
    is_first: bool
    """True if the settings have no other client."""
    is_upstream_outside: bool
    """True if ``upstream`` is a file outside of the repository."""
    action: str
    """The action in the workflow, as ``OWNER/NAME@REF``; empty if the user has to fill it in."""
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    pagination: str
    """The settings of pagination that were written, in TOML; empty without any."""
    iterators: tuple[str, ...]
    """The methods that these settings make."""
    error_when: str
    """The setting of successes that are errors, in TOML; empty without it."""
    globals: str
    """The setting of parameters that most operations require, in TOML, which wasn't written; empty
    without any."""
    overlay: str
    """The path of the overlay that was written for streams, relative to ``root``; empty without."""
    pins: tuple[str, ...]
    """The names that were pinned in ``lock``, as settings in TOML."""
    lock: Path
    """The speclock.lock beside the description."""
    http_brought_by: str
    """The dependency of the project that brings httpx2, or ``.venv``; empty for httpx."""
    calls: Mapping[str, str]
    """The call of each operation by ``METHOD /path``, with its required arguments."""
