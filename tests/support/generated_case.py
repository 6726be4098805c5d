"""The generated package of a case, and a server that answers its client."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.support.cases import MODULES, generate_case, package_of
from tests.support.command import Outcome, speclock

Answer = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True, slots=True)
class Case:
    """One generated package, imported; one of models alone is its own ``errors`` and ``client``."""

    package: ModuleType
    models: ModuleType
    errors: ModuleType
    client: ModuleType

    @property
    def modules(self) -> dict[str, ModuleType]:
        """Return every module but the pytest plugin, by its name below the package."""
        folder = Path(str(self.package.__file__)).parent
        names = [
            ".".join(path.relative_to(folder).with_suffix("").parts)
            for path in sorted(folder.rglob("*.py"))
        ]
        return {
            name: importlib.import_module(f"{self.package.__name__}.{name}")
            for name in names
            if name.rpartition(".")[2] not in ("__init__", "pytest_plugin")
        }

    def connect(self, answer: Answer, **settings: Any) -> Any:
        """Return a client whose server is ``answer``."""
        settings.setdefault("retry", self.package.Retry(attempts=1))
        return self.package.Sample(transport=httpx.MockTransport(answer), **settings)


class GeneratedCases:
    """Cases below one folder, each generated when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._outcomes: dict[str, Outcome] = {}

    def outcome(self, topic: str) -> Outcome:
        """Return the result of generating a case."""
        if topic not in self._outcomes:
            self._outcomes[topic] = generate_case(topic, self.folder)
        return self._outcomes[topic]

    def sources(self, topic: str) -> dict[str, bytes]:
        """Return the modules of a package that are its own, by their name in it."""
        assert self.outcome(topic).code == 0
        package = self.folder / package_of(topic)
        files = [path for pattern in MODULES for path in sorted(package.glob(pattern))]
        return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}

    def load(self, topic: str) -> Case:
        """Import the package of a case; generate it first if that wasn't done."""
        if not (self.folder / package_of(topic)).is_dir():
            outcome = self.outcome(topic)
            assert outcome.code == 0, outcome.err
        importlib.invalidate_caches()
        modules = ["", ".models", ".errors", "._client"]
        if not (self.folder / package_of(topic) / "_client.py").is_file():
            modules[2:] = ["", ""]  # models alone
        return Case(*(importlib.import_module(package_of(topic) + name) for name in modules))


def load_spec(cases: GeneratedCases, topic: str, spec: str, *settings: str) -> Case:
    """Generate a package from the text of a description, with settings, and import it."""
    folder = cases.folder / f"project_{topic}"
    folder.mkdir()
    outcome = generate_spec(folder, package_of(topic), spec, *settings)
    assert outcome.code == 0, outcome.err
    (folder / package_of(topic)).rename(cases.folder / package_of(topic))
    return cases.load(topic)


def generate_spec(folder: Path, package: str, spec: str, *settings: str) -> Outcome:
    """Generate a package below ``folder``, without tests."""
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    lines = ["[tool.speclock]", 'output = "."', f"[tool.speclock.clients.{package}]"]
    lines += ['spec = "spec.yaml"', 'client = "Sample"', "tests = false", *settings, ""]
    (folder / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    return speclock(folder, "generate")


@dataclass
class Recorder:
    """A server that keeps its requests and always gives the same answer."""

    status: int = 204
    value: Any = None
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        return answering(self.status, self.value)(request)

    @property
    def targets(self) -> list[str]:
        """Return method, path and query of each request, as they were sent."""
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]


def bodies(server: Recorder) -> list[Any]:
    """Return the JSON body of each request."""
    return [json.loads(request.content) for request in server.requests]


def refused(make: Callable[..., Any], **values: Any) -> list[str]:
    """Return the types of the errors for which a constructor refuses values."""
    with pytest.raises(ValidationError) as caught:
        make(**values)
    return [error["type"] for error in caught.value.errors()]


def sent(model: Any) -> Any:
    """Return the JSON that a model is sent as."""
    return json.loads(model.model_dump_json(exclude_unset=True, by_alias=True))


def answering(status: int, value: Any = None) -> Answer:
    """Return a server that always gives the same answer."""
    if value is None:
        return lambda _: httpx.Response(status)
    return lambda _: httpx.Response(status, json=value)
