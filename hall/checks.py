"""System checks on templates (`manage.py check --tag templates`): what a browser under our policy would trip over.

Registered by being imported in hall/local/apps.py.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.template import engines
from django.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError

FOLDER: Path = settings.BASE_DIR / "templates"
SOURCES = ("hall", "approvals")
# Found by Django or by the form pack under these names; nobody writes them down.
KNOWN_BY_NAME = frozenset({"400.html", "403.html", "403_csrf.html", "404.html", "500.html"})
# Chosen at run time by a row or a code: the outbox renders the template a message names, crispy looks up its pack.
CHOSEN_AT_RUN_TIME = ("outbox/", "bootstrap5/", "django/")

_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.S)
# `one == two` in a tag is no `one=` of an element.
_TAG = re.compile(r"\{%(?:(?!\{%).)*?%\}", re.S)
_FORBIDDEN = (
    (re.compile(r"<style\b", re.I), "style element"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)", re.I), "script without a file"),
    (re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.I), "style attribute"),
    (re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.I), "event attribute"),
    (re.compile(r"javascript:", re.I), "javascript: address"),
    (re.compile(r"<(?:link|script|img|iframe)\b[^>]*(?:href|src)=[\"'](?:https?:)?//", re.I), "file from another host"),
)
_POST_FORM = re.compile(r"<form\b[^>]*\bmethod=[\"']post[\"'][^>]*>(.*?)</form>", re.I | re.S)
_NAMED = re.compile(r"\{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
_INCLUDE = re.compile(r"\{%\s*include\s+[\"'](components/[^\"']+)[\"']([^%]*)%\}")


@register(Tags.templates)
def check_templates(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Every template compiles, keeps the policy, guards its forms, and is used."""
    texts = {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in _files(FOLDER)}
    found: list[CheckMessage] = []
    for name, text in texts.items():
        found += compile_errors(name)
        found += missing_errors(name, text)
        if name.endswith(".html"):
            found += inline_errors(name, text)
            found += comment_errors(name, text)
            found += form_errors(name, text)
            found += component_errors(name, text, texts)
    found += unused_warnings(texts, _sources())
    return found


def compile_errors(name: str) -> Iterator[CheckMessage]:
    """A template that does not compile would be a page that answers 500."""
    try:
        engines["django"].get_template(name)
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        yield Error(f"{name} does not compile: {error}", id="hall.E001")


def missing_errors(name: str, text: str) -> Iterator[CheckMessage]:
    """A template that another one names is looked for only when the page is opened: that would be a 500 as well."""
    for other in sorted(set(_NAMED.findall(_COMMENT.sub("", text)))):
        try:
            engines["django"].get_template(other)
        except TemplateDoesNotExist:
            yield Error(f"{name}: there is no template {other}", id="hall.E007")
        except TemplateSyntaxError:
            pass  # told of that template itself


def inline_errors(name: str, text: str) -> Iterator[CheckMessage]:
    """The Content-Security-Policy has no unsafe-inline: what is written in the page would silently not work."""
    plain = _TAG.sub(" ", _COMMENT.sub("", text))
    for pattern, what in _FORBIDDEN:
        if match := pattern.search(plain):
            yield Error(
                f"{name}: {what}: {match.group(0)[:60]!r}", hint="Put it in static/css or static/js.", id="hall.E002"
            )


def comment_errors(name: str, text: str) -> Iterator[CheckMessage]:
    """A {# comment #} that runs over its line is no comment to Django: the page would print it."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.count("{#") != line.count("#}"):
            yield Error(f"{name}:{number}: a comment runs over its line", hint="Close it on its line.", id="hall.E008")


def form_errors(name: str, text: str) -> Iterator[CheckMessage]:
    """Every form that posts carries its token itself, where a reader sees it."""
    for body in _POST_FORM.findall(_COMMENT.sub("", text)):
        if "csrf_token" not in body:
            yield Error(f"{name}: a form that posts has no csrf_token", id="hall.E003")


def component_errors(name: str, text: str, texts: dict[str, str]) -> Iterator[CheckMessage]:
    """A component says on its first line what it needs, and gets only that (`only`)."""
    if name.startswith("components/") and not text.startswith("{#"):
        yield Error(f"{name}: a component starts with a comment of its required and optional inputs", id="hall.E004")
    for used, rest in _INCLUDE.findall(text):
        head = texts.get(used, "").split("\n", 1)[0]
        if not rest.rstrip().endswith("only") and 'without "only"' not in head:
            yield Error(f"{name}: include of {used} without `only`", id="hall.E005")


def unused_warnings(texts: dict[str, str], sources: Iterable[str]) -> Iterator[CheckMessage]:
    """A template that no page and no code names is a page nobody can open."""
    everything = "\n".join([*sources, *texts.values()])
    for name in texts:
        if name in KNOWN_BY_NAME or name.startswith(CHOSEN_AT_RUN_TIME):
            continue
        if f'"{name}"' not in everything and f"'{name}'" not in everything:
            yield checks.Warning(f"{name} is not used by any template or module", id="hall.W006")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt"})


def _sources() -> list[str]:
    return [path.read_text("utf-8") for folder in SOURCES for path in (settings.BASE_DIR / folder).rglob("*.py")]
