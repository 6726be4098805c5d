"""The views of one operation and its parameters.

Every property is an IR value or :class:`ir.Code`, so that templates build no name, type or call.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from ...ir import Answer, ClientOperation, Code, MethodParameter, Text
from ..docstrings import py_literal
from .expressions import accept_header, member, reader, readers, writer
from .methods import MethodView, build_methods, combined_signature, method_docstring, title_of


class View:
    """An IR value with additional attributes."""

    def __init__(self, wrapped: object) -> None:
        self.wrapped = wrapped

    def __getattr__(self, name: str) -> object:
        return getattr(self.wrapped, name)


class ParameterView(View):
    """A parameter, and the value that writes it into a request."""

    def __init__(self, parameter: MethodParameter) -> None:
        super().__init__(parameter)
        self.ir = parameter
        self.shared = Code("")
        """The name of its writer, if several operations of a module share it."""

    @property
    def writer(self) -> str:
        """The class of its writer."""
        p = self.ir
        if p.style == "json":
            return "JsonParameter"
        if p.place in ("query", "header"):
            return p.place.capitalize()
        plain = p.place == "path" and p.style == "simple" and p.scalar
        return "Path" if plain else "Styled"

    @cached_property
    def made(self) -> Code:
        """The expression that makes the writer, without default arguments."""
        p, writer = self.ir, self.writer
        options = [f", {p.place!r}"] if writer in ("JsonParameter", "Styled") else []
        options += [f", {py_literal(p.wire)}"] if p.wire != p.name else []
        if writer not in ("JsonParameter", "Path"):
            default = "form" if p.place in ("query", "cookie") else "simple"
            options += [f", style={py_literal(p.style)}"] if p.style != default else []
            exploded = p.style in ("form", "deepObject")
            options += [f", explode={p.explode}"] if p.explode != exploded else []
            options += [", reserved=True"] if p.reserved else []
        return Code(f"{writer}({py_literal(p.name)}, lambda: {p.check}{''.join(options)})")


class OperationView(View):
    """An operation: its value, and its methods."""

    def __init__(self, operation: ClientOperation) -> None:
        super().__init__(operation)
        self.ir = operation
        self.parameters = [ParameterView(p) for p in operation.parameters]
        self.shadows: list[str] = []
        """The names of types that are hidden by names of its class."""
        self.owner = ""
        """The synchronous class with the method."""

    # ── methods ──────────────────────────────────────────────────────────────────────────────

    @cached_property
    def methods(self) -> list[MethodView]:
        """The method for the whole response, the streaming one and the paginating one."""
        return build_methods(self.ir, self.shadows)

    @property
    def title(self) -> str:
        """The summary of the operation in one line."""
        return title_of(self.ir)

    def docs(self, method: MethodView) -> str:
        """Return a method's docstring: its title, its arguments and its result."""
        return method_docstring(self.ir, method, self.owner)

    @property
    def arguments(self) -> Code:
        """The values of the parameters in their order, as the methods pass them on."""
        return Code(f"({''.join(f'{p.name}, ' for p in self.ir.parameters)})")

    @property
    def body_argument(self) -> Code:
        """The body, as the methods pass it on."""
        return Code("body" if self.ir.body else "None")

    @property
    def deprecation(self) -> str:
        """The message of a type checker for a call to a deprecated operation."""
        return "The API's description marks this operation as deprecated."

    # ── the value ────────────────────────────────────────────────────────────────────────────

    @property
    def value_name(self) -> Code:
        """The name of the operation's value in its module."""
        return Code(self.ir.constant.upper())

    @property
    def module(self) -> Code:
        """The name of the value's module in the testing module."""
        return Code(f"{self.ir.resource or 'client'}_")

    @property
    def body_type(self) -> Code:
        """The type of the body, None without one."""
        return self.ir.body.annotation if self.ir.body else Code("None")

    @property
    def result(self) -> Code:
        """The type of the result, whatever the caller chooses."""
        return combined_signature(self.ir).result if self.ir.signatures else self.stream_item

    @property
    def body_made(self) -> Code:
        """The writer of the body."""
        return writer(self.ir.body) if self.ir.body else Code("None")

    @property
    def bodies_made(self) -> Code:
        """The writers of the body by media type; empty if there is only one."""
        made = [f"{body.media_type!r}: {writer(body)}" for body in self.ir.bodies]
        return Code(f"{{{', '.join(made)}}}" if len(made) > 1 else "")

    @property
    def answers_made(self) -> Code:
        """The readers of the success responses, by status."""
        return readers(self.ir.answers) if self.ir.signatures else self.stream_made

    @property
    def others_made(self) -> Code:
        """The readers of the success responses in other media types, by media type and status."""
        grouped: dict[str, list[Answer]] = {}
        for answer in self.ir.others:
            grouped.setdefault(answer.media_type, []).append(answer)
        made = [f"{name!r}: {readers(answers)}" for name, answers in grouped.items()]
        return Code(f"{{{', '.join(made)}}}" if made else "")

    @property
    def errors_made(self) -> Code:
        """The readers of the error responses by status, without repetitions of the default."""
        errors = self.ir.errors
        default = next((reader(a) for a in errors if a.status == "default"), None)
        return readers([a for a in errors if a.status == "default" or reader(a) != default])

    @property
    def accept(self) -> str:
        """The Accept header: the media types of the documented success responses."""
        return accept_header(self.ir.answers) if self.ir.signatures else self.stream_accept

    @property
    def streams_beside(self) -> bool:
        """Return whether a second value is needed for the streamed response."""
        return bool(self.ir.streamed and self.ir.signatures)

    @property
    def stream_name(self) -> Code:
        """The name of the value for the streamed response."""
        return Code(self.ir.streamed.constant.upper() if self.ir.streamed else "")

    @property
    def stream_item(self) -> Code:
        """The type of a streamed item."""
        return self.ir.streamed.item if self.ir.streamed else Code("None")

    @property
    def stream_made(self) -> Code:
        """The readers of the streamed success responses, by status."""
        return readers(self.ir.streamed.answers if self.ir.streamed else ())

    @property
    def stream_accept(self) -> str:
        """The Accept header of the streaming method."""
        return accept_header(self.ir.streamed.answers if self.ir.streamed else ())

    @property
    def pages_name(self) -> Code:
        """The name of the value for pagination; empty without it."""
        return Code(self.ir.pages.constant.upper() if self.ir.pages else "")

    @property
    def pages_types(self) -> Code:
        """The types of an item and of a page."""
        return Code(f"{self.ir.pages.item}, {self.ir.pages.page}" if self.ir.pages else "")

    @property
    def pages_made(self) -> Code:
        """The expression that makes the value for pagination."""
        pages = self.ir.pages
        if pages is None:
            return Code("")
        arguments = [self.value_name, member(pages.items)]
        if pages.parameter:
            arguments.append(repr(str(pages.parameter)))
        if pages.following:
            arguments.append(f"following={member(pages.following)}")
        if pages.header:
            arguments.append(f"header={pages.header!r}")
        if pages.style == "page":
            arguments += [f"start={pages.start}", "by_page=True"]
        if pages.end:
            arguments.append(f"end={member(pages.end)}")
        name = {"cursor": "ByCursor", "link": "ByLink"}.get(pages.style, "ByNumber")
        return Code(f"{name}({', '.join(arguments)})")

    @property
    def url_path(self) -> Text:
        """The path, percent-encoded except for its parameters (RFC 3986 §3.3)."""
        pieces = re.split(r"(\{[^{}]*\}|%[0-9A-Fa-f]{2})", self.ir.path.value)
        quoted = (quote(p, safe="/:@!$&'()*+,;=~") for p in pieces[::2])
        kept = (*pieces[1::2], "")
        return Text("".join(part for pair in zip(quoted, kept, strict=True) for part in pair))


