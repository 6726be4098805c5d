"""The canonical document: one OpenAPI 3.1 description, typed, with the location of each part.

:mod:`..normalize` makes it; everything behind that reads nothing else. References to parameters,
headers, responses, request bodies and examples are resolved; a reference to a schema component is
a :class:`Schema` whose ``ref`` is the component's key. Parts are compared by identity.

Sources: OpenAPI 3.1.1 §4.8 (Schema of the document), JSON Schema 2020-12.
"""
