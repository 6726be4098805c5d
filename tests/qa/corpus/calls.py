"""Calls of a generated client over a scripted transport, with the arguments of its tests' cases."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from generator.codegen.ir import Case, ClientOperation, Credential
from generator.config import Client
from generator.errors import Findings
from generator.services.read_api import read_api

ELSEWHERE = "https://api.example.com"
"""The base URL where a description has none."""


class Calls:
    """The client of ``spec`` below ``folder``, and its cases of requests by method."""

    def __init__(self, spec: Path, folder: Path, package: str, root: Path | None = None) -> None:
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        self.package = importlib.import_module(package)
        self.errors: Any = importlib.import_module(f"{package}.errors")
        self.httpx: Any = importlib.import_module(f"{package}._runtime.http").httpx
        inside = os.path.relpath(root, spec.parent) if root else ""
        settings = Client(spec.name, package, str(folder), root=inside)
        _, self.api, cases = read_api(settings, spec.parent, Findings(), lambda _: None)
        self.operations: dict[str, ClientOperation] = {}
        for op in self.api.operations:
            others = [one.call for one in (op.streamed, op.pages) if one]
            self.operations |= dict.fromkeys([op.call, *others], op)
        self.cases: dict[str, Case] = {}
        for case in cases:
            if case.kind == "request":
                self.cases.setdefault(case.call, case)

    def client(self, respond: Callable[[Any], Any], on_deviation: Callable[[Any], None]) -> Any:
        """Return a client that is answered by a function, and reports deviations to another."""
        settings = {one.name: self._secret(one) for one in self.api.credentials}
        if not self.api.base_url:
            settings["base_url"] = ELSEWHERE
        return getattr(self.package, self.api.client)(
            **settings,
            transport=self.httpx.MockTransport(respond),
            retry=self.package.Retry(attempts=1),
            on_deviation=on_deviation,
        )

    def _secret(self, credential: Credential) -> Any:
        user = ("user", "password")
        kinds = {"basic": user, "auth": self.httpx.BasicAuth(*user)}
        return kinds.get(credential.kind, "test-key")

    def method(self, client: Any, call: str) -> Any:
        """Return a method of a client."""
        for name in call.split("."):
            client = getattr(client, name)
        return client

    def operation(self, call: str) -> Any:
        """Return the package's own value of an operation."""
        op = self.operations[call]
        module = f"resources.{op.resource}" if op.resource else "_operations"
        found = importlib.import_module(f"{self.package.__name__}.{module}")
        streams = op.streamed and (call == op.streamed.call or not op.signatures)
        constant = op.streamed.constant if op.streamed and streams else op.constant
        return getattr(found, constant.upper())

    def arguments(self, case: Case) -> dict[str, Any]:
        """Return the arguments of a case, its body in the type that the method takes."""
        given = case.data["arguments"]
        assert isinstance(given, dict)
        arguments: dict[str, Any] = dict(given)
        if "body" in arguments:
            op = self.operations[case.call]
            kind = arguments.get("content_type", op.bodies[0].media_type)
            (body,) = (one for one in op.bodies if one.media_type == kind)
            arguments["body"] = self._body(case.call, body.codec, kind, arguments["body"])
        return arguments

    def _body(self, call: str, codec: str, kind: str, value: Any) -> Any:
        if codec in ("text", "bytes"):
            return value if codec == "text" else str(value).encode()
        operation = self.operation(call)
        bodies: Mapping[str, Any] = getattr(operation, "bodies", {})
        types: TypeAdapter[Any] = TypeAdapter(bodies.get(kind, operation.body)._type())
        return types.validate_json(json.dumps(value), by_alias=True, by_name=False)
