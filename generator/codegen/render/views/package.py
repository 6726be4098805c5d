"""The views of the package: the IR with the source expressions that templates print.

A view wraps an IR value, passes its attributes on, and adds properties that are :class:`ir.Code`,
so that templates build no name, type or call.
"""

from __future__ import annotations

import builtins

from ...ir import (
    Alias,
    Answer,
    Api,
    Code,
    Component,
    Enumeration,
    Model,
    Module,
    Type,
    UnionType,
    is_exact,
)  # fmt: skip
from .client import CredentialView, Flavour, ResourceView, ServerArgumentView
from .expressions import writer_class
from .operations import (
    OperationView,
    View,
    chooses_media_types,
    note_shadows,
    share_parameters,
)
from .response_headers import header_classes, headers_doc
from .webhooks import WebhooksView


class EnumerationView(View):
    """An enumeration, its base class and the type of its values."""

    def __init__(self, enumeration: Enumeration) -> None:
        super().__init__(enumeration)
        is_text = enumeration.kind == "string"
        self.base = Code("StrEnum" if is_text else "IntEnum")


class ModuleView(View):
    """A module of models, and its public names."""

    def __init__(self, module: Module, client: str) -> None:
        super().__init__(module)
        self.ir = module
        self.public = [component.name for component in module.components]
        enumerations = [c for c in module.components if isinstance(c, Enumeration)]
        # One with the name of a builtin first: until then the name means the builtin.
        enumerations.sort(key=lambda one: not hasattr(builtins, one.name))
        self.enumerations = [*map(EnumerationView, enumerations)]
        self.other_names = [c for c in module.components if isinstance(c, Alias) and c.is_name]
        self.parent = Code(".." if module.name else ".")
        """The package, for a relative import."""
        where = f", {module.name}," if module.name else ""
        self.doc = f"The schemas of {client}{where} as pydantic models."


def _types_of(component: Component) -> list[Type]:
    """Return the types of a class's fields, or of an alias."""
    match component:
        case Model(fields=fields, extra=extra):
            return [*(field.type for field in fields), *([extra] if extra is not None else [])]
        case Alias(type=made):
            return [made]
        case Enumeration():
            return []


_UNTYPED = {"none", "any", "text", "bytes"}
"""The codecs of bodies that pydantic doesn't check."""


