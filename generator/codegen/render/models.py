"""Classes and aliases by datamodel-code-generator; the only module that imports it.

Its output is divided, but not edited: to change it, change the input (:mod:`.model_input`) or one
of its templates in ``templates/models``. Enumerations need no such generator: a template renders
them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from ...base.errors import UsageError
from ...base.immutable import immutable
from ..ir.models import Alias, Module
from ..ir.types import Code, Scalar, Text
from ..templates import Templates
from .model_input import HERE, MARKS, ModelInput, model_inputs

if TYPE_CHECKING:
    from concurrent.futures import Executor

PARALLEL_MODULES = 8
"""The number of modules from which on several processes generate them."""
_MOST_RUNS = 4
MODULE = "models/module.py.jinja"
_IMPORT = ("from ", "import ")


@immutable
class ModelSource:
    """The source of a module's models and aliases, unformatted."""

    imports: Code
    body: Code


_EMPTY = ModelSource(Code(""), Code(""))


@contextmanager
def model_process() -> Generator[Executor | None]:
    """Provide a process that imports datamodel-code-generator, while this one does other work.

    None where that gains nothing. A program that generates again imports it itself.
    """
    pool = None if next(_calls) else _pool(1)
    if pool is None:
        yield None
        return
    with pool:
        first = Alias("First", Text(""), Scalar("string"))
        model_input = model_inputs([Module("", (first,))])
        pool.submit(generate_models, model_input, Templates.of())
        yield pool


def _pool(workers: int) -> Executor | None:
    """Return forked processes; None where there is no fork, one processor, or another thread.

    A fork copies the locks that other threads hold.
    """
    from concurrent.futures import ProcessPoolExecutor  # not needed where nothing changed
    from multiprocessing import get_all_start_methods, get_context

    processors = os.cpu_count() or 1
    if processors == 1 or "fork" not in get_all_start_methods() or _threads() > 1:
        return None
    context = get_context("fork")
    return ProcessPoolExecutor(min(workers, processors), context, initializer=_follow_parent)


def _follow_parent() -> None:
    """Let this process end without a traceback at Ctrl-C, and with the one that forked it.

    Where Ctrl-C is ignored, as it is by nohup, that is kept. A parent that is killed ends nothing,
    so this process looks for it once a second; in a thread, it could fork no others.
    """
    from multiprocessing import parent_process

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()

    def end_if_orphaned(_number: int, _frame: object) -> None:
        if parent and os.getppid() != parent.pid:
            os.kill(os.getpid(), signal.SIGKILL)

    signal.signal(signal.SIGALRM, end_if_orphaned)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)


