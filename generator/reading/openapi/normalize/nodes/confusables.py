"""Names that look like others: letters of several scripts, and invisible characters.

Source: Unicode Technical Standard 39 §5.2 (Restriction-Level Detection, "highly restrictive").
"""

from __future__ import annotations

import unicodedata

from .....base.errors import Findings
from ....document.tree import Location

_TOGETHER = (
    frozenset({"Latin", "Cjk", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Cjk", "Bopomofo"}),
    frozenset({"Latin", "Cjk", "Hangul"}),
)
"""Scripts that languages are written in together."""


def warn_of_confusables(name: str, where: Location, findings: Findings) -> None:
    """Warn of a name that a reader may take for another."""
    if name.isascii():
        return
    scripts = {_script(char) for char in name if char.isalpha()}
    unseen = sorted({char for char in name if unicodedata.category(char) == "Cf"})
    facts: list[str] = []
    if len(scripts) > 1 and not any(scripts <= usual for usual in _TOGETHER):
        facts.append(f"mixes the scripts {' and '.join(sorted(scripts))}")
    if unseen:
        facts.append(
            f"contains {', '.join(f'U+{ord(char):04X}' for char in unseen)}, which is invisible"
        )
    if facts:
        findings.warn(
            "mixed-scripts",
            where,
            f"the name {name!a} {' and '.join(facts)}, so it may look like another",
            "Compare it with the documentation of the API.",
        )


def _script(char: str) -> str:
    if char.isascii():
        return "Latin"
    return unicodedata.name(char, "Unknown").split()[0].capitalize()
