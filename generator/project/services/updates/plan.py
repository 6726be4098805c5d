"""The plan of an update: upstream compared with each description, and the clients generated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from ....base.config import PINS, Client, Pins, Settings
from ....base.errors import SpeclockError, UsageError
from ....base.immutable import immutable
from ....base.portable import resolved
from ....base.printable import display_path
from ....codegen.apidiff.compare import ApiChange
from ....codegen.apidiff.from_source import sources_in
from ....codegen.description.description import Description
from ....codegen.description.pins import pins_that_go, pins_that_keep
from ....reading.document.operations import OperationNode
from ....reading.document.selectors import filter_operations, matches
from ....reading.document.tree import SourceFile
from ....watch.changes.change import Report
from ...output.manifest import Manifest
from ..comparison.by_hand import CallsByHand, calls_by_hand
from ..comparison.called import CallingProgram
from ..comparison.drift import compare_with_allow_list
from ..comparison.usage import NO_PROGRAM, UserProgram, with_uses
from ..generation.generate import RenderedClient, render_clients
from ..generation.package_change import PackageChange, python_changes, python_files
from ..names.following_pins import pins_that_follow, without_pinned
from ..names.locked_pins import moved_pins, new_settings, with_moved, with_removals
from ..project.descriptions import (
    DescriptionBytes,
    Progress,
    Reach,
    overlaid,
    read_description,
    setting,
)
from ..project.packages import is_called_by_hand
from ..project.provenance import is_current, version_change
from ..project.pyproject_edit import Setting, with_changes
from ..project.read_api import with_overlays
from ..project.resolve import sharing
from ..project.written_paths import check_description, check_output
from .by_tool import (
    change_by_tool_and_upstream,
    changes_by_tool,
    pins_of_renamed,
    rendered_by_these_tools,
)
from .checked_in import CheckedInDescription
from .descriptions import UpdatedDescription, merged, reduced, sliced, upstream_of
from .hand_edits import hand_edits
from .operations_in_use import OperationsInUse, operations_in_use
from .pagination import PaginationChange
from .result import Update, UpdatedClient, changed_settings

_Labels: TypeAlias = dict[str, tuple[str, ...]]
"""Operations by client."""


def _allowed_to_go(report: Report | None) -> list[str]:
    """Return the operations that upstream lacks or names otherwise, as the allow-list accepts."""
    rules = ("api/operation/presence/removed", "api/operation/id/changed")
    changes = report.changes if report else ()
    gone: list[str] = []
    for change in changes:
        is_named = change.allowed is not None and change.allowed.version is None
        if is_named and change.id in rules:
            gone += change.operations
    return gone


def _without(
    selectors: Sequence[str],
    removed: Sequence[str],
    operations: Sequence[OperationNode],
    rest: Sequence[OperationNode],
) -> Iterator[str]:
    """Yield the selectors that remain; for one that selects others too, the names of these."""
    for selector in selectors:
        selected = matches(operations, selector)
        if selector in removed:
            continue
        if selector.startswith("!") or {*selected} <= {*rest}:
            yield selector
        else:
            yield from (op.label for op in selected if op in rest)


@immutable
class _ComparedCalls:
    """The calls of a program without a client, and what changed under their operations.

    The reports of the plan are of all operations, which the description has.
    """

    calls: CallsByHand
    client: Client
    """The settings that the descriptions were compared with."""
    report: Report


@dataclass(slots=True)
class Plan:
    """The update of the clients of one description, worked out by :meth:`of` or :meth:`without`."""

    settings: Settings
    progress: Progress
    should_replace: bool = False
    keep_names: bool = False
    program: UserProgram = NO_PROGRAM
    """The program whose uses of what changes are looked for."""
    pagination: bool = True
    docs: bool = False
    """True if changes of the documentation alone are written, too."""
    changes: dict[str, dict[str, Setting]] = field(default_factory=dict[str, dict[str, Setting]])
    """The settings that change, by client."""
    reports: dict[str, Report | None] = field(init=False, default_factory=dict[str, Report | None])
    added: _Labels = field(init=False, default_factory=_Labels)
    removed: _Labels = field(init=False, default_factory=_Labels)
    moved: dict[str, Pins] = field(init=False, default_factory=dict[str, Pins])
    """The pins that move from pyproject.toml to the lock, by client."""
    lost_pages: dict[str, tuple[str, ...]] = field(
        init=False, default_factory=dict[str, tuple[str, ...]]
    )
    """A sentence for each operation that loses its iterator, by client."""
    calls: dict[str, _ComparedCalls] = field(
        init=False, default_factory=dict[str, "_ComparedCalls"]
    )
    """The calls of the program, by client that isn't generated yet."""

    @property
    def root(self) -> Path:
        return self.settings.root

    def of(self, clients: Sequence[Client], more: Mapping[str, tuple[str, ...]]) -> Update:
        """Return the update of the clients of one description; ``more`` adds operations."""
        clients = self._with_moved(clients)
        self._check_paths(clients, writes_description=True)
        self._check_upstream(clients)
        state = CheckedInDescription.of(self.settings, clients)
        state.check_kind(self.settings.place("spec", clients[0].package))
        if not self.should_replace:
            state.check_readable()
        whole = self._upstream(clients)
        self.progress(f"reading {whole.name}")
        document = whole.document()
        old = state.document
        in_use: list[OperationsInUse] = []
        for client in clients:
            report = self.reports[client.package] = self._report(client, state, whole)
            wanted = more.get(client.package, ())
            may_lack = () if state.is_pulled else _allowed_to_go(report)
            used = operations_in_use(
                client, old, document, wanted, may_lack, follows_ids=self.keep_names
            )
            in_use.append(used)
            self.added[client.package] = tuple(op.label for op in used.added) if old else ()
            if client.operations and used.selectors != client.operations:
                self._set(client, "operations", used.selectors)
        one = self._description(state, clients, whole, in_use)
        if not self.docs and self._is_documentation(one, in_use):
            counts = [len(report.changes) for report in self.reports.values() if report]
            one = one.waiting(sum(counts) if one.is_pulled else 0)
        generated = [client for client in clients if not is_called_by_hand(client, self.root)]
        if one.before != one.after:
            before = [old, document] if old is not None else [document]
            self._keep_names(generated, before, one)
        for client in generated if old is not None and one.is_pulled else ():
            assert old is not None
            report = self.reports[client.package]
            keep = pins_that_follow(client, old, one.document, report, keep_names=self.keep_names)
            self._add_pins(client, keep)
            self.reports[client.package] = report and without_pinned(report, keep)
        self._drop_pins(generated, old, [one])
        for client in generated:
            if one.before != one.after or "operations" in self.changes.get(client.package, {}):
                self._follow_pages(client, old, one)
        return self._update(clients, [one])

    def _follow_pages(
        self, client: Client, old: SourceFile | None, description: UpdatedDescription
    ) -> None:
        """Change the settings of the pagination of a client as its operations change."""
        known = self.changes.get(client.package, {})
        selectors = [*map(str, known.get("operations", client.operations))]
        new = PaginationChange(client, self.root, self.progress).following(
            old, description.document, selectors, is_proposing=self.pagination
        )
        self.lost_pages[client.package] = new.lost
        if new.rules != client.pagination:
            self._set(client, "pagination", new.rules)

    def without(self, client: Client, operations: Sequence[str]) -> Update:
        """Return the update that removes operations from a client."""
        group = self._with_moved(sharing(self.settings, client))
        (client,) = (one for one in group if one.package == client.package)
        state = CheckedInDescription.of(self.settings, group)
        self._check_paths(group, writes_description=state.is_pulled)
        if state.data is None:
            raise UsageError(f"{display_path(state.path)} doesn't exist. Run: speclock update")
        if state.is_edited:
            raise hand_edits(state, group)
        whole = Description(state.data.document(), self.progress)
        in_use = filter_operations(whole.operations, client.operations, state.data.name)
        removed = filter_operations(in_use, operations, f"the client {client.package}")
        rest = [op for op in in_use if op not in removed]
        if not rest:
            raise UsageError(
                f"these are all operations of {client.package}. To remove the client, delete "
                f"[tool.speclock.clients.{client.package}] and its files."
            )
        remaining_selectors = _without(client.operations, operations, whole.operations, rest)
        selectors = tuple(dict.fromkeys(remaining_selectors))
        kept = [op for op in whole.operations if any(matches([op], s) for s in selectors)]
        if not selectors or set(kept) & set(removed) or not set(rest) <= set(kept):
            selectors = tuple(op.label for op in rest)
        if client.operations or not state.is_pulled:
            self._set(client, "operations", selectors)
        descriptions: list[UpdatedDescription] = []
        if state.is_pulled:
            others = [c for c in group if c.package != client.package]
            selections = [c.operations for c in others if not c.models]
            models = any(c.models for c in others)
            rest_of = [op.spellings[1] for op in rest]
            descriptions.append(reduced(state, [rest_of, *selections], models=models))
        spellings = {name for op in removed for name in op.spellings}
        for table in PINS:
            if pins := {key: "" for key in client.pins(table) if key in spellings}:
                self._set(client, table, pins)
        if descriptions and state.document is not None:
            self._keep_names(group, [state.document], descriptions[0])
        self._drop_pins(group, state.document, descriptions)
        self.removed[client.package] = tuple(op.label for op in removed)
        if client.pagination and state.document is not None:
            remaining = {(op.verb, op.path) for op in rest}
            gone = dict.fromkeys(spellings, "")
            pages = PaginationChange(client, self.root, self.progress)
            rules = pages.keeping(state.document, remaining, gone)
            if rules != client.pagination:
                self._set(client, "pagination", rules)
        return self._update(group, descriptions)

    def _set(self, client: Client, key: str, value: Setting) -> None:
        """Change a setting of a client."""
        self.changes.setdefault(client.package, {})[key] = value

    def _check_paths(self, clients: Sequence[Client], *, writes_description: bool) -> None:
        """Raise :class:`UsageError` for a setting that leads to a file that isn't to be written."""
        if writes_description:
            check_description(self.settings, clients[0])
        for client in clients:
            check_output(self.settings, client)

    def _check_upstream(self, clients: Sequence[Client]) -> None:
        """Raise :class:`UsageError` for clients of one description with several upstreams."""
        if len({client.upstream for client in clients if client.upstream}) > 1:
            names = " and ".join(client.package for client in clients if client.upstream)
            raise UsageError(
                f"{names} share {clients[0].spec}, but not `upstream`. Give them one upstream, or "
                "a description each."
            )

    def _upstream(self, clients: Sequence[Client]) -> DescriptionBytes:
        return read_description(
            upstream_of(clients),
            self.root,
            self.progress,
            reach=Reach.of_clients(clients, self.root),
            origin=setting("upstream", next(c for c in clients if c.upstream)),
            budget=self.settings.budget,
        )

    def _report(
        self, client: Client, state: CheckedInDescription, whole: DescriptionBytes
    ) -> Report | None:
        """Return what changed under the operations that the client has already."""
        if state.data is None or state.document is None:
            return None
        operations = Description(state.document, self.progress).operations
        named = [s for s in client.operations if not s.startswith("!")]
        gone = [s for s in named if not matches(operations, s)]
        if not (operations or client.models) or (named and gone == named):
            return None
        known = replace(client, operations=tuple(s for s in client.operations if s not in gone))
        report, _ = compare_with_allow_list(known, self.root, state.data, whole, self.progress)
        code = self._code(client)
        if code and not self.program.checker:
            program = CallingProgram(code, (), client.bindings)
            sides = state.data, whole
            calls = calls_by_hand(known, self.root, sides, program, self.progress)
            if calls is not None:
                self.calls[client.package] = self._in_use(calls, known, report, sides)
        return replace(report, takes_allowed=self.should_replace or state.is_pulled)

    def _in_use(
        self,
        calls: CallsByHand,
        client: Client,
        report: Report,
        sides: tuple[DescriptionBytes, DescriptionBytes],
    ) -> _ComparedCalls:
        """Return calls with what changed under their operations; without any, under all."""
        scoped = calls.scoped(client)
        if scoped.operations and scoped != client:
            report, _ = compare_with_allow_list(scoped, self.root, *sides, self.progress)
        return _ComparedCalls(calls, scoped, report)

    def _code(self, client: Client) -> Sequence[str | Path]:
        """Return the files and folders of the program, by default those of a client's settings."""
        return self.program.code or [*map(self.root.joinpath, client.code)]

    def _description(
        self,
        state: CheckedInDescription,
        clients: Sequence[Client],
        whole: DescriptionBytes,
        in_use: Sequence[OperationsInUse],
    ) -> UpdatedDescription:
        if state.data is None or self.should_replace or state.is_pulled:
            return sliced(state, clients, whole, in_use)
        replaced = sliced(state, clients, whole, in_use)
        if replaced.entry.slice_sha256 == state.content:  # written by `slice`, for instance
            return replaced
        if state.is_edited:
            raise hand_edits(state, clients, replaced.after)
        compared = [(c, r) for c in clients if (r := self.reports[c.package]) is not None]
        return merged(
            state,
            [client for client, _ in compared],
            self.root,
            whole,
            in_use,
            [report for _, report in compared],
            self.progress,
        )

    def _is_documentation(
        self, description: UpdatedDescription, in_use: Sequence[OperationsInUse]
    ) -> bool:
        """Return whether only documentation changes, or nothing that the clients use."""
        previous, entry = description.previous, description.entry
        if self.should_replace or self.changes or description.before is None or previous is None:
            return False
        if replace(previous, etag=entry.etag, sha256=entry.sha256) != replace(
            entry, slice_sha256=previous.slice_sha256
        ):
            return False
        if any(used.added for used in in_use):
            return False
        for report in self.reports.values():
            if report is None or not all(change.docs for change in report.changes):
                return False
        return True

    def _keep_names(
        self,
        clients: Sequence[Client],
        old: Sequence[SourceFile],
        description: UpdatedDescription,
    ) -> None:
        """Add the pins that keep the names of ``old``, the first one's above all."""
        for client in clients:
            before = [overlaid(document, client, self.root) for document in old]
            after = overlaid(description.document, client, self.root)
            with suppress(SpeclockError):  # generation reports it
                self._add_pins(client, pins_that_keep(before, after, self._changed(client)))

    def _drop_pins(
        self,
        clients: Sequence[Client],
        old: SourceFile | None,
        descriptions: Sequence[UpdatedDescription],
    ) -> None:
        """Remove the pins that a command wrote and that are for nothing any more."""
        for client in clients:
            documents = [one.document for one in descriptions if one.before != one.after]
            if not documents and "operations" in self.changes.get(client.package, {}):
                documents = [old] if old is not None else []
            for document in documents:
                after = overlaid(document, client, self.root)
                with suppress(SpeclockError):  # generation reports it
                    self._add_pins(client, pins_that_go(self._changed(client), after))

    def _with_moved(self, clients: Sequence[Client]) -> list[Client]:
        """Return clients with the pins in their lock that commands wrote to pyproject.toml."""
        new: list[Client] = []
        for client in clients:
            moved = moved_pins(client, self.root)
            if moved:
                self.moved[client.package] = moved
            new.append(with_moved(client, moved))
        return new

    def _changed(self, client: Client) -> Client:
        """Return the settings of a client as they will be."""
        return with_changes(client, self.changes.get(client.package, {}))

    def _add_pins(self, client: Client, pins: Pins) -> None:
        """Add pins of a client to the settings that change."""
        for key, entries in pins.items():
            earlier = self.changes.get(client.package, {}).get(key, {})
            if isinstance(earlier, Mapping):
                self._set(client, key, {**earlier, **entries})

    def _update(
        self, clients: Sequence[Client], descriptions: Sequence[UpdatedDescription]
    ) -> Update:
        """Return the update with the clients generated from the new descriptions."""
        file = self.root / self.settings.file
        before, by_tool = self._by_tool(clients)
        new = new_settings(clients, self.changes)
        if written := with_removals(new.in_file, self.moved):
            changed_settings(file, written)  # raises if the file cannot be changed
        texts = {resolved(d.path): d for d in descriptions if d.before != d.after}
        stale = [client for client in new.clients if self._is_stale(client, texts)]
        rendered = self._rendered(stale, texts)
        updated: list[UpdatedClient] = []
        for client in new.clients:
            files = rendered.get(client.package)
            report = self._report_with_uses(client, files)
            output = self.root / client.output
            manifest = Manifest.read(output, client.package)
            more = self.added.get(client.package, ())
            less = self.removed.get(client.package, ())
            python = tuple[ApiChange, ...]()
            if more or less:
                python = _python_changes(files, before.get(client.package), output)
            tool = by_tool.get(client.package)
            if client.package not in before:  # its description on disk cannot be used
                tool = change_by_tool_and_upstream(
                    client, self.root, rendered, self.program, self.progress
                )
            if report and tool:
                report = replace(report, other_bump=tool.bump)
            updated.append(
                UpdatedClient(
                    client=client,
                    report=report,
                    added=more,
                    removed=less,
                    python=python,
                    rendered=files,
                    changes=tuple(files.files.compare(output, with_diffs=False)) if files else (),
                    lost_pages=self.lost_pages.get(client.package, ()),
                    by_tool=tool,
                    other_versions=version_change(manifest) if files and manifest else None,
                )
            )
        return Update(
            root=self.root,
            descriptions=tuple(descriptions),
            clients=tuple(updated),
            settings_file=file,
            settings=new.in_file,
            pins=new.in_lock,
            moved=self.moved,
        )

    def _is_stale(self, client: Client, descriptions: Mapping[Path, UpdatedDescription]) -> bool:
        """Return whether a client is to be generated; an API that is called by hand has none."""
        if is_called_by_hand(client, self.root):
            return False
        has_new_description = resolved(self.root / client.spec) in descriptions
        is_changed = client.package in self.changes or has_new_description
        return is_changed or not is_current(client, self.root)

    def _rendered(
        self, clients: Sequence[Client], descriptions: Mapping[Path, UpdatedDescription]
    ) -> dict[str, RenderedClient]:
        """Return the files of each client, from its new description if it gets one."""
        documents: dict[str, SourceFile] = {}
        for client in clients:
            if one := descriptions.get(resolved(self.root / client.spec)):
                remedies = Reach.of_clients([client], self.root).remedies
                documents[client.package] = with_overlays(one.document, client, self.root, remedies)
        made = render_clients(clients, self.root, self.progress, fresh=False, documents=documents)
        return dict(zip((client.package for client in clients), made, strict=True))

    def _report_with_uses(self, client: Client, files: RenderedClient | None) -> Report | None:
        """Return the report for a client, with the uses of what changes in the program."""
        report = self.reports.get(client.package)
        code = self._code(client)
        if report is None or not code:
            return report
        if client.package in self.calls:
            compared = self.calls[client.package]
            in_use = replace(compared.report, takes_allowed=report.takes_allowed)
            return compared.calls.located(in_use, compared.client)
        # A type checker has nothing to find where the client stays.
        program = replace(self.program, code=code, checker=self.program.checker if files else "")
        new_files = partial(_package_files, files)
        return with_uses(report, client, self.root, program, new_files, self.progress)

    def _by_tool(
        self, clients: Sequence[Client]
    ) -> tuple[dict[str, RenderedClient], dict[str, PackageChange]]:
        """Return the clients that other tools wrote, by these, and what that changes.

        With ``keep_names``, the names that it would change become settings.
        """
        rendered = rendered_by_these_tools(clients, self.root, self.progress)
        changes = changes_by_tool(clients, self.root, rendered, self.program, self.progress)
        if not self.keep_names:
            return rendered, changes
        pinned: list[Client] = []
        for client in clients:
            change = changes.get(client.package)
            pins = pins_of_renamed(change) if change else {}
            self._add_pins(client, pins)
            pinned.append(with_changes(client, pins))
        if pinned == [*clients]:
            return rendered, changes
        rendered = rendered_by_these_tools(pinned, self.root, self.progress)
        return rendered, changes_by_tool(pinned, self.root, rendered, self.program, self.progress)


def _python_changes(
    rendered: RenderedClient | None, before: RenderedClient | None, output: Path
) -> tuple[ApiChange, ...]:
    """Return how the Python API of a client changes by its operations; nothing if it stays.

    ``before`` is the client as these tools write it without that change, where others wrote it.
    """
    if rendered is None:
        return ()
    files = rendered.files
    old = python_files(before.files) if before else sources_in(output / files.package)
    return python_changes(old, python_files(files))


def _package_files(rendered: RenderedClient | None) -> Mapping[str, bytes]:
    """Return the files of a client's package, by their paths in its folder."""
    return rendered.files.of_package if rendered else {}
