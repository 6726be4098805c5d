"""The functions of the package: what docs/api.md shows works, and all of them are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import generator
from generator.project.services.generation.generate import generate
from tests.support.command import ROOT, python

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("## Reference")[0]


@pytest.mark.slow
def test_the_example_prints_what_the_page_shows(tmp_path: Path) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    program = program.replace("from speclock import", "from generator import")
    done = python(tmp_path, "-W", "error", "-c", program, path=[ROOT])
    assert (done.err, done.out) == ("", shown)


@pytest.mark.parametrize("name", sorted(set(generator.__all__) - {"__version__"}))
def test_each_public_name_is_there_and_on_the_page(name: str) -> None:
    assert getattr(generator, name).__name__ == name
    assert re.search(rf"\b{name}\b", PAGE)


def test_a_name_is_the_service_itself() -> None:
    assert generator.generate is generate
    with pytest.raises(AttributeError, match="'generator' has no attribute 'nothing'"):
        _ = generator.nothing


def test_nothing_is_imported_before_it_is_used(tmp_path: Path) -> None:
    program = (
        "import sys; before = set(sys.modules); import generator\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    imported = python(tmp_path, "-c", program, path=[ROOT]).out.split()
    assert imported == ["generator", "generator.base", "generator.base.version"]


def test_the_package_is_marked_as_typed() -> None:
    assert (ROOT / "generator" / "py.typed").read_bytes() == b""
