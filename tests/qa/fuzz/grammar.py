"""Descriptions made at random from OpenAPI's grammar, valid as far as that can be arranged.

Sources: OpenAPI 3.0.4, 3.1.1 and 3.2.0 §4.
"""

# ruff: noqa: E501 - tables
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.qa.fuzz.intersections import intersection
from tests.qa.fuzz.mutations import Json, add_mistake
from tests.qa.fuzz.vocabulary import (
    FORMATS,
    KEYS,
    MEDIA,
    PATTERNS,
    SCHEMES,
    SERVERS,
    STYLES,
    flags,
    names,
    scalars,
    texts,
    values,
)


@dataclass(frozen=True)
class Grammar:
    """The grammar of one version."""

    version: str

    @property
    def is_30(self) -> bool:
        """Whether schemas are OpenAPI 3.0's own dialect."""
        return self.version.startswith("3.0")

    def schema(self, draw: st.DrawFn, depth: int = 3) -> Json:
        """A schema object, or from 3.1 on a boolean."""
        kinds = ["string", "number", "bounds", "enum", "any", "boolean", "ref"]
        if depth > 0:
            kinds += ["array", "object", "object", "object", "map", "all", "union", "union",
                      "rare", "meeting"]  # fmt: skip
        kind = draw(st.sampled_from(kinds))
        if kind == "any" and not self.is_30 and draw(st.integers(0, 3)) == 3:
            return draw(st.booleans())
        if kind == "ref":
            ref: Json = {"$ref": f"#/components/schemas/{draw(st.sampled_from(KEYS))}"}
            if draw(st.integers(0, 4)) == 4:
                ref["description"] = draw(texts)
            return ref
        schema: Json = getattr(self, f"_{kind}")(draw, depth)
        self._annotate(draw, schema)
        return schema

    def _string(self, draw: st.DrawFn, _: int) -> Json:
        schema: Json = {"type": "string"}
        if draw(st.booleans()):
            schema["format"] = draw(st.sampled_from(FORMATS))
        if draw(st.integers(0, 2)) == 2:
            schema["pattern"] = draw(st.sampled_from(PATTERNS))
        if draw(st.integers(0, 2)) == 2:
            schema |= {"minLength": draw(st.integers(0, 3)), "maxLength": draw(st.integers(0, 9))}
        if not self.is_30 and draw(st.integers(0, 4)) == 4:
            schema |= {"contentMediaType": "image/png", "contentEncoding": "base64"}
        return schema

    def _number(self, draw: st.DrawFn, _: int) -> Json:
        kind = draw(st.sampled_from(["integer", "number"]))
        schema: Json = {"type": kind}
        if draw(st.booleans()):
            schema["format"] = draw(st.sampled_from(FORMATS))
        return schema

    def _bounds(self, draw: st.DrawFn, depth: int) -> Json:
        schema = self._number(draw, depth)
        for key in sorted(draw(st.sets(st.sampled_from(["minimum", "maximum", "multipleOf"])))):
            schema[key] = draw(
                st.sampled_from([0, 1, 10, 0.5, 1e3, 2**63] if key != "multipleOf" else [1, 0.1, 5])
            )
        if draw(st.booleans()):
            schema["exclusiveMinimum"] = (
                draw(st.booleans()) if self.is_30 else draw(st.sampled_from([0, -1.5]))
            )
        return schema

    def _enum(self, draw: st.DrawFn, _: int) -> Json:
        if not self.is_30 and draw(st.integers(0, 3)) == 3:
            return {"const": draw(values)}
        members = draw(st.lists(scalars | names, min_size=1, max_size=4, unique_by=repr))
        schema: Json = {"enum": members}
        if all(isinstance(member, str) for member in members):
            schema["type"] = "string"
        return schema

    def _any(self, _: st.DrawFn, __: int) -> Json:
        return {}

    def _boolean(self, _: st.DrawFn, __: int) -> Json:
        return {"type": "boolean"}

    def _array(self, draw: st.DrawFn, depth: int) -> Json:
        schema: Json = {"type": "array", "items": self.schema(draw, depth - 1)}
        if draw(st.booleans()):
            schema["minItems"] = draw(st.integers(0, 2))
        if draw(st.integers(0, 2)) == 2:
            schema |= {"maxItems": draw(st.integers(1, 4)), "uniqueItems": draw(st.booleans())}
        if not self.is_30 and draw(st.integers(0, 3)) == 3:
            schema["prefixItems"] = [
                self.schema(draw, depth - 2) for _ in range(draw(st.integers(1, 2)))
            ]
        return schema

    def _object(self, draw: st.DrawFn, depth: int) -> Json:
        keys = draw(st.lists(names, max_size=4, unique=True))
        schema: Json = {
            "type": "object",
            "properties": {key: self.schema(draw, depth - 1) for key in keys},
        }
        if draw(flags) and keys:
            schema["required"] = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
        extra: Json = draw(st.sampled_from(["", "", True, False, "schema"]))
        if extra != "":
            schema["additionalProperties"] = self.schema(draw, 1) if extra == "schema" else extra
        return schema

    def _map(self, draw: st.DrawFn, depth: int) -> Json:
        return {"type": "object", "additionalProperties": self.schema(draw, depth - 1)}

    def _all(self, draw: st.DrawFn, depth: int) -> Json:
        schema: Json = {
            "allOf": [self.schema(draw, depth - 1) for _ in range(draw(st.integers(1, 3)))]
        }
        if draw(st.integers(0, 2)) == 2:
            schema |= self._object(draw, 1)
        return schema

    def _meeting(self, draw: st.DrawFn, _: int) -> Json:
        return intersection(draw, [], is_30=self.is_30)

    def _union(self, draw: st.DrawFn, depth: int) -> Json:
        keyword = draw(st.sampled_from(["oneOf", "anyOf"]))
        if draw(st.integers(0, 2)) < 2:
            return {keyword: [self.schema(draw, depth - 1) for _ in range(draw(st.integers(1, 3)))]}
        keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
        refs = [f"#/components/schemas/{key}" for key in keys]
        discriminator: Json = {"propertyName": draw(names)}
        if draw(st.booleans()):
            discriminator["mapping"] = {draw(names): draw(st.sampled_from([refs[0], keys[-1]]))}
        return {keyword: [{"$ref": ref} for ref in refs], "discriminator": discriminator}

    def _rare(self, draw: st.DrawFn, depth: int) -> Json:
        inner = self.schema(draw, depth - 2)
        if self.is_30:
            return {"not": inner}
        return draw(st.sampled_from([
            {"not": inner}, {"if": inner, "then": inner, "else": True}, {"type": "array", "contains": inner},
            {"type": "object", "propertyNames": {"pattern": "^a"}}, {"type": "object", "patternProperties": {"^x-": inner}},
            {"type": ["string", "integer"]}, {"type": ["object", "null"], "properties": {"a": inner}},
            {"type": "object", "unevaluatedProperties": False, "properties": {"a": inner}}, {"type": "null"},
            {"type": "object", "dependentRequired": {"a": ["b"]}, "properties": {"a": inner}},
            {"$defs": {"a": inner}, "type": "array", "items": inner}, {"type": ["array", "null"], "items": inner},
            {"type": "array", "unevaluatedItems": False, "prefixItems": [inner]},
        ]))  # fmt: skip

    def _annotate(self, draw: st.DrawFn, schema: Json) -> None:
        chosen = draw(st.integers(0, 15))
        match chosen:
            case 1:
                schema["description"] = draw(texts)
            case 2:
                schema["default"] = draw(values)
            case 3:
                schema["example"] = draw(values)
            case 4 | 5 if self.is_30:
                schema["nullable"] = True
            case 4 if isinstance(schema.get("type"), str):
                schema["type"] = [schema["type"], "null"]
            case 5:
                schema["examples"] = draw(st.lists(values, max_size=2))
            case 6:
                schema[draw(st.sampled_from(["readOnly", "writeOnly", "deprecated"]))] = True
            case 7:
                schema |= {"title": draw(texts), "x-anything": draw(values)}
            case _:
                pass

    def inheritance(self, draw: st.DrawFn, base: str) -> Json:
        """A schema with a discriminator, and two that extend it; the property may lack."""
        ref = f"#/components/schemas/{base}"
        kind = draw(st.sampled_from(["string", "integer", "boolean"]))
        tag: Json = draw(st.sampled_from([{"type": kind}, {"enum": ["Sub A", "b", 1]}, {}]))
        discriminator: Json = {"propertyName": "tag"}
        if draw(st.booleans()):
            keys = st.sampled_from(["1", "true", "b", "Sub A"])
            targets = st.sampled_from(["Sub A", "#/components/schemas/SubB", ref, "#/nowhere"])
            discriminator["mapping"] = draw(st.dictionaries(keys, targets, max_size=3))
        members = draw(st.sampled_from([{"tag": tag}, {"tag": tag, "next": {"$ref": ref}}, {}]))
        owns: list[Json] = [self._object(draw, 1), {"properties": {"tag": {"const": "b"}}}]
        return {
            base: {"type": "object", "properties": members, "discriminator": discriminator},
            "Sub A": {"allOf": [{"$ref": ref}, owns[0]]},
            "SubB": {"allOf": [{"$ref": draw(st.sampled_from([ref, "#/components/schemas/Sub A"]))},
                               owns[draw(st.integers(0, 1))]]},
        }  # fmt: skip

    # ── operations ───────────────────────────────────────────────────────────────────────────

    def parameter(self, draw: st.DrawFn, place: str, name: str) -> Json:
        """A parameter object of any style that its place allows."""
        parameter: Json = {"name": name, "in": place}
        if place == "path":
            parameter["required"] = True
        elif draw(st.booleans()):
            parameter["required"] = draw(st.booleans())
        if draw(st.integers(0, 5)) == 5:
            parameter["content"] = {"application/json": {"schema": self.schema(draw, 2)}}
            return parameter
        parameter["schema"] = self.schema(draw, 2)
        if draw(st.booleans()):
            parameter["style"] = draw(st.sampled_from(STYLES[place]))
        if draw(st.booleans()):
            parameter["explode"] = draw(st.booleans())
        if place == "query" and draw(st.integers(0, 3)) == 3:
            parameter["allowReserved"] = True
        self._annotate_plainly(draw, parameter)
        return parameter

    def _annotate_plainly(self, draw: st.DrawFn, node: Json) -> None:
        chosen = draw(st.integers(0, 9))
        if chosen == 1:
            node["description"] = draw(texts)
        elif chosen == 2:
            node["deprecated"] = True
        elif chosen == 3:
            node["example"] = draw(values)

    def content(self, draw: st.DrawFn, most: int) -> Json:
        """Media types, each with a schema as a rule."""
        found: Json = {}
        for name in draw(st.lists(st.sampled_from(MEDIA), min_size=1, max_size=most, unique=True)):
            media: Json = {}
            if draw(st.integers(0, 7)):
                media["schema"] = self._object(draw, 2) if "form" in name else self.schema(draw)
            if draw(st.integers(0, 4)) == 4:
                media["example"] = draw(values)
            elif draw(st.integers(0, 4)) == 4:
                media["examples"] = {"one": {"value": draw(values)}, "two": {"summary": "Empty."}}
            keys = list(media.get("schema", {}).get("properties", ())) if "form" in name else []
            if draw(flags) and keys:
                media["encoding"] = {keys[0]: draw(st.sampled_from(
                    [{"contentType": "application/json"}, {"contentType": "image/png, image/*"}, {"style": "deepObject"},
                     {"style": "form", "explode": False}, {}]
                ))}  # fmt: skip
            if self.version.startswith("3.2") and draw(st.integers(0, 3)) == 3:
                media["itemSchema"] = self.schema(draw, 2)
            found[name] = media
        return found

    def operation(self, draw: st.DrawFn, path: str) -> Json:
        """An operation object."""
        operation: Json = {}
        if draw(st.booleans()):
            operation["operationId"] = draw(names) + draw(
                st.sampled_from(["", "/list", ".get", "_a"])
            )
        if draw(st.booleans()):
            operation["tags"] = draw(st.lists(names, max_size=2))
        wanted = [("path", name) for name in ("id", "a-b") if f"{{{name}}}" in path]
        places = st.sampled_from(["query", "query", "header", "cookie"])
        usable = names.filter(lambda name: name.isascii() and " " not in name)
        wanted += draw(st.lists(st.tuples(places, usable), max_size=3, unique=True))
        if wanted:
            operation["parameters"] = [self.parameter(draw, place, name) for place, name in wanted]
        if draw(st.booleans()):
            operation["requestBody"] = {
                "content": self.content(draw, 2),
                "required": draw(st.booleans()),
            }
        responses: Json = {}
        for status in draw(st.lists(st.sampled_from(["200", "201", "204", "2XX", "400", "4XX", "default", "302"]), min_size=1,
                                    max_size=3, unique=True)):  # fmt: skip
            responses[status] = {"description": draw(texts)}
            if status != "204" and draw(st.integers(0, 3)):
                responses[status]["content"] = self.content(draw, 2)
            if draw(st.integers(0, 3)) == 3:
                responses[status]["headers"] = {"X-Rate": {"schema": self.schema(draw, 1)}}
        operation["responses"] = responses
        if draw(st.integers(0, 3)) == 3:
            operation["security"] = self.security(draw)
        if draw(st.integers(0, 7)) == 7:
            operation["servers"] = draw(st.lists(st.sampled_from(SERVERS), max_size=2))
        if draw(st.integers(0, 7)) == 7:
            operation["callbacks"] = {
                "done": {
                    "{$request.body#/url}": {"post": {"responses": {"200": {"description": ""}}}}
                }
            }
        self._annotate_plainly(draw, operation)
        operation.pop("example", None)
        return operation

    def security(self, draw: st.DrawFn) -> Json:
        """Alternatives of combined schemes."""
        one: st.SearchStrategy[Json] = st.dictionaries(
            st.sampled_from(sorted(SCHEMES)), st.just([]), max_size=2
        )
        return draw(st.lists(one, max_size=2))


