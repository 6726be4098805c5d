"""Media types, headers, links and examples in canonical form.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.19 (Example), §4.8.20 (Link), §4.8.21
(Header) and 3.2.0 §4.14.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ...document.component_keys import below
from ...document.operations import OperationNode, operation_ref
from ...document.pointer import escape
from ...document.tree import Location, MappingNode, Value
from ..model.messages import Content, Encoding, Example, Header, Link, MediaType
from ..model.schemas import Missing, Schema
from .example_values import ExampleValues
from .nodes.context import Context
from .nodes.node_values import child, mappings, members, read_data
from .schemas.key_words import media_type_words
from .schemas.schemas import SchemaNormalizer
from .typed import read

_BYTES = "application/octet-stream"
T = TypeVar("T")


class MediaTypeNormalizer:
    """The normalisation of the content of bodies, responses and parameters."""

    def __init__(self, context: Context, schemas: SchemaNormalizer) -> None:
        self.refs = context.refs
        self.schemas = schemas
        self.values = ExampleValues(context.refs)

    def content(self, node: MappingNode, hint: str, *, is_error: bool = False) -> Content:
        """Return the media types in ``node['content']``, each with its schema and examples.

        A media type of an error response that cannot be read may have any value.
        """
        if node.get("content") is None:
            return Content(node.at("content"), media_types={})
        content = self.refs.follow(node["content"], node.at("content"), "content")
        listed_media: dict[str, MappingNode] = {}
        for key, value in content.items():
            place = content.at(key)
            make = partial(self._media_type, value, place, key.strip())
            listed_media[key] = self._optional(make, MappingNode(place)) if is_error else make()
        words = media_type_words(listed_media)
        media_types: dict[str, MediaType] = {}
        for key, media in listed_media.items():
            name = key.strip()
            own = below(hint, words[key]) if words[key] else hint
            copy = MediaType(
                media.location,
                positions=media,
                schema=self._schema(media, "schema", own, is_error=is_error),
                item_schema=self._schema(media, "itemSchema", f"{own}.item", is_error=is_error),
                **self._encodings(media),
                examples=self.examples(media, name),
            )
            if name:
                media_types[name] = copy
                continue
            self.refs.findings.assume(
                "media-type",
                content.at(key),
                f"a media type without a name; {_BYTES} is used",
                "Write the media type, for instance application/json.",
            )
            media_types.setdefault(_BYTES, copy)
        return Content(content.location, positions=content, media_types=media_types)

    def schema(self, node: MappingNode, hint: str, key: str = "schema") -> Schema | None:
        """Return the schema of a part, if there is one."""
        if key not in node:
            return None
        return self.schemas.member(node[key], hint, node.at(key))

    def _schema(self, media: MappingNode, key: str, hint: str, *, is_error: bool) -> Schema | None:
        make = partial(self.schema, media, hint, key)
        bare: Schema | None = Schema(media.at(key))
        return self._optional(make, bare) if is_error else make()

    def _optional(self, make: Callable[[], T], bare: T) -> T:
        return self.schemas.part(make, bare, "any value is assumed")

    def _media_type(self, value: Value, location: Location, name: str) -> MappingNode:
        if value is not None:
            return self.refs.follow(value, location, "a media type")
        fact = f"the media type {name!r} has no object; its content may be anything"
        self.refs.findings.assume("media-type", location, fact, "Add a `schema` to it.")
        return MappingNode(location)

    def _encodings(self, node: MappingNode) -> dict[str, Any]:
        item = node.get("itemEncoding")
        return {
            "encoding": {key: self._encoding(one) for key, one in members(node.get("encoding"))},
            "item_encoding": self._encoding(item) if isinstance(item, MappingNode) else None,
            "prefix_encoding": tuple(map(self._encoding, mappings(node.get("prefixEncoding")))),
        }

    def _encoding(self, node: MappingNode) -> Encoding:
        self.refs.touch(node)
        headers = self.headers(child(node, "headers"), "header")
        return read(Encoding, node, headers=headers, **self._encodings(node))

    def examples(self, node: MappingNode, media_type: str = "") -> dict[str, Example]:
        """Return the examples of ``examples`` or ``example``, by name."""
        found = node.get("examples")
        if found is not None and "example" in node:
            self.refs.findings.assume(
                "example",
                node.at("example"),
                "`example` and `examples` exclude each other; `examples` is used",
                "Remove one of the two.",
            )
        examples: dict[str, Example] = {}
        if isinstance(found, MappingNode):
            for name, given in found.items():
                follow = partial(self.refs.follow, given, place := found.at(name), "an example")
                loss = "the example is left out"
                example = self.schemas.part(follow, MappingNode(place), loss)
                value = self.values.read(example, media_type)
                if not isinstance(value, Missing):
                    at = {"location": place, "positions": None}
                    examples[name] = read(Example, example, **at, value=read_data(value))
        elif "example" in node:
            examples["example"] = Example(node.at("example"), value=read_data(node["example"]))
        return examples

    def headers(self, headers: MappingNode, hint: str) -> dict[str, Header]:
        """Return response headers, each with its schema; a shared one has the same for all."""
        out: dict[str, Header] = {}
        for name, value in headers.items():
            make = partial(self._header, name, value, place := headers.at(name), hint)
            out[name] = self.schemas.part(make, Header(place), "the header is read as text")
        return out

    def _header(self, name: str, value: Value, place: Location, hint: str) -> Header:
        header = self.refs.follow(value, place, "a header")
        own = below(hint, name) if header is value else header.location.key
        content = self.content(header, own) if "content" in header else None
        return read(Header, header, content=content, schema=self.schema(header, own))

    def links(self, response: MappingNode, op: OperationNode) -> dict[str, Link]:
        """Return the links of a response, each with the operation that it leads to."""
        if "links" not in response:
            return {}
        place = response.at("links")
        links = self.refs.mapping(response["links"], place, "links", "they are left out")
        out: dict[str, Link] = {}
        for name, value in links.items():
            make = partial(self._link, value, links.at(name), op)
            if link := self.schemas.part(make, None, "the link is left out"):
                out[name] = link
        return out

    def _link(self, value: Value, place: Location, op: OperationNode) -> Link | None:
        link = self.refs.follow(value, place, "a link")
        reference = link.get("operationRef")
        to = self._operation_ref(reference, link, op) if isinstance(reference, str) else ""
        return read(Link, link, operation_ref=to)

    def _operation_ref(self, reference: str, link: MappingNode, op: OperationNode) -> str:
        """Return ``#/paths/…`` for an operation of the description, else the reference itself."""
        if reference.endswith(own := f"#/paths/{escape(op.path)}/{op.method}"):
            return own
        return operation_ref(reference, link, self.refs.main)
