"""The methods of an operation: their signatures, overloads and docstrings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from ....base.immutable import immutable
from ...ir.annotations import optional
from ...ir.operations import ClientOperation, Overload, Pages, Streamed, Wait
from ...ir.types import Code, union
from .method_notes import links_line, scopes_line


@immutable
class SignatureView:
    """The parameters and the result of a method, or of one of its overloads."""

    lines: Sequence[Code]
    """Each parameter with its annotation and default."""
    result: Code


@immutable
class MethodView:
    """A method: its name, its signature, and its overloads if a caller can choose media types."""

    name: str
    overloads: Sequence[SignatureView]
    whole: SignatureView
    """The signature of the implementation."""
    value: Code
    """The operation's value, with the chosen media types."""
    body: Code
    """The body, as the method passes it on."""
    streams: bool = False
    """True if it returns a stream."""
    paginates: bool = False
    """True if it iterates over the pages of a list."""
    waits: bool = False
    """True if it waits for a result."""


def build_methods(op: ClientOperation, shadows: Sequence[str]) -> list[MethodView]:
    """Return the method for the whole response, and those that stream, paginate and wait.

    ``shadows`` are the names of types that are hidden by names of the class.
    """
    prefix = "" if op.resource else "operations."
    body = op.body.argument if op.body else Code("None")
    code = Code("body" if op.body else "None")
    methods: list[MethodView] = []

    def second(method: Streamed | Pages | Wait, result: Code, **kind: bool) -> MethodView:
        signature = _signature(op, Overload((), body, (), result), shadows)
        value = Code(prefix + method.constant.upper())
        return MethodView(method.name, [], signature, value, code, **kind)

    if op.signatures:
        overloads = [_signature(op, one, shadows) for one in op.signatures]
        whole = overloads[0]
        if len(overloads) > 1:
            whole = _signature(op, combined_signature(op), shadows, is_whole=True)
        has_types = any(one.content_types for one in op.signatures)
        arguments = ["content_type"] if has_types else []
        if any(one.accepts for one in op.signatures):
            arguments.append("accept" if has_types else "accept=accept")
        choice = f".choose_media_types({', '.join(arguments)})" if arguments else ""
        value = Code(f"{prefix}{op.constant.upper()}{choice}")
        passed = code
        if op.fields and op.body:
            passed = Code(f"body_or_fields(body, _fields){'' if op.body.required else ' or None'}")
            overloads = [whole, _signature(op, op.signatures[0], shadows, takes_fields=True)]
            if op.body.required and any(field.required for field in op.fields):
                overloads.append(_signature(op, op.signatures[0], shadows, has_other_body=True))
            whole = _signature(op, combined_signature(op), shadows, is_whole=True)
        overloads = overloads if len(overloads) > 1 else []
        methods.append(MethodView(op.name, overloads, whole, value, passed))
    if op.streamed:
        methods.append(second(op.streamed, op.streamed.item, streams=True))
    if op.pages:
        hint = Code(f"{op.pages.item}, {op.pages.page}")
        methods.append(second(op.pages, hint, paginates=True))
    if op.wait:
        method = second(op.wait, combined_signature(op.wait.asked).result, waits=True)
        limits = Code(f"{op.wait.argument}: Wait | None = None")
        signature = replace(method.whole, lines=[*method.whole.lines, limits])
        value = Code(f"{method.value}.within({op.wait.argument})")
        from_client = _question_arguments(op, op.wait)
        if from_client:
            value = Code(f"with_arguments({value}, {{{from_client}}})")
        methods.append(replace(method, whole=signature, value=value))
    return methods


def _question_arguments(start: ClientOperation, wait: Wait) -> str:
    """Return the arguments of a question that the client may have, by their indexes, as items.

    One that the question alone needs is missed before the start is sent.
    """
    items: list[str] = []
    for index, source in enumerate(wait.arguments):
        asked = wait.asked.parameters[index]
        needed_by = f", {wait.call!r}" if asked.is_needed else ""
        value = "None"
        if isinstance(source, int):
            parameter = start.parameters[source]
            if parameter.is_needed or not needed_by:
                continue
            value = parameter.name
        if asked.of_client and not isinstance(source, tuple):
            name = asked.of_client
            items.append(f"{index}: or_of_client(self._sender, {name!r}, {value}{needed_by})")
    return ", ".join(items)


