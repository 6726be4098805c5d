"""The overlay of recorded traffic: a description is changed to what the server does.

Only names, types and media types are accepted from recordings; of values only those that an
enumeration lacks. Each group of actions can be applied without the others, and in any order.

Source: OpenAPI Overlay 1.1.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from ....base.immutable import immutable
from ....reading.document.edit.written import Place, WrittenDescription
from ....reading.document.load import parse
from ....reading.document.operations import PATHS
from ....reading.document.overlay.apply import apply_overlays
from ....reading.document.overlay.from_edits import Action, overlay_text
from ....reading.document.overlay.jsonpath import literal, path_to
from ....reading.document.pointer import join
from ....reading.document.tree import Location, SourceFile
from ....reading.openapi.model.document import Document
from ....reading.openapi.model.media_types import codec_of
from ....reading.openapi.model.schemas import Json
from ...changes.formats.summary import listed
from ...changes.rules import REQUEST
from ..bodies import UNREADABLE, UNTOLD, is_json
from ..findings import Finding
from ..schemas import IN_PLACE, Shift, inside, moved_pointer
from ..seen_types import SeenTypes
from ..shown import UNSHOWN, shown_media_type, shown_name
from .edits import Edits, Left, OverlayEdit, with_branches
from .schemas import HIDDEN, SchemaEdits

HEADER: Final = "# Written by `speclock drift --traffic`: what recorded traffic shows.\n"
"""The first line of an overlay of this kind."""


@immutable
class TrafficOverlay:
    """An overlay of findings, and those that it doesn't describe."""

    text: str
    """In YAML; empty if there is nothing to write."""
    actions: int
    described: int
    """The number of findings that the overlay describes."""
    values: Mapping[str, Sequence[Json]]
    """The recorded values in the text: new ones of enumerations, by the enumeration's pointer."""
    left: tuple[tuple[Finding, str], ...]
    """Findings with the reason why they are left to a person."""
    loosened: tuple[tuple[Finding, Sequence[str]], ...] = ()
    """Findings whose schema is one of requests too, with the labels of the operations."""


def overlay_of(
    findings: Iterable[Finding],
    source: SourceFile,
    sent: Mapping[str, Sequence[str]] = MappingProxyType({}),
    accepted: Sequence[Finding] = (),
) -> TrafficOverlay:
    """Return the overlay that describes what ``findings`` show.

    ``source`` is the description, with its overlays applied, that the exchanges were judged by;
    ``sent`` are the labels of the operations whose requests have a schema, by its pointer.
    ``accepted`` are the findings of requests to describe; others are left to the caller.
    """
    requests = {finding.fingerprint: finding for finding in accepted}
    writer = _FindingWriter(WrittenDescription(source), sent)
    left: list[tuple[Finding, str]] = []
    loosened: list[tuple[Finding, Sequence[str]]] = []
    described = 0
    for finding in findings:
        is_request = finding.deviation.direction == REQUEST
        if is_request and finding.fingerprint not in requests:
            left.append((finding, "the caller must change"))
            continue
        try:
            operations = writer.add(requests.get(finding.fingerprint, finding))
        except Left as reason:
            left.append((finding, str(reason)))
        else:
            described += 1
            loosened += [(finding, operations)] if operations and not is_request else []
    also = {note_of(edit): f"loosens requests of {listed(labels)}" for edit, labels in loosened}
    actions: list[Action] = [_action(edit, notes, also) for edit, notes in writer.edits.all()]
    now: WrittenDescription | None = None
    later: list[Place] = []
    for place, others, notes in writer.edits.branches():
        # The branch has what the actions before have made of the schema.
        if now is None or any(other[: len(place)] == place for other in later):
            now, later = WrittenDescription(_overlaid(source, actions)), []
        later.append(place)
        whole = with_branches(now.mapping(place), others)
        actions.append(_action(OverlayEdit(place, is_of_members=True), notes, also))
        actions.append(_action(OverlayEdit(place, whole), notes, also))
    if writer.lines:  # their schema has what the actions before have made of it
        now = WrittenDescription(_overlaid(source, actions))
    for (place, name), notes in writer.lines.items():
        assert now is not None
        for other in filter(is_json, now.members(place)):
            media = now.mapping((*place, other))
            actions.append(_action(OverlayEdit((*place, other), is_removal=True), notes, also))
            actions.append(_action(OverlayEdit(place, {name: media}), notes, also))
    text = _text(actions, source) if actions else ""
    values = writer.schemas.values
    return TrafficOverlay(text, len(actions), described, values, tuple(left), tuple(loosened))


