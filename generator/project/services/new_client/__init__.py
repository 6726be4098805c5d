"""The parts of a new client: the choices, its description, its settings, its files."""
