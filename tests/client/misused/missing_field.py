"""A required field left out."""

from pinterest_audiences.models import AudienceCreateRequest, AudienceRule

request = AudienceCreateRequest(name="x", rule=AudienceRule())  # wrong
