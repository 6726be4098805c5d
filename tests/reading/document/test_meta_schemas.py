"""The OpenAPI meta-schemas in the package are those that openapi-spec-validator ships."""

from __future__ import annotations

from pathlib import Path

import openapi_spec_validator
import pytest

import generator.reading.document.meta_schemas

OURS = Path(generator.reading.document.meta_schemas.__path__[0])
THEIRS = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas"


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1", "3.2"])
def test_it_is_the_published_file(version: str) -> None:
    ours = (OURS / f"{version}.json").read_bytes()
    assert ours == (THEIRS / f"v{version}" / "schema.json").read_bytes()


def test_the_licence_is_beside_the_files() -> None:
    names = {path.name for path in OURS.iterdir() if path.suffix in (".json", "")} - {"__pycache__"}
    assert names == {"2.0.json", "3.0.json", "3.1.json", "3.2.json", "LICENSE"}
    text = (OURS / "LICENSE").read_text(encoding="utf-8")
    assert "The Linux Foundation" in text
    assert "Apache License" in text
