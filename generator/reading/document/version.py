"""The versions in a document."""

from __future__ import annotations

from ...base.errors import Findings
from .declared import is_swagger
from .other_formats import other_document
from .tree import MappingNode, SourceFile


def info_version(document: SourceFile) -> str:
    """Return ``info.version``, or an empty text if there is none."""
    info = document.root.get("info")
    return str(info.get("version", "")) if isinstance(info, MappingNode) else ""


def read_version(document: SourceFile) -> str:
    """Return the version that a document is written in: OpenAPI 3.x, or 2.0, which is Swagger's.

    Raises :class:`SpecError` for others.
    """
    findings = Findings()
    root = document.root
    key, example = ("swagger", "2.0") if is_swagger(root) else ("openapi", "3.1.0")
    version = root.get(key)
    if isinstance(version, float) or (isinstance(version, int) and version == 2):
        text = str(float(version))
        findings.warn(
            "version",
            root.at(key),
            f"the version {version} is a number; it is read as text",
            f"Write '{text}' in quotes." if key == "swagger" else f"Write '{text}.0' in quotes.",
        )
        document.warnings += findings.warnings
        version = text
    elif version is None and (other := other_document(root)):
        findings.refuse("not-a-description", root.location.place, *other)
    elif not isinstance(version, str):
        findings.refuse(
            "version",
            (root.at(key) if key in root else root.location).place,
            f"{key!r}, the version of OpenAPI, is missing",
            f"Add '{key}: {example}', or the version that the description is written for.",
        )
    supported = ("2.0",) if key == "swagger" else ("3.0", "3.1", "3.2")
    if isinstance(version, str) and not version.startswith(supported):
        name = "Swagger" if key == "swagger" else "OpenAPI"
        findings.refuse(
            "version",
            root.at(key),
            f"{name} {version!r} isn't supported",
            "Convert the description to OpenAPI 3.0, 3.1 or 3.2.",
        )
    findings.raise_refusals()
    assert isinstance(version, str)
    return version
