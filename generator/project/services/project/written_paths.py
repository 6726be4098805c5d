"""The paths in the settings that a command writes to, checked before it reads or writes there."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import UsageError
from ....base.portable import resolved
from ....base.printable import shortened
from ...lockfile import LOCK
from ...output.boundary import check_inside, check_typed
from ...output.manifest import MANIFEST, Manifest, tests_of
from ...output.write import UnsafePath, check_file, write_text

_SUFFIXES = (".yaml", ".yml", ".json")
_STREAMS = ("/dev/", "/proc/self/fd/")


def check_output(settings: Settings, client: Client) -> None:
    """Raise :class:`UsageError` unless a client and its tests may be written to their folders."""
    folder = settings.root / client.output
    remedy = "Name a folder inside of it. (init and generate take another one: --output DIR.)"
    with _checked(settings, client, "output", client.output, remedy):
        if folder.exists() and not folder.is_dir():
            raise UnsafePath(folder, "isn't a folder", "Name another one.")
    if client.tests_output:
        check_folder(settings, client, "tests_output", client.tests_output)
    if client.writes_shared_runtime:
        check_folder(settings, client, "runtime", client.runtime_folder)


def check_description(settings: Settings, client: Client) -> None:
    """Raise :class:`UsageError` unless a client's description, and the lock beside it, may be
    written: regular files inside the project, or none yet, with the name of a description.
    """
    path = settings.root / client.spec
    with _checked(settings, client, "spec", client.spec, "Name a file inside of it."):
        names = [name for name in client.spec.split("/") if name not in (".", "..")]
        hidden = any(name.startswith(".") for name in names)  # CI and editors run what is there
        if hidden or path.suffix.lower() not in _SUFFIXES:
            fact = "isn't the name of a description, which an update may write"
            remedy = (
                f"Choose one that ends in {' or '.join(_SUFFIXES)}, without a name that begins "
                "with a dot."
            )
            raise UnsafePath(shortened(repr(client.spec), 80), fact, remedy)
        for file in (path, path.with_name(LOCK)):
            check_file(file)


def check_folder(settings: Settings, client: Client, key: str, name: str) -> None:
    """Raise :class:`UsageError` for a folder in a setting that isn't in the project."""
    with _checked(settings, client, key, name, "Name a folder inside of it."):
        pass


def former_folders(settings: Settings, client: Client) -> list[Path]:
    """Return the folders with files of a client that was written elsewhere, by other settings.

    A package in another folder is found up to two levels below the project.
    """
    root, package = settings.root, client.package
    outputs = [root / client.output]
    if Manifest.read(outputs[0], package) is None:
        places = (f"{'*/' * depth}{package}/{MANIFEST}" for depth in range(3))
        outputs = [path.parent.parent for place in places for path in sorted(root.glob(place))]
    folders: list[Path] = []
    for output in outputs:
        manifest = None
        with suppress(UsageError):  # what others have committed
            manifest = Manifest.read(output, package)
        if manifest and not manifest.vendored and manifest.spec_file == Path(client.spec).name:
            folders += [output / package, tests_of(output / package, manifest) or output / package]
    own = {resolved(root / client.output / package), resolved(root / client.tests_folder)}
    return [f for f in dict.fromkeys(folders) if f.is_dir() and resolved(f) not in own]


@contextmanager
def _checked(
    settings: Settings, client: Client, key: str, name: str, remedy: str
) -> Generator[None]:
    """Check a path in a setting; add the setting's place to the error for it, here and inside."""
    try:
        if key in settings.from_file:
            check_inside(settings.root, name, remedy)
        else:
            check_typed(settings.root / name)
        yield
    except UnsafePath as error:
        if key not in settings.from_file:
            raise
        raise UsageError(f"{settings.place(key, client.package)}: {error}") from None


def write_typed(path: Path, text: str) -> None:
    """Write a file that the user named, such as an overlay or a slice, and the folder it is in.

    A stream of the shell such as ``/dev/stdout`` is written to, a file is replaced as a whole.
    Raise :class:`UsageError` if it cannot be written, or a link leads it out of the project.
    """
    if str(path.absolute()).startswith(_STREAMS):
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
        return
    check_typed(path)
    write_text(path, text)


def write_report(path: Path, text: str) -> None:
    """Write a report as :func:`write_typed` does, but into a folder that exists."""
    if not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: No such file or directory. Create its folder.")
    write_typed(path, text)
