"""The view of ``AGENTS.md``: a package for a reader who has nothing but its folder.

A program may act on the text that it reads there, so nothing of the description is in it but
identifiers: no title, no description, no path, and no text of an example. ``README.md`` has the
same content, and texts for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from ....base.immutable import immutable
from ....base.printable import counted
from ...ir.models import Alias, Enumeration, Model
from ...ir.operations import Case
from ...ir.types import (
    Array,
    Code,
    Constant,
    Dict,
    File,
    Json,
    Nullable,
    Ref,
    Scalar,
    Text,
    Type,
    UnionType,
)
from ..source.python_expressions import Expressions, TypeMismatch
from .expressions import arguments
from .operations import OperationView
from .package import ApiView

PLACEHOLDER = "example"
"""The value of a text that may be any."""
_UUID = "00000000-0000-0000-0000-000000000001"
_LONGEST_TEXT = 40
_WORD = re.compile(rf"[A-Za-z0-9_.:+-]{{1,{_LONGEST_TEXT}}}")
"""A text that cannot be a sentence, such as an identifier of the API or a time."""
_LINE = 68
"""The characters of a call, or of what makes a client, that are one line of a test."""
_BODY_LINE = 92
"""The characters of the arguments of a body that are one line of a test."""
_LONGEST_BODY = 600
_MOST_IMPORTS = 2
_MOST_CALLS = 12
_LONGEST_CALL = 80
"""The characters of a method, whose name is that of the operation in the description."""


@immutable
class ExampleCall:
    """A call that runs: its method and its arguments."""

    operation: OperationView
    method: Code
    """The method, from the client."""
    arguments: Code
    """The arguments; ``body`` is one of them if there is a body."""
    body: Code
    """The expression of the body, in at most three lines; empty without one."""
    imports: tuple[Code, ...]
    """The statements that the arguments need."""
    names: Code
    """The names to import from the package beside the client, with a comma before each."""
    secrets: Code
    """The arguments of the constructor."""
    test_secrets: Code
    """The same, with a comma if there are any."""
    variables: Code
    """The environment variables for ``from_env``; empty without any."""


class AgentsView:
    """The content of ``AGENTS.md``: names, numbers and a call; for people also texts."""

    def __init__(self, api: ApiView, cases: Sequence[Case]) -> None:
        self.api = api
        count = len(api.operations)
        self.operations = Code(counted(count, "operation"))
        """The number of operations, as text."""
        shown = [f"`{_cut(op.ir.call)}`" for op in api.operations[:_MOST_CALLS]]
        self.calls = Code(", ".join(shown))
        """The first methods, from the client."""
        self.more_calls = Code(f"{count - _MOST_CALLS:,}" if count > _MOST_CALLS else "")
        """The number of the other methods; empty if there are none."""
        streamed = (op.ir.streamed.call for op in api.operations if op.ir.streamed)
        self.streamed = Code(next((call for call in streamed if call == _cut(call)), ""))
        """The first method that streams its response, from the client; empty without one."""
        self._components = {component.name: component for component in api.ir.components}
        self.call = self._example(cases)
        """A call that runs; None if none can be made."""
        self.title = api.ir.title if api.ir.title.value.strip() else Text(api.ir.client)
        """The title of the page for people."""
        self.rows = [
            (op.ir.call, op.ir.method, op.ir.key, op.ir.summary or op.ir.doc)
            for op in api.operations
        ]
        """The method of the client, HTTP's method, the path and the summary of each operation."""
        classes = [component for component in api.ir.components if not isinstance(component, Alias)]
        self.classes = Code(counted(len(classes), "model"))
        """The number of classes, as text."""
        found = (self._model(one) for one in classes if isinstance(one, Model))
        self.model = Code(next(filter(None, found), ""))
        """The expression of a value of a model; empty if there is no simple one."""

    def _model(self, model: Model) -> str:
        """Return a short value of a model that requires something; empty if there is none."""
        writer = Expressions(self._components, declared_only=True)
        required = [field for field in model.fields if field.is_sent_always]
        try:
            values = {field.wire: _simple(field.type, writer) for field in required}
            text = writer.exact(Ref(model.name), values)
        except TypeMismatch:
            return ""
        return text if values and not writer.imports and len(text) <= _BODY_LINE else ""

    def _example(self, cases: Sequence[Case]) -> ExampleCall | None:
        """Return the first call whose body is short, or else that with the shortest."""
        requests: dict[str, Case] = {}
        for one in (one for one in cases if one.kind == "request"):
            requests.setdefault(one.call, one)
        answered = {one.call for one in cases if one.kind == "response"}
        found: ExampleCall | None = None
        for op in self.api.operations:
            case = requests.get(op.ir.call)
            if case is None or op.ir.deprecated or op.ir.call not in answered:
                continue
            with suppress(TypeMismatch):
                made = self._made(op, case)
                if _fits(made.body):
                    return made
                found = min(filter(None, (found, made)), key=lambda one: len(one.body))
        return found

    def _made(self, view: OperationView, case: Case) -> ExampleCall:
        """Return a call with the required arguments; raise :class:`TypeMismatch` without one."""
        writer, op = Expressions(self._components, declared_only=True), view.ir
        if "content_type" in case.arguments:
            raise TypeMismatch
        texts = [*arguments(op, case.arguments, partial(_expression, writer), required_only=True)]
        body = ""
        if "body" in case.arguments:
            body, texts[-1] = texts[-1], "body"
        secrets = ", ".join(self.api.example_settings(op))
        imports = tuple(self.api.example_imports(op, writer))
        variables = [c.variables[0] for c in self.api.used_credentials(op) if c.variables]
        example_call = ExampleCall(
            operation=view,
            method=Code(op.call),
            arguments=Code(", ".join(texts)),
            body=Code(body if _fits(body) else f"{body}  # fmt: skip"),
            imports=imports,
            names=Code(", models" if "models." in "".join([*texts, body]) else ""),
            secrets=Code(secrets),
            test_secrets=Code(f"{secrets}, " if secrets else ""),
            variables=Code(", ".join(f"`{name}`" for names in variables for name in names)),
        )
        lines = example_call.method + example_call.arguments, self.api.ir.async_client + secrets
        is_long = len(body) > _LONGEST_BODY or len(imports) > _MOST_IMPORTS
        if is_long or any(len(line) > _LINE for line in lines):
            raise TypeMismatch
        return example_call


