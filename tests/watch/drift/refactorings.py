"""Ways to write a description otherwise that mean the same, each at random places.

Each is given a description as plain data and a source of chance; it changes the description in
place and says whether it found anything to change.
"""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

import copy
import re
from random import Random

from tests.qa.fuzz.mutations import Json
from tests.watch.drift import refactoring_schemas as schemas
from tests.watch.drift.places import (
    SCHEMAS,
    components,
    operations,
    parts,
    references,
    resolved,
    sites,
)
from tests.watch.drift.refactoring_schemas import Refactoring, fresh, is_31

# ── other components ─────────────────────────────────────────────────────────────────────────────


def _extract(kind: str) -> Refactoring:
    def extracted(root: Json, random: Random) -> bool:
        if any(ref["$ref"].startswith("#/paths/") for ref in references(root)):
            return False
        store = components(root, kind)
        found = [
            (holder, key)
            for holder, key in parts(root, kind)
            if holder is not store and isinstance(holder[key], dict) and "$ref" not in holder[key]
        ]
        if not found:
            return False
        holder, key = random.choice(found)
        store = root.setdefault("components", {}).setdefault(kind, {})
        name = fresh(store, "Shared")
        store[name] = holder[key]
        holder[key] = {"$ref": f"#/components/{kind}/{name}"}
        return True

    return extracted


def _inline(kind: str) -> Refactoring:
    def inlined(root: Json, random: Random) -> bool:
        store = components(root, kind)
        prefix = f"#/components/{kind}/"
        found = [
            (holder, key)
            for holder, key in parts(root, kind)
            if holder is not store
            and set(holder[key]) == {"$ref"}
            and holder[key]["$ref"].removeprefix(prefix) in store
        ]
        if not found:
            return False
        holder, key = random.choice(found)
        holder[key] = copy.deepcopy(store[holder[key]["$ref"].removeprefix(prefix)])
        return True

    return inlined


def rename_schemes(root: Json, random: Random) -> bool:
    store = components(root, "securitySchemes")
    if not store:
        return False
    old = random.choice(sorted(store))
    new = fresh(store, "renamed")
    root["components"]["securitySchemes"] = {new if k == old else k: v for k, v in store.items()}
    for level in [root, *(op for _, _, op in operations(root))]:
        level_security = level.get("security")
        if isinstance(level_security, list):
            level["security"] = [{new if k == old else k: v for k, v in one.items()} for one in level_security]  # fmt: skip
    for ref in references(root):
        if ref["$ref"] == f"#/components/securitySchemes/{old}":
            ref["$ref"] = f"#/components/securitySchemes/{new}"
    return True


# ── order ────────────────────────────────────────────────────────────────────────────────────────


def _shuffled(node: Json, random: Random) -> Json:
    keys = list(node)
    random.shuffle(keys)
    return {key: node[key] for key in keys}


def reorder(root: Json, random: Random) -> bool:
    """Shuffle what has no order: members, components, paths, parameters, ``required``, branches."""
    for site in list(sites(root)):
        node = site.node
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("properties"), dict):
            node["properties"] = _shuffled(node["properties"], random)
        for keyword in ("required", "enum", "oneOf", "anyOf", "type"):
            if isinstance(node.get(keyword), list):
                node[keyword] = random.sample(node[keyword], len(node[keyword]))
    for store in root.get("components", {}).values():
        shuffled = _shuffled(store, random)
        store.clear()
        store.update(shuffled)
    for item, _, op in operations(root):
        op["responses"] = _shuffled(op.get("responses", {}), random)
        for level in (item, op):
            if isinstance(level.get("parameters"), list):
                level["parameters"] = _mixed(root, level["parameters"], random)
        for one in op.get("security", ()):
            for name, scopes in one.items():
                one[name] = random.sample(scopes, len(scopes))
    root["paths"] = {path: _shuffled(item, random) for path, item in _shuffled(root["paths"], random).items()}  # fmt: skip
    return True


def _mixed(root: Json, listed: Json, random: Random) -> Json:
    """Parameters in another order; those that are required may be given by position, so theirs stays."""
    order = sorted(range(len(listed)), key=lambda _: random.random())
    needed = [one for one in listed if resolved(root, one).get("required") is True]
    rest = iter(needed)
    mixed = [listed[index] for index in order]
    return [next(rest) if one in needed else one for one in mixed]


# ── levels ───────────────────────────────────────────────────────────────────────────────────────


def parameters_down(root: Json, random: Random) -> bool:
    """Give each operation of a path the path's own parameters."""
    found = [item for item in root["paths"].values() if item.get("parameters")]
    if not found:
        return False
    item = random.choice(found)
    shared = item.pop("parameters")
    for own, _, op in operations(root):
        if own is item:
            known = {_identity(root, p) for p in op.get("parameters", ())}
            kept = [copy.deepcopy(p) for p in shared if _identity(root, p) not in known]
            op["parameters"] = [*kept, *op.get("parameters", [])]
    return True


