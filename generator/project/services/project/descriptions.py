"""The bytes of a description, from a file or a URL, and the documents they are parsed to."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.budget import BudgetExceeded, RunBudget
from ....base.config import VARIABLE, Client
from ....base.errors import Place, ReachRemedies, SpecError, Unreachable, UsageError
from ....base.immutable import immutable
from ....base.portable import MAX_BYTES, is_url, read_bytes, resolved, scheme_hint, sha256_of
from ...lockfile import LOCK, Lock, LockEntry, Pins, format_lock, read_lock
from ...settings_file import check_client
from .git_revision import GitRevision

if TYPE_CHECKING:
    from ....reading.document.tree import SourceFile, Sources

Progress = Callable[[str], None]
"""Receives the name of each stage as it starts; an empty name when the last one has ended."""

_LOCAL_REFERENCE = re.compile(rb"""\$ref["']?\s*:\s*["']#""")
_NOWHERE = Path(os.devnull)
"""The folder of a fetched document: its references read no file of this machine."""


def no_progress(_stage: str) -> None:
    """Ignore the stage."""


@immutable
class SourceOptions:
    """The options of a command that reads a description."""

    insecure: bool = False
    """True if a URL may be fetched by http."""
    remote: Collection[str] = ()
    """The hosts that references may lead to."""
    root: str = ""
    """The folder that references to files may not leave; empty for the description's own."""
    headers: Sequence[str] = ()
    """The headers of requests to a URL's host, as they were typed."""
    config: str | Path | None = None
    """The file of the settings; the nearest pyproject.toml by default."""
    progress: Progress = no_progress

    def reach(self) -> Reach:
        """Return what may be read; raise :class:`UsageError` for a header without a variable."""
        return Reach(
            hosts=self.remote,
            folder=Path(self.root).absolute() if self.root else None,
            remedies=ReachRemedies.options(),
            headers=typed_headers(self.headers),
            insecure=self.insecure,
        )


@immutable
class Reach:
    """The hosts and the folder that the references of a description may lead to, and headers."""

    hosts: Collection[str] = ()
    """The hosts, besides a URL's own, whose documents are fetched; with a port unless it is 443."""
    folder: Path | None = None
    """The folder that references to files may not leave; the description's own by default."""
    remedies: ReachRemedies = field(default_factory=ReachRemedies)
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Headers of requests to a URL's own host; see ``upstream_headers`` of the settings."""
    insecure: bool = False
    """True if documents may be fetched by http."""

    @classmethod
    def of_clients(cls, clients: Sequence[Client], root: Path) -> Reach:
        """Return the reach by the settings of clients that share a description or an upstream."""
        first = next((client for client in clients if client.root), clients[0])
        if not first.package:
            return cls(first.remote)
        hosts, folder = setting("`remote`", first), setting("`root`", first)
        remedies = ReachRemedies(
            f'Add "{{host}}" to {hosts}, and repeat the command.',
            f"Set {folder} to a folder that contains both files, and repeat the command.",
        )
        remote = {host for client in clients for host in client.remote}
        headers = {k: v for client in clients for k, v in client.upstream_headers.items()}
        folder_of_references = root / first.root if first.root else None
        insecure = any(client.insecure for client in clients)
        return cls(remote, folder_of_references, remedies, headers, insecure)


@immutable(slots=False)
class DescriptionBytes:
    """A description that isn't parsed yet."""

    data: bytes
    path: Path
    """The file; for a URL, a path that only names it."""
    name: str
    """What messages call it."""
    etag: str = ""
    """The server's ETag; empty for a file."""
    budget: RunBudget = field(default_factory=RunBudget, repr=False, compare=False)
    """What reading the documents that it refers to may cost."""
    remote: RemoteDocuments | None = None
    """Reads what the description refers to on other hosts; None if nothing may be fetched."""
    reach: Reach = field(default_factory=Reach)
    revision: GitRevision | None = None
    """The commit that the files beside the description are read from; None for the file system."""
    keep: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Keeps what was fetched in the cache; called if it is what was asked for."""

    @property
    def text(self) -> str:
        """The text, with LF line ends and without a byte order mark."""
        return self.data.decode("utf-8-sig", "replace").replace("\r\n", "\n")

    @property
    def sha256(self) -> str:
        """The hash of the bytes, with line ends as LF."""
        return sha256_of(self.data)

    @property
    def is_self_contained(self) -> bool:
        """True if every ``$ref`` in the text is followed by a fragment of this document."""
        return self.data.count(b"$ref") == len(_LOCAL_REFERENCE.findall(self.data))

    def document(self) -> SourceFile:
        """Return the description, parsed once; its faults are in it."""
        return self._whole

    def overlaid(self, client: Client, root: Path, *, lenient: bool) -> SourceFile:
        """Return the description with the client's overlays applied, of a commit those that it has.

        ``lenient`` takes actions that match nothing.
        """
        return overlaid(self._whole, client, root, lenient=lenient, revision=self.revision)

    @cached_property
    def _whole(self) -> SourceFile:
        from ....reading.document.load import parse
        from ....reading.document.tree import Sources

        fetch = self.remote.read if self.remote else None
        sources = Sources(self.budget, fetch, self.reach.remedies, self._read)
        document = parse(self.data, path=self.path, name=self.name, lenient=True, sources=sources)
        folder = None if is_url(self.name) else self.reach.folder
        document.folder = self.revision.path(folder) if self.revision and folder else folder
        if self.keep and not document.root.keys().isdisjoint(("openapi", "swagger")):
            self.keep()
        return document

    def _read(self, path: Path, limit: int) -> bytes:
        """Return the bytes of a file beside the description; count those of a commit's."""
        if self.revision is None:
            return read_bytes(path, limit)
        data = self.revision.read(path, limit)
        self.budget.bytes.spend(len(data))
        return data


def setting(key: str, client: Client) -> str:
    """Return what a client's path is called in a remedy; empty without a client."""
    return f"{key} of [tool.speclock.clients.{client.package}]" if client.package else ""


def read_file(
    path: Path,
    name: str,
    origin: str = "",
    budget: RunBudget | None = None,
    reach: Reach | None = None,
) -> DescriptionBytes:
    """Read a file that messages call ``name``; raise :class:`UsageError` if that fails.

    ``origin`` is the setting that the path is from, if any; ``budget`` is the run's. Only a path
    that the user typed may be that of a pipe. None of the hosts in ``reach`` is asked.
    """
    try:
        if origin or not path.is_fifo():
            data = read_bytes(path)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        where = f"the path, {origin}" if origin else "the path"
        fact = f"{name} cannot be read: {error.strerror}. Check {where}."
        raise UsageError(f"{fact}{scheme_hint(name)}") from None
    return DescriptionBytes(data, path, name, budget=budget or RunBudget(), reach=reach or Reach())


@immutable
class RemoteDocuments:
    """A description at a URL, and the documents that any description may refer to by URL."""

    source: str
    """The description's own URL, or a file's path."""
    reach: Reach
    progress: Progress
    documents: dict[str, SourceFile] = field(
        init=False, default_factory=dict[str, "SourceFile"], repr=False, compare=False
    )
    """Those that were fetched."""

    def read(self, url: str, sources: Sources) -> SourceFile | None:
        """Fetch and parse a document of ``sources``, once; None if its host isn't allowed.

        Raise :class:`Unreachable` if it isn't available, :class:`SpecError` if it isn't
        well-formed, :class:`UsageError` for another scheme than https, :class:`BudgetExceeded`
        beyond the limits of the run.
        """
        from ....reading.document.load import parse
        from ...fetch.urls import origin_of, parse_url, without_secrets

        target = parse_url(url, insecure=True)
        own = parse_url(self.source, insecure=True) if is_url(self.source) else None
        headers: Mapping[str, str] = {}
        if own and origin_of(own) == origin_of(target):
            target, headers = target.copy_with(userinfo=own.userinfo), self.reach.headers
        elif not any(
            parse_url(f"https://{host}", insecure=False).netloc == target.netloc
            for host in self.reach.hosts
        ):
            return None
        key = str(target)
        if key not in self.documents:
            fetched = self.fetch(key, sources.budget, headers)
            names = {without_secrets(self.source), *(d.name for d in self.documents.values())}
            name = fetched.name  # without the values of its query, which may be all that differs
            if name in names:
                name += f"{'&' if '?' in name else '?'}{len(names) + 1}"
            self.documents[key] = parse(fetched.data, path=fetched.path, name=name, sources=sources)
            if fetched.keep:
                fetched.keep()
        return self.documents[key]

    def fetch(self, source: str, budget: RunBudget, headers: Mapping[str, str]) -> DescriptionBytes:
        """Fetch a document; raise as :meth:`read` does."""
        from ....base.portable import cache_folder
        from ...fetch import Limits, fetch
        from ...fetch.urls import parse_url, without_secrets

        url = parse_url(source, insecure=self.reach.insecure)
        budget.spend_host(url.netloc.decode())
        budget.spend_document(str(url.copy_with(userinfo=b"")))
        self.progress(f"fetching {without_secrets(source)}")

        def received(done: int, total: int | None) -> None:
            whole = f" of {total // 1024} KiB" if total else ""
            self.progress(f"fetching: {done // 1024} KiB{whole}")

        limits = Limits(seconds=min(Limits().seconds, budget.seconds_left))
        sent = with_variables(headers)
        with budget.waiting():
            fetched = fetch(
                source,
                cache=cache_folder(),
                limits=limits,
                insecure=self.reach.insecure,
                progress=received,
                headers=sent,
            )
        budget.bytes.spend(len(fetched.data))
        self.progress("")
        name = fetched.url.rpartition("/")[2].partition("?")[0] or "upstream"
        data, path = fetched.data, _NOWHERE / name
        return DescriptionBytes(data, path, fetched.url, fetched.etag, budget, keep=fetched.keep)


def read_description(
    source: str,
    root: Path,
    progress: Progress,
    *,
    reach: Reach | None = None,
    origin: str = "",
    budget: RunBudget | None = None,
) -> DescriptionBytes:
    """Read a file, whose path is relative to ``root``, or fetch a URL.

    ``origin`` is the setting that ``source`` is from, if any; ``budget`` is the run's.

    Raise :class:`UsageError` if a file cannot be read, :class:`Unreachable` if a URL isn't
    available.
    """
    budget, reach = budget or RunBudget(), reach or Reach()
    remote = RemoteDocuments(source, reach, progress)
    if not is_url(source):
        whole = read_file(root / source, source, origin, budget)
        return replace(whole, remote=remote, reach=reach)
    try:
        whole = remote.fetch(source, budget, reach.headers)
    except BudgetExceeded as error:
        from ...fetch.urls import without_secrets

        fact = f"beyond the limit of a run: {error}"
        raise Unreachable(without_secrets(source), fact, budget.remedy) from None
    return replace(whole, remote=remote, reach=reach)


def headers_of_settings(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the names that settings may have for their variables."""

    def own(match: re.Match[str]) -> str:
        name = match[1].upper()
        return f"${name if name.startswith('SPECLOCK_') else f'SPECLOCK_{name}'}"

    return {name: VARIABLE.sub(own, text) for name, text in headers.items()}


def typed_headers(lines: Sequence[str]) -> dict[str, str]:
    """Return headers by name, typed as ``NAME: TEXT`` or ``NAME=TEXT``.

    Raise :class:`UsageError` for one without a name or a variable.
    """
    headers: dict[str, str] = {}
    for line in lines:
        name, _, text = re.split("([:=])", f"{line}:", maxsplit=1)
        headers[name.strip()] = text.removesuffix(":").strip()
    kept = headers_of_settings(headers)
    try:
        check_client(Client(spec="", package="api", upstream_headers=kept), "command line")
    except UsageError:  # its text may be a secret
        raise UsageError(
            "--header needs the name of a header, and a text with a variable of the environment "
            "that holds the secret: --header 'Authorization: Bearer $SPECLOCK_TOKEN'"
        ) from None
    return headers


def with_variables(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the values of the environment's variables.

    Raise :class:`UsageError`, which doesn't show a value, for one that cannot be sent.
    """
    return {name: _with_variables(text) for name, text in headers.items()}


def _with_variables(text: str) -> str:
    def value(match: re.Match[str]) -> str:
        secret = os.environ.get(match[1], "").strip()
        if not secret or not (secret.isascii() and secret.isprintable()):
            fault = "cannot be sent in a header" if secret else "is not set"
            raise UsageError(f"the environment variable {match[1]}, for {text!r}, {fault}.")
        return secret

    return VARIABLE.sub(value, text)


def write_description(path: Path, text: str) -> None:
    """Write a description's text, with CRLF line ends if the file on disk has them."""
    from ...output.write import write_text

    has_crlf = path.is_file() and b"\r\n" in read_bytes(path)
    write_text(path, text.replace("\n", "\r\n") if has_crlf else text)


def lock_entry(upstream: str, whole: DescriptionBytes, slice_sha256: str = "") -> LockEntry:
    """Return the entry of speclock.lock for a description of ``upstream``, or a slice of it."""
    from ....reading.document.version import info_version
    from ...fetch.urls import without_secrets

    document = whole.document()
    return LockEntry(
        upstream=without_secrets(upstream),
        etag=whole.etag,
        sha256=document.sha256,
        slice_sha256=slice_sha256,
        version=info_version(document),
    )


def write_entry(path: Path, entry: LockEntry) -> None:
    """Record the origin of the description at ``path`` in the speclock.lock beside it."""
    write_lock(path.parent, {path.name: entry}, {})


def write_lock(folder: Path, entries: Mapping[str, LockEntry], clients: Mapping[str, Pins]) -> None:
    """Add entries of descriptions, by file name, and of clients to the lock in a folder."""
    from ...output.write import write_text

    lock = read_lock(folder)
    new = Lock({**lock.descriptions, **entries}, {**lock.clients, **clients})
    text = format_lock(new)
    path = folder / LOCK
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def overlaid(
    document: SourceFile,
    client: Client,
    root: Path,
    *,
    lenient: bool = True,
    revision: GitRevision | None = None,
) -> SourceFile:
    """Return a description with a client's overlays applied, as the settings call them.

    ``lenient`` takes actions that match nothing. Raise as :func:`load_overlays`.
    """
    if not client.overlays:
        return document
    from ....reading.document.overlay.apply import apply_overlays

    overlays = load_overlays(client, root, revision=revision)
    return apply_overlays(document, overlays, allow_unmatched=lenient)


def load_overlays(
    client: Client,
    root: Path,
    name: Callable[[Path], str] | None = None,
    revision: GitRevision | None = None,
) -> list[SourceFile]:
    """Read the client's overlays, from a commit those that it has.

    ``name`` returns what messages call a path, by default what the settings call it. Raise
    :class:`SpecError` for a file that cannot be read, and beyond the limits of the run.
    """
    from ....reading.document.load import load
    from ....reading.document.tree import Sources

    sources = Sources(client.budget, read=revision.read if revision else read_bytes)
    overlays: list[SourceFile] = []
    for overlay in client.overlays:
        path = root / overlay
        shown = name(path) if name else overlay
        if revision is not None:
            path = revision.path(path)
            shown = revision.shown(path)
            if not revision.has(path):
                continue
        try:
            client.budget.spend_document(str(resolved(path)))
            overlays.append(load(path, shown, sources))
            client.budget.bytes.spend(len(overlays[-1].text))
        except BudgetExceeded as error:
            fact = f"beyond the limit of a run: {error}"
            raise SpecError.of("limit", Place(shown), fact, client.budget.remedy) from None
    return overlays
