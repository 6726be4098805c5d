"""Settings, lock files and allow-lists that are too large, or nested too deep."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.config import parse
from generator.drift import allowlist
from generator.errors import UsageError
from generator.lockfile import LOCK, read
from generator.portable import MAX_TEXT
from tests.support.command import speclock

HOSTILE = {
    "a = " + "[" * 100_000: "nested too deep",
    "a = " + "{a = " * 10_000: "nested too deep",
    "a" + ".a" * 100_000 + " = 1": ":1: a key of more than 100 names",
    "\n[" + "a." * 100_000 + "a]": ":2: a key of more than 100 names",
    '"a b"' + '."a b"' * 1_000 + " = 1": ":1: a key of more than 100 names",
    "a = " + "1" * 5_000: "not well-formed TOML",
}


@pytest.mark.parametrize(("text", "fact"), HOSTILE.items(), ids=[*map(str, range(len(HOSTILE)))])
def test_settings_and_allow_lists_are_refused(text: str, fact: str) -> None:
    with pytest.raises(UsageError, match=f"pyproject.toml.*{fact}"):
        parse(text, Path("pyproject.toml"))
    with pytest.raises(UsageError, match=f"a.allowed.toml.*{fact}"):
        allowlist.read(text, "a.allowed.toml")


def test_a_text_with_many_dots_is_no_key() -> None:
    settings = parse(f"[tool.other]\na = '{'.' * 500}'\nb = '{'a.' * 90}'", Path("pyproject.toml"))
    assert not settings.clients


def test_large_settings_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.speclock]\n" + "#" * MAX_TEXT)
    outcome = speclock(tmp_path, "ls")
    assert outcome.code == 2
    assert "pyproject.toml has more than 1,048,576 bytes" in outcome.err


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 100_000, " " * (MAX_TEXT + 1)])
def test_a_lock_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(text)
    with pytest.raises(UsageError, match="isn't the lock file that speclock wrote"):
        read(tmp_path)
