"""The call of an operation as text."""
