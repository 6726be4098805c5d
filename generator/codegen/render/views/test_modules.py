"""The views of the generated tests: which calls are tested, and under which names.

A test is the code that a person would write for one example: the server's response, the call, and
what must hold of the request and of the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...ir import Api, Case, ClientOperation, Code
from ...names import Identifier, snake
from ..python_expressions import Expressions
from .test_statements import Statements, members

_MOST_EXAMPLES = 3
"""The most tests of one method for its requests, for its results, and for other media types."""
_FIXTURES = ("client", "server", "models", "errors", "options")


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A test of one call; ``blocks`` are its statements, with an empty line between two blocks."""

    name: Identifier
    doc: str
    blocks: tuple[tuple[Code, ...], ...]
    deprecated: bool
    fixtures: tuple[str, ...] = _FIXTURES
    """Those that it may use."""

    @property
    def lines(self) -> list[Code]:
        """The source of the body, indented."""
        found: list[Code] = []
        for block in self.blocks:
            found += [Code(""), *(Code(f"    {line}") for line in block)]
        return found[1:]

    @property
    def arguments(self) -> Code:
        """The fixtures that the test uses."""
        text = "\n".join(self.lines)
        used = (name for name in self.fixtures if f"{name}." in text or f"={name})" in text)
        return Code(", ".join(f"{name}: Any" for name in used))


@dataclass(frozen=True, slots=True)
class TestModuleView:
    """The tests of one resource."""

    __test__ = False

    name: str
    """The name of the file, without ``test_``."""
    doc: str
    functions: tuple[FunctionView, ...]
    imports: tuple[Code, ...]
    """The statements that literals of times and numbers need."""


@dataclass(frozen=True, slots=True)
class ModelTestsView:
    """The classes of the models, to compare with their schemas."""

    classes: Sequence[tuple[str, str]]
    """Pairs of a class and the key of its schema."""


def build_test_modules(api: Api, cases: Iterable[Case]) -> list[TestModuleView]:
    """Return a module for each resource with tests, and one for the client's own methods."""
    components = {component.name: component for component in api.components}
    cases = tuple(cases)
    of_call: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        of_call[case.call].append(case)
    groups = [(r.name, f"``client.{r.name}``", r.operations) for r in api.resources]
    groups.append(("client", "the client", tuple(op for op in api.operations if not op.resource)))
    reserved = {"client", "models"}  # the modules that aren't of a resource
    reserved |= {"webhooks"} if api.webhooks else set()
    modules: list[TestModuleView] = []
    for name, owner, operations in groups:
        writer = Expressions(components)
        functions = _Functions(of_call, Statements(writer, api.limits.request_id))
        for op in operations:
            functions.add(op)
        if functions.made:
            is_taken = name in reserved and owner != "the client"
            imports = (Code(f"from {m} import {n}") for m, n in sorted(writer.imports))
            modules.append(
                TestModuleView(
                    f"{name}_" if is_taken else name,
                    f"The requests of {owner}, and what its methods return.",
                    tuple(functions.made),
                    tuple(imports),
                )
            )
    if api.webhooks:
        modules.append(_webhooks(api, [case for case in cases if case.kind == "webhook"]))
    return modules


def _webhooks(api: Api, cases: Iterable[Case]) -> TestModuleView:
    """Return the module with a test for each example of a request that the API sends."""
    writer = Expressions({component.name: component for component in api.components})
    statements = Statements(writer, "")
    functions = _Functions({}, statements)
    webhooks = {webhook.name: webhook for webhook in api.webhooks}
    for case in cases:
        webhook = webhooks[case.operation]
        blocks = statements.webhook(webhook, case, is_signed=api.signature is not None)
        label = webhook.name.value if case.name in ("made", "example") else case.name
        doc = f"Read the request {webhook.name.value!r}."
        functions.add_test(label, doc, blocks, fixtures=("webhooks", "models", "errors"))
    imports = (Code(f"from {m} import {n}") for m, n in sorted(writer.imports))
    about = "The requests that the API sends, as ``webhooks`` reads them."
    return TestModuleView("webhooks", about, tuple(functions.made), tuple(imports))


