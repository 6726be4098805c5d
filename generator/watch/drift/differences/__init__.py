"""Differences, and the words for them."""
