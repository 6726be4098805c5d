"""Counts of what makes a module of the generator hard to read, and the table of today's counts.

    python -m tests.house.ruler            print the figures of the generator, and tokens by house
    python -m tests.house.ruler --write    write tests/house/ruler.txt; refused if a figure rose

Size isn't a goal: a limit in lines would reward packed statements. Tokens are for information.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"
TABLE = Path(__file__).with_suffix(".txt")
HOUSES = ("generator", "templates", "tests")
GENERATED = {"expected", "projects"}
"""Folders of tests with the output of some version of speclock."""
HEADER = "# python -m tests.house.ruler --write\n"

NEW_FILE_LINES, NEW_FILE_DENSITY = 100, 55
"""A new file with so many lines of code has at most so many packed expressions in 1,000."""
MOST_PARAMETERS, LONGEST_FUNCTION = 6, 60

COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
LAYOUT = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}
"""Tokens that aren't code."""
FORMATTER_OFF = re.compile(r"#\s*fmt:\s*(?:skip|off)\b")


@dataclass(frozen=True)
class Figures:
    """The counts of a module, or of all."""

    lines: int = 0
    """Lines of code: not blank, and more than a comment or a docstring."""
    packed: int = 0
    """Comprehensions and conditional expressions."""
    nested: int = 0
    """Comprehensions with a filter that have two loops, or are within another comprehension."""
    unformatted: int = 0
    """Comments that turn the formatter off."""
    wide: int = 0
    """Functions with too many parameters."""
    long: int = 0
    """Functions with too many lines."""

    @property
    def density(self) -> float:
        """Return the packed expressions in 1,000 lines of code."""
        return 1000 * self.packed / max(self.lines, 1)

    def __add__(self, other: Figures) -> Figures:
        return Figures(*map(sum, zip(astuple(self), astuple(other), strict=True)))


DESCRIPTIONS = {
    "nested": "nested comprehensions with a filter",
    "unformatted": "comments `fmt: skip` or `fmt: off`",
    "wide": f"functions with more than {MOST_PARAMETERS} parameters",
    "long": f"functions with more than {LONGEST_FUNCTION} lines",
}
ADVICE = {
    "packed": "write a loop with a named variable, a named intermediate value or a small function",
    "nested": "write the inner loop as a function with a name, or as a plain loop",
    "unformatted": "let the formatter lay the statement out",
    "wide": "pass values that belong together as one value",
    "long": "divide the function into steps with names",
}


