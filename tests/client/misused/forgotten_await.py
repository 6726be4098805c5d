"""A coroutine taken for its result."""

from pinterest_audiences import AsyncPinterest
from pinterest_audiences.models import AudienceCreateRequest


async def name(pinterest: AsyncPinterest, body: AudienceCreateRequest) -> str | None:
    """The audience's name."""
    return pinterest.audiences.create("1", body).name  # wrong
