"""The views of the two clients, their resources and their credentials."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....base.immutable import immutable
from ...ir.annotations import optional
from ...ir.package import ClientArgument, Credential, Resource, ServerArgument
from ...ir.types import Code
from ..source.docstrings import py_literal
from .methods import MethodView, with_other_names
from .operations import OperationView, View, join_class
from .params import import_of_params


class ResourceView(View[Resource]):
    """A group of methods."""

    def __init__(self, resource: Resource, operations: Sequence[OperationView]) -> None:
        super().__init__(resource)
        self.operations = [op for op in operations if op.ir.resource == resource.name]
        self.shared_parameters = join_class(self.operations, resource.class_name)
        self.params_import = import_of_params(self.operations)
        """The import of the module of typed dictionaries; empty if no method needs it."""
        self.module_doc = (
            f"``client.{resource.name}``: its methods, the same for both clients, and its values."
        )
        """The docstring of the resource's module."""
        self.doc = resource.doc.value or "Operations of one kind; reached through the client."
        """The tag's description, or a default one."""
        self.short_doc = re.split(r"(?<=[.!?])\s|\n", self.doc, maxsplit=1)[0]
        """The first sentence of the description."""


@immutable
class Flavour:
    """The differences between the synchronous and the asynchronous client."""

    prefix: Code
    client: str
    def_: Code
    await_: Code
    sender: Code
    doc: str
    credential_types: Sequence[Code]

    def doc_of(self, resource: ResourceView) -> str:
        """Return a resource's docstring, in short for the asynchronous class."""
        return resource.short_doc if self.prefix else resource.doc

    def docs_of(self, operation: OperationView, method: MethodView) -> str:
        """Return a method's docstring, in short for the asynchronous method."""
        if self.prefix:
            return f"As :meth:`{operation.owner}.{method.name}`."
        return operation.docs(method)


class ServerArgumentView(View[ServerArgument]):
    """A constructor argument for a variable of the server's URL."""

    def __init__(self, variable: ServerArgument) -> None:
        super().__init__(variable)
        values = ", ".join(py_literal(value) for value in variable.values)
        self.type = Code(f"Literal[{values}]" if values else "str")
        """The annotation of the argument."""
        about = f": {variable.doc.value}" if variable.doc else "."
        place = f"{{{variable.wire.value}}} in the server's URL"
        self.doc_line = f"``{variable.name}`` is {place}{about}"
        """The argument's line in the client's docstring."""


class ClientArgumentView(View[ClientArgument]):
    """A constructor argument for a parameter of many operations.

    ``hidden`` are the names of types that the class of the client hides.
    """

    def __init__(self, argument: ClientArgument, hidden: Sequence[str]) -> None:
        super().__init__(argument)
        self.type = optional(Code(with_other_names(argument.annotation, hidden)))
        """The annotation of the argument."""
        about = " ".join(argument.doc.value.split())
        place = f"the default of the {argument.place} parameter {argument.wire} of each call"
        self.doc_line = f"``{argument.name}`` is {place}{': ' + about if about else '.'}"
        """The argument's line in the client's docstring."""


_CREDENTIALS = {"bearer": "Bearer", "basic": "Basic", "auth": "HttpAuth"}


class CredentialView(View[Credential]):
    """A constructor argument for a secret; ``fetching`` if the package has OAuth.

    ``client`` is the client's name in lower case, which environment variables begin with;
    ``needed`` if every call needs the credential.
    """

    def __init__(
        self, credential: Credential, fetching: bool, client: str, *, needed: bool
    ) -> None:
        super().__init__(credential)
        self.fetching = fetching
        variable = f"{client}_{credential.name}".upper()
        pair = (f"{variable}_CLIENT_ID", f"{variable}_CLIENT_SECRET")
        self.fetches = fetching and bool(credential.token_url)
        """True if ``ClientCredentials`` can be given."""
        self.variables = [(variable,), *([pair] if self.fetches else [])]
        """The environment variables with the secret: alternatives, one variable or two."""
        if credential.kind == "basic":
            self.variables = [(f"{variable}_USERNAME", f"{variable}_PASSWORD")]
        if credential.kind == "auth":
            self.variables = []
        self.variables_doc = ", or ".join(map(" and ".join, self.variables))
        """The environment variables, as a message lists them."""
        self.is_variable = needed and [*map(len, self.variables)] == [1]
        """True if every call needs it, and it is always one environment variable."""
        self.env_fault = f"these environment variables are not set: {self.variables_doc}"
        """The message if they aren't set."""

    @property
    def from_env(self) -> Code:
        """The expression that reads the secret from environment variables; None without them."""
        if self.is_variable:
            return Code(f"needed_env({self.variables[0][0]!r}, _errors.RequestError)")
        make = "login" if self.ir.kind == "basic" else "ClientCredentials"
        ways = [
            f"env({names[0]!r})"
            if len(names) == 1
            else f"env_pair({make}, {names[0]!r}, {names[1]!r}, _errors.RequestError)"
            for names in self.variables
        ]
        return Code(" or ".join(ways))

    @property
    def made(self) -> Code:
        """The expression that wraps the argument."""
        name, kind = self.ir.name, self.ir.kind
        if kind in _CREDENTIALS:
            return Code(f"{_CREDENTIALS[kind]}({name})")
        prefix = f", {py_literal(self.ir.prefix)}" if self.ir.prefix.value else ""
        return Code(f"ApiKey({name}, {kind!r}, {py_literal(self.ir.wire)}{prefix})")

    @property
    def urls(self) -> Code | None:
        """The arguments with the URLs for tokens; None if the client fetches none."""
        if self.ir.kind != "bearer" or not self.fetching:
            return None
        return Code(f"{py_literal(self.ir.token_url)}, {py_literal(self.ir.refresh_url)}")

    @property
    def test_secret(self) -> Code:
        """The argument's value in tests."""
        return self.example(f"test-{self.ir.name}", "test-key")

    def example(self, token: str = "token", key: str = "key") -> Code:
        """Return a value of the argument."""
        kind = self.ir.kind
        if kind in ("basic", "auth"):
            return Code(f"{'httpx.BasicAuth' if kind == 'auth' else ''}('user', 'password')")
        return py_literal(token if kind == "bearer" else key)

    def type(self, asynchronous: bool) -> Code:
        """Return the annotation of the argument."""
        if self.ir.kind == "bearer":
            return Code("AsyncToken" if asynchronous else "Token")
        types = {"basic": "tuple[str, str] | NoCredentials", "auth": "httpx.Auth"}
        return Code(types.get(self.ir.kind, "str | NoCredentials"))

    @property
    def doc_line(self) -> str:
        """The argument's line in the client's docstring."""
        c = self.ir
        classes = ["ClientCredentials"] if self.fetches else []
        classes += ["RefreshToken"] if self.fetching and c.refresh_url else []
        kind = {
            "bearer": "a bearer token" + "".join(f", or ``{name}``" for name in classes),
            "basic": "a user name and a password",
            "auth": "an ``httpx.Auth``",
        }.get(c.kind, f"the key in the {c.kind} {c.wire}")
        about = " ".join(c.doc.value.split())
        scheme = f" (security scheme {' '.join(c.scheme.value.split())})"
        return f"``{c.name}`` is {kind}{scheme}{': ' + about if about else '.'}"
