"""Does somebody else agree? openapi-core judges what a generated client sends and is answered.

    python tests/qa/corpus/judge.py DESCRIPTION FOLDER PACKAGE

FOLDER is what ``generate --output`` wrote for DESCRIPTION. For each operation the generated client
makes the calls of its generated cases over a transport that records. openapi-core checks each
request and each answer against the *original* description – not against our canonical form of it –
and the client must read the answer. Prints JSON: operations, tried, and the failures with reasons.

openapi-core gets one operation at a time: its search takes the first path that the URL ends with,
whatever comes before (``/users/pets`` is taken for ``/pets``). It still matches server and path.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from openapi_core import OpenAPI
from openapi_core.testing import MockResponse

from tests.qa.corpus.original import (
    BESIDE_REF,
    UNDESCRIBED,
    UNTYPED_NULL,
    Original,
    Sent,
    problems,
    reason_of,
)

UNSENDABLE = "no request case"
RECONSIDERED = ("discriminator", BESIDE_REF, UNDESCRIBED, UNTYPED_NULL)
"""What validators take for more than it is: what fails is judged without each again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One judgement against a call."""

    operation: str
    case: str
    what: str
    """``request``, ``response`` or ``client``: who is at fault, or that nothing could be tried."""
    reason: str
    only_with: str = ""
    """A keyword without which the same data is accepted, if there is one; see RECONSIDERED."""


@dataclass(slots=True)
class Verdict:
    """What became of a description's operations."""

    operations: int = 0
    tried: int = 0
    """Operations of which at least one request was sent and judged."""
    requests: int = 0
    responses: int = 0
    """Answers with a documented body or status that were judged and read back."""
    failures: list[Failure] = field(default_factory=list[Failure])


def judge(description: Path, folder: Path, package: str) -> Verdict:
    """Every operation of the client in ``folder``, judged by ``description``."""
    sys.path.insert(0, str(folder))
    conftest = _module(folder / "tests" / package / "conftest.py")
    api: Any = conftest.Api()
    manifest = json.loads((folder / package / "speclock.json").read_text(encoding="utf-8"))
    cases: list[dict[str, Any]] = conftest.CASES
    environment: dict[str, Any] = conftest.DATA["environment"]
    base_url = str(environment["base_url"]) if environment["needs_base_url"] else ""
    original = Original(description)
    others = {keyword: Original(description, keyword) for keyword in RECONSIDERED}
    verdict = Verdict()
    for operation in manifest["operations"]:
        verdict.operations += 1
        name = f"{operation['method']} {operation['path']}"
        mine = [case for case in cases if case["call"] == operation["call"]]
        if not any(case["kind"] == "request" for case in mine):
            verdict.failures.append(Failure(name, "", "client", UNSENDABLE))
            continue
        verdict.tried += 1
        try:
            judging = original.operation(operation, base_url)
            again = {word: other.operation(operation, base_url) for word, other in others.items()}
        except Exception as error:  # noqa: BLE001 - the validator's own
            verdict.failures.append(Failure(name, "", "request", reason_of(error)))
            continue
        for case, answer in _calls(mine):
            verdict.requests += 1
            verdict.responses += answer is not None
            for what, reason, only_with in _call(api, judging, again, case, answer):
                failure = Failure(name, case["name"], what, reason, only_with)
                if failure not in verdict.failures:
                    verdict.failures.append(failure)
    return verdict


def _calls(
    cases: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each request with the first documented success, and each success with its request."""
    answers = [case for case in cases if case["kind"] == "response"]
    for case in cases:
        if case["kind"] == "request":
            yield case, answers[0] if answers else None
    for answer in answers[1:]:
        yield answer, answer


def _call(
    api: Any,
    judging: OpenAPI,
    again: dict[str, OpenAPI],
    case: dict[str, Any],
    answer: dict[str, Any] | None,
) -> Iterator[tuple[str, str, str]]:
    """One call; what is wrong with its request, its answer, and the client's reading of that."""
    exchanged: list[tuple[Any, Any]] = []
    respond = api.respond(answer) if answer else api.answer(200)

    def record(request: Any) -> Any:
        request.read()
        response = respond(request)
        exchanged.append((request, response))
        return response

    try:
        api.call("sync", case, record)
    except api.errors.ResponseError as error:
        if answer is not None:
            yield "client", reason_of(error), ""
    except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
        yield "client", reason_of(error), ""
    for request, response in exchanged:
        sent = Sent(request)
        for problem in problems(judging.iter_request_errors, sent):
            yes = [k for k, v in again.items() if not problems(v.iter_request_errors, sent)]
            yield "request", problem, "".join(yes[:1])
        if answer is None:
            continue
        kind = response.headers.get("content-type", "")
        given = MockResponse(
            response.content, response.status_code, dict(response.headers), content_type=kind
        )
        for problem in problems(judging.iter_response_errors, sent, given):
            yes = [k for k, v in again.items() if not problems(v.iter_response_errors, sent, given)]
            yield "response", problem, "".join(yes[:1])


def _module(path: Path) -> Any:
    """A module by its file."""
    spec = importlib.util.spec_from_file_location("generated_conftest", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules["generated_conftest"] = module
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Judge what the arguments name, and print the verdict as JSON."""
    description, folder, package = sys.argv[1:]
    with warnings.catch_warnings(action="ignore"):
        verdict = judge(Path(description), Path(folder), package)
    print(json.dumps(cast("dict[str, object]", asdict(verdict)), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
