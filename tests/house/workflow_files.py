"""The steps of an action or a workflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


def read(path: Path) -> dict[str, Any]:
    """Return the content of a file in YAML."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def steps(path: Path) -> list[dict[str, Any]]:
    """Return every step of an action or a workflow."""
    whole = read(path)
    jobs = [whole["runs"]] if "runs" in whole else list(whole["jobs"].values())
    return [step for job in jobs for step in job["steps"]]
