"""What a service imports when it starts: a new client needs nothing of comparisons."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPARISONS = "watch"
"""The house that compares descriptions, recordings and programs."""


def houses_with(module: str) -> set[str]:
    """Return the houses that are imported with a module of the generator, in a new process."""
    code = f"import sys, generator.{module}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    modules = [name.split(".") for name in names.split()]
    return {parts[1] for parts in modules if parts[0] == "generator" and len(parts) > 1}


@pytest.mark.parametrize("module", ["init", "generation.generate", "generation.check"])
def test_a_new_client_needs_no_comparison(module: str) -> None:
    houses = houses_with(f"project.services.{module}")
    assert "project" in houses
    assert COMPARISONS not in houses


def test_a_comparison_imports_it() -> None:
    assert COMPARISONS in houses_with("project.services.comparison.traffic")