def _simple(type_: Type, writer: Expressions) -> Json:
    """Return a text, a number, a flag or a member of an enumeration, without any limits."""
    match type_:
        case Scalar("string", "", ()):
            return PLACEHOLDER
        case Scalar("integer" | "number", "", ()):
            return 1
        case Scalar("boolean"):
            return True
        case Ref(name) if isinstance(found := writer.components[name], Enumeration):
            return found.members[0][1]
        case _:
            raise TypeMismatch


def _cut(call: str) -> str:
    return call if len(call) <= _LONGEST_CALL else f"{call[: _LONGEST_CALL - 1]}…"


def _fits(body: str) -> bool:
    """Return whether a body is at most three lines when it is laid out."""
    return len(body.partition("(")[2]) <= _BODY_LINE + 1 and len(body) <= 2 * _BODY_LINE


def _expression(writer: Expressions, type_: Type, value: Json) -> str:
    """Return a short value of a type as code; raise :class:`TypeMismatch` without one."""
    return writer.exact(type_, neutral(type_, value, writer)).replace(f"{_UUID!r}", "int=1")


def neutral(type_: Type, value: Json, writer: Expressions) -> Json:
    """Return a value of a type without optional members, whose texts are words or placeholders.

    ``value`` has the type. Raise :class:`TypeMismatch` if there is no such value.
    """
    match type_:
        case Nullable(inner):
            return None if value is None else neutral(inner, value, writer)
        case UnionType():
            return neutral(writer.option(type_, value), value, writer)
        case Ref(name):
            component = writer.components[name]
            if isinstance(component, Alias):
                return neutral(component.type, value, writer)
            if isinstance(component, Enumeration):
                return value  # written as the name of a member
            if isinstance(value, dict):
                return {
                    field.wire: neutral(field.type, value[field.wire], writer)
                    for field in component.fields
                    if field.is_sent_always and field.wire in value
                }
            raise TypeMismatch
        case Array(inner, constraints) if isinstance(value, list):
            fewest = dict(constraints).get("minItems", 1)
            items = value[: fewest if isinstance(fewest, int) else 1]
            if len(items) > 1:  # they may have to differ
                raise TypeMismatch
            return [neutral(inner, item, writer) for item in items]
        case Dict():
            return {}
        case File():
            return PLACEHOLDER
        case Scalar("any"):
            return PLACEHOLDER
        case Scalar("string", "uuid"):
            return _UUID
        case Scalar("string" | "bytes", "") if isinstance(value, str):
            return _text(dict(type_.constraints), value)
        case Scalar() | Constant() if not isinstance(value, str):
            return value
        case Scalar() | Constant() if isinstance(value, str) and _WORD.fullmatch(value):
            return value
        case _:
            raise TypeMismatch


def _text(constraints: Mapping[str, Json], value: str) -> str:
    """Return a text for which constraints hold, as they do for ``value``."""
    shortest, longest = constraints.get("minLength", 0), constraints.get("maxLength")
    is_any = constraints.keys() <= {"minLength", "maxLength"}
    if is_any and isinstance(shortest, int) and shortest <= _LONGEST_TEXT:
        text = PLACEHOLDER.ljust(shortest, "e")
        return text[:longest] if isinstance(longest, int) else text
    if not _WORD.fullmatch(value):
        raise TypeMismatch
    return value
