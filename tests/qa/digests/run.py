"""Print a hash of what becomes of each description in FOLDER: two runs show what a change changed.

columns:
  canonical  the canonical document, and what was reported
  places     the locations in the document
  client     the client's IR and test cases, from which the files are rendered
  package    with --packages the files

With --keep DIR the canonical document and the IR are left there as text, one value to a line.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, is_dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.base.config import FEATURES, Client
from generator.base.errors import Findings, SpeclockError
from generator.codegen.build import build
from generator.codegen.testdata import build_cases
from generator.reading.document.load import load
from generator.reading.document.operations import OperationNode, iter_operations, webhooks
from generator.reading.document.references import References
from generator.reading.document.tree import Location, Value
from generator.reading.openapi.normalize.document import canonicalise
from tests.qa.corpus.descriptions import SUFFIXES
from tests.qa.corpus.descriptions import Description as Described
from tests.qa.corpus.trial import generated
from tests.qa.runner import command
from tests.qa.runner.children import Failed, in_child

COLUMNS = (("description", 60), ("canonical", 12), ("places", 12), ("client", 12), ("package", 12))
_PLACE = re.compile(r"\.(\w+_)?(location|positions)\b")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(__doc__, "always", "never", "contains the descriptions")
    parser.add_argument("--packages", action="store_true", help="generate the packages as well")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the texts there")
    options, chosen = command.parse(parser, arguments, _find, str, is_named=str.__contains__)
    table = command.Table(COLUMNS, len(chosen))
    work = partial(_cells, options.folder, options.keep, packages=options.packages)
    pool = ProcessPoolExecutor(options.jobs, get_context("fork"))
    for cells in sorted(command.spread(pool, work, chosen)):
        table.print(cells)
    return command.GOOD


def _find(folder: Path) -> list[Path]:
    every = (path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return [
        path for path in sorted(every) if b"openapi" in (b := path.read_bytes()) or b"swagger" in b
    ]


def _cells(root: Path, keep: Path | None, path: Path, *, packages: bool) -> list[str]:
    name = path.relative_to(root).as_posix()
    try:
        texts: dict[str, str] = in_child(lambda: _texts(path), path.parent)
        files = in_child(lambda: _files(path, root), path.parent) if packages else ""
    except Failed as failure:
        return [name, str(failure)]
    for kind, text in texts.items() if keep else ():
        assert keep is not None
        target = keep / f"{name}.{kind}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return [name, *(_hash(text) for text in texts.values()), _hash(files) if packages else "-"]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _texts(path: Path) -> dict[str, str]:
    findings = Findings(required=())
    canonical = places = client = ""
    try:
        source = load(path)
        refs = References(source, findings)
        nodes = [*iter_operations(refs), *webhooks(refs)]
        document = canonicalise(source, refs, nodes, findings, callbacks=True, models=not nodes)
        lines = [*_lines(document)]
        places = "\n".join(filter(_PLACE.search, lines))
        canonical = "\n".join(line for line in lines if not _PLACE.search(line))
        settings = Client(path.name, "package", features=FEATURES, models=not nodes)
        api = build(document, settings, findings)
        client = "\n".join([*_lines(api), *_lines(build_cases(document, api, findings))])
    except SpeclockError as error:
        canonical += f"\n{type(error).__name__}: {error}"
    problems = [*findings.warnings, *findings.assumed, *findings.refusals, *findings.left_out]
    return {
        "canonical": canonical + "\n" + "\n".join(map(str, problems)),
        "places": places,
        "client": client,
    }


def _files(path: Path, root: Path) -> str:
    with tempfile.TemporaryDirectory() as out:
        generated(Described("package", path, root, ""), Path(out))
        files = sorted(file for file in Path(out).rglob("*") if file.is_file())
        return "\n".join(f"{file.relative_to(out)} {file.read_text('utf-8')}" for file in files)


def _lines(value: object, at: str = "") -> Iterator[str]:
    """Yield the values in a dataclass, each with the attributes that lead to it."""
    match value:
        case Location():
            yield f"{at} {value.name} {value.position}"
        case OperationNode():
            yield f"{at} {value.label}"
        case Mapping():
            for key, inner in cast("Mapping[Any, Value]", value).items():
                yield from _lines(inner, f"{at}[{key}]")
        case list() | tuple():
            for index, inner in enumerate(cast("Sequence[object]", value)):
                yield from _lines(inner, f"{at}[{index}]")
        case frozenset() | set():
            yield f"{at} {sorted(map(str, cast('set[object]', value)))}"
        case _ if is_dataclass(value) and not isinstance(value, type):
            yield f"{at} {type(value).__name__}"
            for field in fields(value):
                if field.repr:
                    yield from _lines(getattr(value, field.name), f"{at}.{field.name}")
        case _:
            yield f"{at} {json.dumps(value, default=repr)}"


if __name__ == "__main__":
    sys.exit(main())
