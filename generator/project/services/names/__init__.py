"""The names of a client: the pins that keep them, and the changes of those on disk."""
