"""Names, texts, hashes and folders of files, on every system.

Source for the names of devices: "Naming Files, Paths, and Namespaces" of the Windows documentation.
"""

from __future__ import annotations

import errno
import hashlib
import keyword
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Container
from pathlib import Path
from typing import Any, Final

from .errors import UsageError

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read as a whole."""
_PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³")
DEVICES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS})
"""What Windows opens a device for, in any folder, in any case, and with any extension."""


def is_device(name: str) -> bool:
    """Return True for a file's name that Windows takes for a device: ``aux``, ``Nul.json``."""
    return name.partition(".")[0].rstrip(" ").lower() in DEVICES


NEEDED = frozenset(
    {
        *("httpx", "httpx2", "anyio", "certifi", "h11", "httpcore", "httpcore2", "idna", "sniffio"),
        *("pydantic", "annotated_types", "pydantic_core", "typing_extensions", "typing_inspection"),
        "truststore",
    }
)
"""The packages that a generated client imports, and those that these import."""


def is_hiding(name: str) -> bool:
    """Return True if a package of that name, at the top level, hides a module a client needs."""
    return name in NEEDED or name in sys.stdlib_module_names


def package_fault(name: str) -> str:
    """Return why no package can have a name, as a clause; empty if one can.

    Soft keywords (``match``, ``type``) are names like others.
    """
    if not name.isidentifier():
        return "a name has letters, digits and _ only, and doesn't begin with a digit"
    if keyword.iskeyword(name):
        return "it is a keyword of Python, which no import can name"
    if (read := unicodedata.normalize("NFKC", name)) != name:
        return f"Python reads it as {read!r} (NFKC), and finds no folder of that name"
    if name == "__main__":
        return "it is Python's name for the program that runs"
    return "the folder of that name is a device on Windows" if is_device(name) else ""


def package_name(text: str) -> str:
    """Return a package's name for a file's: ``pet-store`` → ``pet_store``.

    A name that hides a module which the client needs gets an ending: ``json`` → ``json_api``.
    """
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text)).strip("_").lower() or "api"
    if is_hiding(name):
        return f"{name}_api"
    return f"api_{name}" if package_fault(name) or name == "tests" else name


def free_name(name: str, packages: Container[str]) -> str:
    """Return a package's name with the first number that no package in lower case has."""
    number = 2
    while f"{name}_{number}".lower() in packages:
        number += 1
    return f"{name}_{number}"


def is_url(source: str) -> bool:
    """Return True for a URL, False for a file's path."""
    return "://" in source


def scheme_hint(path: str) -> str:
    """Return the sentence for a path that looks like a URL without its scheme; else nothing."""
    return f" For a URL, write the scheme: https://{path}" if _HOST.match(path) else ""


def relative_to(path: Path, start: Path) -> str:
    """Return a path relative to ``start``, with slashes; absolute if it is on another drive."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # only Windows has drives
        return path.absolute().as_posix()


_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?/|[\w.-]+:\d+/")
"""The start of a URL without its scheme; without a dot or a port, a host looks like a folder."""
MAX_TEXT: Final = 1024 * 1024
"""Bytes of a file of settings or an allow-list."""
_KEY = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}""")
"""A dotted key whose cost is quadratic in tomllib."""


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Return the TOML in the text of the file ``name``; raise :class:`UsageError`."""
    import tomllib  # here, so that what reads no TOML doesn't wait for it

    if deep := _KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise UsageError(f"{name}:{line}: a key of more than 100 names. Shorten it.")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UsageError(f"{name}: nested too deep. Flatten the lists and tables.") from None
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise UsageError(f"{name}: not well-formed TOML: {error}") from None


def resolved(path: Path) -> Path:
    """Return an absolute path with its links followed; also one that a circle of links is on.

    ``Path.resolve`` raises ``RuntimeError`` for a circle.
    """
    return Path(os.path.realpath(path))


def cache_folder() -> Path:
    """Return the folder of this user for what speclock keeps between its commands."""
    import platformdirs  # here, so that what needs no such folder doesn't wait for it

    return platformdirs.user_cache_path("speclock", appauthor=False)


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a regular file, of a larger one ``limit`` + 1 bytes.

    Raises ``OSError`` for anything else: a device or a pipe, also behind a link, may have no end.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it isn't a regular file")
    size = min(status.st_size, limit)  # memory for all of the limit takes time to allocate
    with path.open("rb") as file:
        data = file.read(size + 1)
        if len(data) > size:  # it has grown, or is larger than the limit
            data += file.read(limit - size)
    return data


def read_text(path: Path, name: str) -> str:
    """Return the text of a file in UTF-8, with LF line ends.

    Raises :class:`UsageError`, which calls the file ``name``, for one that cannot be read, or has
    another encoding or more than a million bytes.
    """
    try:
        data = read_bytes(path, MAX_TEXT)
        if len(data) > MAX_TEXT:
            raise UsageError(f"{name} has more than {MAX_TEXT:,} bytes. Make it smaller.")
        text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}. Check the path.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name} isn't UTF-8. Save it as UTF-8.") from None
    if text.startswith("\ufeff"):
        raise UsageError(f"{name} begins with a byte order mark. Save it as UTF-8 without one.")
    return text


def with_lf(data: bytes) -> bytes:
    """Return ``data`` with CRLF read as LF, as checkouts may convert it; twice is as once."""
    if b"\r" not in data:
        return data
    # The second replacement gives back the CR that the first one took from CR CR LF.
    return data.replace(b"\r\n", b"\n").replace(b"\r\n", b"\r\r\n")


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data`` with LF line ends."""
    return hashlib.sha256(with_lf(data)).hexdigest()
