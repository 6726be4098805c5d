"""The version of speclock, and where it is on the web."""

__version__ = "0.2.0"

RELEASED = False
"""True once the name ``speclock`` on the package index is this project's: docs/releasing.md."""

REPOSITORY = "OWNER/speclock"
"""The repository on GitHub. Until its owner is known, that is ``OWNER``: docs/releasing.md.

Everything else reads it here. ``python -m docs.tools`` writes it into the pages.
"""

SITE = f"https://{REPOSITORY.partition('/')[0].lower()}.github.io/speclock/"
"""The documentation site, which .github/workflows/site.yml publishes."""

RUNTIME_PACKAGE = "speclock_runtime"
"""The package of the distribution ``speclock-runtime``, which has the whole runtime."""
