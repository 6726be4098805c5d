"""The views of the generated tests: which calls are tested, and under which names.

A test is the code that a person would write for one example: the server's response, the call, and
what must hold of the request and of the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ....base.immutable import immutable
from ...ir.models import Component
from ...ir.operations import Case, ClientOperation
from ...ir.package import Api, Webhook
from ...ir.types import Code
from ...names import Identifier, snake
from ..source.python_expressions import Expressions
from .test_statements import Statements

_MOST_EXAMPLES = 3
"""The most tests of one method for its requests, for its results, and for other media types."""
_OTHER_FILES = ("client", "models", "webhooks")
"""The files of tests, without ``test_``, that aren't of a resource."""


@immutable
class FunctionView:
    """A test of one call; ``blocks`` are its statements, with an empty line between two blocks."""

    name: Identifier
    doc: str
    blocks: tuple[tuple[Code, ...], ...]
    fixtures: Mapping[str, str]
    """The fixtures that it may use, and their types."""
    deprecated: bool = False
    rows: tuple[Code, ...] = ()
    """The values of ``reply`` and ``error`` that it is run with; it runs once if there are none."""

    @property
    def lines(self) -> list[Code]:
        """The source of the body, indented."""
        found: list[Code] = []
        for block in self.blocks:
            found += [Code(""), *(Code(f"    {line}") for line in block)]
        return found[1:]

    @property
    def arguments(self) -> Code:
        """The fixtures that the test uses, and its parameters."""
        text = "\n".join(self.lines)
        used = {name: type_ for name, type_ in self.fixtures.items() if f"{name}." in text}
        if self.deprecated:  # type checkers report each use of a deprecated method
            used["client"] = "Any"
        used |= {"reply": "Reply", "error": "Any"} if self.rows else {}
        return Code(", ".join(f"{name}: {type_}" for name, type_ in used.items()))


@immutable
class TestModuleView:
    """The tests of one resource."""

    __test__ = False

    name: str
    """The name of the file, without ``test_``."""
    doc: str
    package: Code
    client: Code
    functions: tuple[FunctionView, ...]
    imports: tuple[Code, ...]
    """The statements that literals of times and numbers need."""

    @property
    def reads_parts(self) -> bool:
        """True if a test reads a multipart request."""
        lines = (line for function in self.functions for line in function.lines)
        return any("read_parts(" in line for line in lines)


@immutable
class ModelTestsView:
    """The classes of the models, to compare with their schemas."""

    package: Code
    classes: Sequence[tuple[str, str]]
    """Pairs of a class and the key of its schema."""


def build_test_modules(
    api: Api, cases: Iterable[Case], *, is_brief: bool
) -> Iterator[TestModuleView]:
    """Yield a module for each resource with tests, and those of the client's own methods and of
    webhooks; ``is_brief`` means one example of each operation.
    """
    components = {component.name: component for component in api.components}
    cases = tuple(cases)
    of_call: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases if api.has_fake else ():
        of_call[case.call].append(case)
    failing = _operation_that_fails(api.operations, of_call)
    groups = [(r.name, f"``client.{r.name}``", r.operations) for r in api.resources]
    groups.append(("", "the client", tuple(op for op in api.operations if not op.resource)))
    for name, owner, operations in groups:
        functions = _Functions(api, components, of_call, is_brief=is_brief)
        for op in operations:
            functions.add(op)
            if op is failing:
                functions.add_failures(op)
        is_taken = name.rstrip("_") in _OTHER_FILES
        yield from functions.module(
            f"{name}_" if is_taken else name or "client",
            f"The requests of {owner}, and what its methods return.",
        )
    functions = _Functions(api, components, {}, is_brief=is_brief)
    webhooks = {webhook.name: webhook for webhook in api.webhooks}
    for case in cases:
        if case.kind == "webhook":
            functions.add_webhook(webhooks[case.operation], case)
    yield from functions.module(
        "webhooks", "The requests that the API sends, as ``webhooks`` reads them."
    )