class _Functions:
    """The tests of the operations of one module."""

    def __init__(self, cases: Mapping[str, Sequence[Case]], statements: Statements) -> None:
        self.cases = cases
        self.statements = statements
        self.made: list[FunctionView] = []
        self._names: set[str] = set()

    def add(self, op: ClientOperation) -> None:
        """Add the tests of an operation: requests with results, other results, errors, streams."""
        method = op.name if op.signatures or op.streamed is None else op.streamed.name
        call = op.call if op.signatures or op.streamed is None else op.streamed.call
        known = self.cases.get(call, ())
        requests = [case for case in known if case.kind == "request"]
        results = [case for case in known if case.kind in ("response", "stream")]
        usual = [case for case in results if "accept" not in members(case.data["arguments"])]
        others = [case for case in results if case not in usual]
        if not requests:
            return
        typed = [case for case in requests if "content_type" in members(case.data["arguments"])]
        plain = [case for case in requests if case not in typed]
        for index, case in enumerate((*plain[:_MOST_EXAMPLES], *typed[:_MOST_EXAMPLES])):
            label = "" if case.name in ("made", "example") and case in plain else case.name
            result = usual[index] if index < len(usual) else min(usual, key=_size, default=None)
            doc = f"Send the request of the example {label!r}." if label else "Send a request."
            blocks = self.statements.exchange(op, case, result, is_first=index == 0)
            self._add(op, f"{method} {label}", doc, blocks)
        shortest = min(plain or requests, key=lambda case: len(self.statements.call(op, case)))
        for case in (*usual[len(plain) :][:_MOST_EXAMPLES], *others[:_MOST_EXAMPLES]):
            blocks = self.statements.result(op, case, shortest)
            self._add(op, f"{method} returns {case.name}", f"Read {case.name!r}.", blocks)
        self._errors(op, method, [case for case in known if case.kind == "error"], shortest)
        if op.streamed and call != op.streamed.call:
            for case in self.cases.get(op.streamed.call, ())[:_MOST_EXAMPLES]:
                blocks = self.statements.result(op, case, shortest)
                self._add(op, op.streamed.name, "Read the response while it arrives.", blocks)
        for case in self.cases.get(op.pages.call, ()) if op.pages else ():
            self._add(
                op, case.call.rpartition(".")[2], "Read two pages.", self.statements.pages(op, case)
            )

    def _add(
        self, op: ClientOperation, label: str, doc: str, blocks: Iterable[Iterable[str]]
    ) -> None:
        self.add_test(label, doc, blocks, is_deprecated=op.deprecated)

    def add_test(
        self,
        label: str,
        doc: str,
        blocks: Iterable[Iterable[str]],
        *,
        is_deprecated: bool = False,
        fixtures: tuple[str, ...] = _FIXTURES,
    ) -> None:
        """Add a test with a name of its own."""
        name, number = snake(label), 2
        while name in self._names:
            name, number = snake(f"{label} {number}"), number + 1
        self._names.add(name)
        lines = tuple(tuple(map(Code, block)) for block in blocks if block)
        self.made.append(FunctionView(name, doc, lines, is_deprecated, fixtures))

    def _errors(
        self, op: ClientOperation, method: str, cases: Sequence[Case], request: Case
    ) -> None:
        """Add the tests of documented errors: one for all whose body is a model."""
        models = [
            case
            for case in cases
            if case.data.get("model") and case.data["content_type"] == "application/json"
        ]
        if len(models) > 1:
            blocks = self.statements.errors(op, models, request)
            self._add(op, f"{method} errors", "Raise the documented errors.", blocks)
            cases = [case for case in cases if case not in models]
        for case in cases:
            blocks = self.statements.error(op, case, request)
            self._add(op, f"{method} error {case.name}", "Raise a documented error.", blocks)


def _size(case: Case) -> int:
    return len(str(case.data.get("body")))
