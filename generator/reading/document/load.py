"""Loading of a description in YAML or JSON, with the line and column of every node."""

from __future__ import annotations

import re
from pathlib import Path

from ...base.budget import highest
from ...base.errors import Place, SpecError
from ...base.portable import MAX_BYTES, scheme_hint, sha256_of
from .json_text import read_json
from .other_formats import other_text
from .tree import MappingNode, SequenceNode, SourceFile, Sources
from .yaml_text import read_yaml

_JSON = re.compile(r"\s*\{")


def load(
    path: Path,
    name: str | None = None,
    sources: Sources | None = None,
    *,
    may_be_list: bool = False,
) -> SourceFile:
    """Read a description (or an overlay) in YAML or JSON; ``name`` is the file's in messages.

    ``sources`` are those of the description that it belongs to, by default new ones. A file that a
    reference leads to may be a list.

    Raises :class:`SpecError` with line and column if the text isn't well-formed, has duplicate
    keys, tags or several documents, or exceeds the limits on size, depth, nodes and numbers.
    """
    shown, sources = name or str(path), sources or Sources()
    try:
        data = sources.read(path, MAX_BYTES)
    except OSError as error:
        fact = f"cannot be read: {error.strerror}"
        remedy = f"Check the path.{scheme_hint(shown)}"
        raise SpecError.of("file", Place(shown), fact, remedy) from None
    return parse(data, path=path, name=shown, sources=sources, may_be_list=may_be_list)


def parse(
    data: bytes,
    *,
    path: Path,
    name: str,
    lenient: bool = False,
    sources: Sources | None = None,
    may_be_list: bool = False,
) -> SourceFile:
    """Read a description from ``data`` as :func:`load` does.

    With ``lenient`` the document's ``faults`` are kept instead of raised. Without ``sources`` the
    text is one that speclock wrote from a document that was within its limits.
    """
    if len(data) > MAX_BYTES:
        raise SpecError.of(
            "limit",
            Place(name),
            f"the file has more than {MAX_BYTES:,} bytes",
            "Remove what isn't needed with another tool, or split it into files that refer to each "
            "other by $ref.",
        )
    digest = sha256_of(data)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError.of(
            "encoding", Place(name, line, 1), "the text isn't UTF-8", "Save the file as UTF-8."
        ) from None
    text = text.replace("\r\n", "\n")
    if other := other_text(text):
        raise SpecError.of("not-a-description", Place(name, 1, 1), *other)
    is_json = _JSON.match(text) is not None
    document = SourceFile(name, path, text, digest, is_json, sources=sources or Sources(highest()))
    root = read_json(document) if is_json else read_yaml(document)
    if document.faults and not lenient:
        raise SpecError(document.faults)
    if may_be_list and isinstance(root, SequenceNode):
        document.items = root
        root = MappingNode(root.location)
    if not isinstance(root, MappingNode):
        fact = "the file isn't an OpenAPI document: its root isn't a mapping"
        if root is None:
            fact = "the file has no content"
        remedy = "Name an OpenAPI 3.x or Swagger 2.0 document, or an OpenAPI Overlay."
        raise SpecError.of("not-a-description", Place(name, 1, 1), fact, remedy)
    document.root = root
    return document
