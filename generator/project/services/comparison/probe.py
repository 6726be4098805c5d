"""``probe``: GET and HEAD operations, called on a running server and compared as recorded traffic.

A client is generated into a temporary folder, without the project's templates, and builds the
requests; each is checked before the first one is sent.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import shlex
import sys
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from importlib.util import module_from_spec, spec_from_file_location
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from ....base.config import VARIABLE, Client
from ....base.errors import InternalError, RecordError, SpeclockError, UsageError
from ....base.immutable import immutable
from ....base.portable import package_name, parse_toml, read_text
from ....base.printable import display_path
from ....base.record_faults import usage_error
from ....base.records import also, read
from ....codegen.ir.package import Api
from ....codegen.render.views.package import ApiView
from ....reading.document.selectors import filter_operations
from ....reading.openapi.model.document import Operation
from ...fetch import network, run
from ...fetch.probe import MAX_BODY, ProbeTransport, Sent
from ...fetch.urls import parse_url, server_of
from ...output.fileset import write
from ..generation.generate import render_client
from ..project.descriptions import Progress, no_progress, typed_headers, with_variables
from .described_traffic import DescribedTraffic
from .recording import record_to
from .traffic import TrafficResult, find_traffic_drifts

_MODULE = "speclock_probed"
"""The name that the client is imported under."""


@immutable
class ProbeCall:
    """``[[call]]``: a call of an operation."""

    operation: str = field(metadata=also(minLength=1))
    """An operationId, or ``METHOD /path``."""
    arguments: Mapping[str, object] = field(default_factory=dict[str, object])
    """Values by the names of the client's arguments, which ``speclock show`` prints."""


@immutable
class ProbeCalls:
    """The file of ``speclock probe``: the calls and their limits."""

    call: tuple[ProbeCall, ...] = field(metadata=also(title="tables, [[call]]", minItems=1))
    """Tables, each with an ``operation``."""
    max_calls: int = field(default=20, metadata=also(minimum=1, maximum=1000))
    """The most calls that the file may have."""
    interval: int = field(default=1, metadata=also(minimum=0, maximum=3600))
    """Seconds between two calls."""
    timeout: int = field(default=30, metadata=also(minimum=1, maximum=240))
    """Seconds until a response is complete."""


@immutable(kw_only=True)
class ProbeOptions:
    """The options of :func:`probe`; ``base`` and ``show_values`` are those of
    :func:`find_traffic_drift`.
    """

    base: str = ""
    base_url: str = ""
    """The address of a server that the description doesn't have."""
    host: str = ""
    """The server of the description that may get credentials."""
    confirm: Callable[[str], bool] | None = None
    """Asks the user a question, and returns True for yes; None if there is nobody to ask."""
    headers: Sequence[str] = ()
    """Sent with each request: ``NAME: TEXT``, with a variable of the environment."""
    record: str = ""
    """A new file for the exchanges."""
    show_values: bool = False


def probe(
    client: Client, root: Path, file: str, options: ProbeOptions, progress: Progress = no_progress
) -> tuple[TrafficResult, list[str]]:
    """Make the calls in a file, and compare the responses with the description.

    Returns also a sentence for each call without a complete response that is described, and one if
    no call succeeded.

    Raise as :func:`find_traffic_drift`, and :class:`UsageError`, before a request is sent, for a
    call that cannot be made, for a credential that no environment variable has, and for a server
    that the user neither named nor confirmed.
    """
    base_url, record = options.base_url, options.record
    base_urls = [base_url] if base_url else []
    if record and Path(record).exists():
        raise UsageError(f"{record} exists. Name a new file for the recording, or remove it.")
    texts = typed_headers(options.headers)
    sent = with_variables(texts)
    name = display_path(file)
    text = read_text(Path(file), name)
    calls = _read_calls(text, name)
    described = DescribedTraffic(client, root, options.base, base_urls, progress)
    rendered = render_client(_plain(client), root, progress, described.source)
    with TemporaryDirectory(prefix="speclock-") as folder:
        write(Path(folder), [rendered.files])
        recording = Path(record or Path(folder, "probe.ndjson"))
        with _imported(Path(folder, rendered.files.package)) as module:
            transport = ProbeTransport(calls.timeout, sent)
            api = _client(module, transport, {"base_url": base_url} if base_url else {})
            transport.base = parse_url(api._base_url, insecure=True)
            prober = _Prober(api, calls, described, rendered.api.calls, transport)
            refused = [str(usage_error(fault, text, name)) for fault in run(prober.faults(0))]
            if refused:
                raise UsageError("\n".join(refused))
            if not base_url:
                variables = _variables(rendered.api, prober.labels())
                variables += VARIABLE.findall(" ".join(texts.values()))
                _check_server(server_of(transport.base), variables, options.host, options.confirm)
            with _writing(recording):
                keys = [*api._api.keys, *(("header", header) for header in sent)]
                transport.sender = record_to(recording, module, network(transport.base), keys)
                progress("calling the server")
                unanswered = run(prober.faults(calls.interval))
        result = _result(described, recording, options)
        unknown = [*unanswered, *prober.undescribed()]
        faults = [str(usage_error(fault, text, name)) for fault in unknown]
        return result, [*faults, *_cut_off(recording, calls.timeout), *prober.failure(name)]


