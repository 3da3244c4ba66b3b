"""The measuring room: stands on the roof and is asked by nobody but `manage.py bench`."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Jobs measured beside their floor, on scratch databases."""

    name = "hall.bench"
    label = "bench"
    verbose_name = "基准测量"
