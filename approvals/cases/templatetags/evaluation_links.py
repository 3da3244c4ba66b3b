"""The link by which somebody evaluates a case, made where a text is rendered, so that it is never kept anywhere."""

from django import template

from hall.evaluation import tokens
from hall.ledger import numbers

register = template.Library()


@register.simple_tag
def evaluation_link(docket: str, via: str = "message") -> str:
    """The absolute address for the case of a docket number, grouped or not."""
    return tokens.link(str(numbers.parse(docket)), via)