def _plain(client: Client) -> Client:
    """Return the settings of the package that makes the calls, which nobody sees."""
    package = client.package or package_name(Path(client.spec).name.partition(".")[0])
    return replace(client, package=package, tests=False, templates="", http="httpx", runtime="")


def _read_calls(text: str, name: str) -> ProbeCalls:
    """Read the calls in the text of a file; raise :class:`UsageError` for what is wrong in it."""
    try:
        calls = read(ProbeCalls, parse_toml(text, name))
        if len(calls.call) > calls.max_calls:
            fact = f"is one of {len(calls.call)} calls, and max_calls is {calls.max_calls}"
            raise RecordError(("call", calls.max_calls), fact, "Remove some, or set max_calls.")
    except RecordError as error:
        raise usage_error(error, text, name) from None
    return calls


@contextmanager
def _writing(recording: Path) -> Generator[None]:
    """Raise :class:`UsageError` where the recording cannot be written."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{recording} cannot be written: {error.strerror}.") from None


def _result(described: DescribedTraffic, recording: Path, options: ProbeOptions) -> TrafficResult:
    """Return what the responses show, without places in a recording that isn't kept."""
    (result,) = find_traffic_drifts([described], [recording], show_values=options.show_values)
    if options.record:
        return result
    changes = tuple(replace(change, revision=None) for change in result.report.changes)
    server = replace(result.report.revision, name="the server")
    return replace(result, report=replace(result.report, changes=changes, revision=server))


@contextmanager
def _imported(folder: Path) -> Generator[ModuleType]:
    """Import a package for a while, under a name that no other has."""
    spec = spec_from_file_location(
        _MODULE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = sys.modules[_MODULE] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == _MODULE]:
            del sys.modules[name]


def _client(package: ModuleType, transport: ProbeTransport, settings: dict[str, Any]) -> Any:
    """Return a client whose credentials are environment variables."""
    classes = (value for name, value in vars(package).items() if name.startswith("Async"))
    (client,) = (value for value in classes if hasattr(value, "_api"))
    try:
        return getattr(client, "from_env", client)(transport=transport, **settings)
    except TypeError:  # an argument is missing
        what = "has a credential that isn't text" if settings else "has no server"
        remedy = "Record a session instead." if settings else "Name it: --base-url URL"
        raise UsageError(f"the description {what}. {remedy}") from None
    except ValueError as error:
        raise UsageError(f"{error}.") from None


def _variables(api: Api, labels: Collection[str]) -> list[str]:
    """Return the environment variables that are set and whose secrets some operations may send."""
    needed: set[str] = set()
    for operation in api.operations:
        if operation.origin.spellings[1] in labels:
            needed.update(*operation.security)
    variables: list[str] = []
    for credential in ApiView(api).credentials:
        if credential.ir.name in needed:
            for alternative in credential.variables:
                variables += alternative
    return [name for name in variables if os.environ.get(name)]


def _check_server(
    server: str, variables: Collection[str], host: str, confirm: Callable[[str], bool] | None
) -> None:
    """Raise :class:`UsageError` unless the user named the server that gets secrets, or confirms it.

    The checkout chooses the server, and by the names of the client and its security schemes the
    variables.
    """
    if not variables:
        return
    secrets = ", ".join(f"${name}" for name in variables)
    if host:
        url = host if "://" in host else f"https://{host}"
        named = server_of(parse_url(url, insecure=True))
        if named != server:
            raise UsageError(
                f"{secrets} would be sent to {server}, the server of the description, and --yes "
                f"names {named}. Nothing was sent. To call that one: --base-url URL"
            )
    elif confirm is None:
        raise UsageError(
            f"{secrets} would be sent to {server}, which only the description names. Nothing was "
            f"sent. If that server may have the secret: --yes {shlex.quote(server)}"
        )
    elif not confirm(f"Send {secrets} to {server}?"):
        raise UsageError("nothing was sent.")


