"""Nodes copied from one description into another bring the components that they refer to."""

from __future__ import annotations

import pytest

from generator.reading.document.edit.copy_nodes import EditError, TreeEditor
from tests.support.overlays import Json, plain, read

REF = {"$ref": "#/components/schemas/Leaf"}
LEAF = {"properties": {"stem": {"$ref": "#/components/schemas/Stem/properties/length"}}}
STEM = {"properties": {"length": {"type": "integer"}, "leaf": REF}}
SOURCE: Json = {"a": {"new": REF}, "components": {"schemas": {"Leaf": LEAF, "Stem": STEM}}}


def test_components_are_copied_whole_where_there_were_none() -> None:
    editor = TreeEditor(read({"a": {"b": 1}}, "base", "yaml"), read(SOURCE, "new", "yaml"))
    editor.set(["a", "new"], ["a", "new"])
    assert plain(editor.root) == {"a": {"b": 1, "new": REF}, "components": SOURCE["components"]}


def test_a_component_that_is_there_stays_as_it_is() -> None:
    base = {"a": {}, "components": {"schemas": {"Leaf": {"type": "string"}}}}
    editor = TreeEditor(read(base, "base", "yaml"), read(SOURCE, "new", "yaml"))
    editor.set(["a", "new"], ["a", "new"])
    assert plain(editor.root) == {**base, "a": {"new": REF}}


@pytest.mark.parametrize(
    ("base", "source", "says"),
    [
        ({"a": {}}, {**SOURCE, "components": {}}, "it isn't in one place in the other description"),
        (
            {"a": {}, "components": {"schemas": {"Stem": {}}}},
            SOURCE,
            "the description has another structure there",
        ),
        ({"a": {"$ref": "#/b"}}, SOURCE, "there is a $ref, which other parts may use too"),
        ({"a": []}, SOURCE, "the description has another structure there"),
    ],
)
def test_an_edit_that_cannot_be_made_is_taken_back(base: Json, source: Json, says: str) -> None:
    editor = TreeEditor(read(base, "base", "yaml"), read(source, "new", "yaml"))
    with pytest.raises(EditError) as caught, editor.edit():
        editor.set(["a", "new"], ["a", "new"])
    assert str(caught.value) == says
    assert plain(editor.root) == base
