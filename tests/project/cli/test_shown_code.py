"""``speclock show``: the program of every operation of every case runs as printed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.project.services.generation.preview import list_operations, show_operation
from tests.support.cases import CASES, package_of, spec_of, topics
from tests.support.command import without_layout
from tests.support.generated_case import Case
from tests.support.shown_code import find_fault, reason_in

WITHOUT_ANSWER = {
    "error_conditions POST /messages",  # the only example is an error by `error_when`
    "examples GET /never",
    "examples PUT /never",
    "lenient_operations GET /either",
    "values_of_classes GET /endless",
}
"""The operations for whose answer no example exists, by the description or the settings."""


def settings_in(folder: Path, topic: str) -> Path:
    """Copy a case below a folder; return its settings there, or a file of default ones."""
    copy = shutil.copytree(CASES / topic, folder / topic)
    config = copy / "pyproject.toml"
    table = f"[tool.speclock.clients.{package_of(topic)}]\n"
    if config.is_file():
        own = config.read_text(encoding="utf-8")
        config.write_text(own.replace(table, f'{table}client = "Sample"\n', 1), encoding="utf-8")
    else:
        spec = spec_of(copy).name
        config.write_text(f'{table}spec = "{spec}"\nclient = "Sample"\n', encoding="utf-8")
    return config


@pytest.mark.slow
@pytest.mark.parametrize(
    "topic",
    [
        pytest.param(topic, marks=[pytest.mark.nightly] if number % 4 else [])
        for number, topic in enumerate(topics(CASES))
    ],
)
def test_every_program_runs(topic: str, load_case: Callable[[str], Case], tmp_path: Path) -> None:
    modules = load_case(topic).modules
    config = settings_in(tmp_path, topic)
    faults: dict[str, str] = {}
    without_answer: set[str] = set()
    (listed,) = list_operations(package_of(topic), config=config)
    with without_layout():
        for row in (row for row in listed.operations if not row.is_webhook):
            label = f"{row.method} {row.path}"
            sections = show_operation(label, package_of(topic), config=config).sections
            http, fake = modules["_runtime.http"].httpx, modules["testing"].Fake()
            if sections["Example"].startswith("no example could be generated: "):
                continue
            fault = find_fault(sections, row.method, row.path, http, fake)
            if fault and not fault.startswith("Refused: no example for"):
                faults[label] = f"{fault}\n{sections['Example']}"
            if reason_in(sections["Answer"]):
                without_answer.add(f"{topic} {label}")
    assert faults == {}
    assert without_answer <= WITHOUT_ANSWER
