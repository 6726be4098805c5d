"""Values that every house needs, and that know nothing of OpenAPI."""
