"""A checked-in description, and what speclock.lock records of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import SpecError, UsageError
from ....base.immutable import immutable
from ....base.printable import display_path
from ....reading.document.tree import SourceFile
from ...lockfile import LockEntry, content_hash, read_entries
from ..project.descriptions import DescriptionBytes, Reach, read_file


@immutable
class CheckedInDescription:
    """A description as it is on disk, and what speclock.lock records of it."""

    path: Path
    data: DescriptionBytes | None
    """None if there is no file yet."""
    entry: LockEntry | None

    @classmethod
    def of(cls, settings: Settings, clients: Sequence[Client]) -> CheckedInDescription:
        """Read the description that clients share, and its entry.

        Raise :class:`UsageError` if that fails.
        """
        path, reach = settings.root / clients[0].spec, Reach.of_clients(clients, settings.root)
        shown = display_path(path, settings.root)
        data = read_file(path, shown, "", settings.budget, reach) if path.is_file() else None
        return cls(path, data, read_entries(path.parent).get(path.name))

    @property
    def document(self) -> SourceFile | None:
        """The document without overlays; None if there is no file, or it cannot be read."""
        with suppress(SpecError):
            return self.data.document() if self.data else None
        return None

    def check_readable(self) -> None:
        """Raise :class:`SpecError` for a file that cannot be read."""
        if self.data:
            self.data.document()

    def check_kind(self, setting: str) -> None:
        """Raise :class:`UsageError` for a well-formed file that isn't a description.

        ``setting`` is the place of the setting that names it.
        """
        try:
            keys = self.data.document().root.keys() if self.data else {"openapi"}
            is_other = keys.isdisjoint(("openapi", "swagger"))
        except SpecError as error:
            is_other = any(problem.code == "not-a-description" for problem in error.problems)
        if is_other and self.data and self.data.data.strip():
            raise UsageError(
                f"{setting}: {display_path(self.path)} exists and isn't an OpenAPI description. "
                "Name another file, or move it away."
            )

    @property
    def text(self) -> str | None:
        """The text with LF line ends; None if there is no file."""
        return self.data.text if self.data else None

    @property
    def content(self) -> str:
        """The hash of the content; empty if there is none."""
        document = self.document
        return content_hash(document.root) if document else ""

    @property
    def is_pulled(self) -> bool:
        """True if the description is a slice that speclock wrote, and nobody edited since."""
        return bool(self.entry and self.entry.is_pulled and self.entry.wrote(self.content))

    @property
    def is_edited(self) -> bool:
        """True if somebody edited a slice that speclock wrote."""
        pulled = self.entry is not None and self.entry.is_pulled
        return pulled and self.data is not None and not self.is_pulled