def _threads() -> int:
    """Return the number of threads, those of other languages included where that is known."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - no path is needed
    except OSError:
        return threading.active_count()


_calls = count()


def generate_models(inputs: Sequence[ModelInput], templates: Templates) -> list[ModelSource]:
    """Return the source of each module of the models, without its enumerations.

    Raises :class:`UsageError` for a template of the user's that cannot be rendered.
    """
    with templates.models() as folder:
        try:
            sources = _in_runs(partial(_generate, folder), inputs)
        except Exception as error:
            own = [n for n in templates.replaced if n.startswith("models/") and n != MODULE]
            if not own:
                raise
            raise UsageError(
                f"a template of yours cannot be rendered ({', '.join(own)} in {templates.shown}): "
                f"{error}. Correct it; docs/templates.md lists its variables."
            ) from None
    return [sources.get(given.module, _EMPTY) for given in inputs]


def model_tools(templates: Templates) -> str:
    """Return what the source of models depends on beside its input and the versions of tools."""
    names = (name for name in templates.sources if name.startswith("models/"))
    return "\0".join((Path(__file__).read_text(encoding="utf-8"), *map(templates.text, names)))


def _in_runs(
    make: Callable[[Sequence[ModelInput]], dict[str, ModelSource]], inputs: Sequence[ModelInput]
) -> dict[str, ModelSource]:
    """Return the sources by module, of a run for all modules, or of one on each processor."""
    inputs = [given for given in inputs if given.schemas]
    count = min(_MOST_RUNS, os.cpu_count() or 1) if len(inputs) >= PARALLEL_MODULES else 1
    pool = _pool(count - 1) if count > 1 else None
    if pool is None:
        return make(inputs)
    first, *others = balanced(inputs, count)
    with pool:
        pending = [pool.submit(make, group) for group in others]
        sources = make(first)
        for future in pending:
            sources |= future.result()
    return sources


def balanced(inputs: Sequence[ModelInput], count: int) -> list[list[ModelInput]]:
    """Divide modules into groups with about as many classes each."""
    groups: list[list[ModelInput]] = [[] for _ in range(count)]
    sizes = [0] * count
    for given in sorted(inputs, key=lambda given: len(given.schemas), reverse=True):
        smallest = sizes.index(min(sizes))
        groups[smallest].append(given)
        sizes[smallest] += len(given.schemas)
    return groups


def _generate(templates: Path, inputs: Sequence[ModelInput]) -> dict[str, ModelSource]:
    """Return the sources of modules by name, made in a run for each base of their classes."""
    by_base: defaultdict[str, list[ModelInput]] = defaultdict(list)
    for given in inputs:
        by_base[given.imports["Model"]].append(given)
    sources: dict[str, ModelSource] = {}
    for group in by_base.values():
        sources |= _run(templates, group)
    return sources


def _data() -> defaultdict[str, dict[str, object]]:
    return defaultdict(dict[str, object])


@dataclass(slots=True)
class _Joined:
    """The input of several modules as one, with the names of their spaces."""

    schemas: dict[str, object] = field(default_factory=dict[str, object])
    data: defaultdict[str, dict[str, object]] = field(default_factory=_data)
    imports: dict[str, str] = field(default_factory=dict[str, str])
    aliases: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, given: ModelInput) -> None:
        self.imports |= given.imports
        for name, schema in given.schemas.items():
            self.schemas[given.space + name] = schema
        for name, members in given.template_data.items():
            self.data[given.space + name] = {**members}
        for name, alias in given.aliases.items():
            self.aliases[given.space + name] = alias


def _run(templates: Path, inputs: Sequence[ModelInput]) -> dict[str, ModelSource]:
    from datamodel_code_generator import GenerateConfig, generate
    from datamodel_code_generator.enums import DataModelType, InputFileType, TargetPydanticVersion
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion
    from datamodel_code_generator.parser import LiteralType

    joined = _Joined()
    for given in inputs:
        joined.add(given)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": joined.schemas},
    }
    result = generate(
        document,
        config=GenerateConfig(
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            target_pydantic_version=TargetPydanticVersion.V2_12,
            formatters=[],
            disable_timestamp=True,
            use_annotated=True,
            field_constraints=True,
            strict_nullable=True,
            use_type_alias=True,
            enum_field_as_literal=LiteralType.All,
            use_standard_collections=True,
            use_union_operator=True,
            use_double_quotes=True,
            use_standard_primitive_types=True,
            output_datetime_class=DatetimeClassType.Datetime,
            custom_class_name_generator=str,
            disable_appending_item_suffix=True,
            treat_dot_as_module=True,
            allow_remote_refs=False,
            strict_refs=True,
            base_class="_runtime.model.Model",
            import_overrides=joined.imports,
            additional_imports=[*MARKS],
            custom_template_dir=templates,
            custom_file_header="#",
            aliases=joined.aliases,
            extra_template_data=joined.data,
        ),
    )
    assert isinstance(result, dict)
    sources: dict[str, ModelSource] = {}
    for given in inputs:
        source = result[f"{given.space}py",]
        assert isinstance(source, str)
        sources[given.module] = _divided(source, given.module)
    return sources


def _divided(source: str, module: str) -> ModelSource:
    """Divide the source of a module behind its header and its imports, each of them one line.

    What it has itself isn't imported.
    """
    own = (f"from {HERE} ", f"from .{module} ")
    lines = source.split("\n")[1:]
    end = next(i for i, line in enumerate(lines) if line and not line.startswith(_IMPORT))
    imports = [line for line in lines[:end] if line and not line.startswith(own)]
    return ModelSource(Code("\n".join(imports)), Code("\n".join(lines[end:])))
