"""What is asked of a case by the words of "must happen".

Each check is a function of a :class:`Look` that yields what is wrong; ``CHECKS`` says which words
call for it. A case whose words call for none still gets the checks that hold for every one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.qa.hostile import always, document, probe, variants
from tests.qa.hostile.document import operations
from tests.qa.hostile.look import Look
from tests.qa.hostile.trial import MAX_SECONDS

_UNEXPANDED = 200
"""MiB: three times what a small description takes."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEQUENCES = frozenset({
    "allOf", "anyOf", "enum", "oneOf", "parameters", "required", "security", "servers", "tags",
})  # fmt: skip
_MAPPINGS = frozenset({
    "callbacks", "components", "content", "encoding", "headers", "info", "mapping", "paths",
    "properties", "responses", "schemas", "securitySchemes", "variables", "webhooks",
})  # fmt: skip


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


def repeated_keys(look: Look) -> Iterator[str]:
    """Of a key that stands twice both lines are told."""
    for first, second in look.document.twice:
        if not look.refused_at(second):
            yield f"line {second}: the key of line {first} again isn't refused"
        elif not look.refused_at(first):
            yield f"line {second}: the refusal doesn't say that line {first} has the key too"


def keys_that_are_no_text(look: Look) -> Iterator[str]:
    """Keys that YAML 1.2 reads as numbers, null or lists are refused; statuses may be numbers."""
    for scalar in look.document.scalars:
        if not scalar.is_key or scalar.is_text or scalar.pointer[-2:-1] == ("responses",):
            continue
        if not look.refused_at(scalar.line):
            yield f"line {scalar.line}: the key {scalar.text!r} isn't refused"
    for _, line in look.document.odd_keys:
        if not look.refused_at(line):
            yield f"line {line}: a key that is a list or a mapping isn't refused"


def enumerations_as_written(look: Look) -> Iterator[str]:
    """A value is kept as it is written, or refused at its line."""
    for scalar in look.document.scalars:
        if scalar.is_key or scalar.pointer[-2:-1] != ("enum",) or not look.is_used(scalar.pointer):
            continue
        if scalar.text in look.output.constants if look.trial.emitted else False:
            continue
        if not look.reported(scalar.line):
            yield f"line {scalar.line}: {scalar.text!r} is neither kept nor refused"


def wild_numbers(look: Look) -> Iterator[str]:
    """Infinite, undefined and huge numbers are refused, each at its line."""
    for scalar in look.document.scalars:
        if scalar.is_key or scalar.is_text:
            continue
        text = scalar.text.lower()
        wild = bool(re.fullmatch(r"[-+]?\.inf|\.nan", text)) or len(text) > 400
        if re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", text) and not wild:
            wild = float(text) in (float("inf"), float("-inf"))
        if wild and not look.refused_at(scalar.line):
            yield f"line {scalar.line}: {scalar.text[:30]} isn't refused"


def wrong_shapes(look: Look) -> Iterator[str]:
    """Lists where mappings belong and the reverse are refused, each at its line."""
    for pointer, kind in look.document.kinds.items():
        word = pointer[-1] if pointer else ""
        inside = pointer[-2] if len(pointer) > 1 else ""
        if inside in ("properties", "schemas") and len(pointer) > 1:
            wrong = kind == "sequence"
        else:
            wrong = (word in _SEQUENCES and kind == "mapping") or (
                word in _MAPPINGS and kind == "sequence"
            )
        line = look.document.lines[pointer]
        if wrong and not (look.refused_at(line) or look.refused_at(line + 1)):
            yield f"line {line}: {word!r} is a {kind}, and isn't refused"


def names_a_converter(look: Look) -> Iterator[str]:
    """The refusal of another format says what to do first."""
    if not re.search(r"convert", look.trial.generated.err, re.IGNORECASE):
        yield "the refusal doesn't say to convert first"


def path_parameters(look: Look) -> Iterator[str]:
    """A declared path parameter that the path lacks is refused; an undeclared one is a string."""
    for pointer, path in operations(look.document):
        holes = set(re.findall(r"\{([^{}]*)\}", path))
        declared: dict[str, int] = {}
        for scalar in look.document.scalars:
            at = scalar.pointer
            in_path = at[-1:] == ("in",) and scalar.text == "path" and "parameters" in at[-3:-1]
            is_mine = at[: len(pointer)] == pointer or at[:-3] == pointer[:-1]
            if in_path and is_mine:
                name = look.document.at(*at[:-1], "name")
                declared[name] = look.document.lines[at[:-1]]
        for name, line in declared.items():
            if name not in holes and not look.reported(line):
                yield f"line {line}: the path has no {name!r}, and that isn't refused"
        for name in holes - declared.keys():
            line = look.document.lines[("paths", path)]
            if look.trial.emitted and not look.reported(line, "warning"):
                yield f"line {line}: nobody declares {name!r}, and no warning says so"


