"""The generated package as frozen dataclasses, with every name and type decided.

Nothing here depends on OpenAPI. Each Python name is stored with its wire name.
"""
