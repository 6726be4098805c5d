"""Descriptions as text again: changed in place, or written anew."""