class _Functions:
    """The tests of the operations of one module, or of the webhooks."""

    def __init__(
        self,
        api: Api,
        components: Mapping[str, Component],
        cases: Mapping[str, Sequence[Case]],
        *,
        is_brief: bool,
    ) -> None:
        self.api = api
        self.cases = cases
        self.is_brief = is_brief
        self.writer = Expressions(components)
        self.statements = Statements(self.writer, api.limits.request_id)
        self.made: list[FunctionView] = []
        self._names: set[str] = set()

    def module(self, name: str, doc: str) -> Iterator[TestModuleView]:
        """Yield the module, if it has tests."""
        package, client = Code(self.api.package), Code(self.api.client)
        if self.made:
            imports = tuple(self.writer.statements())
            yield TestModuleView(name, doc, package, client, tuple(self.made), imports)

    def add_webhook(self, webhook: Webhook, case: Case) -> None:
        """Add the test of an example of a request that the API sends."""
        blocks = self.statements.webhook(webhook, case, is_signed=self.api.signature is not None)
        label = webhook.name.value if case.name in ("made", "example") else case.name
        self._add(label, f"Read the request {webhook.name.value!r}.", blocks)

    def add(self, op: ClientOperation) -> None:
        """Add the tests of an operation: requests with results, other results, errors, streams."""
        method, known = op.name, self.cases.get(op.call, ())
        requests = [case for case in known if case.kind == "request"]
        results = [case for case in known if case.kind in ("response", "stream")]
        usual = [case for case in results if "accept" not in case.arguments]
        others = [case for case in results if case not in usual]
        if not requests:
            return
        typed = [case for case in requests if "content_type" in case.arguments]
        plain = [case for case in requests if case not in typed]
        examples = [*plain[:_MOST_EXAMPLES], *typed[:_MOST_EXAMPLES]]
        for index, case in enumerate(examples[:1] if self.is_brief else examples):
            label = "" if case.name in ("made", "example") and case in plain else case.name
            result = usual[index] if index < len(usual) else min(usual, key=_size, default=None)
            doc = f"Send the request of the example {label!r}." if label else "Send a request."
            blocks = self.statements.exchange(op, case, result, is_first=index == 0)
            self._add(f"{method} {label}", doc, blocks, op)
        shortest = self._shortest(op, plain or requests)
        more = [*usual[len(plain) :][:_MOST_EXAMPLES], *others[:_MOST_EXAMPLES]]
        for case in () if self.is_brief else more:
            blocks = self.statements.result(op, case, shortest)
            self._add(f"{method} returns {case.name}", f"Read {case.name!r}.", blocks, op)
        errors = [case for case in known if case.kind == "error"]
        if self.is_brief:
            errors = _first_of_each_status(errors)
        if errors:
            rows = [self.statements.error(op, case) for case in errors]
            doc = (
                "Raise the documented error." if len(rows) == 1 else "Raise the documented errors."
            )
            self._add(f"{method} errors", doc, self.statements.errors(op, shortest), op, rows)
        if not self.is_brief:
            self._add_others(op, shortest)

    def add_failures(self, op: ClientOperation) -> None:
        """Add the tests of a time-out and of a rate limit, which the runtime handles for every
        operation.
        """
        requests = [case for case in self.cases[op.call] if case.kind == "request"]
        request = self._shortest(op, requests)
        doc = "Send a request again after a time-out: a second one has no further effect."
        if not op.is_repeatable:
            doc = "Send a request once: the server may have processed it before the time-out."
        self._add(f"{op.name} timeout", doc, self.statements.timeout(op, request), op)
        doc = "Raise the error of a rate limit, with the pause that the server asks for."
        self._add(f"{op.name} rate limit", doc, self.statements.rate_limit(op, request), op)

    def _shortest(self, op: ClientOperation, requests: Sequence[Case]) -> Case:
        """Return the request whose call is the shortest text."""
        return min(requests, key=lambda case: len(self.statements.call(op, case)))

    def _add_others(self, op: ClientOperation, request: Case) -> None:
        """Add the tests of the methods that stream the response, or read all pages."""
        if op.streamed and op.signatures:
            for case in self.cases.get(op.streamed.call, ())[:_MOST_EXAMPLES]:
                blocks = self.statements.result(op, case, request)
                self._add(op.streamed.name, "Read the response while it arrives.", blocks, op)
        for case in self.cases.get(op.pages.call, ()) if op.pages else ():
            blocks = self.statements.pages(op, case)
            self._add(case.call.rpartition(".")[2], "Read two pages.", blocks, op)

    def _add(
        self,
        label: str,
        doc: str,
        blocks: Iterable[Iterable[str]],
        op: ClientOperation | None = None,
        rows: Iterable[Code] = (),
    ) -> None:
        """Add a test with a name of its own."""
        name, number = snake(label), 2
        while name in self._names:
            name, number = snake(f"{label} {number}"), number + 1
        self._names.add(name)
        lines = tuple(tuple(map(Code, block)) for block in blocks if block)
        fixtures = {"client": str(self.api.client), "fake": "Fake"} if op else {}
        is_deprecated = op is not None and op.deprecated
        self.made.append(FunctionView(name, doc, lines, fixtures, is_deprecated, tuple(rows)))


def _operation_that_fails(
    operations: Sequence[ClientOperation], cases: Mapping[str, Sequence[Case]]
) -> ClientOperation | None:
    """Return the operation for the tests of failures: the first one that isn't repeated, or else
    the first one; None if no request could be made.
    """
    candidates: list[ClientOperation] = []
    for op in operations:
        has_request = any(case.kind == "request" for case in cases.get(op.call, ()))
        if has_request and (op.makes_key or not op.key_header):  # an argument may be a key
            candidates.append(op)
    candidates.sort(key=lambda op: op.is_repeatable)
    return candidates[0] if candidates else None


def _first_of_each_status(errors: Iterable[Case]) -> list[Case]:
    """Return one example of each documented error."""
    first: dict[str, Case] = {}
    for case in errors:
        first.setdefault(str(case.data["status"]), case)
    return [*first.values()]


def _size(case: Case) -> int:
    return len(str(case.data.get("body")))
