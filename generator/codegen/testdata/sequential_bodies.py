"""The text of sequential responses, such as server-sent events and JSON lines."""

from __future__ import annotations

import json

from ..ir.types import Json


def serialized(items: list[Json], codec: str, *, is_text: bool) -> str:
    """Return the text of a sequential response."""
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    match codec:
        case "events":
            texts = map(str, items) if is_text else lines
            return "".join(f"data: {text}\n\n" for text in texts)
        case "whole-events":
            return "".join(f"{_event(item)}\n\n" for item in items)
        case "sequence":
            return "".join(f"\x1e{line}\n" for line in lines)
        case "lines":
            return "".join(f"{line}\n" for line in lines)
        case _:
            return "".join(map(str, items))


def _event(item: Json) -> str:
    fields = item if isinstance(item, dict) else {}
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }
    return "\n".join(f"{name}: {text}" for name, text in texts.items())
