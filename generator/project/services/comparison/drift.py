"""The checked-in description of a client compared with upstream's."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.config import Client, Settings
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import is_url, read_text
from ....base.printable import display_path
from ....codegen.description.description import Description
from ....reading.document.selectors import NoSuchOperation
from ....watch.changes import allowlist
from ....watch.changes.change import Report
from ....watch.drift import comparison as documents
from ....watch.drift.next_steps import Situation, next_steps
from ....watch.drift.python_api import located
from ...lockfile import content_hash, find_entry
from ..generation.generate import render_client
from ..project.descriptions import (
    DescriptionBytes,
    Progress,
    Reach,
    no_progress,
    read_description,
    setting,
)
from ..project.read_api import with_command
from ..project.resolve import budget_here, load_settings, models_alone
from .checkout import in_checkout
from .sides import client_at, is_commit, is_of_client, read_side

if TYPE_CHECKING:
    from .by_hand import CallsByHand


@immutable
class DriftResult:
    """Two descriptions, compared for one client."""

    report: Report
    """The changes, with what is allowed marked, and what to do next."""
    base: DescriptionBytes
    revision: DescriptionBytes

    @property
    def uncompared(self) -> str:
        """Why nothing was compared: no call of a program is understood; empty otherwise."""
        usage = self.report.usage
        if usage is None or usage.calls is None or self.report.operations:
            return ""
        return _UNCOMPARED.format(self.base.name)


_UNCOMPARED = (
    "no call of the API is understood in your program: whether a change concerns it is unknown. "
    "`speclock ls {} --code PATH` lists the calls; --base-url NAME=URL binds a name to a server."
)


def clients_to_compare(
    config: str | Path | None = None,
    packages: Sequence[str] = (),
    *,
    base: str = "",
    revision: str = "",
    operations: Sequence[str] = (),
) -> Settings:
    """Return the clients of pyproject.toml to compare, those with an ``upstream``.

    ``operations`` replace a client's selection. Two files need no client; a ``revision``, or a
    commit as ``base``, needs no ``upstream``. Raise :class:`UsageError` if nothing can be compared.
    """
    selected = tuple(operations)
    is_own = is_of_client(base) or is_of_client(revision)
    if base and revision and not is_own and not packages and not config:
        return Settings(Path.cwd(), (Client(spec=base, operations=selected, budget=budget_here()),))
    settings = load_settings(config, packages)
    clients = [c for c in settings.clients if revision or is_commit(base) or c.upstream]
    if not clients:
        names = ", ".join(client.package for client in settings.clients)
        table = names if len(settings.clients) == 1 else "<package>"
        raise UsageError(
            f"no upstream is known for {names}. Set `upstream` in "
            f"[tool.speclock.clients.{table}], or give --revision FILE|URL, or --base git:REV."
        )
    if selected:
        if alone := next((client for client in clients if client.models), None):
            raise UsageError(f"{models_alone(alone)} Leave out --operation.")
        clients = [replace(client, operations=selected) for client in clients]
    return replace(settings, clients=tuple(clients))


def find_drift(
    client: Client,
    root: Path,
    *,
    base: str = "",
    revision: str = "",
    insecure: bool = False,
    code: Sequence[str | Path] = (),
    checker: str = "",
    base_urls: Sequence[str] = (),
    progress: Progress = no_progress,
) -> DriftResult:
    """Compare the operations of ``client`` in two descriptions.

    ``base`` is a file, by default the client's ``spec``; ``revision`` is a file or URL, by default
    its ``upstream``. Both are relative to the current folder, the client's paths to ``root``.
    Either may be ``git:REV``, the client's ``spec`` and overlays at a commit, or ``git:REV:PATH``;
    with such a ``base`` alone, ``revision`` is the ``spec`` of the working tree.
    Changes in the client's allow-list are marked as allowed, unless ``base`` is another
    description than the client's. The report has paths relative to ``root``. ``code`` has files and
    folders of the program that uses the client, by default those of its settings, for the places
    that use what changed. Without a generated client, the operations that the program calls by hand
    are compared, with ``base_urls`` as further servers or ``NAME=URL``. ``checker`` is a type
    checker that the project has, which runs over them with both clients.

    Raise :class:`SpecError` if a description cannot be used, :class:`Unreachable` if a URL isn't
    available, :class:`UsageError` for a wrong setting or allow-list.
    """
    old = read_side(base, client, root)
    if is_commit(revision) or (is_commit(base) and not revision):
        new = read_side(revision, client, root)
    else:
        new = _read_revision(client, root, revision, progress, insecure=insecure)
    calls = None
    code = code or [*map(root.joinpath, client.code)]
    if code and not checker:
        calls = _calls_by_hand(client, root, (old, new), code, base_urls, progress)
    if calls is not None:
        client = calls.scoped(client)
    if calls is not None and not client.operations:
        report, allowed = _uncompared(client, root, old, new), ""
    else:
        has_list = not base or is_of_client(base)
        report, allowed = _compare(client, root, (old, new), progress, has_list=has_list)
    if is_of_client(base) or is_of_client(revision):  # the list is of upstream's changes, too
        report = replace(report, faults=())
    if calls is not None:
        report = calls.located(report, client)
    elif code:
        from .usage import UserProgram, with_uses

        make_new = partial(_new_client, client, root, old, new, progress)
        report = with_uses(report, client, root, UserProgram(code, checker), make_new, progress)
    is_own = old.revision is not None or new.revision is not None
    situation = _situation(old, allowed, new.name if revision else "", is_own=is_own)
    steps = next_steps(report, situation)
    report = in_checkout(report, client, root, (old, new))
    return DriftResult(replace(report, steps=tuple(steps)), old, new)


def _calls_by_hand(
    client: Client,
    root: Path,
    sides: tuple[DescriptionBytes, DescriptionBytes],
    code: Sequence[str | Path],
    base_urls: Sequence[str],
    progress: Progress,
) -> CallsByHand | None:
    """Return the calls of a program that has no client; None for one that has."""
    # Here and below, since most comparisons are without a program.
    from .by_hand import calls_by_hand
    from .called import CallingProgram

    program = CallingProgram(code, base_urls, client.bindings)
    return calls_by_hand(client, root, sides, program, progress)


def _compare(
    client: Client,
    root: Path,
    sides: tuple[DescriptionBytes, DescriptionBytes],
    progress: Progress,
    *,
    has_list: bool,
) -> tuple[Report, str]:
    """Return the report, and the name of the client's allow-list if that counts."""
    if has_list:
        return compare_with_allow_list(client, root, *sides, progress)
    return compare(client, root, *sides, progress), ""


