"""The public Python API of a client as a value, and what differs between two of them."""
