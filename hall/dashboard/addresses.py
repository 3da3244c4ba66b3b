"""Where numbers lead: every figure of the dashboard is a link to its list, under the same filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from hall.dashboard.enums import Split
from hall.facts.periods import Period
from hall.pledges.asking import Question


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under the filters of one question."""

    question: Question

    def query(self, **changes: str) -> str:
        """The filters as an address, with some set or, by an empty text, taken away."""
        asked = self.question.query | changes
        return urlencode({name: value for name, value in asked.items() if value})

    def cases(self, measure: str, **changes: str) -> str:
        """The list of the cases a measure counts."""
        return f"{reverse('dashboard:cases')}?{self.query(measure=measure, **changes)}"

    def facts(self, source: str, **changes: str) -> str:
        """The list of the facts a source counts; it tells windows and items apart, the number may not."""
        return f"{reverse('pledges:facts', args=[source])}?{self.query(**{'window': '', 'item': '', **changes})}"

    def home(self, **changes: str) -> str:
        return f"{reverse('dashboard:home')}?{self.query(**changes)}"

    def split(self, split: Split, **changes: str) -> str:
        return f"{reverse('dashboard:split', args=[split.value])}?{self.query(**changes)}"

    def item(self, code: str) -> str:
        return f"{reverse('dashboard:item')}?{self.query(item=code)}"

    def on(self, period: Period) -> str:
        """The same page over other days."""
        return f"?{self.query(period=period.code)}"
