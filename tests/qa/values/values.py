"""Are values changed or refused? Schema-valid JSON goes through a generated client both ways.

Everything here is made from the description as it is written, with references followed by this
program. From the package come its public methods and models, and from its test cases the arguments
of a call that works.
"""

from __future__ import annotations

import json
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.qa.corpus.calls import Calls
from tests.qa.corpus.outcome import Outcome
from tests.qa.corpus.source import Call, Node, Source, Unresolvable
from tests.qa.values.bodies import Bodies, Body
from tests.qa.values.differences import differences
from tests.qa.values.validity import Validators
from tests.qa.values.wire import fault, is_defined

_PLACES = {"Path": "path", "Query": "query", "Header": "header"}
_ANY: TypeAdapter[Any] = TypeAdapter(Any)
BODIES = 700
"""About the number of bodies of one description."""
SECONDS = 40.0
"""Of processor time after which a description's remaining operations are left out."""


@dataclass
class Values(Outcome):
    """The outcome for one description."""

    counts: Counter[str] = field(default_factory=Counter[str])
    """``request``, ``response``, ``parameter``, and what couldn't be tried."""
    failed: Counter[str] = field(default_factory=Counter[str])
    """How many of these were refused or changed, by direction."""

    def fail(self, direction: str, where: str, fact: str) -> None:
        """Record a value that was refused or changed."""
        self.failed[direction] += 1
        fact = fact[:600]
        self.explain(f"{direction}: {where}: {fact}", "value", direction, fact)


@dataclass(slots=True)
class Method:
    """A generated method, ready to be called."""

    call: Call
    bound: Any
    operation: Any
    """What the package knows of the operation."""
    arguments: dict[str, Any]
    """The arguments of a call that works."""


class Server:
    """Answers each request with :attr:`response`, and keeps it."""

    def __init__(self) -> None:
        self.response: tuple[int, str, bytes] = (500, "", b"")
        self.request: Any = None
        self.make: Callable[..., Any] = dict

    def __call__(self, request: Any) -> Any:
        self.request = request
        status, media_type, content = self.response
        headers = {"content-type": media_type} if media_type else {}
        return self.make(status, headers=headers, content=content)


def check_values(
    path: Path,
    folder: Path,
    package: str,
    seed: str,
    root: Path | None = None,
    *,
    of: Path | None = None,
) -> Values:
    """Push values of the description ``path`` through a client, that of ``of`` if it is another.

    Files below ``root`` belong to the description.
    """
    warnings.simplefilter("ignore")
    checker = Checker(path, Calls(of or path, folder, package, root), seed)
    checker.run()
    values = checker.values
    values.tried = sum(values.counts[one] for one in ("request", "response", "parameter"))
    return values


