"""A description read for a client: its operations, those that are selected, and their package."""