def servers(look: Look) -> Iterator[str]:
    """Only http and https without credentials; plain http gets a warning."""
    for scalar in look.document.scalars:
        if scalar.is_key or scalar.pointer[-1] != "url" or "servers" not in scalar.pointer:
            continue
        url = urlsplit(_CONTROL.sub("", scalar.text))
        bad = bool(_CONTROL.search(scalar.text) or url.username or url.password)
        bad = bad or url.scheme not in ("", "http", "https")
        if bad and not look.refused_at(scalar.line):
            yield f"line {scalar.line}: the server {scalar.text!r} isn't refused"


def header_names(look: Look) -> Iterator[str]:
    """No header name with control characters gets through."""
    for scalar in look.document.scalars:
        at = scalar.pointer
        if scalar.is_key or at[-1:] != ("name",) or not _CONTROL.search(scalar.text):
            continue
        is_header = look.document.at(*at[:-1], "in") in ("header", "cookie")
        if is_header and look.is_used(at) and not look.refused_at(scalar.line):
            yield f"line {scalar.line}: the header name {scalar.text!r} isn't refused"


def mended(*probes: str, checks: tuple[Check, ...] = ()) -> Check:
    """What is asked of the output; of a refused case's, without what was refused.

    So a refusal doesn't hide what else is wrong, and nothing but the refused is at fault. Probes
    are calls of the generated client; ``checks`` are asked of the mended one besides.
    """

    def ask(look: Look) -> Iterator[str]:
        if look.trial.emitted:
            yield from probe.run(look.room, look.room.out, probes)
            return
        if not look.trial.refused:
            return
        variant = variants.mended(look.room, look.document, look.trial)
        if isinstance(variant, str):
            yield variant
            return
        room, trial = variant
        rest = Look(look.case, document.read(room.spec), trial, room, look.frame)
        for one in (_faults, always.emitted, *checks):
            yield from (f"without what was refused: {fault}" for fault in one(rest))
        yield from probe.run(room, room.out, probes)

    return ask


def _faults(look: Look) -> Iterator[str]:
    yield from look.trial.faults


def patterns_are_told(look: Look) -> Iterator[str]:
    """A pattern is kept, or a warning at its line says why not."""
    if not look.trial.emitted:
        return
    for scalar in look.document.scalars:
        if scalar.is_key or scalar.pointer[-1:] != ("pattern",) or not look.is_used(scalar.pointer):
            continue
        kept = look.output.has_pattern(scalar.text)
        told = any(abs(p.line - scalar.line) <= 1 for p in look.trial.problems)
        if not kept and not told:
            yield f"line {scalar.line}: the pattern {scalar.text!r} is dropped without a word"


def names_differ(look: Look) -> Iterator[str]:
    """Names that look alike become different names, and a warning tells of mixed scripts."""
    if look.trial.emitted and not look.trial.of("warning"):
        yield "no warning for mixed scripts"


CHECKS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    (r"with a warning|ignored with|warn on", (warns,)),
    (r"in one line|one clear line", (one_error,)),
    (r"naming the cycle", (names_the_cycle,)),
    (r"under \d+ s", (is_quick,)),
    (r"before expansion", (is_not_expanded,)),
    (r"stable|same output", (is_stable,)),
    (r"with lf\b", (is_the_same_with_lf,)),
    (r"remote refs|outside the spec folder|refuse each with its line", (foreign_references,)),
    (r"never copy file text", (shows_no_file,)),
    (r"both lines", (repeated_keys,)),
    (r"status keys", (keys_that_are_no_text,)),
    (r"yaml 1\.2", (enumerations_as_written,)),
    (r"non-finite|oversize", (wild_numbers,)),
    (r"refuse each with its line", (wrong_shapes,)),
    (r"convert first", (names_a_converter,)),
    (r"path parameter", (path_parameters, mended(checks=(path_parameters,)))),
    (r"without userinfo", (servers, mended(checks=(servers,)))),
    (r"header name", (header_names, mended("header"))),
    (r"redirect", (mended("redirect"),)),
    (r"masked", (mended("secrets"),)),
    (r"base name|saves a file", (mended("download"),)),
    (r"pattern that|invalid regex", (patterns_are_told, mended(checks=(patterns_are_told,)))),
    (r"mixed scripts", (names_differ,)),
)
"""Words of "must happen" → what they ask for."""