def measure(source: str) -> Figures:
    """Count in the source of a module."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    return Figures(
        lines=len(code_lines(source, tree)),
        packed=sum(isinstance(node, COMPREHENSIONS | ast.IfExp) for node in ast.walk(tree)),
        nested=sum(nested_filters(tree)),
        unformatted=len(FORMATTER_OFF.findall(source)),
        wide=sum(parameter_count(function) > MOST_PARAMETERS for function in functions),
        long=sum(length(function) > LONGEST_FUNCTION for function in functions),
    )


def code_lines(source: str, tree: ast.Module) -> set[int]:
    """Return the numbers of the lines that aren't blank, a comment or a docstring."""
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and is_text(node.value)]
    numbers: set[int] = set()
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            numbers.add(number)
    for text in texts:
        numbers.difference_update(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    return numbers


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def nested_filters(node: ast.AST, *, within: bool = False) -> Iterator[bool]:
    """Yield True for each nested comprehension with a filter, False for the others."""
    if isinstance(node, COMPREHENSIONS):
        is_nested = within or len(node.generators) > 1
        yield is_nested and any(loop.ifs for loop in node.generators)
        within = True
    for child in ast.iter_child_nodes(node):
        yield from nested_filters(child, within=within)


def parameter_count(function: FUNCTIONS) -> int:
    """Count the parameters of every kind, without the object or class of a method."""
    arguments = function.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return sum(parameter.arg not in {"self", "cls"} for parameter in parameters)


def length(function: FUNCTIONS) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def measure_generator() -> dict[str, Figures]:
    """Return the figures of each module, by its path below the folder of the generator."""
    figures: dict[str, Figures] = {}
    for path in sorted(GENERATOR.rglob("*.py")):
        name = path.relative_to(GENERATOR).as_posix()
        figures[name] = measure(path.read_text(encoding="utf-8"))
    return figures


def total(figures: Mapping[str, Figures]) -> Figures:
    return sum(figures.values(), start=Figures())


def read_table(text: str) -> dict[str, Figures]:
    table: dict[str, Figures] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            *counts, name = line.split()
            table[name] = Figures(*map(int, counts))
    return table


def written(table: Mapping[str, Figures]) -> str:
    """Return the text of a table: a line for each module, sorted by its path."""
    lines = [HEADER, "# " + " ".join(field.name for field in fields(Figures)) + " module\n"]
    for name, figures in sorted(table.items()):
        lines.append(" ".join(map(str, astuple(figures))) + f" {name}\n")
    return "".join(lines)


def earlier_names(now: Mapping[str, Figures], table: Mapping[str, Figures]) -> dict[str, str]:
    """Return the line of the table for each module that has one: that of a module that moved, too.

    A module without a line moved if a line without a module has the same file name.
    """
    names = {name: name for name in now if name in table}
    vanished = sorted(table.keys() - now.keys())
    for name in sorted(now.keys() - table.keys()):
        same = [old for old in vanished if PurePosixPath(old).name == PurePosixPath(name).name]
        if same:
            names[name] = same[0]
            vanished.remove(same[0])
    return names


def faults(now: Mapping[str, Figures], table: Mapping[str, Figures]) -> list[str]:
    """Return the figures that rose, and those of new modules that are too high, with an advice."""
    names = earlier_names(now, table)
    found: list[str] = []
    for name, figures in now.items():
        if name in names:
            risen = rises(figures, table[names[name]])
        else:
            risen = excesses(figures)
        found += [f"generator/{name}: {fault}" for fault in risen]
    return found


def rises(now: Figures, before: Figures) -> Iterator[str]:
    """Yield the figures of a module that rose. To delete lines is never a fault."""
    if now.packed > before.packed and now.density > before.density:
        yield (
            f"{now.packed} comprehensions and conditional expressions in {now.lines} lines of code "
            f"({now.density:.0f} in 1,000); they were {before.packed} in {before.lines} "
            f"({before.density:.0f}): {ADVICE['packed']}"
        )
    for figure, description in DESCRIPTIONS.items():
        count, limit = getattr(now, figure), getattr(before, figure)
        if count > limit:
            yield f"{count} {description}, there were {limit}: {ADVICE[figure]}"


def excesses(now: Figures) -> Iterator[str]:
    """Yield the figures of a new module that are too high."""
    if now.lines >= NEW_FILE_LINES and now.density > NEW_FILE_DENSITY:
        yield (
            f"{now.density:.0f} comprehensions and conditional expressions in 1,000 lines of code, "
            f"a new module may have {NEW_FILE_DENSITY}: {ADVICE['packed']}"
        )
    for figure, description in DESCRIPTIONS.items():
        if count := getattr(now, figure):
            yield f"{count} {description}, a new module may have none: {ADVICE[figure]}"


def lowered(now: Mapping[str, Figures], table: Mapping[str, Figures]) -> dict[str, Figures]:
    """Return the table of today; a module whose density rose by deletions keeps its line."""
    names = earlier_names(now, table)
    result = dict(now)
    for name, old in names.items():
        if now[name].density > table[old].density:
            before = table[old]
            result[name] = replace(now[name], lines=before.lines, packed=before.packed)
    return result


def count_tokens(source: str) -> int:
    """Count the tokens of code: no comments, line ends and indentation."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(1 for token in tokens if token.type not in LAYOUT)


def tokens_by_folder() -> str:
    """Return the tokens of each house, and those of each room of the generator, as lines."""
    houses: Counter[str] = Counter()
    rooms: Counter[str] = Counter()
    for house in HOUSES:
        for path in (ROOT / house).rglob("*.py"):
            parts = path.relative_to(ROOT).parts
            if GENERATED.isdisjoint(parts):
                count = count_tokens(path.read_text(encoding="utf-8"))
                houses[house] += count
                if house == "generator":
                    rooms[f"generator/{parts[1]}"] += count
    lines = [f"{count:>9,} tokens in {folder}" for folder, count in houses.items()]
    lines += [f"{count:>9,} tokens in {folder}" for folder, count in sorted(rooms.items())]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Count what makes modules hard to read.")
    parser.add_argument("--write", action="store_true", help="write the table, if no figure rose")
    options = parser.parse_args()
    now = measure_generator()
    if not options.write:
        overall = total(now)
        print(f"{overall.density:9.1f} packed expressions in 1,000 lines of code")
        for figure, description in DESCRIPTIONS.items():
            print(f"{getattr(overall, figure):9} {description}")
        print(tokens_by_folder())
        return 0
    table = read_table(TABLE.read_text(encoding="utf-8"))
    if found := faults(now, table):
        print("Not written: a figure rose.", *found, sep="\n", file=sys.stderr)
        return 1
    TABLE.write_text(written(lowered(now, table)), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
