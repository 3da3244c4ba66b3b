"""Room registration."""

from django.apps import AppConfig


class NextReleaseConfig(AppConfig):
    name = "tests.hall.local.next_release"
    label = "next_release"
