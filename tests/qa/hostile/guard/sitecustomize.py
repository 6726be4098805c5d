"""Watches a Python process from its start and notes what a description must never bring about.

Python imports this by itself, since its folder stands first on PYTHONPATH. An audit hook (PEP 578)
can't be taken off again, so whatever runs later is seen. One line of the log for each violation.

    GUARD_LOG    where violations are noted
    GUARD_READ   folders that may be read, GUARD_WRITE folders that may be written (os.pathsep)
    GUARD_WORDS  the words of the description, by spaces: modules that it may try to import
    GUARD_LOOPBACK  set where this machine may talk to itself: for tests that bring a server
"""

from __future__ import annotations

import ast
import os
import sys
from importlib.machinery import PathFinder

_LOG = os.open(os.environ["GUARD_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_READ = tuple(os.environ["GUARD_READ"].split(os.pathsep))
_WRITE = tuple(os.environ["GUARD_WRITE"].split(os.pathsep))
_WORDS = frozenset(os.environ["GUARD_WORDS"].split())
_LOOPBACK = bool(os.environ.get("GUARD_LOOPBACK"))
_ITSELF = frozenset({"127.0.0.1", "::1", "localhost"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NETWORK = (
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request", "ftplib.connect",
    "http.client.connect", "smtplib.connect",
)  # fmt: skip
_CHANGES = (
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown",
)  # fmt: skip
_PROGRAMS = ("os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn")
"""A fork isn't one of them: the new process runs the same code, and is watched as well."""
_busy = False


def _note(kind: str, what: object) -> None:
    os.write(_LOG, f"{kind}: {' '.join(str(what).split())[:300]}\n".encode(errors="replace"))


def _path(path: object) -> str:
    return os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]


def _inside(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _opened(path: object, flags: object) -> None:
    if isinstance(path, int):
        return
    where = _path(path)
    writes = isinstance(flags, int) and bool(flags & _WRITING)
    if not _inside(where, _WRITE if writes else (*_READ, *_WRITE)):
        _note("wrote outside" if writes else "read outside", where)


def _compiled(source: object, name: object) -> None:
    """Text that becomes code outside any file: only what libraries make of their own names.

    Annotations are such text, and a description's literals may stand in them, as literals.
    """
    if name != "<string>" or not isinstance(source, str | bytes):
        return
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        runs = isinstance(node, ast.Name) and node.id in ("__import__", "eval", "exec")
        if runs or any(_is_named_only_there(module.partition(".")[0]) for module in modules):
            _note("compiled text", source)


def _imported(name: str) -> None:
    if _is_named_only_there(name.partition(".")[0]):
        _note("tried to import", name)


def _is_named_only_there(module: str) -> bool:
    """Whether the description has the word, and no such module is installed."""
    if module not in _WORDS or module in sys.modules or module in sys.builtin_module_names:
        return False
    return module not in sys.stdlib_module_names and PathFinder.find_spec(module) is None


def _is_loopback(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether a connection, or the lookup before one, stays on this machine."""
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[-1]
    host = address[0] if isinstance(address, tuple) and address else address
    is_socket = event in ("socket.connect", "socket.getaddrinfo")
    return is_socket and (host.decode() if isinstance(host, bytes) else host) in _ITSELF


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    global _busy
    if _busy:
        return
    _busy = True
    try:
        if event == "open":
            _opened(arguments[0], arguments[2])
        elif event == "import":
            _imported(str(arguments[0]))
        elif event == "compile":
            _compiled(arguments[0], arguments[1])
        elif event in _NETWORK:
            if not (_LOOPBACK and _is_loopback(event, arguments)):
                shown = arguments[0 if event == "socket.getaddrinfo" else -1]
                _note("used the network", f"{event} {shown!r}")
        elif event == "subprocess.Popen":
            if os.path.basename(os.fsdecode(arguments[0])) != "ruff":  # type: ignore[arg-type]  # noqa: PTH119
                _note("ran a program", arguments[0])
        elif event in _PROGRAMS:
            if event not in ("os.posix_spawn", "os.exec") or "ruff" not in str(arguments):
                _note("ran a program", f"{event} {arguments!r}")
        elif event in _CHANGES:
            path = arguments[0]
            if not isinstance(path, int) and not _inside(_path(path), _WRITE):
                _note("changed outside", f"{event} {path!r}")
    finally:
        _busy = False


sys.addaudithook(_watch)