class Checker:
    """The check of one client."""

    def __init__(self, path: Path, api: Calls, seed: str) -> None:
        self.api = api
        self.source = Source(path)
        self.random = Random(seed)
        self.calls = {(op.method, op.key.value): op.call for op in api.api.operations}
        self.server = Server()
        self.server.make = self.api.httpx.Response
        self.deviations: list[Any] = []
        self.client = self.api.client(self.server, self.deviations.append)
        self.values = Values()
        self.validators = {one: Validators(self.source, one) for one in ("readOnly", "writeOnly")}
        self.bodies = {one: Bodies(self.source, one, self.random) for one in self.validators}
        self.adapters: dict[str, TypeAdapter[Any]] = {}

    def run(self) -> None:
        """Check each operation, with fewer values where there are many."""
        calls = [call for call in self.source.calls() if (call.method, call.path) in self.calls]
        self.random.shuffle(calls)
        each = max(2, min(16, BODIES // max(3 * len(calls), 1)))
        ends = time.process_time() + SECONDS
        for call in calls:
            if time.process_time() > ends:
                self.values.counts["operations after the time"] += 1
                continue
            method = self._method(call)
            if method is None:
                self.values.counts["operations without a call"] += 1
                continue
            self._parameters(method, each)
            self._requests(method, each)
            self._responses(method, each)

    def _method(self, call: Call) -> Method | None:
        dotted = self.calls[call.method, call.path]
        case = self.api.cases.get(dotted)
        if case is None:
            return None
        try:
            arguments = self.api.arguments(case)
        except ValidationError:
            return None
        bound = self.api.method(self.client, dotted)
        return Method(call, bound, self.api.operation(dotted), arguments)

    # Values

    def _valid(self, schema: Node, absent: str, number: int) -> Iterator[Body]:
        """Yield different values that are valid by the schema as it is written."""
        counts = self.values.counts
        try:
            validator = self.validators[absent].of(schema)
        except (Unresolvable, RecursionError, AttributeError, TypeError):
            counts["schemas without a validator"] += 1
            return
        seen: set[str] = set()
        for _ in range(3 * number):
            try:
                body = self.bodies[absent].body(schema)
                text = json.dumps(body.value, sort_keys=True)
            except (Unresolvable, TypeError, RecursionError, AttributeError):
                counts["values that couldn't be made"] += 1
                continue
            if text in seen:
                continue
            seen.add(text)
            if not validator.is_valid(body.value):
                counts["values that aren't valid"] += 1
                continue
            yield body
            if len(seen) >= number:
                return

    # Parameters

    def _parameters(self, method: Method, each: int) -> None:
        written = {_key(one): one for one in getattr(method.operation, "parameters", ())}
        for parameter in method.call.parameters:
            place, wire = parameter.value["in"], str(parameter.value["name"])
            known = written.get((place, wire.lower() if place == "header" else wire))
            schema = self._schema_of(parameter)
            if known is None or schema is None:
                self.values.counts["parameters left out"] += 1
                continue
            for body in self._valid(schema, "readOnly", min(each, 5)):
                if is_defined(parameter.value, body.value):
                    self.values.counts["parameter"] += 1
                    where = f"{method.call.method} {method.call.path} {place} {wire}"
                    fact = self._parameter_fault(method, parameter.value, known, body)
                    if fact:
                        schema_text = json.dumps(schema.value, default=str)[:300]
                        self.values.fail("parameter", where, f"{fact}  {schema_text}")

    def _schema_of(self, parameter: Node) -> Node | None:
        if isinstance(parameter.get("schema"), dict):
            return parameter.member("schema")
        return next((schema for _, schema in self.source.json_bodies(parameter)), None)

    def _parameter_fault(
        self, method: Method, parameter: dict[str, Any], known: Any, body: Body
    ) -> str:
        text = json.dumps(body.value)
        try:
            if body.has_unknown:  # a class admits what isn't described only when it is read
                argument = known.read_json(text, lambda *_: None)
            else:
                argument = self._adapter(known._type()).validate_json(text)
            self._send(method, {known.name: argument})
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            return f"refused {body.value!r:.80}: {_reason(error)}"
        return fault(parameter, body.value, method.call.path, self.server.request)

    def _send(self, method: Method, changes: dict[str, Any]) -> None:
        """Call the method; what the answer is read as doesn't matter."""
        self.server.response = (500, "", b"")
        self.server.request = None
        try:
            method.bound(**{**method.arguments, **changes})
        except (self.api.errors.ApiError, self.api.errors.ResponseError):
            if self.server.request is None:
                raise

    # Request bodies

    def _requests(self, method: Method, each: int) -> None:
        operation = method.call.operation
        if operation.get("requestBody") is None or "body" not in method.arguments:
            return
        try:
            owner = self.source.resolve(operation.member("requestBody"))
        except Unresolvable:
            return
        for media_type, schema in self.source.json_bodies(owner):
            writes = getattr(method.operation, "bodies", {}).get(media_type, method.operation.body)
            type_ = getattr(writes, "_type", None)
            if type_ is None or writes.media_type != media_type:
                self.values.counts["bodies of another codec"] += 1
                continue
            chosen = {"content_type": media_type} if getattr(method.operation, "bodies", {}) else {}
            for number, body in enumerate(self._valid(schema, "readOnly", each)):
                self.values.counts["request"] += 1
                where = f"{method.call.method} {method.call.path} {media_type}"
                try:
                    argument = self._argument(writes, body, is_strict=number % 2 == 0)
                    self._send(method, {"body": argument, **chosen})
                    got = json.loads(self.server.request.content)
                except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
                    fact = f"refused: {_reason(error)}"
                    self.values.fail("request", where, f"{fact}  {_shown(body.value)}")
                    continue
                self._compare("request", where, body.value, got, schema)

    def _argument(self, writes: Any, body: Body, *, is_strict: bool) -> Any:
        """Return the body as a caller makes it: by the constructor, or read from JSON."""
        type_ = writes.annotation
        if body.has_unknown or not is_strict:
            return writes.read_json(json.dumps(body.value), lambda *_: None)
        if (
            isinstance(type_, type)
            and issubclass(type_, BaseModel)
            and isinstance(body.value, dict)
        ):
            return type_(**body.value)
        return self._adapter(type_).validate_json(
            json.dumps(body.value), strict=True, by_alias=True, by_name=False
        )

    # Responses

    def _responses(self, method: Method, each: int) -> None:
        responses = method.call.operation.get("responses")
        if not isinstance(responses, dict) or method.call.method == "HEAD":
            return
        listed = method.call.operation.member("responses")
        for status in responses:
            code = _status(str(status), responses)
            try:
                owner = self.source.resolve(listed.member(status))
            except Unresolvable:
                continue
            for media_type, schema in self.source.json_bodies(owner) if code else ():
                for body in self._valid(schema, "writeOnly", each):
                    self._response(method, code, media_type, schema, body)

    def _response(
        self, method: Method, status: int, media_type: str, schema: Node, body: Body
    ) -> None:
        where = f"{method.call.method} {method.call.path} {status} {media_type}"
        self.server.response = (status, media_type, json.dumps(body.value).encode())
        self.deviations.clear()
        try:
            others = getattr(method.operation, "others", {})
            asked = {"accept": media_type} if media_type in others else {}
            result = method.bound(**method.arguments, **asked)
        except self.api.errors.ApiError as error:
            result = error.error
            if result is None and body.value is not None:
                self.values.counts["errors without a type"] += 1
                return
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            self.values.counts["response"] += 1
            fact = f"refused: {_reason(error)}"
            self.values.fail("response", where, f"{fact}  {_shown(body.value)}")
            return
        if hasattr(result, "__next__") or hasattr(result, "__enter__"):
            self.values.counts["streams"] += 1
            return
        self.values.counts["response"] += 1
        # A value that its schema admits deviates in nothing but members that are not described.
        unexpected = [one for one in self.deviations if not one.rule.endswith("property/added")]
        if unexpected:
            fact = f"a deviation: {unexpected[0]}  {_shown(body.value)}"
            self.values.fail("response", where, fact)
            return
        got = _ANY.dump_python(result, mode="json", by_alias=True, exclude_unset=True)
        self._compare("response", where, body.value, got, schema)

    def _compare(self, direction: str, where: str, sent: Any, got: Any, schema: Node) -> None:
        found = list(differences(sent, got, is_text=direction == "request"))
        if found:
            shown = "; ".join(f"{at} {how}" for at, how in found[:3])
            part = self._part(schema, found[0][0])
            self.values.fail(direction, where, f"{shown}  {part}")

    def _part(self, schema: Node, pointer: str) -> str:
        """Return the schema at a place in a body, as far as it is easily found."""
        for token in pointer.split("/")[1:]:
            try:
                if isinstance(schema.get("$ref"), str):
                    _, schema = self.source.target(schema)
                if token in (schema.get("properties") or {}):
                    schema = schema.member("properties").member(token)
                elif isinstance(schema.get("items"), dict):
                    schema = schema.member("items")
                elif isinstance(schema.get("additionalProperties"), dict):
                    schema = schema.member("additionalProperties")
                else:
                    break
            except Unresolvable:
                break
        return json.dumps(schema.value, default=str)[:400]

    def _adapter(self, type_: Any) -> TypeAdapter[Any]:
        key = repr(type_)
        if key not in self.adapters:
            self.adapters[key] = TypeAdapter(type_)
        return self.adapters[key]


def _key(parameter: Any) -> tuple[str, str]:
    place = getattr(parameter, "place", "") or _PLACES.get(type(parameter).__name__, "")
    return place, parameter.wire.lower() if place == "header" else parameter.wire


def _status(written: str, responses: dict[str, Any]) -> int:
    """Return a status that a response is for, 0 for one that isn't tried."""
    if written == "default":
        groups = {str(one)[0] for one in responses}
        return next((number for number in (200, 500, 400) if str(number)[0] not in groups), 0)
    if written[1:].upper() == "XX" and written[:1].isdigit():
        free = (n for n in range(int(written[0]) * 100, 1000) if str(n) not in responses)
        written = str(next(n for n in free if n not in (204, 205)))
    number = int(written) if written.isdigit() else 0
    return number if number >= 200 and number not in (204, 205, 304) and number // 100 != 3 else 0


def _reason(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, first["loc"]))
        return f"{first['type']} at {place}: {first['msg']} ({first['input']!r:.60})"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:250]
