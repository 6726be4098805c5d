"""Reading a description, in YAML or in JSON, with the line and column of every node."""

from __future__ import annotations

from pathlib import Path

from ..errors import Place, SpecError
from ..hashing import sha256_of
from .json_text import read_json
from .tree import Document, MappingNode, refusal
from .yaml_text import read_yaml

MAX_BYTES = 64 * 1024 * 1024


_WRONG = {
    "description": (
        "the file holds no OpenAPI description (its root isn't a mapping)",
        "Point --spec at an OpenAPI 3.x document.",
    ),
    "overlay": (
        "the file holds no overlay (its root isn't a mapping)",
        "Name an OpenAPI Overlay document: overlay, info and actions.",
    ),
}


def load(path: Path, name: str | None = None, kind: str = "description") -> Document:
    """Read a description (or an overlay) in YAML or JSON; ``name`` is how messages call the file.

    Raises :class:`SpecError` with line and column where the text isn't well-formed, has duplicate
    keys, tags, several documents, or exceeds the limits on size, depth, nodes and numbers.
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refusal(
            "file", Place(shown), f"can't be read: {error.strerror}", "Check the path."
        ) from None
    return parse(data, path=path, name=shown, kind=kind)


def parse(
    data: bytes, *, path: Path, name: str, kind: str = "description", lenient: bool = False
) -> Document:
    """As :func:`load`, from bytes that were read already.

    With ``lenient`` a text that could be read in spite of faults is taken, and has them in
    ``faults``.
    """
    if len(data) > MAX_BYTES:
        raise refusal(
            "limit",
            Place(name),
            f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}",
            "Cut the description down to what is used.",
        )
    digest = sha256_of(data)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal(
            "encoding", Place(name, line, 1), "the text isn't UTF-8", "Save the file as UTF-8."
        ) from None
    text = text.replace("\r\n", "\n")
    is_json = text.lstrip()[:1] == "{"
    document = Document(name, path, text, digest, is_json)
    root = read_json(document) if is_json else read_yaml(document)
    if document.faults and not lenient:
        raise SpecError(document.faults)
    if not isinstance(root, MappingNode):
        raise refusal("not-a-description", Place(name, 1, 1), *_WRONG[kind])
    document.root = root
    return document
