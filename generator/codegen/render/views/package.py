"""The views of the package: the IR with the source expressions that templates print.

A view wraps an IR value, passes its attributes on, and adds properties that are :class:`ir.Code`,
so that templates build no name, type or call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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
        self.uses_oauth = any(credential.fetched for credential in api.credentials)
        self.credentials = [CredentialView(c, self.uses_oauth) for c in api.credentials]
        self.modules = [ModuleView(m) for m in api.modules]
        self.operation_modules = [*dict.fromkeys(op.module for op in self.operations)]
        self.http = Code(api.http)
        self.fixture = Code(f"fake_{api.package}")
        self.plugin_name = py_literal(f"{api.package}.pytest_plugin")
        self.given = Code("given" if api.credentials else "{}")
        """The credentials, as the constructor passes them on."""

        kinds = {credential.kind for credential in api.credentials}
        self.uses_bearer = "bearer" in kinds
        self.uses_basic = "basic" in kinds
        self.uses_api_key = bool(kinds & {"header", "query", "cookie"})
        self.uses_query_key = "query" in kinds
        self.uses_http_auth = "auth" in kinds

        writers = {p.writer for op in self.operations for p in op.parameters}
        writers |= {writer_class(body) for op in api.operations for body in op.bodies}
        self.uses_parameters = bool(
            writers & {"Query", "Header", "Styled", "JsonParameter", "Form"}
        )
        self.uses_uploads = bool(writers & {"Content", "Multipart"})
        self.uses_streams = any(op.streamed for op in api.operations)
        self.uses_pages = any(op.pages for op in api.operations)
        self.uses_unions = any(
            isinstance(c, Alias) and isinstance(c.type, UnionType) and c.type.tag
            for c in api.components
        )
        self.has_deprecated = any(op.deprecated for op in api.operations)
        self.is_split = any(module.name for module in api.modules)

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
    def optional_credentials(self) -> bool:
        """Return whether a credential may be left out."""
        always = all(op.security and () not in op.security for op in self.ir.operations)
        return len(self.credentials) != 1 or not always

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
