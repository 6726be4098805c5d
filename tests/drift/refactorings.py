"""Ways to write a description otherwise that mean the same, each at random places.

Each is given a description as plain data and a source of chance; it changes the description in
place and says whether it found anything to change.
"""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from tests.drift.places import (
    SCHEMAS,
    Site,
    components,
    operations,
    parts,
    reached,
    references,
    sites,
    target,
)  # fmt: skip
from tests.fuzz.mutations import Json

Refactoring = Callable[[Json, Random], bool]
_PLAIN = {"type", "properties", "required", "description", "title", "example"}
_MANY = 3
"""At most so many places at once."""


def _some(found: list[Site], random: Random) -> list[Site]:
    return random.sample(found, min(len(found), random.randint(1, _MANY)))


def _is_31(root: Json) -> bool:
    return not str(root.get("openapi", "")).startswith("3.0")


def _fresh(store: Json, word: str) -> str:
    return next(f"{word}{n}" for n in range(len(store) + 1) if f"{word}{n}" not in store)


def _told_by_name(root: Json) -> set[str]:
    """References to components whose key says something: what a discriminator chooses from."""
    found: set[str] = set()
    for site in sites(root):
        node = site.node
        if not isinstance(node, dict):
            continue
        if site.role == "tagged" and "$ref" in node:
            found.add(node["$ref"])
        if "discriminator" in node:
            mapping = node["discriminator"].get("mapping", {})
            found |= {value if "/" in value else SCHEMAS + value for value in mapping.values()}
            if site.role == "component":
                found.add(SCHEMAS + site.key)
    tagged = set(found)
    for key, node in components(
        root, "schemas"
    ).items():  # what extends a base with a discriminator
        if (
            reached(root, {"allOf": node.get("allOf", [])} if isinstance(node, dict) else {})
            & tagged
        ):
            found.add(SCHEMAS + key)
    return found


# ── schemas ──────────────────────────────────────────────────────────────────────────────────────


def inline_schemas(root: Json, random: Random) -> bool:
    """Write components where they are used."""
    told = _told_by_name(root)
    found: list[Site] = []
    for site in sites(root):
        node = site.node
        inner = target(root, node)
        if (
            isinstance(inner, dict)
            and "discriminator" not in inner
            and set(node) == {"$ref"}
            and node["$ref"] not in told
            and node["$ref"] not in reached(root, inner)
            and site.role not in ("component", "tagged", "allOf")
            and not any("#" not in ref["$ref"] for ref in references(inner))
            and not any(key.startswith("$") and key != "$ref" for key in inner)
        ):
            found.append(site)
    for site in _some(found, random):
        site.put(copy.deepcopy(target(root, site.node)))
    return bool(found)


def extract_schemas(root: Json, random: Random) -> bool:
    """Make components of schemas that stand where they are used."""
    found = [
        site
        for site in sites(root)
        if site.role in ("top", "property", "items", "additionalProperties", "oneOf", "anyOf")
        and isinstance(site.node, dict)
        and site.node not in ({}, {"nullable": True})  # in 3.0 that is null, by convention
        and "$ref" not in site.node
        and not any(key.startswith("$") for key in site.node)
    ]
    chosen = _some(found, random)
    for site in chosen:
        store = root.setdefault("components", {}).setdefault("schemas", {})
        key = _fresh(store, "Extracted")
        store[key] = site.node
        site.put({"$ref": SCHEMAS + key})
    return bool(chosen)


def _wrap(keyword: str) -> Refactoring:
    def wrapped(root: Json, random: Random) -> bool:
        told = _told_by_name(root)
        found = [
            site
            for site in sites(root)
            if site.role not in ("component", "tagged", "allOf")
            and isinstance(site.node, dict)
            and set(site.node) == {"$ref"}
            and site.node["$ref"] not in told
            and target(root, site.node) is not None
        ]
        for site in _some(found, random):
            site.put({keyword: [site.node]})
        return bool(found)

    return wrapped


wrap_in_all_of = _wrap("allOf")
wrap_in_one_of = _wrap("oneOf")
wrap_in_any_of = _wrap("anyOf")


def _is_plain_object(node: Json) -> bool:
    return isinstance(node, dict) and node.get("type") == "object" and set(node) <= _PLAIN and "properties" in node  # fmt: skip


def split_objects(root: Json, random: Random) -> bool:
    """Write an object as an intersection of two with some of its members each."""
    told = _told_by_name(root)
    found = [
        site
        for site in sites(root)
        if _is_plain_object(site.node)
        and len(site.node["properties"]) > 1
        and site.role not in ("inverse", "allOf")
        and not (site.role == "component" and SCHEMAS + site.key in told)
    ]
    for site in _some(found, random):
        node = site.node
        names = list(node["properties"])
        cut = random.randint(1, len(names) - 1)
        split: Json = {k: v for k, v in node.items() if k not in ("type", "properties", "required")}
        split["allOf"] = []
        for group in (names[:cut], names[cut:]):
            part: Json = {"type": "object", "properties": {n: node["properties"][n] for n in group}}
            needed = [n for n in node.get("required", ()) if n in group]
            if group is not names[:cut] and cut:
                needed += [n for n in node.get("required", ()) if n not in names]
            if needed:
                part["required"] = needed
            split["allOf"].append(part)
        site.put(split)
    return bool(found)


