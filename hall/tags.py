"""Template tags every page may use without loading them (settings.TEMPLATES, `builtins`)."""

from django import forms, template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString

from hall import filter_fields, public_styles
from hall.ledger import numbers
from hall.writing import said

register = template.Library()


class AgainNode(Node):
    """Renders a block a second time: the page's title is the browser's title and the heading."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        # Not a BlockNode itself, or the engine would take it for the block's definition.
        return BlockNode(self.name, NodeList()).render(context)


@register.tag
def again(parser: Parser, token: Token) -> AgainNode:  # noqa: ARG001 (the engine passes both)
    """`{% again title %}` writes the block of that name once more."""
    words = token.split_contents()
    if len(words) != 2:
        raise TemplateSyntaxError("again takes the name of one block")
    return AgainNode(words[1])


@register.simple_tag(name="public_styles")
def styles_of_citizens() -> SafeString:
    """The style sheet of citizens' pages, as the policy of the page knows it."""
    return SafeString(f"<style>{public_styles.text()}</style>")


@register.filter
def grouped(docket: object) -> str:
    """A docket number in its groups, however it was stored; nothing stays nothing."""
    return numbers.grouped(str(docket)) if docket else ""


@register.simple_tag(name="filter_fields")
def fields_of_filter(form: forms.BaseForm) -> SafeString:
    """The fields of a filter above a list, as `crispy` would write them at a fifth of the cost."""
    return filter_fields.drawn(form)


# Three marks that stand in every row of a list: as included templates they took a third of the time of a page of fifty.


@register.simple_tag
def lamp(kind: str, text: object) -> SafeString:
    """A lamp; shape and colour come from the kind: ok, warn, late, breach, hold, off."""
    return SafeString(f'<span class="lamp {said(kind)}">{said(text)}</span>')


@register.simple_tag
def docket(number: object) -> SafeString:
    """A docket number in its groups, between which alone it may break."""
    return SafeString(f'<span class="docket">{said(grouped(number))}</span>')


@register.simple_tag
def badge(text: object, kind: str = "") -> SafeString:
    """A state in its frame; its colour is one of accent, ok, warn, late, breach, hold."""
    return SafeString(f'<span class="badge{" " if kind else ""}{said(kind or "")}">{said(text)}</span>')
