"""Text of a description: a tree with locations, its references, its parts and its edits."""
