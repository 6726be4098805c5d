"""The servers of a description (OpenAPI 3.1.1 §4.8.5 and §4.8.6, RFC 3986 §5).

A server is absolute, or relative to the address of the API, which only the caller knows.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Sequence
from urllib.parse import urljoin, urlsplit

from ...base.errors import Findings
from ...reading.openapi.model.document import Document, Operation, Server, ServerVariable
from ..ir.package import ServerArgument
from ..ir.types import Text
from ..names import CREDENTIALS, make_distinct, snake

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_HARMLESS = re.compile(r"(https?|wss?):", re.IGNORECASE)
_HOST = re.compile(r"([\w-]+\.)+([a-z]{2,}|(?<=\d\.)\d+)(/|\Z)", re.IGNORECASE)
_REMEDY = "Write an https URL, or one relative to the API's address, such as /v1."


def url_fault(url: str) -> str:
    """Return the reason why nothing may be sent to a URL, as the end of a sentence; else ``""``.

    Relative URLs are allowed. The URL is read as the client's HTTP library reads it.
    """
    if re.search(r"[^\x21-\x7e]|[\\<>\"^`{|}]", url):
        return "contains white space or a character that isn't allowed in a URL"
    if not _ABSOLUTE.match(url) and (":" in url.partition("/")[0] or url.startswith("//")):
        is_http = re.match(r"https?:", url, re.IGNORECASE)
        return "has no `//` after its scheme" if is_http else "is neither http nor https"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "isn't a URL"
    if "@" in parts.netloc:
        return "contains a user name"
    if parts.fragment or url.endswith("#"):
        return "contains a fragment"
    labels = (parts.hostname or "").removesuffix(".").split(".")
    if parts.scheme and (not all(0 < len(label) < 64 for label in labels) or port == 0):
        return "has an invalid host or port"
    return ""


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_hostile(url: str) -> bool:
    """Return whether a server must be refused even if it isn't used.

    It has another scheme than http or ws, a user name, a fragment or a control character; a
    mistake such as an undeclared variable isn't hostile.
    """
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:(?!\d+(/|\Z))", url, re.IGNORECASE)
    other = has_scheme is not None and not _HARMLESS.match(url)
    return other or re.search(r"[\x00-\x20\x7f#]|//[^/?#]*@", url) is not None


def origin(url: str) -> str:
    """Return scheme, host and port of an absolute URL (RFC 6454 §4)."""
    parts = urlsplit(url.lower())
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(default)}"


def path_of(url: str) -> str:
    """Return the path of a relative server, without a final slash."""
    return urlsplit(urljoin("https://host/", url)).path.rstrip("/")


class Servers:
    """The servers of one canonical document."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.findings = findings
        self._check(document.servers)
        first = _address(document.servers) or ""
        self.base_url = first if _ABSOLUTE.match(first) else ""
        """Empty if the caller must pass it."""
        self.base_path = "" if self.base_url else path_of(first)
        """The path to append to a caller's base URL without a path."""
        self.doc = self._doc(document.servers)
        servers = document.servers
        if not self.base_url and not first:
            own = [_address(op.servers or ()) or "" for op in document.operations]
            if own and all(_ABSOLUTE.match(url) for url in own):
                self.base_url, servers = own[0], document.operations[0].servers or ()
        self._server = servers[0] if servers and self.base_url else None

    @property
    def url(self) -> str:
        """The URL of the API's server with its variables in braces; empty without variables."""
        if self._server is None or not self._server.variables:
            return ""
        return _with_scheme(self._server).rstrip("/")

    def variables(self, taken: Collection[str]) -> tuple[ServerArgument, ...]:
        """Return the variables of the API's server as arguments; ``taken`` are other arguments."""
        if self._server is None:
            return ()
        found = {
            name: variable
            for name, variable in self._server.variables.items()
            if f"{{{name}}}" in self._server.url
        }
        reserved = CREDENTIALS | {*taken}
        final = make_distinct(found, lambda name, level: snake(name, reserved, level))
        return tuple(
            ServerArgument(
                name=final[name],
                wire=Text(name),
                default=Text(_default(variable) or ""),
                values=tuple(map(Text, dict.fromkeys(variable.enum))),
                doc=Text(" ".join(variable.description.split())),
            )
            for name, variable in found.items()
        )

    def own(self, operation: Operation, *, secured: bool) -> str:
        """Return the server of an operation where it isn't the API's, else an empty string.

        It is absolute, or a path at the origin of the base URL, beginning with a slash.
        """
        self._check(operation.servers or ())
        found = _address(operation.servers or ())
        if found is None:
            return ""
        if not _ABSOLUTE.match(found):
            return path_of(found) or "/"
        if found == self.base_url:
            return ""
        if secured and self.base_url and origin(found) != origin(self.base_url):
            self.findings.warn(
                "server",
                operation.location,
                f"the description sends this operation, with its credentials, to {origin(found)}",
                "If that isn't a server of this API, remove it with an overlay.",
            )
        return found

    def _check(self, servers: Sequence[Server]) -> None:
        """Record the faults of servers; a hostile one is refused."""
        for server in servers:
            url = _filled(server)
            fault = _server_fault(url)
            shown = re.sub(r"//[^/?#]*@", "//…@", url)
            if fault and is_hostile(url):
                self.findings.refuse(
                    "server", server.at("url"), f"the server {shown!r} {fault}", _REMEDY
                )
            elif fault:
                record = self.findings.assume if server is servers[0] else self.findings.warn
                record(
                    "server",
                    server.at("url"),
                    f"the server {shown!r} {fault}; it isn't used",
                    f"{_REMEDY} Until then, pass base_url.",
                )
            elif server.url.startswith("//"):
                self.findings.warn(
                    "server",
                    server.at("url"),
                    f"the server {server.url!r} has no scheme; https is used",
                    "Write an https URL, or let callers pass base_url.",
                )
            elif url.lower().startswith("http://") and not _is_loopback(url):
                self.findings.warn(
                    "server",
                    server.at("url"),
                    f"the server {url!r} is plain http: nothing that is sent there is encrypted",
                    "Write an https URL, or let callers pass base_url.",
                )

    def _doc(self, servers: Sequence[Server]) -> str:
        lines: list[str] = []
        if self.base_path:
            lines.append(
                f"``base_url`` is where the API lives; {self.base_path} is added to one that has "
                "no path."
            )
        for index, server in enumerate(servers):
            if _server_fault(_filled(server)):
                continue
            variables = [_variable(name, variable) for name, variable in server.variables.items()]
            url, doc = server.url, server.description
            about = f" ({' '.join(doc.split())})" if doc.strip() else ""
            if index:
                also = f" with {', '.join(variables)}" if variables else ""
                lines.append(f"Another ``base_url``: {url}{also}{about}.")
        return "\n".join(lines)


