"""Message texts: templates/outbox/<name>.txt, first line the title, then the body. Rendered at sending."""

from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.loader import get_template

from hall.ledger.numbers import grouped

TITLE_LENGTH = 120


@dataclass(frozen=True)
class Text:
    """What the recipient reads."""

    title: str
    body: str


def find(template: str) -> Any:
    """The template of a message. Raises TemplateDoesNotExist."""
    return get_template(f"outbox/{template}.txt")


def render(*, template: str, docket: str, context: dict[str, Any]) -> Text:
    """Fill a text with the docket and the message's facts; names never get here (law 13)."""
    facts = {**context, "docket": grouped(docket)}
    # Plain text: nothing to escape, and an ampersand in an item's name must arrive as one.
    filled = find(template).template.render(Context(facts, autoescape=False))
    title, _, body = filled.strip().partition("\n")
    return Text(title=title.strip()[:TITLE_LENGTH], body=body.strip())
