"""A generated package, by its public names and the operations that its manifest lists."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic_core import to_jsonable_python

from tests.qa.corpus.source import Call, Json

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
ELSEWHERE = "https://api.example.com"
"""The base URL where a description has none."""


@dataclass(slots=True)
class Method:
    """A method of a client."""

    call: Call
    bound: Callable[..., Any]
    names: dict[tuple[str, str], str]
    """The argument of each described parameter, by its place and its name on the wire."""
    options: frozenset[str]
    """All arguments."""
    required: frozenset[str]
    """Those without a default."""
    headers: Any
    """The class of the headers of its responses; None if they have none."""


class Package:
    """The client in a package below a folder, and what it sent and noticed last."""

    def __init__(self, folder: Path, name: str) -> None:
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        package = importlib.import_module(name)
        manifest = json.loads((folder / name / "speclock.json").read_text(encoding="utf-8"))
        listed = manifest["operations"]
        self._calls = {
            (one["method"], one["path"], name): one["call"]
            for one in listed
            for name in (None, one["operation_id"])
        }
        self.errors: Any = package.errors
        typed = folder / name / "response_headers.py"
        module = importlib.import_module(f"{name}.response_headers") if typed.is_file() else None
        self._headers = {_letters(one): value for one, value in vars(module or object).items()}
        self.response: tuple[int, str, bytes] = (500, "", b"")
        """The status, the media type and the content of the next answer."""
        self.request: Any = None
        """The last request."""
        self.deviations: list[Any] = []
        client = next(one for one in package.__all__ if f"Async{one}" in package.__all__)
        make = getattr(package, client)
        needed: dict[str, Any] = {
            one.name: ELSEWHERE if one.name == "base_url" else package.NO_CREDENTIALS
            for one in inspect.signature(make).parameters.values()
            if one.default in (one.empty, None) and one.kind in _NAMED
        }
        self._client = make(
            **needed,
            transport=httpx.MockTransport(self._answer),
            retry=package.Retry(attempts=1),
            on_deviation=self.deviations.append,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        status, media_type, content = self.response
        headers = {"content-type": media_type} if media_type else {}
        return httpx.Response(status, headers=headers, content=content)

    def method(self, call: Call) -> Method | None:
        """Return the method of an operation; None if it has none."""
        path = call.path.partition("#")[0]
        dotted = self._calls.get((call.method, path, call.operation.get("operationId")))
        if dotted is None:
            return None
        bound: Any = self._client
        for name in dotted.split("."):
            bound = getattr(bound, name)
        parameters = inspect.signature(bound).parameters
        options = frozenset(parameters)
        required = frozenset(n for n, one in parameters.items() if one.default is one.empty)
        names: dict[tuple[str, str], str] = {}
        for one in call.parameters:
            place, wire = str(one.value["in"]), str(one.value["name"])
            fitting = [name for name in options if _letters(name) == _letters(wire)]
            if len(fitting) == 1 and fitting[0] not in names.values():
                names[place, wire] = fitting[0]
        headers = self._headers.get(f"{_letters(dotted)}headers")
        return Method(call, bound, names, options, required, headers)


def plain(value: Any) -> Json:
    """Return the JSON data of what a method returned, as its documentation has it written."""
    if hasattr(value, "model_dump_json"):
        return json.loads(value.model_dump_json(exclude_unset=True, by_alias=True))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return to_jsonable_python(value)


def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
