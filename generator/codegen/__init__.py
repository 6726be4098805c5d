"""Python code from a canonical document: the IR, its build, and rendering."""
