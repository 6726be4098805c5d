"""Swagger 2.0: its parameters, bodies, responses, servers and security as OpenAPI 3 has them."""

from .contents import body, media_types, response
from .parameters import DELIMITED, PLACES, parameter, schema
from .servers import own_servers, security_scheme, servers

__all__ = [
    "DELIMITED", "PLACES", "body", "media_types", "own_servers", "parameter", "response",
    "schema", "security_scheme", "servers",
]  # fmt: skip
