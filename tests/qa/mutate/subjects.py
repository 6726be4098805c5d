"""The code that faults are put into, and the tests that are to notice them.

The runtime is what every package gets from the templates as it is; this project's tests prove it.
The rest of a package is made from its description; the package's own tests prove it.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tests.client.shapes import SHAPES
from tests.qa.mutate.kinds import faults
from tests.qa.mutate.source import Fault
from tests.support.cases import generate_case, package_of
from tests.support.command import speclock

ROOT = Path(__file__).resolve().parents[3]
OWN_CODE = ("models", "resources", "_operations.py")
"""What a description alone decides, even where a line looks like one of a template."""

CLIENT = (
    "client/test_shapes.py", "client/test_retries.py", "client/test_credentials.py",
    "client/test_http_client.py", "client/test_options.py", "client/test_secrets_and_logs.py",
    "client/test_copies.py", "client/test_methods.py", "client/test_encodings.py",
    "client/test_statuses.py",
)  # fmt: skip
MODELS = ("client/test_models.py", "client/test_reading.py", "client/test_seed.py")
SECURITY = ("cases/security", "cases/security_schemes", "cases/security_tokens", "cases/oauth")
BODIES = (
    "cases/bodies", "cases/text_and_bytes", "cases/content_types", "cases/forms", "cases/redirects",
)  # fmt: skip
WAITING = (
    "client/test_deadlines.py", "client/test_concurrency.py", "client/test_faults.py",
    "client/test_calls_at_once.py",
)  # fmt: skip
COSTS = "cases/test_costs_of_reading.py"
SERVED = {f"_runtime/fake_{name}.py" for name in ("http", "requests", "server", "values")}
"""The fake over HTTP: its tests start a process each, which takes too long for each fault."""
RELEVANT: Mapping[str, Sequence[str]] = {
    "_runtime/auth.py": (
        "client/test_no_credentials.py", "client/test_from_env.py", "client/test_one_credential.py",
        "client/test_credentials.py", *SECURITY, *CLIENT,
    ),
    "_runtime/arguments.py": (
        "cases/deviations", "cases/requests_as_given", "cases/bodies", "cases/parameters", *CLIENT,
    ),
    "_runtime/path.py": ("cases/requests_as_given", "cases/parameters", *CLIENT),
    "_runtime/budget.py": (COSTS, "client/test_encodings.py"),
    "_runtime/body_fields.py": ("cases/test_arguments.py",),
    "_runtime/error_members.py": ("cases/error_conditions",),
    "_runtime/content.py": (
        "client/test_encodings.py", *WAITING, "cases/deviations", "cases/answer_types",
        "cases/content_types",
    ),
    "_runtime/deviations.py": ("client/test_encodings.py", "cases/deviations"),
    "_runtime/api_key.py": ("client/test_one_credential.py", *SECURITY),
    "_runtime/basic.py": ("client/test_one_credential.py", *SECURITY),
    "_runtime/clients.py": ("cases/deviations", "cases/servers", *CLIENT, *SECURITY),
    "_runtime/options.py": (
        *CLIENT, "cases/servers", "cases/servers_relative", "cases/servers_of_operations",
        *SECURITY, "cases/deviations", "cases/left_out_requests", "client/test_options.py",
        "cases/test_wrong_arguments.py",
    ),
    "_runtime/words.py": (
        "cases/deviations", "client/test_faults.py", "client/test_recorder.py",
        "client/test_secrets_and_logs.py",
    ),
    "_runtime/call.py": (
        "cases/deviations", "cases/idempotency", *CLIENT, "cases/servers",
        "cases/servers_relative", *BODIES, *SECURITY, *WAITING,
    ),
    "client.py": (*CLIENT, "cases/bodies", *SECURITY),
    "_runtime/connections.py": (
        "client/test_other_library.py", "client/test_http_client.py", *WAITING, "cases/deviations",
        "cases/redirects", *CLIENT,
    ),
    "_runtime/composed.py": ("client/test_own_types.py",),
    "_runtime/encoding.py": (
        "cases/requests_as_given", "cases/parameters", "cases/forms", "cases/security",
        "cases/bodies", "cases/left_out_requests",
    ),
    "_runtime/exact.py": ("cases/exact_values",),
    "_runtime/formats.py": (
        "client/test_strict_writing.py", "client/test_reading.py", "cases/exact_values",
        "cases/deviations", "cases/formats",
    ),
    "_runtime/environment.py": ("client/test_from_env.py", *SECURITY),
    "_runtime/fake.py": (
        "client/test_fake.py", "client/test_shapes.py", "cases/bodies", "cases/content_types",
        "cases/lenient_operations", "cases/oauth", "cases/examples",
    ),
    "_runtime/fake_memory.py": ("cases/remember", "cases/remember_keys"),
    "_runtime/fake_routes.py": ("cases/paths_with_slashes", "cases/servers_of_operations"),
    "_runtime/fake_parts.py": ("cases/multipart",),
    "_runtime/example_values.py": ("cases/values_of_classes",),
    "_runtime/headers.py": ("client/test_options.py", *CLIENT, "cases/parameters"),
    "_runtime/recorder.py": ("client/test_recorder.py", "cases/recordings"),
    "_runtime/masks.py": ("cases/recordings",),
    "_runtime/json.py": (*MODELS, *CLIENT, "cases/exact_values", "cases/stated_types"),
    "_runtime/reading.py": ("cases/deviations", *MODELS, "cases/enums", COSTS),
    "_runtime/readers.py": ("cases/deviations", *MODELS, "cases/enums", COSTS),
    "_runtime/scalars.py": ("cases/deviations", *MODELS, "cases/enums", COSTS),
    "_runtime/notes.py": ("cases/deviations", "client/test_reading.py", COSTS),
    "_runtime/exact_texts.py": ("cases/test_values.py", "cases/exact_values", "cases/formats"),
    "_runtime/media_types.py": (
        "client/test_shapes.py", "cases/bodies", "cases/content_types",
        "cases/media_types_of_responses",
    ),
    "_runtime/model.py": (
        "client/test_strict_writing.py", *MODELS, *CLIENT, "cases/exact_values", "cases/bodies",
        "cases/nullable_and_absent",
    ),
    "_runtime/oauth.py": ("cases/oauth",),
    "_runtime/auth_errors.py": ("cases/oauth",),
    "_runtime/http_auth.py": (*SECURITY,),
    "_runtime/body_streams.py": ("client/test_uploads.py", "cases/multipart", "cases/deviations"),
    "_runtime/operation.py": (
        "cases/deviations", "cases/idempotency", "cases/redirects", *CLIENT, *MODELS,
        *BODIES, "client/test_fake.py", "cases/parameters", "cases/exact_values",
        "client/test_faults.py",
    ),
    "_runtime/parts_received.py": ("cases/multipart",),
    "_runtime/parts_sent.py": ("cases/multipart",),
    "_runtime/pages.py": (
        "cases/pagination", "cases/pagination_settings", "codegen/test_pagination.py",
    ),
    "_runtime/polling.py": ("cases/waits",),
    "_runtime/parameters.py": (
        "cases/requests_as_given", "cases/parameters", "cases/forms", "cases/security_schemes",
        "cases/odd_requests", "cases/exact_values",
    ),
    "_runtime/plain.py": (
        "cases/answer_types", "client/test_shapes.py", "cases/bodies", "cases/text_and_bytes",
    ),
    "_runtime/responses.py": (
        "cases/media_types_of_responses", "cases/answer_types", "cases/content_types",
        "client/test_statuses.py", "cases/deviations", "cases/sequences",
    ),
    "_runtime/response_headers.py": ("cases/response_headers",),
    "_runtime/security.py": ("client/test_no_credentials.py", *SECURITY),
    "_runtime/server_variables.py": ("cases/servers",),
    "_runtime/retry.py": ("client/test_retries.py", *CLIENT, "client/test_faults.py"),
    "_runtime/items.py": (
        "client/test_streams.py", "cases/sequences", "cases/deviations", "cases/bodies",
        "cases/media_types_of_responses",
    ),
    "_runtime/stream.py": (
        "cases/deviations", "cases/sequences", "client/test_streams.py", "client/test_shapes.py",
        "cases/bodies",
    ),
    "_runtime/transport.py": (*CLIENT, *WAITING),
    "_runtime/unions.py": (
        "cases/subtypes", "cases/discriminator_values", "cases/union_with_base",
        "cases/default_mapping",
    ),
    "_runtime/webhooks.py": ("cases/webhooks", "client/test_webhooks.py"),
    "_runtime/hmac.py": ("cases/webhooks_alone",),
    "_runtime/signatures.py": ("cases/webhooks", "client/test_webhooks.py"),
    "_runtime/standard_webhooks.py": ("cases/webhooks", "client/test_webhooks.py"),
    "_runtime/whole_query.py": ("cases/whole_query",),
    "_runtime/uploads.py": (
        "cases/requests_as_given", "client/test_uploads.py", "cases/bodies",
        "client/test_shapes.py",
    ),
    "_runtime/errors.py": (
        *CLIENT, "cases/oauth", "cases/security_schemes", "client/test_faults.py",
        "cases/error_conditions",
    ),
    "_runtime/files.py": ("cases/bodies", "client/test_uploads.py"),
    "_runtime/numbers.py": ("cases/exact_values",),
    "_runtime/webhook_errors.py": ("cases/webhooks", "client/test_webhooks.py"),
}  # fmt: skip
"""The tests of each module of the runtime, the likeliest to fail first."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault, in every copy of the code that has the place for it."""

    edits: tuple[Fault, ...]

    @property
    def fault(self) -> Fault:
        """Return the fault in the first copy."""
        return self.edits[0]

    @property
    def module(self) -> str:
        """Return the path of the module within its package."""
        return self.fault.file.partition("/")[2]

    @property
    def is_runtime(self) -> bool:
        """Tell whether every package has the line, or the setting that a constructor passes on."""
        is_setting = self.fault.kind == "argument" and ".__init__" in self.fault.scope
        return is_setting or is_runtime(self.module, self.fault.source_line)


