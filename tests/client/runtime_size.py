"""A section of the page of faults: the size of the package for one POST, and what it is for."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "generated" / "pinterest_audiences"
PURPOSES: Mapping[tuple[str, ...], str] = {
    (
        "_call",
        "_settings",
        "_decoding",
    ): "invalid base URLs, headers and time-outs of one call, "
    "the deadline, content-encodings, `ResponseInfo`, retries and logs",
    ("_transport",): "the loop of attempts and the reading of a response, twice: with and without "
    "`await`",
    ("errors", "_words"): "six classes with their attributes, the server's words on one line "
    "without control characters, pickling",
    ("_model",): "refusing what only a response may have (nulls, unknown members, numbers for "
    "texts), also on assignment and in copies",
    (
        "_operation",
        "_responses",
        "_exchange",
    ): "the operation as a value, its responses by status, the data of a request and of a response",
    ("_client", "_options"): "the constructors of both clients, also from environment variables, "
    "and the options of a call",
    ("_connections",): "new connections after a fork, the refusal in a second event loop, no "
    "cookies, redirects to invalid addresses, the refusal of another HTTP library's objects",
    ("_retry",): "what may be repeated and when; `Retry-After` as seconds or a date, the API's own "
    "header",
    ("_auth", "_headers"): "tokens as text, as functions or as `httpx.Auth`, or none, shown "
    "nowhere; headers that HTTP can carry",
    ("_reading",): "reading a response that isn't as described, and where it isn't",
    ("_deviations", "_raw"): "telling the caller of that, and responses as they arrived",
    ("_arguments",): "every invalid argument in one error, by its name",
    ("_json", "_path", "_encoding"): "JSON bodies, and a parameter in the path that cannot change "
    "the path",
    ("_undescribed",): "the query, or the body, of a call that the description lacks",
    ("resources/audiences",): "the method, twice, and its operation",
    ("response_headers", "_response_headers"): "the described headers of a response as values, "
    "loaded when you import the module",
    ("__init__", "_http"): "the public names, and the HTTP library's",
}
"""The modules of the package but for its models and its fake, and what their code does."""


def count_lines(path: Path) -> int:
    """Return the lines of code of a module, without blank lines, comments and docstrings."""
    source = path.read_text(encoding="utf-8")
    prose: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                prose.update(range(node.lineno, (node.end_lineno or 0) + 1))
            case _:
                pass
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in layout | {tokenize.ENDMARKER}:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - prose)


def section() -> list[str]:
    """Return the lines of the section."""
    counts = {
        modules: sum(count_lines(PACKAGE / f"{module}.py") for module in modules)
        for modules in PURPOSES
    }
    rows = [
        f"| {', '.join(f'`{module}`' for module in modules)} | {count} | {PURPOSES[modules]} |"
        for modules, count in counts.items()
    ]
    return [
        "## What the code of one POST is for",
        "",
        f"The package for this POST has {sum(counts.values())} lines of code without blank lines,",
        "comments and docstrings, beside its models and its fake server. A package has the module",
        "of a feature only if an operation needs it.",
        "",
        "| modules | lines | what they do |",
        "|---|---|---|",
        *rows,
    ]
