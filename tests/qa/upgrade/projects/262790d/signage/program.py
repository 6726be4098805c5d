"""A program with the client of signs, whose templates are partly the project's own.

Each function is called by itself. A comment names what breaks a line.
"""

from __future__ import annotations

import httpx
from signage import Signage
from signage.models import Sign


def change() -> None:
    """Change a sign; the overlay has described its brightness."""

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return httpx.Response(200, content=request.content, headers=headers)

    with Signage(transport=httpx.MockTransport(answer)) as client:
        sign = client.signs.change("platform 2", Sign(text="Late", brightness=None))
    assert sign.text == "Late"
    assert "brightness" in sign.model_fields_set
