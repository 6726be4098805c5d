"""speclock: a small, typed HTTP client that you own, from a checked-in OpenAPI description.

The pipeline; values flow one way, and each stage is a function from a value to a value::

    spec/*.yaml ── spec.document ──► Document        the file with the line of every node
                ── spec.select ────► [Operation]     the operations that were asked for
                ── spec.canonical ─► Canonical       one dialect, closed, inline schemas lifted
                ── build ──────────► ir.Api          every name and type decided
                ── emit.models ────► models.py       by datamodel-code-generator
                ── emit.render ────► *.py            from templates/
                ── emit.format ────► (ruff)
                ── emit.fileset ───► write | check

``cli`` is the only module that prints or exits, ``emit.write`` the only one that writes files.
"""

__version__ = "0.1.0"
