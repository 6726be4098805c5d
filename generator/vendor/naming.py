"""The name of a generated package in its own files, and its replacement in a copy.

All imports in it are relative, so only what a reader or a server sees needs the name: examples in
two docstrings, the pytest fixture, the ``User-Agent``, and the tests' note of what they test. Lines
are broken where they were: under a name of fifty letters one docstring would have other line ends.
Names are dotted, as the package is imported: ``acme.clients.pinterest``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping


def renamed(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """Return a package's files under another name."""
    made = dict(files)
    was = {"dotted": re.escape(old), "last": re.escape(_last(old))}
    for path in _PLACES.keys() & made.keys():
        text = made[path].decode()
        for pattern, after in _PLACES[path]:
            now = after.format(dotted=new, last=_last(new))
            text = re.sub(pattern.format(**was), now, text, flags=re.MULTILINE)
        made[path] = text.encode()
    return made


def renamed_tests(files: Mapping[str, bytes], old: str, new: str, root: str) -> dict[str, bytes]:
    """Return a package's tests for it under another name.

    ``root`` leads from them to where it is imported from, unless it is installed.
    """
    data = json.loads(files["cases.json"])
    agent: str = data["environment"]["user_agent"]
    if agent.startswith(f"{_last(old)}/"):
        data["environment"]["user_agent"] = _last(new) + agent.removeprefix(_last(old))
    named = {"package": new, "root": root}
    data = named | data | named  # these two first
    return {**files, "cases.json": (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()}


def _last(name: str) -> str:
    return name.rpartition(".")[2]


_PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "pytest_plugin.py": (
        (r"^(    pytest_plugins = \[['\"]){dotted}(?=\.pytest_plugin['\"]\]$)", r"\g<1>{dotted}"),
        (r"^def fake_{last}(?=\()", "def fake_{last}"),
    ),
    "testing.py": (
        (r"^    from {dotted}(?=(\.testing)? import )", "    from {dotted}"),
        (r"``fake_{last}``", "``fake_{last}``"),
    ),
    "_options.py": ((r"^(USER_AGENT = \(?\s*\"){last}/", r"\g<1>{last}/"),),
}
"""Pattern and replacement, by file."""
