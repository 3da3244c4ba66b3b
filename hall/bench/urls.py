"""The hall's addresses and the bare page: a constant template behind the same server and middleware."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from hall.urls import urlpatterns as hall_urls


def bare(request: HttpRequest) -> HttpResponse:
    """What a request costs before the hall does anything."""
    return render(request, "bench/bare.html")


urlpatterns = [path("bench/bare/", bare), *hall_urls]
