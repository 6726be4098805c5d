"""Programs that ``speclock show`` prints, run as printed with the network replaced by the fake."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

NO_EXAMPLE = "no example could be generated: "
Exchange = tuple[Any, Any]
"""A request and its response."""


def reason_in(text: str) -> str:
    """Return why a section has no example; empty if it has one."""
    return text[text.index(NO_EXAMPLE) :] if NO_EXAMPLE in text else ""


def find_fault(sections: Mapping[str, str], method: str, path: str, http: Any, fake: Any) -> str:
    """Run an operation's program and return what is wrong with it, or with the answer shown.

    Without an example of the answer, the fake's is empty.
    """
    has_answer = not reason_in(sections["Answer"])
    with answered_by(http, fake) as exchanged:
        try:
            run(sections["Example"], deprecated="@deprecated(" in sections["Call"])
        except Exception as error:  # noqa: BLE001 - whatever the program raises
            if has_answer or type(error).__name__ != "ResponseError":
                return f"{type(error).__name__}: {error}"
    if len(exchanged) != 1:
        return f"{len(exchanged)} requests"
    request, response = exchanged[0]
    if not is_for(request, method, path):
        return f"it calls {request.method} {request.url}"
    if has_answer and not is_shown(response, sections["Answer"]):
        return f"the fake answers {response.status_code} {response.content[:200]!r}"
    return ""


def run(program: str, *, deprecated: bool) -> None:
    """Run a program with warnings as errors, but for that of a deprecated operation."""
    code = compile(program, "example.py", "exec")
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("error")
        if deprecated:
            warnings.simplefilter("ignore", DeprecationWarning)
        exec(code, {"__name__": "__main__"})  # noqa: S102


@contextmanager
def answered_by(http: Any, fake: Any) -> Generator[list[Exchange]]:
    """Replace the network of an HTTP library by a package's fake; yield what is exchanged."""
    exchanged: list[Exchange] = []

    def handle(_: object, request: Any) -> Any:
        response = fake.handle_request(request)
        exchanged.append((request, response))
        return response

    with patch.object(http.HTTPTransport, "handle_request", handle):
        yield exchanged


def is_for(request: Any, method: str, path: str) -> bool:
    """Return whether a request has the method, and a path that ends as the described one."""
    described = re.escape(path.partition("#")[0].partition("?")[0])
    pattern = re.sub(r"\\\{.*?\\\}", ".+", described)
    sent = unquote(request.url.raw_path.decode().partition("?")[0])
    return request.method == method and bool(re.search(f"{pattern}$", sent))


def is_shown(response: Any, answer: str) -> bool:
    """Return whether a response has the status and the body in the text of the answer."""
    head, _, body = answer.partition("\n\n")
    if not head.startswith(f"{response.status_code} → "):
        return False
    try:
        shown, sent = json.loads(body), json.loads(response.content)
    except ValueError:
        shown, sent = body, response.content.decode().rstrip("\n")
    return bool(shown == sent)
