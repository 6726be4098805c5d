"""The default responses of the fake, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..ir import Api, Case, Json


def fake_replies(api: Api, cases: Sequence[Case]) -> str:
    """Return one success of each operation as JSON: the arguments of a ``Reply`` by constant."""
    constants = {op.call: str(op.constant) for op in api.operations}
    for op in api.operations:
        constants |= {one.call: str(one.constant) for one in (op.streamed, op.pages) if one}
    found: dict[str, Json] = {}
    for case in cases:
        arguments = case.data.get("arguments")
        is_default = not isinstance(arguments, dict) or "accept" not in arguments
        if is_default and case.kind in ("response", "stream") and constants[case.call] not in found:
            reply: dict[str, Json] = {"status_code": case.data["status"]}
            if "body" in case.data:
                body = case.data.get("content", case.data["body"])
                kind = case.data["content_type"]
                reply["body"] = body
                if kind != "application/json" or not isinstance(body, (dict, list)):
                    reply["headers"] = {"content-type": kind}
            found[constants[case.call]] = reply
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
