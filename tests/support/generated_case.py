"""The generated package of a case, and a server that answers its client."""

from __future__ import annotations

import contextlib
import importlib
import json
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.support.answers import Answer, Recorder
from tests.support.cases import MODULES, TESTS, generate_case, package_of
from tests.support.clients import connect, method_of
from tests.support.command import Outcome, speclock
from tests.support.sockets import Server


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

    def connect(
        self,
        server: Answer | Server | None = None,
        mode: str = "sync",
        *given: Any,
        **settings: Any,
    ) -> Any:
        """Return a client of a server."""
        return connect(self.package, mode, server, *given, **settings)

    def fake(self, **settings: Any) -> Any:
        """Return the package's own fake server."""
        return self.modules["testing"].Fake(**settings)

    def sent(self, mode: str, name: str, *arguments: Any, **settings: Any) -> httpx.Request:
        """Return the request of a call without a result."""
        server = Recorder()
        with self.connect(server, mode, **settings) as client:
            method_of(client, name)(*arguments)
        return server.request

    def exchange(
        self, mode: str, server: Answer | Server, name: str, *arguments: Any
    ) -> tuple[Any, Any]:
        """Call ``resource.method`` once; return its result and what is noted of the response."""
        options = self.package.Options(response=self.package.ResponseInfo())
        with self.connect(server, mode) as client:
            return method_of(client, name)(*arguments, options=options), options.response


class GeneratedCases:
    """Cases below one folder, each generated when it is first asked for.

    Other processes may use the folder, too: a case is made elsewhere and then renamed into it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def outcome(self, topic: str) -> Outcome:
        """Return the result of generating a case."""
        record = self.folder / f"{topic}.outcome.json"
        if not record.is_file():
            with self._scratch(topic) as scratch:
                outcome = generate_case(topic, scratch)
                self._take(scratch, package_of(topic))
                made = scratch / record.name
                made.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
                made.replace(record)
        return Outcome(**json.loads(record.read_bytes()))

    def add(self, name: str, generate: Callable[[Path], Outcome]) -> Case:
        """Import a package; unless it is there, ``generate`` makes it below a folder."""
        if not (self.folder / package_of(name)).is_dir():
            with self._scratch(name) as scratch:
                outcome = generate(scratch)
                assert outcome.code == 0, outcome.err
                self._take(scratch, package_of(name))
        return self.load(name)

    @contextlib.contextmanager
    def _scratch(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=self.folder) as scratch:
            yield Path(scratch)

    def _take(self, scratch: Path, package: str) -> None:
        """Move a package and its tests out of a folder, unless another process was faster."""
        for name in (f"tests/{package}", package):
            (self.folder / name).parent.mkdir(exist_ok=True)
            if (scratch / name).is_dir() and not (self.folder / name).is_dir():
                with contextlib.suppress(OSError):
                    (scratch / name).rename(self.folder / name)

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
        modules = ["", ".models", ".errors", ".client"]
        if not (self.folder / package_of(topic) / "client.py").is_file():
            modules[2:] = ["", ""]  # models alone
        return Case(*(importlib.import_module(package_of(topic) + name) for name in modules))


def load_spec(cases: GeneratedCases, topic: str, spec: str, *settings: str) -> Case:
    """Generate a package from the text of a description, with settings, and import it."""
    return cases.add(
        topic, lambda folder: generate_spec(folder, package_of(topic), spec, *settings)
    )


def load_over(cases: GeneratedCases, library: str) -> Case:
    """Return this repository's client over an HTTP library, with the class ``Sample``."""
    spec = TESTS.parent / "spec" / "pinterest-audiences.yaml"
    words = ("--package", package_of(f"over_{library}"), "--client", "Sample", "--http", library)
    return cases.add(
        f"over_{library}",
        lambda folder: speclock(
            folder, "generate", "--spec", str(spec), *words, "--output", str(folder)
        ),
    )


def generate_spec(folder: Path, package: str, spec: str, *settings: str) -> Outcome:
    """Generate a package below ``folder``, without tests."""
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    lines = ["[tool.speclock]", 'output = "."', f"[tool.speclock.clients.{package}]"]
    lines += ['spec = "spec.yaml"', 'client = "Sample"', "tests = false", *settings, ""]
    (folder / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    return speclock(folder, "generate")


def own_frames(error: BaseException, package: ModuleType) -> list[str]:
    """Return the frames of a traceback and its causes outside the tests, with what they hold.

    There is a frame of the package among them.
    """
    frames: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        stack = traceback.TracebackException.from_exception(cause, capture_locals=True).stack
        own = [frame for frame in stack if TESTS not in Path(frame.filename).parents]
        frames += [f"{f.filename} {f.name}:{f.lineno} {f.locals}" for f in own]
        cause = cause.__cause__ or cause.__context__
    assert str(Path(str(package.__file__)).parent) in "".join(frames)
    return frames


def refused(make: Callable[..., Any], **values: Any) -> list[str]:
    """Return the types of the errors for which a constructor refuses values."""
    with pytest.raises(ValidationError) as caught:
        make(**values)
    return [error["type"] for error in caught.value.errors()]


def sent(model: Any) -> Any:
    """Return the JSON that a model is sent as."""
    return json.loads(model.model_dump_json(exclude_unset=True, by_alias=True))
