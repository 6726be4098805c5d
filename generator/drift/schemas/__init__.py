"""Schemas compared."""
