"""The smallest description with some operations of another."""
