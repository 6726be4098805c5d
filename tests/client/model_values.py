"""Values that several tests of models share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pinterest_audiences
import pytest
from pydantic import BaseModel, ValidationError

HOME = str(Path(pinterest_audiences.__file__).parents[1])
"""Where another process finds the package."""

GOOD: dict[str, Any] = {"audience_type": "VISITOR", "name": "x", "rule": {"pin_id": ["1"]}}


def wire(model: BaseModel) -> Any:
    """What goes out."""
    return model.model_dump(mode="json", exclude_unset=True)


def refusal(make: Callable[[], object]) -> dict[str, str]:
    """Where something was refused, and as what."""
    with pytest.raises(ValidationError) as caught:
        make()
    return {".".join(map(str, e["loc"])): e["type"] for e in caught.value.errors()}
