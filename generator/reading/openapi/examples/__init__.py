"""Example values: read from a description and validated, or generated from a schema."""
