"""The search for the operations that a program calls by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...recursion import deeply_recursive
from ..evaluate import Evaluator
from ..files import read_program
from ..modules import ProgramModules
from ..reach import find_reached
from ..reader import Reader
from ..search import without_collection
from .callers import CallIndex
from .evaluate import TextEvaluator
from .judged import CalledOperations, RequestJudge
from .libraries import HttpLibraries, LibraryFinder
from .match import OperationMatcher
from .requests import RequestReader


@deeply_recursive
@without_collection
def find_calls(
    matcher: OperationMatcher,
    code: Sequence[Path],
    root: Path,
    left_out: Sequence[Path],
    bound: Mapping[str, str],
) -> CalledOperations:
    """Return the operations that a program calls. Nothing of it is imported or run.

    ``code`` has its folders and files, of which ``left_out`` aren't read; names of files are
    relative to ``root``. ``bound`` has the base URLs of constants, attributes and environment
    variables.
    """
    program = read_program(code, root, left_out)
    modules = ProgramModules(program.files, lambda file: Reader(file).read())
    finder = LibraryFinder(modules, {})
    reached = find_reached(modules, finder)
    types = Evaluator(HttpLibraries(), modules, finder)
    types.follow_attributes(reached)
    reader = RequestReader(TextEvaluator(types, finder, CallIndex(types, reached), bound))
    judge = RequestJudge(matcher, reader)
    for request in reader.requests():
        judge.add(request)
    called = judge.called()
    called.files, called.unread = len(program.files), program.unread
    return called
