"""Example values: read from a description and checked, or generated from a schema."""
