"""Identifiers of schemas: ``$id``, ``$anchor``, ``$dynamicAnchor`` and ``$self``.

Sources: JSON Schema 2020-12 §8.2 (base URI and anchors), OpenAPI 3.2.0 §4.1.2 (``$self``),
RFC 3986 §5 (relative references).
"""

from __future__ import annotations

from urllib.parse import unquote, urldefrag, urljoin

from .tree import MappingNode, SourceFile, Value, walk

_KEYWORDS = ("$id", "$anchor", "$dynamicAnchor", "$self")


def join_uri(base: str, reference: str) -> str:
    """Return a reference in absolute form; unchanged if it isn't a URI reference."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


class Anchors:
    """The schemas of one document by their identifiers."""

    def __init__(self, document: SourceFile) -> None:
        self.document = document
        self._uris: dict[str, str] = {}
        """The URI of each schema resource by the pointer of its root."""
        self._roots: dict[str, MappingNode] = {}
        self._anchors: dict[tuple[str, str], MappingNode] = {}
        """Schemas by the URI of their resource and their anchor."""
        if any(keyword in text for keyword in _KEYWORDS for text in document.texts):
            self._collect()

    def _collect(self) -> None:
        root = self.document.root
        base = root.get("$self")
        self._add(root, base if isinstance(base, str) else "")
        for node in walk(root):
            uri = node.get("$id")
            if isinstance(uri, str) and uri and not uri.startswith("#"):
                self._add(node, join_uri(self._base(node), uri))
            for keyword in ("$anchor", "$dynamicAnchor"):
                name = node.get(keyword)
                if isinstance(name, str):
                    self._anchors[(self._base(node), name)] = node

    def _add(self, node: MappingNode, uri: str) -> None:
        bare = urldefrag(uri)[0]
        self._uris[node.location.pointer] = bare
        self._roots[bare] = node

    def _base(self, node: MappingNode) -> str:
        """Return the URI of the innermost resource that contains ``node``."""
        pointer = node.location.pointer
        while pointer and pointer not in self._uris:
            pointer = pointer.rpartition("/")[0]
        return self._uris.get(pointer, "")

    def find(self, reference: str, node: MappingNode) -> Value:
        """Return the node that a reference in ``node`` identifies; raises ``KeyError``."""
        base = self._base(node) if self._uris else ""
        uri, _, fragment = (join_uri(base, reference) if base else reference).partition("#")
        if fragment and not fragment.startswith("/"):
            return self._anchors[(uri, unquote(fragment))]
        return self.document.resolve(fragment, self._roots[uri])
