"""The runtimes that versions of speclock wrote, told by the hashes of their modules."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import read_bytes, sha256_of, with_lf
from ....base.printable import counted
from ....base.version import RUNTIME_PACKAGE, __version__
from ....codegen.templates import HEADERS, templates_folder

RECORD = Path(__file__).with_name("runtimes.json")
"""The hashes of the modules of versions before this one: by version and module, one each build."""
_RENDERED = "http.py"
"""The module that depends on the client's settings."""


@immutable
class RuntimeState:
    """The runtime of a package, compared with that of the speclock that generated it."""

    text: str = ""
    """The version, and the files that are not of that version, in words; empty without a runtime.
    """
    changed: tuple[Path, ...] = ()
    """The files of an installed runtime that are not of that version, or are missing."""


def runtime_state(folder: Path, version: str) -> RuntimeState:
    """Return the state of a runtime that was generated.

    ``folder`` has its modules; ``version`` is that of the speclock that generated it. A runtime of
    a version that this one doesn't know isn't compared.
    """
    modules = [path for path in sorted(folder.glob("*.py")) if path.name != _RENDERED]
    if not modules:
        return RuntimeState()
    hashes = _hashes_of(version)
    changed = _changed(modules, hashes)
    return RuntimeState(_in_words(version, hashes, modules, changed))


def installed_state(version: str) -> RuntimeState:
    """Return the state of ``speclock-runtime`` as it is installed beside speclock.

    ``version`` is that of the speclock that generated a client which imports it.
    """
    spec = find_spec(RUNTIME_PACKAGE)
    if spec is None or spec.origin is None:
        return RuntimeState(f"speclock {version}, not installed in the environment of speclock")
    hashes = _hashes_of(version)
    if version == __version__:
        hashes = hashes | {_RENDERED: [sha256_of(http_module())]}
    folder = Path(spec.origin).with_name("_runtime")
    names = {*hashes, *(path.name for path in folder.glob("*.py"))}
    if _RENDERED not in hashes:
        names.discard(_RENDERED)
    modules = [folder / name for name in sorted(names)]
    changed = _changed(modules, hashes)
    text = _in_words(version, hashes, modules, changed)
    if not hashes:
        changed = []
    return RuntimeState(text, tuple(changed))


def _changed(modules: Sequence[Path], hashes: Mapping[str, Sequence[str]]) -> list[Path]:
    """Return the modules that have none of the hashes of their names."""
    changed: list[Path] = []
    for path in modules:
        if not _is_one_of(path, hashes.get(path.name, ())):
            changed.append(path)
    return changed


def _in_words(
    version: str, hashes: Mapping[str, object], modules: Sequence[Path], changed: Sequence[Path]
) -> str:
    files = counted(len(modules), "file")
    if not hashes:
        return f"speclock {version}, not compared, {files}"
    if changed:
        names = ", ".join(path.name for path in changed)
        return f"speclock {version}, {len(changed)} of {files} changed: {names}"
    return f"speclock {version}, unchanged, {files}"


def _hashes_of(version: str) -> dict[str, list[str]]:
    """Return the hashes of the modules of a version, by name; none of an unknown version."""
    if version == __version__:
        return runtime_hashes()
    return recorded_runtimes().get(version, {})


def _is_one_of(path: Path, hashes: Sequence[str]) -> bool:
    try:
        return sha256_of(with_lf(read_bytes(path))) in hashes
    except (OSError, UsageError):  # not a regular file
        return False


def http_module() -> bytes:
    """Return the module ``http`` of the runtime of clients for httpx."""
    template = read_bytes(templates_folder() / "client" / "_runtime" / f"{_RENDERED}.jinja")
    _, _, text = with_lf(template).partition(b"\n")
    return HEADERS[".py"].encode() + text.replace(b"{{ api.http }}", b"httpx")


def runtime_hashes() -> dict[str, list[str]]:
    """Return the SHA-256 of each module of this version's runtime, as packages have it."""
    folder = templates_folder() / "client" / "_runtime"
    header = HEADERS[".py"].encode()
    modules = sorted(folder.glob("*.py"))
    return {path.name: [sha256_of(header + with_lf(read_bytes(path)))] for path in modules}


def recorded_runtimes() -> dict[str, dict[str, list[str]]]:
    """Return the hashes of the modules of earlier versions, by version and name of the module."""
    runtimes: dict[str, dict[str, list[str]]] = json.loads(RECORD.read_bytes())
    return runtimes
