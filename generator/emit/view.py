"""What templates see: the IR, and beside it the pieces of source that follow from it.

Each view wraps one IR value, passes its attributes on, and adds properties that are
:class:`ir.Code`. So templates hold no expression that builds a name, a type or a call.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..ir import Answer, Api, Body, Code, Credential, Module, Operation, Parameter, Resource
from .text import py_literal


class View:
    """Passes attributes on to the IR value that it wraps."""

    def __init__(self, wrapped: object) -> None:
        self.wrapped = wrapped

    def __getattr__(self, name: str) -> object:
        return getattr(self.wrapped, name)


@dataclass(frozen=True, slots=True)
class Flavour:
    """What differs between the synchronous and the asynchronous client."""

    prefix: Code
    client: str
    def_: Code
    await_: Code
    a: Code
    transport: Code
    http_client: Code
    doc: str
    credential_types: Sequence[Code]

    def docs_of(self, operation: OperationView) -> str:
        """A method's docstring: in full at the synchronous one, in short at its twin."""
        if not self.prefix or operation.docs == operation.title:
            return operation.docs
        twin = f"{operation.owner}.{operation.ir.name}"
        return f"{operation.title}\n\nArguments and result are those of :meth:`{twin}`."


class CredentialView(View):
    """A constructor argument that carries a secret."""

    def __init__(self, credential: Credential) -> None:
        super().__init__(credential)
        self.ir = credential

    @property
    def made(self) -> Code:
        """The expression that wraps the argument."""
        name = self.ir.name
        if self.ir.kind in ("bearer", "basic"):
            return Code(f"{'Bearer' if self.ir.kind == 'bearer' else 'Basic'}({name})")
        return Code(f"ApiKey({name}, {self.ir.kind!r}, {py_literal(self.ir.wire)})")

    def type(self, asynchronous: bool) -> Code:
        """The annotation of the argument."""
        if self.ir.kind == "bearer":
            return Code("AsyncToken" if asynchronous else "Token")
        return Code("tuple[str, str]" if self.ir.kind == "basic" else "str")


class ParameterView(View):
    """A parameter, and the value that writes it into a request."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.ir = parameter

    @property
    def writer(self) -> str:
        """The class that writes it."""
        p = self.ir
        if p.style == "json":
            return "JsonParameter"
        if p.place in ("query", "header"):
            return p.place.capitalize()
        plain = p.place == "path" and p.style == "simple" and "list[" not in p.annotation
        return "Path" if plain else "Styled"

    @property
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


def _codec(codec: str, check: Code, media_type: str) -> Code:
    if codec == "none":
        return Code("Nothing()")
    if codec == "json":
        plain = media_type == "application/json"
        return Code(f"Json(lambda: {check}{'' if plain else ', ' + py_literal(media_type)})")
    if codec == "form":
        return Code(f"Form(lambda: {check})")
    name = {"text": "Text", "bytes": "Raw"}[codec]
    return Code(f"{name}({py_literal(media_type)})")


class AnswerView(View):
    """A documented response, and the value that reads it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.ir = answer

    @property
    def made(self) -> Code:
        """The expression that makes the reader."""
        return _codec(self.ir.codec, self.ir.check, self.ir.media_type or "application/json")


class BodyView(View):
    """A request body, and the value that writes it."""

    def __init__(self, body: Body) -> None:
        super().__init__(body)
        self.ir = body

    @property
    def made(self) -> Code:
        """The expression that makes the writer."""
        return _codec(self.ir.codec, self.ir.check, self.ir.media_type)