def parameters_up(root: Json, random: Random) -> bool:
    """Give a path the parameters that all its operations have alike."""
    for item in random.sample([*root["paths"].values()], len(root["paths"])):
        every = [op for own, _, op in operations(root) if own is item]
        if not every or "$ref" in item:
            continue
        common = [p for p in every[0].get("parameters", []) if all(p in o.get("parameters", []) for o in every)]  # fmt: skip
        if common:
            for op in every:
                op["parameters"] = [p for p in op["parameters"] if p not in common]
            item["parameters"] = [*item.get("parameters", []), *common]
            names = [_identity(root, p) for p in item["parameters"]]
            item["parameters"] = [p for n, p in enumerate(item["parameters"]) if names[n] not in names[n + 1 :]]  # fmt: skip
            return True
    return False


def _identity(root: Json, parameter: Json) -> tuple[str, str]:
    whole = resolved(root, parameter)
    return whole["in"], whole["name"]


def levels_down(root: Json, __: Random) -> bool:
    """Give each operation what holds for the whole description: servers and security."""
    moved = False
    if any("$ref" in item for item in root["paths"].values()):
        return False
    for keyword in ("servers", "security"):
        if keyword in root:
            shared = root.pop(keyword)
            moved = True
            for item, _, op in operations(root):
                if keyword not in op and not (keyword == "servers" and keyword in item):
                    op[keyword] = copy.deepcopy(shared)
    return moved


def spell_servers(root: Json, _: Random) -> bool:
    """Write the host of each server in upper case, with its default port."""
    at = re.compile(r"https://([\w.-]+)(?=/|$)")
    before = [server["url"] for server in root.get("servers", ())]
    for server in root.get("servers", ()):
        server["url"] = at.sub(lambda match: f"HTTPS://{match[1].upper()}:443", server["url"])
    return before != [server["url"] for server in root.get("servers", ())]


def add_unused(root: Json, _: Random) -> bool:
    """Add components that nothing uses, a scope that nothing needs, and tags."""
    store = root.setdefault("components", {})
    store.setdefault("schemas", {})["Unused0"] = {"type": "object", "properties": {"a": {"type": "integer"}}}  # fmt: skip
    store.setdefault("parameters", {})["Unused0"] = {"name": "x", "in": "query", "schema": {"$ref": f"{SCHEMAS}Unused0"}}  # fmt: skip
    store.setdefault("responses", {})["Unused0"] = {"description": "Nobody answers so."}
    for scheme in store.get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            flow.setdefault("scopes", {})["unused:scope"] = "Nobody needs it."
    store.setdefault("securitySchemes", {})["unused0"] = {"type": "http", "scheme": "hoba"}
    root.setdefault("tags", []).append({"name": "unused0", "description": "Nobody has it."})
    return True


# ── versions ─────────────────────────────────────────────────────────────────────────────────────


def to_31(root: Json, _: Random) -> bool:
    """Write a description in OpenAPI 3.1 that is in 3.0."""
    if is_31(root):
        return False
    root["openapi"] = "3.1.0"
    for site in list(sites(root)):
        node = site.node
        if not isinstance(node, dict):
            continue
        if "$ref" in node:  # 3.0 ignores what stands beside it
            site.put({"$ref": node["$ref"]})
            continue
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if node.pop(bound, False) is True and limit in node:
                node[bound] = node.pop(limit)
        if "example" in node:
            node["examples"] = [node.pop("example")]
        if node.pop("nullable", False) is not True:
            continue
        if node.get("enum") == [None] or (not node and site.role in ("oneOf", "anyOf")):
            site.put({"type": "null"})
        elif isinstance(node.get("type"), str) and not {"enum", "allOf", "oneOf", "anyOf"} & node.keys():  # fmt: skip
            node["type"] = [node["type"], "null"]
        elif node.keys() - {"description", "title"}:
            site.put({"anyOf": [node, {"type": "null"}]})
    return True


EXTRACTIONS = {f"extract {kind}": _extract(kind) for kind in ("parameters", "responses", "headers", "requestBodies", "examples")}  # fmt: skip
INLININGS = {f"inline {kind}": _inline(kind) for kind in ("parameters", "responses", "headers", "requestBodies", "examples")}  # fmt: skip
RENAMING: dict[str, Refactoring] = {
    "servers and security down": levels_down,
    "inline schemas": schemas.inline_schemas,
    "extract schemas": schemas.extract_schemas,
    "rename schemas": schemas.rename_schemas,
    "rename security schemes": rename_schemes,
    "split objects": schemas.split_objects,
    "merge allOf": schemas.merge_all_of,
    **EXTRACTIONS,
    **INLININGS,
}
"""Those after which classes, or the client's arguments, may be called otherwise."""
REFACTORINGS: dict[str, Refactoring] = {
    **RENAMING,
    "wrap in allOf": schemas.wrap_in_all_of,
    "wrap in oneOf": schemas.wrap_in_one_of,
    "wrap in anyOf": schemas.wrap_in_any_of,
    "spell null": schemas.spell_null,
    "const as enum": schemas.const_as_enum,
    "reorder": reorder,
    "parameters down": parameters_down,
    "parameters up": parameters_up,
    "spell servers": spell_servers,
    "add what is unused": add_unused,
    "to 3.1": to_31,
}
