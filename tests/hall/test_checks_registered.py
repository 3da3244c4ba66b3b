"""The template checks run with the others."""

from django.core.checks import Tags
from django.core.checks.registry import registry

from hall import checks


def test_template_checks_are_registered():
    assert checks.check_templates in registry.get_checks()
    assert Tags.templates in checks.check_templates.tags
