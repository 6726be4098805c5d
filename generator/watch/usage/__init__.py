"""The places in a user's program that use what changed, found by its source."""