@dataclass(frozen=True, slots=True)
class Subject:
    """A folder with code, the faults that fit it, and the tests that are to notice them."""

    title: str
    folder: Path
    mutants: Sequence[Mutant]
    tests: Callable[[Mutant | None], Sequence[Path]]
    """The tests to run on a mutant, or on the folder without a fault; relative to the folder."""
    is_sampled: bool = False


def runtime(folder: Path, kinds: Sequence[str]) -> Subject:
    """Prepare the packages that this project's tests call, below `folder`."""
    package = ROOT / "generated" / "pinterest_audiences"
    shutil.copytree(package, folder / package.name, ignore=_CACHES)
    for topic in sorted(_topics()):
        outcome = generate_case(topic, folder)
        assert outcome.code == 0, outcome.err
    shutil.rmtree(folder / "tests")
    # Tests that generate a package use the templates in this folder; see `trials`.
    shutil.copytree(ROOT / "templates", folder, dirs_exist_ok=True)
    copies = [package.name, *map(package_of, sorted(_topics())), "client"]
    every = mutants(folder, copies, kinds)
    chosen = [one for one in every if one.is_runtime and one.module not in SERVED]

    def tests(mutant: Mutant | None) -> Sequence[Path]:
        every = [path for paths in RELEVANT.values() for path in paths]
        paths = RELEVANT.get(mutant.module, CLIENT) if mutant else every
        return [ROOT / "tests" / path for path in dict.fromkeys(paths)]

    return Subject("The runtime, by this project's tests", folder, chosen, tests)


