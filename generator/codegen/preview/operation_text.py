"""The text that shows an operation: its call, the body's fields, the request, an example."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace

from ...base.printable import on_one_line
from ...base.table import wrapped, wrapped_table
from ...reading.openapi.model.media_types import codec_of
from ..ir.annotations import annotation
from ..ir.models import Model
from ..ir.operations import Case, ClientOperation, MethodParameter
from ..ir.package import Api
from ..ir.types import Json
from ..package.files import Package
from ..render.source.docstrings import py_literal
from ..render.source.format import LINE, format_files
from ..render.source.python_expressions import Expressions
from ..render.views.expressions import arguments
from ..render.views.methods import SignatureView
from ..render.views.package import ApiView
from ..testdata.cases import NO_EXAMPLE, is_of_missing_example
from ..testdata.fake_replies import fake_replies

DOC = 60
_LEAST = 40
"""The columns that code gets at least."""
_UNDESCRIBED = "The description has none. To send one: options=Options(body=…), also query={…}"


def short_call(api: Api, operation: ClientOperation) -> str:
    """Return the call of an operation with the names of its required arguments, on one line."""
    arguments: list[str] = []
    for parameter in operation.parameters:
        if parameter.required:
            arguments.append(parameter.name)
    if operation.body and operation.body.required:
        arguments.append("body")
    return f"{api.attribute}.{operation.call}({', '.join(arguments)})"


class ApiText:
    """The values that the texts of all operations of an API need."""

    def __init__(self, package: Package) -> None:
        self.api = api = package.api
        self.view = ApiView(api)
        self.components = {component.name: component for component in api.components}
        self.replies: dict[str, dict[str, Json]] = json.loads(fake_replies(api, package.cases))
        self.requests: dict[str, Case] = {}
        for case in package.cases:
            if case.kind == "request":
                self.requests.setdefault(case.call, case)
        self._document = package.canonical
        warnings = package.findings.warnings
        self._missing = [warning for warning in warnings if is_of_missing_example(warning)]

    def why_missing(self, operation: ClientOperation) -> str:
        """Return why an operation has no example of a request or a response."""
        alone = replace(self._document, operations=(operation.origin,))
        facts = [f"{one.fact} ({one.place})" for one in self._missing if alone.users_of(one.place)]
        return "\n".join(facts)


class OperationText:
    """The parts to show of one operation."""

    def __init__(self, whole: ApiText, operation: ClientOperation, width: int = 0) -> None:
        """``width`` is the columns of a line, 0 for any; code and JSON may need more."""
        self.whole = whole
        self.width = width
        self.code_width = min(LINE, max(width, _LEAST)) if width else LINE
        self.api = whole.api
        self.view = whole.view
        self.components = whole.components
        self.op = operation
        (self.op_view,) = (one for one in self.view.operations if one.ir is operation)

    def sections(self) -> dict[str, str]:
        """Return the text of each section by its title, without empty ones."""
        texts = {
            "Call": f"{self.api.client}.{self.op.call}\n\n{self.call()}",
            "Body": self.body(),
            "Request": self.request(),
            "Example": self.example(),
            "Answer": self.answer(),
        }
        return {title: text for title, text in texts.items() if text}

    def call(self) -> str:
        """Return the signatures of the synchronous methods and overloads."""
        lines = ["class Resource:"]
        for method in self.op_view.methods:
            kind = "{}"
            if method.streams:
                kind = "Stream[{}]"
            elif method.paginates:
                kind = "Paginated[{}]"
            for overload in method.overloads:
                lines += ["@overload", f"{_head(method.name, overload, kind)} ..."]
            if self.op.deprecated:
                lines.append(f"@deprecated({py_literal(self.op_view.deprecation)})")
            lines += [_head(method.name, method.whole, kind), "    pass"]
        source = "\n    ".join(lines) + "\n"
        files = format_files({"resource.py": source}, min(LINE, self.code_width + 4))
        _, *formatted = files["resource.py"].splitlines()
        lines = [line for line in formatted if line.strip() not in ("", "pass")]
        return textwrap.dedent("\n".join(lines))

    def body(self) -> str:
        """Return the classes in the body's types with their fields; empty without a body.

        A method that usually has one gets a hint instead.
        """
        if not self.op.bodies and self.op.method in ("POST", "PUT", "PATCH"):
            return "\n".join(wrapped(_UNDESCRIBED, self.width))
        kinds: dict[str, list[str]] = {}
        for body in self.op.bodies:
            kinds.setdefault(body.annotation, []).append(on_one_line(body.media_type))
        parts: list[str] = []
        for hint, media_types in kinds.items():
            must = "" if self.op.bodies[0].required else ", optional"
            parts += wrapped(f"{hint}  ({', '.join(media_types)}{must})", self.width)
            for name in re.findall(r"\bmodels\.(\w+)", hint):
                found = self.components[name]
                if isinstance(found, Model):
                    if hint != f"models.{name}":
                        parts.append(f"  models.{name}")
                    width = self.width and max(self.width - 4, 1)
                    parts += [f"    {line}" for line in _fields(found, width)]
        return "\n".join(parts)

    def request(self) -> str:
        """Return method, URL, headers and parameters."""
        op = self.op
        server = op.server.value
        base = self.api.base_url.value or f"{{base_url}}{self.api.base_path.value}"
        if server.startswith("/"):
            base = "/".join(base.split("/")[:3]) + server.rstrip("/")
        elif server:
            base = server.rstrip("/")
        verb, _, target = self.op_view.request.value.partition(" ")
        lines = [f"{verb} {on_one_line(base)}{target}"]
        lines += [f"Accept: {op.accept}"]
        lines += [f"Content-Type: {on_one_line(body.media_type)}" for body in op.bodies[:1]]
        rows = [_parameter_row(parameter) for parameter in op.parameters]
        if op.security:
            rows += map(self._secret_row, op.security[0])
        parts: list[str] = []
        for line in lines:
            parts += wrapped(line, self.width)
        if rows:
            parts += wrapped_table(rows, self.width)
        return "\n".join(parts)

    def _secret_row(self, name: str) -> tuple[str, ...]:
        (found,) = (c for c in self.api.credentials if c.name == name)
        place = found.kind if found.kind in ("header", "query", "cookie") else "header"
        wire = on_one_line(found.wire) or "Authorization"
        return (place, wire, f"{self.api.client}({name}=…)", "")

    def example(self) -> str:
        """Return a program that makes the call, or why a value for it is missing."""
        op = self.op
        case = self.whole.requests.get(op.call)
        if case is None:
            return self._wrapped(self.whole.why_missing(op) or NO_EXAMPLE)
        writer = Expressions(self.components, declared_only=True)
        texts = ", ".join(arguments(op, case.arguments, writer.of, required_only=True))
        call = f"client.{case.call}({texts})"
        names = [self.api.client]
        if "models." in call:
            names.append("models")
        lines: list[str] = [*self.view.example_imports(op, writer)]
        lines += [f"from {self.api.package} import {', '.join(names)}", ""]
        lines += [f"with {self.api.client}({', '.join(self.view.example_settings(op))}) as client:"]
        if not op.signatures:
            lines.append(f"    with {call} as items:")
            lines += ["        for item in items:", "            print(item)"]
        elif op.result == "None":
            lines.append(f"    {call}")
        else:
            lines.append(f"    answer = {call}")
        program = {"example.py": "\n".join(lines) + "\n"}
        return format_files(program, self.code_width)["example.py"].rstrip()

    def answer(self) -> str:
        """Return the status with the result's type, and the body that the fake answers with."""
        known = self.whole.replies
        reply = known.get(self.op.constant)
        if reply is None and self.op.streamed:
            reply = known.get(self.op.streamed.constant)
        result: str = self.op_view.result
        if not self.op.signatures:
            result = f"items of {self.op_view.stream_item}"
        if reply is None:
            why = self.whole.why_missing(self.op) if self.op.call in self.whole.requests else ""
            return f"{result}\n\n{self._wrapped(why)}".rstrip()
        head = "\n".join(wrapped(f"{reply['status_code']} → {result}", self.width))
        if "body" not in reply:
            return head
        return f"{head}\n\n{_body_text(reply)}".rstrip("\n")

    def _wrapped(self, text: str) -> str:
        return "\n".join(part for line in text.splitlines() for part in wrapped(line, self.width))


