"""An app of Litestar that uses the features of its guides; the state is in memory."""

from __future__ import annotations

import answers
import tasks
import values
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

components = Components(
    security_schemes={
        "BearerToken": SecurityScheme(type="http", scheme="bearer"),
        "ApiKey": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
    }
)
app = Litestar(
    [tasks.TaskController, *values.handlers, *answers.handlers],
    openapi_config=OpenAPIConfig("Tasks", "1", components=components),
)
