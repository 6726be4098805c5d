"""The rules of GitHub's code scanning for a log in SARIF 2.1.0 (GitHub, "SARIF support")."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

_LEVELS = ("error", "warning", "note")


def check_code_scanning(top: Path, text: str) -> None:
    """Assert that code scanning takes a log, and shows each result in a file of the checkout.

    Files are looked for in the folder ``top``, where it is there.
    """
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        assert result["level"] in _LEVELS
        assert 0 < len(result["message"]["text"]) < 65_536
        assert len(result["locations"]) == 1
    for location in _inside(run):
        uri: str = location["artifactLocation"]["uri"]
        path = unquote(uri)
        assert not urlsplit(uri).scheme
        assert not path.startswith(("/", "../")) and "\\" not in path
        assert location["region"]["startLine"] >= 1
        assert location["region"].get("startColumn", 1) >= 1
        assert (top / path).is_file() or not top.is_dir()


def _inside(value: Any) -> Iterator[Any]:
    """Yield each physical location in a log."""
    if isinstance(value, list):
        items: list[Any] = value
        for item in items:
            yield from _inside(item)
    elif isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            if key == "physicalLocation":
                yield item
            yield from _inside(item)
