"""Media types, headers and examples in canonical form.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.19 (Example), §4.8.21 (Header) and 3.2.0 §4.14.
"""

from __future__ import annotations

from ...document.references import References
from ...document.tree import MappingNode, SequenceNode, Value
from ...errors import Findings
from .nullability import listed, made
from .schemas import Schemas

_VALUES = ("dataValue", "value")


class Content:
    """Copies what bodies, responses and parameters hold, references resolved."""

    def __init__(self, refs: References, schemas: Schemas, findings: Findings) -> None:
        self.refs = refs
        self.schemas = schemas
        self.findings = findings

    def content(self, node: MappingNode, hint: str) -> MappingNode:
        """The media types in ``node['content']``, each with its schema and examples."""
        content = self.refs.mapping(node.get("content"), node.at("content"), "content")
        out = MappingNode(content.location)
        out.positions = content.positions
        for name, value in content.items():
            media = self.refs.follow(value, content.at(name), "a media type")
            copy = MappingNode(media.location)
            copy.positions = media.positions
            if "schema" in media:
                copy["schema"] = self.schemas.visit(media["schema"], hint, media.at("schema"))
            if "itemSchema" in media:
                item = self.schemas.visit(
                    media["itemSchema"], f"{hint}.item", media.at("itemSchema")
                )
                copy["itemSchema"] = item
            for key in ("encoding", "itemEncoding", "prefixEncoding"):
                if key in media:
                    copy[key] = self._encoding(media[key])
            self.examples(media, copy)
            out[name] = copy
        return out

    def _encoding(self, node: Value) -> Value:
        """An encoding with the references of its headers resolved."""
        if isinstance(node, SequenceNode):
            return listed(node.location, [self._encoding(item) for item in node])
        if not isinstance(node, MappingNode):
            return node
        copy = made(node.location, dict(node))
        copy.positions = node.positions
        for key, value in node.items():
            if key == "headers" and isinstance(value, MappingNode):
                copy[key] = self.headers(value, "header")
            elif isinstance(value, MappingNode):
                copy[key] = self._encoding(value)
        return copy

    def examples(self, node: MappingNode, out: MappingNode) -> None:
        """Put the examples of ``node`` into ``out``, in the plural form."""
        found = node.get("examples")
        examples = MappingNode(node.at("example" if "example" in node else "examples"))
        if isinstance(found, MappingNode):
            examples = MappingNode(found.location)
            examples.positions = found.positions
            for name, value in found.items():
                example = self.refs.follow(value, found.at(name), "an example")
                copy = MappingNode(example.location)
                copy.positions = example.positions
                if isinstance(example.get("summary"), str):
                    copy["summary"] = example["summary"]
                value_key = next((key for key in _VALUES if key in example), "")
                if not value_key:
                    continue  # serializedValue is no data; externalValue isn't fetched
                copy["value"] = example[value_key]
                examples[name] = copy
        elif "example" in node:
            copy = MappingNode(node.at("example"))
            copy["value"] = node["example"]
            examples["example"] = copy
        if examples:
            out["examples"] = examples

    def headers(self, headers: MappingNode, hint: str) -> MappingNode:
        """Response headers, each with its schema."""
        out = MappingNode(headers.location)
        for name, value in headers.items():
            header = self.refs.follow(value, headers.at(name), "a header")
            copy = MappingNode(header.location)
            copy.positions = header.positions
            for key in ("description", "required", "deprecated"):
                if key in header:
                    copy[key] = header[key]
            if "content" in header:
                copy["content"] = self.content(header, f"{hint}.{name}")
            if "schema" in header:
                copy["schema"] = self.schemas.visit(
                    header["schema"], f"{hint}.{name}", header.at("schema")
                )
            out[name] = copy
        return out
