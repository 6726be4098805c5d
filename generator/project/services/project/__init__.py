"""The project: its settings, descriptions and repository."""
