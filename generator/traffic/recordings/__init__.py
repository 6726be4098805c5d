"""x"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import Problem
from ..exchange import RecordedExchange


@dataclass(frozen=True)
class NotARecording:
    file: str


def read_recordings(
    paths: Sequence[Path], name: Callable[[Path], str]
) -> Iterator[RecordedExchange | Problem | NotARecording]:
    raise NotImplementedError
