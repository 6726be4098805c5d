"""What is asked of every case, whatever its words: outcome, refusals, texts and wire names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from tests.qa.hostile import output
from tests.qa.hostile.document import Document, Pointer, Scalar
from tests.qa.hostile.look import NEAR, Look

_HOSTILE = re.compile(r"['\"\\\n\r\t\v\f\x85\u2028\u2029{}#]|__|import|://|\.\./")
# Members of which no text reaches the output: nothing is made of them.
_UNUSED = frozenset({
    "bearerFormat", "callbacks", "contact", "example", "examples", "externalDocs", "license",
    "links", "scopes", "termsOfService", "title", "version", "xml",
})  # fmt: skip


def check(look: Look) -> Iterator[str]:
    """Everything that would be wrong with any case."""
    yield from _outcome(look)
    if look.trial.refused:
        yield from _refusal(look)
    if look.trial.emitted:
        yield from emitted(look)


def emitted(look: Look) -> Iterator[str]:
    """Everything that would be wrong with any output."""
    yield from look.output.faults
    yield from texts_come_back(look)
    yield from wire_names_are_kept(look)


def _outcome(look: Look) -> Iterator[str]:
    if look.trial.emitted and not look.case.may_emit:
        yield "output, where a refusal was asked for"
    if look.trial.refused and not look.case.may_refuse:
        first = look.trial.of("error")[:1]
        yield f"refused, where output was asked for: {first[0].fact if first else ''}"


def _refusal(look: Look) -> Iterator[str]:
    """Each error with place and remedy; the places at what is odd in the file."""
    errors = look.trial.of("error")
    if not errors:
        yield f"refused without an error that has a place: {look.trial.generated.err[:200]!r}"
    count = look.document.raw.count(b"\n") + 2
    for error in errors:
        if not error.line and look.case.must_be_located:
            yield f"no line: {error.fact[:100]}"
        if error.line > count:
            yield f"line {error.line} is past the end of the file: {error.fact[:100]}"
        if not error.remedy:
            yield f"no remedy: {error.fact[:100]}"
        if len(error.fact) + len(error.remedy) > 1500:
            yield f"a message of {len(error.fact) + len(error.remedy)} characters"
    odd = [
        number
        for number, line in enumerate(look.document.text.splitlines(), 1)
        if line.strip() not in look.frame and not line.startswith("#")
    ]
    placed = [error for error in errors if error.line]
    if placed and odd and not any(
        abs(error.line - number) <= NEAR for error in placed for number in odd
    ):  # fmt: skip
        yield f"line {placed[0].line} is not where the construct stands (lines {odd[:5]})"


def texts_come_back(look: Look) -> Iterator[str]:
    """Every odd text that operations use is in the output as it was, or a warning tells of it."""
    paths = {unquote(constant.partition(" ")[2]) for constant in look.output.constants}
    for scalar in look.document.scalars:
        if not _is_telling(look, scalar):
            continue
        text = scalar.text
        if text in look.output.constants or output.even(text) in look.output.prose:
            continue
        if text.partition("#")[0] in paths:
            continue
        if scalar.pointer[-1] == "pattern" and look.output.has_pattern(text):
            continue
        if look.reported(scalar.line):
            continue
        yield f"line {scalar.line}: neither in the output nor reported: {text[:80]!r}"


def _is_telling(look: Look, scalar: Scalar) -> bool:
    pointer = scalar.pointer
    if len(scalar.text) < 3 or not _HOSTILE.search(scalar.text):
        return False
    if any(part in _UNUSED or part.startswith("x-") for part in pointer[:-1]):
        return "properties" in pointer[-2:-1]
    if not scalar.is_key and pointer[-1:] and (pointer[-1] in _UNUSED or pointer[-1] == "$ref"):
        return False
    if pointer[-1].startswith(("x-", "custom")) or "tags" in pointer or "mapping" in pointer:
        return False
    if scalar.is_key and len(pointer) == 3 and pointer[0] == "components":
        return False  # names a class; its text needn't come back
    return look.is_used(pointer) and pointer[:1] in (("components",), ("paths",), ("servers",))


def wire_names_are_kept(look: Look) -> Iterator[str]:
    """Each object has a model with just its properties, each parameter its name on the wire."""
    models = [set(fields) for fields in look.trial.fields.values()]
    for pointer, kind in look.document.kinds.items():
        if pointer[-1:] != ("properties",) or kind != "mapping" or not look.is_used(pointer):
            continue
        schema = pointer[:-1]
        if not schema or schema[-1] == "properties" or _is_composed(look.document, schema):
            continue
        if pointer[0] == "components" and _is_only_part(look.document, schema):
            continue
        if any(part in _UNUSED or part.startswith("x-") for part in schema):
            continue
        names = {child[-1] for child in look.document.children(pointer)}
        warned = any(
            look.reported(look.document.lines[child], "warning")
            for child in look.document.children(pointer)
        )
        if names and names not in models and not warned:
            closest = max(models, key=lambda fields: len(fields & names), default=set[str]())
            lacks = sorted(names - closest)[:5]
            where = f"line {look.document.lines[schema]}"
            yield f"{where}: no model has exactly the {len(names)} properties; it lacks {lacks}"
    for scalar in look.document.scalars:
        if scalar.pointer[-1:] == ("name",) and "parameters" in scalar.pointer[-3:-1]:
            if scalar.is_key or not look.is_used(scalar.pointer):
                continue
            if scalar.text not in look.output.constants and not look.reported(scalar.line):
                yield f"line {scalar.line}: parameter {scalar.text!r} isn't in the output"


def _is_only_part(document: Document, component: Pointer) -> bool:
    """Whether a component is only ever a part of others, by allOf, and so has no model."""
    reference = "#/" + "/".join(t.replace("~", "~0").replace("/", "~1") for t in component)
    uses = [s.pointer for s in document.scalars if s.text == reference and not s.is_key]
    return len(component) < 3 or (bool(uses) and all("allOf" in use for use in uses))


def _is_composed(document: Document, schema: Pointer) -> bool:
    composed = {"allOf", "anyOf", "oneOf", "$ref", "additionalProperties", "not"}
    if "allOf" in schema:
        return True  # flattened into what holds it
    above = any(part in ("anyOf", "oneOf", "content") for part in schema[:-1])
    media = "multipart/form-data" in schema or "application/x-www-form-urlencoded" in schema
    inline = "properties" in schema or "items" in schema
    return (
        any((*schema, word) in document.kinds for word in composed)
        or (above and (media or inline))
    )  # fmt: skip