def _uncompared(
    client: Client, root: Path, base: DescriptionBytes, revision: DescriptionBytes
) -> Report:
    from .by_hand import documents_of

    return documents.uncompared(*documents_of(client, root, (base, revision)), client)


def _read_revision(
    client: Client, root: Path, revision: str, progress: Progress, *, insecure: bool
) -> DescriptionBytes:
    """Return the description in a file or at a URL, by default upstream's."""
    reach, source = Reach.of_clients([client], root), revision or client.upstream
    if revision:
        reach = replace(reach, headers={}, insecure=insecure)
    elif insecure:
        reach = replace(reach, insecure=True)
    if revision and not is_url(revision):
        source = display_path(Path.cwd() / revision, root)
    return read_description(
        source,
        root,
        progress,
        reach=reach,
        origin="" if revision else setting("upstream", client),
        budget=client.budget,
    )


def _new_client(
    client: Client,
    root: Path,
    base: DescriptionBytes,
    revision: DescriptionBytes,
    progress: Progress,
) -> Mapping[str, bytes]:
    """Return the files of the client that the revision gives, by their paths in its folder.

    Raise :class:`SpecError` if it cannot be generated.
    """
    left, right = (
        Description(
            side.overlaid(client, root, lenient=True),
            progress,
        )
        for side in (base, revision)
    )
    client = client_at(client, root, revision.revision)
    in_use = () if client.models else left.select(client.operations)
    matched = right.match(in_use)
    settings = replace(
        client,
        operations=tuple(op.spellings[1] for op in matched.values()),
        tests=False,
        strict=False,
        spec=os.path.relpath(revision.path, root),
    )
    return render_client(settings, root, progress, right.source).files.of_package


def _situation(
    base: DescriptionBytes, allow_list: str, revision: str, *, is_own: bool
) -> Situation:
    """Return what the next steps depend on."""
    entry = find_entry(base.path)
    if entry is None or is_own:
        return Situation(allow_list, revision, is_own=is_own)
    content = content_hash(base.document().root) if entry.is_pulled else ""
    return Situation(
        allow_list,
        revision,
        is_pulled=entry.is_pulled,
        left=frozenset(entry.left),
        is_edited=entry.is_pulled and not entry.wrote(content),
        is_unfinished=bool(entry.unfinished_sha256),
    )


def compare_with_allow_list(
    client: Client,
    root: Path,
    base: DescriptionBytes,
    revision: DescriptionBytes,
    progress: Progress,
) -> tuple[Report, str]:
    """Return the report with what is allowed marked, and the name of the allow-list."""
    report = compare(client, root, base, revision, progress)
    return with_allow_list(report, client, root) if client.package else (report, "")


def with_allow_list(report: Report, client: Client, root: Path) -> tuple[Report, str]:
    """Return the report with what is allowed marked and entries for the rest; the list's name."""
    path = root / (client.allowed or Path(client.spec).with_suffix(".allowed.toml"))
    name, today = display_path(path, root), dt.datetime.now(dt.UTC).date()
    if path.is_file():
        allowances = allowlist.read_allowances(read_text(path, name), name)
        report = allowlist.apply(report, allowances, today)
    return replace(report, entries=allowlist.proposals(report, today)), name


def compare(
    client: Client,
    root: Path,
    base: DescriptionBytes,
    revision: DescriptionBytes,
    progress: Progress,
) -> Report:
    """Return the report; compare nothing if speclock.lock shows that nothing changed.

    Raise :class:`UsageError` for a selector that matches nothing in ``base``.
    """
    old = base.overlaid(client, root, lenient=client.allow_unmatched)
    try:
        if _is_pulled(base, revision):
            report = documents.unchanged(old, revision.name, revision.sha256, client)
        else:
            new = revision.overlaid(client, root, lenient=True)
            before = client_at(client, root, base.revision)
            after = client_at(client, root, revision.revision)
            report = documents.compare(old, new, before, progress, after=after)
    except NoSuchOperation as error:
        raise with_command(error, client, find_entry(base.path)) from None
    progress("")
    if not client.package:
        return report
    package = root / client.output / client.package
    return located(report, package, display_path(package, root))


def _is_pulled(base: DescriptionBytes, revision: DescriptionBytes) -> bool:
    """Return True if speclock.lock records that ``base`` was pulled from ``revision``.

    False if either has changed since, or if ``revision`` refers to other files, which the hash
    doesn't cover.
    """
    entry = find_entry(base.path)
    if entry is None or entry.sha256 != revision.sha256 or not revision.is_self_contained:
        return False
    return entry.slice_sha256 == content_hash(base.document().root)
