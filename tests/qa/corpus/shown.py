"""Do the programs run that ``speclock show`` prints?

    python tests/qa/corpus/shown.py DESCRIPTION FOLDER PACKAGE

FOLDER is what ``generate --output`` wrote for DESCRIPTION. The program of every operation runs as
printed (without ruff's layout, which would take longest) with the package's fake as the network.
Each makes one call, and gets the answer that is shown. Prints JSON: the number whose program ran,
those for which a reason is shown instead, and the failures.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.config import Client
from generator.errors import Findings
from generator.services import operation_text
from generator.services.operation_text import ApiText, OperationText
from generator.services.read_api import read_api
from tests.support.shown_code import find_fault, reason_in


@dataclass(slots=True)
class Programs:
    """What became of the programs of a description's operations."""

    ran: int = 0
    reasons: dict[str, str] = field(default_factory=dict[str, str])
    """Operation → why it has no program."""
    failures: dict[str, str] = field(default_factory=dict[str, str])
    """Operation → what is wrong."""


def run_shown(description: Path, folder: Path, package: str) -> Programs:
    """Run the program of every operation."""
    sys.path.insert(0, str(folder))
    http: Any = importlib.import_module(f"{package}._runtime.http").httpx
    make_fake: Callable[[], Any] = importlib.import_module(f"{package}.testing").Fake
    client, findings = Client(spec=description.name, package=package), Findings()
    source, api, cases = read_api(client, description.parent, findings, lambda _: None)
    whole = ApiText(api, cases, source.canonical, findings.warnings)
    found = Programs()
    with patch.object(operation_text, "format_files", dict):
        for operation in api.operations:
            label = f"{operation.method} {operation.key.value}"
            sections = OperationText(whole, operation).sections()
            reason = reason_in(sections["Example"])
            if reason:
                found.reasons[label] = reason
                continue
            fault = find_fault(sections, operation.method, operation.key.value, http, make_fake())
            if fault:
                found.failures[label] = fault
            else:
                found.ran += 1
    return found


def main() -> int:
    """Run what the arguments name, and print the result as JSON."""
    description, folder, package = sys.argv[1:]
    found = run_shown(Path(description), Path(folder), package)
    print(json.dumps(cast("dict[str, object]", asdict(found)), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
