"""A client's package, from its API to its files."""
