"""The views of one operation and its parameters.

Every property is an IR value or :class:`ir.Code`, so that templates build no name, type or call.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Generic, TypeVar
from urllib.parse import quote

from ....base.immutable import immutable
from ...ir.operations import ClientOperation, MethodParameter
from ...ir.types import Code, Text, is_scalar
from ..source.docstrings import py_literal
from .expressions import checked_type, member, reader, readers, writer
from .methods import MethodView, build_methods, combined_signature, method_docstring, title_of

T = TypeVar("T")


def chooses_media_types(op: ClientOperation) -> bool:
    """Return whether the caller of an operation can choose a media type."""
    return len(op.bodies) > 1 or any(signature.accepts for signature in op.signatures)


class View(Generic[T]):
    """An IR value with additional attributes."""

    def __init__(self, ir: T) -> None:
        self.ir = ir

    def __getattr__(self, name: str) -> object:
        return getattr(self.ir, name)


class ParameterView(View[MethodParameter]):
    """A parameter, and the value that writes it into a request."""

    def __init__(self, parameter: MethodParameter) -> None:
        super().__init__(parameter)
        self.shared = Code("")
        """The name of its writer, if several operations of a module share it."""

    @property
    def writer(self) -> str:
        """The class of its writer."""
        p = self.ir
        if p.place == "querystring":
            return "WholeQuery"
        if p.style == "json":
            return "JsonParameter"
        if p.place in ("query", "header"):
            return p.place.capitalize()
        plain = p.place == "path" and p.style == "simple" and is_scalar(p.type)
        return "Path" if plain else "Styled"

    @cached_property
    def made(self) -> Code:
        """The expression that makes the writer, without default arguments."""
        p, writer = self.ir, self.writer
        value = f"{py_literal(p.name)}, {checked_type(p.type)}"
        if writer == "WholeQuery":
            if p.style == "text":
                value += ", text=True"
        else:
            value += self._options(writer)
        if p.is_needed and p.place != "path":
            value += ", required=True"
        return Code(f"{writer}({value})")

    def _options(self, writer: str) -> str:
        """Return the arguments of a writer for the place, the name and the style."""
        p, options = self.ir, ""
        if writer in ("JsonParameter", "Styled"):
            options += f", {p.place!r}"
        if p.wire != p.name:
            options += f", {py_literal(p.wire)}"
        if writer not in ("JsonParameter", "Path"):
            default_style = "form" if p.place in ("query", "cookie") else "simple"
            if p.style != default_style:
                options += f", style={py_literal(p.style)}"
            is_exploded = p.style in ("form", "deepObject")
            if p.explode != is_exploded:
                options += f", explode={p.explode}"
        if writer != "JsonParameter" and p.reserved:
            options += ", reserved=True"
        return options


def _passed(parameter: MethodParameter, call: str) -> str:
    """Return an argument as the methods of a call pass it on."""
    if not parameter.of_client:
        return parameter.name
    needed_by = f", {call!r}" if parameter.is_needed else ""
    name = py_literal(parameter.of_client)
    return f"or_of_client(self._sender, {name}, {parameter.name}{needed_by})"


class OperationView(View[ClientOperation]):
    """An operation: its value, and its methods."""

    def __init__(self, op: ClientOperation) -> None:
        super().__init__(op)
        self.parameters = [ParameterView(p) for p in op.parameters]
        self.shadows: list[str] = []
        """The names of types that are hidden by names of its class."""
        self.owner = ""
        """The synchronous class with the method."""
        self.title = title_of(op)
        """The summary of the operation in one line."""
        self.arguments = Code("".join(f", {_passed(p, op.call)}" for p in op.parameters))
        """The values of the parameters in their order, as the methods pass them on."""
        self.deprecation = "The API's description marks this operation as deprecated."
        """The message of a type checker for a call to a deprecated operation."""
        self.value_name = Code(op.constant.upper())
        """The name of the operation's value in its module."""
        chooses = chooses_media_types(op)
        self.value_class = Code("NegotiatedOperation" if chooses else "Operation")
        """The class of the operation's value."""
        self.body_type = op.body.annotation if op.body else Code("None")
        """The type of the body, None without one."""
        self.body_made = writer(op.body) if op.body else Code("None")
        """The writer of the body."""
        self.bodies_made = Code("")
        """The writers of the body by media type; empty if there is only one."""
        if len(op.bodies) > 1:
            made = [f"{body.media_type!r}: {writer(body)}" for body in op.bodies]
            self.bodies_made = Code(f"{{{', '.join(made)}}}")

        self.streams_beside = bool(op.streamed and op.signatures)
        """True if a second value is needed for the streamed response."""
        self.stream_name = Code(op.streamed.constant.upper() if op.streamed else "")
        """The name of the value for the streamed response."""
        self.stream_item = op.streamed.item if op.streamed else Code("None")
        """The type of a streamed item."""
        streamed = op.streamed.answers if op.streamed else ()
        self.stream_made = readers(streamed)
        """The readers of the streamed success responses, by status."""
        self.stream_accept = op.streamed.accept if op.streamed else ""
        """The Accept header of the streaming method."""

        self.result = combined_signature(op).result if op.signatures else self.stream_item
        """The type of the result, whatever the caller chooses."""
        self.answers_made = readers(op.answers) if op.signatures else self.stream_made
        """The readers of the success responses, by status."""

        self.pages_name = Code(op.pages.constant.upper() if op.pages else "")
        """The name of the value for pagination; empty without it."""
        self.pages_types = Code(f"{op.pages.item}, {op.pages.page}" if op.pages else "")
        """The types of an item and of a page."""

        self.wait_name = Code(op.wait.constant.upper() if op.wait else "")
        """The name of the value for waiting; empty without it."""
        self.wait_type = combined_signature(op.wait.asked).result if op.wait else Code("")
        """The type of the result that is waited for."""
        self.wait_module = Code("")
        """The import of the module with the operation that is asked, if it is another one."""
        if op.wait and op.wait.asked.resource != op.resource:
            package, name = "." if op.resource else ".resources", op.wait.asked.resource
            imported = f"from {package} import {name} as _{name}"
            self.wait_module = Code(imported if name else "from .. import _operations")

    @cached_property
    def methods(self) -> list[MethodView]:
        """The method for the whole response, and those that stream, paginate and wait."""
        return build_methods(self.ir, self.shadows)

    def docs(self, method: MethodView) -> str:
        """Return a method's docstring: its title, its arguments and its result."""
        return method_docstring(self.ir, method, self.owner)

    @property
    def has_error_bodies(self) -> bool:
        """True if the body of an error is described."""
        return any(reader(a) != "Nothing()" for a in self.ir.errors)

    @property
    def errors_made(self) -> Code:
        """The readers of the error responses by status, without repetitions of the default."""
        errors = self.ir.errors
        default = next((reader(a) for a in errors if a.status == "default"), None)
        return readers([a for a in errors if a.status == "default" or reader(a) != default])

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
        if pages.last:
            arguments.append(f"last={member(pages.last, 'item')}")
        if pages.style == "page":
            arguments += [f"start={pages.start}", "by_page=True"]
        if pages.end:
            arguments.append(f"end={member(pages.end)}")
        if pages.more:
            arguments.append(f"more={member(pages.more)}")
        name = {"cursor": "ByCursor", "link": "ByLink"}.get(pages.style, "ByNumber")
        return Code(f"{name}({', '.join(arguments)})")

    @property
    def wait_made(self) -> Code:
        """The expression that makes the value for waiting."""
        wait = self.ir.wait
        if wait is None:
            return Code("")
        asked = wait.asked.constant.upper()
        if self.wait_module:
            asked = f"_{wait.asked.resource or 'operations'}.{asked}"
        values = ""
        for argument in wait.arguments:
            if isinstance(argument, tuple):
                values += f"{member(argument, 'started')}, "
            elif isinstance(argument, str):  # the method has it from the client
                values += "None, "
            else:
                values += f"{argument!r}, "
        arguments = [
            self.value_name,
            f"lambda: {asked}",
            f"({values})",
            member(wait.status, "answer"),
            py_literal(wait.until),
            py_literal(wait.failed),
        ]
        return Code(f"Polling({', '.join(arguments)})")

    @property
    def request(self) -> Text:
        """The method and the path with a query, percent-encoded except for parameters (RFC 3986
        §3.3, §3.4).
        """
        path, mark, query = self.ir.path.value.partition("?")
        pieces = re.split(r"(\{[^{}]*\}|%[0-9A-Fa-f]{2})", path)
        pieces[::2] = [quote(piece, safe="/:@!$&'()*+,;=~") for piece in pieces[::2]]
        target = "".join(pieces) + mark + quote(query, safe="/?:@!$&'()*+,;=~%{}")
        return Text(f"{self.ir.method} {target}")


