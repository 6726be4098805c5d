"""Compare generators on two calls, and write docs/comparison.md.

``python -m tests.qa.comparison.run [NAME …]``. Each tool is installed with its pins from the
registries of Python and npm, and its client calls a server on this machine. What the tools write
stays in a temporary folder, or in the one that ``SPECLOCK_COMPARISON`` names, which keeps their
environments, too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.qa.comparison.page import TABLES, table, write_page
from tests.qa.comparison.row import measure
from tests.qa.comparison.tool import read_tools


def main(names: list[str]) -> None:
    """Measure the tools, those of the arguments or all, and print the tables or write the page."""
    registries, tools = read_tools()
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(os.environ.get("SPECLOCK_COMPARISON", temporary))
        rows = [
            measure(tool, base / tool.name.replace(" ", "-"), registries)
            for tool in tools
            if not names or tool.name in names
        ]
    if not names:
        write_page(rows)
        return
    for name in TABLES:
        print(table(name, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
