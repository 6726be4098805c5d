"""Overlays that describe what recorded traffic shows."""
