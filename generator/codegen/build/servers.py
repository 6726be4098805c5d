"""Where calls go (OpenAPI 3.1.1 §4.8.5, Server, and §4.8.6, Server Variable; RFC 3986 §5).

A server is absolute, or relative to where the API lives, which only the caller knows then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from ...errors import Findings
from ...openapi.model import Document, Operation, Server, ServerVariable

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_HARMLESS = re.compile(r"(https?|wss?)://", re.IGNORECASE)
_LOOPBACK = re.compile(r"https?://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(/|\Z)", re.IGNORECASE)
_REMEDY = "Give an https URL, or one relative to where the API lives, such as /v1."


def url_fault(url: str) -> str:
    """Why nothing may be sent to a URL, as the end of a sentence; empty for a sound one.

    Relative ones are sound. The URL is judged as the client's HTTP library would read it.
    """
    if re.search(r"[^\x21-\x7e]|[\\<>\"^`{|}]", url):
        return "holds white space, or a character that no URL can"
    if not _ABSOLUTE.match(url) and (":" in url.partition("/")[0] or url.startswith("//")):
        return "is neither http nor https"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no URL"
    if "@" in parts.netloc:
        return "holds a user"
    if parts.fragment or url.endswith("#"):
        return "holds a fragment"
    labels = (parts.hostname or "").removesuffix(".").split(".")
    if parts.scheme and (not all(0 < len(label) < 64 for label in labels) or port == 0):
        return "names a host or a port that can't be"
    return ""


def is_hostile(url: str) -> bool:
    """Return whether a server must be refused even where nothing is sent to it.

    It has a scheme that no server has, a user, a fragment or a control character; a slip, such as a
    template variable that nobody declares, is none of these.
    """
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:(?!\d+(/|\Z))", url, re.IGNORECASE)
    other = has_scheme is not None and not _HARMLESS.match(url)
    return other or re.search(r"[\x00-\x20\x7f#]|//[^/?#]*@", url) is not None


def origin(url: str) -> str:
    """Scheme, host and port of an absolute URL (RFC 6454 §4)."""
    parts = urlsplit(url.lower())
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(default)}"


def path_of(url: str) -> str:
    """Return the path that a relative server stands for, without a slash at its end."""
    return urlsplit(urljoin("https://host/", url)).path.rstrip("/")


class Servers:
    """The servers of one canonical document."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.findings = findings
        first = self._address(document.servers)
        self.base_url = first if _ABSOLUTE.match(first) else ""
        """Empty where the caller must give it."""
        self.base_path = "" if self.base_url else path_of(first)
        """What is added to a caller's address that has no path of its own."""
        self.doc = self._doc(document.servers)
        if not self.base_url and not first:
            own = [self._address(operation.servers or ()) for operation in document.operations]
            if own and all(_ABSOLUTE.match(url) for url in own):
                self.base_url = own[0]

    def own(self, operation: Operation, *, secured: bool) -> str:
        """Return the server of an operation where it isn't the API's, else an empty string.

        It is absolute, or a path at the origin of the base URL, beginning with a slash.
        """
        found = self._address(operation.servers or ())
        if not found and not operation.servers:
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
                "Nothing needs doing if that is the API's too; else take the server out.",
            )
        return found

    def _address(self, servers: Sequence[Server]) -> str:
        """Return the first server, variables by their defaults; check all of them."""
        for index, server in enumerate(servers):
            url = self._filled(server, used=index == 0)
            fault = url_fault(url) or ("holds a query" if "?" in url else "")
            shown = re.sub(r"//[^/?#]*@", "//…@", url)
            if fault and (index == 0 or is_hostile(url)):
                self.findings.refuse(
                    "server", server.at("url"), f"the server {shown!r} {fault}", _REMEDY
                )
            elif fault:
                self.findings.warn(
                    "server", server.at("url"), f"the server {shown!r} {fault}", "It isn't used."
                )
            elif url.lower().startswith("http://") and not _LOOPBACK.match(url):
                self.findings.warn(
                    "server",
                    server.at("url"),
                    f"the server {url!r} is plain http: whoever is on the way reads the secrets",
                    "Give an https URL, or let callers give base_url.",
                )
        first = self._filled(servers[0], used=False) if servers else ""
        return first.rstrip("/") if not url_fault(first) else ""

    def _filled(self, server: Server, *, used: bool) -> str:
        url = f"https:{server.url}" if server.url.startswith("//") else server.url
        for name in re.findall(r"\{([^{}]*)\}", url):
            variable = server.variables.get(name)
            default = variable.default if variable is not None else None
            if default is not None:
                url = url.replace(f"{{{name}}}", default)
            elif used:
                self.findings.refuse(
                    "server-variable",
                    server.at("url"),
                    f"the server's URL has {{{name}}}, which no variable gives a default",
                    f"Declare variables.{name}.default, or write the URL out.",
                )
        return re.sub(r"\{[^{}]*\}", "x", url) if used else url

    def _doc(self, servers: Sequence[Server]) -> str:
        """Return what a caller should know of the servers beyond the base URL; mostly empty."""
        lines: list[str] = []
        if self.base_path:
            lines.append(
                f"``base_url`` is where the API lives; {self.base_path} is added to one that has "
                "no path."
            )
        for index, server in enumerate(servers):
            if url_fault(self._filled(server, used=False)):
                continue
            told = [_variable(name, variable) for name, variable in server.variables.items()]
            url, doc = server.url, server.description
            about = f" ({' '.join(doc.split())})" if doc.strip() else ""
            if index == 0 and told:
                lines.append(
                    f"The address is {url} with {', '.join(told)}; ``base_url`` replaces it."
                )
            elif index:
                also = f" with {', '.join(told)}" if told else ""
                lines.append(f"Another ``base_url``: {url}{also}{about}.")
        return "\n".join(lines)


def _variable(name: str, variable: ServerVariable) -> str:
    others = [value for value in variable.enum if value != variable.default]
    return f"{name}={variable.default}" + (f" (or {', '.join(others)})" if others else "")
