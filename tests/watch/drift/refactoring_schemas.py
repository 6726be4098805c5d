"""Ways to write schemas otherwise that mean the same: see :mod:`tests.watch.drift.refactorings`."""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from tests.qa.fuzz.mutations import Json
from tests.watch.drift.places import SCHEMAS, Site, components, reached, references, sites, target

Refactoring = Callable[[Json, Random], bool]
_PLAIN = {"type", "properties", "required", "description", "title", "example"}
_MANY = 3
"""At most so many places at once."""


def _some(found: list[Site], random: Random) -> list[Site]:
    return random.sample(found, min(len(found), random.randint(1, _MANY)))


def is_31(root: Json) -> bool:
    return not str(root.get("openapi", "")).startswith("3.0")


def fresh(store: Json, word: str) -> str:
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
    found = [
        site
        for site in sites(root)
        if site.role in ("top", "property", "items", "additionalProperties", "oneOf", "anyOf")
        and isinstance(site.node, dict)
        and site.node not in ({}, {"nullable": True})  # in 3.0 that is null, by convention
        and "$ref" not in site.node
        and not any(key.startswith("$") for key in site.node)
        and all(ref["$ref"].startswith("#/") for ref in references(site.node))  # not below an $id
    ]
    chosen = _some(found, random)
    for site in chosen:
        store = root.setdefault("components", {}).setdefault("schemas", {})
        key = fresh(store, "Extracted")
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
        new = fresh(store, "Renamed")
        store[new] = store.pop(old)
        for ref in references(root):
            if ref["$ref"] == SCHEMAS + old:
                ref["$ref"] = SCHEMAS + new
    return True


def spell_null(root: Json, random: Random) -> bool:
    """Write that a value may be null in another way."""
    if not is_31(root):
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
    found = [
        site.node
        for site in sites(root)
        if isinstance(site.node, dict)
        and is_31(root)
        and ("const" in site.node) != (len(site.node.get("enum", ())) == 1)
    ]
    for node in random.sample(found, min(len(found), _MANY)):
        if "const" in node:
            node["enum"] = [node.pop("const")]
        else:
            node["const"] = node.pop("enum")[0]
    return bool(found)
