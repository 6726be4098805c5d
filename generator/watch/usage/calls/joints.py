"""URLs below base URLs."""

from __future__ import annotations

from .texts import EMPTY, Joint, Part, Text, Texts, concatenated, merged

SCHEMES = ("http://", "https://")


def joined(base: Texts, url: Texts, *, is_appended: bool) -> Texts:
    """Return URLs below base URLs."""
    if base == EMPTY:
        return url
    return concatenated([base, ((Joint(is_appended),),), url])


def flattened(text: Text) -> Text:
    """Return a URL without joints."""
    *bases, last = _between_joints(text)
    for base, joint in reversed(bases):
        last = _below(base, last[0], is_appended=joint), joint
    return last[0]


def _between_joints(text: Text) -> list[tuple[Text, bool]]:
    """Return the parts of a text that joints separate, each with the kind of that after it."""
    pieces: list[tuple[Text, bool]] = []
    parts: list[Part] = []
    for part in text:
        if isinstance(part, Joint):
            pieces.append((tuple(parts), part.is_appended))
            parts = []
        else:
            parts.append(part)
    pieces.append((tuple(parts), False))
    return pieces


def _below(base: Text, url: Text, *, is_appended: bool) -> Text:
    if not base or not url:
        return base or url
    first = url[0]
    if isinstance(first, str) and first.lower().startswith(SCHEMES):
        return url
    is_rooted = isinstance(first, str) and first.startswith("/")
    if is_appended:
        return merged([*_without_last_slash(base), "/", *_without_first_slash(url)])
    resolve = _origin if is_rooted else _folder
    return merged([*resolve(base), "/", *_without_first_slash(url)])


def _without_last_slash(text: Text) -> Text:
    *before, last = text
    if not isinstance(last, str):
        return text
    return (*before, last.rstrip("/"))


def _without_first_slash(text: Text) -> Text:
    first, *after = text
    if not isinstance(first, str):
        return text
    return (first.lstrip("/"), *after)


def _origin(base: Text) -> Text:
    """Return the scheme and the host of a URL."""
    result: list[Part] = []
    for part in base:
        if isinstance(part, str):
            scheme, separator, _ = part.partition("://")
            end = part.find("/", len(scheme) + len(separator) if separator else 0)
            if end >= 0:
                return (*result, part[:end])
        result.append(part)
    return tuple(result)


def _folder(base: Text) -> Text:
    """Return a URL up to its last slash."""
    *before, last = base
    if not isinstance(last, str):
        return base
    end = last.rfind("/")
    if end < 0 or last[:end].lower() in ("http:/", "https:/"):
        return base
    return (*before, last[:end])
