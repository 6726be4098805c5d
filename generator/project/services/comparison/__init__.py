"""Descriptions and recordings compared with what clients are made from."""
