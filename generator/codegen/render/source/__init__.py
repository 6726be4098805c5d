"""Python source: texts, layout, and what it may contain."""
