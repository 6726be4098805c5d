"""Where a generated package says its own name, and how a copy gets another.

All imports in it are relative, so only what a reader or a server sees needs the name: examples in
two docstrings, the pytest fixture, the ``User-Agent``, and the tests' note of what they test. Lines
are broken where they were: under a name of fifty letters one docstring would have other line ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """What a package is called."""

    dotted: str
    """As it is imported: ``acme.clients.pinterest``."""

    @property
    def last(self) -> str:
        """The folder's own name."""
        return self.dotted.rpartition(".")[2]


def renamed(files: Mapping[str, bytes], old: Name, new: Name) -> dict[str, bytes]:
    """A package's files under another name."""
    made = dict(files)
    for path, places in _PLACES.items():
        if path in made:
            text = made[path].decode()
            for before, after in places:
                pattern = before.format(dotted=re.escape(old.dotted), last=re.escape(old.last))
                text = re.sub(
                    pattern,
                    after.format(dotted=new.dotted, last=new.last),
                    text,
                    flags=re.MULTILINE,
                )
            made[path] = text.encode()
    return made


def renamed_tests(files: Mapping[str, bytes], old: Name, new: Name, root: str) -> dict[str, bytes]:
    """A package's tests for it under another name; ``root`` leads from them to where it is imported
    from, where it isn't installed.
    """
    made = dict(files)
    data = json.loads(made["cases.json"])
    agent: str = data["environment"]["user_agent"]
    if agent.startswith(f"{old.last}/"):
        data["environment"]["user_agent"] = new.last + agent.removeprefix(old.last)
    data = {
        "package": new.dotted,
        "root": root,
        **{k: v for k, v in data.items() if k not in ("package", "root")},
    }
    made["cases.json"] = (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
    return made


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
