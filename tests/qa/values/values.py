"""Are values altered, refused or believed? JSON goes through a generated client both ways.

Everything here is made from the description as it is written, with references followed by this
program, and judged by jsonschema-rs. Of the package the public names alone are used.
"""

from __future__ import annotations

import json
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pydantic import ValidationError

from tests.qa.corpus.source import Json, Node, Source, Unresolvable, is_json
from tests.qa.corpus.trial_outcome import reason
from tests.qa.values.bodies import Bodies, Body
from tests.qa.values.differences import differences, is_beyond
from tests.qa.values.mutations import mutations
from tests.qa.values.package import Method, Package, plain
from tests.qa.values.validity import Validators, is_checked, keyword_of
from tests.qa.values.wire import fault, header_fault, is_defined

FAULTS = ("altered", "refused", "accepted", "silent")
"""A valid value became another one, or was refused; an invalid one was sent, or not reported."""
BODIES = 700
"""About the number of bodies of one description."""
SECONDS = 40.0
"""Of processor time after which a description's remaining operations are left out."""


@dataclass
class Values:
    """The outcome for one description."""

    counts: dict[str, int] = field(default_factory=Counter[str])
    """``request``, ``response``, ``parameter``, and what wasn't tried."""
    causes: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """A kind of fault and its cause → how often it occurred, and an example."""

    @property
    def tried(self) -> int:
        """Return the number of values."""
        kinds = ("request", "response", "parameter", "header")
        return sum(self.counts.get(one, 0) for one in kinds)

    def number(self, kind: str) -> int:
        """Return how often a kind of fault occurred."""
        return sum(n for cause, (n, _) in self.causes.items() if cause.startswith(f"{kind}: "))

    def add(self, kind: str, cause: str, example: str) -> None:
        """Record a fault, or the reason in ``reasons.toml`` why it is none."""
        excuse = reason("value", kind, f"{cause}  {example}")
        key = f"excused: {excuse}" if excuse else f"{kind}: {cause}"
        count, first = self.causes.get(key, (0, example[:500]))
        self.causes[key] = count + 1, first


def check_values(path: Path, folder: Path, package: str, seed: str) -> Values:
    """Push values of the description ``path`` through a client, which may be another one's."""
    warnings.simplefilter("ignore")
    checker = Checker(path, Package(folder, package), seed)
    checker.run()
    return checker.values


