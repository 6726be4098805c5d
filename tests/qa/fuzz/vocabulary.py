"""Names, formats, patterns and other values that random descriptions are made of."""

# ruff: noqa: E501 - tables
from __future__ import annotations

from hypothesis import strategies as st

from tests.qa.fuzz.mutations import Json

NAMES = [
    "id", "name", "value", "items", "a", "b", "A", "Pet", "pet", "pet_id", "petId", "class", "None", "self", "cls", "import",
    "str", "list", "date", "Any", "BaseModel", "Model", "model_dump", "model_config", "copy", "json", "schema", "dict", "_x",
    "__init__", "__class__", "1st", "2", "a-b", "a.b", "a b", "x[]", "$ref", "$filter", "@type", "é", "日本", "ß", "μ", "options",
    "body", "accept", "content_type", "headers", "request", "response", "token", "url", "method", "args", "kwargs",
    "Literal", "Annotated", "Field", "Enum", "UUID", "datetime", "property", "type", "object", "print", "format", "x" * 90,
]  # fmt: skip
KEYS = [
    "A", "B", "C", "Pet", "Error", "pet", "a-b", "a.b", "Class", "None", "Model", "Any", "1",
    "List", "str", "é",
]  # fmt: skip
FORMATS = ["uuid", "date-time", "date", "time", "duration", "uri", "byte", "binary", "int32", "int64", "float", "double",
           "decimal", "email", "ipv4", "password", "made-up", "hostname"]  # fmt: skip
PATTERNS = [
    "^[a-z]+$", "\\d{3}", "^a|b$", "(?=a)b", "\\p{L}+", "^\\/x\\/$", "[^\\]]", "\\cA",
    "(?<n>a)\\k<n>", "a{0,3}", "^$", "\\w\\s",
]  # fmt: skip
TEXTS = [
    "",
    "Words.",
    'A "quoted" \\ line\nand another',
    '"""',
    "é 日本",
    "ends in a quote'",
    "{{ braces }} {% if %}",
    "a" * 300,
]
MEDIA = [
    "application/json", "application/json; charset=utf-8", "application/problem+json", "application/x-www-form-urlencoded",
    "multipart/form-data", "text/plain", "application/xml", "application/octet-stream", "image/png", "*/*", "text/*",
    "text/event-stream", "application/jsonl", "application/x-ndjson", "application/json-seq", "text/csv", "multipart/mixed",
]  # fmt: skip
STYLES = {
    "path": ["simple", "label", "matrix"],
    "query": ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
    "header": ["simple"],
    "cookie": ["form"],
}
SERVERS: list[Json] = [
    {"url": "https://api.example.com"}, {"url": "https://api.example.com/v1/"}, {"url": "/v2"}, {"url": "v3"}, {"url": "/"},
    {"url": "http://localhost:8080"}, {"url": "https://other.example.com:8443/x", "description": "Another."},
    {"url": "https://{host}.example.com/{v}", "variables": {"host": {"default": "api", "enum": ["api", "b"]}, "v": {"default": "1"}}},
]  # fmt: skip
FLOWS: dict[str, Json] = {
    "clientCredentials": {"tokenUrl": "https://api.example.com/token", "scopes": {"read": "Reads."}},
    "authorizationCode": {
        "authorizationUrl": "https://api.example.com/auth", "tokenUrl": "/token", "refreshUrl": "/refresh", "scopes": {},
    },
    "password": {"tokenUrl": "https://api.example.com/token", "scopes": {}},
    "implicit": {"authorizationUrl": "https://api.example.com/auth", "scopes": {"a b": ""}},
}  # fmt: skip
SCHEMES: dict[str, Json] = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "a-key": {"type": "apiKey", "in": "query", "name": "key"},
    "class": {"type": "apiKey", "in": "cookie", "name": "session"},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://api.example.com/.well-known"},
    "oauth": {"type": "oauth2", "flows": FLOWS},
}

names = st.sampled_from(NAMES)
texts = st.sampled_from(TEXTS)
flags = st.booleans()
scalars: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([0.5, 1e9, "", "a", "b", "é", "2020-01-01", 2**40]),
)
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
