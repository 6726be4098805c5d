"""Resolution of ``$ref`` within a document and to files in its folder.

Sources: OpenAPI 3.1.1 §4.8.23 (Reference Object), RFC 3986 §4 and §5.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ...base.budget import BudgetExceeded
from ...base.errors import Findings, Problem, SpecError, Unreachable, UsageError
from ...base.portable import MAX_TEXT, is_url, resolved
from ...base.printable import display_path
from .anchors import Anchors, join_uri
from .declared import is_swagger, reference_to, section
from .dereference import DOCUMENT, Dereferencer
from .load import load
from .pointer import split
from .tree import Location, MappingNode, SequenceNode, SourceFile, Value, descend

_MOST_HOPS = 100
"""References that a pointer may lead through."""


class References:
    """The documents of one description, and the resolution of references among them."""

    def __init__(self, document: SourceFile, findings: Findings) -> None:
        self.findings = findings
        self.main = document
        own = resolved(document.path).parent
        self.folder = resolved(document.folder) if document.folder else own
        commit, name = _split_commit(document.name)
        path = Path(os.path.normpath(Path(name).parent / os.path.relpath(self.folder, own)))
        self._start = f"{commit}{PurePosixPath(path.as_posix(), '_')}".removesuffix("_")
        """What the name of each file begins with in messages: the folder, with a slash."""
        self.documents: dict[Path, SourceFile] = {resolved(document.path): document}
        self.texts: dict[Path, SourceFile] = {}
        """Files that aren't descriptions."""
        self._sources = document.sources
        self._anchors: dict[str, Anchors] = {}
        self._dereferencer = Dereferencer(self.resolved, is_swagger=is_swagger(document.root))
        self.faults: Mapping[str, Sequence[Problem]] = {}
        """Problems by the absolute name of the mapping they are in, assumed away if it is used."""

    @cached_property
    def root(self) -> MappingNode:
        """The main document's root, with targets in the place of references where OpenAPI has none.

        Unlike the document itself it isn't the tree of the text.
        """
        root = self._dereferencer.of(self.main.root, DOCUMENT)
        assert isinstance(root, MappingNode)
        return root

    def dereferenced(self, value: Value, what: str) -> Value:
        """Return a value, which is ``what``, with targets in the place of such references in it."""
        return self._dereferencer.of(value, what)

    def resolved(self, node: MappingNode) -> Value:
        """Return the end of a chain of references; raises ``Unsupported``, which isn't recorded."""
        with self.apart() as findings:
            value = self._end_of(node, "it")[0]
        for problem in findings.warnings:
            self.findings.assume(problem.code, problem.place, problem.fact, problem.remedy)
        return value

    @property
    def nodes(self) -> int:
        """The number of nodes of the documents that were read, whatever their layout."""
        return self._sources.nodes.spent

    def touch(self, node: MappingNode) -> None:
        """Record the faults of ``node``, because it is used."""
        if self.faults:
            for fault in self.faults.get(node.location.name, ()):
                self.findings.assume(fault.code, fault.place, fault.fact, fault.remedy)
        if self._dereferencer.replaced:
            for key, place in self._dereferencer.replaced.get(id(node), {}).items():
                fact = f"{key!r} is both here and in the target of $ref; the one here is used"
                self.findings.assume("ref", place, fact, "Remove one of the two.")
        self.report_left_out(node)

    def report_left_out(self, node: MappingNode) -> None:
        """Record the references in place of parts of a node that don't resolve."""
        for key, reference in self._dereferencer.left_out(node):
            with self.findings.part(f"{key!r} is left out"):
                self._end_of(reference, repr(key))

    def schema(self, node: MappingNode) -> tuple[Value, str]:
        """Return the target of a schema's reference, and the reference in absolute form.

        True, the schema of any value, is assumed for a target that doesn't exist. Raises
        ``Unsupported`` for a reference that is remote or leaves the folder.
        """
        return self.target(node, is_schema=True)

    def target(
        self, node: MappingNode, place: Location | None = None, *, is_schema: bool = False
    ) -> tuple[Value, str]:
        """Return the target of ``node['$ref']``, and the reference in absolute form.

        ``place`` is the location of the reference, if it is another one. Raises ``Unsupported``
        for a reference that is remote, leaves the folder, or doesn't resolve.
        """
        place = place or node.at("$ref")
        reference = node["$ref"]
        if not isinstance(reference, str):
            fact, remedy = "$ref isn't text", "Write a URI reference in quotes."
            return self._missing(place, fact, remedy, is_schema=is_schema), ""
        document = node.location.document
        try:
            value = self._anchors_of(document).find(reference, node)
        except KeyError:
            file, mark, fragment = reference.partition("#")
            if not mark and (target := self._without_mark(reference, document)):
                meant, what = target
                fact = f"$ref {reference!r} is {what} in this file, not a reference; read as one"
                self.findings.assume("ref", place, fact, f"Write '{meant['$ref']}'.")
                return self.target(meant, place)
            document = self._document(file, document, place) if file else document
            value = self._within(document, fragment, place, reference, is_schema=is_schema)
        if isinstance(value, MappingNode):
            return value, value.location.name
        return value, f"{document.name}#{reference.partition('#')[2]}"

    def _without_mark(self, text: str, document: SourceFile) -> tuple[MappingNode, str] | None:
        """Return the reference that is meant by the bare name of a schema, or by a pointer."""
        if text.startswith("/"):
            with suppress(KeyError):
                document.resolve(text)
                return MappingNode(document.root.location, {"$ref": f"#{text}"}), "a pointer"
        declared = section(document.root, "schemas")
        if text not in declared or self._is_file(document.path.parent / text):
            return None
        return reference_to(declared, text), "the name of a schema"

    @contextmanager
    def apart(self) -> Generator[Findings]:
        """Record the problems of references apart from those of the run."""
        before, self.findings = self.findings, Findings()
        try:
            yield self.findings
        finally:
            self.findings = before

    def _within(
        self,
        document: SourceFile,
        fragment: str,
        place: Location,
        reference: str,
        *,
        is_schema: bool,
    ) -> Value:
        try:
            if fragment and not fragment.startswith("/"):
                return self._anchors_of(document).find(f"#{fragment}", document.root)
            return document.resolve(fragment)
        except KeyError:
            with suppress(KeyError):
                return self._through_references(document, fragment)
            if document is place.document and fragment.startswith(("/$defs/", "/definitions/")):
                for value in _enclosed(place, fragment):
                    self.findings.assume(
                        "ref",
                        place,
                        f"$ref {reference!r} doesn't resolve in the document; it is read in the "
                        "schema around it",
                        "Move the definition to components/schemas.",
                    )
                    return value
            fact = f"$ref {reference!r} doesn't resolve: its target doesn't exist"
            remedy = "Correct the reference, or add its target."
            return self._missing(place, fact, remedy, is_schema=is_schema)

    def _through_references(self, document: SourceFile, fragment: str) -> Value:
        """Return the target of a pointer that leads through references; raises ``KeyError``."""
        keys = split(unquote(fragment))
        node: Value = document.whole
        hops = 0
        while keys:
            with suppress(KeyError):
                node = descend(node, keys[:1])
                del keys[0]
                continue
            is_reference = isinstance(node, MappingNode) and isinstance(node.get("$ref"), str)
            hops += 1
            if not is_reference or hops > _MOST_HOPS:
                raise KeyError(fragment)
            assert isinstance(node, MappingNode)
            file, _, inner = str(node["$ref"]).partition("#")
            if inner and not inner.startswith("/"):
                raise KeyError(fragment)
            place = node.at("$ref")
            document = place.document
            if file:
                document = self._document(file, document, place)
            keys = [*split(unquote(inner)), *keys]
            node = document.whole
        return node

    def _missing(self, place: Location, fact: str, remedy: str, *, is_schema: bool) -> bool:
        """Return True for a schema without a target; raise ``Unsupported`` for anything else."""
        if not is_schema:
            raise self.findings.refuse("ref", place, fact, remedy)
        self.findings.assume("ref", place, f"any value is assumed: {fact}", remedy)
        return True

    def _anchors_of(self, document: SourceFile) -> Anchors:
        if document.name not in self._anchors:
            self._anchors[document.name] = Anchors(document)
        return self._anchors[document.name]

    def has_anchor(self, node: MappingNode) -> bool:
        """Return whether the file of ``node`` has the schema that ``node['$ref']`` identifies."""
        try:
            self._anchors_of(node.location.document).find(str(node["$ref"]), node)
        except KeyError:
            return False
        return True

    def follow(self, value: Value, place: Location, what: str) -> MappingNode:
        """Return ``value`` as a mapping, with any chain of references resolved."""
        value, place = self._end_of(value, what, place)
        return self.mapping(self.dereferenced(value, what), place, what)

    def _end_of(
        self, value: Value, what: str, place: Location | None = None
    ) -> tuple[Value, Location]:
        """Return the end of a chain of references, and the place of the last one."""
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
        return value, place or self.main.root.location

    def mapping(self, value: Value, place: Location, what: str, assumed: str = "") -> MappingNode:
        """Return ``value`` if it is a mapping.

        For another value, return an empty one and record what is ``assumed``, or else raise
        ``Unsupported``.
        """
        if not isinstance(value, MappingNode):
            kind = "null" if value is None else "a scalar"
            kind = "a list" if isinstance(value, SequenceNode) else kind
            fact, remedy = f"{what} must be a mapping, not {kind}", "Write a mapping."
            if not assumed:
                raise self.findings.refuse("shape", place, fact, remedy)
            self.findings.assume("shape", place, f"{fact}; {assumed}", remedy)
            return MappingNode(place)
        self.touch(value)
        return value

    def text_file(self, file: str, place: Location) -> SourceFile:
        """Return the text of a file beside the description, which isn't a description itself.

        Raises ``Unsupported`` for a URL, and for a file that is unreadable or too large.
        """
        if is_url(file) or is_url(place.document.name):
            fact = "it is at a URL, and nothing is fetched"
            raise self.findings.refuse("ref-remote", place, fact, "Copy the file.")
        path = self._path(file, place.document, place, repr(file))
        if path not in self.texts:
            with self._limited(repr(file), place):
                self._sources.budget.spend_document(str(path))
                text = self._read_text(path)
                if text is None:
                    fact = f"{file!r} isn't a file of at most {MAX_TEXT:,} bytes of UTF-8"
                    raise self.findings.refuse("ref-file", place, fact, "Check the path.")
                self._sources.budget.bytes.spend(len(text))
            self.texts[path] = SourceFile(self._shown(path), path, text, "", is_json=True)
        return self.texts[path]

    def relative(self, name: str) -> str:
        """Return an absolute reference relative to the description's folder."""
        return name.removeprefix(self._start)

    def _document(self, file: str, base: SourceFile, place: Location) -> SourceFile:
        if is_url(file) or is_url(base.name):
            return self._remote(join_uri(base.name, file), place)
        path = self._path(file, base, place, f"$ref {file!r}")
        if path not in self.documents:
            with self._limited(f"$ref {file!r}", place):
                document = self._read(path)
            if isinstance(document, SpecError):
                whole = [problem for problem in document.problems if not problem.place.line]
                for problem in document.problems:
                    if problem not in whole:
                        self.findings.add(problem)
                fact = whole[0].fact if whole else "cannot be read"
                remedy = whole[0].remedy if whole else "Fix that file."
                fact = f"$ref {file!r} {fact}"
                raise self.findings.refuse("ref-file", place, fact, remedy)
            self.documents[path] = document
        return self.documents[path]

    def _read(self, path: Path) -> SourceFile | SpecError:
        """Return the document in a file, or why it cannot be read."""
        files, budget = self._sources.files, self._sources.budget
        if path not in files:
            budget.spend_document(str(path))
            try:
                files[path] = load(path, self._shown(path), self._sources, may_be_list=True)
            except SpecError as error:
                files[path] = error
            with suppress(OSError):
                budget.bytes.spend(path.stat().st_size)
        return files[path]

    @contextmanager
    def _limited(self, what: str, place: Location) -> Generator[None]:
        """End the run where it reads more than it may: which part it has read is chance."""
        try:
            yield
        except BudgetExceeded as error:
            fact = f"{what} leads beyond the limit of a run: {error}"
            raise SpecError.of("limit", place.place, fact, self._sources.budget.remedy) from None

    def _read_text(self, path: Path) -> str | None:
        """Return the text of a file; None if it is none, too large, or not UTF-8."""
        try:
            data = self._sources.read(path, MAX_TEXT)
            return data.decode("utf-8-sig") if len(data) <= MAX_TEXT else None
        except (OSError, UnicodeDecodeError):
            return None

    def _is_file(self, path: Path) -> bool:
        try:
            self._sources.read(path, 0)
        except OSError as error:
            return error.errno == errno.EFBIG
        return True

    def _shown(self, path: Path) -> str:
        return f"{self._start}{path.relative_to(self.folder).as_posix()}"

    def _path(self, file: str, base: SourceFile, place: Location, what: str) -> Path:
        """Return the path of a file that may be read: one in the description's folder."""
        if any(":" in text or "\\" in text or text[:1] == "/" for text in (file, unquote(file))):
            raise self.findings.refuse(
                "ref-outside",
                place,
                f"{what} isn't the relative path of a file",
                "Write the path with slashes, relative to this file.",
            )
        folder = resolved(base.path).parent
        try:
            path = resolved(folder / file)
            if "%" in file and not self._is_file(path):
                path = resolved(folder / unquote(file))
        except (OSError, ValueError):  # too long, a NUL, or a character that the locale lacks
            fact = f"{what} cannot be the name of a file here"
            raise self.findings.refuse("ref-file", place, fact, "Rename the file.") from None
        if not path.is_relative_to(self.folder):
            is_here = path.drive == self.folder.drive
            both = os.path.commonpath([self.folder, path]) if is_here else "DIR"
            remedy = self._remedy(self._sources.remedies.root, folder=display_path(both))
            fact = f"{what} leaves the description's folder"
            raise self.findings.refuse("ref-outside", place, fact, remedy)
        return path

    def _remedy(self, text: str, **values: str) -> str:
        for name, value in {**values, "spec": self.main.name}.items():
            text = text.replace(f"{{{name}}}", shlex.quote(value))
        return text

    def _remote(self, url: str, place: Location) -> SourceFile:
        """Return the document at a URL, if the main document may fetch it."""
        host = _host(url)
        if not host:
            fact = f"$ref {url!r} isn't the URL of a document"
            remedy = "Write https://HOST/PATH without a user, or the relative path of a file."
            raise self.findings.refuse("ref-remote", place, fact, remedy)
        fetch, document = self._sources.fetch, None
        if fetch is not None:
            with self._limited(f"$ref {url!r}", place):
                try:
                    document = fetch(url, self._sources)
                except Unreachable as error:
                    fact = f"{error.fact}, for the $ref at {place.place}"
                    raise Unreachable(error.url, fact, error.remedy) from None
                except UsageError as error:
                    fact, _, remedy = str(error).partition(". ")
                    raise self.findings.refuse("ref-insecure", place, fact, remedy) from None
        if document is None:
            fact = f"$ref leads to another host: {host}"
            remedy = self._remedy(self._sources.remedies.remote, host=host)
            raise self.findings.refuse("ref-remote", place, fact, remedy)
        return document


def _split_commit(name: str) -> tuple[str, str]:
    """Return what is before the path in a file's name, ``git:REV:`` of a commit's, and the path."""
    parts = name.split(":", 2)
    is_commit = parts[0] == "git" and len(parts) == 3 and not is_url(name)
    return (f"git:{parts[1]}:", parts[2]) if is_commit else ("", name)


def _host(url: str) -> str:
    """Return the host, and the port, of a URL of http or https; empty for any other text."""
    try:
        parts = urlsplit(url)
        is_valid = parts.port != 0 and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    is_valid = is_valid and parts.scheme in ("https", "http") and " " not in parts.netloc
    return parts.netloc if is_valid and parts.netloc.isprintable() else ""


def _enclosed(place: Location, pointer: str) -> Iterator[Value]:
    """Yield what ``pointer`` leads to within the nodes around ``place``, the innermost first."""
    around = place.pointer
    while around:
        around = around.rpartition("/")[0]
        with suppress(KeyError):
            yield place.document.resolve(around + pointer)
