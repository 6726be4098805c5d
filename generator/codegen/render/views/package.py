"""The views of the package: the IR with the source expressions that templates print.

A view wraps an IR value, passes its attributes on, and adds properties that are :class:`ir.Code`,
so that templates build no name, type or call.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ....base.immutable import immutable
from ...ir.models import Alias, Enumeration, Module
from ...ir.operations import Answer, ClientOperation
from ...ir.package import Api
from ...ir.types import Code, Text, UnionType
from ..source.python_expressions import Expressions
from .client import ClientArgumentView, CredentialView, Flavour, ResourceView, ServerArgumentView
from .expressions import writer_class
from .operations import OperationView, View, hidden_types, join_class
from .params import import_of_params, params_views
from .response_headers import header_classes, headers_doc
from .webhooks import WebhooksView


class EnumerationView(View[Enumeration]):
    """An enumeration, its base class and the type of its values."""

    def __init__(self, enumeration: Enumeration) -> None:
        super().__init__(enumeration)
        is_text = enumeration.kind == "string"
        self.base = Code("StrEnum" if is_text else "IntEnum")


class ModuleView(View[Module]):
    """A module of models, and its public names."""

    def __init__(self, module: Module, client: str) -> None:
        super().__init__(module)
        self.public: list[str] = []
        enumerations: list[Enumeration] = []
        self.other_names: list[Alias] = []
        self.has_unknown_variant = False
        """True if a union has ``UnknownVariant``, which callers have from the models."""
        for component in module.components:
            self.public.append(component.name)
            if isinstance(component, Enumeration):
                enumerations.append(component)
            elif isinstance(component, Alias):
                if component.is_name:
                    self.other_names.append(component)
                if isinstance(component.type, UnionType) and component.type.tag:
                    self.has_unknown_variant = True
        # One with the name of a builtin first: until then the name means the builtin.
        enumerations.sort(key=lambda enumeration: not hasattr(builtins, enumeration.name))
        self.enumerations = [*map(EnumerationView, enumerations)]
        self.parent = Code(".." if module.name else ".")
        """The package, for a relative import."""
        where = f", {module.name}," if module.name else ""
        self.doc = f"The schemas of {client}{where} as pydantic models."


@immutable
class FormerName:
    """A name of an earlier version: a deprecated alias in a module of the client."""

    old: Code
    new: Code
    """The name that the module has now."""
    warning: str
    """The text of the ``DeprecationWarning``."""
    left: str
    """The version in which the old name left."""


@immutable
class ModuleGetattr:
    """The function ``__getattr__`` of a module, for names that it has beside its own."""

    doc: str
    lazy_modules: Sequence[Code]
    """The modules of the package that are imported when they are first used."""
    former_names: Sequence[FormerName]


class ApiView(View[Api]):
    """The package."""

    def __init__(
        self, api: Api, former_names: Mapping[str, Sequence[FormerName]] = MappingProxyType({})
    ) -> None:
        """``former_names`` are by module."""
        super().__init__(api)
        self.has_client = bool(api.operations)
        """False for a package of models, and of webhooks, alone."""
        self.operations = [OperationView(op) for op in api.operations]
        self.resources = [ResourceView(r, self.operations) for r in api.resources]
        self.root_operations = [op for op in self.operations if not op.ir.resource]
        attributes = [resource.name for resource in api.resources]
        self.shared_parameters = join_class(self.root_operations, api.client, attributes)
        self.server_variables = [ServerArgumentView(variable) for variable in api.server_variables]
        """The constructor arguments for variables of the server's URL."""
        hidden = hidden_types(self.root_operations, attributes)
        self.client_arguments: list[ClientArgumentView] = []
        """The constructor arguments for parameters, which calls have if they are given none."""
        for argument in api.client_arguments:
            self.client_arguments.append(ClientArgumentView(argument, hidden))
        self.params = params_views(api)
        """The module of typed dictionaries, if it has any."""
        self.params_import = import_of_params(self.root_operations)
        """The import of that module by the module of the client; empty if it needs none."""
        self._set_credentials(api)
        self._set_modules(api, former_names)
        self.http = Code(api.http)
        self.http_alias = Code("" if api.http == "httpx" else " as httpx")
        self._set_uses(api.operations)
        self.header_classes = header_classes(api.operations)
        """The classes for response headers."""
        self.resets_at = api.limits.reset_unit == "epoch"
        """True if the rate limit's header is a time, not a number of seconds."""
        self.webhooks = WebhooksView(api)
        """The requests that the API sends."""

    def _set_modules(self, api: Api, former_names: Mapping[str, Sequence[FormerName]]) -> None:
        """Set the modules of models, and the names that modules have beside their own."""
        self.is_split = any(module.name for module in api.modules)
        self.modules = [ModuleView(m, api.client) for m in api.modules]
        unions = [module for module in self.modules if module.has_unknown_variant]
        if unions:
            unions[0].public.append(Code("UnknownVariant"))
        self.lazy_modules: list[Code] = []
        """The modules of the package that are imported when they are first used."""
        if api.modules:
            self.lazy_modules.append(Code("models"))
        if self.params:
            self.lazy_modules.append(Code("params"))
        if api.has_fake:
            self.lazy_modules.append(Code("testing"))
        self.former_names = former_names.get("__init__", ())
        """The deprecated aliases in the package itself."""
        self.getattr: list[ModuleGetattr] = []
        """The function ``__getattr__`` of the package; empty if it needs none, as the others."""
        if self.lazy_modules or self.former_names:
            doc = "Import a module of the package when it is first used."
            if not self.lazy_modules:
                doc = _FORMER_DOC
            self.getattr.append(ModuleGetattr(doc, self.lazy_modules, self.former_names))
        self.errors_getattr = _getattr_of(former_names.get("errors", ()))
        """That of the module ``errors``."""
        self.testing_getattr = _getattr_of(former_names.get("testing", ()))
        """That of the module ``testing``."""

    def _set_uses(self, operations: Sequence[ClientOperation]) -> None:
        """Set which parts of the client the operations need."""
        writers: set[str] = set()
        answers: list[Answer] = []
        self.needs_full_routes = False
        """True if a path has a query or a server of its own, or a parameter may have slashes."""
        for view in self.operations:
            writers.update(parameter.writer for parameter in view.parameters)
        for op in operations:
            writers.update(map(writer_class, op.bodies))
            answers += [*op.answers, *op.errors]
            if op.server or "?" in op.path.value:
                self.needs_full_routes = True
            for parameter in op.parameters:
                self.needs_full_routes |= parameter.reserved
        self.uses_uploads = bool(writers & {"PartsBody", "Content", "Multipart"})
        self.uses_streams = any(op.streamed for op in operations)
        self.uses_pages = any(op.pages for op in operations)
        self.uses_waits = any(op.wait for op in operations)
        self.reads_parts = any(one.codec == "parts" for answer in answers for one in answer.each)
        """True if a response has a multipart body."""
        self.accepts_types = any(s.accepts for op in operations for s in op.signatures)
        """True if the caller of an operation can ask for a media type."""
        self.makes_keys = any(op.key_header for op in operations)
        """True if a call may have a key that makes it repeatable."""

    def _set_credentials(self, api: Api) -> None:
        """Set the credentials, and how the constructor takes them."""
        self.uses_oauth = any(credential.fetched for credential in api.credentials)
        always = all(op.security and () not in op.security for op in api.operations)
        self.optional_credentials = len(api.credentials) != 1 or not always
        """True if a credential may be left out."""
        self.credentials: list[CredentialView] = []
        self.keys: list[tuple[str, str | Text]] = []
        """The places and names of credentials that are keys, and of secrets in bodies."""
        is_needed = not self.optional_credentials
        for credential in api.credentials:
            view = CredentialView(credential, self.uses_oauth, api.attribute, needed=is_needed)
            self.credentials.append(view)
            if credential.kind in ("header", "query", "cookie"):
                self.keys.append((credential.kind, credential.wire))
        self.keys += [("body", name) for name in api.secrets]
        self.chooses_credentials = self.optional_credentials and bool(self.credentials)
        """True if the credentials depend on the operation."""
        secrets = [c for c in self.credentials if c.variables]
        self.reads_env = bool(secrets)
        """True if a credential may be read from environment variables."""
        self.needs_variable = any(c.is_variable for c in secrets)
        """True if every call needs the one credential, and it is one environment variable."""
        self.needs_variables = self.reads_env and not (
            self.optional_credentials or self.needs_variable
        )
        """True if every call needs the one credential, and it may be two of them."""
        variables = "; ".join(c.variables_doc for c in secrets)
        self.env_doc = (
            f"Return a client whose credentials are environment variables: {variables}.\n\n"
            "``settings`` are the other arguments of the constructor. Raises "
            ":class:`RequestError` with the names of variables that are needed and not set."
        )
        """The docstring of ``from_env``."""

    @property
    def package_doc(self) -> str:
        """The package's docstring."""
        api = self.ir
        if self.has_client:
            what = "A client for"
        elif api.webhooks:
            what = "The webhooks of"
        else:
            what = "The models of"
        title = " ".join((api.title.value or api.client).split())
        version = f", API version {api.version.value}" if api.version else ""
        return f"{what} {title}{version}."

    def used_credentials(self, op: ClientOperation) -> list[CredentialView]:
        """Return the credentials to give to the constructor for a call."""
        needed = op.security[0] if op.security else ()
        return [c for c in self.credentials if not self.optional_credentials or c.ir.name in needed]

    def example_settings(self, op: ClientOperation) -> Iterator[str]:
        """Yield the arguments of the constructor for a call."""
        for credential in self.used_credentials(op):
            name = f"{credential.ir.name}=" if self.optional_credentials else ""
            yield f"{name}{credential.example()}"
        if not self.ir.base_url:
            yield "base_url='https://api.example.com'"

    def example_imports(self, op: ClientOperation, writer: Expressions) -> Iterator[Code]:
        """Yield the statements that the arguments of a call and of the constructor need."""
        yield from writer.statements()
        if any(c.ir.kind == "auth" for c in self.used_credentials(op)):
            yield Code(f"import {self.http}{self.http_alias}")

    @property
    def base_url_parameter(self) -> Code:
        """The annotation of the constructor's ``base_url``, and its default."""
        if self.server_variables:
            return Code("str | None = None")
        return Code("str = API_FACTS.address" if self.ir.base_url else "str")

    @property
    def headers_doc(self) -> str:
        """The docstring of the module with the classes for response headers."""
        return headers_doc(self.ir)

    @property
    def testing_doc(self) -> str:
        """The docstring of the testing module."""
        op = self.operations[0].ir
        client = self.ir.client
        fixture = ""
        if "testing" in self.ir.features:
            fixture = f"\n``pytest_plugin`` has it as a fixture, ``fake_{self.ir.attribute}``."
        first = ""
        if self.optional_credentials:
            first = "".join(f"{c.ir.name}=…, " for c in self.credentials)
        elif self.credentials:
            first = '"token", '
        return f"""A fake server to test against: no network, checked requests, scripted answers.

::

    fake = Fake()
    client = {client}({first}transport=fake)
    # Async{client} takes the same fake
    client.{op.call}(…)  # answers with the description's example
    fake.{op.constant}.answers(Fault.TIMEOUT, Reply(403, {{"message": "no"}}))
    # the next call times out, the one after gets 403
    assert fake.{op.constant}.calls[0].body is not None  # the request, typed
{fixture}"""

    @property
    def flavours(self) -> list[Flavour]:
        """The synchronous and the asynchronous client."""
        docs = self._client_docs()
        types = [credential.type(False) for credential in self.credentials]
        async_types = [credential.type(True) for credential in self.credentials]
        return [
            Flavour(
                Code(""),
                self.ir.client,
                Code("def"),
                Code(""),
                Code("Sender"),
                docs[0],
                types,
            ),
            Flavour(
                Code("Async"),
                self.ir.async_client,
                Code("async def"),
                Code("await "),
                Code("AsyncSender"),
                docs[1],
                async_types,
            ),
        ]

    def _client_docs(self) -> tuple[str, str]:
        title = self.ir.title.value or self.ir.client
        server = "calls; give base_url"
        if self.ir.base_url:
            server = f"calls to {self.ir.base_url.value}"
        common = (
            "\n\nShare one: it keeps connections open and is safe to use from several {}. "
            "``timeout`` limits each step of an attempt and ``deadline`` the whole call, in "
            "seconds; ``retry`` says what is repeated; ``headers`` go out with every call; "
            "``transport`` or ``http_client`` replace the HTTP side"
        )
        common += ", for instance by the fake in ``testing``." if self.ir.has_fake else "."
        if self.ir.client_certificate:
            common += (
                "\n\nThe API asks for a certificate of yours: give an ``http_client`` or a "
                "``transport`` that has it (``verify=``, an ``ssl.SSLContext``)."
            )
        if self.credentials:
            common += "\n\n" + "\n".join(c.doc_line for c in self.credentials)
            common += "\n``NO_CREDENTIALS`` instead of "
            if self.optional_credentials:
                common += "one sends none; as the first argument it is for all."
            else:
                common += "it sends none."
        if self.server_variables:
            lines = "\n".join(variable.doc_line for variable in self.server_variables)
            common += f"\n\nThe server is {self.ir.server_url.value}.\n{lines}"
            common += "\n``base_url`` replaces it."
        if self.client_arguments:
            common += "\n"
        for argument in self.client_arguments:
            common += f"\n{argument.doc_line}"
        if self.ir.server_doc:
            common += f"\n\n{self.ir.server_doc.value}"
        return (
            f"{title}: {server}." + common.replace("{}", "threads", 1),
            f"{title}: {server}, for use with ``await``." + common.replace("{}", "tasks", 1),
        )


_FORMER_DOC = "Return what has another name now."


def _getattr_of(former: Sequence[FormerName]) -> list[ModuleGetattr]:
    """Return the function of a module with names of an earlier version, if there are any."""
    return [ModuleGetattr(_FORMER_DOC, (), former)] if former else []
