"""Templates that Jinja compiled are kept beside speclock's own, and only those."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from generator.codegen.render import render
from generator.codegen.render.render import bytecode_cache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of speclock's templates, which may be written."""
    monkeypatch.setattr(render, "templates_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return tmp_path


def test_own_templates_are_kept(folder: Path) -> None:
    assert bytecode_cache(folder / "client") is not None
    assert (folder / "__pycache__").is_dir()


def test_they_are_where_python_keeps_modules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(folder / "kept"))
    assert bytecode_cache(folder / "client") is not None
    assert not (folder / "__pycache__").exists()
    assert folder.joinpath("kept", *folder.parts[1:]).is_dir()


def test_templates_of_a_user_are_not(folder: Path) -> None:
    assert bytecode_cache(folder / "mine", folder / "client") is None


def test_python_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert bytecode_cache(folder / "client") is None
    assert not (folder / "__pycache__").exists()


def test_a_folder_that_cannot_be_written_is_none(folder: Path) -> None:
    (folder / "__pycache__").write_text("", encoding="utf-8")
    assert bytecode_cache(folder / "client") is None


def test_a_compiled_template_makes_the_same_text(folder: Path) -> None:
    (folder / "client").mkdir()
    (folder / "client" / "a.jinja").write_text("x{# y #}\n", encoding="utf-8")
    texts: list[str] = []
    for _ in range(2):
        render.environment.cache_clear()
        texts.append(render.environment(folder / "client").get_template("a.jinja").render())
    assert texts[0] == texts[1] == "x"
    assert len([*(folder / "__pycache__").iterdir()]) == 1
    render.environment.cache_clear()