def _address(servers: Sequence[Server]) -> str | None:
    """Return the first server with the defaults of its variables; None if there is none to use."""
    if not servers or _server_fault(first := _filled(servers[0])):
        return None
    return first.rstrip("/")


def _server_fault(url: str) -> str:
    """Return the reason why a server cannot be used, as the end of a sentence; else ``""``."""
    without_default = re.search(r"\{[^{}]*\}", url)
    if without_default and not is_hostile(url):
        return f"has {without_default[0]}, a variable without a default that can be used"
    if _HOST.match(url):
        return "has no scheme"
    return url_fault(url) or ("contains a query" if "?" in url else "")


def _with_scheme(server: Server) -> str:
    return f"https:{server.url}" if server.url.startswith("//") else server.url.strip()


def _filled(server: Server) -> str:
    """Return the URL of a server with the defaults of its variables."""
    url = _with_scheme(server)
    for name, variable in server.variables.items():
        default = _default(variable)
        if default is not None:
            url = url.replace(f"{{{name}}}", default)
    return url


def _default(variable: ServerVariable) -> str | None:
    """Return the default of a variable; None for an empty one, and for one that isn't in the enum
    (OpenAPI 3.1.1 §4.8.6: "the value MUST exist in the enum's values").
    """
    is_listed = not variable.enum or variable.default in variable.enum
    return variable.default if variable.default and is_listed else None


def _variable(name: str, variable: ServerVariable) -> str:
    others = [value for value in variable.enum if value != variable.default]
    return f"{name}={variable.default}" + (f" (or {', '.join(others)})" if others else "")
