"""An enumeration's value used as a member, although it may be one that isn't known yet."""

from pinterest_audiences.models import AudienceRule, ObjectiveType


def first(rule: AudienceRule) -> ObjectiveType | None:
    """The first objective."""
    objectives = rule.objective_type or []
    return objectives[0] if objectives else None  # wrong
