"""A field of a response used without a look whether it is there."""

from pinterest_audiences import Pinterest
from pinterest_audiences.models import AudienceCreateRequest


def name_length(pinterest: Pinterest, body: AudienceCreateRequest) -> int:
    """The length of the name."""
    return len(pinterest.audiences.create("1", body).name)  # wrong