@st.composite
def descriptions(draw: st.DrawFn, *, mistakes: bool = False) -> Json:
    """A whole description; with ``mistakes`` some have up to two."""
    grammar = Grammar(draw(st.sampled_from(["3.0.3", "3.1.0", "3.2.0"])))
    root: Json = {"openapi": grammar.version, "info": {"title": draw(texts), "version": "1"}}
    if draw(st.booleans()):
        root["servers"] = draw(st.lists(st.sampled_from(SERVERS), max_size=2))
    paths: Json = {}
    available = ["/things", "/things/{id}", "/a/{id}/b/{a-b}", "/é", "/x.y:z", "/things#one", "/"]
    methods = ["get", "post", "put", "patch", "delete", "head", "options"]
    if grammar.version == "3.2.0":
        methods.append("query")
    for path in draw(st.lists(st.sampled_from(available), min_size=1, max_size=2, unique=True)):
        item: Json = {}
        for method in draw(st.lists(st.sampled_from(methods), min_size=1, max_size=2, unique=True)):
            item[method] = grammar.operation(draw, path)
        paths[path] = item
    root["paths"] = paths
    schemas = {key: grammar.schema(draw) for key in sorted(_needed(root))}
    while missing := _needed(schemas) - schemas.keys():
        schemas |= {key: grammar.schema(draw, 1) for key in sorted(missing)}
    if schemas and draw(st.integers(0, 2)) == 2:
        schemas |= grammar.inheritance(draw, draw(st.sampled_from(sorted(schemas))))
    root["components"] = {"schemas": schemas, "securitySchemes": SCHEMES}
    if draw(st.integers(0, 2)) == 2:
        root["security"] = grammar.security(draw)
    for _ in range(draw(st.integers(0, 2)) if mistakes and draw(st.booleans()) else 0):
        add_mistake(draw, root)
    return root


def _needed(node: Json) -> set[str]:
    """The keys of the schemas that are referred to."""
    found: set[str] = set()
    todo: list[Any] = [node]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str):
                found.add(ref.removeprefix("#/components/schemas/"))
            todo += [v for k, v in value.items() if k != "example"]
        elif isinstance(value, list):
            todo += value
    return found
