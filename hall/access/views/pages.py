"""What every page of the room needs: safe ways back, landing pages, the 422 of a form with errors."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from hall.access import navigation
from hall.access.models import User

PER_PAGE = 50


def ask(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """Show a form; with status 422 when what was entered has errors."""
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, template, {"form": form, **context}, status=status)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: everything of a POST, even an empty one, and nothing of a GET."""
    return request.POST if request.method == "POST" else None


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address to go on to, if it is one of this site (no open redirect)."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    plain = wanted.startswith("/") and wanted.isprintable() and not wanted.startswith(reverse("access:login"))
    return wanted if ours and plain else fallback


def landing(user: User) -> str:
    """The first page of the role's rail; the inbox where there is none."""
    entries = navigation.entries_for(user)
    return resolve_url(entries[0].url_name if entries else "access:inbox")


def page_of(request: HttpRequest, rows: QuerySet[Any], per_page: int = PER_PAGE) -> Page[Any]:
    """The page named in the address; nonsense gives the first, too far the last."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def query_of(**filters: str) -> str:
    """The filters of a list as the text of an address, for its next page."""
    return urlencode({name: value for name, value in filters.items() if value})


def words(request: HttpRequest, name: str = "q", longest: int = 50) -> str:
    """A search text of the address: trimmed, cut, without characters the database refuses."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:longest]
