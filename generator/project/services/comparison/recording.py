"""``recorder``: a transport that records the exchanges of a generated client.

It is for projects that have speclock as a development dependency; the feature ``recorder`` puts
the same transport into the client itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

from ....base.errors import UsageError
from ....base.version import __version__
from ....codegen.templates import templates_folder
from ...output.manifest import Manifest


def recorder(path: str | os.PathLike[str], package: ModuleType, transport: Any = None) -> Any:
    """Return a transport for both clients of a package, which appends each exchange to a file.

    ``transport`` sends the requests; the default is the HTTP library's own. A line is a JSON
    object, see docs/traffic.md. Credentials are ``***`` in it: keys at the places that the
    description of the package names. Raises :class:`UsageError` unless ``package`` is that of a
    client which this version of speclock generated.
    """
    folder = Path(str(package.__file__)).parent
    manifest = Manifest.read(folder.parent, folder.name)
    version = manifest.tool.get("speclock") if manifest else None
    apis = [var._api for var in vars(package).values() if hasattr(var, "_api")]
    if version != __version__ or not apis:
        origin = f"speclock {version} generated it" if version else "it isn't a generated package"
        raise UsageError(
            f"{package.__name__} cannot be recorded by speclock {__version__}: {origin}. Give the "
            "package of a client, and generate it with the version that is installed."
        )
    return record_to(path, package, transport, apis[0].keys)


def record_to(
    path: str | os.PathLike[str],
    package: ModuleType,
    transport: Any,
    keys: Iterable[tuple[str, str]],
) -> Any:
    """Return a recorder that masks the ``keys``: places, such as ``header``, and names there."""
    return runtime_of(package).RecordingTransport(path, transport, keys)


def runtime_of(package: ModuleType) -> Any:
    """Return the recorder's module in the runtime of a package, loaded from the templates."""
    runtime = package.RawResponse.__module__.rpartition(".")[0]
    template("masks", f"{runtime}.masks")
    return template("recorder", f"{runtime}.recorder")


def template(file: str, name: str) -> Any:
    """Return a module of the runtime under a name, loaded from the templates."""
    if name not in sys.modules:
        path = templates_folder() / "client" / "_runtime" / f"{file}.py"
        loader = _Loader(name, str(path))
        spec = spec_from_loader(name, loader)
        assert spec is not None
        module = module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
    return sys.modules[name]


class _Loader(SourceFileLoader):
    """Loads a template, beside which no bytecode is written."""

    def set_data(self, path: Any, data: Any, *, _mode: int = 0) -> None:
        """Write nothing."""
