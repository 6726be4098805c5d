"""How the pages install speclock: from a clone, or from the package index once it is there."""

from __future__ import annotations

_CLONE = "pip install path/to/speclock"
LINES = {
    "uvx --from path/to/speclock speclock ls api.yaml                # list the operations": (
        "uvx speclock ls api.yaml                                        # list the operations"
    ),
    f"{_CLONE}                                    # from a clone of this repository": (
        "pip install speclock                                            # from the package index"
    ),
    f"{_CLONE} httpx pydantic   # a clone or a wheel, and what the client needs": (
        "pip install speclock httpx pydantic   # speclock, and what the client needs"
    ),
    f"{_CLONE}   # a clone of the repository, or a wheel": "pip install speclock",
}
"""The lines of the pages until the first release, and those after it."""
