"""Room registration."""

from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "hall.local"
    label = "local"
    verbose_name = "本机运行"
