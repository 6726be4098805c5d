"""Copies of clients in other projects."""
