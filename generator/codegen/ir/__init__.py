"""The generated package as frozen dataclasses, with every name and type decided.

Each Python name is stored with its wire name. The ``origin`` of a method, a parameter, a body, a
response and a webhook is the part of the description that it is made from. Constraints have the
names that JSON Schema gives them; nothing else depends on OpenAPI.
"""

from __future__ import annotations

from .annotations import annotation
from .models import (
    Alias,
    Component,
    Enumeration,
    Model,
    ModelField,
    Module,
    plain,
)
from .operations import (
    Answer,
    Body,
    BodyField,
    Case,
    ClientOperation,
    FormPart,
    HeaderField,
    LinkArgument,
    LinkedCall,
    Member,
    MethodParameter,
    NeededScope,
    Overload,
    Pages,
    Streamed,
    Wait,
)
from .package import (
    Api,
    Credential,
    Resource,
    ResponseHeaders,
    ServerArgument,
    SignatureScheme,
    Webhook,
)
from .types import (
    Array,
    Code,
    Constant,
    Dict,
    File,
    Json,
    Nullable,
    Ref,
    Scalar,
    Text,
    Type,
    UnionType,
    covariant_lists,
    has_any,
    is_exact,
    is_scalar,
    json_type,
    referenced,
    union,
)

__all__ = [
    "Alias", "Answer", "Api", "Array", "Body", "BodyField", "Case", "ClientOperation", "Code",
    "Component", "Constant", "Credential", "Dict", "Enumeration", "File", "FormPart",
    "HeaderField", "Json", "LinkArgument", "LinkedCall", "Member", "MethodParameter", "Model",
    "ModelField", "Module", "NeededScope", "Nullable", "Overload", "Pages", "Ref", "Resource",
    "ResponseHeaders", "Scalar", "ServerArgument", "SignatureScheme", "Streamed", "Text",
    "Type", "UnionType", "Wait", "Webhook", "annotation", "covariant_lists", "has_any", "is_exact",
    "is_scalar", "json_type", "plain", "referenced", "union",
]  # fmt: skip
