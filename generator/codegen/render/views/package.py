"""What templates see: the IR, and beside it the pieces of source that follow from it.

Each view wraps one IR value, passes its attributes on, and adds properties that are
:class:`ir.Code`. So templates hold no expression that builds a name, a type or a call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...ir import Alias, Api, Code, Credential, Module, Resource, Union
from ..docstrings import py_literal
from .operations import MethodView, OperationView, View, note_shadows, share_parameters


@dataclass(frozen=True, slots=True)
class Flavour:
    """What differs between the synchronous and the asynchronous client."""

    prefix: Code
    client: str
    def_: Code
    await_: Code
    a: Code
    opener: Code
    transport: Code
    http_client: Code
    doc: str
    credential_types: Sequence[Code]

    def doc_of(self, resource: ResourceView) -> str:
        """Return a resource's docstring: in full at the synchronous class, in short at its twin."""
        return resource.short_doc if self.prefix else resource.doc

    def docs_of(self, operation: OperationView, method: MethodView) -> str:
        """Return a method's docstring: in full at the synchronous one, in short at its twin."""
        docs = operation.docs(method)
        if not self.prefix:
            return docs
        twin = f"{operation.owner}.{method.name}"
        return f"As :meth:`{twin}`."


_CREDENTIALS = {"bearer": "Bearer", "basic": "Basic", "auth": "HttpAuth"}


class CredentialView(View):
    """A constructor argument that carries a secret; ``fetching`` where the package has OAuth."""

    def __init__(self, credential: Credential, fetching: bool) -> None:
        super().__init__(credential)
        self.ir = credential
        self.fetching = fetching

    @property
    def made(self) -> Code:
        """The expression that wraps the argument."""
        name, kind = self.ir.name, self.ir.kind
        if kind == "bearer" and self.fetching:
            urls = f"{py_literal(self.ir.token_url)}, {py_literal(self.ir.refresh_url)}"
            return Code(f"Bearer(bound({name}, base_url, {urls}))")
        if kind in _CREDENTIALS:
            return Code(f"{_CREDENTIALS[kind]}({name})")
        return Code(f"ApiKey({name}, {kind!r}, {py_literal(self.ir.wire)})")

    def type(self, asynchronous: bool) -> Code:
        """Return the annotation of the argument."""
        if self.ir.kind == "bearer":
            return Code("AsyncToken" if asynchronous else "Token")
        types = {"basic": "tuple[str, str]", "auth": "httpx.Auth"}
        return Code(types.get(self.ir.kind, "str"))

    @property
    def doc_line(self) -> str:
        """What the argument is, for the client's docstring."""
        c = self.ir
        own = [
            name
            for name, url in (("ClientCredentials", c.token_url), ("RefreshToken", c.refresh_url))
            if url and self.fetching
        ]
        what = {
            "bearer": "a bearer token" + "".join(f", or ``{name}``" for name in own),
            "basic": "a user name and a password",
            "auth": "an ``httpx.Auth``",
        }.get(c.kind, f"the key in the {c.kind} {c.wire}")
        about = " ".join(c.doc.value.split())
        return f"``{c.name}`` is {what}{': ' + about if about else '.'}"


class ResourceView(View):
    """A group of methods."""

    def __init__(self, resource: Resource, operations: Sequence[OperationView]) -> None:
        super().__init__(resource)
        self.ir = resource
        self.operations = [op for op in operations if op.ir.resource == resource.name]
        for operation in self.operations:
            operation.owner = resource.class_name
        self.shared_parameters = share_parameters(self.operations)
        note_shadows(self.operations)

    @property
    def alias(self) -> Code:
        """What the testing module calls this resource's module."""
        return Code(f"{self.ir.name}_")

    @property
    def module_doc(self) -> str:
        """The docstring of the resource's module."""
        return f"``client.{self.ir.name}``: its methods, the same for both clients, and its values."

    @property
    def doc(self) -> str:
        """The tag's description, or another sentence."""
        return self.ir.doc.value or "Operations of one kind; reached through the client."

    @property
    def short_doc(self) -> str:
        """Its first sentence, where the whole stands elsewhere."""
        return re.split(r"(?<=[.!?])\s|\n", self.doc, maxsplit=1)[0]


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


