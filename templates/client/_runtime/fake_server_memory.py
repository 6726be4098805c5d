"""The fake over HTTP with the option to remember."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .fake_server import parser_of, run


def main(make: Callable[..., Any]) -> None:
    """Serve a fake by the arguments of the command, one of which makes it remember."""
    parser = parser_of(make)
    text = "answer with what requests made; prints the resources that it remembers"
    parser.add_argument("--remember", action="store_true", help=text)
    options = parser.parse_args()
    fake = make(remember=options.remember)
    run(fake, parser, options, [f"remembers {resource}" for resource in fake.remembers])
