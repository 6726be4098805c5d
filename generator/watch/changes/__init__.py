"""Changes of a description: rules, verdicts, the allow-list, reports."""
