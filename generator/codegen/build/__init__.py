"""The construction of :class:`ir.Api` from the canonical document and the settings."""

from .api import build

__all__ = ["build"]
