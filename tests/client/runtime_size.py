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
        "client",
        "__init__",
    ): "the constructors of both clients, also from environment variables, and the public names",
    ("errors",): "the exceptions by their public names, with the type of the documented error",
    ("resources/audiences",): "the method, twice, and its operation",
    ("response_headers",): "the described headers of a response, loaded when you import the module",
    ("_runtime/call", "_runtime/settings", "_runtime/decoding"): "invalid base URLs, headers and "
    "time-outs of one call, the deadline, content-encodings, `ResponseInfo`, retries and logs",
    ("_runtime/clients", "_runtime/options"): "the arguments of both clients, responses as they "
    "arrived, and the options of a call",
    ("_runtime/transport",): "the loop of attempts and the reading of a response, twice: with and "
    "without `await`",
    (
        "_runtime/errors",
        "_runtime/words",
    ): "seven classes with their attributes, the server's words "
    "on one line without control characters, pickling",
    ("_runtime/model",): "refusing what only a response may have (nulls, unknown members, numbers "
    "for texts), also on assignment and in copies",
    ("_runtime/operation", "_runtime/responses", "_runtime/exchange"): "the operation as a value, "
    "its responses by status, the data of a request and of a response",
    ("_runtime/connections", "_runtime/http"): "new connections after a fork, the refusal in a "
    "second event loop, no cookies, redirects to invalid addresses, the refusal of another HTTP "
    "library's objects",
    ("_runtime/retry",): "what may be repeated and when; `Retry-After` as seconds or a date, the "
    "API's own header",
    ("_runtime/auth", "_runtime/headers"): "tokens as text, as functions or as `httpx.Auth`, or "
    "none, shown nowhere; headers that HTTP can carry",
    ("_runtime/reading",): "reading a response that isn't as described, and where it isn't",
    ("_runtime/deviations",): "telling the caller of that",
    ("_runtime/arguments",): "every invalid argument in one error, by its name",
    ("_runtime/json", "_runtime/numbers", "_runtime/path", "_runtime/encoding"): "JSON bodies, "
    "decimals with all their digits, and a parameter in the path that cannot change the path",
    ("_runtime/undescribed",): "the query, or the body, of a call that the description lacks",
    ("_runtime/response_headers",): "the headers of a response as values",
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
        "comments and docstrings, beside its models and its fake server. A module of `_runtime` is",
        "the same in every package, and is there if another module imports it.",
        "",
        "| modules | lines | what they do |",
        "|---|---|---|",
        *rows,
    ]
