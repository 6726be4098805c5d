"""The lines of calls that name a parameter or a member."""