@immutable
class _Prober:
    """Calls, made by the client of a package."""

    client: Any
    calls: ProbeCalls
    described: DescribedTraffic
    methods: Mapping[str, str]
    """The methods of the client by ``METHOD /path``."""
    transport: ProbeTransport
    statuses: dict[int, int] = field(default_factory=dict[int, int])
    """The status of the response to each call, by its index; 0 before it is sent."""

    async def faults(self, interval: int) -> list[RecordError]:
        """Make each call; return the faults that keep them from being sent, or answered."""
        faults: list[RecordError] = []
        for index, call in enumerate(self.calls.call):
            await asyncio.sleep(interval if index else 0)
            path: tuple[str | int, ...] = ("call", index, "arguments")
            try:
                if "options" in call.arguments:
                    raise UsageError("only Python code can give options. Remove them")
                method = attrgetter(self._method(call.operation))(self.client)
                response = method(**call.arguments)
                await (response if inspect.isawaitable(response) else response.__aenter__())
            except Sent:
                self.statuses[index] = self.transport.status
                continue
            except ValidationError as error:
                fact = "; ".join(map(_described, error.errors()))
            except TypeError as error:
                fact = str(error).partition("() ")[2]
            except (SpeclockError, ValueError) as error:
                path, fact = path[:2], str(error).rstrip(".")
            else:
                raise InternalError(f"{call.operation} ended without a request")
            faults.append(RecordError(path, f"{call.operation}: {fact}"))
        if self.transport.sender is not None:
            await self.transport.sender.aclose()
        return faults

    def labels(self) -> set[str]:
        """Return the ``METHOD /path`` of each operation that is called."""
        return {self._label(call.operation) for call in self.calls.call}

    def _method(self, operation: str) -> str:
        """Return the method of the one operation that a selector names; raise ``UsageError``."""
        if method := self.methods.get(self._label(operation)):
            return method
        raise UsageError("the client leaves it out; `speclock check` has the reason")

    def undescribed(self) -> Iterator[RecordError]:
        """Yield a fault for each response that the description has nothing to compare with."""
        for index, status in self.statuses.items():
            selector = self.calls.call[index].operation
            if status and not self.described.api.is_compared(self._operation(selector), status):
                yield RecordError(
                    ("call", index),
                    f"{selector}: the server answered {status}, which isn't described, so nothing "
                    "was compared",
                    "Check the arguments, the credentials and the address of the server.",
                )

    def failure(self, file: str) -> Iterator[str]:
        """Yield a sentence if the server answered, and no call succeeded."""
        statuses = sorted({*self.statuses.values()} - {0})
        if statuses and not any(200 <= status < 300 for status in statuses):
            listed = ", ".join(map(str, statuses))
            yield (
                f"{file}: no call succeeded (the server answered {listed}), so it isn't known "
                "whether the server deviates. Check the credentials and the address of the server: "
                "--header and --base-url."
            )

    def _label(self, selector: str) -> str:
        """Return the ``METHOD /path`` of the operation of a selector; raise ``UsageError``."""
        operation = self._operation(selector)
        return f"{operation.verb} {operation.path}"

    def _operation(self, selector: str) -> Operation:
        """Return the operation of a selector; raise ``UsageError``."""
        operations = self.described.input.canonical.operations
        named, *others = filter_operations(operations, [selector], self.described.source.name)
        if others:
            raise UsageError(f"it is also {others[0].label}. Name one operation")
        if named.verb not in ("GET", "HEAD"):
            raise UsageError(f"it is a {named.verb}, and only GET and HEAD are sent")
        return named


def _described(error: Mapping[str, Any]) -> str:
    """Return the fault of an argument, without its value."""
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _cut_off(recording: Path, seconds: int) -> Iterator[str]:
    """Yield a sentence for each recorded response whose body isn't whole."""
    for exchange in map(json.loads, recording.read_bytes().splitlines()):
        if exchange["response"].get("truncated"):
            yield (
                f"{exchange['operation']}: the body of the response isn't compared: it has more "
                f"than {MAX_BODY:,} bytes, or was not complete within {seconds} seconds."
            )
