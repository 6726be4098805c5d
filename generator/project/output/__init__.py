"""Generated files on disk: writing, comparing, and the manifest that records them."""
