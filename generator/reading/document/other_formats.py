"""Files that people take for an OpenAPI description: what they are, and what to do instead."""

from __future__ import annotations

import re

from .tree import MappingNode

_START = 5_000  # characters
_COMMENTS = r'(?:\s|#[^\n]*\n|"""(?:[^"]|"(?!""))*""")*+'
_TEXTS = (
    (
        re.compile(r"\s*(?:<!--[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE),
        "the file is a web page in HTML",
        "Name the JSON or YAML that the page shows, or the file, if it has to be downloaded.",
    ),
    (
        re.compile(r"\s*<[?!\w]"),
        "the file is XML",
        "Name an OpenAPI 3 document, in JSON or YAML; WSDL and WADL have to be converted.",
    ),
    (
        re.compile(
            _COMMENTS + r"(?:(?:extend\s+)?(?:type|interface|input|enum)\s+\w[^:{}\n]*\{"
            r"|(?:extend\s+)?schema\s*[@{]|scalar\s+\w+|union\s+\w+[^:\n]*=|directive\s+@\w)"
        ),
        "the file is a GraphQL schema",
        "Use a generator for GraphQL, for instance ariadne-codegen.",
    ),
    (
        re.compile(r"#%RAML"),
        "the file is RAML",
        "Convert it to OpenAPI 3 first.",
    ),
)
_ROOTS = (
    (
        ("asyncapi",),
        "the file is an AsyncAPI document",
        "Use a generator for AsyncAPI; speclock reads OpenAPI.",
    ),
    (
        ("info", "item"),
        "the file is a Postman collection",
        "Convert it to OpenAPI 3 first.",
    ),
    (
        ("overlay", "actions"),
        "the file is an OpenAPI Overlay",
        "Name the description that it changes, and the overlay in `overlays` or by --overlay.",
    ),
    (
        ("arazzo",),
        "the file is an Arazzo document",
        "Name one of the OpenAPI documents under its `sourceDescriptions`.",
    ),
    (
        ("__schema",),
        "the file is a GraphQL schema",
        "Use a generator for GraphQL, for instance ariadne-codegen.",
    ),
    (
        ("log",),
        "the file is a recording of HTTP exchanges",
        "Compare it with a client's description: speclock drift --traffic FILE",
    ),
)


def other_text(text: str) -> tuple[str, str] | None:
    """Return a fact and a remedy for a text in another format than JSON or YAML."""
    start = text[:_START]
    if not start.strip() and not text.strip():
        return "the file is empty", "Save the description into it, or name another file."
    return next(((fact, remedy) for form, fact, remedy in _TEXTS if form.match(start)), None)


def other_document(root: MappingNode) -> tuple[str, str] | None:
    """Return a fact and a remedy for a document of another format than OpenAPI."""
    data = root.get("data")
    keys = data if isinstance(data, MappingNode) and "__schema" in data else root
    for needed, fact, remedy in _ROOTS:
        if all(key in keys for key in needed):
            return fact, remedy
    return None
