"""The canonical document and the settings to :class:`ir.Api`; every decision is made here."""

from .api import build

__all__ = ["build"]
