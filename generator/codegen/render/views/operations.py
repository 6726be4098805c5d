"""What templates see of one operation: its value, and the methods that call it.

Every property is an IR value or :class:`ir.Code`, so that templates hold no expression that builds
a name, a type or a call.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from ...ir import Answer, Body, Code, Member, Operation, Parameter, Signature, Text
from ..docstrings import py_literal


class View:
    """Passes attributes on to the IR value that it wraps."""

    def __init__(self, wrapped: object) -> None:
        self.wrapped = wrapped

    def __getattr__(self, name: str) -> object:
        return getattr(self.wrapped, name)


class ParameterView(View):
    """A parameter, and the value that writes it into a request."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.ir = parameter
        self.shared = Code("")
        """The name of its writer, where several operations of a module share one."""

    @property
    def writer(self) -> str:
        """The class that writes it."""
        p = self.ir
        if p.style == "json":
            return "JsonParameter"
        if p.place in ("query", "header"):
            return p.place.capitalize()
        plain = p.place == "path" and p.style == "simple" and p.scalar
        return "Path" if plain else "Styled"

    @cached_property
    def made(self) -> Code:
        """The expression that makes the writer; what goes without saying is left out."""
        p, writer = self.ir, self.writer
        options = [f", {p.place!r}"] if writer in ("JsonParameter", "Styled") else []
        options += [f", {py_literal(p.wire)}"] if p.wire != p.name else []
        if writer not in ("JsonParameter", "Path"):
            usual = "form" if p.place in ("query", "cookie") else "simple"
            options += [f", style={py_literal(p.style)}"] if p.style != usual else []
            exploded = p.style in ("form", "deepObject")
            options += [f", explode={p.explode}"] if p.explode != exploded else []
            options += [", reserved=True"] if p.reserved else []
        return Code(f"{writer}({py_literal(p.name)}, lambda: {p.check}{''.join(options)})")


_READERS = {
    "json": "Json", "text": "Text", "bytes": "Raw", "none": "Nothing", "events": "Events",
    "lines": "Lines", "sequence": "JsonSequence", "whole-events": "WholeEvents",
}  # fmt: skip
_WRITERS = {
    "json": "Json", "form": "Form", "multipart": "Multipart", "text": "Text", "bytes": "Content",
}  # fmt: skip


def _reader(answer: Answer) -> Code:
    """Return the expression that makes what reads an answer."""
    name = _READERS[answer.codec]
    given: list[str] = []
    if answer.codec not in ("text", "bytes", "none"):
        given.append(f"lambda: {answer.check}")
    if answer.media_type and answer.media_type != _USUAL.get(name):
        given.append(py_literal(answer.media_type))
    return Code(f"{name}({', '.join(given)})")


def _writer(body: Body) -> Code:
    """Return the expression that makes what writes a body."""
    name = _WRITERS[body.codec]
    given = [] if body.codec in ("text", "bytes") else [f"lambda: {body.check}"]
    if body.media_type != _USUAL.get(name):
        given.append(py_literal(body.media_type))
    if body.codec == "multipart" and body.parts:
        given.append("parts=" + py_literal({part.wire: part.media_type for part in body.parts}))
    if body.codec == "form" and body.parts:
        styles = {part.wire: (part.style, part.explode) for part in body.parts}
        given.append("styles=" + py_literal(styles))
    return Code(f"{name}({', '.join(given)})")


_USUAL = {
    "Json": "application/json",
    "Form": "application/x-www-form-urlencoded",
    "Multipart": "multipart/form-data",
    "Events": "text/event-stream",
    "WholeEvents": "text/event-stream",
}


@dataclass(frozen=True, slots=True)
class SignatureView:
    """The parameters and the result of a method, or of one of its overloads."""

    lines: Sequence[Code]
    """Each parameter with its annotation and default."""
    result: Code


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method: its name, its overloads if a caller can choose, and what it passes on."""

    name: str
    overloads: Sequence[SignatureView]
    whole: SignatureView
    value: Code
    """The operation's value, with what the caller chose."""
    streams: bool
    """Whether it hands the answer out piece by piece."""
    paginates: bool = False
    """Whether it walks through the pages of a list."""


