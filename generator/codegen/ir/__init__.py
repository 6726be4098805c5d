"""The generated package as frozen dataclasses, with every name and type decided.

Each Python name is stored with its wire name. The ``origin`` of a method, a parameter, a body, a
response and a webhook is the part of the description that it is made from. Constraints have the
names that JSON Schema gives them; nothing else depends on OpenAPI.
"""
