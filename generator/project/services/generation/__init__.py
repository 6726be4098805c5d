"""Clients made, compared with their files, and shown."""
