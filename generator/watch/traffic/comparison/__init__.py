"""Recordings of many exchanges, compared with a description."""