class OperationView(View):
    """An operation: its value, and one or two methods."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation)
        self.ir = operation
        self.parameters = [ParameterView(p) for p in operation.parameters]
        self.shadows: list[str] = []
        self.owner = ""
        """The synchronous class that has the method."""

    # ── methods ──────────────────────────────────────────────────────────────────────────────

    @cached_property
    def methods(self) -> list[MethodView]:
        """The method that returns the whole answer, and the one that streams it."""
        op = self.ir
        made: list[MethodView] = []
        if op.signatures:
            overloads = [self._signature(one) for one in op.signatures]
            whole = overloads[0]
            if len(overloads) > 1:
                whole = self._signature(self._any(), is_whole=True)
            types = any(one.content_types for one in op.signatures)
            accepts = any(one.accepts for one in op.signatures)
            chosen = [
                "content_type" if types else "",
                ("accept=accept" if not types else "accept") if accepts else "",
            ]
            choice = ", ".join(filter(None, chosen))
            value = Code(f"{self.reference}.choose({choice})" if choice else self.reference)
            shown = overloads if len(overloads) > 1 else []
            made.append(MethodView(op.name, shown, whole, value, streams=False))
        if op.streamed:
            signature = self._signature(Signature((), self.body_type, (), op.streamed.item))
            value = Code(self.prefix + self.stream_name)
            made.append(MethodView(op.streamed.name, [], signature, value, streams=True))
        if op.pages:
            hint = Code(f"{op.pages.item}, {op.pages.page}")
            signature = self._signature(Signature((), self.body_type, (), hint))
            value = Code(self.prefix + self.pages_name)
            made.append(MethodView(op.pages.name, [], signature, value, False, paginates=True))
        return made

    def _any(self) -> Signature:
        """Return the signature that takes and gives whatever one of the overloads does."""
        every = self.ir.signatures
        return Signature(
            tuple(dict.fromkeys(t for one in every for t in one.content_types)),
            _union(one.body for one in every),
            tuple(dict.fromkeys(t for one in every for t in one.accepts)),
            _union(one.result for one in every),
        )

    def _signature(self, signature: Signature, *, is_whole: bool = False) -> SignatureView:
        op = self.ir
        required = [p for p in op.parameters if p.required]
        lines = [f"{p.name}: {self.unshadowed(p.annotation)}" for p in required]
        if op.body and op.body.required:
            lines.append(f"body: {self.unshadowed(signature.body)}")
        elif op.body:
            lines.append(f"body: {self.unshadowed(signature.body)} | None = None")
        lines.append("*")
        optional = [p for p in op.parameters if not p.required]
        lines += [f"{p.name}: {self.unshadowed(p.annotation)} = None" for p in optional]
        if signature.content_types:
            is_usual = is_whole or signature.body == op.signatures[0].body
            default = f" = {signature.content_types[0]!r}" if is_usual else ""
            hint = "str" if is_whole else f"Literal[{_listed(signature.content_types)}]"
            lines.append(f"content_type: {hint}{default}")
        if is_whole and signature.accepts:
            lines.append("accept: str | None = None")
        elif signature.accepts and signature.result == op.signatures[0].result:
            lines.append(f"accept: Literal[{_listed(signature.accepts)}] | None = None")
        elif signature.accepts:
            lines.append(f"accept: Literal[{_listed(signature.accepts)}]")
        lines.append("options: Options | None = None")
        return SignatureView([*map(Code, lines)], self.unshadowed(signature.result))

    def unshadowed(self, hint: Code) -> Code:
        """Return an annotation in a class one of whose methods is called like a type that it mentions."""
        for name in self.shadows:
            other = "models_" if name == "models" else f"builtins.{name}"
            hint = Code(re.sub(rf"(?<![\w.]){name}\b", other, hint))
        return hint

    @property
    def arguments(self) -> Code:
        """What the methods pass on: the values of the parameters, in their order."""
        return Code(f"({''.join(f'{p.name}, ' for p in self.ir.parameters)})")

    @property
    def body_argument(self) -> Code:
        """What the methods pass on as the body."""
        return Code("body" if self.ir.body else "None")

    @property
    def deprecation(self) -> str:
        """What a type checker says of a call to a deprecated operation."""
        return "The API's description marks this operation as deprecated."

    # ── the value ────────────────────────────────────────────────────────────────────────────

    @property
    def value_name(self) -> Code:
        """The name of the operation's value in its module."""
        return Code(self.ir.constant.upper())

    @property
    def prefix(self) -> Code:
        """What stands before a value's name where the methods are."""
        return Code("" if self.ir.resource else "operations.")

    @property
    def reference(self) -> Code:
        """How the methods name the value."""
        return Code(self.prefix + self.value_name)

    @property
    def module(self) -> Code:
        """What the testing module calls the module that holds the value."""
        return Code(f"{self.ir.resource or 'client'}_")

    @property
    def body_type(self) -> Code:
        """The type of the body, None where there is none."""
        return self.ir.body.annotation if self.ir.body else Code("None")

    @property
    def result(self) -> Code:
        """The type of what a call returns, whatever the caller chooses."""
        return self._any().result if self.ir.signatures else self.stream_item

    @property
    def body_made(self) -> Code:
        """The expression that makes what writes the body."""
        return _writer(self.ir.body) if self.ir.body else Code("None")

    @property
    def bodies_made(self) -> Code:
        """What writes the body in each media type; empty where there is one only."""
        made = [f"{body.media_type!r}: {_writer(body)}" for body in self.ir.bodies]
        return Code(f"{{{', '.join(made)}}}" if len(made) > 1 else "")

    @property
    def answers_made(self) -> Code:
        """What reads the successes, by status."""
        return _by_status(self.ir.answers) if self.ir.signatures else self.stream_made

    @property
    def others_made(self) -> Code:
        """What reads the successes in further media types, by these and by status."""
        grouped: dict[str, list[Answer]] = {}
        for answer in self.ir.others:
            grouped.setdefault(answer.media_type, []).append(answer)
        made = [f"{kind!r}: {_by_status(answers)}" for kind, answers in grouped.items()]
        return Code(f"{{{', '.join(made)}}}" if made else "")

    @property
    def errors_made(self) -> Code:
        """What reads the errors, by status; one that reads as the default does isn't listed."""
        default = next((_reader(a) for a in self.ir.errors if a.status == "default"), None)
        return _by_status(
            [a for a in self.ir.errors if a.status == "default" or _reader(a) != default]
        )

    @property
    def accept(self) -> str:
        """The Accept header: the media types of the documented successes."""
        return _accept(self.ir.answers) if self.ir.signatures else self.stream_accept

    @property
    def streams_beside(self) -> bool:
        """Return whether a second value stands for the answer as it is streamed."""
        return bool(self.ir.streamed and self.ir.signatures)

    @property
    def stream_name(self) -> Code:
        """The name of the value whose answer is streamed."""
        return Code(self.ir.streamed.constant.upper() if self.ir.streamed else "")

    @property
    def stream_item(self) -> Code:
        """The type of a streamed item."""
        return self.ir.streamed.item if self.ir.streamed else Code("None")

    @property
    def stream_made(self) -> Code:
        """What reads the streamed successes, by status."""
        return _by_status(self.ir.streamed.answers if self.ir.streamed else ())

    @property
    def stream_accept(self) -> str:
        """The Accept header of the method that streams."""
        return _accept(self.ir.streamed.answers if self.ir.streamed else ())

    @property
    def pages_name(self) -> Code:
        """The name of the value that says how pages follow each other."""
        return Code(self.ir.pages.constant.upper() if self.ir.pages else "")

    @property
    def pages_types(self) -> Code:
        """The types of an item and of a page."""
        return Code(f"{self.ir.pages.item}, {self.ir.pages.page}" if self.ir.pages else "")

    @property
    def pages_made(self) -> Code:
        """The expression that says how pages follow each other."""
        pages = self.ir.pages
        if pages is None:
            return Code("")
        given = [self.value_name, _member(pages.items)]
        if pages.parameter:
            given.append(repr(str(pages.parameter)))
        if pages.following:
            given.append(f"following={_member(pages.following)}")
        if pages.header:
            given.append(f"header={pages.header!r}")
        if pages.style == "page":
            given += [f"start={pages.start}", "by_page=True"]
        if pages.end:
            given.append(f"end={_member(pages.end)}")
        kind = {"cursor": "ByCursor", "link": "ByLink"}.get(pages.style, "ByNumber")
        return Code(f"{kind}({', '.join(given)})")

    @property
    def url_path(self) -> Text:
        """The path with its literal parts as they stand in a URL (RFC 3986 §3.3); a percent sign
        that encodes a character already stays.
        """
        pieces = re.split(r"(\{[^{}]*\}|%[0-9A-Fa-f]{2})", self.ir.path.value)
        quoted = (quote(p, safe="/:@!$&'()*+,;=~") for p in pieces[::2])
        kept = (*pieces[1::2], "")
        return Text("".join(part for pair in zip(quoted, kept, strict=True) for part in pair))

    # ── words ────────────────────────────────────────────────────────────────────────────────

    @property
    def title(self) -> str:
        """What the method does, in a line."""
        op = self.ir
        return op.summary.value or op.doc.value.partition("\n")[0] or f"{op.method} {op.path.value}"

    def docs(self, method: MethodView) -> str:
        """Return a method's docstring: what it does, its arguments and its result."""
        op = self.ir
        lines = [self.title]
        if method.streams and op.signatures:
            twin = f"{self.owner}.{op.name}"
            return f"{self.title}\n\nAs :meth:`{twin}`, but the answer is read as it arrives."
        if method.paginates:
            return f"The items of all pages of :meth:`{self.owner}.{op.name}`."
        if op.summary and op.doc and op.doc.value != op.summary.value:
            lines += ["", op.doc.value]
        arguments = [(p.name, p.doc.value) for p in op.parameters]
        if op.body:
            arguments.append(("body", op.body.doc.value))
        described = [
            textwrap.fill(
                f"{name}: {' '.join(doc.split())}",
                width=88,
                initial_indent="    ",
                subsequent_indent="        ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            for name, doc in arguments
            if doc
        ]
        if described:
            lines += ["", "Args:", *described]
        if op.result != "None" and len(op.result_doc.value.split()) > 2:  # not just "OK"
            lines += ["", "Returns:", f"    {' '.join(op.result_doc.value.split())}"]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SharedParameter:
    """A writer that several operations of a module use."""

    name: Code
    made: Code


def share_parameters(operations: Sequence[OperationView]) -> list[SharedParameter]:
    """Name the writers that more than one operation of a module uses, and tell their users."""
    users: dict[Code, list[ParameterView]] = {}
    for parameter in [p for op in operations for p in op.parameters]:
        users.setdefault(parameter.made, []).append(parameter)
    shared = {made: views for made, views in users.items() if len(views) > 1}
    wanted = [views[0].ir.name for views in shared.values()]
    found: list[SharedParameter] = []
    for made, views in shared.items():
        told = f"_{views[0].ir.name}"
        if wanted.count(views[0].ir.name) > 1:
            told += f"_{hashlib.sha256(made.encode()).hexdigest()[:6]}"
        found.append(SharedParameter(Code(told.upper()), made))
        for view in views:
            view.shared = found[-1].name
    return found


_SHADOWED = {"bool", "bytes", "dict", "float", "int", "list", "models", "str", "tuple"}


def note_shadows(operations: Sequence[OperationView], attributes: Iterable[str] = ()) -> None:
    """Tell the methods of one class which of their types' names are the class's own."""
    names = {op.ir.name for op in operations}.union(attributes)
    names.update(op.ir.streamed.name for op in operations if op.ir.streamed)
    for op in operations:
        op.shadows = sorted(names & _SHADOWED)


def _member(path: Sequence[Member]) -> str:
    """Return a function from an answer to one of its members, None where one on the way is."""
    reached = [".".join(("page", *(m.name for m in path[: i + 1]))) for i in range(len(path))]
    checks = [f"{at} is not None" for at, m in zip(reached, path[:-1], strict=False) if m.optional]
    guard = f" if {' and '.join(checks)} else None" if checks else ""
    return f"lambda page: {reached[-1] if reached else 'page'}{guard}"


def _listed(values: Sequence[str]) -> str:
    return ", ".join(map(repr, values))


def _union(hints: Iterable[Code]) -> Code:
    return Code(" | ".join(dict.fromkeys(hints)))


def _by_status(answers: Sequence[Answer]) -> Code:
    """Return a mapping from statuses to what reads their bodies, each reader written once."""
    grouped: dict[Code, list[str]] = {}
    for answer in answers:
        grouped.setdefault(_reader(answer), []).append(answer.status)
    parts = [
        f"{statuses[0]!r}: {made}"
        if len(statuses) == 1
        else f"**dict.fromkeys({py_literal(tuple(statuses))}, {made})"
        for made, statuses in grouped.items()
    ]
    only = parts[0].removeprefix("**") if len(parts) == 1 else ""
    return Code(only if only.startswith("dict.") else f"{{{', '.join(parts)}}}")


def _accept(answers: Sequence[Answer]) -> str:
    found = dict.fromkeys(answer.media_type for answer in answers if answer.media_type)
    if not found or all(a.codec == "json" for a in answers if a.media_type):
        return "application/json"
    sendable = [name for name in found if _HEADER.fullmatch(name) and "/" in name]
    return ", ".join(sendable) or "*/*"


_HEADER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