def sent_schemas(document: Document) -> dict[str, list[str]]:
    """Return the labels of the operations whose requests have a schema, by its pointer."""
    sent: dict[str, dict[str, None]] = {}
    for operation in document.operations:
        todo = [(schema, IN_PLACE) for schema in operation.request_schemas()]
        seen: set[tuple[str, Shift]] = set()
        while todo:
            schema, shift = todo.pop()
            todo += ((inner, shift) for inner in schema.subschemas())
            if schema.ref:
                within = schema.ref, inside(document, schema, shift)
                todo += [(document.schemas[schema.ref], within[1])] if within not in seen else []
                seen.add(within)
            # A member may be one of a part of an allOf, which is written elsewhere.
            members = (member.location.parent for member in (schema.properties or {}).values())
            owners = (member.parent for member in members if member is not None)
            for at in (schema.location, *owners):
                if at is not None:
                    place = moved_pointer(at.pointer, shift)
                    sent.setdefault(place, {})[operation.label] = None
    return {pointer: [*labels] for pointer, labels in sent.items()}


def _overlaid(source: SourceFile, actions: Sequence[Action]) -> SourceFile:
    if not actions:
        return source
    overlay = parse(_text(actions, source).encode(), path=source.path, name=source.name)
    return apply_overlays(source, [overlay])


def _text(actions: Sequence[Action], source: SourceFile) -> str:
    return HEADER + overlay_text(f"What recorded traffic shows of {source.path.name}", actions)


def _action(edit: OverlayEdit, notes: Iterable[str], also: Mapping[str, str]) -> Action:
    texts: list[str] = []
    for note in notes:
        texts += note, also.get(note, "")
    notes = [text for text in texts if text]
    target = path_to(edit.target)
    if edit.item is not None:
        target += f"[?@ == {literal(edit.item)}]"
    if edit.is_of_members:
        target += "[*]"
    is_removal = edit.is_removal or edit.is_of_members
    what: dict[str, Json] = {"remove": True} if is_removal else {"update": edit.update}
    return {"target": target, "description": "\n".join(notes), **what}


