"""The overlay for streams that a description calls one JSON object, as grpc-gateway writes them.

Its responses have a JSON object a line, ``{"result": …}`` or ``{"error": …}``, and its descriptions
the schema of one object, in a response that ends with "(streaming responses)".
"""

from __future__ import annotations

from collections.abc import Iterator

from ..declared import METHODS, is_swagger
from ..pointer import KeysPath
from ..tree import MappingNode, SequenceNode, SourceFile
from .from_edits import Action
from .jsonpath import path_to

_JSON = "application/json"
_LINES = "application/x-ndjson"
_MARK = "(streaming responses)"
_TITLE = "Stream result of "


def stream_actions(document: SourceFile) -> list[Action]:
    """Return the actions that describe such responses as lines of JSON; none without any."""
    in_swagger = is_swagger(document.root)
    actions: list[Action] = []
    for keys, operation in _operations(document.root):
        for status, response in _successes(operation):
            if in_swagger and _is_stream(response, response.get("schema")):
                actions += _in_swagger(document.root, keys, operation)
            elif not in_swagger:
                actions += _in_openapi((*keys, "responses", status), response)
    return actions


def _operations(root: MappingNode) -> Iterator[tuple[KeysPath, MappingNode]]:
    """Yield the operations that are in the document itself, with the keys that lead to them."""
    paths = root.get("paths")
    for path, item in paths.items() if isinstance(paths, MappingNode) else ():
        for method, operation in item.items() if isinstance(item, MappingNode) else ():
            if method in METHODS and isinstance(operation, MappingNode):
                yield ("paths", path, method), operation


def _successes(operation: MappingNode) -> Iterator[tuple[str, MappingNode]]:
    responses = operation.get("responses")
    for status, response in responses.items() if isinstance(responses, MappingNode) else ():
        if status.startswith("2") and isinstance(response, MappingNode):
            yield status, response


def _is_stream(response: MappingNode, schema: object) -> bool:
    """Return whether a response with a schema is a stream by its description or its title."""
    title = schema.get("title") if isinstance(schema, MappingNode) else None
    has_title = isinstance(title, str) and title.startswith(_TITLE)
    description = response.get("description")
    return has_title or (isinstance(description, str) and description.endswith(_MARK))


def _in_swagger(root: MappingNode, keys: KeysPath, operation: MappingNode) -> Iterator[Action]:
    """Yield the action that adds the media type to those of an operation (Swagger 2.0).

    JSON stays, which is the type of the errors.
    """
    own = operation.get("produces")
    whole = root.get("produces")
    produces = [*(own if isinstance(own, SequenceNode) else ())]
    inherited = [*(whole if isinstance(whole, SequenceNode) else ())]
    if _LINES in (produces or inherited):
        return
    added = [_LINES] if produces else [*(inherited or [_JSON]), _LINES]
    yield {"target": path_to(keys), "update": {"produces": added}}


def _in_openapi(keys: KeysPath, response: MappingNode) -> Iterator[Action]:
    """Yield the actions that put lines in the place of JSON (OpenAPI 3)."""
    content = response.get("content")
    media = content.get(_JSON) if isinstance(content, MappingNode) else None
    if not isinstance(content, MappingNode) or not isinstance(media, MappingNode):
        return
    if _LINES in content or not _is_stream(response, media.get("schema")):
        return
    yield {"target": path_to((*keys, "content")), "update": {_LINES: media}}
    yield {"target": path_to((*keys, "content", _JSON)), "remove": True}
