"""Media types, headers, links and examples in canonical form.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.19 (Example), §4.8.20 (Link), §4.8.21
(Header) and 3.2.0 §4.14.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from ...document.component_keys import below
from ...document.operations import OperationNode
from ...document.pointer import escape
from ...document.tree import Location, MappingNode, SequenceNode, Value
from ..model import Missing
from .example_values import ExampleValues
from .nodes.context import Context
from .nodes.node_values import pick
from .schemas.key_words import media_type_words
from .schemas.schemas import SchemaNormalizer

_BYTES = "application/octet-stream"
_LINK = ("operationId", "parameters", "requestBody", "server", "description")


class MediaTypeNormalizer:
    """The normalisation of the content of bodies, responses and parameters."""

    def __init__(self, context: Context, schemas: SchemaNormalizer) -> None:
        self.refs = context.refs
        self.schemas = schemas
        self.values = ExampleValues(context.refs)

    def content(self, node: MappingNode, hint: str, *, is_error: bool = False) -> MappingNode:
        """Return the media types in ``node['content']``, each with its schema and examples.

        A media type of an error response that cannot be read may have any value.
        """
        out = MappingNode(node.at("content"))
        if node.get("content") is None:
            return out
        content = self.refs.mapping(node["content"], node.at("content"), "content")
        out = MappingNode(content.location, positions=content.positions)
        listed_media: dict[str, MappingNode] = {}
        for key, value in content.items():
            place, name = content.at(key), key.strip()
            make = partial(self._media_type, value, place, name)
            listed_media[key] = self._optional(make, place) if is_error else make()
        words = media_type_words(listed_media)
        for key, media in listed_media.items():
            name, place = key.strip(), content.at(key)
            copy = MappingNode(media.location, positions=media.positions)
            own = below(hint, words[key]) if words[key] else hint
            for member, hinted in (("schema", own), ("itemSchema", f"{own}.item")):
                if member in media:
                    make = partial(self.schemas.member, media[member], hinted, media.at(member))
                    copy[member] = self._optional(make, media.at(member)) if is_error else make()
            for member in ("encoding", "itemEncoding", "prefixEncoding"):
                if member in media:
                    copy[member] = self._encoding(media[member])
            self.examples(media, copy, name)
            if not name:
                self.refs.findings.assume(
                    "media-type",
                    place,
                    f"a media type without a name; {_BYTES} is used",
                    "Write the media type, for instance application/json.",
                )
                out.setdefault(_BYTES, copy)
                continue
            out[name] = copy
        return out

    def _optional(self, make: Callable[[], MappingNode], place: Location) -> MappingNode:
        return self.schemas.part(make, MappingNode(place), "any value is assumed")

    def _media_type(self, value: Value, location: Location, name: str) -> MappingNode:
        if value is not None:
            return self.refs.follow(value, location, "a media type")
        fact = f"the media type {name!r} has no object; its content may be anything"
        self.refs.findings.assume("media-type", location, fact, "Add a `schema` to it.")
        return MappingNode(location)

    def _encoding(self, node: Value) -> Value:
        if isinstance(node, SequenceNode):
            return SequenceNode(node.location, [self._encoding(item) for item in node])
        if not isinstance(node, MappingNode):
            return node
        copy = MappingNode(node.location, node, node.positions)
        for key, value in node.items():
            if key == "headers" and isinstance(value, MappingNode):
                copy[key] = self.headers(value, "header")
            elif isinstance(value, MappingNode):
                copy[key] = self._encoding(value)
        return copy

    def examples(self, node: MappingNode, out: MappingNode, media_type: str = "") -> None:
        """Set ``examples`` from ``examples`` or ``example``."""
        found = node.get("examples")
        if found is not None and "example" in node:
            self.refs.findings.assume(
                "example",
                node.at("example"),
                "`example` and `examples` exclude each other; `examples` is used",
                "Remove one of the two.",
            )
        if isinstance(found, MappingNode):
            examples = MappingNode(found.location, positions=found.positions)
            for name, given in found.items():
                follow = partial(self.refs.follow, given, place := found.at(name), "an example")
                loss = "the example is left out"
                example = self.schemas.part(follow, MappingNode(place), loss)
                keys = ("summary",) if isinstance(example.get("summary"), str) else ()
                copy = pick(example, keys)
                value = self.values.read(example, media_type)
                if not isinstance(value, Missing):
                    copy["value"] = value
                    examples[name] = copy
            if examples:
                out["examples"] = examples
        elif "example" in node:
            location = node.at("example")
            example = MappingNode(location, {"value": node["example"]})
            out["examples"] = MappingNode(location, {"example": example})

    def headers(self, headers: MappingNode, hint: str) -> MappingNode:
        """Return response headers, each with its schema; a shared one has the same for all."""
        out = MappingNode(headers.location)
        for name, value in headers.items():
            make = partial(self._header, name, value, place := headers.at(name), hint)
            out[name] = self.schemas.part(make, MappingNode(place), "the header is read as text")
        return out

    def _header(self, name: str, value: Value, place: Location, hint: str) -> MappingNode:
        header = self.refs.follow(value, place, "a header")
        own = below(hint, name) if header is value else header.location.key
        copy = pick(header, ("description", "required", "explode", "deprecated"))
        if "content" in header:
            copy["content"] = self.content(header, own)
        self.schemas.put(header, "schema", copy, own)
        return copy

    def links(self, response: MappingNode, op: OperationNode) -> MappingNode:
        """Return the links of a response, each with the operation that it leads to."""
        out = MappingNode(response.location)
        if "links" not in response:
            return out
        place = response.at("links")
        links = self.refs.mapping(response["links"], place, "links", "they are left out")
        out.location = links.location
        out.positions = links.positions
        for name, value in links.items():
            make = partial(self._link, value, place := links.at(name), op)
            if link := self.schemas.part(make, MappingNode(place), "the link is left out"):
                out[name] = link
        return out

    def _link(self, value: Value, place: Location, op: OperationNode) -> MappingNode:
        link = self.refs.follow(value, place, "a link")
        copy = pick(link, _LINK)
        if isinstance(reference := link.get("operationRef"), str):
            copy["operationRef"] = self._operation_ref(reference, link, op)
        return copy

    def _operation_ref(self, reference: str, link: MappingNode, op: OperationNode) -> str:
        """Return ``#/paths/…`` for an operation of the description, else the reference itself."""
        if reference.endswith(own := f"#/paths/{escape(op.path)}/{op.method}"):
            return own
        file, hash_, fragment = reference.partition("#")
        document, main = link.location.document.path, self.refs.main.path
        place = os.path.normpath(document.parent / unquote(file)) if file else str(document)
        if place == os.path.normpath(main):
            return f"#{fragment}"
        return reference if file else f"{document.name}{hash_}{fragment}"
