"""Rendering of :class:`ir.Api` to files, independent of OpenAPI."""
