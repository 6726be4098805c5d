"""The requests that a program sends with an HTTP library, and the operations that they call."""
