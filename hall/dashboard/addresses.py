"""Where numbers lead: every figure of the dashboard is a link to its list, under the same filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from hall.access.models import User
from hall.dashboard.enums import Split
from hall.facts import sources
from hall.facts.periods import Period
from hall.pledges.asking import Question
from hall.pledges.lists import may_open


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under the filters of one question."""

    question: Question
    # Who is going to follow them; nobody on the wall, where nothing is clicked.
    reader: User | None = None

    def query(self, **changes: str) -> str:
        """The filters as an address, with some set or, by an empty text, taken away."""
        asked = self.question.query | changes
        return urlencode({name: value for name, value in asked.items() if value})

    def cases(self, measure: str, **changes: str) -> str:
        """The list of the cases a measure counts."""
        return f"{reverse('dashboard:cases')}?{self.query(measure=measure, **changes)}"

    def facts(self, source: str, **changes: str) -> str:
        """The list of the facts a source counts; it tells windows and items apart, the number may not. Nothing where
        the reader may see the number but not the list.
        """
        if self.reader and sources.known(source) and not may_open(self.reader, sources.source_of(source)):
            return ""
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
