"""What any client needs: the same in every package. See speclock.json for its version."""
