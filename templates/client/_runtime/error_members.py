"""Errors that a server sends as a success, by a member of the body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from .budget import Limits


@dataclass(eq=False, repr=False)
class ErrorMember:
    """A member of a JSON object, and its value by which the object is an error."""

    names: Sequence[str]
    """The names of the objects that it is in, and its own."""
    value: Any

    def __call__(self, content: bytes, limits: Limits) -> bool:
        """Return whether a body has the value; 1 isn't true, and 0 isn't false."""
        value: Any = None
        with suppress(ValueError, RecursionError):  # also for more values than are read
            limits.budget(content)
            value = json.loads(content)
        for name in self.names:
            if not isinstance(value, dict) or name not in value:
                return False
            value = cast("dict[str, Any]", value)[name]
        is_same_type = isinstance(value, bool) == isinstance(self.value, bool)
        return is_same_type and bool(value == self.value)
