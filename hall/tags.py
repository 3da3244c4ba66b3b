"""Template tags every page may use without loading them (settings.TEMPLATES, `builtins`)."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString

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


@dataclass(frozen=True, slots=True)
class Site:
    """What the foot of a public page must say (国办发〔2017〕47号 网站标识)."""

    sponsor: str
    code: str
    icp: str
    police: str


@register.simple_tag
def site() -> Site:
    """The site's registration numbers; empty ones are not shown."""
    return Site(
        sponsor=getattr(settings, "SITE_SPONSOR", ""),
        code=getattr(settings, "SITE_CODE", ""),
        icp=getattr(settings, "SITE_ICP", ""),
        police=getattr(settings, "SITE_POLICE", ""),
    )
