"""What is asked of a case by the words of "must happen".

Each check is a function of a :class:`Look` that yields what is wrong; ``CHECKS`` says which words
call for it. A case whose words call for none still gets the checks that hold for every one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.qa.hostile import always, variants
from tests.qa.hostile.look import Look
from tests.qa.hostile.trial import MAX_SECONDS

_UNEXPANDED = 200
"""MiB: three times what a small description takes."""
_INCOMING = (("callbacks",), ("webhooks",))

Check = Callable[[Look], Iterator[str]]


def check(look: Look) -> list[str]:
    """Everything that is wrong with how a case ended."""
    found = list(always.check(look))
    for words, checks in CHECKS:
        if re.search(words, look.must):
            for one in checks:
                found += one(look)
    return list(dict.fromkeys(found))


def warns(look: Look) -> Iterator[str]:
    """Output that leaves something out, or reads it otherwise, says so.

    Names of webhooks and callbacks come back as they are, where that is asked for as well.
    """
    if not look.trial.emitted or look.trial.of("warning"):
        return
    names = {s.text for s in look.document.scalars if s.is_key and s.pointer[-2:-1] in _INCOMING}
    if "round-trips" not in look.must or not names or not names <= {*look.output.constants}:
        yield "output without a warning"


def one_error(look: Look) -> Iterator[str]:
    """A refusal in one line is one error."""
    if look.trial.refused and len(look.trial.of("error")) != 1:
        yield f"{len(look.trial.of('error'))} errors, where one was asked for"


def names_the_cycle(look: Look) -> Iterator[str]:
    """A refusal of recursion says so."""
    text = " ".join(error.fact for error in look.trial.of("error"))
    words = r"cycl|circular|itself|recurs|loop|contains this|same schema"
    if look.trial.refused and not re.search(words, text):
        yield f"the refusal doesn't name a cycle: {text[:100]}"


def is_quick(look: Look) -> Iterator[str]:
    """A limit of seconds in the words counts."""
    match = re.search(r"under (\d+) s\b", look.must)
    limit = float(match[1]) if match else MAX_SECONDS
    if look.trial.generated.processor > limit:
        yield f"took {look.trial.generated.processor:.1f} s, more than {limit:.0f}"


def is_not_expanded(look: Look) -> Iterator[str]:
    """Aliases that are counted before they are followed cost next to nothing."""
    if look.trial.generated.mebibytes > _UNEXPANDED:
        yield f"took {look.trial.generated.mebibytes:.0f} MiB: aliases were expanded first"


def is_stable(look: Look) -> Iterator[str]:
    """Another hash seed makes the same bytes."""
    if look.trial.emitted:
        yield from variants.differs(look.room, look.document.path, "another hash seed", seed="1")


def is_the_same_with_lf(look: Look) -> Iterator[str]:
    """The file with other line ends makes the same output."""
    if look.trial.emitted:
        path = look.room.folder / "tmp" / look.document.path.name
        path.write_bytes(look.document.raw.replace(b"\r\n", b"\n"))
        yield from variants.differs(look.room, path, "LF line ends")
        path.unlink()


def foreign_references(look: Look) -> Iterator[str]:
    """Every reference out of the folder is refused, each at its line."""
    folder = look.document.path.parent
    for scalar in look.document.scalars:
        refers = scalar.pointer[-1:] == ("$ref",) or "mapping" in scalar.pointer
        if scalar.is_key or not refers:
            continue
        if _is_foreign(scalar.text, folder) and not look.refused_at(scalar.line):
            yield f"line {scalar.line}: {scalar.text!r} isn't refused"


def _is_foreign(reference: str, folder: Path) -> bool:
    file = reference.partition("#")[0]
    if not file:
        return False
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", file) or file.startswith(("/", "\\")):
        return True
    return not (folder / file).resolve().is_relative_to(folder.resolve())


def shows_no_file(look: Look) -> Iterator[str]:
    """No line of a file that a reference leads to is in a message or in the output."""
    shown = look.trial.generated.text
    if look.trial.emitted:
        shown += "".join(text for _, text in look.trial.sources())
    for scalar in look.document.scalars:
        if scalar.is_key or scalar.pointer[-1:] != ("$ref",):
            continue
        file = scalar.text.partition("#")[0].removeprefix("file://")
        path = look.document.path.parent / file
        if not file or not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if len(line.strip()) >= 6 and line.strip() in shown:
                yield f"{file}: its text is shown: {line.strip()[:60]!r}"
                break


CHECKS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    (r"with a warning|ignored with|warn on|mixed scripts", (warns,)),
    (r"in one line|one clear line", (one_error,)),
    (r"naming the cycle", (names_the_cycle,)),
    (r"under \d+ s", (is_quick,)),
    (r"before expansion", (is_not_expanded,)),
    (r"stable|same output", (is_stable,)),
    (r"with lf\b", (is_the_same_with_lf,)),
    (r"remote refs|outside the spec folder|refuse each with its line", (foreign_references,)),
    (r"never copy file text", (shows_no_file,)),
)
"""Words of "must happen" → what they ask for."""
