"""The command line: a command parses its arguments, calls one service and prints the result.

No other room prints or exits. The module of a command is imported when that command runs.
"""

import gc
import io
import os
import sys

from ...base.version import __version__

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without an import that --version would wait for
if TYPE_CHECKING:
    from collections.abc import Sequence


def _write_utf8() -> None:
    """Write UTF-8 to anything but a terminal, which gets escapes of what it cannot show."""
    for stream in (sys.stdout, sys.stderr):  # None if it is closed
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command in ``arguments`` and return its exit code.

    Without ``arguments`` it is the process's own command, and the process ends with it: it collects
    no garbage and frees no trees, which takes a tenth of the time for a large description.
    """
    if arguments is None:
        from .interrupt import end_at_ctrl_c

        end_at_ctrl_c()
        _write_utf8()
        if "_ARGCOMPLETE" in os.environ:
            from .completion import answer_shell

            answer_shell()
        gc.disable()
        try:
            code = main(sys.argv[1:])
        except SystemExit as end:  # by argparse, which has printed why
            code = end.code if isinstance(end.code, int) else 2
        try:
            for stream in filter(None, (sys.stdout, sys.stderr)):  # None if it is closed
                stream.flush()
        except BrokenPipeError:  # of --help
            from .run import CLOSED

            code = CLOSED
        os._exit(code)
    if list(arguments) == ["--version"]:
        print(f"speclock {__version__}")
        return 0
    from .run import run

    return run(arguments)
