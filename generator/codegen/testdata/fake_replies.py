"""The default responses of the fake, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...base.printable import escaped_json
from ..ir.operations import Case
from ..ir.package import Api
from ..ir.types import Json


def fake_replies(api: Api, cases: Sequence[Case]) -> str:
    """Return a success of each operation as JSON: the arguments of a ``Reply`` by constant.

    That for a media type that ``accept=`` selects has it after the constant and a space.
    """
    constants = {op.call: str(op.constant) for op in api.operations}
    for op in api.operations:
        constants |= {one.call: str(one.constant) for one in (op.streamed, op.pages) if one}
    found: dict[str, Json] = {}
    for case in cases:
        if case.kind not in ("response", "stream"):
            continue
        key = f"{constants[case.call]} {case.arguments.get('accept', '')}".rstrip()
        if key not in found:
            reply: dict[str, Json] = {"status_code": case.data["status"]}
            if "body" in case.data:
                body = case.data.get("content", case.data["body"])
                kind = case.data["content_type"]
                reply["body"] = body
                if kind != "application/json" or not isinstance(body, (dict, list)):
                    reply["headers"] = {"content-type": kind}
            found[key] = reply
    return escaped_json(json.dumps(found, indent=1, ensure_ascii=False)) + "\n"
