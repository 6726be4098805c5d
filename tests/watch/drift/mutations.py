"""Single changes to descriptions, at random places: what an API's owner may do to it."""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.qa.fuzz.mutations import Json
from tests.watch.drift.places import SCHEMAS, calls, components, operations, parts, sites

Mutation = Callable[[Json, Random], bool]
_SCALARS = ("string", "integer", "number", "boolean")
_RETYPED = {"1": True, "0": False, "True": 1, "False": 0}
"""Values of another type that Python takes for equal, by their texts."""
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def _at(find: Callable[[Json], list[Json]], change: Callable[[Json, Random], object]) -> Mutation:
    """Change one of the nodes that are found."""

    def mutated(root: Json, random: Random) -> bool:
        found = find(root)
        if found:
            change(random.choice(found), random)
        return bool(found)

    return mutated


def _schemas(root: Json, fits: Callable[[Json], bool]) -> list[Json]:
    nodes = [site.node for site in sites(root) if site.role != "inverse"]
    return [node for node in nodes if isinstance(node, dict) and fits(node)]


def _at_schema(fits: Callable[[Json], bool], change: Callable[[Json, Random], object]) -> Mutation:
    return _at(lambda root: _schemas(root, fits), change)


def _at_operation(
    change: Callable[[Json, Random], object], fits: Callable[[Json], bool] = bool
) -> Mutation:
    return _at(lambda root: [op for _, _, op in calls(root) if fits(op)], change)


def _kind(node: Json) -> str:
    kinds = node.get("type")
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), "")
    return str(kinds or "")


def _remove_property(node: Json, random: Random) -> None:
    name = random.choice(sorted(node["properties"]))
    del node["properties"][name]
    if name in node.get("required", ()):
        node["required"] = [one for one in node["required"] if one != name]


def _add_property(node: Json, random: Random) -> None:
    node["properties"]["quite_new"] = {"type": random.choice(_SCALARS)}
    if random.random() < 0.5:
        node["required"] = [*node.get("required", ()), "quite_new"]


def _toggle_required(node: Json, random: Random) -> None:
    _require_or_not(node, random.choice(sorted(node["properties"])))


def _require_or_not(node: Json, name: str) -> None:
    needed = [*node.get("required", ())]
    node["required"] = [one for one in needed if one != name] if name in needed else [*needed, name]
    if not node["required"]:
        del node["required"]


def _one_way(node: Json) -> list[str]:
    members = node.get("properties", {}) if _kind(node) == "object" else {}
    return sorted(n for n, m in members.items() if m.get("readOnly") or m.get("writeOnly"))


def _toggle_one_way(node: Json, random: Random) -> None:
    _require_or_not(node, random.choice(_one_way(node)))


def _change_type(node: Json, random: Random) -> None:
    kind = random.choice([kind for kind in (*_SCALARS, "array") if kind != node["type"]])
    for key in [key for key in node if key != "description"]:
        del node[key]
    node["type"] = kind
    if kind == "array":
        node["items"] = {}


def _move_bound(node: Json, random: Random) -> None:
    keyword = random.choice(_BOUNDS[_kind(node)])
    if keyword in node and random.random() < 0.3:
        del node[keyword]
    else:
        old = node.get(keyword, 5)
        node[keyword] = max(0, int(old) + random.choice([-2, -1, 1, 2]))


def _change_enum(node: Json, random: Random) -> None:
    values = [value for value in node["enum"] if value is not None]
    if len(values) > 1 and random.random() < 0.5:
        node["enum"].remove(random.choice(values))
    elif isinstance(values[0], str):
        node["enum"].append("quite_new")
    else:
        node["enum"].append(977)


def _toggle(keyword: str, value: Json) -> Callable[[Json, Random], None]:
    def change(node: Json, _: Random) -> None:
        if node.pop(keyword, None) is None:
            node[keyword] = value

    return change


def _toggle_null(node: Json, _: Random) -> None:
    kinds = node["type"]
    if isinstance(kinds, list):
        node["type"] = next(kind for kind in kinds if kind != "null")
    elif node.pop("nullable", None) is None:
        node["type"] = [kinds, "null"]


def _set(keyword: str, *values: Json) -> Callable[[Json, Random], None]:
    def change(node: Json, random: Random) -> None:
        others = [value for value in values if node.get(keyword) != value]
        if keyword in node and (not others or random.random() < 0.5):
            del node[keyword]
        else:
            node[keyword] = random.choice(others)

    return change


def _change_branches(node: Json, random: Random) -> None:
    keyword = "oneOf" if "oneOf" in node else "anyOf"
    if len(node[keyword]) > 2 and random.random() < 0.5:
        del node[keyword][random.randrange(len(node[keyword]))]
    else:
        node[keyword].append({"type": "array", "items": {"type": "boolean"}})


