"""What one call sends although the description lacks it: a body, and more of the query."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from .encoding import as_data, in_form, utf8
from .errors import RequestError
from .headers import header_safe
from .numbers import with_numbers
from .operation import Operation, RequestBuilder
from .options import Options

_ANY: TypeAdapter[Any] = TypeAdapter(Any, config=ConfigDict(ser_json_inf_nan="constants"))


def add_undescribed(builder: RequestBuilder, operation: Operation[Any], options: Options) -> None:
    """Add the body and the query of the options.

    Raises :class:`RequestError` for a body of an operation that has one, and for half of one.
    """
    body, media_type = options.body, options.content_type
    if options.query:
        builder.query += in_form(options.query)
    if body is None and not media_type:
        return
    if operation.body is not None:
        raise RequestError(
            f"{operation.name} has a body, so Options can't have one; nothing was sent"
        )
    if isinstance(body, str) and media_type:
        body = utf8(body)
    if body is None or (isinstance(body, bytes) and not media_type):
        raise RequestError("Options needs both body and content_type; nothing was sent")
    media_type = header_safe("content-type", media_type or "application/json")
    if isinstance(body, bytes):
        builder.put(body, media_type)
    else:
        data = as_data(_ANY, body)
        try:
            text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        except ValueError as cause:
            raise RequestError(f"the body can't be written: {cause}; nothing was sent") from cause
        builder.put(with_numbers(utf8(text)), media_type)
