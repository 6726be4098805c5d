"""The address of a server whose URL has variables (OpenAPI 3.1.1 §4.8.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping


def with_variables(url: str, variables: Mapping[str, str]) -> str:
    """Return the URL with the values of its variables.

    A value is inserted as it is. Raises ``ValueError`` for one that would end the host, or the
    path, that it is a part of. One after the host may be the path, and one without a host before it
    the whole address.
    """
    host = url.find("//") + 2
    end_of_host = f"{url}/".index("/", host) if host > 1 else 0

    def value(match: re.Match[str]) -> str:
        name = match[1]
        is_path = match.start() >= end_of_host
        is_last = match.end() == end_of_host and variables[name].startswith("/")
        allowed = r"[\w.~:/-]*" if is_path or is_last else r"[\w.~:-]*"
        if not re.fullmatch(allowed, variables[name], re.ASCII) or ".." in variables[name]:
            raise ValueError(f"the server variable {name} has a character that isn't allowed there")
        return variables[name]

    return re.sub(rf"\{{({'|'.join(map(re.escape, variables))})\}}", value, url)
