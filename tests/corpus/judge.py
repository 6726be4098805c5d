"""Does somebody else agree? openapi-core judges what a generated client sends and is answered.

    python tests/corpus/judge.py DESCRIPTION FOLDER PACKAGE

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
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jsonschema.exceptions import best_match
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.testing import MockResponse
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.corpus.descriptions import read

UNSENDABLE = "no request case"
RECONSIDERED = ("discriminator",)
"""Keywords that validators take for more than they are: what fails is judged without each again."""


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

    @property
    def failed(self) -> int:
        """How many operations have a failure."""
        return len({failure.operation for failure in self.failures})


class Sent:
    """An httpx request as openapi-core wants to see one."""

    def __init__(self, request: Any) -> None:
        url = urlsplit(str(request.url))
        self.host_url = f"{url.scheme}://{url.netloc}"
        # Web servers hand on the path unquoted; a quoted slash must not look like a separator.
        self.path = unquote(url.path.replace("%2F", "%252F").replace("%2f", "%252f"))
        self.method = str(request.method).lower()
        self.body: bytes | None = request.content or None
        self.content_type: str = request.headers.get("content-type", "")
        cookies = SimpleCookie(request.headers.get("cookie", ""))
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(url.query, keep_blank_values=True)),
            header=Headers(list(request.headers.items())),
            cookie=ImmutableMultiDict({name: unquote(one.value) for name, one in cookies.items()}),
            path={},
        )


class Original:
    """The description as it was written, one operation of it at a time."""

    def __init__(self, path: Path, without: str = "") -> None:
        self.document = read(path)
        if without:
            _strip(self.document, without)
        self.uri = path.resolve().as_uri()
        # Of the types that end in +json (RFC 6839 §3.1) it knows one; it is told of the rest.
        self.json_types = {kind.partition(";")[0] for kind in _json_types(self.document)}
        self.rest = {key: value for key, value in self.document.items() if key != "webhooks"}

    def operation(self, operation: dict[str, Any], base_url: str) -> OpenAPI:
        """A description of this operation alone, with everything that it may refer to."""
        method = str(operation["method"])
        path = self._key(operation)
        item = self.document["paths"][path]
        kept = {key: item[key] for key in item if key in _BESIDE or key == method.lower()}
        # A fragment tells operations apart; it is no part of the URL.
        document = {**self.rest, "paths": {path.partition("#")[0]: kept}}
        config = Config(
            spec_validator_cls=None,  # type: ignore[arg-type]  # its documentation says None
            server_base_url=base_url or None,
            extra_media_type_deserializers=dict.fromkeys(self.json_types, json.loads),
        )
        return OpenAPI.from_dict(document, config=config, base_uri=self.uri)

    def _key(self, operation: dict[str, Any]) -> str:
        """The path as the description has it, where a fragment tells operations apart."""
        path, method = str(operation["path"]), str(operation["method"]).lower()
        for key, item in self.document["paths"].items():
            given = item.get(method, {}).get("operationId") if "#" in key else None
            if key.partition("#")[0] == path and given == operation["operation_id"]:
                return str(key)
        return path


_BESIDE = ("parameters", "servers", "summary", "description", "$ref")


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
            verdict.failures.append(Failure(name, "", "request", _reason(error)))
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
            yield "client", _reason(error), ""
    except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
        yield "client", _reason(error), ""
    for request, response in exchanged:
        sent = Sent(request)
        for problem in _problems(judging.iter_request_errors, sent):
            yes = [k for k, v in again.items() if not _problems(v.iter_request_errors, sent)]
            yield "request", problem, "".join(yes[:1])
        if answer is None:
            continue
        kind = response.headers.get("content-type", "")
        given = MockResponse(
            response.content, response.status_code, dict(response.headers), content_type=kind
        )
        for problem in _problems(judging.iter_response_errors, sent, given):
            yes = [
                k for k, v in again.items() if not _problems(v.iter_response_errors, sent, given)
            ]
            yield "response", problem, "".join(yes[:1])


def _problems(check: Any, *values: Any) -> list[str]:
    try:
        return [_reason(error) for error in check(*values)]
    except Exception as error:  # noqa: BLE001 - a crash of the validator is reported as such
        return [f"openapi-core crashed: {_reason(error)}"]


def _reason(error: BaseException) -> str:
    """What happened in one line: where in the data the schema says no, or the chain of causes."""
    chain: list[BaseException] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 5:
        chain.append(seen)
        seen = seen.__cause__ or seen.__context__
    for link in chain:
        mismatch: Any = best_match(getattr(link, "schema_errors", ()))
        if mismatch is not None:
            reason = _short(f"{mismatch.json_path}: {mismatch.message}")
            return f"{type(error).__name__}: {reason}"
    return " ← ".join(_short(f"{type(link).__name__}: {link}") for link in chain)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:200]} … {line[-100:]}"


def _strip(data: object, keyword: str) -> None:
    """Take a keyword out of every schema, in place; of properties one may be called so."""
    waiting: list[tuple[object, bool]] = [(data, False)]
    while waiting:
        one, is_names = waiting.pop()
        if isinstance(one, dict):
            if not is_names:
                one.pop(keyword, None)
            waiting += [(value, key in ("properties", "schemas")) for key, value in one.items()]
        elif isinstance(one, list):
            waiting += [(value, False) for value in one]


def _json_types(data: object) -> Iterator[str]:
    """Every media type with the suffix ``+json`` that stands anywhere."""
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from (str(key) for key in one if str(key).partition(";")[0].endswith("+json"))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


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
