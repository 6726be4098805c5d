"""Single changes to descriptions, at random places: what an API's owner may do to it."""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.drift.places import SCHEMAS, Site, calls, operations, parts, sites
from tests.qa.fuzz.mutations import Json

Mutation = Callable[[Json, Random], bool]
_SCALARS = ("string", "integer", "number", "boolean")
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def _schemas(root: Json, fits: Callable[[Json], bool]) -> list[Site]:
    found = [site for site in sites(root) if isinstance(site.node, dict) and site.role != "inverse"]
    return [site for site in found if fits(site.node)]


def _at_schema(fits: Callable[[Json], bool], change: Callable[[Json, Random], None]) -> Mutation:
    def mutated(root: Json, random: Random) -> bool:
        found = _schemas(root, fits)
        if found:
            change(random.choice(found).node, random)
        return bool(found)

    return mutated


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
    name = random.choice(sorted(node["properties"]))
    needed = [*node.get("required", ())]
    node["required"] = [one for one in needed if one != name] if name in needed else [*needed, name]
    if not node["required"]:
        del node["required"]


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


def _list_values(node: Json, _: Random) -> None:
    if node.pop("enum", None) is None:
        node["enum"] = ["a", "b", "c"]


def _toggle_null(node: Json, _: Random) -> None:
    kinds = node["type"]
    if isinstance(kinds, list):
        node["type"] = next(kind for kind in kinds if kind != "null")
    elif "nullable" in node:
        del node["nullable"]
    else:
        node["type"] = [kinds, "null"]


def _toggle_extra(node: Json, _: Random) -> None:
    if node.pop("additionalProperties", None) is None:
        node["additionalProperties"] = False


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


def _drop_tagged(root: Json, random: Random) -> bool:
    found = _schemas(root, lambda node: len(node.get("oneOf", ())) > 1 and "mapping" in node.get("discriminator", {}))  # fmt: skip
    for site in found[:1]:
        gone = site.node["oneOf"].pop(random.randrange(len(site.node["oneOf"])))
        mapping = site.node["discriminator"]["mapping"]
        for tag in [tag for tag, ref in mapping.items() if gone["$ref"] in (ref, SCHEMAS + ref)]:
            del mapping[tag]
    return bool(found)


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


def _remove_response(root: Json, random: Random) -> bool:
    found = [op for _, _, op in calls(root) if len(op.get("responses", ())) > 1]
    if found:
        responses = random.choice(found)["responses"]
        del responses[random.choice(sorted(responses))]
    return bool(found)


def _add_response(root: Json, random: Random) -> bool:
    found = [op for _, _, op in calls(root) if "responses" in op]
    status = random.choice(["203", "418", "5XX"])
    random.choice(found)["responses"][status] = {"description": "New."}
    return True


def _add_parameter(root: Json, random: Random) -> bool:
    _, _, op = random.choice(calls(root))
    new = {"name": "quite_new", "in": "query", "schema": {"type": "string"}}
    op["parameters"] = [*op.get("parameters", ()), new | ({"required": True} if random.random() < 0.5 else {})]  # fmt: skip
    return True


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


def _change_link(root: Json, random: Random) -> bool:
    found = [
        answer["links"]
        for holder, key in parts(root, "responses")
        if (answer := holder[key]).get("links")
    ]
    if not found:
        return False
    links = random.choice(found)
    name = random.choice(sorted(links))
    match random.randrange(3):
        case 0:
            del links[name]
        case 1:
            links["quite_new"] = {"operationId": "quite/new"}
        case _:
            links[name] = {**links[name], "parameters": {"quite_new": "$request.path.id"}}
    return True


def _change_servers(root: Json, random: Random) -> bool:
    servers = root.setdefault("servers", [{"url": "/"}])
    match random.randrange(3):
        case 0:
            servers.append({"url": "https://new.example"})
        case 1:
            servers.insert(0, {"url": "https://new.example"})
        case _:
            servers[0] = {"url": "https://new.example"}
    return True


