"""What a caller notices between two surfaces: names that came, went and changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .annotation import Type
from .renames import renamed, renames
from .surface import Argument, Class, Field, Method, Surface

_KEYWORDS = {"nullable": "()", "extras": "False"}
"""What a class says that has no such keyword."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One name."""

    kind: str
    """``class``, ``name`` and ``keyword`` (of a class), ``member``, ``field``, ``method``,
    ``function``, ``alias`` or ``export``.
    """
    name: str
    """``audiences.create``, ``AudienceRule.retention_days``, ``ObjectiveType.VIDEO_VIEW``."""
    before: str
    """As it was written in Python; empty where there was none."""
    after: str
    """As it is written; empty where there is none any more."""
    breaks: bool
    """Whether code that type-checked and ran against the old one may stop doing so."""

    @property
    def action(self) -> str:
        """``added``, ``removed``, ``renamed`` or ``changed``."""
        if self.kind == "name":
            return "renamed"
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"

    @property
    def parts(self) -> str:
        """Of a signature or a tuple only what went and what came: ``- limit: int; + page: int``."""
        before, after = _parts(self.before), _parts(self.after)
        gone = [f"- {part}" for part in before if part not in after]
        come = [f"+ {part}" for part in after if part not in before]
        return "; ".join((*gone, *come)) or f"{self.before} → {self.after}"


def _parts(text: str) -> list[str]:
    """What stands between the outermost commas of ``(a: x, b: y) -> z``, and what comes after."""
    parts, depth, quote = [""], 0, ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        ends = not quote and ((char == "," and depth == 1) or (char == ")" and depth == 0))
        starts = char == "(" and depth == 1 and not quote
        if ends or starts:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip() not in ("", "*")]


def bump(differences: Sequence[Difference], *, changed: bool) -> str:
    """The suggested version bump: major, minor, patch (files ``changed``, no name did) or none."""
    if any(one.breaks for one in differences):
        return "major"
    if differences:
        return "minor"
    return "patch" if changed else "none"


def compare(old: Surface, new: Surface) -> tuple[Difference, ...]:
    """Every difference: what breaks first, then by name."""
    names = renames(old, new)
    old = renamed(old, names)
    sent, read = (a | b for a, b in zip(old.directions(), new.directions(), strict=True))
    found = [
        *(Difference("name", was, was, now, breaks=True) for was, now in names.items()),
        *_exports(old, new),
        *_aliases(old, new, sent, read),
        *_functions("function", "", old.functions, new.functions),
    ]
    for name in sorted({*old.classes, *new.classes}):
        before, after = old.classes.get(name), new.classes.get(name)
        if "resource" in {one.kind for one in (before, after) if one}:
            # Nobody names a resource's class: its methods are what comes and goes.
            nothing = Class("resource", (), {})
            found += _classes(name, before or nothing, after or nothing, sent=True, read=True)
        elif before is None or after is None:
            gone = Difference("class", name, _head(before), _head(after), breaks=after is None)
            found.append(gone)
        else:
            # What no operation reaches is the caller's to use in any way.
            known = name in sent or name in read
            is_sent, is_read = (name in sent, name in read) if known else (True, True)
            found += _classes(name, before, after, sent=is_sent, read=is_read)
    return tuple(sorted(found, key=lambda one: (not one.breaks, one.name, one.kind)))


def _head(one: Class | None) -> str:
    if one is None:
        return ""
    keywords = [f"{name}={value}" for name, value in one.keywords.items()]
    return f"class ({', '.join((*one.bases, *keywords))})" if one.bases or keywords else "class"


def _exports(old: Surface, new: Surface) -> Iterator[Difference]:
    for name in sorted(old.exports ^ new.exports):
        was = name in old.exports
        text = f"from … import {name}"
        yield Difference("export", name, text if was else "", "" if was else text, breaks=was)


def _aliases(old: Surface, new: Surface, sent: set[str], read: set[str]) -> Iterator[Difference]:
    for name in sorted({*old.aliases, *new.aliases}):
        before, after = old.aliases.get(name), new.aliases.get(name)
        if before is None or after is None:
            shown = (str(before) if before else "", str(after) if after else "")
            yield Difference("alias", name, *shown, breaks=after is None)
        elif before != after:
            breaks = _type_breaks(before, after, sent=name in sent, read=name in read)
            yield Difference("alias", name, str(before), str(after), breaks)