@immutable
class SharedParameter:
    """A writer that several operations of a module use."""

    name: Code
    made: Code


_MODULES = {"models", "params"}
_TYPE_NAMES = {"bool", "bytes", "dict", "float", "int", "list", "str", "tuple", *_MODULES}


def hidden_types(operations: Sequence[OperationView], attributes: Iterable[str]) -> list[str]:
    """Return the names of types that a class hides by those of its methods and attributes."""
    names = {op.ir.name for op in operations}.union(attributes)
    names.update(op.ir.streamed.name for op in operations if op.ir.streamed)
    return sorted(names & _TYPE_NAMES)


def join_class(
    operations: Sequence[OperationView], owner: str, attributes: Iterable[str] = ()
) -> list[SharedParameter]:
    """Set what operations have as those of one class; return the writers that several use.

    ``attributes`` are the names that the class has beside its methods.
    """
    hidden = hidden_types(operations, attributes)
    for op in operations:
        op.owner, op.shadows = owner, hidden
    users: dict[Code, list[ParameterView]] = {}
    for op in operations:
        for parameter in op.parameters:
            users.setdefault(parameter.made, []).append(parameter)
    shared = {made: views for made, views in users.items() if len(views) > 1}
    wanted = [views[0].ir.name.upper() for views in shared.values()]
    parameters: list[SharedParameter] = []
    for (made, views), name in zip(shared.items(), wanted, strict=True):
        suffix = ""
        if wanted.count(name) > 1:
            suffix = f"_{hashlib.sha256(made.encode()).hexdigest()[:6]}".upper()
        parameters.append(SharedParameter(Code(f"_{name}{suffix}"), made))
        for view in views:
            view.shared = parameters[-1].name
    return parameters
