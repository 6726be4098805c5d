"""The views of the classes for response headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....base.immutable import immutable
from ....base.printable import counted
from ...ir.annotations import annotation
from ...ir.operations import ClientOperation, HeaderField
from ...ir.package import Api
from ...ir.types import Code, UnionType
from ..source.docstrings import py_literal
from .operations import View


class HeaderFieldView(View[HeaderField]):
    """A described header, as a field."""

    def __init__(self, field: HeaderField) -> None:
        super().__init__(field)
        options: list[str] = []
        if field.wire != field.name.replace("_", "-"):
            options.append(f"alias={py_literal(field.wire)}")
        if isinstance(field.type, UnionType):
            options.append("union_mode='left_to_right'")
        marks = [f"Field({', '.join(options)})"] if options else []
        marks += [field.form.upper()] if field.form else []
        hint = f"{annotation(field.type, 'header')} | None"
        self.hint = Code(f"Annotated[{', '.join((hint, *marks))}]" if marks else hint)
        """The annotation, with marks for a name or a text that pydantic wouldn't read."""


@immutable
class HeaderClassView:
    """A class for the headers of an operation, and its other names for operations with the same."""

    name: str
    doc: str
    fields: Sequence[HeaderFieldView]
    others: Sequence[str]


def header_classes(operations: Iterable[ClientOperation]) -> list[HeaderClassView]:
    """Return a class for each set of headers, sorted by name."""
    users: dict[tuple[HeaderField, ...], list[ClientOperation]] = {}
    for op in sorted(operations, key=lambda op: op.headers_name):
        if op.headers:
            users.setdefault(op.headers, []).append(op)
    classes: list[HeaderClassView] = []
    for fields, (first, *others) in users.items():
        more = f" and of {counted(len(others), 'other operation')}" if others else ""
        doc = f"The response headers of ``{first.call}``{more}."
        names = [op.headers_name for op in others]
        views = [HeaderFieldView(field) for field in fields]
        classes.append(HeaderClassView(first.headers_name, doc, views, names))
    return classes


def headers_doc(api: Api) -> str:
    """Return the docstring of the module."""
    op = min((op for op in api.operations if op.headers), key=lambda op: op.headers_name)
    return f"""The response headers that the description has, a class for each operation with any.

::

    raw = client.raw(client.{op.call}, …)
    headers = {op.headers_name}.read(raw.headers)

The ``headers`` of an error are read in the same way."""