@dataclass(frozen=True, slots=True)
class SharedParameter:
    """A writer that several operations of a module use."""

    name: Code
    made: Code


def share_parameters(operations: Sequence[OperationView]) -> list[SharedParameter]:
    """Name the writers that several operations of a module use, and set ``shared`` to the name."""
    users: dict[Code, list[ParameterView]] = {}
    for parameter in [p for op in operations for p in op.parameters]:
        users.setdefault(parameter.made, []).append(parameter)
    shared = {made: views for made, views in users.items() if len(views) > 1}
    wanted = [views[0].ir.name for views in shared.values()]
    parameters: list[SharedParameter] = []
    for made, views in shared.items():
        name = f"_{views[0].ir.name}"
        if wanted.count(views[0].ir.name) > 1:
            name += f"_{hashlib.sha256(made.encode()).hexdigest()[:6]}"
        parameters.append(SharedParameter(Code(name.upper()), made))
        for view in views:
            view.shared = parameters[-1].name
    return parameters


_TYPE_NAMES = {"bool", "bytes", "dict", "float", "int", "list", "models", "str", "tuple"}


def note_shadows(operations: Sequence[OperationView], attributes: Iterable[str] = ()) -> None:
    """Set ``shadows`` of the operations of one class."""
    names = {op.ir.name for op in operations}.union(attributes)
    names.update(op.ir.streamed.name for op in operations if op.ir.streamed)
    for op in operations:
        op.shadows = sorted(names & _TYPE_NAMES)
