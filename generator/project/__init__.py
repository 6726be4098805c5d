"""The commands, and what they read and write."""
