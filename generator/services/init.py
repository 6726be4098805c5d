"""A new client in a project: its description, settings, generated code and the check in CI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from .. import config
from ..codegen.output.write import write_file, write_text
from ..config import Client
from ..document.load import load, parse
from ..errors import LeftOut, Problem, SpecError, UsageError
from ..lockfile import LockEntry, content_hash
from ..printable import display_path
from . import ci_workflow
from .descriptions import Progress, is_url, no_progress, read_description
from .generate import RenderedClient, render_client
from .pins import COLLISIONS, pins_of_collisions
from .pull import lock_entry, write_entry
from .pyproject_edit import with_client
from .resolve import package_name
from .slice import cut_out

_SEVERAL_FILES = "Put a description of several files into spec/, and init from there."


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client as :func:`init` started it."""

    root: Path
    """The project's folder, which holds pyproject.toml."""
    client: Client
    """Its settings."""
    operations: int
    """The number of operations."""
    copied: bool
    """True if the description was written; False if it was in ``spec/`` already."""
    workflow: Path | None
    """The GitHub workflow that was written; None if there is one already, or none was wanted."""
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]


def init(
    source: str,
    *,
    operations: Sequence[str] = (),
    package: str = "",
    client_class: str = "",
    output: str = "",
    workflow: bool = True,
    insecure: bool = False,
    progress: Progress = no_progress,
) -> NewClient:
    """Start a client of ``source``, a file or URL, in the project around the current folder.

    The description (with ``operations``, the slice with these) is copied into ``spec/``, the client
    is added to pyproject.toml and generated, and a GitHub workflow is written. Nothing is
    overwritten. The package is named for the file by default.

    Raise :class:`SpecError` if the description cannot be used, :class:`Unreachable` if a URL
    cannot be fetched, :class:`UsageError` if something is in the way. Then nothing is written.
    """
    root = project_root(Path.cwd())
    stem = source.rstrip("/").rpartition("/")[2].partition(".")[0]
    package = package or package_name(stem)
    settings_file = root / "pyproject.toml"
    old = settings_file.read_bytes() if settings_file.is_file() else None
    existing = config.load(settings_file).clients if old is not None else ()
    if any(client.package == package for client in existing):
        raise UsageError(
            f"{display_path(settings_file)} already has the client {package!r}. Name another "
            f"--package, or change its settings there and run: speclock generate {package}"
        )
    data: bytes | None = None
    entry: LockEntry | None = None
    warnings: tuple[Problem, ...] = ()
    if not is_url(source) and Path(source).absolute().is_relative_to(root / "spec"):
        spec = Path(source).absolute().relative_to(root).as_posix()
    else:
        data, entry, warnings = _read(source, operations, progress, insecure=insecure)
        spec = _destination(root, package, data)
    client = Client(
        spec=spec,
        package=package,
        client=client_class,
        operations=tuple(operations),
        output=output,
        upstream=source if is_url(source) else "",
    )
    config.check(client, "command line")
    settings, client = with_client(old, client, display_path(settings_file))
    name = f"{source} (sliced)" if operations else source
    rendered = _render(client, root, data, name, progress)
    if any(problem.code in COLLISIONS for problem in rendered.warnings):
        document = parse(data, path=root / spec, name=name) if data else load(root / spec, spec)
        pins = pins_of_collisions(document, client)
        settings, client = with_client(old, pins.applied(client), display_path(settings_file))
        rendered = _render(client, root, data, name, progress)
    folder = root / client.output
    for one in (folder / package, folder / "tests" / package):
        # The files of an interrupted run are the same, and not in the way.
        if one.exists() and rendered.files.compare(folder):
            raise UsageError(f"{display_path(one)} exists. Name another --package or --output.")
    workflow_file = ci_workflow.place(root) if workflow else None
    if workflow_file is not None and workflow_file.exists():
        workflow_file = None
    rendered.files.write(Path(display_path(folder)))
    if data is not None:
        write_file(root / spec, data)
    if entry is not None:
        write_entry(root / spec, entry)
    if workflow_file is not None:
        text = ci_workflow.workflow(root, has_upstream=bool(client.upstream))
        write_text(workflow_file, text)
    write_file(settings_file, settings)  # last, so that an interrupted run can be repeated
    return NewClient(
        root=root,
        client=client,
        operations=rendered.operations,
        copied=data is not None,
        workflow=workflow_file,
        warnings=(*warnings, *rendered.warnings),
        left_out=rendered.left_out,
    )


def project_root(start: Path) -> Path:
    """Return the folder of the nearest pyproject.toml within the repository, else ``start``."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
        if (folder / ".git").exists():
            break
    return start


def _read(
    source: str, operations: Sequence[str], progress: Progress, *, insecure: bool
) -> tuple[bytes, LockEntry | None, tuple[Problem, ...]]:
    """Return the slice with the operations, the lock's entry for a URL, and warnings.

    A file is returned as it is if no operations are named.
    """
    if is_url(source) and "@" in urlsplit(source).netloc:
        raise UsageError(
            "the URL holds a password, which would be written into pyproject.toml. Download the "
            "file and name that."
        )
    if not operations and not is_url(source):
        return read_description(source, Path.cwd(), progress, insecure=insecure).data, None, ()
    cut = cut_out(source, Path.cwd(), [operations], progress, insecure=insecure)
    data = cut.text.encode()
    entry = None
    if is_url(source):
        new = parse(data, path=cut.whole.path, name=cut.whole.name).root
        entry = lock_entry(source, cut, content_hash(new))
    return data, entry, cut.part.warnings


def _destination(root: Path, package: str, data: bytes) -> str:
    """Return the path of a new description, relative to the project."""
    is_json = data.lstrip()[:1] == b"{"
    spec = f"spec/{package.replace('_', '-')}.{'json' if is_json else 'yaml'}"
    target = root / spec
    if target.exists() and target.read_bytes() != data:
        raise UsageError(
            f"{display_path(target)} exists and is another description. Name another --package, "
            f"or init from that file: speclock init {display_path(target)}"
        )
    return spec


def _render(
    client: Client, root: Path, data: bytes | None, name: str, progress: Progress
) -> RenderedClient:
    """Return the client's files; problems of a description that isn't on disk are in ``name``.

    Raise :class:`SpecError` for a reference to a file, because only one is copied.
    """
    if data is None:
        return render_client(client, root, progress)
    document = parse(data, path=root / client.spec, name=name)
    try:
        rendered = render_client(client, root, progress, document)
        if missing := [one.problem for one in rendered.left_out if one.problem.code == "ref-file"]:
            raise SpecError(missing)
    except SpecError as error:
        raise SpecError(
            replace(one, remedy=f"{one.remedy} {_SEVERAL_FILES}") if one.code == "ref-file" else one
            for one in error.problems
        ) from None
    return rendered
