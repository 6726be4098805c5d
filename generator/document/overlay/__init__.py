"""Overlays: corrections of a description that stand in files of their own."""