class OperationView(View):
    """A method of the client."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation)
        self.ir = operation
        self.parameters = [ParameterView(p) for p in operation.parameters]
        self.body = BodyView(operation.body) if operation.body else None
        self.answers = [AnswerView(a) for a in operation.answers]
        self.errors = [AnswerView(a) for a in operation.errors]
        self.shadows: list[str] = []
        self.owner = ""
        """The synchronous class that has the method."""

    def unshadowed(self, hint: Code) -> Code:
        """An annotation in a class one of whose methods is called like a type that it mentions."""
        for name in self.shadows:
            other = "models_" if name == "models" else f"builtins.{name}"
            hint = Code(re.sub(rf"(?<![\w.]){name}\b", other, hint))
        return hint

    @property
    def returns(self) -> Code:
        """The method's result, as it is annotated."""
        return self.unshadowed(self.ir.result)

    @property
    def body_argument(self) -> Code:
        """What the method passes on as the body."""
        return Code("body" if self.body else "None")

    @property
    def errors_made(self) -> Code:
        """What reads the errors, by status; one that reads as the default does isn't listed."""
        default = next((v.made for v in self.errors if v.ir.status == "default"), None)
        grouped: dict[Code, list[str]] = {}
        for view in self.errors:
            if view.ir.status == "default" or view.made != default:
                grouped.setdefault(view.made, []).append(view.ir.status)
        parts = [
            f"{statuses[0]!r}: {made}"
            if len(statuses) == 1
            else f"**dict.fromkeys({py_literal(tuple(statuses))}, {made})"
            for made, statuses in grouped.items()
        ]
        only = parts[0].removeprefix("**") if len(parts) == 1 else ""
        return Code(only if only.startswith("dict.") else f"{{{', '.join(parts)}}}")

    @property
    def accept(self) -> str:
        """The Accept header: the media types of the documented successes."""
        found = dict.fromkeys(a.media_type for a in self.ir.answers if a.media_type)
        if not found or all(a.codec == "json" for a in self.ir.answers if a.media_type):
            return "application/json"
        return ", ".join(found)

    @property
    def deprecation(self) -> str:
        """What a type checker says of a call to a deprecated operation."""
        return "The API's description marks this operation as deprecated."

    @property
    def body_type(self) -> Code:
        """The type of the body, None where there is none."""
        if self.ir.body is None:
            return Code("None")
        return self.ir.body.annotation

    @property
    def value_name(self) -> Code:
        """The name of the operation's value in its module."""
        return Code(self.ir.constant.upper())

    @property
    def reference(self) -> Code:
        """How the method names that value."""
        return Code(self.value_name if self.ir.resource else f"operations.{self.value_name}")

    @property
    def module(self) -> Code:
        """What the testing module calls the module that holds the value."""
        return Code(f"{self.ir.resource or 'client'}_")

    @property
    def title(self) -> str:
        """What the method does, in a line."""
        op = self.ir
        return op.summary.value or op.doc.value.partition("\n")[0] or f"{op.method} {op.path.value}"

    @property
    def docs(self) -> str:
        """The method's docstring: what it does, its arguments and its result."""
        op = self.ir
        lines = [self.title]
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
        if op.result != "None" and op.result_doc:
            lines += ["", "Returns:", f"    {' '.join(op.result_doc.value.split())}"]
        return "\n".join(lines)


_SHADOWED = {"bool", "bytes", "dict", "float", "int", "list", "models", "str", "tuple"}


def _note_shadows(methods: Sequence[OperationView], attributes: Iterable[str] = ()) -> None:
    names = {op.ir.name for op in methods}.union(attributes)
    for op in methods:
        op.shadows = sorted(names & _SHADOWED)


class _Operations:
    """What a module needs to import for the values of its operations."""

    def __init__(self, operations: Sequence[OperationView]) -> None:
        self._operations = operations

    @property
    def operation_names(self) -> list[str]:
        """Classes of the operation module that are used."""
        made = {
            v.made.partition("(")[0] for op in self._operations for v in (*op.answers, *op.errors)
        }
        made |= {op.body.made.partition("(")[0] for op in self._operations if op.body}
        made |= {"Path" for op in self._operations for p in op.parameters if p.writer == "Path"}
        return sorted((made | {"Operation"}) - {"Form"})

    @property
    def parameter_names(self) -> list[str]:
        """Classes of the parameters module that are used; empty if it isn't needed."""
        writers = {p.writer for op in self._operations for p in op.parameters}
        found = writers - {"Path"}
        uses_form = any(op.ir.body and op.ir.body.codec == "form" for op in self._operations)
        return sorted(found | ({"Form"} if uses_form else set()))


class ResourceView(View, _Operations):
    """A group of methods."""

    def __init__(self, resource: Resource, operations: Sequence[OperationView]) -> None:
        View.__init__(self, resource)
        self.ir = resource
        self.operations = [op for op in operations if op.ir.resource == resource.name]
        for operation in self.operations:
            operation.owner = resource.class_name
        _Operations.__init__(self, self.operations)
        _note_shadows(self.operations)

    @property
    def alias(self) -> Code:
        """What the testing module calls this resource's module."""
        return Code(f"{self.ir.name}_")

    @property
    def module_doc(self) -> str:
        """The docstring of the resource's module."""
        return f"``client.{self.ir.name}``: its methods, the same for both clients, and its values."

    def doc_or(self, otherwise: str) -> str:
        """The tag's description, or another sentence."""
        return self.ir.doc.value or otherwise


class ModuleView(View):
    """A module of models, and what others may import from it."""

    def __init__(self, module: Module) -> None:
        super().__init__(module)
        self.public = [
            name
            for component in module.components
            for name in (component.name, getattr(component, "open_name", ""))
            if name
        ]