class _FindingWriter:
    """Writes the edits of findings, one by one; raises :class:`Left`."""

    def __init__(self, written: WrittenDescription, sent: Mapping[str, Sequence[str]]) -> None:
        self._written = written
        self.edits = Edits(written)
        self.schemas = SchemaEdits(written, self.edits, sent)
        self.lines: dict[tuple[Place, str], list[str]] = {}
        """The contents whose JSON is lines, with the media type of these, and notes."""
        self._writers: Mapping[str, Callable[[Finding, str], None]] = {
            "status/success/added": self._status,
            "status/error/added": self._status,
            "body/media-type/added": self._media_type,
            "header/optional/added": self._header,
            "header/presence/optional": self._optional_header,
            "operation/deprecated/added": self._deprecated,
            "operation/sunset/added": self._sunset,
            "parameter/optional/added": self._parameter,
            "parameter/presence/optional": self._optional,
            "body/required/removed": self._optional,
        }

    def add(self, finding: Finding) -> Sequence[str]:
        """Add the edits for a finding, all or none.

        Return the labels of the operations whose requests they loosen.
        """
        deviation = finding.deviation
        if deviation.name == "operation/presence/added":
            raise Left("a person must describe the operation")
        if deviation.name == UNREADABLE:
            raise Left("a broken or empty body isn't described")
        if deviation.name == "body/presence/added":
            raise Left("a person must describe the body")
        place = deviation.location.place
        if place.file != self._written.source.name:
            raise Left(f"it is described in {place.file}")
        write = self._writers.get(deviation.name)
        if write is None:
            return self.schemas.add(finding, note_of(finding))
        write(finding, note_of(finding))
        return ()

    def _at(self, location: Location) -> Place:
        place = self._written.of_pointer(location.pointer)
        if place is None:
            raise Left("it isn't in the description as it is written")
        return place

    def _owner(self, location: Location, member: str) -> Place:
        """Return the operation or response that lacks something in a member, or the member."""
        place = self._written.of_pointer(location.pointer)
        if place is None and location.key == member and location.parent is not None:
            return self._at(location.parent)
        place = self._at(location)
        is_of_operation = member not in ("content", "headers") and place[-1:] == (member,)
        return place[:-1] if is_of_operation or _is_member(place, member, self._written) else place

    def _add(self, target: Place, update: Json, note: str) -> None:
        if not self._written.is_mapping(target):
            raise Left("it isn't in the description as it is written")
        self.edits.add(OverlayEdit(target, update), note)

    # ── operations ───────────────────────────────────────────────────────────────────────────────

    def _deprecated(self, finding: Finding, note: str) -> None:
        operation = self._owner(finding.deviation.location, "deprecated")
        self._add(operation, {"deprecated": True}, note)

    def _sunset(self, finding: Finding, note: str) -> None:
        days = [day for day in finding.values.values() if isinstance(day, str) and day]
        if not days:
            raise Left("the day is unreadable")
        operation = self._owner(finding.deviation.location, "x-sunset")
        self._add(operation, {"x-sunset": max(days)}, note)

    # ── requests ─────────────────────────────────────────────────────────────────────────────────

    def _parameter(self, finding: Finding, note: str) -> None:
        """Describe a parameter in the query, whose values are text."""
        name = finding.deviation.expected.removeprefix("query parameter ")
        if name == UNSHOWN:
            raise Left(HIDDEN)
        operation = self._owner(finding.deviation.location, "parameters")
        text: dict[str, Json] = {"type": "string"}
        form = text if self._written.is_swagger else {"schema": text}
        self._add(operation, {"parameters": [{"name": name, "in": "query", **form}]}, note)

    def _optional(self, finding: Finding, note: str) -> None:
        """Let a parameter or a body be left out."""
        self._add(self._at(finding.deviation.location), {"required": False}, note)

    def _sent_media_type(self, finding: Finding, name: str, note: str) -> None:
        if self._written.is_swagger:
            raise Left("a person must add it to `consumes`")
        if name == UNTOLD:
            raise Left("the media type isn't known")
        content = self._at(finding.deviation.location)
        body = content[:-1] if content[-1:] == ("content",) else content
        media = self._same_json(body, name) or self._media(name, finding.types)
        self._add(body, {"content": {name: media}}, note)

    # ── responses ────────────────────────────────────────────────────────────────────────────────

    def _status(self, finding: Finding, note: str) -> None:
        operation = self._owner(finding.deviation.location, "responses")
        status = finding.deviation.expected
        added = self._like((*operation, "responses"), status) or self._response(finding)
        if self._written.is_swagger:
            added = self._as_swagger(added, operation, note)
        self._add(operation, {"responses": {status: added}}, note)

    def _as_swagger(
        self, response: dict[str, Json], operation: Place, note: str
    ) -> dict[str, Json]:
        """Return a response of Swagger 2.0; add its media types to those of the operation."""
        result: dict[str, Json] = {k: v for k, v in response.items() if k != "content"}
        for name, media in _mapping(response.get("content")).items():
            result["schema"] = _mapping(media).get("schema", {})
            self._produces(operation, name, note)
        if "headers" in result:
            result["headers"] = {name: {"type": "string"} for name in _mapping(result["headers"])}
        return result

    def _produces(self, operation: Place, name: str, note: str) -> None:
        """Let an operation of Swagger 2.0 produce a media type, besides those that it inherits."""
        own = self._written.listed((*operation, "produces"))
        known = own or self._written.listed(("produces",))
        if name not in known:
            inherited = [] if own else [str(name) for name in known]
            self._add(operation, {"produces": [*inherited, name]}, note)

    def _like(self, responses: Place, status: str) -> dict[str, Json]:
        """Return a reference to the only success that is described, as which others are read."""
        keys = [key for key in self._written.members(responses) if key.startswith("2")]
        if len(keys) != 1 or not "200" <= status < "204":
            return {}
        return {"$ref": self._reference((*responses, keys[0]))}

    def _media_type(self, finding: Finding, note: str) -> None:
        name = finding.deviation.expected
        name = name if "/" in name else UNTOLD
        if shown_media_type(name) == UNSHOWN:
            raise Left(HIDDEN)
        if finding.deviation.direction == REQUEST:
            self._sent_media_type(finding, name, note)
            return
        response = self._owner(finding.deviation.location, "content")
        if codec_of(name) == "lines" and finding.types.kinds:
            self._lines(response, name, note)
            return
        if finding.types.kinds and not (is_json(name) or finding.is_unread):
            name = "*/*"  # a body of JSON, whatever its label
        if self._written.is_swagger:
            if response[0] not in PATHS:
                raise Left("several operations have this response")
            self._produces(response[:3], name, note)
            if "schema" not in self._written.members(response):
                self._add(response, self._media(name, finding.types), note)
            return
        media = self._same_json(response, name) or self._media(name, finding.types)
        self._add(response, {"content": {name: media}}, note)

    def _lines(self, response: Place, name: str, note: str) -> None:
        """Describe lines of JSON in the place of JSON."""
        if self._written.is_swagger:
            if response[0] not in PATHS:
                raise Left("several operations have this response")
            if self._written.listed((*response[:3], "produces")):
                self.edits.remove((*response[:3], "produces"), note)
            self._add(response[:3], {"produces": [name]}, note)
            return
        self.lines.setdefault(((*response, "content"), name), []).append(note)

    def _same_json(self, response: Place, name: str) -> dict[str, Json]:
        """Return the schema of JSON that is described under another name."""
        content: Place = (*response, "content")
        is_any_json = is_json(name) or name == "*/*"
        for other in self._written.members(content) if is_any_json else ():
            if is_json(other) and self._written.is_mapping((*content, other, "schema")):
                return {"schema": {"$ref": self._reference((*content, other, "schema"))}}
        return {}

    def _reference(self, place: Place) -> str:
        """Return what a place refers to, or else a reference to it."""
        reference = self._written.members(place).get("$ref")
        return reference if isinstance(reference, str) else f"#{_fragment(place)}"

    def _media(self, name: str, types: SeenTypes) -> dict[str, Json]:
        if name.startswith("text/"):
            return {"schema": {"type": "string"}}
        return {
            "schema": types.schema(null_keyword=self._written.null_keyword) if is_json(name) else {}
        }

    def _response(self, finding: Finding) -> dict[str, Json]:
        """Return a response with the media types and the headers that were seen.

        Names that a report doesn't show are left out.
        """
        seen = {"headers": SeenTypes(), "content": SeenTypes()} | finding.types.members
        result: dict[str, Json] = {"description": "Seen in recorded traffic."}
        headers = [name for name in seen["headers"].members if shown_name(name) != UNSHOWN]
        if headers:
            result["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
        content = {name or UNTOLD: member for name, member in seen["content"].members.items()}
        content = {n: media for n, media in content.items() if shown_media_type(n) != UNSHOWN}
        if content:
            result["content"] = {name: self._media(name, media) for name, media in content.items()}
        return result

    def _header(self, finding: Finding, note: str) -> None:
        if finding.parts:
            raise Left('most operations have it; features = ["response_headers"] describes it')
        response = self._owner(finding.deviation.location, "headers")
        schema: Json = {"type": "string"}
        header: Json = schema if self._written.is_swagger else {"schema": schema}
        name = finding.deviation.expected
        if shown_name(name) == UNSHOWN:
            raise Left(HIDDEN)
        self._add(response, {"headers": {name: header}}, note)

    def _optional_header(self, finding: Finding, note: str) -> None:
        place = self._at(finding.deviation.location)
        self.schemas.remove([place], "required", note)


def note_of(finding: Finding) -> str:
    """Return the rule, how often and when it was seen, and the first place in a recording."""
    days = [*dict.fromkeys(filter(None, (finding.first[:10], finding.last[:10])))]
    parts = [finding.deviation.rule, f"seen {finding.count:,}×", " – ".join(days)]
    return ", ".join([*filter(None, parts), f"{finding.place.file}:{finding.place.line}"])


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _is_member(place: Place, name: str, written: WrittenDescription) -> bool:
    """Return whether a place is the member of a response, not a response of that name."""
    if place[-1] != name:
        return False
    owner = written.members(place[:-1])
    return place[-3:-2] == ("responses",) or isinstance(owner.get("description"), str)


def _fragment(place: Place) -> str:
    """Return a place as a URI fragment (RFC 6901 §6)."""
    return quote(join(place), safe="/~")
