"""Do the programs run that ``speclock show`` prints?"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from generator.base.config import Client
from generator.base.errors import Findings
from generator.codegen.preview import operation_text
from generator.codegen.preview.operation_text import ApiText, OperationText
from generator.project.services.project.read_api import read_api
from tests.qa.corpus.trial_outcome import Outcome
from tests.support.shown_code import find_fault, reason_in


def run_shown(description: Path, package: str) -> Outcome:
    """Run the program of every operation as printed, with the package's fake as the network.

    It isn't laid out by ruff, which would take longest. Each program makes one call, and gets the
    response that is shown; a reason in its place excuses an operation.
    """
    http: Any = importlib.import_module(f"{package}._runtime.http").httpx
    make_fake: Callable[[], Any] = importlib.import_module(f"{package}.testing").Fake
    client, findings = Client(spec=description.name, package=package), Findings()
    _, read = read_api(client, description.parent, findings, lambda _: None)
    whole = ApiText(read)
    outcome = Outcome()
    with patch.object(operation_text, "format_files", lambda files, *_: dict(files)):
        for operation in read.api.operations:
            method, path = operation.method, operation.key.value
            sections = OperationText(whole, operation).sections()
            if reason := reason_in(sections["Example"]):
                outcome.excused[reason] = outcome.excused.get(reason, 0) + 1
                continue
            outcome.tried += 1
            if fault := find_fault(sections, method, path, http, make_fake()):
                outcome.failures.append(f"{method} {path}: {' '.join(fault.split())}")
    return outcome
