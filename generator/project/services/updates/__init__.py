"""The parts of an update: what is on disk, what upstream has, and what is written."""
