"""The base class of models that lead to each other over very many classes."""

from __future__ import annotations

import sys
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from . import model

_CALLS = 5_000
"""How many calls of Python may be inside each other while a class is built."""


class _DeepModel(BaseModel):
    if not TYPE_CHECKING:

        @classmethod
        def model_rebuild(cls, *, _parent_namespace_depth: int = 2, **options: Any) -> bool | None:
            """Build the class: pydantic calls itself 8 to 30 times for each class that it leads to.

            Another thread than the main one may have a small stack, so its limit stays as it is.
            """
            depth = _parent_namespace_depth + 1
            if current_thread() is not main_thread():
                return super().model_rebuild(_parent_namespace_depth=depth, **options)
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(max(limit, _CALLS))
            try:
                return super().model_rebuild(_parent_namespace_depth=depth, **options)
            finally:
                sys.setrecursionlimit(limit)


class Model(_DeepModel, model.Model):
    """A JSON object of the API."""


class OpenModel(_DeepModel, model.OpenModel):
    """A JSON object that may have members of any name."""
