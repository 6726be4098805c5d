"""The signatures of methods: overloads by media type, and typed dictionaries as arguments."""
