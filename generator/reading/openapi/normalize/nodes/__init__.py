"""Nodes of schemas: their values, keywords and marks."""