def _change_security(root: Json, random: Random) -> bool:
    found = [level for level in [root, *(op for _, _, op in operations(root))] if level.get("security")]  # fmt: skip
    if not found:
        return False
    security = random.choice(found)["security"]
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
    return True


def _change_scheme(root: Json, random: Random) -> bool:
    store = root.get("components", {}).get("securitySchemes", {})
    if not store:
        return False
    scheme = store[random.choice(sorted(store))]
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
    return True


def _at_operation(change: Callable[[Json, Random], None]) -> Mutation:
    def mutated(root: Json, random: Random) -> bool:
        _, _, op = random.choice(calls(root))
        change(op, random)
        return True

    return mutated


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
    "toggle additionalProperties": _at_schema(lambda n: _kind(n) == "object", _toggle_extra),
    "change type": _at_schema(lambda n: n.get("type") in _SCALARS, _change_type),
    "move bound": _at_schema(lambda n: _kind(n) in _BOUNDS and "enum" not in n, _move_bound),
    "change enum": _at_schema(lambda n: any(v is not None for v in n.get("enum", ())), _change_enum),
    "list values": _at_schema(lambda n: n.get("type") == "string", _list_values),
    "toggle null": _at_schema(lambda n: n.get("type") in _SCALARS or (isinstance(n.get("type"), list) and "null" in n["type"] and "enum" not in n), _toggle_null),
    "change format": _at_schema(lambda n: _kind(n) == "string" and "enum" not in n, _set("format", "date", "uuid", "uri")),
    "change number format": _at_schema(lambda n: _kind(n) == "integer", _set("format", "int32", "int64")),
    "change pattern": _at_schema(lambda n: _kind(n) == "string" and "enum" not in n, _set("pattern", "^a", "^b+$")),
    "change multipleOf": _at_schema(lambda n: _kind(n) in ("integer", "number"), _set("multipleOf", 2, 3)),
    "change uniqueItems": _at_schema(lambda n: _kind(n) == "array", _set("uniqueItems", True)),
    "change branches": _at_schema(lambda n: ("oneOf" in n) != ("anyOf" in n) and "discriminator" not in n, _change_branches),
    "drop tagged branch": _drop_tagged,
}  # fmt: skip
"""Those that change which values a schema admits."""
MUTATIONS: dict[str, Mutation] = {
    **IN_SCHEMAS,
    "toggle readOnly": _at_schema(lambda n: _kind(n) in _SCALARS, _set("readOnly", True)),
    "toggle writeOnly": _at_schema(lambda n: _kind(n) in _SCALARS, _set("writeOnly", True)),
    "deprecate": _at_schema(lambda n: bool(_kind(n)), _set("deprecated", True)),
    "change default": _at_schema(lambda n: _kind(n) == "string" and "enum" not in n, _set("default", "x", "y")),
    "change description": _at_schema(lambda n: "$ref" not in n, _set("description", "New.", "Newer.")),
    "toggle parameter": _part("parameters", _toggle_needed),
    "remove parameter": _part("parameters", _remove),
    "add parameter": _add_parameter,
    "rewrite parameter": _part("parameters", _rewrite),
    "toggle body": _part("requestBodies", _toggle_needed),
    "remove body": _part("requestBodies", _remove_body),
    "remove media type": _part("media", _remove),
    "change encoding": _part("media", _change_encoding),
    "change link": _change_link,
    "remove header": _part("headers", _remove),
    "toggle header": _part("headers", _toggle_needed),
    "remove response": _remove_response,
    "add response": _add_response,
    "change servers": _change_servers,
    "change security": _change_security,
    "change scheme": _change_scheme,
    "deprecate operation": _at_operation(_set("deprecated", True)),
    "change summary": _at_operation(_set("summary", "New.", "Newer.")),
    "change operationId": _at_operation(_set("operationId", "quite/new")),
    "remove operation": _remove_operation,
}  # fmt: skip
