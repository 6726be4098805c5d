"""Files are read up to a limit, whatever size the system tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.portable import read_bytes


@pytest.mark.parametrize("size", [0, 1, 9, 10])
def test_a_file_within_the_limit_is_read_whole(size: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    assert len(read_bytes(path, 10)) == size


def test_of_a_larger_file_a_byte_more_than_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)
    assert len(read_bytes(path, 10)) == 11


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_a_file_of_proc_has_no_size_and_is_read() -> None:
    path = Path("/proc/self/status")
    assert path.stat().st_size == 0
    assert read_bytes(path).startswith(b"Name:")
    assert len(read_bytes(path, 10)) == 11
