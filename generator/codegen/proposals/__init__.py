"""Settings that a description suggests: pagination."""