def _drop_tagged(node: Json, random: Random) -> None:
    gone = node["oneOf"].pop(random.randrange(len(node["oneOf"])))
    mapping = node["discriminator"]["mapping"]
    for tag in [tag for tag, ref in mapping.items() if gone["$ref"] in (ref, SCHEMAS + ref)]:
        del mapping[tag]


def _rename_tag(node: Json, random: Random) -> None:
    mapping = node["discriminator"]["mapping"]
    tag = random.choice(sorted(mapping))
    ref = mapping[tag] if random.random() < 0.3 else mapping.pop(tag)
    mapping["quite_new"] = ref


def _retype_value(node: Json, random: Random) -> None:
    if "const" in node:
        node["const"] = _RETYPED[repr(node["const"])]
        return
    places = [index for index, value in enumerate(node["enum"]) if repr(value) in _RETYPED]
    index = random.choice(places)
    node["enum"][index] = _RETYPED[repr(node["enum"][index])]


def _has_value_to_retype(node: Json) -> bool:
    values = [node["const"]] if "const" in node else node.get("enum", ())
    return "type" not in node and any(repr(value) in _RETYPED for value in values)


def _part(kind: str, change: Callable[[Json, Json, Json, Random], bool]) -> Mutation:
    """``change(holder, key, node, random)`` at one of the parts of a kind."""

    def mutated(root: Json, random: Random) -> bool:
        found = parts(root, kind)
        random.shuffle(found)
        return any(change(h, k, h[k], random) for h, k in found if "$ref" not in h[k])

    return mutated


def _toggle_needed(_: Json, __: Json, node: Json, ___: Random) -> bool:
    if node.get("in") == "path":
        return False
    if node.pop("required", False) is not True:
        node["required"] = True
    return True


def _remove(holder: Json, key: Json, node: Json, _: Random) -> bool:
    if node.get("in") == "path" or len(holder) < 2:
        return False
    del holder[key]
    return True


def _remove_body(holder: Json, key: Json, _: Json, __: Random) -> bool:
    del holder[key]
    return True


def _rewrite(_: Json, __: Json, node: Json, random: Random) -> bool:
    if node.get("in") != "query" or "content" in node:
        return False
    node["explode"] = not node.get("explode", True)
    if random.random() < 0.3:
        node["style"] = "pipeDelimited"
    return True


def _remove_response(op: Json, random: Random) -> None:
    del op["responses"][random.choice(sorted(op["responses"]))]


def _add_response(op: Json, random: Random) -> None:
    op["responses"][random.choice(["203", "418", "5XX"])] = {"description": "New."}


def _add_parameter(op: Json, random: Random) -> None:
    new = {"name": "quite_new", "in": "query", "schema": {"type": "string"}}
    op["parameters"] = [*op.get("parameters", ()), new | ({"required": True} if random.random() < 0.5 else {})]  # fmt: skip


def _change_encoding(holder: Json, key: Json, _: Json, random: Random) -> bool:
    properties = holder[key].get("schema", {}).get("properties")
    if not properties or not key.startswith(("multipart/", "application/x-www-form")):
        return False
    encoding = (
        holder[key].setdefault("encoding", {}).setdefault(random.choice(sorted(properties)), {})
    )
    member, value = random.choice(
        [("contentType", "image/png"), ("style", "spaceDelimited"), ("allowReserved", True)]
    )
    encoding[member] = value
    return True


def _links(root: Json) -> list[Json]:
    answers = [holder[key] for holder, key in parts(root, "responses")]
    return [answer["links"] for answer in answers if answer.get("links")]


def _change_link(links: Json, random: Random) -> None:
    name = random.choice(sorted(links))
    match random.randrange(3):
        case 0:
            del links[name]
        case 1:
            links["quite_new"] = {"operationId": "quite/new"}
        case _:
            links[name] = {**links[name], "parameters": {"quite_new": "$request.path.id"}}


def _change_servers(root: Json, random: Random) -> None:
    servers, new = root.setdefault("servers", [{"url": "/"}]), {"url": "https://new.example"}
    match random.randrange(3):
        case 0:
            servers.append(new)
        case 1:
            servers.insert(0, new)
        case _:
            servers[0] = new


def _security(root: Json) -> list[Json]:
    levels = [root, *(op for _, _, op in operations(root))]
    return [level["security"] for level in levels if level.get("security")]


def _change_security(security: Json, random: Random) -> None:
    one = random.choice(security)
    match random.randrange(4):
        case 0 if len(security) > 1:
            security.remove(one)
        case 1:
            security.clear()
        case 2 if any(one.values()):
            next(scopes for scopes in one.values() if scopes).pop()
        case _:
            security.append({})


def _schemes(root: Json) -> list[Json]:
    return list(components(root, "securitySchemes").values())


