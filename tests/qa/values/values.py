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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pydantic import ValidationError

from tests.qa.corpus.outcome import reason
from tests.qa.corpus.source import Call, Json, Node, Source, Unresolvable, is_json
from tests.qa.values.bodies import Bodies, Body
from tests.qa.values.differences import differences
from tests.qa.values.mutations import mutations
from tests.qa.values.package import Method, Package, plain
from tests.qa.values.validity import Validators
from tests.qa.values.wire import fault, is_defined

FAULTS = ("altered", "refused", "accepted", "silent")
"""A valid value became another one, or was refused; an invalid one was sent, or not reported."""
BODIES = 700
"""About the number of bodies of one description."""
SECONDS = 40.0
"""Of processor time after which a description's remaining operations are left out."""
SERVER_CHECKS = frozenset((
    "uniqueItems", "minProperties", "maxProperties", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "contains", "minContains", "maxContains", "not", "if",
    "then", "else", "unevaluatedProperties", "unevaluatedItems",
))  # fmt: skip
"""The keywords in docs/support.md that the server alone checks; others by what they list."""
_UNTRANSLATED = re.compile(r"\(\?[=!<]|\\[1-9]|\\[pP]")
"""Patterns that pydantic's engine lacks, so that the server alone checks them."""
_BEYOND = re.compile(r"P(?=.*\d[YM]).*|.*\d\.\d{7,}.*|.*:60(\.|Z|z|[+-]).*|0000-.*")
"""Texts of a format that Python's type can't hold (the table in docs/support.md, Formats)."""


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
        return sum(self.counts.get(one, 0) for one in ("request", "response", "parameter"))

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
        self.server = package.server
        self.source = Source(path)
        self.random = Random(seed)
        self.values = Values()
        self.validators = {one: Validators(self.source, one) for one in ("readOnly", "writeOnly")}
        self.bodies = {one: Bodies(self.source, one, self.random) for one in self.validators}

    def run(self) -> None:
        """Check each operation, with fewer values where there are many."""
        methods = [(call, self.package.method(call)) for call in self.source.calls()]
        known = [(call, method) for call, method in methods if method is not None]
        self.random.shuffle(known)
        each = max(2, min(16, BODIES // max(3 * len(known), 1)))
        ends = time.process_time() + SECONDS
        for call, method in known:
            if time.process_time() > ends:
                self.values.counts["operations after the time"] += 1
                continue
            arguments = self._arguments(call, method)
            if arguments is None or not method.required <= arguments.keys():
                self.values.counts["operations without a call"] += 1
                continue
            self._parameters(method, arguments, each)
            self._requests(method, arguments, each)
            self._responses(method, arguments, each)

    # Values

    def _valid(self, schema: Node, absent: str, number: int) -> Iterator[Body]:
        """Yield different values that are valid by the schema as it is written."""
        counts = self.values.counts
        validator = self._validator(schema, absent)
        seen: set[str] = set()
        for _ in range(3 * number if validator else 0):
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
                words = sorted({_keyword(one) for one in broken if _is_checked(one)})
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

    def _arguments(self, call: Call, method: Method) -> dict[str, Any] | None:
        """Return the arguments that a call needs; None where they aren't known."""
        arguments: dict[str, Any] = {}
        for parameter in call.parameters:
            if parameter.value.get("required") is True or parameter.value["in"] == "path":
                value = self._argument(parameter)
                name = method.names.get((parameter.value["in"], str(parameter.value["name"])))
                if value is None or name is None:
                    return None
                arguments[name] = value
        try:
            owner = self.source.resolve(call.operation.member("requestBody"))
        except (Unresolvable, KeyError):
            return arguments
        if owner.get("required") is not True:
            return arguments
        bodies = self.source.bodies(owner)
        for media_type, schema in sorted(bodies, key=lambda one: not is_json(one[0])):
            chosen = {"content_type": media_type} if "content_type" in method.options else {}
            if not is_json(media_type) and "form" not in media_type:
                text = "text" if media_type.startswith("text/") else b"bytes"
                return {**arguments, "body": text, **chosen}
            for body in self._valid(schema, "readOnly", 8):
                if not body.has_unknown:
                    return {**arguments, "body": body.value, **chosen}
        return None

    def _argument(self, parameter: Node) -> Json:
        schema = self._schema_of(parameter)
        for body in self._valid(schema, "readOnly", 8) if schema else ():
            if is_defined(parameter.value, body.value):
                return body.value
        return None

    def _send(self, method: Method, arguments: dict[str, Any]) -> str:
        """Call the method; return why nothing was sent, or ""."""
        self.server.response = (500, "", b"")
        self.server.request = None
        try:
            method.bound(**arguments)
        except (self.package.errors.ApiError, self.package.errors.ResponseError):
            pass
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            return _reason(error)
        return "" if self.server.request is not None else "no request"

    # Parameters

    def _parameters(self, method: Method, arguments: dict[str, Any], each: int) -> None:
        for parameter in method.call.parameters:
            place, wire = str(parameter.value["in"]), str(parameter.value["name"])
            name, schema = method.names.get((place, wire)), self._schema_of(parameter)
            if name is None or schema is None:
                self.values.counts["parameters left out"] += 1
                continue
            where = f"{method.call.method} {method.call.path} {place} {wire}"
            for body in self._valid(schema, "readOnly", min(each, 5)):
                if body.has_unknown or not is_defined(parameter.value, body.value):
                    continue
                self.values.counts["parameter"] += 1
                refused = self._send(method, {**arguments, name: body.value})
                kind, fact = "refused", refused
                if not refused:
                    path, request = method.call.path, self.server.request
                    kind, fact = "altered", fault(parameter.value, body.value, path, request)
                if fact:
                    cause = f"parameter, {_form(schema.value)}, {fact.partition(' ')[0]}"
                    self.values.add(kind, cause, f"{where}: {fact}  {_shown(body.value)}")
                for changed, words in self._invalid(schema, "readOnly", body.value):
                    if changed is None or not is_defined(parameter.value, changed):
                        continue
                    self.values.counts["parameter"] += 1
                    if not self._send(method, {**arguments, name: changed}):
                        self.values.add(
                            "accepted", f"parameter, {words}", f"{where}: {_shown(changed)}"
                        )

    def _schema_of(self, parameter: Node) -> Node | None:
        if isinstance(parameter.get("schema"), dict):
            return parameter.member("schema")
        return next((schema for _, schema in self.source.json_bodies(parameter)), None)

    # Request bodies

    def _requests(self, method: Method, arguments: dict[str, Any], each: int) -> None:
        if "body" not in method.options or "requestBody" not in method.call.operation.value:
            return
        try:
            owner = self.source.resolve(method.call.operation.member("requestBody"))
        except Unresolvable:
            return
        for media_type, schema in self.source.json_bodies(owner):
            chosen = {"content_type": media_type} if "content_type" in method.options else {}
            where = f"{method.call.method} {method.call.path} {media_type}"
            for body in self._valid(schema, "readOnly", each):
                if body.value is None or body.has_unknown:  # left out, or refused as documented
                    continue
                self.values.counts["request"] += 1
                given = {**arguments, **chosen}
                refused = self._send(method, {**given, "body": body.value})
                if refused:
                    cause = f"request, {refused.partition(' ')[0]}"
                    self.values.add("refused", cause, f"{where}: {refused}  {_shown(body.value)}")
                    continue
                got = json.loads(self.server.request.content or b"null")
                self._compare("request", where, body.value, got, schema)
                for changed, words in self._invalid(schema, "readOnly", body.value):
                    self.values.counts["request"] += 1
                    if changed is not None and not self._send(method, {**given, "body": changed}):
                        example = f"{where}: {_shown(changed)}"
                        self.values.add("accepted", f"request, {words}", example)

    # Responses

    def _responses(self, method: Method, arguments: dict[str, Any], each: int) -> None:
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
                is_asked = "accept" in method.options and code < 300
                chosen = {"accept": media_type} if is_asked else {}
                where = f"{method.call.method} {method.call.path} {code} {media_type}"
                for body in self._valid(schema, "writeOnly", each):
                    self._response(method, {**arguments, **chosen}, code, media_type, body, schema)
                    for changed, words in self._invalid(schema, "writeOnly", body.value):
                        self._changed(method, {**arguments, **chosen}, where, changed, words)

    def _response(
        self,
        method: Method,
        arguments: dict[str, Any],
        status: int,
        media_type: str,
        body: Body,
        schema: Node,
    ) -> None:
        where = f"{method.call.method} {method.call.path} {status} {media_type}"
        self.server.response = (status, media_type, json.dumps(body.value).encode())
        result, refused = self._read(method, arguments)
        if result is _STREAM or (result is None and body.value is not None and not refused):
            self.values.counts["streams, and errors without a type"] += 1
            return
        self.values.counts["response"] += 1
        if refused:
            cause = f"response, {refused.partition(' ')[0]}"
            self.values.add("refused", cause, f"{where}: {refused}  {_shown(body.value)}")
            return
        # A value that its schema admits deviates in nothing but members that are not described,
        # and in texts that Python's type can't hold.
        lost = {one.pointer for one in self.deviations() if one.rule.endswith("format/changed")}
        for one in self.deviations():
            is_lost = one.pointer in lost and any(map(_BEYOND.fullmatch, _texts(body.value)))
            if not one.rule.endswith("property/added") and not is_lost:
                cause = f"response, {one.rule.removeprefix('response/schema/')}"
                self.values.add("refused", cause, f"{where}: {one.pointer}  {_shown(body.value)}")
                return
        self._compare("response", where, body.value, plain(result), schema)

    def _changed(
        self, method: Method, arguments: dict[str, Any], where: str, value: Json, words: str
    ) -> None:
        """Expect that an invalid response is reported, or raises."""
        status, media_type, _ = self.server.response
        self.server.response = (status, media_type, json.dumps(value).encode())
        result, refused = self._read(method, arguments)
        if result is _STREAM or (result is None and not refused):
            return
        self.values.counts["response"] += 1
        if not refused and not self.deviations():
            self.values.add("silent", f"response, {words}", f"{where}: {_shown(value)}")

    def deviations(self) -> list[Any]:
        """Return what the client reported of the last response."""
        return self.package.deviations

    def _read(self, method: Method, arguments: dict[str, Any]) -> tuple[Any, str]:
        """Return what a method returned of the server's response, and why it raised, or ""."""
        self.package.deviations.clear()
        try:
            result = method.bound(**arguments)
        except self.package.errors.ApiError as error:
            result = error.error
        except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
            return None, _reason(error)
        is_stream = hasattr(result, "__next__") or hasattr(result, "__enter__")
        return (_STREAM if is_stream else result), ""

    def _compare(self, direction: str, where: str, sent: Any, got: Any, schema: Node) -> None:
        noted = self.deviations() if direction == "response" else []
        reported = [_places(one.pointer) for one in noted]
        found = [
            (at, how)
            for at, how in differences(sent, got, is_text=direction == "request")
            if not any(one.fullmatch(at) for one in reported)
        ]
        if found:
            shown = "; ".join(f"{at} {how}" for at, how in found[:3])
            part = self._part(schema, found[0][0])
            form = _form(part)
            example = f"{where}: {shown}  {json.dumps(part, default=str)[:300]}"
            self.values.add("altered", f"{direction}, {form}", example)

    def _part(self, schema: Node, pointer: str) -> Json:
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
        return schema.value


_STREAM = object()


def _keyword(error: Any) -> str:
    """Return the keyword that a value breaks."""
    return next((str(one) for one in reversed(error.schema_path) if isinstance(one, str)), "false")


def _is_checked(error: Any) -> bool:
    """Return whether the client, not the server alone, checks what a value breaks."""
    facts, word = error.kind.as_dict(), _keyword(error)
    if word in ("enum", "const"):
        listed = facts.get("options", [facts.get("expected_value")])
        has_type = [
            one.bit_length() < 64 if isinstance(one, int) else isinstance(one, (str, type(None)))
            for one in (int(x) if isinstance(x, float) and x.is_integer() else x for x in listed)
        ]
        return all(has_type) and error.instance is not None  # null counts as listed
    if "prefixItems" in error.schema_path:  # an item may be of any of the types
        return False
    if word == "pattern":
        return _UNTRANSLATED.search(str(facts["pattern"])) is None
    if word == "oneOf" and type(error.kind).__name__ == "OneOfMultipleValid":
        return False
    branches = facts.get("context")
    if branches:
        return all(any(map(_is_checked, branch)) for branch in branches)
    return word not in SERVER_CHECKS


def _places(pointer: str) -> re.Pattern[str]:
    """Return what matches the places that a report stands for: any item, and any key for ``*``."""
    return re.compile(re.sub(r"/(\d+|\\\*)(?=/|$)", "/[^/]*", re.escape(pointer)))


def _texts(value: Json) -> Iterator[str]:
    """Yield the texts in a value."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else ():
        yield from _texts(item)
    for item in value if isinstance(value, list) else ():
        yield from _texts(item)


def _form(schema: Any) -> str:
    """Return a few words about a schema: its type, its format and what composes it."""
    if not isinstance(schema, dict):
        return str(schema)
    composed = [key for key in ("oneOf", "anyOf", "allOf", "enum", "$ref") if key in schema]
    words = (schema.get("type", ""), schema.get("format", ""), *composed)
    return " ".join(str(one) for one in words if one) or "any"


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
