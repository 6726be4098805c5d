"""Normalisation: a description in Swagger 2.0 or OpenAPI 3.x to one canonical document."""
