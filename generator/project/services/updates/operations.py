"""Upstream's description taken into the checked-in one, and the clients generated from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import UsageError
from ....base.portable import relative_to
from ..comparison.usage import UserProgram
from ..project.descriptions import Progress, no_progress
from ..project.pyproject_edit import Setting, with_changes
from ..project.resolve import by_description, models_alone, select_clients
from .plan import Plan
from .result import Update, joined


def update(
    settings: Settings,
    packages: Sequence[str] = (),
    *,
    should_replace: bool = False,
    keep_names: bool = False,
    code: Sequence[str | Path] = (),
    checker: str = "",
    pagination: bool = True,
    docs: bool = False,
    progress: Progress = no_progress,
) -> Update:
    """Return what takes upstream's changes into the descriptions and clients; write nothing.

    ``packages`` names clients, by default all that have an ``upstream``; clients that share a
    description are updated together. A description that was pulled from upstream is replaced by
    upstream's slice, with the comments, order and quotes of what is equal. Into one of the
    repository's own, only the changes on the wire are made, unless ``should_replace``. Pins of
    operations and schemas follow a new id; with ``keep_names``, all methods and classes keep their
    names, by pins in the settings. ``code`` has files and folders of the program that uses the
    clients: the reports then have the places that use what changes, also by the type checker
    ``checker``. With ``pagination``, there are settings for the lists in pages that upstream's
    description shows, and the checked-in one not. Changes of the documentation alone wait for the
    next other change, unless ``docs``.

    Raise :class:`SpecError` if a description cannot be used, :class:`Unreachable` if a URL isn't
    available, and :class:`UsageError` for a pulled description that was edited since, wrong
    settings, or an operation that upstream no longer has.
    """
    groups = settings_to_update(settings, packages)
    program = UserProgram(code, checker)
    options = (settings, progress, should_replace, keep_names, program, pagination, docs)
    return joined([Plan(*options).of(group.clients, {}) for group in groups])


def add_operations(
    settings: Settings,
    operations: Sequence[str],
    package: str = "",
    *,
    remote: Sequence[str] = (),
    root: str = "",
    pagination: bool = True,
    progress: Progress = no_progress,
) -> Update:
    """Return what adds operations of upstream to a client; write nothing.

    ``operations`` are selectors, ``package`` names the client where there are several. The hosts in
    ``remote`` and the folder ``root``, which references may lead to, become settings. So does the
    ``pagination`` of the new operations that their description shows. Raise as :func:`update` does.
    """
    client = _one_client(settings, package)
    given: dict[str, Setting] = {}
    if remote:
        given["remote"] = tuple(dict.fromkeys((*client.remote, *remote)))
    if root:
        given["root"] = relative_to(Path(root).absolute(), settings.root)
    changed = with_changes(client, given)
    clients = [changed if c.package == client.package else c for c in settings.clients]
    settings = replace(settings, clients=tuple(clients))
    (group,) = settings_to_update(settings, [client.package])
    changes = {client.package: given} if given else {}
    more = {client.package: tuple(operations)}
    plan = Plan(settings, progress, pagination=pagination, docs=True, changes=changes)
    return plan.of(group.clients, more)


def remove_operations(
    settings: Settings,
    operations: Sequence[str],
    package: str = "",
    *,
    progress: Progress = no_progress,
) -> Update:
    """Return what removes operations from a client; write nothing, and don't read upstream.

    A pulled description loses what only they used; one of the repository's own stays as it is.
    Raise :class:`UsageError` for an operation that the client doesn't have.
    """
    client = _one_client(settings, package)
    return Plan(settings, progress).without(client, operations)


def _one_client(settings: Settings, package: str) -> Client:
    client, *others = select_clients(settings, [package] if package else [])
    if others:
        names = ", ".join(c.package for c in (client, *others))
        raise UsageError(f"there are several clients: {names}. Name one: --client CLIENT")
    if client.models:
        raise UsageError(f"{models_alone(client)} Remove `models = true` to have operations.")
    return client


def settings_to_update(settings: Settings, packages: Sequence[str] = ()) -> list[Settings]:
    """Return the settings of the clients of each description to update, see :func:`update`.

    Raise :class:`UsageError` for a client without an ``upstream``.
    """
    chosen = select_clients(settings, packages)
    without = [client.package for client in chosen if not client.upstream]
    if without and (packages or len(without) == len(chosen)):
        raise UsageError(
            f"no upstream is known for {', '.join(without)}. Set `upstream` in "
            f"[tool.speclock.clients.{without[0]}]: a URL, or a file's path."
        )
    names = {client.package for client in chosen if client.upstream}
    groups = by_description(settings)
    return [group for group in groups if any(client.package in names for client in group.clients)]
