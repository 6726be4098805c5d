"""The client's own reader, in memory: can it read what a server answered?

The modules come from rendered files that are never written, and none is imported from a checkout.
They were checked as all rendered code is. Only the modules that read are imported; they need no
HTTP library.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import count
from types import ModuleType
from typing import Any, Final

from .exchange import RecordedExchange

_numbers: Final = count()


class ClientReader:
    """Reads recorded responses as a generated client would."""

    def __init__(self, files: Mapping[str, str], operations: Mapping[str, tuple[str, str]]) -> None:
        """``files`` are the package's sources by their path in it.

        ``operations`` are the module and the constant of each operation, by its label.
        """
        self._package = f"speclock_client_in_memory_{next(_numbers)}"
        self._operations = operations
        self._finder = _Finder(self._package, files)
        package = ModuleType(self._package)
        package.__path__ = []
        sys.modules[self._package] = package
        sys.meta_path.insert(0, self._finder)

    def close(self) -> None:
        """Forget the modules."""
        sys.meta_path.remove(self._finder)
        for name in [*sys.modules]:
            if name == self._package or name.startswith(f"{self._package}."):
                del sys.modules[name]

    def fault(self, label: str, one: RecordedExchange) -> Exception | None:
        """Return why the client can't read a response; None if it can, or if it is an error."""
        module, constant = self._operations[label]
        operation: Any = getattr(self._import(module), constant)
        exchange: Any = self._import("_exchange").Exchange(
            method=one.method,
            url="",
            status_code=one.status,
            headers={name: ", ".join(values) for name, values in one.response.headers.items()},
            content=one.response.body or b"",
            retry_after=None,
        )
        errors: Any = self._import("errors")
        try:
            operation.read(exchange, _ignored)
        except errors.ApiError:
            return None
        except errors.ResponseError as error:
            cause = error.__cause__
            return cause if isinstance(cause, Exception) else error
        return None

    def _import(self, module: str) -> ModuleType:
        return import_module(f"{self._package}.{module}")


def _ignored(*_deviation: object) -> None:
    """Report nothing: the deviations are known."""


class _Finder(MetaPathFinder):
    """Finds the modules of one package in memory."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self._package = package
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the specification of a module; None if it isn't one of the package."""
        del path, target
        if not fullname.startswith(f"{self._package}."):
            return None
        inner = fullname.removeprefix(f"{self._package}.").replace(".", "/")
        for name, is_package in ((f"{inner}/__init__.py", True), (f"{inner}.py", False)):
            if name in self._files:
                loader = _SourceLoader(self._files[name], name)
                return spec_from_loader(fullname, loader, is_package=is_package)
        return None


class _SourceLoader(Loader):
    def __init__(self, source: str, name: str) -> None:
        self._source = source
        self._name = name

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's source."""
        exec(compile(self._source, f"<{self._name}>", "exec"), module.__dict__)  # noqa: S102
