"""The parts of an operation that tell about its pages: the response, its members, a default."""

from __future__ import annotations

from ...base.immutable import immutable
from ...reading.openapi.model.document import Operation
from ...reading.openapi.model.messages import Parameter, Response
from ...reading.openapi.model.schemas import Schema
from ..build.response_members import path_of
from .page_names import URL_FORMATS, URL_NAMES, URL_WORDS, plain

Path = tuple[str, ...]


@immutable
class PageMember:
    """A member that isn't an object or a list, with its path from the response."""

    path: Path
    schema: Schema

    @property
    def names(self) -> tuple[str, ...]:
        """The ends of its path in the form of the tables: the longest first."""
        words = [plain(step) for step in self.path]
        return tuple(".".join(words[at:]) for at in range(len(words)))

    @property
    def text(self) -> str:
        """The path as settings have it."""
        return path_of(self.path)


def default_of(parameter: Parameter, schema: Schema) -> int | None:
    """Return the default of a parameter, where it is a whole number."""
    own = parameter.schema.default if parameter.schema else None
    for value in (own, schema.default):
        if isinstance(value, int):
            return value
    return None


def success_of(operation: Operation) -> Response | None:
    """Return the response of the first success that is described."""
    statuses = [s for s in operation.responses if s.startswith("2")] or ["default"]
    return operation.responses.get(min(statuses))


def is_url(leaf: PageMember) -> bool:
    """Return whether a member's name, format, example or description is that of a URL."""
    schema = leaf.schema
    if schema.types != ("string",):
        return False
    examples = [example for example in schema.examples if isinstance(example, str)]
    return (
        any(name.endswith(URL_NAMES) for name in leaf.names)
        or schema.format in URL_FORMATS
        or any(example.startswith(("http://", "https://", "/", "?")) for example in examples)
        or bool(URL_WORDS.search(schema.description))
    )
