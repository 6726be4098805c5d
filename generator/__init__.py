"""speclock: a small, typed HTTP client that you own, from a checked-in OpenAPI description.

Each stage of generation is a function from a value to a value::

    spec/*.yaml ── document ──────────► Document     a tree in which every node has its location
                ── document.selectors ► operations   those that were selected
                ── openapi.normalize ─► Document     one dialect, closed, inline schemas lifted
                ── codegen.build ─────► ir.Api       every name and type decided
                ── codegen.render ────► text         models by datamodel-code-generator, the rest
                                                     from templates/, formatted by ruff
                ── codegen.output ────► files        written or compared

``services`` holds the public functions, which are also names of this package (docs/api.md);
``cli`` is the only room that prints or exits, ``fetch`` the only one that opens a socket.
"""

from .version import __version__

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    from .config import Client, Pagination, Settings
    from .errors import Problem, SpecError, SpeclockError, Unreachable, UsageError
    from .services.comparison.drift import DriftResult, find_drift
    from .services.comparison.recording import recorder
    from .services.comparison.traffic import TrafficResult, check_traffic, find_traffic_drift
    from .services.copies.several import CopyState, CopyUpgrade, upgrade_all, verify_all
    from .services.copies.upgrade import Upgrade, upgrade
    from .services.copies.vendor import VendoredClient, vendor_client
    from .services.copies.verify import VerifiedPackage, verify
    from .services.explain import explain
    from .services.generation.check import CheckedClient, CheckResult, check
    from .services.generation.generate import GeneratedClient, generate
    from .services.generation.pagination import PagedRow, PaginationList, list_pagination
    from .services.generation.preview import (
        OperationList,
        OperationPreview,
        OperationRow,
        list_operations,
        show_operation,
    )
    from .services.generation.slice import SlicedDescription, slice_description
    from .services.init import NewClient, init
    from .services.project.resolve import load_settings
    from .services.updates.operations import add_operations, remove_operations, update
    from .services.updates.result import Update

_NAMES = {
    "config": ("Client", "Pagination", "Settings"),
    "errors": ("Problem", "SpecError", "SpeclockError", "Unreachable", "UsageError"),
    "services.generation.check": ("CheckResult", "CheckedClient", "check"),
    "services.copies.several": ("CopyState", "CopyUpgrade", "upgrade_all", "verify_all"),
    "services.comparison.drift": ("DriftResult", "find_drift"),
    "services.explain": ("explain",),
    "services.generation.generate": ("GeneratedClient", "generate"),
    "services.init": ("NewClient", "init"),
    "services.generation.pagination": ("PagedRow", "PaginationList", "list_pagination"),
    "services.generation.preview": (
        "OperationList", "OperationPreview", "OperationRow", "list_operations", "show_operation",
    ),
    "services.comparison.recording": ("recorder",),
    "services.project.resolve": ("load_settings",),
    "services.generation.slice": ("SlicedDescription", "slice_description"),
    "services.comparison.traffic": ("TrafficResult", "check_traffic", "find_traffic_drift"),
    "services.updates.operations": ("add_operations", "remove_operations", "update"),
    "services.updates.result": ("Update",),
    "services.copies.upgrade": ("Upgrade", "upgrade"),
    "services.copies.vendor": ("VendoredClient", "vendor_client"),
    "services.copies.verify": ("VerifiedPackage", "verify"),
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
