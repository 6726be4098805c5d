"""Resolution of ``$ref`` within a document and to files in its folder.

Sources: OpenAPI 3.1.1 §4.8.23 (Reference Object), RFC 3986 §4 and §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from ..errors import Findings, Problem, SpecError
from .anchors import Anchors
from .load import load
from .tree import Location, MappingNode, SequenceNode, SourceFile, Value


class References:
    """The documents of one description, and the resolution of references among them."""

    def __init__(self, document: SourceFile, findings: Findings) -> None:
        self.findings = findings
        self.main = document
        self.folder = document.path.resolve().parent
        self.shown_folder = Path(document.name).parent.as_posix()
        self.documents: dict[Path, SourceFile] = {document.path.resolve(): document}
        self._anchors: dict[str, Anchors] = {}
        self.faults: Mapping[str, Sequence[Problem]] = {}
        """Problems in the main document by the mapping's pointer, assumed away if it is used."""

    def touch(self, node: MappingNode) -> None:
        """Record the faults of ``node``, because it is used."""
        if self.faults and node.location.document is self.main:
            for one in self.faults.get(node.location.pointer, ()):
                self.findings.assume(one.code, one.place, one.fact, one.remedy)

    def target(self, node: MappingNode, place: Location | None = None) -> tuple[Value, str]:
        """Return the target of ``node['$ref']``, and the reference in absolute form.

        ``place`` is the location of the reference, if it is another one. Raises ``Unsupported``
        for a reference that is remote, leaves the folder, or doesn't resolve.
        """
        place = place or node.at("$ref")
        reference = node["$ref"]
        if not isinstance(reference, str):
            raise self.findings.refuse(
                "ref", place, "$ref isn't text", "Write a URI reference in quotes."
            )
        document = node.location.document
        try:
            value = self._anchors_of(document).find(reference, node)
        except KeyError:
            file, _, fragment = reference.partition("#")
            document = self._document(file, document, place) if file else document
            value = self._within(document, fragment, place, reference)
        if isinstance(value, MappingNode):
            return value, value.location.name
        return value, f"{document.name}#{reference.partition('#')[2]}"

    def _within(
        self, document: SourceFile, fragment: str, place: Location, reference: str
    ) -> Value:
        try:
            if fragment and not fragment.startswith("/"):
                return self._anchors_of(document).find(f"#{fragment}", document.root)
            return document.resolve(fragment)
        except KeyError:
            raise self.findings.refuse(
                "ref",
                place,
                f"$ref {reference!r} doesn't resolve: its target doesn't exist",
                "Correct the reference, or add its target.",
            ) from None

    def _anchors_of(self, document: SourceFile) -> Anchors:
        if document.name not in self._anchors:
            self._anchors[document.name] = Anchors(document)
        return self._anchors[document.name]

    def follow(self, value: Value, place: Location, what: str) -> MappingNode:
        """Return ``value`` as a mapping, with any chain of references resolved."""
        seen: set[str] = set()
        while isinstance(value, MappingNode) and "$ref" in value:
            self.touch(value)
            place = value.at("$ref")
            value, name = self.target(value)
            if name in seen:
                raise self.findings.refuse(
                    "ref-cycle",
                    place,
                    f"{what} refers to itself",
                    "Replace one $ref by its target.",
                )
            seen.add(name)
        return self.mapping(value, place, what)

    def mapping(self, value: Value, place: Location, what: str) -> MappingNode:
        """Return ``value`` if it is a mapping; raises ``Unsupported``."""
        if not isinstance(value, MappingNode):
            kind = "null" if value is None else "a scalar"
            kind = "a list" if isinstance(value, SequenceNode) else kind
            raise self.findings.refuse(
                "shape", place, f"{what} must be a mapping, not {kind}", "Write a mapping."
            )
        self.touch(value)
        return value

    def relative(self, name: str) -> str:
        """Return an absolute reference relative to the description's folder."""
        return name.removeprefix(f"{self.shown_folder}/")

    def _document(self, file: str, base: SourceFile, place: Location) -> SourceFile:
        if ":" in file or file.startswith(("/", "\\")) or "\\" in file:
            raise self.findings.refuse(
                "ref-remote",
                place,
                f"$ref {file!r} leaves the description's folder",
                "Copy the file into the folder and refer to the copy; nothing is fetched.",
            )
        path = (base.path.resolve().parent / file).resolve()
        if "%" in file and not path.is_file():
            path = (base.path.resolve().parent / unquote(file)).resolve()
        if not path.is_relative_to(self.folder):
            raise self.findings.refuse(
                "ref-outside",
                place,
                f"$ref {file!r} leaves the description's folder",
                "Copy the file into the folder and refer to the copy.",
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
                fact = whole[0].fact if whole else "cannot be read"
                remedy = whole[0].remedy if whole else "Fix that file."
                fact = f"$ref {file!r} {fact}"
                raise self.findings.refuse("ref-file", place, fact, remedy) from None
        return self.documents[path]
