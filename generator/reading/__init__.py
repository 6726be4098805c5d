"""A description, as it is written and as everything else reads it."""
