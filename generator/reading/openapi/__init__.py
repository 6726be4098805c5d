"""OpenAPI descriptions as one canonical document."""