def _type_breaks(old: Type, new: Type, *, sent: bool, read: bool) -> bool:
    """Sent values must still be taken; what is read must be what the caller was told."""
    if sent and (not new.takes(old) or new.is_tighter(old)):
        return True
    return read and not old.takes(new)


def _classes(name: str, old: Class, new: Class, *, sent: bool, read: bool) -> Iterator[Difference]:
    if old.bases != new.bases:
        lost = not set(old.bases) <= set(new.bases)
        yield Difference("class", name, _head(old), _head(new), breaks=lost)
    yield from _keywords(name, old, new, sent=sent)
    for member in sorted({*old.members, *new.members}):
        before, after = old.members.get(member, ""), new.members.get(member, "")
        if before != after:
            yield Difference("member", f"{name}.{member}", before, after, breaks=bool(before))
    for member in sorted({*old.fields, *new.fields}):
        yield from _fields(
            f"{name}.{member}", old.fields.get(member), new.fields.get(member), new, sent, read
        )
    yield from _functions("method", name, old.methods, new.methods)


def _keywords(name: str, old: Class, new: Class, *, sent: bool) -> Iterator[Difference]:
    for keyword in sorted({*old.keywords, *new.keywords}):
        before, after = old.keywords.get(keyword, ""), new.keywords.get(keyword, "")
        if before == after:
            continue
        lost = any(one not in after for one in before.strip("()").split(", ") if one)
        was, now = (value or _KEYWORDS.get(keyword, "none") for value in (before, after))
        yield Difference("keyword", f"{name}({keyword})", was, now, breaks=sent and lost)


def _fields(
    name: str, old: Field | None, new: Field | None, owner: Class, sent: bool, read: bool
) -> Iterator[Difference]:
    if old is None and new is not None:
        demands = new.required and owner.kind in ("model", "dataclass") and sent
        yield Difference("field", name, "", _field(new), breaks=demands)
    elif new is None and old is not None:
        yield Difference("field", name, _field(old), "", breaks=True)
    elif old is not None and new is not None and (old != new or old.type.limits != new.type.limits):
        both = owner.kind != "model"
        breaks = _type_breaks(old.type, new.type, sent=sent or both, read=read or both)
        breaks = breaks or (sent and new.required and not old.required)
        yield Difference("field", name, _field(old), _field(new), breaks)


def _field(one: Field) -> str:
    return f"{one.type}, required" if one.required else str(one.type)


def _functions(
    kind: str,
    owner: str,
    old: Mapping[str, tuple[Method, ...]],
    new: Mapping[str, tuple[Method, ...]],
) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        before, after = old.get(name, ()), new.get(name, ())
        if before == after:
            continue
        shown = owner if name == "__init__" else f"{owner}.{name}".lstrip(".")
        was, now = (" or ".join(map(str, methods)) for methods in (before, after))
        yield Difference(kind, shown, was, now, breaks=_calls_break(before, after))


def _calls_break(old: tuple[Method, ...], new: tuple[Method, ...]) -> bool:
    """Whether a call that fitted a signature of ``old`` may fit none of ``new``."""
    return not all(any(not _call_breaks(one, other) for other in new) for one in old)


def _call_breaks(old: Method, new: Method) -> bool:
    if not old.result.takes(new.result):
        return True
    places = [[a for a in m.arguments if not a.keyword_only] for m in (old, new)]
    for before, after in zip_longest(*places):
        if before is None:
            break  # more places at the end: looked at below, by name
        if after is None or before.name != after.name:
            return True
    known = {one.name: one for one in new.arguments}
    if any(_argument_breaks(one, known.get(one.name)) for one in old.arguments):
        return True
    had = {one.name for one in old.arguments}
    return any(not one.default for one in new.arguments if one.name not in had)


def _argument_breaks(old: Argument, new: Argument | None) -> bool:
    if new is None or (new.keyword_only and not old.keyword_only):
        return True
    if old.default and not new.default:
        return True
    return not new.type.takes(old.type) or new.type.is_tighter(old.type)