class ApiView(View):
    """The package."""

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.ir = api
        self.has_client = bool(api.operations)
        """False for a package of models, and of webhooks, alone."""
        self.operations = [OperationView(op) for op in api.operations]
        self.resources = [ResourceView(r, self.operations) for r in api.resources]
        self.root_operations = [op for op in self.operations if not op.ir.resource]
        for operation in self.root_operations:
            operation.owner = api.client
        self.shared_parameters = share_parameters(self.root_operations)
        note_shadows(self.root_operations, [resource.ir.name for resource in self.resources])
        self.uses_oauth = any(credential.fetched for credential in api.credentials)
        always = all(op.security and () not in op.security for op in api.operations)
        self.optional_credentials = len(api.credentials) != 1 or not always
        """True if a credential may be left out."""
        self.server_variables = [ServerArgumentView(one) for one in api.server_variables]
        """The constructor arguments for variables of the server's URL."""
        self.credentials = [
            CredentialView(c, self.uses_oauth, api.attribute, needed=not self.optional_credentials)
            for c in api.credentials
        ]
        self.modules = [ModuleView(m, api.client) for m in api.modules]
        self.operation_modules = [*dict.fromkeys(op.module for op in self.operations)]
        self.http = Code(api.http)
        self.http_alias = Code("" if api.http == "httpx" else " as httpx")
        self.given = Code("given, " if api.credentials else "")
        """The argument with the credentials, as the constructor passes it on."""

        kinds = {credential.kind for credential in api.credentials}
        self.uses_bearer = "bearer" in kinds
        self.uses_basic = "basic" in kinds
        self.uses_api_key = bool(kinds & {"header", "query", "cookie"})
        self.uses_query_key = "query" in kinds
        self.uses_http_auth = "auth" in kinds

        writers = {p.writer for op in self.operations for p in op.parameters}
        writers |= {writer_class(body) for op in api.operations for body in op.bodies}
        self.uses_parameters = bool(
            writers & {"Query", "Header", "Styled", "JsonParameter", "Form", "WholeQuery"}
        )
        self.uses_whole_query = "WholeQuery" in writers
        self.sends_parts = "PartsBody" in writers
        """True if a request has a multipart body that isn't a form."""
        self.uses_uploads = self.sends_parts or bool(writers & {"Content", "Multipart"})
        self.uses_forms = self.uses_parameters or self.uses_uploads
        """True if a module for forms is in the package."""
        whole = [one for op in api.operations for one in (*op.answers, *op.errors)]
        answers = [one for answer in whole for one in answer.each]
        self.uses_content_types = any(one.reads_any_content for one in answers)
        self.uses_streams = any(op.streamed for op in api.operations)
        self.uses_pages = any(op.pages for op in api.operations)
        self.uses_unions = any(
            isinstance(c, Alias) and isinstance(c.type, UnionType) and c.type.tag
            for c in api.components
        )
        streamed = [op.streamed.answers for op in api.operations if op.streamed]
        checks = [one.check for one in (*answers, *(a for every in streamed for a in every))]
        checks += [body.check for op in api.operations for body in op.bodies]
        checks += [parameter.check for op in api.operations for parameter in op.parameters]
        checks += [hook.check for hook in api.webhooks]
        types = [made for component in api.components for made in _types_of(component)]
        self.uses_exact = any(map(is_exact, types)) or any("EXACT" in one for one in checks)
        self._note_features(answers + [a for every in streamed for a in every], writers)
        self.has_deprecated = any(op.deprecated for op in api.operations)
        self.is_split = any(module.name for module in api.modules)
        self.webhooks = WebhooksView(api)
        """The requests that the API sends."""

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
        self.uses_prefix = any(c.prefix.value for c in api.credentials)
        """True if the settings have a text before a key."""
        self.reads_pairs = any(len(names) > 1 for c in secrets for names in c.variables)
        """True if a credential is read from two environment variables."""
        names = {
            "Bearer": self.uses_bearer, "Token": self.uses_bearer, "AsyncToken": self.uses_bearer,
            "Basic": self.uses_basic, "ApiKey": self.uses_api_key, "HttpAuth": self.uses_http_auth,
            "NoCredentials": self.optional_credentials or bool(kinds - {"bearer", "auth"}),
            "env": not self.needs_variable and any(len(c.variables[0]) == 1 for c in secrets),
            "env_pair": self.reads_pairs, "needed_env": self.needs_variable,
            "login": self.uses_basic,
        }  # fmt: skip
        self.auth_names = sorted(["Credential", *(name for name, used in names.items() if used)])
        """The names that the client module imports from the auth module."""
        alone = "The webhooks of" if api.webhooks else "The models of"
        what = "A client for" if self.has_client else alone
        title = f"{what} {' '.join((api.title.value or api.client).split())}"
        self.package_doc = (
            f"{title}, API version {api.version.value}." if api.version else f"{title}."
        )
        """The package's docstring."""

    def _note_features(self, answers: list[Answer], writers: set[str]) -> None:
        """Set which parts of the runtime the operations need."""
        operations = self.ir.operations
        codecs = {answer.codec for answer in answers}
        writers = writers | {writer_class(body) for op in operations for body in op.bodies}
        components = self.ir.components
        self.uses_json_bodies = "Json" in writers
        self.reads_parts = "parts" in codecs
        """True if a response has a multipart body."""
        self.uses_json = self.uses_json_bodies or self.uses_content_types
        self.uses_json |= self.reads_parts or "json" in codecs
        self.uses_plain = bool(codecs & {"text", "bytes"}) or "Text" in writers
        self.uses_plain |= self.uses_streams or self.uses_content_types or self.reads_parts
        self.uses_arguments = any(op.parameters for op in operations)
        self.uses_choices = any(map(chooses_media_types, operations))
        """True if the caller of an operation can choose a media type."""
        self.accepts_types = any(s.accepts for op in operations for s in op.signatures)
        """True if the caller of an operation can ask for a media type."""
        self.uses_bodies = self.uses_choices or any(op.bodies for op in operations)
        self.lacks_bodies = any(not op.bodies for op in operations)
        """True if an operation has no body."""
        self.uses_types = bool(components or writers - {"Text"} or codecs - _UNTYPED)
        self.uses_types |= self.uses_streams or self.uses_json or bool(self.ir.webhooks)
        """True if pydantic checks any value."""
        self.uses_paths = "Path" in writers
        self.uses_slashes = any(
            p.reserved and p.place == "path" for op in operations for p in op.parameters
        )
        """True if a value in a path may be several segments."""
        self.uses_cookies = self.uses_parameters or self.uses_api_key
        """True if cookies may be sent."""
        self.uses_servers = any(op.server for op in operations)
        self.has_servers = self.uses_servers or self.uses_oauth or bool(self.ir.base_path)
        """True if a server is relative, or an operation has its own."""
        self.makes_keys = any(op.key_header for op in operations)
        """True if a call may have a key that makes it repeatable."""
        self.has_errors = any(op.errors for op in operations)
        read = [answer for op in operations if op.signatures for answer in op.answers]
        self.has_redirects = any(answer.status[0] == "3" for answer in read)
        """True if a redirect is a result."""
        self.header_classes = header_classes(operations)
        """The classes for response headers."""
        self.header_forms = {f.form for op in operations for f in op.headers if f.form}
        """The forms of headers whose text isn't a value as it is: list, pairs, exploded, ..."""
        self.splits_headers = bool(self.header_forms & {"list", "pairs", "exploded"})
        """True if a header has several values."""
        self.resets_at = self.ir.limits.reset_unit == "epoch"
        """True if the rate limit's header is a time, not a number of seconds."""

    @property
    def base_url_parameter(self) -> Code:
        """The annotation of the constructor's ``base_url``, and its default."""
        if self.server_variables:
            return Code("str | None = None")
        return Code("str = DEFAULT_BASE_URL" if self.ir.base_url else "str")

    @property
    def base_url_type(self) -> Code:
        """The annotation of ``base_url`` among the arguments of ``from_env``."""
        if self.server_variables:
            return Code("str | None")
        return Code("str" if self.ir.base_url else "Required[str]")

    @property
    def headers_doc(self) -> str:
        """The docstring of the module with the classes for response headers."""
        return headers_doc(self.ir)

    @property
    def testing_doc(self) -> str:
        """The docstring of the testing module."""
        op = self.operations[0].ir
        client = self.ir.client
        secrets = "".join(f"{c.ir.name}=…, " for c in self.credentials if self.optional_credentials)
        first = '"token", ' if self.credentials and not self.optional_credentials else secrets
        return f"""A fake server to test against: no network, checked requests, scripted answers.

::

    fake = Fake()
    client = {client}({first}transport=fake)  # Async{client} takes the same fake
    client.{op.call}(…)  # answers with the description's example
    fake.{op.constant}.answers(Fault.TIMEOUT, Reply(403, {{"message": "no"}}))
    # the next call times out, the one after is refused
    assert fake.{op.constant}.calls[0].body is not None  # the request, typed

``pytest_plugin`` has it as a fixture, ``fake_{self.ir.attribute}``."""

    @property
    def flavours(self) -> list[Flavour]:
        """The synchronous and the asynchronous client."""
        docs = self._client_docs()
        sender = "StreamSender" if self.uses_streams else "Sender"
        types = [[c.type(is_async) for c in self.credentials] for is_async in (False, True)]
        return [
            Flavour(
                Code(""), self.ir.client, Code("def"), Code(""), Code(""),
                Code(sender), Code("BaseTransport"), Code("Client"), docs[0], types[0],
            ),
            Flavour(
                Code("Async"), self.ir.async_client, Code("async def"), Code("await "), Code("a"),
                Code(f"Async{sender}"), Code("AsyncBaseTransport"), Code("AsyncClient"), docs[1],
                types[1],
            ),
        ]  # fmt: skip

    def _client_docs(self) -> tuple[str, str]:
        title = self.ir.title.value or self.ir.client
        server = (
            f"calls to {self.ir.base_url.value}" if self.ir.base_url else "calls; give base_url"
        )
        common = (
            "\n\nShare one: it keeps connections open and is safe to use from several {}. "
            "``timeout`` limits each step of an attempt and ``deadline`` the whole attempt, in "
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
            several = "one sends none; as the first argument it is for all."
            rest = several if self.optional_credentials else "it sends none."
            common += f"\n``NO_CREDENTIALS`` instead of {rest}"
        if self.server_variables:
            lines = "\n".join(variable.doc_line for variable in self.server_variables)
            common += f"\n\nThe server is {self.ir.server_url.value}.\n{lines}"
            common += "\n``base_url`` replaces it."
        if self.ir.server_doc:
            common += f"\n\n{self.ir.server_doc.value}"
        return (
            f"{title}: {server}." + common.replace("{}", "threads", 1),
            f"{title}: {server}, for use with ``await``." + common.replace("{}", "tasks", 1),
        )
