"""The whole site as those see it who may open it: every page, and every form that posts, read once for many tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from approvals.cases.doings import BY_NAME as DEEDS
from hall.access.models import User
from tests.builders import make_case
from tests.guards.harvest import FoundForm, harvest
from tests.guards.routes import ROUTES
from tests.guards.world import Place, browser_of


@dataclass(frozen=True)
class Site:
    """Every page as the first person who may open it sees it, and every form that posts, once, with who found it."""

    place: Place
    pages: list[tuple[User | None, str, set[str]]]
    forms: list[tuple[User | None, FoundForm]]


class Browsers(dict[User | None, Client]):
    """One for each person, logged in when first used."""

    def __missing__(self, user: User | None) -> Client:
        return self.setdefault(user, browser_of(user))


def pages(place: Place) -> Iterator[tuple[User | None, str]]:
    """Every page with the first person who may open it: the public, then one of each role."""
    seen = set()
    for user in (None, *place.everybody()):
        for name, route in ROUTES.items():
            welcome = route.who is None if user is None else user.role in (route.who or ())
            if name not in seen and route.reads and welcome:
                seen.add(name)
                yield user, reverse(name, kwargs=route.kwargs(place, user or place.clerk))


def more_pages(place: Place) -> Iterator[tuple[User | None, str]]:
    """Pages that appear by what was chosen before: an item's form, every deed, every section."""
    yield place.clerk, f"{reverse('cases:register')}?item={place.item.code}"
    for case in (place.case, make_case(place, place.version)):
        for user in (place.clerk, place.approver):
            for deed in DEEDS:
                yield user, reverse("cases:act", kwargs={"docket": case.docket, "action": deed})
    for section in ("limits", "steps", "materials", "fees", "service", "basis", "conditions"):
        yield place.admin, reverse("catalogue:edit", kwargs={"pk": place.item.pk, "section": section})
    for slug in ("windows", "posts", "centers"):
        yield place.admin, reverse("access:place_new", kwargs={"slug": slug})


def read_site(place: Place) -> Site:
    """Open everything once."""
    browsers = Browsers()
    opened = [(user, path, harvest(path, browsers[user].get(path))) for user, path in pages(place)]
    more = [(user, path, harvest(path, browsers[user].get(path))) for user, path in more_pages(place)]
    found: dict[tuple[str, ...], tuple[User | None, FoundForm]] = {}
    for user, _, reader in opened + more:
        for form in reader.forms:
            if form.method == "post" and "logout" not in form.action:
                found.setdefault(form.key, (user, form))
    return Site(place, [(user, path, reader.parameters) for user, path, reader in opened], list(found.values()))
