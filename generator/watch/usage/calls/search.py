"""The search for the operations that a program calls by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ....base.immutable import immutable
from ....base.recursion import deeply_recursive
from ..evaluate import Evaluator
from ..files import read_program
from ..modules import ProgramModules
from ..reach import find_reached
from ..reader import Reader
from ..scopes import ProgramModule
from ..search import without_collection
from .callers import CallIndex
from .evaluate import TextEvaluator
from .judged import CalledOperations, RequestJudge
from .libraries import HttpLibraries, LibraryFinder
from .match import OperationMatcher
from .requests import Request, RequestReader


@immutable
class ProgramRequests:
    """The requests that a program sends."""

    reader: RequestReader
    requests: Sequence[Request]
    """Those of the calls of libraries, in the order of the program."""
    assumed: Sequence[Request]
    """The calls of functions that have the parameters of a request."""
    reached: Sequence[ProgramModule]
    """The modules that an object of a library can come to."""
    finder: LibraryFinder
    files: int
    unread: Sequence[str]
    """The files that cannot be read."""

    @deeply_recursive
    @without_collection
    def called(self, matcher: OperationMatcher) -> CalledOperations:
        """Return the operations of a description that the program calls."""
        judge = RequestJudge(matcher, self.reader)
        for request in self.requests:
            judge.add(request)
        for request in self.assumed:
            judge.add_assumed(request)
        called = judge.called()
        called.files, called.unread = self.files, [*self.unread]
        return called


@deeply_recursive
@without_collection
def read_requests(
    code: Sequence[Path], root: Path, left_out: Sequence[Path], bound: Mapping[str, str]
) -> ProgramRequests:
    """Return the requests that a program sends. Nothing of it is imported or run.

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
    return ProgramRequests(
        reader,
        [*reader.requests()],
        [*reader.assumed()],
        reached,
        finder,
        len(program.files),
        program.unread,
    )
