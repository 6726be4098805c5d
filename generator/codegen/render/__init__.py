"""The writing side: :class:`ir.Api` to files. Nothing here knows OpenAPI."""
