"""The description of a new client."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ....base.budget import RunBudget
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import is_url, relative_to
from ....base.printable import display_path
from ....reading.document.load import load, parse
from ....reading.document.selectors import has_schemas_alone
from ....reading.document.tree import SourceFile, Sources
from ...output.boundary import check_inside
from ..generation.slice import SlicedDescription, slice_bytes
from ..project.descriptions import (
    Reach,
    read_description,
    read_file,
)
from .choices import Choices, Project

_SECRET = re.compile(
    r"(?i)token|secret|passw|pwd|api[-_]?key|^key$|auth|signature|^sig$|credential|session|^code$"
)
"""The names of query parameters whose values are taken for secrets."""


@immutable
class Source:
    """The description of a new client."""

    spec: str
    """Its path, relative to the project."""
    whole: SourceFile
    """The description, parsed; of one that isn't in ``spec/`` yet, all of it."""
    cut: SlicedDescription | None
    """The slice that will be written; None for a file in ``spec/``."""
    upstream: str

    @property
    def text(self) -> bytes:
        """The text that will be written; empty for a file in ``spec/``."""
        return self.cut.text.encode() if self.cut else b""

    def parsed(self, root: Path) -> SourceFile:
        """Return the description as it will be in ``spec/``."""
        file = root / self.spec
        name = display_path(file)
        return parse(self.text, path=file, name=name) if self.cut else load(file, name)


def find_source(choices: Choices, project: Project) -> Source:
    """Return the description: a file in ``spec/``, or a slice with the operations."""
    source, root = choices.source, project.root
    reach = choices.options.reach()
    if not is_url(source) and Path(source).absolute().is_relative_to(root / "spec"):
        spec = Path(source).absolute().relative_to(root).as_posix()
        whole = load(root / spec, source, Sources(project.existing.budget))
        return Source(spec, whole, None, "")
    cut, upstream = _read(choices, root, reach, project.existing.budget)
    spec = _destination(root, choices.package, cut.text.encode())
    return Source(spec, cut.document, cut, upstream)


def _read(
    choices: Choices, root: Path, reach: Reach, budget: RunBudget
) -> tuple[SlicedDescription, str]:
    """Return the slice with the operations, all by default, and the upstream to record."""
    source, operations, progress = choices.source, choices.operations, choices.options.progress
    if is_url(source) and (secret := _secret_in(source)):
        raise UsageError(
            f"the URL holds {secret}, which would be written into pyproject.toml. Send it as a "
            "header, from the environment: --header 'Authorization: Bearer $SPECLOCK_TOKEN'. Or "
            "download the description, and name that file: curl -o openapi.yaml URL; speclock init "
            "openapi.yaml"
        )
    whole = read_description(source, Path.cwd(), progress, reach=reach, budget=budget)
    progress(f"reading {whole.name}")
    models = not operations and has_schemas_alone(whole.document())
    cut = slice_bytes(whole, [] if models else [operations], models=models)
    progress("")
    if is_url(source):
        return cut, source
    return cut, relative_to(Path(source).absolute(), root)


def _secret_in(url: str) -> str:
    """Return what a URL has that looks like a secret, as a phrase; empty if nothing does."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "a password"
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    return next((f"a secret in {name!r}" for name in names if _SECRET.search(name)), "")


def _destination(root: Path, package: str, data: bytes) -> str:
    """Return the path of a new description, relative to the project."""
    is_json = data.lstrip()[:1] == b"{"
    spec = f"spec/{package.replace('_', '-')}.{'json' if is_json else 'yaml'}"
    target = root / spec
    check_inside(root, spec, "Name another --package.")
    if target.exists() and read_file(target, spec, "spec").data != data:
        raise UsageError(
            f"{display_path(target)} exists and is another description. Name another --package, "
            f"or init from that file: speclock init {display_path(target)}"
        )
    return spec
