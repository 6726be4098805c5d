"""The reading side: a description, of whatever dialect, to one canonical OpenAPI document."""
