"""The signatures of a method: its media types, and the types of its body and its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ..ir.annotations import annotation
from ..ir.models import Model
from ..ir.operations import Answer, Body, BodyField, ClientOperation, Overload
from ..ir.typed_dicts import MODULE, TypedDicts
from ..ir.types import Code, Nullable, Ref, union

_MOST = 6
"""The number of signatures up to which every body is combined with every result."""


def build_signatures(bodies: Sequence[Body], answers: Sequence[Answer]) -> tuple[Overload, ...]:
    """Return the overloads of a method; media types with the same annotations share one."""
    written: dict[Code, list[str]] = {}
    for body in bodies:
        written.setdefault(body.argument, []).append(body.media_type)
    read: dict[Code, list[str]] = {annotate_result(answers): []}
    for wanted in dict.fromkeys(one.media_type for answer in answers for one in answer.options):
        chosen = annotate_result(_chosen(answer, wanted) for answer in answers)
        read.setdefault(chosen, []).append(wanted)
    sent = [(tuple(types) if len(bodies) > 1 else (), hint) for hint, types in written.items()]
    sent = sent or [((), Code("None"))]
    pairs = product(sent, read.items())
    every = [
        Overload(types, body, tuple(accepts), made) for (types, body), (made, accepts) in pairs
    ]
    if len(every) <= _MOST:
        return tuple(every)
    first = every[0]
    return tuple(s for s in every if s.body == first.body or s.result == first.result)


def _chosen(answer: Answer, media_type: str) -> Answer:
    """Return the option of a response in a media type; the response itself without one."""
    for option in answer.options:
        if option.media_type == media_type:
            return option
    return answer


def annotate_result(answers: Iterable[Answer]) -> Code:
    """Return the annotation of the result for some responses."""
    return union(answer.annotation for answer in answers) or Code("None")


def with_fields(
    op: ClientOperation, models: Mapping[str, Model], dicts: TypedDicts | None
) -> ClientOperation:
    """Return an operation whose method takes the fields of its body as keyword arguments, too.

    Its body is one object, in one media type. A field with the name of another argument isn't a
    keyword argument; if it is required, none is.
    """
    is_alone = len(op.bodies) == len(op.signatures) == 1
    name = op.body.type.name if is_alone and op.body and isinstance(op.body.type, Ref) else ""
    if name not in models:
        return op
    others = {"body", "options", *(p.name for p in op.parameters)}
    own = [field for field in models[name].fields if not field.read_only]
    if any(field.is_sent_always and field.name in others for field in own):
        return op
    fields: list[BodyField] = []
    for field in own:
        made = Nullable(field.type) if field.nullable else field.type
        hint = annotation(made, "argument")
        if dicts is not None and op.body is not None and op.body.typed is not None:
            hint = dicts.annotation(made, MODULE)
        fields.append(BodyField(field.name, made, hint, field.is_sent_always))
    return replace(op, fields=tuple(one for one in fields if one.name not in others))
