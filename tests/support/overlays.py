"""What tests of overlays share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator.document.tree import MappingNode, SequenceNode

ROOT = Path(__file__).resolve().parents[2]

OWN = ROOT / "tests/document/overlays"

Json = Any


def overlay_of(actions: list[dict[str, Json]], version: str = "1.1.0") -> dict[str, Json]:
    """An overlay of these actions."""
    return {"overlay": version, "info": {"title": "Fix", "version": "1"}, "actions": actions}


def plain(node: object) -> Json:
    """A tree as plain data."""
    if isinstance(node, MappingNode):
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, SequenceNode) else node
