"""Generate the code of a tool, import it, check its types, and count its lines."""

from __future__ import annotations

import io
import os
import resource
import shlex
import sys
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from tests.qa.comparison.tool import Tool, run

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
IMPORT = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"


@dataclass(frozen=True)
class Package:
    """The code that a tool generated, and the folder that Python imports it from."""

    folder: Path
    path: Path
    seconds: float

    def files(self) -> list[Path]:
        """Return its modules."""
        return sorted(self.folder.rglob("*.py"))

    def modules(self) -> list[str]:
        """Return the names of its modules, but of programs."""
        names = list[str]()
        for file in self.files():
            parts = (self.folder.name, *file.relative_to(self.folder).with_suffix("").parts)
            if parts[-1] != "__main__":
                names.append(".".join(parts).removesuffix(".__init__"))
        return names

    def lines(self) -> dict[Path, list[str]]:
        """Return the lines of code of each file."""
        return {
            file.relative_to(self.folder): lines_of_code(file.read_text(encoding="utf-8"))
            for file in self.files()
        }


def generate_package(
    tool: Tool, name: str, spec: Path, out: Path, programs: Iterable[Path]
) -> Package:
    """Run the commands of a tool; raise :class:`RuntimeError` if they make no code."""
    run("rm", "-rf", out)
    out.mkdir(parents=True)
    names = {"spec": spec, "out": out, "name": name, "title": name.title()}
    for file, text in tool.files.items():
        (out / file).write_text(text, encoding="utf-8")
    path = ":".join([*map(str, programs), os.environ["PATH"]])
    before = processor_time()
    for command in tool.commands:
        done = run(*shlex.split(command.format(**names)), PATH=path)
        if done.returncode:
            raise RuntimeError((done.stdout + done.stderr)[-800:])
    seconds = processor_time() - before
    package = Package(out / tool.package.format(**names), out / tool.path, seconds)
    if not package.files():
        raise RuntimeError(f"no code in {package.folder}")
    return package


def processor_time() -> float:
    """Return the seconds of processor time of the programs that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def can_be_imported(package: Package, python: Path) -> bool:
    """Return whether Python imports each module."""
    done = run(python, "-c", IMPORT, *package.modules(), PYTHONPATH=str(package.path))
    if done.returncode:
        print(done.stderr[-400:], file=sys.stderr)
    return not done.returncode


def count_faults(package: Package, python: Path) -> int | None:
    """Return how many faults ``mypy --strict`` finds, or None if it can't read the code."""
    version = run(python, "-c", "import sys; print(*sys.version_info[:2], sep='.')").stdout.strip()
    mypy = (sys.executable, "-m", "mypy", "--config-file=", "--cache-dir=/dev/null", "--strict")
    target = ("--python-executable", python, "--python-version", version)
    folder = ("--explicit-package-bases", package.folder)  # not each has an __init__.py
    done = run(*mypy, *target, *folder, MYPYPATH=str(package.path))
    last = done.stdout.strip().rpartition("\n")[2]
    if last.startswith("Success"):
        return 0
    if not last.startswith("Found") or "prevented further checking" in last:
        return None
    return int(last.split()[1])


def lines_of_code(text: str) -> list[str]:
    """Return the lines of a module that aren't blank, a comment or a docstring."""
    numbers = set[int]()
    statement = list[tokenize.TokenInfo]()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT:
            statement.append(token)
        if token.type == tokenize.NEWLINE:
            if any(part.type != tokenize.STRING for part in statement):
                numbers.update(range(statement[0].start[0], token.start[0] + 1))
            statement.clear()
    lines = [line.strip() for line in text.splitlines()]
    code = [lines[number - 1] for number in sorted(numbers)]
    return [line for line in code if line and not line.startswith("#")]


def count_runtime(package: Package, other: Package) -> int:
    """Return how many lines of code are in a package of another description, too."""
    common = 0
    others = other.lines()
    for file, lines in package.lines().items():
        matcher = SequenceMatcher(None, lines, others.get(file, []), autojunk=False)
        common += sum(block.size for block in matcher.get_matching_blocks())
    return common
