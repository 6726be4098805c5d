"""In a fresh process: import what one contestant needs, make its first call, and say the cost.

Prints seconds and bytes, the latter being the most memory that the process ever held.
"""

from __future__ import annotations

import sys
import time


def peak() -> int:
    """The process's own peak of resident memory.

    ``ru_maxrss`` is Linux's second choice here: it begins with the size of the parent process.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - no imports
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def main() -> None:
    """Measure the contestant that is named on the command line."""
    from tests.qa.bench import contestants

    call = getattr(contestants, sys.argv[1])
    began = time.perf_counter()
    call()()
    print(time.perf_counter() - began, peak())


if __name__ == "__main__":
    main()