class Checker:
    """The check of one client."""

    def __init__(self, path: Path, package: Package, seed: str) -> None:
        self.package = package
        self.source = Source(path)
        self.random = Random(seed)
        self.values = Values()
        self.validators = {one: Validators(self.source, one) for one in ("readOnly", "writeOnly")}
        self.bodies = {one: Bodies(self.source, one, self.random) for one in self.validators}

    def run(self) -> None:
        """Check each operation, with fewer values where there are many."""
        calls = [*self.source.calls()]
        methods = [*filter(None, map(self.package.method, calls))]
        self.values.counts["operations without a method"] += len(calls) - len(methods)
        self.random.shuffle(methods)
        each = max(2, min(16, BODIES // max(3 * len(methods), 1)))
        ends = time.process_time() + SECONDS
        for method in methods:
            if time.process_time() > ends:
                self.values.counts["operations after the time"] += 1
                continue
            self._headers(method, min(each, 5))
            arguments = self._arguments(method)
            if arguments is None or not method.required <= arguments.keys():
                self.values.counts["operations without a call"] += 1
                continue
            self._requests(method, arguments, each)
            if self._send(method, arguments):  # which the requests tell, or is a form
                self.values.counts["operations without a call"] += 1
                continue
            self._parameters(method, arguments, each)
            self._responses(method, arguments, each)

    # Values

    def _valid(self, schema: Node | None, absent: str, number: int) -> Iterator[Body]:
        """Yield different values that are valid by the schema as it is written."""
        counts = self.values.counts
        validator = self._validator(schema, absent) if schema else None
        if schema is None or validator is None:
            return
        seen: set[str] = set()
        for _ in range(3 * number):
            try:
                body = self.bodies[absent].body(schema)
                text = json.dumps(body.value, sort_keys=True)
            except (Unresolvable, TypeError, RecursionError, AttributeError, ValueError):
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

    def _invalid(self, schema: Node, absent: str, value: Json) -> Iterator[tuple[Json, str]]:
        """Yield a value with one change that makes it invalid, and the keywords that it breaks."""
        validator = self._validator(schema, absent)
        for changed in mutations(value, self.random, 4):
            broken = [*validator.iter_errors(changed)] if validator else []
            if broken:
                words = sorted({keyword_of(one) for one in broken if is_checked(one)})
                self.values.counts["server checks"] += not words
                self.values.counts["invalid values"] += bool(words)
                if words:
                    yield changed, ", ".join(words)
                return

    def _validator(self, schema: Node, absent: str) -> Any:
        try:
            return self.validators[absent].of(schema)
        except (Unresolvable, RecursionError, AttributeError, TypeError, ValueError):
            self.values.counts["schemas without a validator"] += 1
            return None

    # Calls

    def _arguments(self, method: Method) -> dict[str, Any] | None:
        """Return the arguments that a call needs; None where they aren't known."""
        arguments: dict[str, Any] = {}
        for parameter in method.call.parameters:
            if parameter.value.get("required") is True or parameter.value["in"] == "path":
                schema = self._schema_of(parameter)
                bodies = self._valid(schema, "readOnly", 8)
                made = (one.value for one in bodies if not one.has_unknown)
                value = next((one for one in made if is_defined(parameter.value, one)), None)
                name = method.names.get((parameter.value["in"], str(parameter.value["name"])))
                if value is None or name is None:
                    return None
                arguments[name] = value
        owner = self._body_of(method.call.operation)
        if owner is None or owner.get("required") is not True:
            return arguments
        contents = self.source.bodies(owner)
        for media_type, schema in sorted(contents, key=lambda one: not is_json(one[0])):
            chosen = _chosen(method, "content_type", media_type)
            if not is_json(media_type) and "form" not in media_type:
                text = "text" if media_type.startswith("text/") else b"bytes"
                return {**arguments, "body": text, **chosen}
            for body in self._valid(schema, "readOnly", 8):
                if not body.has_unknown:
                    return {**arguments, "body": body.value, **chosen}
        return None

    def _body_of(self, owner: Node, key: str = "requestBody") -> Node | None:
        try:
            return self.source.resolve(owner.member(key))
        except (Unresolvable, KeyError):
            return None

    def _schemas_of(self, owner: Node) -> Iterator[tuple[str, Node]]:
        """Yield the JSON media types, and schemas, of a body; one of the format binary is bytes."""
        for media_type, schema in self.source.json_bodies(owner):
            with suppress(Unresolvable):
                if self.source.resolve(schema).get("format") != "binary":
                    yield media_type, schema

    def _schema_of(self, parameter: Node) -> Node | None:
        if isinstance(parameter.get("schema"), dict):
            return parameter.member("schema")
        return next((schema for _, schema in self.source.json_bodies(parameter)), None)

    def _push(
        self,
        direction: str,
        where: str,
        schema: Node,
        count: int,
        attempt: Callable[[Json], tuple[str, str] | None],
        admits: Callable[[Json], bool] = lambda _: True,
    ) -> None:
        """Try valid values, and twins that one change makes invalid.

        ``attempt`` returns the kind of a fault and a fact, each empty for none, or None for what
        isn't compared; ``refused`` is none of an invalid value.
        """
        absent = "writeOnly" if direction == "response" else "readOnly"
        for body in self._valid(schema, absent, count):
            if not admits(body.value) or (body.has_unknown and direction != "response"):
                continue  # a caller's unknown member is refused, as documented
            outcome = attempt(body.value)
            self.values.counts[direction if outcome else "not compared"] += 1
            kind, fact = outcome or ("", "")
            if kind:
                cause = f"{direction}, {fact.partition(' ')[0]}"
                self.values.add(kind, cause, f"{where}: {fact}  {_shown(body.value)}")
            for changed, words in self._invalid(schema, absent, body.value) if outcome else ():
                if admits(changed):
                    self.values.counts[direction] += 1
                    outcome = attempt(changed)
                    is_noticed = not outcome or outcome[0] == "refused"
                    if not is_noticed and not self.package.deviations:
                        kind = "silent" if direction == "response" else "accepted"
                        self.values.add(
                            kind, f"{direction}, {words}", f"{where}: {_shown(changed)}"
                        )

    def _parameters(self, method: Method, arguments: dict[str, Any], each: int) -> None:
        for parameter in method.call.parameters:
            place, wire = str(parameter.value["in"]), str(parameter.value["name"])
            name, schema = method.names.get((place, wire)), self._schema_of(parameter)
            if name is None or schema is None:
                self.values.counts["parameters left out"] += 1
                continue

            def attempt(value: Json, name: str = name, described: Any = parameter.value) -> Any:
                refused = self._send(method, {**arguments, name: value})
                if refused:
                    return "refused", refused
                fact = fault(described, value, method.call.path, self.package.request)
                return "altered" * bool(fact), fact

            self._push(
                "parameter", f"{method.call.method} {method.call.path} {place} {wire}", schema,
                min(each, 5), attempt, partial(is_defined, parameter.value),
            )  # fmt: skip

    def _requests(self, method: Method, arguments: dict[str, Any], each: int) -> None:
        owner = self._body_of(method.call.operation) if "body" in method.options else None
        for media_type, schema in self._schemas_of(owner) if owner else ():
            given = {**arguments, **_chosen(method, "content_type", media_type)}

            def attempt(value: Json, given: dict[str, Any] = given) -> tuple[str, str]:
                refused = self._send(method, {**given, "body": value})
                if refused:
                    return "refused", refused
                got = json.loads(self.package.request.content or b"null")
                return _changed(differences(value, got, is_text=True))

            where = f"{method.call.method} {method.call.path} {media_type}"
            self._push("request", where, schema, each, attempt, lambda value: value is not None)

    def _send(self, method: Method, arguments: dict[str, Any]) -> str:
        """Call the method; return why nothing was sent, or ""."""
        self.package.response, self.package.request = (500, "", b""), None
        self.package.deviations.clear()
        try:
            method.bound(**arguments)
        except (self.package.errors.ApiError, self.package.errors.ResponseError):
            pass
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            return _reason(error)
        return "" if self.package.request is not None else "no request"

    def _responses(self, method: Method, arguments: dict[str, Any], each: int) -> None:
        responses = method.call.operation.get("responses")
        if not isinstance(responses, dict) or method.call.method == "HEAD":
            return
        for status in responses:
            code = _status(str(status), responses)
            owner = self._body_of(method.call.operation.member("responses"), status)
            for media_type, schema in self._schemas_of(owner) if code and owner else ():
                asked = _chosen(method, "accept", media_type) if code < 300 else {}
                read = partial(self._read, method, {**arguments, **asked}, code, media_type)
                where = f"{method.call.method} {method.call.path} {code} {media_type}"
                self._push("response", where, schema, each, read)

    def _headers(self, method: Method, each: int) -> None:
        """Try valid values alone, for the class of the headers of a method checks no limits."""
        responses = Node(method.call.operation.file, method.call.operation.get("responses") or {})
        for status in responses.value if method.headers else ():
            owner = self._body_of(responses, status) or responses
            for name in owner.get("headers") or ():
                header = self._body_of(owner.member("headers"), name) or Node(owner.file, {})
                for body in self._valid(self._schema_of(header), "writeOnly", each):
                    outcome = header_fault(method.headers, name, header.value, body.value)
                    self.values.counts["header"] += outcome is not None
                    kind, fact = outcome or ("", "")
                    if kind:
                        where = f"{method.call.method} {method.call.path} {status} {name}"
                        self.values.add(kind, "header", f"{where}: {fact}  {_shown(body.value)}")

    def _read(
        self, method: Method, arguments: dict[str, Any], status: int, media_type: str, value: Json
    ) -> tuple[str, str] | None:
        """Return what was wrong with what the method returned of the server's response.

        A value that its schema admits deviates in nothing but members that are not described, and
        in texts that Python's type can't hold.
        """
        self.package.response = (status, media_type, json.dumps(value).encode())
        deviations = self.package.deviations
        deviations.clear()
        try:
            result = method.bound(**arguments)
        except self.package.errors.ApiError as error:
            result = error.error
            if result is None:  # an error without a type
                return None
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            return "refused", _reason(error)
        is_stream = hasattr(result, "__next__") or hasattr(result, "__enter__")
        if is_stream or (result is None and value is not None and not deviations):
            return None
        is_lost = is_beyond(value)
        for one in deviations:
            rule = one.rule.removeprefix("response/schema/")
            if rule != "property/added" and not (is_lost and rule == "format/changed"):
                return "refused", f"{rule} at {one.pointer}"
        places = [_places(one.pointer) for one in deviations]
        found = differences(value, plain(result))
        return _changed(
            (at, how) for at, how in found if not any(one.fullmatch(at) for one in places)
        )


def _chosen(method: Method, option: str, media_type: str) -> dict[str, Any]:
    """Return the argument that chooses a media type, where the method has it."""
    return {option: media_type} if option in method.options else {}


def _changed(found: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the kind of the fault of a changed value, and its first places; empty for none."""
    shown = [f"{at} {how}" for at, how in found]
    return "altered" * bool(shown), "; ".join(shown[:3])


def _places(pointer: str) -> re.Pattern[str]:
    """Return what matches the places that a report stands for: any item, and any key for ``*``."""
    return re.compile(re.sub(r"/(\d+|\\\*)(?=/|$)", "/[^/]*", re.escape(pointer)))


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
