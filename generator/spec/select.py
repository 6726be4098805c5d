"""Which operations a client is made for.

Sources: OpenAPI 3.1.1 §4.8.8 (Paths Object), §4.8.9 (Path Item Object).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import Findings, UsageError
from .nodes import Document, Map
from .refs import References

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_BESIDE_METHODS = ("parameters", "servers", "summary", "description", "$ref")


@dataclass(frozen=True, slots=True)
class Found:
    """One operation where it stands in the description."""

    path: str
    method: str
    node: Map
    item: Map

    @property
    def operation_id(self) -> str:
        """The operationId, or ``""``."""
        value = self.node.get("operationId")
        return value if isinstance(value, str) else ""

    @property
    def spellings(self) -> tuple[str, str]:
        """How settings and commands may name it."""
        return self.operation_id, f"{self.method.upper()} {self.path}"

    @property
    def label(self) -> str:
        """How a person refers to it: its id, else ``METHOD /path``."""
        return self.operation_id or f"{self.method.upper()} {self.path}"


def version_of(document: Document) -> str:
    """The document's OpenAPI version; refuses Swagger 2.0 and what is no OpenAPI 3.x."""
    findings = Findings()
    root = document.root
    version = root.get("openapi")
    if "swagger" in root:
        findings.refuse(
            "swagger-2",
            root.at("swagger"),
            "this is a Swagger 2.0 description",
            "Convert it first: npx swagger2openapi FILE -o openapi.yaml",
        )
    elif isinstance(version, float):
        findings.warn(
            "version",
            root.at("openapi"),
            f"the version {version} is a number; read as text",
            f"Write '{version}.0' in quotes.",
        )
        document.warnings += findings.warnings
        version = str(version)
    elif not isinstance(version, str):
        findings.refuse(
            "version",
            (root.at("openapi") if "openapi" in root else root.origin).place,
            "no OpenAPI version is given",
            "Add 'openapi: 3.1.0' (or the version it is written for).",
        )
    if isinstance(version, str) and not version.startswith(("3.0", "3.1", "3.2")):
        findings.refuse(
            "version",
            root.at("openapi"),
            f"OpenAPI {version!r} isn't supported",
            "Use a description in OpenAPI 3.0, 3.1 or 3.2.",
        )
    findings.raise_refusals()
    assert isinstance(version, str)
    return version


def operations_of(document: Document, refs: References) -> Iterator[Found]:
    """Every operation of the document, in its order."""
    findings = refs.findings
    if "paths" not in document.root:
        return
    paths = refs.mapping(document.root["paths"], document.root.at("paths"), "paths")
    for path, value in paths.items():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            findings.warn(
                "path",
                paths.at(path),
                f"{path!r} is no path (a path begins with '/'); left out",
                "Begin the path with '/', or remove it.",
            )
            continue
        item = refs.follow(value, paths.at(path), "a path item")
        for key in item:
            if key in METHODS:
                node = refs.mapping(item[key], item.at(key), "an operation")
                yield Found(path, key, node, item)
            elif key not in _BESIDE_METHODS and not key.startswith("x-"):
                findings.warn(
                    "path-item",
                    item.at(key),
                    f"{key!r} is no HTTP method; left out",
                    "Remove it, or correct the spelling.",
                )


def select(document: Document, refs: References, wanted: Sequence[str]) -> tuple[Found, ...]:
    """The operations named by ``wanted`` (operationIds, or ``METHOD /path``); all if it is empty.

    Raises ``UsageError`` naming the nearest operations for one that doesn't exist.
    """
    found = tuple(operations_of(document, refs))
    if not found:
        refs.findings.refuse(
            "no-operations",
            document.root.at("paths") if "paths" in document.root else document.root.origin,
            f"{document.name} declares no operations",
            "Point --spec at a description whose paths hold at least one operation.",
        )
        refs.findings.raise_refusals()
    if not wanted:
        return found
    chosen: list[Found] = []
    for name in wanted:
        hits = [op for op in found if name in op.spellings]
        if not hits:
            labels = {op.label.lower(): op.label for op in found}
            labels |= {
                f"{op.method} {op.path}".lower(): f"{op.method.upper()} {op.path}" for op in found
            }
            near = difflib.get_close_matches(name.lower(), labels, n=3, cutoff=0.5)
            options = " or ".join(repr(labels[one]) for one in near)
            hint = f"Did you mean {options}?" if options else "Check the spelling."
            raise UsageError(f"no operation {name!r} in {document.name}. {hint}")
        chosen += hits
    return tuple(op for op in found if op in chosen)
