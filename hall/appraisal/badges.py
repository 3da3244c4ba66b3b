"""What this room hangs on the pledge board of a window: its flags and model posts, without the name of anybody."""

from datetime import date

from hall.appraisal.enums import AwardKind
from hall.appraisal.models import Award
from hall.appraisal.queries import window_honours
from hall.facts.periods import parse
from hall.organisation.models import Window
from hall.pledges import badges
from hall.pledges.badges import Badge


def announce() -> None:
    """Register the teller; called once from AppConfig.ready."""
    badges.register(of_window)


def of_window(window: Window, on: date) -> list[Badge]:
    """The published honours of a window on a day, the newest flag first."""
    return [_badge(one) for one in window_honours(window, on=on)]


def _badge(award: Award) -> Badge:
    detail = parse(award.period_code).label
    if award.kind == AwardKind.POST:
        detail = award.post.name if award.post else f"任期到 {award.last:%Y-%m-%d}"
    return Badge(award.get_kind_display(), detail)
