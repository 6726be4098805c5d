"""Which OpenAPI a document is written in."""

from __future__ import annotations

from ..errors import Findings
from .tree import Document, MappingNode


def info_version(document: Document) -> str:
    """Return ``info.version``, or an empty text if there is none."""
    info = document.root.get("info")
    return str(info.get("version", "")) if isinstance(info, MappingNode) else ""


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
            (root.at("openapi") if "openapi" in root else root.location).place,
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
