"""Recorded traffic compared with a description: what a server really does."""
