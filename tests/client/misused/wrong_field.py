"""A field that doesn't exist."""

from pinterest_audiences.models import AudienceRule

rule = AudienceRule(retention_day=180)  # wrong
rule.retentoin_days = 180  # wrong
