"""Ctrl-C in a process that is a command."""

import os
import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C."""
MESSAGE = "interrupted; run it again to finish."


def end_at_ctrl_c() -> None:
    """Make Ctrl-C end this process at once, with one line on standard error.

    Nothing is raised, since libraries catch exceptions, replace them or print them. An end at any
    moment is safe: files are replaced as a whole. Where Ctrl-C is ignored, that is kept.
    """
    process = os.getpid()

    def end(_number: int, _frame: object) -> None:
        _end(process)

    try:
        import signal  # takes a millisecond, so inside

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, end)
    except KeyboardInterrupt:
        _end(process)


def _end(process: int) -> None:
    if os.getpid() != process:  # a fork, which gets the signal of its terminal too
        os._exit(INTERRUPTED)
    try:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        is_terminal = os.isatty(2)
        word = "\x1b[31merror\x1b[0m" if is_terminal and not os.environ.get("NO_COLOR") else "error"
        start = "\r\x1b[K" if is_terminal else ""  # in place of the progress, or of a question
        os.write(2, f"{start}{word}: {MESSAGE}\n".encode())
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # there is nothing to add
        _clean_up()
    finally:
        os._exit(INTERRUPTED)


def _clean_up() -> None:
    """End the processes that were forked, and remove temporary folders."""
    if "multiprocessing" in sys.modules:
        from multiprocessing import active_children

        for child in active_children():
            child.kill()
    if "weakref" in sys.modules:
        from weakref import finalize

        finalize._exitfunc()  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
