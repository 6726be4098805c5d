"""JSON Schema (draft-07) of ``[tool.speclock]``, for validate-pyproject and for editors."""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from ..base.config import ProjectSettings
from ..base.records import Schema, schema_of
from ..base.version import REPOSITORY

URL: Final = f"https://raw.githubusercontent.com/{REPOSITORY}/main/docs/speclock.schema.json"
"""The schema's ``$id``. validate-pyproject and taplo need an absolute URL; they don't fetch it."""


def tool_schema(_tool: str = "speclock") -> Schema:
    """Return the schema of the settings of `speclock` in pyproject.toml."""
    schema = deepcopy(schema_of(ProjectSettings))
    clients = schema["properties"]["clients"]
    client = clients["additionalProperties"]
    settings = client["properties"]
    pages, signature = settings["pagination"], settings["webhook_signature"]
    schema["definitions"] = {
        "client": client,
        "pagination": pages.pop("items"),
        "webhook_signature": signature,
    }
    clients["additionalProperties"] = {"$ref": "#/definitions/client"}
    page: Schema = {"$ref": "#/definitions/pagination"}  # alone, it is a list with it
    del pages["type"]
    pages["anyOf"] = [page, {"type": "array", "items": page}]
    settings["webhook_signature"] = {
        "anyOf": [{"$ref": "#/definitions/webhook_signature"}],
        "description": signature["description"],
    }
    title = "Settings of speclock: [tool.speclock] in pyproject.toml"
    return {**schema, "$id": URL, "title": title}
