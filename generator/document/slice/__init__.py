"""The smallest description that holds some operations of another."""