def _change_scheme(scheme: Json, random: Random) -> None:
    if scheme["type"] == "apiKey":
        scheme["name"] = "X-Quite-New"
    elif scheme["type"] == "oauth2":
        flows = scheme["flows"]
        flow = random.choice(sorted(flows))
        if len(flows) > 1 and random.random() < 0.5:
            del flows[flow]
        else:
            flows[flow]["tokenUrl"] = "https://new.example/token"
    else:
        scheme["scheme"] = "quite-new"


def _remove_operation(root: Json, random: Random) -> bool:
    found = [(item, method) for item, method, _ in calls(root) if method in item]
    if len(found) < 2:
        return False
    item, method = random.choice(found)
    del item[method]
    return True


def _is_object(node: Json) -> bool:
    return _kind(node) == "object" and bool(node.get("properties"))


IN_SCHEMAS: dict[str, Mutation] = {
    "remove property": _at_schema(_is_object, _remove_property),
    "add property": _at_schema(_is_object, _add_property),
    "toggle required": _at_schema(_is_object, _toggle_required),
    "toggle additionalProperties": _at_schema(lambda n: _kind(n) == "object", _toggle("additionalProperties", False)),
    "change type": _at_schema(lambda n: n.get("type") in _SCALARS, _change_type),
    "move bound": _at_schema(lambda n: _kind(n) in _BOUNDS and "enum" not in n, _move_bound),
    "change enum": _at_schema(lambda n: any(v is not None for v in n.get("enum", ())), _change_enum),
    "list values": _at_schema(lambda n: n.get("type") == "string", _toggle("enum", ["a", "b", "c"])),
    "toggle null": _at_schema(lambda n: n.get("type") in _SCALARS or (isinstance(n.get("type"), list) and "null" in n["type"] and "enum" not in n), _toggle_null),
    "change format": _at_schema(lambda n: _kind(n) == "string" and "enum" not in n, _set("format", "date", "uuid", "uri")),
    "change number format": _at_schema(lambda n: _kind(n) == "integer", _set("format", "int32", "int64")),
    "change pattern": _at_schema(lambda n: _kind(n) == "string" and "enum" not in n, _set("pattern", "^a", "^b+$")),
    "change multipleOf": _at_schema(lambda n: _kind(n) in ("integer", "number"), _set("multipleOf", 2, 3)),
    "change uniqueItems": _at_schema(lambda n: _kind(n) == "array", _set("uniqueItems", True)),
    "change branches": _at_schema(lambda n: ("oneOf" in n) != ("anyOf" in n) and "discriminator" not in n, _change_branches),
    "drop tagged branch": _at_schema(lambda n: len(n.get("oneOf", ())) > 1 and "mapping" in n.get("discriminator", {}), _drop_tagged),
    "rename tag": _at_schema(lambda n: bool(n.get("discriminator", {}).get("mapping")), _rename_tag),
    "retype value": _at_schema(_has_value_to_retype, _retype_value),
}  # fmt: skip
"""Those that change which values a schema admits."""
IN_DIRECTIONS: dict[str, Mutation] = {
    "toggle readOnly": _at_schema(lambda n: _kind(n) in _SCALARS, _set("readOnly", True)),
    "toggle writeOnly": _at_schema(lambda n: _kind(n) in _SCALARS, _set("writeOnly", True)),
    "toggle required of one direction": _at_schema(lambda n: bool(_one_way(n)), _toggle_one_way),
}
"""Those that change which members a direction has."""
MUTATIONS: dict[str, Mutation] = {
    **IN_SCHEMAS,
    **IN_DIRECTIONS,
    "deprecate": _at_schema(lambda n: bool(_kind(n)), _set("deprecated", True)),
    "change default": _at_schema(lambda n: _kind(n) == "string" and "enum" not in n, _set("default", "x", "y")),
    "change description": _at_schema(lambda n: "$ref" not in n, _set("description", "New.", "Newer.")),
    "toggle parameter": _part("parameters", _toggle_needed),
    "remove parameter": _part("parameters", _remove),
    "add parameter": _at_operation(_add_parameter),
    "rewrite parameter": _part("parameters", _rewrite),
    "toggle body": _part("requestBodies", _toggle_needed),
    "remove body": _part("requestBodies", _remove_body),
    "remove media type": _part("media", _remove),
    "change encoding": _part("media", _change_encoding),
    "change link": _at(_links, _change_link),
    "remove header": _part("headers", _remove),
    "toggle header": _part("headers", _toggle_needed),
    "remove response": _at_operation(_remove_response, lambda op: len(op.get("responses", ())) > 1),
    "add response": _at_operation(_add_response, lambda op: "responses" in op),
    "change servers": _at(lambda root: [root], _change_servers),
    "change security": _at(_security, _change_security),
    "change scheme": _at(_schemes, _change_scheme),
    "deprecate operation": _at_operation(_set("deprecated", True)),
    "change summary": _at_operation(_set("summary", "New.", "Newer.")),
    "change operationId": _at_operation(_set("operationId", "quite/new")),
    "remove operation": _remove_operation,
}  # fmt: skip
