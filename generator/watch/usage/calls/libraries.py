"""HTTP libraries: their functions and methods that send a request, and their base URLs."""

from __future__ import annotations

from pathlib import Path

from ....base.immutable import immutable
from ..modules import ModuleFinder
from ..values import Builtin, Declared, Instance, Value

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")
"""The methods of clients that send a request."""
_VERBS = METHODS[:-2]
_SAME_MODULES = {
    "requests.sessions": "requests",
    "requests.api": "requests",
    "requests.models": "requests",
    "aiohttp.client": "aiohttp",
}
"""Modules whose names another one has, too."""
_MODULES = {
    *_SAME_MODULES,
    *_SAME_MODULES.values(),
    "httpx",
    "httpx2",
    "urllib",
    "urllib.request",
    "requests_toolbelt",
    "requests_toolbelt.sessions",
}


@immutable
class Sender:
    """A function that sends a request, or describes one that is sent later."""

    verb: str
    """In upper case; empty if an argument has it."""
    positions: tuple[str, ...]
    """The names of the first arguments; that of the URL is ``url``."""
    is_appended: bool = False
    """True if a path is appended to that of the base URL."""


@immutable
class ClientClass:
    """A class of clients or sessions; the argument of a base URL is ``base_url``."""

    positions: tuple[str, ...] = ()
    """The names of the first arguments by position."""
    is_appended: bool = False
    """True if a path is appended to that of the base URL."""


_HTTPX, _REQUESTS, _JOINING = ClientClass((), True), ClientClass(), ClientClass(("base_url",))
CLASSES = {
    "httpx.Client": _HTTPX,
    "httpx.AsyncClient": _HTTPX,
    "httpx2.Client": _HTTPX,
    "httpx2.AsyncClient": _HTTPX,
    "requests.Session": _REQUESTS,
    "requests_toolbelt.sessions.BaseUrlSession": _JOINING,
    "aiohttp.ClientSession": _JOINING,
}
REQUESTS = ("httpx.Request", "httpx2.Request", "requests.Request", "urllib.request.Request")
"""Classes of requests that are sent later."""


def _senders() -> dict[str, Sender]:
    """Return the functions, methods and classes of requests by their full names."""
    senders: dict[str, Sender] = {}
    for module in ("httpx", "httpx2", "requests", "aiohttp"):
        senders |= _methods(module, is_appended=False)
    for name, class_ in CLASSES.items():
        senders |= _methods(name, is_appended=class_.is_appended)
    for name in REQUESTS:
        senders[name] = Sender("", ("method", "url"))
    for name in ("Request", "urlopen"):
        senders[f"urllib.request.{name}"] = Sender("", ("url", "data"))
    senders["urllib.request.urlretrieve"] = Sender("GET", ("url",))
    return senders


def _methods(owner: str, *, is_appended: bool) -> dict[str, Sender]:
    """Return the methods of a class, or the functions of a module."""
    senders: dict[str, Sender] = {}
    for verb in _VERBS:
        senders[f"{owner}.{verb}"] = Sender(verb.upper(), ("url",), is_appended)
    for name in ("request", "stream", "build_request"):
        senders[f"{owner}.{name}"] = Sender("", ("method", "url"), is_appended)
    return senders


SENDERS = _senders()


def method_constant(name: str) -> str:
    """Return the method of a constant of ``aiohttp.hdrs``; empty for another name."""
    verb = name.removeprefix("METH_")
    if verb != name and verb.lower() in _VERBS:
        return verb
    return ""


class HttpLibraries:
    """The declarations of HTTP libraries, for the evaluation of a program."""

    def exported(self, module: str, name: str) -> Value:
        """Return what a module has under a name."""
        full = f"{_SAME_MODULES.get(module, module)}.{name}"
        if full == "requests.session":
            return (Declared("method", full),)
        if full in CLASSES or full in REQUESTS:
            return (Declared("class", full),)
        if full in SENDERS:
            return (Declared("method", full),)
        inner = f"{module}.{name}"
        return (Declared("module", inner),) if inner in _MODULES else (Builtin(name),)

    def attribute(self, item: Instance | Declared, name: str) -> tuple[str, Value]:
        """Return the full name of an attribute, and its value."""
        full = f"{item.name}.{name}"
        if item.name in CLASSES and (full in SENDERS or name == "__init__"):
            return full, (Declared("method", full),)
        return "", ()

    def result(self, name: str) -> Value:
        """Return what a function gives."""
        return (Instance("requests.Session"),) if name == "requests.session" else ()


class LibraryFinder(ModuleFinder):
    """Finds the modules of a program, and those of HTTP libraries."""

    def located(self, name: str, level: int, here: Path) -> Path | Declared | Builtin | None:
        """Return a module by its name in an import statement of the file ``here``."""
        if not level and name in _MODULES:
            return Declared("module", name)
        return super().located(name, level, here)
