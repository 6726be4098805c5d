"""Where the names that a change touches stand in the generated package."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import Place
from .changes import Report


def located(report: Report, package: Path, shown: str) -> Report:
    """The report with each signature's line in ``package``, which messages call ``shown``."""
    if not any(change.signatures for change in report.changes) or not package.is_dir():
        return report
    known = _lines(package, shown)
    return replace(
        report,
        changes=tuple(
            replace(
                change,
                signatures=tuple(
                    replace(one, place=_of(known, one.name)) for one in change.signatures
                ),
            )
            for change in report.changes
        ),
    )


def _of(known: Mapping[str, Place], name: str) -> Place | None:
    """The place of a name; of a field that is new, its class's."""
    return known.get(name) or known.get(name.partition(".")[0])


def _lines(package: Path, shown: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for path in sorted([*package.glob("models*.py"), *package.glob("models/*.py")]):
        for node in _classes(path):
            found[node.name] = _place(path, package, shown, node)
            for item in node.body:
                for name in _named(item):
                    found[f"{node.name}.{name}"] = _place(path, package, shown, item)
    for path in sorted(package.glob("resources/*.py")):
        for node in _classes(path):
            for item in node.body:
                if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    found.setdefault(f"{path.stem}.{item.name}", _place(path, package, shown, item))
    return found


def _classes(path: Path) -> list[ast.ClassDef]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return []  # edited by hand: `check` says so
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _named(item: ast.stmt) -> list[str]:
    match item:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case _:
            return []


def _place(path: Path, package: Path, shown: str, node: ast.stmt) -> Place:
    name = f"{shown}/{path.relative_to(package).as_posix()}"
    return Place(name, node.lineno, node.col_offset + 1)
