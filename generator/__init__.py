"""speclock: a small, typed HTTP client that you own, from a checked-in OpenAPI description.

Each stage of generation is a function from a value to a value::

    spec/*.yaml ── reading.document ──► Document     a tree in which every node has its location
                ── … .selectors ──────► operations   those that were selected
                ── reading.openapi ───► Document     one dialect, closed, inline schemas lifted
                ── codegen.build ─────► ir.Api       every name and type decided
                ── codegen.render ────► text         models by datamodel-code-generator, the rest
                                                     from templates/, formatted by ruff
                ── project.output ────► files        written or compared

``project.services`` holds the public functions, which are also names of this package (docs/api.md).
``project.cli`` is the only room that prints or exits, ``project.fetch`` the only one that opens a
socket.
"""

from .base.version import __version__

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    from .base.config import Client, Pagination, Settings
    from .base.errors import Problem, SpecError, SpeclockError, Unreachable, UsageError
    from .project.services.comparison.drift import DriftResult, find_drift
    from .project.services.comparison.recording import recorder
    from .project.services.comparison.traffic import (
        TrafficResult,
        check_traffic,
        find_traffic_drift,
    )
    from .project.services.copies.several import CopyState, CopyUpgrade, upgrade_all, verify_all
    from .project.services.copies.upgrade import Upgrade, upgrade
    from .project.services.copies.vendor import VendoredClient, vendor_client
    from .project.services.copies.verify import VerifiedPackage, verify
    from .project.services.explain import explain
    from .project.services.generation.check import CheckedClient, CheckResult, check
    from .project.services.generation.generate import GeneratedClient, generate
    from .project.services.generation.pagination import PagedRow, PaginationList, list_pagination
    from .project.services.generation.preview import (
        OperationList,
        OperationPreview,
        OperationRow,
        list_operations,
        show_operation,
    )
    from .project.services.generation.slice import SlicedDescription, slice_description
    from .project.services.init import init
    from .project.services.new_client.result import NewClient
    from .project.services.project.resolve import load_settings
    from .project.services.updates.operations import add_operations, remove_operations, update
    from .project.services.updates.result import Update

_NAMES = {
    "base.config": ("Client", "Pagination", "Settings"),
    "base.errors": ("Problem", "SpecError", "SpeclockError", "Unreachable", "UsageError"),
    "project.services.generation.check": ("CheckResult", "CheckedClient", "check"),
    "project.services.copies.several": ("CopyState", "CopyUpgrade", "upgrade_all", "verify_all"),
    "project.services.comparison.drift": ("DriftResult", "find_drift"),
    "project.services.explain": ("explain",),
    "project.services.generation.generate": ("GeneratedClient", "generate"),
    "project.services.init": ("init",),
    "project.services.new_client.result": ("NewClient",),
    "project.services.generation.pagination": ("PagedRow", "PaginationList", "list_pagination"),
    "project.services.generation.preview": (
        "OperationList", "OperationPreview", "OperationRow", "list_operations", "show_operation",
    ),
    "project.services.comparison.recording": ("recorder",),
    "project.services.project.resolve": ("load_settings",),
    "project.services.generation.slice": ("SlicedDescription", "slice_description"),
    "project.services.comparison.traffic": ("TrafficResult", "check_traffic", "find_traffic_drift"),
    "project.services.updates.operations": ("add_operations", "remove_operations", "update"),
    "project.services.updates.result": ("Update",),
    "project.services.copies.upgrade": ("Upgrade", "upgrade"),
    "project.services.copies.vendor": ("VendoredClient", "vendor_client"),
    "project.services.copies.verify": ("VerifiedPackage", "verify"),
}  # fmt: skip
"""The public names by the module to import when one of them is first used."""

__all__ = [
    "CheckResult",
    "CheckedClient",
    "Client",
    "CopyState",
    "CopyUpgrade",
    "DriftResult",
    "GeneratedClient",
    "NewClient",
    "OperationList",
    "OperationPreview",
    "OperationRow",
    "PagedRow",
    "Pagination",
    "PaginationList",
    "Problem",
    "Settings",
    "SlicedDescription",
    "SpecError",
    "SpeclockError",
    "TrafficResult",
    "Unreachable",
    "Update",
    "Upgrade",
    "UsageError",
    "VendoredClient",
    "VerifiedPackage",
    "__version__",
    "add_operations",
    "check",
    "check_traffic",
    "explain",
    "find_drift",
    "find_traffic_drift",
    "generate",
    "init",
    "list_operations",
    "list_pagination",
    "load_settings",
    "recorder",
    "remove_operations",
    "show_operation",
    "slice_description",
    "update",
    "upgrade",
    "upgrade_all",
    "vendor_client",
    "verify",
    "verify_all",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Import a public name."""
    from importlib import import_module

    for module, names in _NAMES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
