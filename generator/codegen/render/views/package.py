"""The views of the package: the IR with the source expressions that templates print.

A view wraps an IR value, passes its attributes on, and adds properties that are :class:`ir.Code`,
so that templates build no name, type or call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ...ir import Alias, Api, Code, Component, Enumeration, Module, Resource, UnionType
from ..docstrings import py_literal
from .client import CredentialView, Flavour
from .expressions import writer_class
from .operations import OperationView, View, note_shadows, share_parameters


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
        """The name of this resource's module in the testing module."""
        return Code(f"{self.ir.name}_")

    @property
    def module_doc(self) -> str:
        """The docstring of the resource's module."""
        return f"``client.{self.ir.name}``: its methods, the same for both clients, and its values."

    @property
    def doc(self) -> str:
        """The tag's description, or a default one."""
        return self.ir.doc.value or "Operations of one kind; reached through the client."

    @property
    def short_doc(self) -> str:
        """The first sentence of the description."""
        return re.split(r"(?<=[.!?])\s|\n", self.doc, maxsplit=1)[0]


class ModuleView(View):
    """A module of models, and its public names."""

    def __init__(self, module: Module) -> None:
        super().__init__(module)
        self.public = [name for component in module.components for name in _public_names(component)]


def _public_names(component: Component) -> list[str]:
    return [component.name, *([component.open_name] if isinstance(component, Enumeration) else [])]


class ApiView(View):
    """The package."""

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
    def _writers(self) -> set[str]:
        """The classes of the writers of parameters and bodies."""
        parameters = {p.writer for op in self.operations for p in op.parameters}
        return parameters | {writer_class(body) for op in self.operations for body in op.ir.bodies}

    @property
    def operation_modules(self) -> list[Code]:
        """The names of the operations' modules in the testing module."""
        return [*dict.fromkeys(operation.module for operation in self.operations)]

    @property
    def uses_parameters(self) -> bool:
        """Return whether a parameter has a style, or a body is a form."""
        return bool(self._writers & {"Query", "Header", "Styled", "JsonParameter", "Form"})

    @property
    def uses_uploads(self) -> bool:
        """Return whether a request body is, or has, a file."""
        return bool(self._writers & {"Content", "Multipart"})

    @property
    def uses_streams(self) -> bool:
        """Return whether a response can be streamed."""
        return any(op.ir.streamed for op in self.operations)

    @property
    def uses_pages(self) -> bool:
        """Return whether an operation is paginated."""
        return any(op.ir.pages for op in self.operations)

    @property
    def uses_unions(self) -> bool:
        """Return whether a union has a discriminator."""
        return any(
            isinstance(c, Alias) and isinstance(c.type, UnionType) and c.type.tag
            for c in self.ir.components
        )

    @property
    def is_split(self) -> bool:
        """Return whether the models are split into several modules."""
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
        """The docstring of the testing module."""
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
        """The credentials, as the constructor passes them on."""
        return Code("given" if self.credentials else "{}")

    @property
    def optional_credentials(self) -> bool:
        """Return whether a credential may be left out."""
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
        """Return whether the client itself can fetch a token."""
        return any(c.fetched for c in self.ir.credentials)

    @property
    def has_deprecated(self) -> bool:
        """Return whether an operation is deprecated."""
        return any(op.ir.deprecated for op in self.operations)

    @property
    def auth_names(self) -> list[str]:
        """The names that the client module imports from the auth module."""
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
        """Package and version as a product (RFC 9110 §10.1.5)."""
        return self.ir.user_agent
