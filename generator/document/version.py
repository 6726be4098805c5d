"""The versions in a document."""

from __future__ import annotations

from ..errors import Findings
from .other_formats import other_document
from .tree import MappingNode, SourceFile


def info_version(document: SourceFile) -> str:
    """Return ``info.version``, or an empty text if there is none."""
    info = document.root.get("info")
    return str(info.get("version", "")) if isinstance(info, MappingNode) else ""


def read_version(document: SourceFile) -> str:
    """Return the OpenAPI version of a document; raises :class:`SpecError` unless it is 3.x."""
    findings = Findings()
    root = document.root
    version = root.get("openapi")
    if "swagger" in root:
        findings.refuse(
            "swagger-2",
            root.at("swagger"),
            "Swagger 2.0 isn't supported",
            "Convert the description to OpenAPI 3: npx swagger2openapi FILE -o openapi.yaml",
        )
    elif isinstance(version, float):
        findings.warn(
            "version",
            root.at("openapi"),
            f"the version {version} is a number; it is read as text",
            f"Write '{version}.0' in quotes.",
        )
        document.warnings += findings.warnings
        version = str(version)
    elif version is None and (other := other_document(root)):
        findings.refuse("not-a-description", root.location.place, *other)
    elif not isinstance(version, str):
        findings.refuse(
            "version",
            (root.at("openapi") if "openapi" in root else root.location).place,
            "'openapi', the version of OpenAPI, is missing",
            "Add 'openapi: 3.1.0', or the version that the description is written for.",
        )
    if isinstance(version, str) and not version.startswith(("3.0", "3.1", "3.2")):
        findings.refuse(
            "version",
            root.at("openapi"),
            f"OpenAPI {version!r} isn't supported",
            "Convert the description to OpenAPI 3.0, 3.1 or 3.2.",
        )
    findings.raise_refusals()
    assert isinstance(version, str)
    return version
