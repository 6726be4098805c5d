"""Normalisation: a description of any OpenAPI 3.x version to one canonical document."""
