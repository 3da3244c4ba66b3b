"""The scratch database as an address: what the server of a measurement is told must lead to where we are."""

import pytest
from django.db import connection

from hall.bench.jobs.page_weight import _BLOCKS, _LOADED
from hall.bench.server import _address, _lets_in
from hall.local.databases import parse_url

PLACES = [
    {"NAME": "hall_bench_1k", "USER": "hall", "PASSWORD": "", "HOST": "/run/hall", "PORT": ""},
    {"NAME": "hall_bench_1m", "USER": "hall", "PASSWORD": "p@ss/w:rd 1%", "HOST": "db.example", "PORT": "5433"},
    {"NAME": "hall_bench_10m", "USER": "hall-app", "PASSWORD": "x", "HOST": "127.0.0.1", "PORT": ""},
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place["NAME"])
def test_an_address_leads_back_to_the_same_place(monkeypatch, place):
    for name, value in place.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    read = parse_url(_address())
    assert {name: read[name] for name in place} == place


@pytest.mark.parametrize(("place", "let_in"), list(zip(PLACES, [True, False, False], strict=True)))
def test_c10_the_measured_server_is_the_application_where_no_password_is_asked_for(place, let_in):
    assert _lets_in(place) is let_in


def test_c10_the_address_of_another_role(monkeypatch):
    for name, value in PLACES[0].items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    assert parse_url(_address("hall_app"))["USER"] == "hall_app"


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        ('<link rel="stylesheet" href="/static/css/public.css">', "/static/css/public.css"),
        ('<link rel="icon" type="image/svg+xml" href="/static/icon.svg">', "/static/icon.svg"),
        ('<script src="/static/js/once.js" defer></script>', "/static/js/once.js"),
        ('<script defer src="/static/js/once.js"></script>', "/static/js/once.js"),
        ('<img class="mark" src="/static/emblem.svg" alt="">', "/static/emblem.svg"),
    ],
)
def test_everything_a_page_loads_is_weighed(tag, path):
    assert _LOADED.findall(f"<head>{tag}</head>") == [path]


@pytest.mark.parametrize(
    "tag", ['<a href="/guides/">指南</a>', '<link rel="canonical" href="/lookup/">', "<script></script>"]
)
def test_what_a_page_only_names_is_not_weighed(tag):
    assert not _LOADED.findall(tag)


@pytest.mark.parametrize(
    ("tag", "blocks"),
    [
        ('<link rel="stylesheet" href="/a.css">', True),
        ('<script src="/a.js"></script>', True),
        ('<script src="/a.js" defer></script>', False),
        ('<script async src="/a.js"></script>', False),
        ('<script type="module" src="/a.js"></script>', False),
        ('<style nonce="x">p{}</style>', False),
    ],
)
def test_a_second_round_trip_is_what_holds_up_the_paint(tag, blocks):
    assert bool(_BLOCKS.search(tag)) is blocks
