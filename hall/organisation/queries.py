"""What other rooms and pages ask about the organisation."""

from hall.organisation.models import Installation


def installation() -> Installation:
    """The row that describes this installation; an unsaved one with the defaults before the first start."""
    return Installation.objects.first() or Installation()
