"""The command line: a command parses its arguments, calls one service and prints the result.

No other room prints or exits. The module of a command is imported when that command runs.
"""

import os
import sys

from ..version import __version__

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without an import that --version would wait for
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command in ``arguments``, by default the process's own; return its exit code."""
    if arguments is None:
        arguments = sys.argv[1:]
        if "_ARGCOMPLETE" in os.environ:
            from .completion import answer_shell

            answer_shell()
    if list(arguments) == ["--version"]:
        print(f"speclock {__version__}")
        return 0
    from .run import run

    return run(arguments)
