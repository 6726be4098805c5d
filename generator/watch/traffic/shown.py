"""Recorded names that a report may show: a name may be a value, or hold one."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
"""What the recorder of a client has in place of a secret."""
_LONGEST: Final = 200
"""Characters of a name that are looked at."""
UNSHOWN: Final = "{…}"
"""In place of what isn't shown."""
_NAME = re.compile(r"[A-Za-z_$][\w.$:\[\]/ -]{0,63}")
_DATA = re.compile(
    r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"  # a UUID
    r"|[^\s@]+@[^\s@]+\.[^\s@]+"  # a mail address
    r"|^(?=.*\d)(?:[\W\d_]+|(?=.*\d)[0-9a-f]{16,})$",  # a number, a date, a hash
    re.IGNORECASE,
)
WITHOUT_MEDIA_TYPE = ("none", "a body")
"""The words for the media type of a body that has none."""
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


def shown_name(name: str) -> str:
    """Return the name of a member, a parameter or a header, if it looks like one."""
    return name if _NAME.fullmatch(name) and not is_data(name) else UNSHOWN


def is_data(name: str) -> bool:
    """Return whether a name looks like a value: a UUID, a mail address or a number."""
    return _DATA.search(name[:_LONGEST]) is not None


def shown_media_type(name: str) -> str:
    """Return a media type, if it is well-formed."""
    return name if _MEDIA_TYPE.fullmatch(name) or name in WITHOUT_MEDIA_TYPE else UNSHOWN


def split_url(url: str) -> tuple[str, str, str, str]:
    """Return the scheme, the host with its port, the path and the query, as they are written."""
    address, _, query = url.partition("#")[0].partition("?")
    scheme, _, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    return scheme, authority.rpartition("@")[2], f"{slash}{path}", query


def host_of(url: str) -> str:
    """Return host and port of a URL, without a user name, if they are well-formed."""
    scheme, host, _, _ = split_url(url)
    return host if scheme.isalnum() and _HOST.fullmatch(host) else UNSHOWN
