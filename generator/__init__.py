"""speclock: a small, typed HTTP client that you own, from a checked-in OpenAPI description.

Each stage of generation is a function from a value to a value::

    spec/*.yaml ── document ──────────► Document     a tree in which every node has its location
                ── document.selectors ► operations   those that were selected
                ── openapi.normalize ─► Document     one dialect, closed, inline schemas lifted
                ── codegen.build ─────► ir.Api       every name and type decided
                ── codegen.render ────► text         models by datamodel-code-generator, the rest
                                                     from templates/, formatted by ruff
                ── codegen.output ────► files        written or compared

``cli`` is the only room that prints or exits, ``fetch`` the only one that opens a socket.
"""

__version__ = "0.1.0"