def combined_signature(op: ClientOperation) -> Overload:
    """Return the signature that covers all overloads."""
    answers = [one for answer in op.answers for one in answer.each]
    return Overload(
        tuple(dict.fromkeys(t for signature in op.signatures for t in signature.content_types)),
        union(signature.body for signature in op.signatures),
        tuple(dict.fromkeys(t for signature in op.signatures for t in signature.accepts)),
        union(one.annotation for one in answers),
    )


def _signature(
    op: ClientOperation,
    signature: Overload,
    shadows: Sequence[str],
    *,
    is_whole: bool = False,
    takes_fields: bool = False,
    has_other_body: bool = False,
) -> SignatureView:
    """Return a signature; ``has_other_body`` is for a call whose options have the body."""

    def unshadow(hint: Code) -> str:
        return with_other_names(hint, shadows)

    lines = [f"{p.name}: {unshadow(p.annotation)}" for p in op.parameters if p.required]
    if op.body and not takes_fields and not has_other_body:
        is_needed = op.body.required and not (is_whole and op.fields)
        body = signature.body if is_needed else optional(signature.body)
        default = "" if is_needed else " = None"
        lines.append(f"body: {unshadow(body)}{default}")
    lines.append("*")
    for field in op.fields if takes_fields else ():
        default = "" if field.required else " = ..."
        lines.append(f"{field.name}: {unshadow(field.annotation)}{default}")
    lines += [f"{p.name}: {unshadow(p.annotation)} = None" for p in op.parameters if not p.required]
    if signature.content_types:
        is_default = is_whole or signature.body == op.signatures[0].body
        default = f" = {signature.content_types[0]!r}" if is_default else ""
        hint = "str" if is_whole else _literal(signature.content_types)
        lines.append(f"content_type: {hint}{default}")
    if signature.accepts:
        hint = "str" if is_whole else _literal(signature.accepts)
        is_default = is_whole or signature.result == op.signatures[0].result
        lines.append(f"accept: {hint}{' | None = None' if is_default else ''}")
    lines.append("options: Options" if has_other_body else "options: Options | None = None")
    if is_whole and op.fields:
        lines.append("**_fields: Any")
    return SignatureView([*map(Code, lines)], Code(unshadow(signature.result)))


def with_other_names(hint: Code, hidden: Sequence[str]) -> str:
    """Return an annotation in a class that hides the names of some types."""
    text = str(hint)
    for name in hidden:
        other = f"{name}_" if name in ("models", "params") else f"builtins.{name}"
        text = re.sub(rf"(?<![\w.]){name}\b", other, text)
    return text


def _literal(values: Sequence[str]) -> str:
    return f"Literal[{', '.join(map(repr, values))}]"


def title_of(op: ClientOperation) -> str:
    """Return the summary of an operation, or else its first line or its method and path."""
    return op.summary.value or op.doc.value.partition("\n")[0] or f"{op.method} {op.path.value}"


def method_docstring(op: ClientOperation, method: MethodView, owner: str) -> str:
    """Return a method's docstring: its title, its arguments and its result."""
    title = title_of(op)
    if method.streams and op.signatures:
        return f"{title}\n\nAs :meth:`{owner}.{op.name}`, but the answer is read as it arrives."
    if method.paginates:
        return f"The items of all pages of :meth:`{owner}.{op.name}`."
    if method.waits and op.wait:
        ends = ", ".join(op.wait.until)
        return (
            f"Call :meth:`{owner}.{op.name}`, and ``{op.wait.asked.call}`` until its "
            f"``{'.'.join(m.wire for m in op.wait.status)}`` is {ends}.\n\n"
            "Raises :class:`WaitError` with the last answer if it failed, or the deadline passed."
        )
    lines = [title]
    if not op.summary and op.doc:
        lines = [op.doc.value]
    elif op.doc and op.doc.value != op.summary.value:
        lines += ["", op.doc.value]
    arguments: list[tuple[str, str]] = []
    for p in op.parameters:
        by_default = " By default that of the client." if p.of_client else ""
        arguments.append((p.name, f"{p.doc.value}{by_default}"))
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
    if op.fields and op.body:
        fields = f"The fields of :class:`{op.body.annotation}` can be keyword arguments, too."
        lines += ["", fields]
    result = op.result_doc.value.split()
    if op.result != "None" and len(result) > 2:  # more than "OK"
        lines += ["", "Returns:", f"    {' '.join(result)}"]
    if op.scopes:
        lines += ["", scopes_line(op.scopes)]
    if op.links:
        lines += ["", links_line(op.links)]
    if op.headers:
        lines += ["", f"Response headers: :class:`.response_headers.{op.headers_name}`."]
    return "\n".join(lines)
