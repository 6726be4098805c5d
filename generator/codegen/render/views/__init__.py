"""Values that templates receive, derived from the IR."""
