"""The version of speclock."""

__version__ = "0.2.0"

RELEASED = False
"""True once the name ``speclock`` on the package index is this project's: docs/releasing.md."""