class ApiView(View):
    """The package as a whole."""

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.ir = api
        self.operations = [OperationView(op) for op in api.operations]
        self.resources = [ResourceView(r, self.operations) for r in api.resources]
        self.root_operations = [op for op in self.operations if not op.ir.resource]
        for operation in self.root_operations:
            operation.owner = api.client
        self.shared_parameters = share_parameters(self.root_operations)
        note_shadows(self.root_operations, [resource.ir.name for resource in self.resources])
        self.credentials = [CredentialView(c, self.uses_oauth) for c in api.credentials]
        self.modules = [ModuleView(m) for m in api.modules]

    @cached_property
    def _makers(self) -> set[str]:
        """The classes that the values' parts are made with."""
        made = [p.made for op in self.operations for p in op.parameters]
        made += [text for op in self.operations for text in (op.body_made, op.bodies_made)]
        return {name for text in made for name in re.findall(r"\b([A-Z]\w*)\(", text)}

    def _makes(self, *names: str) -> bool:
        return not self._makers.isdisjoint(names)

    @property
    def operation_modules(self) -> list[Code]:
        """The modules that hold operations, as the testing module calls them."""
        return [*dict.fromkeys(operation.module for operation in self.operations)]

    @property
    def uses_parameters(self) -> bool:
        """Return whether a parameter has a style, or a body is a form."""
        return self._makes("Query", "Header", "Styled", "JsonParameter", "Form")

    @property
    def uses_uploads(self) -> bool:
        """Return whether a request body is, or has, a file."""
        return self._makes("Content", "Multipart")

    @property
    def uses_streams(self) -> bool:
        """Return whether an answer can be read piece by piece."""
        return any(op.ir.streamed for op in self.operations)

    @property
    def uses_pages(self) -> bool:
        """Return whether a list comes in pages."""
        return any(op.ir.pages for op in self.operations)

    @property
    def uses_unions(self) -> bool:
        """Return whether a union has a discriminator."""
        return any(
            isinstance(c, Alias) and isinstance(c.type, Union) and c.type.tag
            for c in self.ir.components
        )

    @property
    def is_split(self) -> bool:
        """Return whether the models have a module each for several resources."""
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
        """Return whether a caller may leave a credential out."""
        always = all(op.security and () not in op.security for op in self.ir.operations)
        return len(self.credentials) != 1 or not always

    def _kinds(self) -> set[str]:
        return {c.ir.kind for c in self.credentials}

    @property
    def uses_bearer(self) -> bool:
        """Return whether an operation takes a bearer token."""
        return "bearer" in self._kinds()

    @property
    def uses_basic(self) -> bool:
        """Return whether an operation takes a user name and a password."""
        return "basic" in self._kinds()

    @property
    def uses_api_key(self) -> bool:
        """Return whether an operation takes an API key."""
        return bool(self._kinds() & {"header", "query", "cookie"})

    @property
    def uses_query_key(self) -> bool:
        """Return whether an API key goes into the query."""
        return "query" in self._kinds()

    @property
    def uses_http_auth(self) -> bool:
        """Return whether a scheme needs an ``httpx.Auth`` of the caller."""
        return "auth" in self._kinds()

    @property
    def uses_oauth(self) -> bool:
        """Return whether the description says how the client itself fetches a token."""
        return any(c.fetched for c in self.ir.credentials)

    @property
    def has_deprecated(self) -> bool:
        """Return whether an operation is deprecated."""
        return any(op.ir.deprecated for op in self.operations)

    @property
    def auth_names(self) -> list[str]:
        """What the client module needs of the auth module."""
        names = ["Credential"]
        names += ["Bearer", "Token", "AsyncToken"] if self.uses_bearer else []
        names += ["Basic"] if self.uses_basic else []
        names += ["ApiKey"] if self.uses_api_key else []
        names += ["HttpAuth"] if self.uses_http_auth else []
        return sorted(names)

    @property
    def flavours(self) -> list[Flavour]:
        """The synchronous and the asynchronous client."""
        docs = self._client_docs()
        return [
            Flavour(
                Code(""), self.ir.client, Code("def"), Code(""), Code(""),
                Code("open_stream"), Code("BaseTransport"),
                Code("Client"), docs[0], [c.type(False) for c in self.credentials],
            ),
            Flavour(
                Code("Async"), self.ir.async_client, Code("async def"), Code("await "), Code("a"),
                Code("open_async_stream"), Code("AsyncBaseTransport"), Code("AsyncClient"), docs[1],
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
        if self.ir.client_certificate:
            common += (
                "\n\nThe API asks for a certificate of yours: give an ``http_client`` or a "
                "``transport`` that has it (``verify=``, an ``ssl.SSLContext``)."
            )
        if self.optional_credentials and self.credentials:
            common += "\n\n" + "\n".join(c.doc_line for c in self.credentials)
        if self.ir.server_doc:
            common += f"\n\n{self.ir.server_doc.value}"
        return (
            f"{title}: {server}." + common.replace("{}", "threads", 1),
            f"{title}: {server}, for use with ``await``." + common.replace("{}", "tasks", 1),
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
        return self.ir.user_agent
