"""Does somebody else agree? openapi-core judges what a generated client sends and is answered.

The generated tests run, synchronous ones only, over a transport that records. openapi-core checks
each request and each response against the *original* description – not against our canonical form
of it. That the client reads the response is what the tests themselves assert. The same exchanges
are a recording in which `drift --traffic` may find nothing.

openapi-core gets one operation at a time: its search takes the first path that the URL ends with,
whatever comes before (``/users/pets`` is taken for ``/pets``). It still matches server and path.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockResponse

from tests.qa.corpus import recorded
from tests.qa.corpus.original import (
    BESIDE_REF,
    EMPTY,
    UNDESCRIBED,
    UNTYPED_NULL,
    Original,
    Sent,
    problems,
    reason_of,
)
from tests.qa.corpus.trial_outcome import Outcome
from tests.qa.runner import tools

UNSENDABLE = "no test sends a request"
BASE_URL = "https://api.example.com"
"""The base URL in generated tests, if the description has none."""
RECONSIDERED = ("discriminator", BESIDE_REF, UNDESCRIBED, UNTYPED_NULL, EMPTY)
"""What validators take for more than it is: what fails is judged without each again."""


def judge(description: Path, folder: Path, package: str) -> Outcome:
    """Judge every operation of the client in ``folder`` by ``description``.

    A failure is of the ``request``, the ``response``, the ``client``, where nothing could be tried,
    or ``traffic``, what the drift check finds.
    """
    manifest = json.loads((folder / package / "speclock.json").read_text(encoding="utf-8"))
    exchanged = _exchanged(package)
    facts = importlib.import_module(f"{package}.client").API_FACTS
    base_url = "" if facts.address else BASE_URL
    original = Original(description)
    others = {keyword: Original(description, keyword) for keyword in RECONSIDERED}
    outcome = Outcome()
    told: set[tuple[str, ...]] = set()

    def fail(name: str, test: str, what: str, reason: str, only_with: str = "") -> None:
        """Record a failure; of RECONSIDERED, the data is accepted without ``only_with``."""
        if (name, test, what, reason, only_with) not in told:
            told.add((name, test, what, reason, only_with))
            text = f"{name} [{test}] {what}: {reason}"
            outcome.explain(text, "judged", what, reason, only_with)

    for operation in manifest["operations"]:
        name = f"{operation['method']} {operation['path']}"
        path = re.sub(r"\\\{.*?\\\}", ".*", re.escape(operation["path"].partition("#")[0]))
        mine = [
            one
            for one in exchanged.get(operation["call"], [])
            if one[1].method == operation["method"]
            and re.search(f"{path.partition('?')[0]}$", unquote(one[1].url.path))
        ]
        if not mine:
            fail(name, "", "client", UNSENDABLE)
            continue
        outcome.tried += 1
        try:
            judging = original.operation(operation, base_url)
            again = {word: other.operation(operation, base_url) for word, other in others.items()}
        except Exception as error:  # noqa: BLE001 - the validator's own
            fail(name, "", "request", reason_of(error))
            continue
        for test, request, response in mine:
            for problem in _problems(judging, again, request, response):
                fail(name, test, *problem)
    exchanges = [one[1:] for listed in exchanged.values() for one in listed]
    for fact in recorded.deviations(description, exchanges, BASE_URL):
        fail("recorded", "", "traffic", fact)
    return outcome


def _exchanged(package: str) -> dict[str, list[tuple[str, Any, Any]]]:
    """Run the synchronous tests; return test, request and response by operation."""
    fake: Any = importlib.import_module(f"{package}._runtime.fake").FakeTransport
    found: dict[str, list[tuple[str, Any, Any]]] = {}
    respond = fake.handle_request

    class Watch:
        test = ""

        def pytest_runtest_call(self, item: pytest.Item) -> None:
            self.test = item.name

    watch = Watch()

    def record(self: Any, request: Any) -> Any:
        response = respond(self, request)
        request.read()
        if response.status_code == 429 and "_rate_limit[" in watch.test:
            return response  # whether or not the description has that status
        place = found.setdefault(request.extensions["operation"], [])
        place.append((watch.test, request, response))
        return response

    fake.handle_request = record
    tools.generated_tests(f"tests/{package}", "-k", "not async", plugins=[watch])
    return found


def _problems(
    judging: OpenAPI, again: dict[str, OpenAPI], request: Any, response: Any
) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a request, and with its response."""
    sent = Sent(request)
    for problem in problems(judging.iter_request_errors, sent):
        yes = [k for k, v in again.items() if not problems(v.iter_request_errors, sent)]
        yield "request", problem, "".join(yes[:1])
    if request.method == "HEAD":
        return  # without a body (RFC 9110 §9.3.2), which openapi-core looks for
    kind = response.headers.get("content-type", "")
    given = MockResponse(
        response.content, response.status_code, dict(response.headers), content_type=kind
    )
    for problem in problems(judging.iter_response_errors, sent, given):
        yes = [k for k, v in again.items() if not problems(v.iter_response_errors, sent, given)]
        yield "response", problem, "".join(yes[:1])