def _body_text(reply: Mapping[str, Json]) -> str:
    body, headers = reply["body"], reply.get("headers")
    media_type = str(headers["content-type"]) if isinstance(headers, dict) else "application/json"
    if isinstance(body, str) and (codec_of(media_type) != "json" or media_type == "*/*"):
        return body
    return json.dumps(body, indent=2, ensure_ascii=False)


def _head(name: str, signature: SignatureView, result: str) -> str:
    """Return the first line of a method with a signature."""
    return f"def {name}(self, {', '.join(signature.lines)}) -> {result.format(signature.result)}:"


def _fields(model: Model, width: int) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for field in model.fields:
        hint = str(annotation(field.type))
        if not field.required:
            hint += " = None" if hint.endswith("| None") else " | None = None"
        notes: list[str] = []
        if field.wire != field.name:
            notes.append(f"sent as {on_one_line(field.wire)!r}")
        if field.nullable and not field.required:
            notes.append("null may be sent")
        if field.deprecated:
            notes.append("deprecated")
        rows.append((f"{field.name}: {hint}", "; ".join(notes)))
    if model.extra is not None:
        rows.append((f"**extra: {annotation(model.extra)}", "further members"))
    return wrapped_table(rows, width) if rows else ["(no fields)"]


def _parameter_row(parameter: MethodParameter) -> tuple[str, ...]:
    must = "required" if parameter.required else ""
    if parameter.of_client:
        must = "by default that of the client"
    doc = " ".join(parameter.doc.value.split())
    doc = textwrap.shorten(on_one_line(doc), DOC, placeholder=" …") if doc else ""
    about = "; ".join(filter(None, (must, doc)))
    return (parameter.place, on_one_line(parameter.wire), parameter.name, about)