def merge_all_of(root: Json, random: Random) -> bool:
    """Write an intersection of objects as one object."""
    found: list[tuple[Site, Json]] = []
    told = _told_by_name(root)
    for site in sites(root):
        node = site.node
        if not isinstance(node, dict) or "allOf" not in node or not set(node) <= {*_PLAIN, "allOf"}:
            continue
        if site.role == "component" and SCHEMAS + site.key in told:
            continue
        if "example" in node:  # beside allOf the canonical form keeps none
            continue
        own = {k: v for k, v in node.items() if k != "allOf"}
        pieces = [target(root, part) or part for part in node["allOf"]]
        if {"properties", "required"} & own.keys():
            pieces.append({"type": "object", "properties": {}, **own})
        names = [
            n for piece in pieces if isinstance(piece, dict) for n in piece.get("properties", {})
        ]
        if (
            not pieces
            or not all(map(_is_plain_object, pieces))
            or len(names) != len(set(names))
            or any(ref["$ref"] in told for ref in references(node["allOf"]))
        ):
            continue
        merged: Json = {"type": "object", "properties": {}}
        for piece in pieces:
            merged["properties"] |= copy.deepcopy(piece["properties"])
            needed = [*merged.get("required", []), *piece.get("required", [])]
            if needed:
                merged["required"] = list(dict.fromkeys(needed))
            merged |= {k: piece[k] for k in ("description", "example") if k in piece}
        found.append((site, merged | {k: own[k] for k in ("description", "example") if k in own}))
    if not found:
        return False
    site, merged = random.choice(found)
    site.put(merged)
    return True


def rename_schemas(root: Json, random: Random) -> bool:
    """Call components otherwise."""
    store = components(root, "schemas")
    told = _told_by_name(root)
    found = [
        key for key in store if SCHEMAS + key not in told and "/" not in key and "~" not in key
    ]
    if not found:
        return False
    every = [ref["$ref"] for ref in references(root)]
    for old in random.sample(found, min(len(found), random.randint(1, _MANY))):
        if any(ref.startswith(SCHEMAS + old + "/") for ref in every):
            continue
        new = _fresh(store, "Renamed")
        store[new] = store.pop(old)
        for ref in references(root):
            if ref["$ref"] == SCHEMAS + old:
                ref["$ref"] = SCHEMAS + new
    return True


def spell_null(root: Json, random: Random) -> bool:
    """Write that a value may be null in another way."""
    if not _is_31(root):
        return False
    found: list[tuple[Site, Json]] = []
    for site in sites(root):
        node = site.node
        if not isinstance(node, dict) or site.role in ("component", "tagged", "inverse", "allOf"):
            continue
        kinds = node.get("type")
        if isinstance(kinds, list) and len(kinds) == 2 and "null" in kinds and not {"enum", "const", "default"} & node.keys():  # fmt: skip
            outside = {k: v for k, v in node.items() if k in ("description", "deprecated", "readOnly", "writeOnly")}  # fmt: skip
            inside = {k: v for k, v in node.items() if k not in outside}
            inside["type"] = next(kind for kind in kinds if kind != "null")
            branches = [inside, {"type": "null"}]
            random.shuffle(branches)
            found.append((site, {random.choice(["anyOf", "oneOf"]): branches, **outside}))
        for keyword, other in (("anyOf", "oneOf"), ("oneOf", "anyOf")):
            options = node.get(keyword, [])
            others = [option for option in options if option != {"type": "null"}]
            if len(options) == 2 and len(others) == 1 and other not in node:
                kinds = others[0].get("type", []) if isinstance(others[0], dict) else []
                if "null" not in kinds:
                    kept = {k: v for k, v in node.items() if k != keyword}
                    found.append((site, {**kept, other: options[::-1]}))
    for site, node in random.sample(found, min(len(found), _MANY)):
        site.put(node)
    return bool(found)


def const_as_enum(root: Json, random: Random) -> bool:
    """Write a constant as an enumeration of one, or the other way round."""
    found = [
        site.node
        for site in sites(root)
        if isinstance(site.node, dict)
        and _is_31(root)
        and ("const" in site.node) != (len(site.node.get("enum", ())) == 1)
    ]
    for node in random.sample(found, min(len(found), _MANY)):
        if "const" in node:
            node["enum"] = [node.pop("const")]
        else:
            node["const"] = node.pop("enum")[0]
    return bool(found)


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
        name = _fresh(store, "Shared")
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
    """Call security schemes otherwise."""
    store = components(root, "securitySchemes")
    if not store:
        return False
    old = random.choice(sorted(store))
    new = _fresh(store, "renamed")
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
    needed = [one for one in listed if _resolved(root, one).get("required") is True]
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
    whole = _resolved(root, parameter)
    return whole["in"], whole["name"]


def _resolved(root: Json, parameter: Json) -> Json:
    while "$ref" in parameter:
        parameter = components(root, "parameters")[parameter["$ref"].rpartition("/")[2]]
    return parameter


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
    if _is_31(root):
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
    "inline schemas": inline_schemas,
    "extract schemas": extract_schemas,
    "rename schemas": rename_schemas,
    "rename security schemes": rename_schemes,
    "split objects": split_objects,
    "merge allOf": merge_all_of,
    **EXTRACTIONS,
    **INLININGS,
}
"""Those after which classes, or the client's arguments, may be called otherwise."""
REFACTORINGS: dict[str, Refactoring] = {
    **RENAMING,
    "wrap in allOf": wrap_in_all_of,
    "wrap in oneOf": wrap_in_one_of,
    "wrap in anyOf": wrap_in_any_of,
    "spell null": spell_null,
    "const as enum": const_as_enum,
    "reorder": reorder,
    "parameters down": parameters_down,
    "parameters up": parameters_up,
    "servers and security down": levels_down,
    "add what is unused": add_unused,
    "to 3.1": to_31,
}
