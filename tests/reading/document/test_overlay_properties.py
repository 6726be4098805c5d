"""Any change by an overlay leaves a tree that knows its places."""

from __future__ import annotations

import copy
from urllib.parse import quote

import jsonpath_rfc9535
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.base.errors import SpecError
from generator.reading.document.overlay.apply import apply_overlays
from tests.support.overlays import Json, overlay_of, places, plain, read

pytestmark = pytest.mark.slow

KEYS = st.sampled_from(["a", "b/c", "~d", "é"])

TREES = st.dictionaries(
    KEYS,
    st.recursive(
        st.integers(0, 9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)

PATHS = st.sampled_from(
    ["$", "$.*", "$.a", "$['b/c']", "$..a", "$..*", "$.*.*", "$..[0]", "$..[-1]", "$..[?@.a]"]
)

VALUES = st.sampled_from([1, [], [7, {"a": [8]}], {}, {"a": {"~d": 5}}, {"é": [9]}])

CHANGES = st.one_of(
    st.builds(lambda target: {"target": target, "remove": True}, PATHS),
    st.builds(lambda target, value: {"target": target, "update": value}, PATHS, VALUES),
    st.builds(lambda target, source: {"target": target, "copy": source}, PATHS, PATHS),
)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(TREES, st.lists(CHANGES, min_size=1, max_size=4), st.sampled_from(["yaml", "json"]))
def test_any_change_leaves_a_tree_that_knows_its_places(
    tree: Json, actions: list[dict[str, Json]], style: str
) -> None:
    """Each action that can be done alone is done as plain data would have it, or refused."""
    document = read({"a": 0, **tree}, "api", style)
    wanted = plain(document.root)
    for action in actions:
        overlay = read(overlay_of([action]), "fix", style)
        try:
            document = apply_overlays(document, [overlay], allow_unmatched=True)
        except SpecError:
            continue
        wanted = by_hand(wanted, action)
        assert plain(document.root) == wanted
        for pointer, _, place, _ in places(document.root):
            assert place.pointer == pointer
            assert document.resolve(quote(pointer)) is not None
            assert place.line > 0


def by_hand(data: Json, action: dict[str, Json]) -> Json:
    """What an action makes of plain data, by the library alone."""
    data = copy.deepcopy(data)
    found = {node.location: node for node in jsonpath_rfc9535.find(action["target"], data)}
    if action.get("remove"):
        for location in sorted(found, key=len, reverse=True):
            container = data
            for key in location[:-1]:
                container = container[key]
            container[location[-1]] = GONE
        return without_gone(data)
    if not found:
        return data
    source = action.get("copy")
    value = action["update"] if source is None else jsonpath_rfc9535.find(source, data)[0].value
    value = copy.deepcopy(value)
    for location, node in found.items():
        old = node.value
        if isinstance(old, dict):
            merge_by_hand(old, value)
        elif isinstance(old, list):
            old.extend(copy.deepcopy(value if isinstance(value, list) else [value]))
        else:
            container = data
            for key in location[:-1]:
                container = container[key]
            container[location[-1]] = value
    return data


GONE = object()


def without_gone(node: Json) -> Json:
    if isinstance(node, dict):
        return {k: without_gone(v) for k, v in node.items() if v is not GONE}
    return [without_gone(v) for v in node if v is not GONE] if isinstance(node, list) else node


def merge_by_hand(old: Json, new: Json) -> None:
    for key, value in new.items():
        if isinstance(old.get(key), dict) and isinstance(value, dict):
            merge_by_hand(old[key], value)
        elif isinstance(old.get(key), list) and isinstance(value, list):
            old[key].extend(copy.deepcopy(value))
        else:
            old[key] = copy.deepcopy(value)
