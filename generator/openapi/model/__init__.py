"""The canonical document: one OpenAPI 3.1 description, typed, with the location of each part.

:mod:`..normalize` makes it; everything behind that reads nothing else. References to parameters,
headers, responses, request bodies and examples are resolved; a reference to a schema component is
a :class:`Schema` whose ``ref`` is the component's key. Parts are compared by identity.

Sources: OpenAPI 3.1.1 §4.8 (Schema of the document), JSON Schema 2020-12.
"""

from __future__ import annotations

from ...document.operations import REDIRECTS
from .document import (
    Document,
    IncomingRequest,
    OAuthFlow,
    Operation,
    SecurityRequirement,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)
from .messages import (
    Content,
    Encoding,
    Example,
    Header,
    Link,
    MediaType,
    Parameter,
    ParameterIn,
    RequestBody,
    Response,
)
from .schemas import (
    MISSING,
    Discriminator,
    Json,
    Missing,
    Number,
    Part,
    Schema,
    Type,
    Union,
    kinds,
    leaves,
    map_inside,
    map_schemas,
    parts_in,
    reachable,
    references_in,
    schemas_in,
    walk,
)

__all__ = [
    "MISSING",
    "REDIRECTS",
    "Content",
    "Discriminator",
    "Document",
    "Encoding",
    "Example",
    "Header",
    "IncomingRequest",
    "Json",
    "Link",
    "MediaType",
    "Missing",
    "Number",
    "OAuthFlow",
    "Operation",
    "Parameter",
    "ParameterIn",
    "Part",
    "RequestBody",
    "Response",
    "Schema",
    "SecurityRequirement",
    "SecurityScheme",
    "Server",
    "ServerVariable",
    "Tag",
    "Type",
    "Union",
    "kinds",
    "leaves",
    "map_inside",
    "map_schemas",
    "parts_in",
    "reachable",
    "references_in",
    "schemas_in",
    "walk",
]
