"""What a page that shows deadlines says while they have yet to follow a new notice."""

from typing import Any

from django import template

from hall.workdays import queries

register = template.Library()


@register.inclusion_tag("workdays/_recalculating.html")
def recalculating() -> dict[str, Any]:
    """A banner with the progress of each notice under way; nothing at any other time."""
    return {"changes": queries.changes_under_way() if queries.is_recalculating() else ()}
