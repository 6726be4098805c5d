"""The parts of a multipart body (RFC 2046 §5.1, RFC 7578); a part is never looked into."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from ...base.budget import Budget
from ...base.immutable import immutable

MAX_PARTS: Final = 10_000
_MAX_HEAD: Final = 2**14
"""Bytes of the headers of a part that are read."""
_PARAMETER = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]++")
"""The end of a line of a header that is continued (RFC 5322 §2.2.3)."""
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


@immutable
class BodyPart:
    """A part of a multipart body."""

    headers: Mapping[str, str]
    """By their names in lower case."""
    content: bytes
    """Without its Content-Transfer-Encoding."""

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()

    @property
    def disposition(self) -> Mapping[str, str]:
        """The parameters of the Content-Disposition."""
        return parameters_of(self.headers.get("content-disposition", ""))


def parts_of(body: bytes, content_type: str) -> Iterator[BodyPart]:
    """Yield the parts; none of what isn't a multipart body.

    Raise :class:`BudgetExceeded` for too many.
    """
    boundary = parameters_of(content_type).get("boundary", "").encode("latin-1", "replace")
    delimiter = b"\n--" + boundary
    body = b"\n" + body
    Budget(MAX_PARTS, "parts in a body").spend(body.count(delimiter) if boundary else 0)
    sections = body.split(delimiter) if boundary else []
    section: list[bytes] = []
    for each in sections[1:]:
        line, _, content = each.partition(b"\n")
        is_last = line.startswith(b"--")
        if line.removeprefix(b"--").strip():  # another line that begins like a delimiter
            section += [delimiter, each]
            continue
        if section:
            yield _part(b"".join(section))
        section = [] if is_last else [content]
        if is_last:
            return
    if section:
        yield _part(b"".join(section))


def _part(section: bytes) -> BodyPart:
    """Return a part, which is without headers where its first line is empty."""
    section = b"\n" + section.removesuffix(b"\r")
    blank = _BLANK_LINE.search(section)
    head = section[: blank.start() if blank else len(section)][:_MAX_HEAD]
    text = _FOLD.sub(" ", head.decode("utf-8", "replace"))
    lines = (line.partition(":") for line in text.splitlines())
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    content = section[blank.end() :] if blank else b""
    return BodyPart(headers, _decoded(content, headers.get("content-transfer-encoding", "")))


def _decoded(content: bytes, encoding: str) -> bytes:
    if encoding.lower() == "quoted-printable":
        return quopri.decodestring(content)
    if encoding.lower() == "base64":
        try:
            return binascii.a2b_base64(content)
        except ValueError:
            return content
    return content


def parameters_of(header: str) -> dict[str, str]:
    """Return the parameters of a header, their names in lower case (RFC 9110 §5.6.6, RFC 8187)."""
    parameters: dict[str, str] = {}
    for match in _PARAMETER.finditer(header):
        name, quoted, token = match[1].lower(), match[2], match[3]
        value = token.strip() if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
        if name.endswith("*") and value.count("'") > 1:
            name, value = name[:-1], unquote(value.split("'", 2)[2])
        parameters[name] = value
    return parameters
