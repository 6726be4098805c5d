"""Bodies, forms and responses of Swagger 2.0, whose media types are in `consumes` and `produces`.

Sources: Swagger 2.0 (Operation Object, Parameter Object, Response Object, Example Object).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .....base.errors import Findings
from ....document.tree import GatheredLocation, Location, MappingNode, SequenceNode, Value
from ..nodes.node_values import child, pick, sequence
from .parameters import example, headers, located_style, sent_schema, style

_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_FORMS = (_URLENCODED, _MULTIPART)


def swagger_media_types(operation: MappingNode, root: MappingNode, key: str) -> list[str]:
    """Return `consumes` or `produces`; an operation that has its own inherits none."""
    owner = operation if operation.get(key) is not None else root
    return [name for name in sequence(owner.get(key)) if isinstance(name, str) and name.strip()]


def _of_overlays(operation: MappingNode, root: MappingNode) -> dict[str, Location]:
    """Return the locations of media types in `produces` that overlays wrote."""
    owner = operation if operation.get("produces") is not None else root
    produces = owner.get("produces")
    locations: dict[str, Location] = {}
    if isinstance(produces, SequenceNode):
        for index, name in enumerate(produces):
            location = produces.at(index)
            if isinstance(name, str) and location.is_of_overlay:
                locations[name] = location
    return locations


def swagger_body(
    payload: Sequence[MappingNode], consumes: Sequence[str], place: Location, findings: Findings
) -> MappingNode:
    """Return the request body of an operation with the parameters ``payload``, which are in a body
    or a form.

    ``place`` is the location of the parameters.
    """
    bodies = [node for node in payload if node.get("in") == "body"]
    for node in [*bodies[:-1], *(node for node in payload if bodies and node not in bodies)]:
        findings.assume(
            "parameter",
            node.location,
            f"an operation has one body: {bodies[-1].get('name')!r} is used, and the parameter "
            f"{node.get('name')!r} is left out",
            "Remove one of the two.",
        )
    if not bodies:
        return _form(payload, consumes, place, findings)
    node = bodies[-1]
    names = [name for name in consumes if _bare(name) not in _FORMS] or consumes
    media = pick(node, ("schema",))
    if "schema" not in node and (own := sent_schema(node, findings)):
        place = GatheredLocation(node.location, {"schema": node.location})
        media = MappingNode(place, {"schema": own})
    content = _content(names or ["application/json"], media)
    out = pick(node, ("description", "required"))
    out["content"] = content
    return out


def _form(
    fields: Sequence[MappingNode], consumes: Sequence[str], place: Location, findings: Findings
) -> MappingNode:
    """Return a body that is a form, as an object with a property for each field."""
    file = next((node for node in fields if node.get("type") == "file"), None)
    usable = _FORMS[:1] if file is None else _FORMS[1:]
    forms = [name for name in consumes if _bare(name) in (_FORMS if file is None else usable)]
    if not forms and (consumes or file is not None):
        what = "a form" if file is None else "a form with a file"
        findings.assume(
            "media-type",
            place if file is None else file.at("type"),
            f"`consumes` has no media type of {what}; {usable[0]} is used",
            f"Add {usable[0]} to `consumes`.",
        )
    located = {str(node["name"]): node.location for node in fields}
    properties = MappingNode(
        GatheredLocation(place, located),
        {str(node["name"]): _field(node, findings) for node in fields},
    )
    required = [node["name"] for node in fields if node.get("required") is True]
    members: dict[str, Value] = {"type": "object", "properties": properties}
    if required:
        members["required"] = SequenceNode(place, required)
    whole = MappingNode(GatheredLocation(place, dict.fromkeys(members, place)), members)
    encoding = MappingNode(GatheredLocation(place, located))
    for node in fields:
        if (how := style(node)) and how != {"style": "form", "explode": True}:
            encoding[str(node["name"])] = MappingNode(located_style(node), how)
    parts = {"schema": whole, "encoding": encoding}
    media = MappingNode(GatheredLocation(place, dict.fromkeys(parts, place)), parts)
    content = _content(forms or usable, media)
    own = GatheredLocation(place, {"content": place, "required": place})
    return MappingNode(own, {"content": content, **({"required": True} if required else {})})


def _field(node: MappingNode, findings: Findings) -> MappingNode:
    out = sent_schema(node, findings)
    out.update({**pick(node, ("description",)), **example(node)})
    return out


def swagger_response(
    node: MappingNode,
    operation: MappingNode,
    root: MappingNode,
    findings: Findings,
    *,
    has_body: bool,
) -> MappingNode:
    """Return a response with its content and the schemas of its headers.

    One with an example has content, also without a schema. So has one for which ``has_body`` is
    True, whose operation itself has `produces` without JSON: a file, in most descriptions.
    """
    produces = swagger_media_types(operation, root, "produces")
    added = _of_overlays(operation, root)
    out = pick(node, ("description",))
    if "headers" in node:
        out["headers"] = headers(node, findings)
    examples = child(node, "examples")
    if node.get("schema") is not None:
        described = pick(node, ("schema",))
        out["content"] = _content(produces or [*examples] or ["*/*"], described, added)
    elif "content" in node:  # as in OpenAPI 3
        out["content"] = node["content"]
    elif examples:
        out["content"] = _content([*examples], MappingNode(node.location))
    elif has_body and "produces" in operation and not any(map(_may_be_json, produces)):
        out["content"] = _content(produces, MappingNode(node.location))
        if produces:
            findings.assume(
                "media-type",
                operation.at("produces"),
                f"a response without a schema has no content; a body in {produces[0]} is read",
                "Add `schema: {type: file}` to the response.",
            )
    content = child(out, "content")
    for name, media in content.items():
        given = next((key for key in examples if _bare(key) == _bare(name)), None)
        if given is not None and isinstance(media, MappingNode):
            place = GatheredLocation(media.location, {"example": examples.at(given)})
            members = {**media, "example": examples[given]}
            content[name] = MappingNode(place, members, media.positions)
    return out


def _content(
    names: Sequence[str],
    media: MappingNode,
    added: Mapping[str, Location] = MappingProxyType({}),
) -> MappingNode:
    """Return content that is the same in several media types; ``added`` are written elsewhere."""
    place = media.location
    places = {name: added.get(name, place) for name in names}
    return MappingNode(GatheredLocation(place, places), dict.fromkeys(names, media))


def _may_be_json(media_type: str) -> bool:
    return "json" in media_type.lower() or "*" in media_type


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
