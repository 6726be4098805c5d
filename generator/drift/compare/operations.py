"""Two operations compared: parameters, body, responses, and what has no direction.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.16 (Responses).
"""

from __future__ import annotations

from typing import cast

from ...document.tree import MappingNode
from ..kinds import REQUEST, RESPONSE
from .differences import ApiSymbol, Comparison, Difference
from .media_types import compare_content, headers_of, schemas_of
from .operation_pair import Compared, Held, bare
from .parameters import compare_parameters
from .part_differences import note_between, note_deprecation, note_part, note_prose
from .schemas import Comparer


class OperationComparer:
    """Compares operations, with one :class:`Comparer` for all their schemas."""

    def __init__(self, comparer: Comparer) -> None:
        self.comparer = comparer

    def compare(self, old: Held, new: Held) -> Compared:
        """Everything that differs but security and servers."""
        made = Compared(old.label)
        neutral, request, response = Comparison(""), Comparison(REQUEST), Comparison(RESPONSE)
        made.pairs.extend((neutral, request, response))
        _Own(old, new, neutral).compare()
        compare_parameters(self.comparer, old, new, request)
        self._body(old, new, request)
        self._responses(old, new, response)
        return made

    # ── body ─────────────────────────────────────────────────────────────────────────────────

    def _body(self, old: Held, new: Held, pair: Comparison) -> None:
        before, after = old.node.get("requestBody"), new.node.get("requestBody")
        owner = ApiSymbol(old.label, new.label, "body")
        if isinstance(before, MappingNode) and isinstance(after, MappingNode):
            needs = [node.get("required") is True for node in (before, after)]
            if needs[0] != needs[1]:
                action = "added" if needs[1] else "removed"
                words = "the body is required" if needs[1] else "the body is optional"
                note_between(
                    pair, f"body/required/{action}", before, after, "required", words, owner
                )
            note_prose(pair, before, after, ("description",))
            compare_content(self.comparer, pair, before, after, "the body", owner)
        elif isinstance(before, MappingNode):
            need = "-required" if before.get("required") is True else ""
            note_part(
                pair,
                f"body/presence/removed{need}",
                before,
                None,
                old.label,
                "takes no body",
                owner,
            )
        elif isinstance(after, MappingNode):
            need = "-required" if after.get("required") is True else ""
            words = "needs a body" if need else "takes a body"
            note_part(
                pair,
                f"body/presence/added{need}",
                None,
                after,
                old.label,
                words,
                owner,
                at=f"{old.node.location.pointer}/requestBody",
            )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, old: Held, new: Held, pair: Comparison) -> None:
        before, after = (cast("MappingNode", side.node["responses"]) for side in (old, new))
        owner = ApiSymbol(old.label, new.label, "result")
        for status, node in before.items():
            other = after.get(status)
            if isinstance(node, MappingNode) and isinstance(other, MappingNode):
                self._response(pair, node, other, status, owner)
            elif isinstance(node, MappingNode):
                note_part(
                    pair,
                    f"status/{_sort(status)}/removed",
                    node,
                    None,
                    old.label,
                    f"the status {status} is gone",
                    owner,
                    before=status,
                )
        for status, node in after.items():
            if status not in before and isinstance(node, MappingNode):
                note_part(
                    pair,
                    f"status/{_sort(status)}/added",
                    None,
                    node,
                    old.label,
                    f"the status {status} is new",
                    owner,
                    after=status,
                    at=f"{before.location.pointer}/responses/{status}",
                )

    def _response(
        self, pair: Comparison, old: MappingNode, new: MappingNode, status: str, owner: ApiSymbol
    ) -> None:
        note_prose(pair, old, new, ("description",))
        left, right = (headers_of(side) for side in (old, new))
        for name, node in left.items():
            other = right.get(name)
            if other is None:
                need = "required" if node.get("required") is True else "optional"
                pair.found.append(
                    Difference(
                        f"header/{need}/removed",
                        node.location,
                        new.location,
                        f"the header {name} is gone",
                        name,
                        "",
                        None,
                        node.location.pointer,
                    )
                )
                continue
            needs = [side.get("required") is True for side in (node, other)]
            if needs[0] != needs[1]:
                need = "required" if needs[1] else "optional"
                note_between(
                    pair,
                    f"header/presence/{need}",
                    node,
                    other,
                    "required",
                    f"the header {name} is {need}",
                    None,
                )
            note_prose(pair, node, other, ("description",))
            for before, after in schemas_of(node, other):
                pair.inner.append(self.comparer.pair(before, after, RESPONSE, None))
        for name, node in right.items():
            if name not in left:
                need = "required" if node.get("required") is True else "optional"
                pair.found.append(
                    Difference(
                        f"header/{need}/added",
                        old.location,
                        node.location,
                        f"the header {name} is new",
                        "",
                        name,
                        None,
                        f"{old.location.pointer}/headers/{name}",
                    )
                )
        compare_content(self.comparer, pair, old, new, f"the answer {status}", owner)


class _Own:
    """What an operation says of itself."""

    def __init__(self, old: Held, new: Held, pair: Comparison) -> None:
        self.old = old
        self.new = new
        self.pair = pair

    def compare(self) -> None:
        old, new = self.old.node, self.new.node
        where = [f"{side.method.upper()} {side.path}" for side in (self.old, self.new)]
        if self.old.method != self.new.method or bare(self.old.path) != bare(self.new.path):
            self._say("operation/path/changed", f"is {where[1]}, was {where[0]}", *where)
        ids = [str(side.get("operationId", "")) for side in (old, new)]
        if ids[0] != ids[1]:
            note_between(
                self.pair,
                "operation/id/changed",
                old,
                new,
                "operationId",
                f"its operationId is {ids[1] or 'gone'}",
                ApiSymbol(self.old.label, self.new.label),
                (ids[0], ids[1]),
            )
        note_deprecation(self.pair, "operation", old, new, "the operation")
        note_prose(self.pair, old, new, ("summary", "description"))

    def _say(self, kind: str, words: str, before: str, after: str) -> None:
        self.pair.found.append(
            Difference(
                kind,
                self.old.node.location,
                self.new.node.location,
                words,
                before,
                after,
                None,
                self.old.node.location.pointer,
            )
        )


def _sort(status: str) -> str:
    return "default" if status == "default" else "success" if status[0] in "23" else "error"
