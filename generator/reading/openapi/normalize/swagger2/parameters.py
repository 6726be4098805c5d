"""Parameters and headers of Swagger 2.0, whose schemas are among their own members.

Sources: Swagger 2.0 (Parameter Object, Items Object, Header Object).
"""

from __future__ import annotations

from .....base.errors import Findings
from ....document.tree import GatheredLocation, MappingNode, Value
from ..nodes.node_values import child, items, pick

SWAGGER_PLACES = ("path", "query", "header", "body", "formData")
DELIMITED = ("spaceDelimited", "pipeDelimited", "tabDelimited")
"""The styles that an array may have in any place; OpenAPI 3 has two of them, in the query alone."""
_KEYWORDS = (
    "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum",
    "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
    "enum", "multipleOf",
)  # fmt: skip
_PARAMETER = ("name", "in", "description", "required", "deprecated", "x-sunset")
_SEPARATORS = {"ssv": "a space", "pipes": "'|'", "tsv": "a tab"}
_STYLES = {"ssv": DELIMITED[0], "pipes": DELIMITED[1], "tsv": DELIMITED[2]}


def swagger_parameter(node: MappingNode, findings: Findings) -> MappingNode:
    """Return a parameter with its schema apart, or as it is if it has one as in OpenAPI 3."""
    if "schema" in node and "type" not in node:
        findings.assume(
            "parameter",
            node.at("schema"),
            "only a body has `schema` in Swagger 2.0; read as in OpenAPI 3",
            "Write the members of the schema into the parameter.",
        )
        return node
    out = _with_schema(node, _PARAMETER, findings)
    out.update({**style(node), **example(node)})
    return out


def style(node: MappingNode) -> dict[str, Value]:
    """Return the style of an array, and whether it explodes; nothing for one value.

    An array in a path or a header has no style for commas, which are the default there.
    """
    if node.get("type") != "array":
        return {}
    form, is_named = node.get("collectionFormat"), node.get("in") in ("query", "formData")
    if form == "multi" and is_named:
        return {"style": "form", "explode": True}
    name = _STYLES.get(str(form), "form" if is_named else "")
    return {"style": name, "explode": False} if name else {}


def located_style(node: MappingNode) -> GatheredLocation:
    """Return the location of a parameter that has its schema and its style apart."""
    at = node.at("collectionFormat") if "collectionFormat" in node else node.location
    return GatheredLocation(node.location, {"schema": node.location, "style": at, "explode": at})


def headers(response: MappingNode, findings: Findings) -> MappingNode:
    """Return the headers of a response, each with its schema apart."""
    given = child(response, "headers")
    out = MappingNode(given.location, given, given.positions)
    for name, header in items(given):
        if isinstance(header, MappingNode) and "$ref" not in header and "schema" not in header:
            out[name] = made = _with_schema(header, ("description", "deprecated"), findings)
            form = header.get("collectionFormat", "csv")
            if header.get("type") == "array" and form != "csv":
                fact = f"a header with the collectionFormat {form!r} is read as text"
                findings.warn("style", header.location, fact, "Split it by this format.")
                made["schema"] = MappingNode(header.location, {"type": "string"})
    return out


def example(node: MappingNode) -> dict[str, Value]:
    """Return the example of a parameter, which an extension has: a value, or some by names."""
    value = node.get("x-example")
    return {} if value is None else {"example": value}


def swagger_schema(node: MappingNode) -> MappingNode:
    """Return the schema among the members of a parameter or a header."""
    return pick(node, (key for key in node if key in _KEYWORDS or key.startswith("x-")))


def sent_schema(node: MappingNode, findings: Findings) -> MappingNode:
    """Return the schema of a parameter, in which an array in an array is text.

    OpenAPI 3 has no style for it.
    """
    out, inner = swagger_schema(node), child(node, "items")
    if inner.get("type") == "array":
        separator = _SEPARATORS.get(str(inner.get("collectionFormat")), "a comma")
        fact = f"an array in an array is passed as text, its items separated by {separator}"
        findings.warn("style", inner.location, fact, "Nothing has to be done.")
        out["items"] = MappingNode(inner.location, {"type": "string"})
    return out


def _with_schema(node: MappingNode, members: tuple[str, ...], findings: Findings) -> MappingNode:
    out = pick(node, members)
    out.location = located_style(node)
    out["schema"] = sent_schema(node, findings)
    return out
