"""Names that schemas give themselves: ``$id``, ``$anchor``, ``$dynamicAnchor``, and ``$self``.

Sources: JSON Schema 2020-12 §8.2 (base URI and anchors), OpenAPI 3.2.0 §4.1.2 (``$self``),
RFC 3986 §5 (relative references).
"""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

from .tree import Document, MappingNode, Value, unescaped, walk

_WORDS = ("$id", "$anchor", "$dynamicAnchor", "$self")


class Anchors:
    """What the schemas of one document call themselves."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.dynamic: dict[str, int] = {}
        """Name of a dynamic anchor to how often it stands in the document."""
        self._ids: dict[str, str] = {}  # pointer of a resource's root → its URI
        self._roots: dict[str, MappingNode] = {}  # URI → the resource's root
        self._anchors: dict[
            tuple[str, str], MappingNode
        ] = {}  # (URI of the resource, name) → schema
        if any(word in text for word in _WORDS for text in document.texts):
            self._collect()

    def _collect(self) -> None:
        root = self.document.root
        own = root.get("$self")
        self._add(root, own if isinstance(own, str) else "")
        for node in walk(root):
            given = node.get("$id")
            if isinstance(given, str) and given and not given.startswith("#"):
                self._add(node, urljoin(self._base(node), given))
            for word in ("$anchor", "$dynamicAnchor"):
                name = node.get(word)
                if isinstance(name, str):
                    self._anchors[(self._base(node), name)] = node
                    if word == "$dynamicAnchor":
                        self.dynamic[name] = self.dynamic.get(name, 0) + 1

    def _add(self, node: MappingNode, uri: str) -> None:
        bare = urldefrag(uri)[0]
        self._ids[node.location.pointer] = bare
        self._roots[bare] = node

    def _base(self, node: MappingNode) -> str:
        """The URI of the innermost resource that holds ``node``."""
        pointer = node.location.pointer
        while pointer and pointer not in self._ids:
            pointer = pointer.rpartition("/")[0]
        return self._ids.get(pointer, "")

    def find(self, reference: str, node: MappingNode) -> Value:
        """What a reference in ``node`` names by such a name; raises ``KeyError`` if nothing."""
        base = self._base(node) if self._ids else ""
        uri, fragment = urldefrag(urljoin(base, reference) if base else reference)
        if fragment and not fragment.startswith("/"):
            return self._anchors[(uri, unescaped(fragment))]
        root = self._roots[uri]
        return self.document.resolve(fragment, root)
