"""Overlays: corrections of a description in files of their own."""
