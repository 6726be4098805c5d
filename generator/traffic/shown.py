"""Recorded names that a report may show: a name may be a value, or hold one."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
"""What the recorder of a client has in place of a secret."""
UNSHOWN: Final = "{…}"
"""In place of what isn't shown."""
_NAME = re.compile(r"[A-Za-z_$][\w.$:\[\]/ -]{0,63}")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


def shown_name(name: str) -> str:
    """Return the name of a member, a parameter or a header, if it looks like one."""
    return name if _NAME.fullmatch(name) else UNSHOWN


def shown_media_type(name: str) -> str:
    """Return a media type, if it is well-formed."""
    return name if _MEDIA_TYPE.fullmatch(name) or name in ("none", "a body") else UNSHOWN


def host_of(url: str) -> str:
    """Return host and port of a URL, without a user name, if they are well-formed."""
    scheme, _, rest = url.partition("#")[0].partition("?")[0].partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    return host if scheme.isalnum() and _HOST.fullmatch(host) else UNSHOWN
