"""Changes of a description's text."""
