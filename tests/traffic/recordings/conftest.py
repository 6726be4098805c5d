"""A recording in a file whose name tells nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.traffic.recordings.recorded import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return the function that writes a recording."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "recording"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
