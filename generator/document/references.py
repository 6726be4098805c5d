"""Following ``$ref``: within a document and to files in its folder, and never further.

Sources: OpenAPI 3.1.1 §4.8.23 (Reference Object), RFC 3986 §4 and §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from ..errors import Findings, Problem, SpecError
from .anchors import Anchors
from .load import load
from .tree import Document, Location, MappingNode, SequenceNode, Value


class References:
    """The documents of one description and the way from a reference to the node it names."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.findings = findings
        self.main = document
        self.folder = document.path.resolve().parent
        self.shown_folder = Path(document.name).parent.as_posix()
        self.documents: dict[Path, Document] = {document.path.resolve(): document}
        self._named: dict[str, Anchors] = {}
        self.faults: Mapping[str, Sequence[Problem]] = {}
        """Pointer of a mapping in the main document to what is wrong with it, if it is used."""

    def touch(self, node: MappingNode) -> None:
        """Note that ``node`` shapes the output, so that a fault in it is a refusal."""
        if self.faults and node.location.document is self.main:
            for problem in self.faults.get(node.location.pointer, ()):
                self.findings.add(problem)

    def target(self, node: MappingNode, place: Location | None = None) -> tuple[Value, str]:
        """The node that ``node['$ref']`` names, and the reference in absolute form.

        ``place`` is where the reference stands, if it isn't there.

        Records a refusal and raises ``Unsupported`` for a reference that is remote, leaves the
        folder, or leads nowhere.
        """
        place = place or node.at("$ref")
        reference = node["$ref"]
        if not isinstance(reference, str):
            raise self.findings.refuse("ref", place, "$ref isn't text", "Write a URI reference.")
        document = node.location.document
        try:
            value = self._anchors(document).find(reference, node)
        except KeyError:
            file, _, fragment = reference.partition("#")
            document = self._document(file, document, place) if file else document
            value = self._within(document, fragment, place, reference)
        if isinstance(value, MappingNode):
            return value, f"{value.location.document.name}#{value.location.pointer}"
        return value, f"{document.name}#{reference.partition('#')[2]}"

    def _within(self, document: Document, fragment: str, place: Location, reference: str) -> Value:
        try:
            if fragment and not fragment.startswith("/"):
                return self._anchors(document).find(f"#{fragment}", document.root)
            return document.resolve(fragment)
        except KeyError:
            raise self.findings.refuse(
                "ref",
                place,
                f"$ref {reference!r} leads nowhere",
                "Correct the reference, or add what it names.",
            ) from None

    def _anchors(self, document: Document) -> Anchors:
        known = self._named.get(document.name)
        if known is None:
            known = self._named[document.name] = Anchors(document)
        return known

    def is_overridden(self, reference: str) -> bool:
        """Whether a dynamic reference may lead elsewhere than a plain one."""
        name = reference.rpartition("#")[2]
        return sum(self._anchors(d).dynamic.get(name, 0) for d in self.documents.values()) > 1

    def follow(self, value: Value, place: Location, what: str) -> MappingNode:
        """``value`` as a mapping, through any chain of references."""
        seen: set[str] = set()
        while isinstance(value, MappingNode) and "$ref" in value:
            self.touch(value)
            place = value.at("$ref")
            value, name = self.target(value)
            if name in seen:
                raise self.findings.refuse(
                    "ref-cycle", place, f"{what} is a $ref to itself", "Break the circle."
                )
            seen.add(name)
        return self.mapping(value, place, what)

    def mapping(self, value: Value, place: Location, what: str) -> MappingNode:
        """``value`` if it is a mapping, else a refusal."""
        if not isinstance(value, MappingNode):
            kind = (
                "a list"
                if isinstance(value, SequenceNode)
                else "null"
                if value is None
                else "a scalar"
            )
            raise self.findings.refuse(
                "shape", place, f"{what} must be a mapping, not {kind}", "Correct its shape."
            )
        self.touch(value)
        return value

    def relative(self, name: str) -> str:
        """An absolute reference as it is from the description's folder, wherever that stands."""
        return name.removeprefix(f"{self.shown_folder}/")

    def _document(self, file: str, base: Document, place: Location) -> Document:
        if ":" in file or file.startswith(("/", "\\")) or "\\" in file:
            raise self.findings.refuse(
                "ref-remote",
                place,
                f"$ref {file!r} leaves the description's folder",
                "Copy what it names into the folder; nothing is fetched.",
            )
        path = (base.path.resolve().parent / file).resolve()
        if not path.is_relative_to(self.folder):
            raise self.findings.refuse(
                "ref-outside",
                place,
                f"$ref {file!r} leaves the description's folder",
                "Copy what it names into the folder.",
            )
        if path not in self.documents:
            try:
                shown = PurePosixPath(self.shown_folder) / path.relative_to(self.folder).as_posix()
                self.documents[path] = load(path, str(shown))
            except SpecError as error:
                whole = [problem for problem in error.problems if not problem.place.line]
                for problem in error.problems:
                    if problem not in whole:
                        self.findings.add(problem)
                fact = whole[0].fact if whole else "can't be read"
                remedy = whole[0].remedy if whole else "Mend that file."
                raise self.findings.refuse("ref", place, f"$ref {file!r} {fact}", remedy) from None
        return self.documents[path]
