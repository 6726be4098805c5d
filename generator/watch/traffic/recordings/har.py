"""Entries of HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from urllib.parse import urlencode

from ..exchange import Message, RecordedExchange, RecordingPlace
from .flaws import Malformed
from .values import (
    Headers,
    as_body,
    as_headers,
    as_mapping,
    as_mappings,
    as_method,
    as_status,
    as_text,
    optional_text,
)

_FORM = "application/x-www-form-urlencoded"
_NAME_AND_VALUE = itemgetter("name", "value")
_Content = Mapping[str, object]


def exchange_of_entry(entry: object, place: RecordingPlace) -> RecordedExchange:
    """Return the exchange of an entry; raises :class:`Malformed`."""
    members = as_mapping(entry, "the entry")
    request = as_mapping(members.get("request"), "its request")
    response = as_mapping(members.get("response"), "its response")
    posted = as_mapping(request.get("postData") or {}, "its postData")
    content = as_mapping(response.get("content") or {}, "its content")
    status = response.get("status")
    posted_body = (_form(posted), "") if _is_form(posted) else _body(posted)
    return RecordedExchange(
        place,
        as_method(request.get("method")),
        as_text(request.get("url"), "the URL"),
        Message(
            _headers(request, posted),
            *posted_body,
            is_cut=not posted_body[0] and _has_body(request),
        ),
        0 if status == -1 else as_status(status),  # of an aborted request
        Message(_headers(response, content), *_received(response, content), _is_cut(content)),
        optional_text(members.get("startedDateTime")),
    )


def _headers(message: _Content, content: _Content) -> Headers:
    """Return the headers; without a content-type that of the content, if it is a media type."""
    members = as_mappings(message.get("headers") or [], "a list of headers")
    try:
        headers = as_headers(map(_NAME_AND_VALUE, members))
    except KeyError as error:
        raise Malformed(f"a header has no {error}") from None
    media_type = optional_text(content.get("mimeType"))
    if "content-type" not in headers and "/" in media_type:  # Chrome writes x-unknown
        headers["content-type"] = (media_type,)
    return headers


def _body(content: _Content) -> tuple[bytes | None, str]:
    """Return the body, which never has its content-encoding, or why it isn't readable."""
    text = content.get("text")
    if text is None or (text == "" and (content.get("params") or _is_unlike_zero(content))):
        return None, ""  # as Firefox leaves it out
    encoding = optional_text(content.get("encoding"))
    if encoding not in ("", "base64"):
        return None, f"recorded in the unknown encoding {encoding!r}"
    return as_body(text, is_base64=encoding == "base64")


def _received(response: _Content, content: _Content) -> tuple[bytes | None, str]:
    """Return the body of a response; browsers write no text for one of no size."""
    sizes = content.get("size"), response.get("bodySize")
    if content.get("text") is None and sizes[0] == 0 and not _is_positive(sizes[1]):
        return b"", ""
    return _body(content)


def _is_cut(content: _Content) -> bool:
    """Return whether only the beginning of a body was recorded, which Schemathesis tells."""
    return optional_text(content.get("comment")).startswith("Body truncated:")


def _is_unlike_zero(content: _Content) -> bool:
    size = content.get("size")
    return isinstance(size, float) and size != 0.0


def _has_body(request: _Content) -> bool:
    """Return whether a request had a body, although it isn't recorded."""
    return _is_positive(request.get("bodySize"))


def _is_positive(size: object) -> bool:
    return isinstance(size, float) and size > 0


def _is_form(posted: _Content) -> bool:
    media_type = optional_text(posted.get("mimeType")).partition(";")[0]
    has_only_params = bool(posted.get("params")) and not posted.get("text")
    return has_only_params and media_type.strip().lower() == _FORM


def _form(posted: _Content) -> bytes:
    """Return the body that the parameters of a form make."""
    params = as_mappings(posted["params"], "the list of parameters")
    pairs = [
        (as_text(param.get("name"), "a name"), optional_text(param.get("value")))
        for param in params
    ]
    return urlencode(pairs, errors="surrogatepass").encode("ascii")
