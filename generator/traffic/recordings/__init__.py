"""Recordings of HTTP exchanges: HAR 1.2, cassettes of vcrpy, and the format of our own recorder."""
