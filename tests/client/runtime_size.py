"""A section of the page of faults: the size of a package for one POST, and what it is for."""

from __future__ import annotations

TABLE = """
`_call` | 145
    invalid base URLs, headers and time-outs of one call, the deadline,
    content-encodings, `ResponseInfo`, retries and logs
`_transport` | 95
    the loop of attempts and the reading of a response, twice: with and without `await`
`errors` | 90
    six classes with their attributes, messages on one line without control characters,
    pickling
`_model` | 85
    refusing what only a response may have (nulls, unknown members, numbers for texts), also
    on assignment and in copies
`_operation` | 85
    the operation as a value, its responses by status, the data of a request and of a response
`_client`, `_options` | 95
    the constructors of both clients, and the options of a call
`_connections` | 55
    new connections after a fork, the refusal in a second event loop, no cookies, redirects to
    invalid addresses
`_retry` | 50
    what may be repeated and when; `Retry-After` as seconds or a date, the API's own header
`_auth`, `_headers` | 50
    tokens as text, as functions or as `httpx.Auth`, shown nowhere; headers that HTTP can
    carry
`_limits`, `_enums` | 65
    reading a response whose values break a limit or aren't listed
`_json`, `_path`, `_encoding` | 65
    JSON bodies, and a parameter in the path that cannot change the path
`resources` | 40
    the method, twice, and its operation
"""
"""Modules with their lines of code (rounded), and what these lines do."""


def rows() -> list[str]:
    """Return the table's rows."""
    found: list[str] = []
    for line in TABLE.strip().splitlines():
        if line.startswith(" "):
            found[-1] += f" {line.strip()}"
        else:
            found.append(f"{line} |")
    return [f"| {row} |" for row in found]


SECTION = [
    "## What the code of one POST is for",
    "",
    "The package for this POST has about 935 lines of code without blank lines, comments and",
    "docstrings, beside its models and its fake server; one for a GET without parameters and",
    "bodies has about 560. A package has the module of a feature only if an operation needs it.",
    "",
    "| modules | lines | what they do |",
    "|---|---|---|",
    *rows(),
]
