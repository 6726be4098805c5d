"""What one call sends although it isn't described so: another body, and more of the query."""

from __future__ import annotations

import json
from typing import Any

from .encoding import ANY, as_data, in_form, is_json_type, utf8
from .errors import RequestError
from .headers import header_safe
from .numbers import with_numbers
from .operation import Operation, RequestBuilder
from .options import Options


def add_undescribed(builder: RequestBuilder, operation: Operation[Any], options: Options) -> None:
    """Add the body and the query of the options.

    Raises :class:`RequestError` for a body without the media type that it needs, and for a media
    type alone.
    """
    body, media_type = options.body, options.content_type
    if options.query:
        builder.query += in_form(options.query)
    if body is None and not media_type:
        return
    described = "" if operation.body is None else operation.body.media_type
    takes_json = is_json_type(described)
    if isinstance(body, str) and (media_type or (described and not takes_json)):
        body = utf8(body)
    if isinstance(body, bytes) and not described.startswith("multipart/"):  # has a boundary
        media_type = media_type or described
    if body is None or (isinstance(body, bytes) and not media_type):
        raise RequestError("Options needs both body and content_type; nothing was sent")
    media_type = media_type or (described if takes_json else "application/json")
    media_type = header_safe("content-type", media_type)
    if isinstance(body, bytes):
        builder.set_body(body, media_type)
    else:
        data = as_data(ANY, body)
        try:
            text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        except ValueError as cause:
            raise RequestError(f"the body can't be written: {cause}; nothing was sent") from cause
        builder.set_body(with_numbers(utf8(text)), media_type)
