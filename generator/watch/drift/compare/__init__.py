"""Comparison of two canonical documents."""