class ApiView(View, _Operations):
    """The package as a whole."""

    def __init__(self, api: Api) -> None:
        View.__init__(self, api)
        self.ir = api
        self.operations = [OperationView(op) for op in api.operations]
        self.resources = [ResourceView(r, self.operations) for r in api.resources]
        self.root_operations = [op for op in self.operations if not op.ir.resource]
        for operation in self.root_operations:
            operation.owner = api.client
        _Operations.__init__(self, self.root_operations)
        _note_shadows(self.root_operations, [resource.ir.name for resource in self.resources])
        self.credentials = [CredentialView(c) for c in api.credentials]
        self.modules = [ModuleView(m) for m in api.modules]

    @property
    def is_split(self) -> bool:
        """Whether the models have a module each for several resources."""
        return any(module.name for module in self.ir.modules)

    @property
    def fixture(self) -> Code:
        """The pytest fixture's name."""
        return Code(f"fake_{self.ir.package}")

    @property
    def plugin_name(self) -> Code:
        """The pytest plugin's module, as a literal."""
        return py_literal(f"{self.ir.package}.pytest_plugin")

    @property
    def testing_doc(self) -> str:
        """The testing module's docstring: the fake in ten lines."""
        op = self.operations[0].ir
        package, client = self.ir.package, self.ir.client
        secrets = "".join(f"{c.ir.name}=…, " for c in self.credentials if self.optional_credentials)
        first = '"token", ' if self.credentials and not self.optional_credentials else secrets
        return f"""A fake server to test against: no network, checked requests, scripted answers.

::

    from {package} import {client}
    from {package}.testing import Fake, Fault, Reply

    fake = Fake()
    client = {client}({first}transport=fake)  # Async{client} takes the same fake
    client.{op.call}(…)  # answers with the description's example
    fake.{op.constant}.answers(Fault.TIMEOUT, Reply(403, {{"message": "no"}}))
    # the next call times out, the one after is refused
    assert fake.{op.constant}.calls[0].body is not None  # the request, typed

``pytest_plugin`` has it as a fixture, ``fake_{package}``."""

    @property
    def http(self) -> Code:
        """The HTTP library's module."""
        return Code(self.ir.http)

    @property
    def given(self) -> Code:
        """The dictionary of credentials that the constructor passes on."""
        return Code("given" if self.credentials else "{}")

    @property
    def optional_credentials(self) -> bool:
        """Whether a caller may leave a credential out."""
        always = all(op.security and () not in op.security for op in self.ir.operations)
        return len(self.credentials) != 1 or not always

    def _kinds(self) -> set[str]:
        return {c.ir.kind for c in self.credentials}

    @property
    def uses_bearer(self) -> bool:
        """Whether an operation takes a bearer token."""
        return "bearer" in self._kinds()

    @property
    def uses_basic(self) -> bool:
        """Whether an operation takes a user name and a password."""
        return "basic" in self._kinds()

    @property
    def uses_api_key(self) -> bool:
        """Whether an operation takes an API key."""
        return bool(self._kinds() & {"header", "query", "cookie"})

    @property
    def has_deprecated(self) -> bool:
        """Whether an operation is deprecated."""
        return any(op.ir.deprecated for op in self.operations)

    @property
    def auth_names(self) -> list[str]:
        """What the client module needs of the auth module."""
        names = ["Credential"]
        names += ["Bearer", "Token", "AsyncToken"] if self.uses_bearer else []
        names += ["Basic"] if self.uses_basic else []
        names += ["ApiKey"] if self.uses_api_key else []
        return sorted(names)

    @property
    def flavours(self) -> list[Flavour]:
        """The synchronous and the asynchronous client."""
        docs = self._client_docs()
        return [
            Flavour(
                Code(""), self.ir.client, Code("def"), Code(""), Code(""), Code("BaseTransport"),
                Code("Client"), docs[0], [c.type(False) for c in self.credentials],
            ),
            Flavour(
                Code("Async"), self.ir.async_client, Code("async def"), Code("await "), Code("a"),
                Code("AsyncBaseTransport"), Code("AsyncClient"), docs[1],
                [c.type(True) for c in self.credentials],
            ),
        ]  # fmt: skip

    def _client_docs(self) -> tuple[str, str]:
        title = self.ir.title.value or self.ir.client
        server = (
            f"calls to {self.ir.base_url.value}" if self.ir.base_url else "calls; give base_url"
        )
        common = (
            "\n\nShare one: it keeps connections open and is safe to use from several {}. "
            "``timeout`` counts seconds for each step of an attempt, ``deadline`` for a whole one; "
            "``retry`` says what is repeated; ``headers`` go out with every call; ``transport`` or "
            "``http_client`` replace the HTTP side, for instance by the fake in ``testing``."
        )
        return (
            f"{title}: {server}." + common.format("threads"),
            f"{title}: {server}, for use with ``await``." + common.format("tasks"),
        )

    @property
    def package_doc(self) -> str:
        """The package's docstring."""
        title = self.ir.title.value or self.ir.client
        first = f"A client for {' '.join(title.split())}, version {self.ir.version.value}."
        return first if self.ir.version else f"A client for {' '.join(title.split())}."

    @property
    def user_agent(self) -> str:
        """Package and version, as products of RFC 9110 §10.1.5."""
        version = "".join(
            c if c.isascii() and (c.isalnum() or c in ".-_+") else "-"
            for c in self.ir.version.value
        )
        return f"{self.ir.package}/{version or '0'}"