def package(folder: Path, output: Path, name: str, kinds: Sequence[str]) -> Subject:
    """Prepare a generated package with its own tests, from below `output`."""
    for part in (name, f"tests/{name}"):
        shutil.copytree(output / part, folder / part, ignore=_CACHES)
    chosen = [mutant for mutant in mutants(folder, [name], kinds) if not mutant.is_runtime]
    title = f"The generated code of {name}, by its own tests"
    return Subject(title, folder, chosen, lambda _: [Path("tests", name)])


def example(folder: Path, kinds: Sequence[str]) -> Subject:
    """Prepare this repository's own package, with all tests."""
    output = folder.with_name(f"{folder.name}-output")
    outcome = speclock(ROOT, "generate", "--tests", "all", "--output", str(output))
    assert outcome.code == 0, outcome.err
    return package(folder, output, "pinterest_audiences", kinds)


def described(folder: Path, description: Path, kinds: Sequence[str]) -> Subject:
    """Generate the package of a description under the folder's name, and prepare it."""
    output, name = folder.with_name(f"{folder.name}-output"), folder.name
    outcome = speclock(
        ROOT, "generate", "--quiet", "--spec", str(description.resolve()), "--package", name,
        "--output", str(output), "--tests", "all",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    return replace(package(folder, output, name, kinds), is_sampled=True)


def is_runtime(module: str, line: str) -> bool:
    """Tell the runtime from code made for a description: a template has the line as it is."""
    return not module.startswith(OWN_CODE) and line in _template_lines()


_CACHES = shutil.ignore_patterns("__pycache__")


@cache
def _template_lines() -> frozenset[str]:
    """Return the lines of the client's templates, without their indentation."""
    paths = [path for path in (ROOT / "templates" / "client").rglob("*.py*") if path.is_file()]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.suffix != ".pyc"]
    return frozenset(line.strip() for text in texts for line in text.splitlines())


def _topics() -> set[str]:
    """Return the topics of the cases that the tests call."""
    paths = [path for paths in RELEVANT.values() for path in paths]
    tested = {Path(p).name for p in paths if p.startswith("cases/") and not p.endswith(".py")}
    return tested | {shape.topic for shape in SHAPES}


def mutants(folder: Path, copies: Sequence[str], kinds: Sequence[str]) -> Iterator[Mutant]:
    """Yield each fault once, with its edits in all copies of the module."""
    groups: defaultdict[object, list[Fault]] = defaultdict(list)
    for copy in copies:
        seen: defaultdict[object, int] = defaultdict(int)
        for fault in faults(folder / copy, kinds):
            module = fault.file.partition("/")[2]
            scope = fault.scope
            if module == "client.py":  # where classes have the package's own names
                scope = scope.partition(".")[2]
            key = (module, fault.kind, scope, fault.before, fault.after)
            seen[key] += 1
            groups[key, seen[key]].append(fault)
    yield from (Mutant(tuple(edits)) for edits in groups.values())
