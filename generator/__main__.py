"""``python -m generator`` in a clone, ``python -m speclock`` where the wheel is installed."""

import sys

from .project.cli import main

if __name__ == "__main__":
    sys.exit(main())
