"""OpenAPI's meta-schemas, and what violates them."""
