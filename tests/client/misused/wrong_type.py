"""A value of the wrong type."""

from pinterest_audiences.models import AudienceRule

rule = AudienceRule(retention_days="180")  # wrong
